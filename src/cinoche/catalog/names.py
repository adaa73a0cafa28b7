"""Titles by the names that people type: exact, folded, with or without article and year, begun, and nearly so.

Pure and light (rapidfuzz only, and only when there is a typo): the command line imports it for every answer.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import Final

from cinoche.kit.errors import Conflict, NotFound
from cinoche.kit.text import fold

ARTICLES: Final = frozenset(
    {
        "the", "a", "an", "le", "la", "les", "l", "un", "une", "des", "der", "die", "das", "ein", "eine", "el", "los",
        "las", "il", "lo", "gli", "i", "o", "os", "as", "det", "den", "de", "het",
    }
)  # fmt: skip
"""Words that people leave out at the beginning of a name, and that catalogues write behind it (folded)."""

IMDB: Final = "imdb"
SITES: Final = frozenset({IMDB, "tmdb", "movielens"})
"""Whose ids are never taken for names, even when no title has them: ``tmdb:949``."""

_IMDB_ID = re.compile(r"tt[0-9]{5,10}", re.IGNORECASE)
_SOURCE_ID = re.compile(r"([A-Za-z]{2,20}):(\S{1,60})")
_WITH_YEAR = re.compile(r"(.*\S)(?:\s*\(|[\s,]\s*)((?:18|19|20|21)[0-9]{2})\)?", re.DOTALL)
_ARTICLE_LAST = re.compile(r"(.*\S),\s+(\w+['’]?)", re.DOTALL)

LONGEST: Final = 200
"""What is longer than this was not typed, and is not looked at."""

SHORTEST_BEGINNING: Final = 3
"""The shortest text that counts as the beginning of a longer name."""

FEW: Final = 3
"""With fewer titles found than this, a search also looks for typos."""

MOST_WORDS: Final = 10
"""A text of more words than this is not corrected word by word."""

NEAR: Final = 50.0
"""The likeness (rapidfuzz ratio, 0 to 100) that is worth showing to somebody who asked for a title by name."""

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
    """A name that may mean several titles; ``candidates`` are they."""

    def __init__(self, text: str, candidates: Sequence[NameEntry]) -> None:
        shown = "; ".join(f"{each} [{each.title_id}]" for each in candidates[:SHOWN])
        more = f"; and {len(candidates) - SHOWN} more" if len(candidates) > SHOWN else ""
        years = {each.year for each in candidates}
        super().__init__(
            f"{text[:100]!r} may mean {len(candidates)} titles: {shown}{more}.",
            where="title",
            remedy="Add the year, or give the id." if len(years) == len(candidates) else "Give the id.",
        )
        self.candidates = tuple(candidates)


class Unknown(NotFound):
    """A name that no title has, nor nearly; ``near`` is what comes closest."""

    def __init__(self, text: str, near: Sequence[NameEntry]) -> None:
        shown = "; ".join(str(each) for each in near)
        remedy = f"The nearest are: {shown}." if near else "Check the spelling, or give an id such as tt0113277."
        super().__init__(f"no title is called {text[:100]!r}.", where="title", remedy=remedy)
        self.near = tuple(near)


def without_article(folded: str) -> str:
    """Leave out the article that a folded name begins with: ``the matrix`` → ``matrix``."""
    first, _, rest = folded.partition(" ")
    return rest if rest and first in ARTICLES else folded


def say(name: str) -> str:
    """Put the article that a catalogue writes behind a name where people say it.

    >>> say("Matrix, The"), say("Avventura, L'"), say("Good, the Bad and the Ugly, The")
    ('The Matrix', "L'Avventura", 'The Good, the Bad and the Ugly')
    """
    name = name.strip()
    match = _ARTICLE_LAST.fullmatch(name)
    if not match or fold(match[2]) not in ARTICLES:
        return name
    return f"{match[2]}{'' if match[2][-1] in chr(39) + '’' else ' '}{match[1]}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a search found, best first; ``is_guess`` when nothing has the words as they were typed."""

    entries: list[NameEntry]
    is_guess: bool = False


