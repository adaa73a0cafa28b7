"""Films like this, from what they are alone: words, synopses and numbers, by a likeness that is learnt from pairs.

A title that nobody has watched has neighbours like any other, and one that came after the training is described by the
same words as soon as it is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.families.alike_fit import (
    FAME,
    FEATURES,
    KERNELS,
    TEXT,
    Descriptions,
    described,
    described_texts,
    learn,
    unit,
)
from cinoche.recommend.families.base import FACTS, Arrays, Ground, TitleFacts
from cinoche.recommend.families.glossary import Glossary, Lists, words_of
from cinoche.recommend.families.numbers import NUMBERS, Steps, steps_of
from cinoche.recommend.scorers import ALIKE, Items, top
from cinoche.recommend.statistics import Floats, History, Longs

WORTH: Final = "worth"


@dataclass(frozen=True)
class Alike:
    """Likeness of titles by what they are, learnt from which titles are liked together.

    For each title with at least ``min_likes`` likes, the ``neighbours`` that are most liked together with it are what
    the likeness learns to find. Synopses are told in ``text_size`` numbers. ``fame`` is how much of what popularity was
    found to be worth is counted: all of it finds more of what people know, none of it more of the catalogue.
    """

    neighbours: int = 20
    min_likes: int = 20
    text_size: int = 96
    fame: float = 0.3
    name: ClassVar[str] = ALIKE
    kind: ClassVar[str] = FACTS

    def fit(self, ground: Ground) -> Arrays:
        """Describe every title, and learn what makes two alike."""
        text, mean, axes = described_texts(ground.texts, len(ground.facts), self.text_size)
        said = [words_of(each, with_plot=not text.size) for each in ground.facts]
        glossary = Glossary.of(said)
        titles = described(ground, text, glossary, said)
        worth = dict.fromkeys(FEATURES, 0.0)
        if len(titles):
            worth |= learn(ground, titles, least=self.min_likes, neighbours=self.neighbours)
        by_word = titles.words.turned(len(glossary.marks))
        fame = worth[FAME] * self.fame * titles.fame if len(titles) else np.zeros(ground.n_items)
        return {
            "marks": glossary.marks,
            "kinds": glossary.kinds,
            "rarity": glossary.rarity,
            WORTH: np.array([worth[name] for name in FEATURES], np.float32),
            "words.starts": titles.words.starts,
            "words.columns": titles.words.columns,
            "words.values": titles.words.values,
            "titles.starts": by_word.starts,
            "titles.columns": by_word.columns,
            "titles.values": by_word.values,
            "steps": titles.steps,
            **{number.name: _table(titles, k, worth) for k, number in enumerate(NUMBERS)},
            "text": (text * np.sqrt(worth[TEXT])).astype(np.float32),
            "text.mean": mean,
            "text.axes": axes,
            "fame": np.asarray(fame, np.float32),
        }

    def scorer(self, arrays: Arrays, n_items: int) -> "Likeness":
        """The likeness over these arrays."""
        return Likeness(
            n_items,
            Glossary(arrays["marks"], arrays["kinds"], arrays["rarity"]),
            arrays[WORTH],
            Lists(arrays["words.starts"], arrays["words.columns"], arrays["words.values"]),
            Lists(arrays["titles.starts"], arrays["titles.columns"], arrays["titles.values"]),
            arrays["steps"],
            [arrays[number.name] for number in NUMBERS],
            arrays["text"],
            arrays["text.mean"],
            arrays["text.axes"],
            arrays["fame"],
        )


def _table(titles: Descriptions, number: int, worth: Mapping[str, float]) -> Floats:
    """What it is worth that two titles stand on two steps of a number; the farthest apart have 0."""
    kernels = titles.kernels(number)
    found = sum(
        (worth[f"{NUMBERS[number].name}-{k}"] * kernels[k] for each, k in KERNELS if each == number),
        start=np.zeros(kernels.shape[1:]),
    )
    return np.asarray(found - found.min(), np.float32)


@dataclass(frozen=True, slots=True)
class Described:
    """What a likeness is asked for: loud words by place, the weight of each step of each number, and a text."""

    places: Longs
    values: Floats
    steps: Steps
    weights: Floats
    text: Floats
    is_liked: float = 1.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """Scores titles by their likeness to those of a history, or to one described from outside."""

    n_items: int
    glossary: Glossary
    worth: Floats
    words: Lists
    titles: Lists
    steps: Steps
    tables: list[Floats]
    text: Floats
    mean: Floats
    axes: Floats
    fame: Floats
    name: str = field(default=ALIKE)

    @property
    def n_described(self) -> int:
        """How many titles it knows."""
        return len(self.steps)

    @property
    def reads_texts(self) -> bool:
        """Whether synopses were understood whole when it was trained; else their words are keywords."""
        return bool(self.text.size)

    def score(self, history: History) -> Floats:
        """The likeness of every title to the history's, each by its weight; popularity speaks by what is liked."""
        if not self.n_described or not len(history):
            return np.zeros(self.n_items, np.float32)
        return self._answer(self._question(history.items, history.weights))

    def explain(self, history: History, items: Items) -> Floats:
        """Each entry's weighted likeness to each title; what popularity adds is nobody's."""
        index = np.asarray(items, np.int64)
        if not self.n_described:
            return np.zeros((len(history), len(index)), np.float32)
        return history.weights[:, None] * self._between(history.items, index)

    def describe(self, title: TitleFacts, text: npt.NDArray[np.int8] | None = None) -> Described:
        """Describe a title that was not there at the training; ``text`` is its synopsis as its encoder gave it."""
        places, values = self.glossary.describe(words_of(title, with_plot=not self.reads_texts))
        told = np.zeros(self.text.shape[1], np.float32)
        if text is not None and self.reads_texts and text.any():
            centred = unit(text.astype(np.float32)) - self.mean
            told = unit(np.asarray(centred @ self.axes, np.float32)) * np.float32(
                np.sqrt(self.worth[FEATURES.index(TEXT)])
            )
        weights = np.ones(1, np.float32)
        return Described(places, values, np.array([steps_of(title)], np.uint16), weights, told)

    def like(self, title: Described) -> Floats:
        """The likeness of every title to one that is described."""
        return self._answer(title) if self.n_described else np.zeros(self.n_items, np.float32)

    def kin(self, title: Described, n: int) -> tuple[Longs, Floats]:
        """The ``n`` titles most like one that is described, and what each counts among them: together 1."""
        likeness = self._likeness(title) if self.n_described else np.zeros(0, np.float32)
        best = top(likeness, n)
        best = best[likeness[best] > 0]
        shares = likeness[best] / max(float(likeness[best].sum()), 1e-12)
        return best, shares.astype(np.float32)

    def _question(self, items: npt.NDArray[np.integer], weights: Floats) -> Described:
        owner, places, values = self.words.pick(items)
        loud = np.bincount(places, values * weights[owner], minlength=len(self.glossary.marks))
        said = np.flatnonzero(loud)
        liked = float(np.maximum(weights, 0.0).sum())
        text = weights @ self.text[items]
        return Described(said, loud[said].astype(np.float32), self.steps[items], weights, text, liked)

    def _answer(self, asked: Described) -> Floats:
        return self._likeness(asked) + np.float32(asked.is_liked) * self.fame

    def _likeness(self, asked: Described) -> Floats:
        owner, titles, values = self.titles.pick(asked.places)
        loud = asked.values * self.worth[self.glossary.kinds[asked.places]]
        total = np.bincount(titles, values * loud[owner], minlength=self.n_items).astype(np.float32)
        for number, table in enumerate(self.tables):
            asked_steps, each = np.unique(asked.steps[:, number], return_inverse=True)
            by_step = np.bincount(each, asked.weights, minlength=len(asked_steps)).astype(np.float32)
            total += (by_step @ table[asked_steps])[self.steps[:, number]]
        if self.reads_texts:
            total += self.text @ asked.text
        return total

    def _between(self, seeds: npt.NDArray[np.integer], titles: Longs) -> Floats:
        found = self.text[seeds] @ self.text[titles].T
        for number, table in enumerate(self.tables):
            found = found + table[np.ix_(self.steps[seeds, number], self.steps[titles, number])]
        worth = self.worth[self.glossary.kinds]
        for k, title in enumerate(titles):
            loud = np.zeros(len(worth), np.float32)
            _, places, values = self.words.pick(np.array([title]))
            loud[places] = values * worth[places]
            owner, said, amount = self.words.pick(seeds)
            found[:, k] += np.bincount(owner, amount * loud[said], minlength=len(seeds)).astype(np.float32)
        return np.asarray(found, np.float32)
