"""What one viewer may look around in: the titles under their limit, with the people and genres of these.

A shelf is made of one version of the catalogue and one limit; what a question needs is worked out when it is first
asked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from cinoche.catalog.genres import IN_FRENCH
from cinoche.catalog.models import NAMED_KINDS, Collection, Face, Faces, Found, GenreFace, Kind, PersonFace, is_fit
from cinoche.catalog.names import NameEntry, NameIndex, Reading
from cinoche.kit.clock import HOUR_S
from cinoche.kit.text import fold

MOST_BESIDE: Final = 6
"""How many people, and how many genres, a search shows beside its titles."""


class Shelf:
    """The titles that one limit shows. Safe to share between threads."""

    def __init__(self, faces: Faces, also: Mapping[str, Sequence[str]], *, max_age: int | None = None) -> None:
        self.faces = faces
        self.shown = faces.faces if max_age is None else tuple(_under(faces.faces, max_age))
        self._also = also

    @cached_property
    def names(self) -> NameIndex:
        """The names of films and series."""
        return NameIndex(
            NameEntry(face.title_id, face.name, face.year, face.external, self._also.get(face.title_id, ()))
            for face in self._named
        )

    @cached_property
    def genres(self) -> Sequence[GenreFace]:
        """Every genre, the fullest first."""
        counts = Counter(genre for face in self._named for genre in face.genres)
        return [GenreFace(genre, n) for genre, n in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]

    @cached_property
    def people(self) -> Mapping[str, PersonFace]:
        """Everybody who had a part in a title, by id; who had many comes first."""
        parts: dict[str, tuple[str, set[str], dict[str, None]]] = {}
        for face in self.shown:
            for person_id, name, role in self.faces.people.get(face.title_id, ()):
                _, titles, roles = parts.setdefault(person_id, (name, set(), {}))
                titles.add(face.title_id)
                roles[role] = None
        faces = [PersonFace(each, name, len(titles), tuple(roles)) for each, (name, titles, roles) in parts.items()]
        return {face.person_id: face for face in sorted(faces, key=lambda face: (-face.titles, face.name))}

    def search(self, text: str, *, limit: int) -> Found:
        """Find titles, people and genres by what somebody types; typos are forgiven where nothing has the words."""
        people = self._people_names.read(text, limit=MOST_BESIDE, typos=False)
        genres = self._genre_names.read(text, limit=MOST_BESIDE, typos=False)
        titles = self.names.read(text, limit=limit, typos=not (people.entries or genres.entries))
        is_guess = titles.is_guess and not (people.entries or genres.entries)
        if is_guess:
            people = self._people_names.read(text, limit=MOST_BESIDE)
            genres = self._genre_names.read(text, limit=MOST_BESIDE)
        return Found(
            titles=[self.faces.faces[self.faces.index[each.title_id]] for each in titles.entries],
            people=[self.people[each.title_id] for each in people.entries],
            genres=[self._genre[each.title_id] for each in genres.entries],
            read_as=_nearest(text, (titles, people, genres)) if is_guess else None,
        )

    def warm(self) -> None:
        """Build all that a search reads, so that nobody waits for it."""
        self.search("xyzzy", limit=1)  # nothing is called so: every name is looked at, for typos too

    def collection(self, attributions: Sequence[str]) -> Collection:
        """Say the collection in figures."""
        kinds = Counter(face.kind for face in self.shown)
        years = [face.year for face in self._named if face.year is not None]
        decades = Counter(year // 10 * 10 for year in years)
        return Collection(
            version=self.faces.version,
            titles=len(self._named),
            films=kinds[Kind.FILM],
            series=kinds[Kind.SERIES],
            episodes=kinds[Kind.EPISODE],
            with_media=sum(face.has_media for face in self._named),
            people=len(self.people),
            hours=round(sum(face.length_s or 0 for face in self.shown) / HOUR_S, 1),
            first_year=min(years, default=None),
            last_year=max(years, default=None),
            genres=self.genres,
            decades=sorted(decades.items()),
            attributions=attributions,
        )

    @cached_property
    def _named(self) -> Sequence[Face]:
        return [face for face in self.shown if face.kind in NAMED_KINDS]

    @cached_property
    def _genre(self) -> Mapping[str, GenreFace]:
        return {face.genre: face for face in self.genres}

    @cached_property
    def _people_names(self) -> NameIndex:
        return NameIndex(
            NameEntry(face.person_id, face.name, also=_surname(face.name)) for face in self.people.values()
        )

    @cached_property
    def _genre_names(self) -> NameIndex:
        french = IN_FRENCH
        return NameIndex(
            NameEntry(genre, genre, also=[french[genre]] if genre in french else []) for genre in self._genre
        )


def _under(faces: Iterable[Face], max_age: int) -> Iterable[Face]:
    return (face for face in faces if is_fit(face.min_age, max_age))


def _surname(name: str) -> Sequence[str]:
    """Let somebody be found by a surname that is typed nearly right."""
    words = name.split()
    return words[-1:] if len(words) > 1 else []


def _nearest(text: str, readings: Iterable[Reading]) -> str | None:
    """Tell which of the best titles, people and genres is the nearest to what was typed."""
    from rapidfuzz import fuzz

    typed = fold(text)
    best = [reading.entries[0] for reading in readings if reading.entries]
    names = [(max(fuzz.ratio(typed, fold(each)) for each in (entry.name, *entry.also)), entry.name) for entry in best]
    return max(names, key=lambda each: each[0])[1] if names else None
