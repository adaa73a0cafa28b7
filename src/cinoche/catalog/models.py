"""Titles and what is known of them; frozen, with no way to a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cinoche.kit.ids import stable_id
from cinoche.kit.text import fold


class Kind(StrEnum):
    """What a title is."""

    FILM = "film"
    SERIES = "series"
    SEASON = "season"
    EPISODE = "episode"


NAMED_KINDS: Final = frozenset({Kind.FILM, Kind.SERIES})
"""What people ask for by name; seasons and episodes are reached through their series."""

EARLIEST_YEAR: Final = 1870
LATEST_YEAR: Final = 2200
LONGEST_NAME: Final = 500
LONGEST_GENRE: Final = 60
LONGEST_TAG: Final = 200
LONGEST_PERSON: Final = 300
LONGEST_SYNOPSIS: Final = 4_000
"""What the catalogue can keep: years, and characters."""

DIRECTOR: Final = "director"
"""The role of who directed a title."""

MPAA_MIN_AGE: Final[Mapping[str, int]] = {"G": 0, "PG": 8, "PG-13": 13, "R": 17, "NC-17": 18}
"""The age from which each certification of the Motion Picture Association lets a child watch alone.

The association names ages for PG-13, R and NC-17 (filmratings.com); "parental guidance suggested" names none and
counts as 8 here.
"""

UNITED_STATES: Final = "US"


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from, and under which terms."""

    source: str
    name: str
    licence: str
    is_commercial: bool
    attribution: str


MOVIELENS: Final = Source(
    "movielens",
    "MovieLens",
    "GroupLens research licence: no commercial use, no redistribution without permission",
    False,
    "F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. ACM TiiS 5, 4: 19.",
)
GGPLOT2MOVIES: Final = Source(
    "ggplot2movies",
    "ggplot2movies (IMDb)",
    "IMDb content of 2006 in the R package ggplot2movies: non-commercial use",
    False,
    "Information courtesy of IMDb (imdb.com), used with permission; packaged by Hadley Wickham in ggplot2movies.",
)
VEGA: Final = Source(
    "vega",
    "vega-datasets (movies.json)",
    "The package is under the BSD 3-clause licence; it does not say under which terms its films were gathered: "
    "unknown, treated as non-commercial",
    False,
    "Directors and certifications from movies.json of vega-datasets, packaged by the Vega project (vega.github.io).",
)
HOUSE: Final = Source(
    "house",
    "Cinoche",
    "The operator's own facts, and the reels that Cinoche makes itself: no restriction",
    True,
    "Facts written by the operator of this Cinoche.",
)
SOURCES: Final[Sequence[Source]] = (MOVIELENS, GGPLOT2MOVIES, VEGA, HOUSE)


@dataclass(frozen=True, slots=True)
class Certification:
    """An authority's mark: for which country, which mark, and the age it means (None where it names none)."""

    country: str
    mark: str
    min_age: int | None


def person_id_of(name: str) -> str:
    """Tell the id of a person who is known by name alone: the same for the same folded name."""
    return stable_id("person", fold(name) or name)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has had a part in titles."""

    person_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Credit:
    """A part that a person had in a title: ``role`` is director, actor, writer."""

    person: Person
    role: str
    character: str | None = None


@dataclass(frozen=True, slots=True)
class TitleRecord:
    """Everything that a source says of one title. ``facts_from`` names another source for single fields."""

    title_id: str
    kind: Kind
    name: str
    year: int | None
    source: str
    original_name: str | None = None
    alternative_names: Sequence[str] = ()
    parent_id: str | None = None
    number: int | None = None
    length_s: int | None = None
    budget_usd: int | None = None
    genres: Sequence[str] = ()
    external: Mapping[str, str] = field(default_factory=dict)
    certification: Certification | None = None
    credits: Sequence[Credit] = ()
    tags: Mapping[str, int] = field(default_factory=dict)
    synopsis: str | None = None
    facts_from: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Face:
    """The public columns of a title, as a list shows them.

    A series or season ``has_media`` when one of its episodes has. ``parent_id`` and ``number`` place a season or an
    episode in its series. ``min_age`` is that of the strictest certification among its own and those of what it is a
    part of; None where nobody certified it, or the whole of it.
    """

    title_id: str
    name: str
    year: int | None
    kind: Kind
    length_s: int | None = None
    certification: str | None = None
    min_age: int | None = None
    genres: tuple[str, ...] = ()
    external: Mapping[str, str] = field(default_factory=dict)
    has_media: bool = False
    directors: tuple[str, ...] = ()
    parent_id: str | None = None
    number: int | None = None


def is_fit(min_age: int | None, max_age: int | None) -> bool:
    """Tell whether a limit of age lets a title through; what nobody certified is for nobody with a limit."""
    return max_age is None or (min_age is not None and min_age <= max_age)


@dataclass(frozen=True, slots=True)
class Faces:
    """Every title's face in memory, and the people of each: one version of the catalogue.

    ``children`` are the seasons and episodes directly under a title, in their order. ``withdrawn`` are the titles that
    an operator took away, and what is under them: only the Studio looks at these.
    """

    version: int
    faces: tuple[Face, ...]
    index: Mapping[str, int]
    people: Mapping[str, tuple[tuple[str, str, str], ...]] = field(default_factory=dict)
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    withdrawn: Mapping[str, Face] = field(default_factory=dict)

    def get(self, title_id: str) -> Face | None:
        """Give a title's face, or None when the catalogue has no such title."""
        position = self.index.get(title_id)
        return None if position is None else self.faces[position]

    def name_of(self, title_id: str) -> str:
        """Say the name of a title, or its id where the catalogue has it no more."""
        face = self.get(title_id)
        return face.name if face is not None else title_id


