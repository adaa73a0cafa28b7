"""What every source of titles and ratings gives, whatever its files look like."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cinoche.catalog.models import Source, TitleRecord


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that could not be used: where it stands, why, and its text."""

    file: str
    line: int
    reason: str
    text: str


Keep = Callable[[SetAside], None]
"""Called with every row that is set aside; nothing is lost silently."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Stars (0.5 to 5) that a user of a data set gave to one of its films, in seconds since 1970 UTC."""

    user: str
    film: str
    rating: float
    time_s: float


@dataclass(frozen=True, slots=True)
class DataSet:
    """Titles and ratings of one source.

    ``titles(known, keep)`` reads the titles; ``known`` maps (source, value) of external ids to the ids of titles that
    are here already. It returns the film ids of the data set with their titles. ``ratings(keep)`` reads the ratings
    anew at each call. ``digest`` changes when any file does. ``shift_s`` is what was added to every time.
    """

    name: str
    sources: Sequence[Source]
    digest: str
    titles: Callable[[Mapping[tuple[str, str], str], Keep], Mapping[str, TitleRecord]]
    ratings: Callable[[Keep], Iterator[Rating]]
    n_ratings: int | None = None
    shift_s: float = 0.0
    notes: Sequence[str] = ()
