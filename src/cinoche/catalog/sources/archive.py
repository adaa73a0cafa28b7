"""Files of a data set in a folder or a zip, read as streams of lines within limits; nothing is ever extracted."""

import hashlib
import lzma
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
_ENCRYPTED: Final = 0x1
_NOT_READABLE: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError)
"""What zipfile raises for a zip that is damaged, or packed in a way that it does not know."""

Member = Path | zipfile.ZipInfo


class Archive:
    """The files of a data set by their base names, in a folder or in a zip.

    Where a name stands twice, the one nearest the top counts. A zip is not trusted: what it declares to be larger than
    16 GiB, or to have shrunk more than a hundredfold, is refused, and names in it lead nowhere but to itself.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._members = self._list()
        except OSError as error:
            raise self._unreadable(path, error) from error

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
                    raise Invalid(
                        "this line is longer than any row can be.",
                        where=f"{self.path}: {name}, line {number}",
                        remedy="Is it a text file with a row on each line?",
                    )
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
        except _NOT_READABLE as error:
            raise self._damaged(error, name) from error
        except OSError as error:
            raise self._unreadable(member if isinstance(member, Path) else self.path, error) from error

    def _list(self) -> dict[str, Member]:
        if self.path.is_dir():
            return self._list_folder()
        if self.path.is_file():
            return self._list_zip()
        raise NotFound(
            "there is no such file or folder.",
            where=str(self.path),
            remedy="Give a folder or a zip, or the word: demo.",
        )

    def _list_folder(self) -> dict[str, Member]:
        """List the files of the folder; where it only wraps another folder, the files of that one."""
        here = sorted(self.path.iterdir())
        folders = [each for each in here if each.is_dir() and not each.name.startswith(".")]
        files = [each for each in here if each.is_file()]
        if not files and len(folders) == 1:
            files = sorted(each for each in folders[0].iterdir() if each.is_file())
        return {each.name: each for each in files}

    def _list_zip(self) -> dict[str, Member]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                members = [each for each in archive.infolist() if not each.filename.endswith("/")]
        except _NOT_READABLE as error:
            raise self._damaged(error, self.path.name) from error
        for each in members:
            self._distrust(each)
        deepest_first = sorted(members, key=lambda each: -each.filename.count("/"))
        return {PurePosixPath(each.filename.replace("\\", "/")).name: each for each in deepest_first}

    def _distrust(self, member: zipfile.ZipInfo) -> None:
        if member.flag_bits & _ENCRYPTED:
            raise Invalid(
                f"{member.filename[:100]!r} is encrypted.",
                where=str(self.path),
                remedy="Unpack it, then give the folder.",
            )
        is_big = member.file_size > FREE_OF_SUSPICION_BYTES
        is_bomb = is_big and member.file_size > HIGHEST_RATIO * max(member.compress_size, 1)
        if is_bomb or member.file_size > LARGEST_BYTES:
            raise Invalid(
                f"{member.filename[:100]!r} unpacks to {member.file_size:,} bytes from {member.compress_size:,}: "
                "a zip bomb.",
                where=str(self.path),
                remedy="Download the release again from its publisher.",
            )

    def _damaged(self, error: BaseException, name: str) -> Invalid:
        return Invalid(
            f"this is no zip, or one that is cut short or damaged ({error}).",
            where=f"{self.path}: {name}",
            remedy="Give the folder or the zip of a MovieLens release; if it is one, download it again.",
        )

    def _unreadable(self, path: Path, error: OSError) -> Invalid:
        return Invalid(
            f"this cannot be read ({error.strerror}).",
            where=str(path),
            remedy="Give this process the right to read it.",
        )
