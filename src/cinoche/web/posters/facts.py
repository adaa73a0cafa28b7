"""What a poster is drawn from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LONGEST_NAME: Final = 160
_MOST_DIRECTORS: Final = 2


@dataclass(frozen=True, slots=True)
class PosterFacts:
    """The facts of a title that its poster shows, as far as it shows them."""

    title_id: str
    name: str
    year: int | None
    directors: tuple[str, ...]
    genres: tuple[str, ...]

    @classmethod
    def of(
        cls, title_id: str, name: str, year: int | None, directors: Iterable[str], genres: Iterable[str]
    ) -> "PosterFacts":
        """Take the facts of a title, whatever they are: text is cleaned of what no document can hold."""
        shown = tuple(filter(None, map(clean, directors)))
        return cls(title_id, clean(name), year, shown[: _MOST_DIRECTORS + 1], tuple(genres))

    @property
    def credit(self) -> str:
        """Name who directed: two at most."""
        more = "…" if len(self.directors) > _MOST_DIRECTORS else ""
        return ", ".join(self.directors[:_MOST_DIRECTORS]) + more


def clean(text: str) -> str:
    """Drop what XML cannot hold or nobody can see, and shorten what no poster can show."""
    words = "".join(each if each.isprintable() or each.isspace() else "" for each in text).split()
    shown = " ".join(words)
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1].rstrip() + "…"
