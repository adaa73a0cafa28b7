"""What playback needs of the place where media are kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class MediaStore(Protocol):
    """Files by key, like ``<asset_id>/video/480/00001.m4s``, on this machine or on another."""

    def put(self, key: str, source: Path) -> int:
        """Keep a file under a key, whole or not at all, whatever becomes of the source; tell its size.

        Raises Unavailable (a full disk).
        """
        ...

    def path(self, key: str) -> Path | None:
        """Give the local file of a key; None where the store has none or keeps it elsewhere. Never leaves the store."""
        ...

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of a key, or a range of them; raises NotFound."""
        ...

    def size(self, key: str) -> int | None:
        """Tell the size of a key's file in bytes; None where there is none."""
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """List the keys under a prefix."""
        ...

    def remove(self, prefix: str) -> int:
        """Remove every key under a prefix; tell how many bytes that gave back."""
        ...
