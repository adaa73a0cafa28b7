"""Titles by the names that people type: exact, folded, with or without article and year, and nearly so.

Pure and light (rapidfuzz only): the command line imports it for every answer.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from cinoche.kit.errors import Conflict, NotFound
from cinoche.kit.text import fold

ARTICLES: Final = frozenset(
    {
        "the",
        "a",
        "an",
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "des",
        "der",
        "die",
        "das",
        "el",
        "los",
        "las",
        "il",
        "lo",
        "gli",
        "i",
    }
)
"""Words that people leave out at the beginning of a name."""

IMDB: Final = "imdb"
_IMDB_ID = re.compile(r"^tt\d{5,10}$")
_SOURCE_ID = re.compile(r"^([a-z]{2,20}):(\S{1,60})$")
_WITH_YEAR = re.compile(r"^(.*\S)[\s,]*\(?((?:18|19|20|21)\d\d)\)?$")

SURE: Final = 82.0
"""The likeness (rapidfuzz ratio, 0 to 100) from which a typed name counts as one with a typo."""

CLEARLY_BETTER: Final = 2.0
NEAR: Final = 25.0
ALIKE: Final = 70.0
"""The likeness that is worth showing: to somebody who searches (70), to somebody who asked for one title (25)."""

SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A title as names know it: ``also`` are its other names, ``folded`` its name folded where that is known."""

    title_id: str
    name: str
    year: int | None = None
    external: Mapping[str, str] = field(default_factory=dict)
    also: Sequence[str] = ()
    folded: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.year})" if self.year else self.name


class Ambiguous(Conflict):
    """A name that several titles have; ``candidates`` are they."""

    def __init__(self, text: str, candidates: Sequence[NameEntry]) -> None:
        shown = "; ".join(f"{each} [{each.title_id}]" for each in candidates[:SHOWN])
        super().__init__(
            f"{len(candidates)} titles are called {text!r}: {shown}.",
            where=text,
            remedy="Add the year, or give the id.",
        )
        self.candidates = candidates


class Unknown(NotFound):
    """A name that no title has, nor nearly; ``near`` is what comes closest."""

    def __init__(self, text: str, near: Sequence[NameEntry]) -> None:
        shown = "; ".join(str(each) for each in near)
        remedy = f"The nearest are: {shown}." if near else "Check the spelling, or give an id such as tt0113277."
        super().__init__(f"no title is called {text[:100]!r}.", where="title", remedy=remedy)
        self.near = near


def without_article(folded: str) -> str:
    """Leave out the article that a folded name begins with: ``the matrix`` → ``matrix``."""
    first, _, rest = folded.partition(" ")
    return rest if rest and first in ARTICLES else folded


