"""A lock that a process holds on a folder for as long as it lives, and that no crash leaves behind."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from cinoche.kit.errors import Conflict


class FolderLock:
    """Hold ``folder/name`` locked (flock) between ``with`` and its end; the file says who holds it.

    The kernel lets go of the lock when the process ends, however it ends, so nothing has to be cleaned after a crash.
    Raises Conflict when another process holds it.
    """

    def __init__(self, folder: Path, name: str, *, holder: str) -> None:
        self._path = folder / name
        self._holder = holder
        self._file: int | None = None

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
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
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{self._holder} (process {os.getpid()})\n".encode())
        self._file = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
