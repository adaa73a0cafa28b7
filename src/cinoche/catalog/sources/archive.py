"""Files of a data set in a folder or a zip, read as streams of lines within limits; nothing is ever extracted."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, cast

from cinoche.kit.errors import Invalid, NotFound

LONGEST_LINE: Final = 1 << 20
LARGEST_BYTES: Final = 16 << 30
HIGHEST_RATIO: Final = 100
FREE_OF_SUSPICION_BYTES: Final = 64 << 20
_CHUNK: Final = 1 << 20


class Archive:
    """The files of a data set by their base names, in a folder or in a zip.

    A zip is not trusted: what it declares to be larger than 16 GiB, or to have shrunk more than a hundredfold, is
    refused, and names in it lead nowhere but to itself.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise NotFound(
                "there is no such file or folder.", where=str(path), remedy="Give a folder or a zip, or the word: demo."
            )
        self._members = self._list_zip() if path.is_file() else self._list_folder()

    def find(self, *names: str) -> str | None:
        """Tell which of these base names is here, the first that is."""
        return next((name for name in names if name in self._members), None)

    def get(self, *names: str) -> str:
        """Tell which of these base names is here; raises Invalid with what is here instead."""
        found = self.find(*names)
        if found is None:
            here = ", ".join(sorted(self._members)[:12]) or "nothing"
            raise Invalid(
                f"{' or '.join(names)} is missing.",
                where=str(self.path),
                remedy=f"Found: {here}. Is it a MovieLens release?",
            )
        return found

    def digest(self, names: Sequence[str]) -> str:
        """Fingerprint files: it changes when any of them does."""
        state = hashlib.sha256()
        for name in sorted(names):
            state.update(name.encode())
            with self._open(name) as file:
                while chunk := file.read(_CHUNK):
                    state.update(chunk)
        return state.hexdigest()

    def lines(self, name: str) -> Iterator[tuple[int, bytes]]:
        """Read a file's lines with their numbers, without line ends; a line of over a mebibyte raises Invalid."""
        with self._open(name) as file:
            number = 0
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise Invalid("this line is longer than any row can be.", where=f"{name}, line {number}")
                yield number, line.rstrip(b"\r\n")

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        member = self._members[name]
        try:
            if isinstance(member, Path):
                with member.open("rb") as plain:
                    yield plain
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(member) as packed:
                    yield cast("BinaryIO", packed)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            raise self._damaged(error, name) from error
        except OSError as error:
            raise Invalid(f"this file cannot be read ({error.strerror}).", where=str(self.path / name)) from error

    def _list_folder(self) -> dict[str, "Path | zipfile.ZipInfo"]:
        return {each.name: each for each in sorted(self.path.iterdir()) if each.is_file()}

    def _list_zip(self) -> dict[str, "Path | zipfile.ZipInfo"]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                members = [each for each in archive.infolist() if not each.is_dir()]
        except (zipfile.BadZipFile, OSError) as error:
            raise self._damaged(error, self.path.name) from error
        for each in members:
            big = each.file_size > FREE_OF_SUSPICION_BYTES
            if each.file_size > LARGEST_BYTES or (big and each.file_size > HIGHEST_RATIO * max(each.compress_size, 1)):
                raise Invalid(
                    f"{each.filename} unpacks to {each.file_size:,} bytes from {each.compress_size:,}: a zip bomb.",
                    where=str(self.path),
                    remedy="Download the release again from its publisher.",
                )
        return {PurePosixPath(each.filename.replace("\\", "/")).name: each for each in members}

    def _damaged(self, error: BaseException, name: str) -> Invalid:
        return Invalid(
            f"this zip is cut short or damaged ({error}).", where=f"{self.path}: {name}", remedy="Download it again."
        )
