"""Media in memory: for tests, and for trying things out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

from cinoche.kit.errors import NotFound
from cinoche.playback.keys import check_key, is_under
from cinoche.playback.ports import MediaStore


class MemoryMediaStore(MediaStore):
    """A dictionary of keys and bytes."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    @classmethod
    def open_url(cls, _url: str) -> Self:
        """Open an empty store."""
        return cls()

    def put(self, key: str, source: Path) -> int:
        """Keep the bytes of a file."""
        data = source.read_bytes()
        self._files[check_key(key)] = data
        return len(data)

    def path(self, key: str) -> Path | None:  # noqa: ARG002
        """Tell that nothing here is a file."""
        return None

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Yield the bytes at once."""
        data = self._files.get(key)
        if data is None:
            raise NotFound("the store has no such file.", where=key[:80])
        return iter([data[start : None if length is None else start + length]])

    def size(self, key: str) -> int | None:
        """Count the bytes."""
        data = self._files.get(key)
        return None if data is None else len(data)

    def list(self, prefix: str) -> Iterator[str]:
        """List the keys under a prefix, in order."""
        yield from sorted(key for key in self._files if is_under(key, prefix))

    def remove(self, prefix: str) -> int:
        """Forget every key under a prefix."""
        check_key(prefix.rstrip("/"))
        gone = [key for key in self._files if is_under(key, prefix)]
        return sum(len(self._files.pop(key)) for key in gone)