class NameIndex:
    """Names of titles, to resolve one and to search among them. Safe to share between threads.

    A *row* is one name: the first rows are the entries' own names, in their order, the others their other names. What
    a question needs beyond them is worked out when it is first asked.
    """

    def __init__(self, entries: Iterable[NameEntry]) -> None:
        self.entries = tuple(entries)
        others = [(other, number) for number, entry in enumerate(self.entries) for other in entry.also]
        self._written = [entry.name for entry in self.entries] + [other for other, _ in others]
        self._owner = [*range(len(self.entries)), *(number for _, number in others)]
        own = [fold(entry.name) if entry.folded is None else entry.folded for entry in self.entries]
        self._names = own + [fold(other) for other, _ in others]

    def __len__(self) -> int:
        return len(self.entries)

    def resolve(self, text: str) -> NameEntry:
        """Find the one title that a name or an id means.

        Ids are ours, ``tt…`` and ``source:value``. A name written exactly wins over one that differs in case, accents
        or article, that over a name's beginning, and that over one with a typo; a title's own name wins over the other
        names of another; a year after the name decides between titles of one name.
        Raises Ambiguous with the candidates, or Unknown with what comes near.
        """
        text = text.strip()
        if len(text) > LONGEST:
            raise Unknown(text, ())
        number = self._id(text)
        if number is not None:
            return self.entries[number]
        for rows in self._readings(text):
            for candidates in (self._owners(row for row in rows if row < len(self)), self._owners(rows)):
                if len(candidates) == 1:
                    return self.entries[candidates[0]]
                if candidates:
                    raise Ambiguous(text, [self.entries[each] for each in candidates])
        raise Unknown(text, self._near(text))

    def search(self, text: str, *, limit: int = 20) -> list[NameEntry]:
        """List titles by what is typed so far, best first: the name, its beginning, words of it, then typos."""
        return self.read(text, limit=limit).entries

    def read(self, text: str, *, limit: int = 20, typos: bool = True) -> "Reading":
        """Search, forgiving typos or not, and tell whether it took that for anything to be found."""
        text = text.strip()[:LONGEST]
        wanted = fold(text)
        if not wanted:
            return Reading([entry for entry in self.entries if text and entry.name == text][: max(limit, 0)])
        ranked = self._ranked(wanted)
        if match := _WITH_YEAR.fullmatch(text):
            name, year = fold(say(match[1])), int(match[2])
            dated = {each: (-1, *rank) for each, rank in self._ranked(name).items() if self.entries[each].year == year}
            ranked |= dated
        found = sorted(ranked, key=lambda number: (*ranked[number], number))
        if typos and len(found) < FEW:
            found += [each for each in self._owners(self._mistyped(wanted)) if each not in ranked]
        if typos and not found:
            again = self._corrected(wanted)
            found = sorted(again, key=lambda number: (*again[number], number))
        return Reading([self.entries[number] for number in found[: max(limit, 0)]], is_guess=not ranked)

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
    def _by_folded(self) -> Mapping[str, Sequence[int]]:
        return _group(self._names)

    @cached_property
    def _bare(self) -> Sequence[str]:
        return [without_article(name) for name in self._names]

    @cached_property
    def _split(self) -> Sequence[Sequence[str]]:
        return [name.split() for name in self._bare]

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._names), default=0)

    @cached_property
    def _by_bare(self) -> Mapping[str, Sequence[int]]:
        return _group(self._bare)

    @cached_property
    def _by_word(self) -> tuple[Sequence[str], Mapping[str, Sequence[int]]]:
        """Every word of every name, in order, and the rows that have it."""
        rows: dict[str, list[int]] = {}
        for row, name in enumerate(self._names):
            for word in set(name.split()):
                rows.setdefault(word, []).append(row)
        return sorted(rows), rows

    def _owners(self, rows: Iterable[int]) -> Sequence[int]:
        return list(dict.fromkeys(self._owner[row] for row in rows))

    def _id(self, text: str) -> int | None:
        """Find a title by an id; None when the text is none, Unknown when it is one that no title has."""
        if text in self._by_id:
            return self._by_id[text]
        if _IMDB_ID.fullmatch(text):
            source, value = IMDB, text.lower()
        elif match := _SOURCE_ID.fullmatch(text):
            source, value = match[1].lower(), match[2]
            if source == IMDB:
                value = f"tt{value.zfill(7)}" if value.isdecimal() else value.lower()
        else:
            return None
        number = self._by_external.get((source, value))
        if number is None and source in SITES:
            raise Unknown(text, ())
        return number

    def _readings(self, text: str) -> Iterator[Sequence[int]]:
        """The rows that a text may mean, from what is certain to what is guessed; the first that are any decide."""
        wanted = fold(text)
        same = self._by_folded.get(wanted, ())
        yield [row for row in same if self._written[row] == text]
        if not wanted:
            return
        yield same
        if match := _WITH_YEAR.fullmatch(text):
            year = int(match[2])
            for rows in self._undated(match[1]):
                yield [row for row in rows if self.entries[self._owner[row]].year == year]
        yield from self._undated(text)

    def _undated(self, text: str) -> Iterator[Sequence[int]]:
        wanted = fold(say(text))
        same = self._by_folded.get(wanted, ())
        yield [row for row in same if self._written[row] == text]
        if not wanted:
            return
        yield same
        yield self._by_bare.get(without_article(wanted), ())
        yield self._begun(wanted)
        yield self._mistyped(wanted, keep_numbers=True)

    def _begun(self, wanted: str) -> Sequence[int]:
        """The names that begin with these words and go on."""
        start = without_article(wanted)
        if len(start) < SHORTEST_BEGINNING or start in ARTICLES:
            return ()
        start += " "
        return [row for row, name in enumerate(self._bare) if name.startswith(start)]

    def _mistyped(self, wanted: str, *, keep_numbers: bool = False) -> Sequence[int]:
        """The names, or beginnings of names, that the fewest typing errors lead to, if these are few."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        bare = without_article(wanted)
        most = _forgiven(len(bare))
        if not most or len(bare) > self._longest + most:
            return ()
        heads = self._heads(len(bare.split()))
        for typed, names in ((wanted, self._names), (bare, self._bare), (bare, heads)):
            found = process.extract(typed, names, scorer=OSA.distance, score_cutoff=most, limit=None)
            if keep_numbers:
                found = [each for each in found if _numbers(each[0]) == _numbers(typed)]
            if found:
                least = min(errors for _, errors, _ in found)
                return sorted(row for _, errors, row in found if errors == least)
        return ()

    def _corrected(self, wanted: str) -> dict[int, tuple[int, ...]]:
        """Rank what is found with the nearest words that names have in the place of those that none has, or of one."""
        typed = wanted.split()
        if len(typed) > MOST_WORDS:
            return {}
        near = [self._near_words(word) for word in typed]
        unknown = [place for place, word in enumerate(typed) if not self._begins_a_word(word)]
        options = [[*typed[:place], each, *typed[place + 1 :]] for place, words in enumerate(near) for each in words]
        if unknown:
            fixed = [words[:1] if place in unknown else typed[place : place + 1] for place, words in enumerate(near)]
            options = [[word for words in fixed for word in words]] if all(fixed) else []
        return next((ranked for words in options if (ranked := self._ranked(" ".join(words)))), {})

    def _begins_a_word(self, word: str) -> bool:
        every, _ = self._by_word
        place = bisect_left(every, word)
        return place < len(every) and every[place].startswith(word)

    def _near_words(self, word: str) -> Sequence[str]:
        """List the few words of names that the fewest typing errors lead to, those of many names first."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        every, rows = self._by_word
        most = (len(word) >= SHORTEST_BEGINNING) + (len(word) >= 8)
        found = process.extract(word, every, scorer=OSA.distance, score_cutoff=most, limit=None) if most else []
        ordered = sorted((errors, -len(rows[each]), each) for each, errors, _ in found if each != word)
        return [each for _, _, each in ordered[:FEW]]

    def _heads(self, words: int) -> Sequence[str]:
        """Each name's first words; nothing for a name that has no more than these."""
        return [" ".join(parts[:words]) if len(parts) > words else "" for parts in self._split]

    def _near(self, text: str) -> Sequence[NameEntry]:
        """List what comes near a text that means nothing, best first."""
        from rapidfuzz import fuzz, process

        match = _WITH_YEAR.fullmatch(text)
        text = match[1] if match else text
        found = self.search(text, limit=SHOWN)
        alike = process.extract(fold(text), self._names, scorer=fuzz.ratio, limit=SHOWN, score_cutoff=NEAR)
        found += [self.entries[self._owner[row]] for _, _, row in alike]
        return list({each.title_id: each for each in found}.values())[:SHOWN]

    def _ranked(self, wanted: str) -> dict[int, tuple[int, ...]]:
        """The titles whose names have every word, or begin one with it; the smaller the rank, the better."""
        bare = without_article(wanted)
        start, rows = f"{bare} ", self._having(bare.split())
        ranked: dict[int, tuple[int, ...]] = {}
        for row in rows:
            name = self._names[row]
            place = _rank(wanted, bare, start, name, self._bare[row])
            rank = (place, int(not name.startswith(wanted)), int(row >= len(self)), len(name))
            owner = self._owner[row]
            if owner not in ranked or rank < ranked[owner]:
                ranked[owner] = rank
        return ranked

    def _having(self, words: Iterable[str]) -> Iterable[int]:
        every, rows = self._by_word
        left: set[int] | None = None
        for word in dict.fromkeys(words):
            begun = takewhile(lambda each, word=word: each.startswith(word), every[bisect_left(every, word) :])  # type: ignore[misc]
            having = {row for each in begun for row in rows[each]}
            left = having if left is None else left & having
            if not left:
                return ()
        return left or ()


def _group(names: Sequence[str]) -> Mapping[str, Sequence[int]]:
    grouped: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        grouped.setdefault(name, []).append(row)
    return grouped


def _forgiven(length: int) -> int:
    """How many typing errors are forgiven in a name of this length."""
    return (length >= 4) + (length >= 8) + (length >= 13)


def _numbers(name: str) -> Sequence[str]:
    """The numbers in a name: ``Rocky 2`` is no typo of ``Rocky 3``."""
    return [word for word in name.split() if word.isdecimal()]


def _rank(wanted: str, bare: str, start: str, name: str, bare_name: str) -> int:
    if name == wanted:
        return 0
    if bare_name == bare:
        return 1
    if bare_name.startswith(start):
        return 2
    if bare_name.startswith(bare) or name.startswith(wanted):
        return 3
    return 4 if f" {bare}" in name else 5
