"""The words that titles are described with, and what a title says in them: genres, tags, people, words of its name.

A word is kept as the mark of its kind and spelling, so that a title that comes later is described by the same words
without a list of them in memory.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from cinoche.kit.text import fold
from cinoche.recommend.families.base import TitleFacts
from cinoche.recommend.statistics import Floats, Ints, Longs

GENRE: Final = "genre"
TAG: Final = "tag"
PERSON: Final = "person"
NAME: Final = "name"
PLOT: Final = "plot"
KINDS: Final = (GENRE, TAG, PERSON, NAME, PLOT)
"""What a word may be; ``plot`` are words of a synopsis, read as keywords where its text is not understood whole."""

SHORTEST: Final = 4
"""Words of names and synopses that are shorter say little: most are articles and prepositions."""

MOST_PEOPLE: Final = 12
MOST_PLOT: Final = 80
"""How many people and how many words of a synopsis are read, in their order."""

_WORD = re.compile(r"\w+")

Marks = npt.NDArray[np.uint64]


def words_of(title: TitleFacts, *, with_plot: bool) -> Mapping[str, Sequence[str]]:
    """List what is said of a title, by kind, each word once."""
    said: dict[str, Iterable[str]] = {
        GENRE: title.genres,
        TAG: (fold(each) for each in (*title.tags, *title.keywords)),
        PERSON: title.people[:MOST_PEOPLE],
        NAME: (word for name in (title.name, *title.also) for word in _long_words(name)),
        PLOT: _long_words(title.synopsis)[:MOST_PLOT] if with_plot else (),
    }
    return {kind: list(dict.fromkeys(each for each in words if each)) for kind, words in said.items()}


def _long_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(fold(text)) if len(word) >= SHORTEST]


def mark(kind: str, word: str) -> int:
    """The mark of a word of a kind."""
    return int.from_bytes(hashlib.blake2b(f"{kind}:{word}".encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True)
class Glossary:
    """Every word that several titles share: its mark (in order), its kind, and how rare it is."""

    marks: Marks
    kinds: npt.NDArray[np.uint8]
    rarity: Floats

    @classmethod
    def of(cls, said: Sequence[Mapping[str, Sequence[str]]]) -> Self:
        """Collect the words of these titles, those of one title alone left out."""
        counts = Counter((kind, word) for title in said for kind, words in title.items() for word in words)
        known = sorted((mark(*each), KINDS.index(each[0]), n) for each, n in counts.items() if n > 1)
        rarity = [np.log(len(said) / n) + 0.1 for _, _, n in known]
        return cls(
            np.array([each for each, _, _ in known], np.uint64),
            np.array([kind for _, kind, _ in known], np.uint8),
            np.array(rarity, np.float32),
        )

    def describe(self, said: Mapping[str, Sequence[str]]) -> tuple[Longs, Floats]:
        """The places of a title's words, and how loud each is: of each kind, the sum of their squares is 1."""
        places = self._places([mark(kind, word) for kind, words in said.items() for word in words])
        loud = self.rarity[places].astype(np.float64)
        squares = np.bincount(self.kinds[places], loud * loud, minlength=len(KINDS))
        return places, (loud / np.sqrt(squares[self.kinds[places]])).astype(np.float32)

    def _places(self, marks: Sequence[int]) -> Longs:
        if not len(self.marks):
            return np.zeros(0, np.int64)
        wanted = np.array(marks, np.uint64)
        places = np.minimum(np.searchsorted(self.marks, wanted), len(self.marks) - 1)
        return np.sort(places[self.marks[places] == wanted]).astype(np.int64)


@dataclass(frozen=True)
class Lists:
    """A sparse table as lists: from ``starts[k]`` on, the columns of row k and what stands there."""

    starts: Longs
    columns: Ints
    values: Floats

    @classmethod
    def of(cls, rows: Sequence[tuple[Longs, Floats]]) -> Self:
        """Lay rows end to end."""
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum([len(columns) for columns, _ in rows], out=starts[1:])
        columns = np.concatenate([each for each, _ in rows]) if rows else np.zeros(0)
        values = np.concatenate([each for _, each in rows]) if rows else np.zeros(0)
        return cls(starts, columns.astype(np.int32), values.astype(np.float32))

    def turned(self, n: int) -> "Lists":
        """The same table with rows and columns changed; ``n`` is how many columns it has."""
        owner = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))
        order = np.argsort(self.columns, kind="stable")
        starts = np.zeros(n + 1, np.int64)
        np.cumsum(np.bincount(self.columns, minlength=n), out=starts[1:])
        return Lists(starts, owner[order], self.values[order])

    def pick(self, rows: npt.NDArray[np.integer]) -> tuple[Longs, Ints, Floats]:
        """Everything in these rows: which of them each entry is in, its column and its value."""
        starts, lengths = self.starts[rows], self.starts[np.asarray(rows) + 1] - self.starts[rows]
        owner = np.repeat(np.arange(len(rows), dtype=np.int64), lengths)
        first = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) if len(rows) else starts
        places = first + np.arange(len(owner), dtype=np.int64)
        return owner, self.columns[places], self.values[places]