class NameIndex:
    """Names of titles, to resolve one and to search among them."""

    def __init__(self, entries: Iterable[NameEntry]) -> None:
        self.entries = tuple(entries)
        self._names: list[str] = []
        self._owner: list[int] = []
        for number, entry in enumerate(self.entries):
            self._names.append(entry.folded if entry.folded is not None else fold(entry.name))
            self._owner.append(number)
            for other in entry.also:
                self._names.append(fold(other))
                self._owner.append(number)

    @cached_property
    def _by_id(self) -> Mapping[str, int]:
        return {entry.title_id: number for number, entry in enumerate(self.entries)}

    @cached_property
    def _by_external(self) -> Mapping[tuple[str, str], int]:
        return {
            (source, value): number
            for number, entry in enumerate(self.entries)
            for source, value in entry.external.items()
        }

    @cached_property
    def _by_folded(self) -> Mapping[str, list[int]]:
        return _group(zip(self._names, self._owner, strict=True))

    @cached_property
    def _by_bare(self) -> Mapping[str, list[int]]:
        bare = ((without_article(name), owner) for name, owner in zip(self._names, self._owner, strict=True))
        return _group(bare)

    def resolve(self, text: str) -> NameEntry:
        """Find the one title that a name or an id means.

        Ids are ours, ``tt…`` and ``source:value``. A name written exactly wins over one that differs in case, accents
        or article, and that over one with a typo; a year after the name decides between titles of one name.
        Raises Ambiguous with the candidates, or Unknown with what comes near.
        """
        text = text.strip()
        number = self._id(text)
        if number is not None:
            return self.entries[number]
        for candidates in self._readings(text):
            if len(candidates) == 1:
                return self.entries[candidates[0]]
            if candidates:
                raise Ambiguous(text, [self.entries[each] for each in candidates])
        raise Unknown(text, self._near(text))

    def search(self, text: str, *, limit: int = 20) -> list[NameEntry]:
        """List titles by what is typed so far, best first: the name, its beginning, words of it, then typos."""
        wanted = fold(text)
        if not wanted:
            return []
        ranked: dict[int, tuple[int, int]] = {}
        for name, owner in zip(self._names, self._owner, strict=True):
            rank = _rank(wanted, name)
            if rank is not None and (owner not in ranked or (rank, len(name)) < ranked[owner]):
                ranked[owner] = (rank, len(name))
        found = sorted(ranked, key=lambda owner: (*ranked[owner], owner))[:limit]
        if len(found) < limit:
            found += [owner for owner, _ in self._alike(wanted, 2 * limit, ALIKE) if owner not in ranked]
        return [self.entries[owner] for owner in found[:limit]]

    def _id(self, text: str) -> int | None:
        if text in self._by_id:
            return self._by_id[text]
        if _IMDB_ID.match(text):
            return self._by_external.get((IMDB, text))
        match = _SOURCE_ID.match(text)
        return self._by_external.get((match[1], match[2])) if match else None

    def _readings(self, text: str) -> Iterator[list[int]]:
        wanted = fold(text)
        exact = [each for each in self._by_folded.get(wanted, ()) if self.entries[each].name == text]
        yield exact
        yield list(self._by_folded.get(wanted, ()))
        match = _WITH_YEAR.match(text)
        if match:
            name, year = fold(match[1]), int(match[2])
            yield self._of_year(self._by_folded.get(name, ()), year)
            yield self._of_year(self._by_bare.get(without_article(name), ()), year)
        yield list(self._by_bare.get(without_article(wanted), ()) if wanted else ())
        if match:
            yield self._of_year([owner for owner, _ in self._best(fold(match[1]))], int(match[2]))
        yield [owner for owner, _ in self._best(wanted)]

    def _of_year(self, numbers: Iterable[int], year: int) -> list[int]:
        return [number for number in numbers if self.entries[number].year == year]

    def _best(self, wanted: str) -> list[tuple[int, float]]:
        alike = self._alike(wanted, 8, SURE) if len(wanted) > 2 else []
        return [each for each in alike if alike[0][1] - each[1] < CLEARLY_BETTER]

    def _near(self, text: str) -> list[NameEntry]:
        wanted = fold(text)
        found = [owner for owner, _ in self._alike(wanted, SHOWN, NEAR)]
        return [self.entries[owner] for owner in found]

    def _alike(self, wanted: str, limit: int, cutoff: float) -> list[tuple[int, float]]:
        from rapidfuzz import fuzz, process

        best: dict[int, float] = {}
        for names in (self._names, self._bare_names):
            query = wanted if names is self._names else without_article(wanted)
            for _, score, row in process.extract(query, names, scorer=fuzz.ratio, limit=limit, score_cutoff=cutoff):
                owner = self._owner[row]
                best[owner] = max(score, best.get(owner, 0.0))
        return sorted(best.items(), key=lambda each: (-each[1], each[0]))[:limit]

    @cached_property
    def _bare_names(self) -> list[str]:
        return [without_article(name) for name in self._names]


def _group(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    grouped: dict[str, list[int]] = {}
    for name, owner in pairs:
        owners = grouped.setdefault(name, [])
        if owner not in owners:
            owners.append(owner)
    return grouped


def _rank(wanted: str, name: str) -> int | None:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if wanted not in name and " " not in wanted:
        return None
    if without_article(name).startswith(wanted):
        return 1
    padded = f" {name}"
    if f" {wanted}" in padded:
        return 2
    return 3 if all(f" {word}" in padded for word in wanted.split()) else None
