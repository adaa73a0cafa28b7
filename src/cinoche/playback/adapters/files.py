"""Media in a folder of this machine."""

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, Self
from urllib.parse import unquote, urlsplit

from cinoche.kit.errors import CinocheError, NotFound, Unavailable
from cinoche.kit.ids import random_id
from cinoche.playback.keys import check_key, is_key
from cinoche.playback.ports import MediaStore

_PIECE: Final = 1 << 18
_ASIDE: Final = ".aside-"
_MODE: Final = 0o644
"""Who may read a film's files on this machine is for the folder to say: a web server serves them as another user."""

_CANNOT_COPY: Final = frozenset({errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})
_AT_ONCE: Final = 1 << 30


class FileMediaStore(MediaStore):
    """A folder in which a key is a path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    @classmethod
    def open_url(cls, url: str) -> Self:
        """Open the folder of a URL like ``file:///var/lib/cinoche/media``; it is made when something is put there."""
        return cls(Path(unquote(urlsplit(url).path)))

    def put(self, key: str, source: Path) -> int:
        """Keep a copy of a file, which costs nothing where the disk can share its blocks; durable when told."""
        target = self._folder / check_key(key)
        with _translated(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(f"{_ASIDE}{random_id()}")
            try:
                _copy(source, aside)
                size = _settle(aside)
                aside.replace(target)
            finally:
                aside.unlink(missing_ok=True)
        return size

    def path(self, key: str) -> Path | None:
        """Give the file of a key; links are not followed out of the store, for none is ever made there."""
        if not is_key(key):
            return None
        path = self._folder / key
        return path if _size_of(path) is not None else None

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Yield the bytes in pieces."""
        path = self.path(key)
        if path is None:
            raise NotFound("the store has no such file.", where=key[:80])
        with _translated(path):
            file = path.open("rb")
        return _pieces(file, start, length)

    def size(self, key: str) -> int | None:
        """Ask the disk."""
        return _size_of(self._folder / key) if is_key(key) else None

    def list(self, prefix: str) -> Iterator[str]:
        """Walk the folder, in order of keys."""
        if self.size(prefix) is not None:
            yield prefix
        folder = self._folder / check_key(prefix.rstrip("/")) if prefix.rstrip("/") else self._folder
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self._folder).as_posix()

    def remove(self, prefix: str) -> int:
        """Remove a file or a folder."""
        target = self._folder / check_key(prefix.rstrip("/"))
        freed = sum(self.size(key) or 0 for key in self.list(prefix))
        with _translated(target):
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink(missing_ok=True)
        return freed


def _copy(source: Path, target: Path) -> None:
    """Copy a file. Never as another name of it: who writes into the source again would write into what is kept."""
    with source.open("rb") as there, target.open("wb") as here:
        try:
            while os.copy_file_range(there.fileno(), here.fileno(), _AT_ONCE):
                pass
        except (AttributeError, OSError) as error:  # not on every system, nor between any two disks
            if isinstance(error, OSError) and error.errno not in _CANNOT_COPY:
                raise
            there.seek(0)
            here.seek(0)
            shutil.copyfileobj(there, here)


def _settle(path: Path) -> int:
    path.chmod(_MODE)
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size


def _size_of(path: Path) -> int | None:
    with suppress(OSError):
        found = path.lstat()
        if stat.S_ISREG(found.st_mode):
            return found.st_size
    return None


def _pieces(file: BinaryIO, start: int, length: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = length
        while left is None or left > 0:
            piece = file.read(_PIECE if left is None else min(_PIECE, left))
            if not piece:
                return
            left = None if left is None else left - len(piece)
            yield piece


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise trouble_of(error, path) from error


def trouble_of(error: OSError, path: Path) -> CinocheError:
    """Say what a disk could not do, and what to do about it."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return Unavailable("the disk is full.", where=str(path), remedy="Make room on it, then try again.")
    return Unavailable(
        f"the disk refused ({error.strerror}).",
        where=str(path),
        remedy="Give this user the right to write there, and check the disk.",
    )
