"""A lock that a process holds on a folder for as long as it lives, and that no crash leaves behind."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from cinoche.kit.errors import Conflict, Unavailable


class FolderLock:
    """Hold ``folder/name`` locked (flock) between ``with`` and its end; the file says who holds it.

    The kernel lets go of the lock when the process ends, however it ends, so nothing has to be cleaned after a crash.
    A process that this one forks holds it too, until both are gone. Raises Conflict when another process holds it, and
    Unavailable when the folder cannot be written.
    """

    def __init__(self, folder: Path, name: str, *, holder: str) -> None:
        self._path = folder / name
        self._holder = holder
        self._file: int | None = None

    def __enter__(self) -> Self:
        descriptor = self._open()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            other = os.read(descriptor, 200).decode(errors="replace").strip() or "another process"
            os.close(descriptor)
            raise Conflict(
                f"{other} is using this data folder.",
                where=str(self._path.parent),
                remedy="Stop it first, or give this one a folder of its own with --data.",
            ) from error
        self._file = descriptor
        with suppress(OSError):  # on a full disk nobody's name can be written, and the lock holds all the same
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{self._holder} (process {os.getpid()})\n".encode())
        return self

    def _open(self) -> int:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(
                f"the folder cannot be written ({error.strerror}).",
                where=str(self._path.parent),
                remedy="Give this user the right to write there, or choose another with --data.",
            ) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