@dataclass(frozen=True, slots=True)
class Tag:
    """A word that viewers gave to a title, and how many times they did."""

    tag: str
    times: int


@dataclass(frozen=True, slots=True)
class TitleDetail:
    """Everything that is known of a title; ``sources`` names the source of each fact, ``attributions`` what to cite."""

    title_id: str
    name: str
    year: int | None
    kind: Kind
    length_s: int | None
    certification: str | None
    min_age: int | None
    genres: Sequence[str]
    external: Mapping[str, str]
    has_media: bool
    original_name: str | None
    alternative_names: Sequence[str]
    parent_id: str | None
    number: int | None
    budget_usd: int | None
    credits: Sequence[Credit]
    tags: Sequence[Tag]
    sources: Mapping[str, str]
    attributions: Sequence[str]
    directors: tuple[str, ...] = ()
    synopsis: str | None = None
    is_withdrawn: bool = False
    updated_at: float = 0.0


@dataclass(frozen=True, slots=True)
class TitleFilter:
    """Which titles a list is about; what is None does not matter, but that no kind means films and series."""

    kind: Kind | None = None
    genre: str | None = None
    person_id: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    max_age: int | None = None
    has_media: bool | None = None


class Sort(StrEnum):
    """In which order a list of titles comes; ``known`` is by how many people know each."""

    NAME = "name"
    NEWEST = "newest"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class PersonFace:
    """A person, in how many titles they had a part, and which."""

    person_id: str
    name: str
    titles: int
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A title that a person had a part in."""

    face: Face
    role: str
    character: str | None


@dataclass(frozen=True, slots=True)
class GenreFace:
    """A genre, and how many films and series have it."""

    genre: str
    titles: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found; ``read_as`` is a name as it was understood, where typos were forgiven."""

    titles: Sequence[Face]
    people: Sequence[PersonFace]
    genres: Sequence[GenreFace]
    read_as: str | None


@dataclass(frozen=True, slots=True)
class Collection:
    """The collection in figures; ``titles`` are films and series, ``hours`` those of all whose length is known."""

    version: int
    titles: int
    films: int
    series: int
    episodes: int
    with_media: int
    people: int
    hours: float
    first_year: int | None
    last_year: int | None
    genres: Sequence[GenreFace]
    decades: Sequence[tuple[int, int]]
    attributions: Sequence[str]


class StudioSort(StrEnum):
    """In which order the Studio lists titles: by name, or what is the most first."""

    NAME = "name"
    YEAR = "year"
    UPDATED = "updated"
    PLAYS = "plays"


@dataclass(frozen=True, slots=True)
class StudioFilter:
    """Which titles the Studio lists; what is None does not matter. ``text`` is an id, or words of a name."""

    text: str | None = None
    genre: str | None = None
    kind: Kind | None = None
    is_withdrawn: bool | None = None


@dataclass(frozen=True, slots=True)
class StudioTitle:
    """A title as an operator sees it."""

    face: Face
    is_withdrawn: bool
    synopsis: str | None
    updated_at: float


@dataclass(frozen=True, slots=True)
class StudioPage:
    """A page of titles, the cursor of the next one, and how many there are in all."""

    items: Sequence[StudioTitle]
    next: str | None
    total: int
