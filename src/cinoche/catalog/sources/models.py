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

Known = Mapping[tuple[str, str], str]
"""(source, value) of an external id → the id of the title that has it."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Stars (0.5 to 5) that a user of a data set gave to one of its films; ``line`` is where it stands in its file."""

    user: str
    film: str
    rating: float
    time_s: float
    line: int = 0


@dataclass(frozen=True, slots=True)
class DataSet:
    """Titles and ratings of one source.

    ``titles(known, keep)`` reads the titles: the film ids of the data set, each with its title, whose id is the one
    that ``known`` has for it. ``ratings(keep)`` reads the ratings of ``ratings_file`` anew at each call. ``digest``
    changes when any file does. ``shift_s`` (whole seconds) is what was added to every time.
    """

    name: str
    sources: Sequence[Source]
    digest: str
    titles: Callable[[Known, Keep], Mapping[str, TitleRecord]]
    ratings: Callable[[Keep], Iterator[Rating]]
    ratings_file: str
    n_ratings: int | None = None
    shift_s: float = 0.0
    notes: Sequence[str] = ()
