"""The address of a title's poster: it changes with the facts that the poster shows, so that it may be kept for ever."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final, Protocol

DRAWING: Final = 2
"""The number of the way of drawing: raised when the same facts look otherwise, so that no cache keeps the old look."""

_KEPT: Final = 65_536


class Pictured(Protocol):
    """What of a title its poster shows."""

    @property
    def title_id(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def year(self) -> int | None:
        """When it came out."""
        ...

    @property
    def directors(self) -> Sequence[str]:
        """Who directed it."""
        ...

    @property
    def genres(self) -> Sequence[str]:
        """Its genres."""
        ...


def poster_address(title: Pictured) -> str:
    """Give the address of a title's poster on this server; ``-wide`` before ``.svg`` is the panorama."""
    return f"/posters/{title.title_id}-{poster_key(title)}.svg"


def poster_key(title: Pictured) -> str:
    """Give eight hexadecimal digits that stand for what a poster shows and for the way of drawing."""
    return _key(title.title_id, title.name, title.year, tuple(title.directors), tuple(title.genres))


@lru_cache(_KEPT)  # a page names hundreds of titles, the same ones again and again
def _key(title_id: str, name: str, year: int | None, directors: Sequence[str], genres: Sequence[str]) -> str:
    said = (str(DRAWING), title_id, name, str(year), *directors, "", *genres)
    return blake2b("\x1f".join(said).encode("utf-8", "replace"), digest_size=4).hexdigest()
