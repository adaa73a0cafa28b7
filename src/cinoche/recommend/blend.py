"""The blend: a weighted sum of the scorers' vectors, each divided by its own spread so that weights mean something."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cinoche.recommend.scorers import Items, Scorer
from cinoche.recommend.statistics import Floats, History

WARM: Final = "warm"
SHORT: Final = "short"
SEEDS: Final = "seeds"
SITUATIONS: Final = (WARM, SHORT, SEEDS)
"""A history with an order; one of fewer than `SHORT_BELOW` titles; titles named together, in no order."""

SHORT_BELOW: Final = 3

Weights = Mapping[str, Mapping[str, float]]
"""The weight of each scorer (by name) in each situation."""


def spread(scores: Floats, history: History) -> float:
    """How much a vector varies over the titles that are not in the history (never 0)."""
    n = len(scores) - len(history)
    if n <= 0:
        return 1.0
    seen = scores[history.items].astype(np.float64)
    mean = (scores.sum(dtype=np.float64) - seen.sum()) / n
    centred = scores - np.float32(mean)
    total = float(np.dot(centred, centred)) - float(np.square(seen - np.float32(mean)).sum())
    deviation = float(np.sqrt(max(total, 0.0) / n))
    return deviation if deviation > 1e-9 else 1.0


@dataclass(frozen=True, slots=True)
class Scored:
    """What the blend made of one history: every title's score, and what it is made of.

    ``factors`` is each scorer's weight divided by the spread of its vector; ``likes`` is what was made of the history
    without its dislikes, where it has some.
    """

    history: History
    situation: str
    scores: Floats
    vectors: Mapping[str, Floats]
    factors: Mapping[str, float]
    scorers: Mapping[str, Scorer]
    likes: "Scored | None" = None

    def explain(self, items: Items) -> Floats:
        """What each entry of the history adds to each title's score; with popularity's part this is the whole."""
        votes = np.zeros((len(self.history), len(items)), np.float32)
        for name, factor in self.factors.items():
            votes += np.float32(factor) * self.scorers[name].explain(self.history, items)
        return votes

    def parts(self, items: Items) -> dict[str, Floats]:
        """What each scorer adds to each title's score."""
        index = np.asarray(items, np.int64)
        return {name: np.float32(factor) * self.vectors[name][index] for name, factor in self.factors.items()}

    @property
    def levels(self) -> Floats:
        """The scores, as what is done to a list may weigh them against other things."""
        return self.scores

    def losses(self, entries: Items, items: Items) -> Floats:
        """How much lower each title's score is where these entries of the history had never been."""
        rest = np.ones(len(self.history), np.bool_)
        rest[np.asarray(entries, np.intp)] = False
        index, without = np.asarray(items, np.int64), self.history.where(rest)
        lost = np.zeros(len(index), np.float32)
        for name, factor in self.factors.items():
            lost += np.float32(factor) * (self.vectors[name][index] - self.scorers[name].score(without)[index])
        return lost

    def leading(self, items: Items) -> list[str]:
        """The scorer that lifts each title most above the catalogue's average."""
        index = np.asarray(items, np.int64)
        names = list(self.factors)
        if not names:
            return [""] * len(index)
        lifts = np.stack([self.factors[n] * (self.vectors[n][index] - self.vectors[n].mean()) for n in names])
        return [names[k] for k in lifts.argmax(0)]


@dataclass(frozen=True, slots=True)
class Blend:
    """The scorers with their weights in each situation."""

    scorers: Mapping[str, Scorer]
    weights: Weights
    name: str = "blend"

    def situation(self, history: History, *, is_ordered: bool = True) -> str:
        """Which weights a history is scored with."""
        if not is_ordered:
            return SEEDS
        return SHORT if np.count_nonzero(history.weights > 0) < SHORT_BELOW else WARM

    def scored(self, history: History, *, is_ordered: bool = True) -> Scored:
        """Score the whole catalogue once, and keep what is needed to explain it.

        Vectors are measured by what the history says for titles, so that one more dislike stretches none of them, and
        no title stands higher than it would without the dislikes.
        """
        situation = self.situation(history, is_ordered=is_ordered)
        weights = {name: weight for name, weight in self.weights[situation].items() if weight != 0.0}
        vectors = {name: self.scorers[name].score(history) for name in weights}
        likes = history.where(history.weights > 0)
        if len(likes) == len(history):
            factors = {name: weights[name] / spread(vectors[name], history) for name in weights}
            return Scored(history, situation, self._total(vectors, factors), vectors, factors, self.scorers)
        without = {name: self.scorers[name].score(likes) for name in weights}
        factors = {name: weights[name] / self._measure(name, without[name], likes, history) for name in weights}
        alone = Scored(likes, situation, self._total(without, factors), without, factors, self.scorers)
        total = np.minimum(self._total(vectors, factors), alone.scores)
        return Scored(history, situation, total, vectors, factors, self.scorers, alone)

    def _measure(self, name: str, vector: Floats, likes: History, history: History) -> float:
        """How much a vector varies by the likes; for who has none, how much it would, were the first dislike a like."""
        if not len(likes) and not vector.any():
            likes = replace(history.at(slice(0, 1)), weights=np.abs(history.weights[:1]))
            vector = self.scorers[name].score(likes)
        return spread(vector, likes)

    def _total(self, vectors: Mapping[str, Floats], factors: Mapping[str, float]) -> Floats:
        total: Floats | None = None
        for name, vector in vectors.items():
            part = vector * np.float32(factors[name])
            total = part if total is None else np.add(total, part, out=total)
        return np.zeros_like(next(iter(self.scorers.values())).score(History.of([]))) if total is None else total

    def score(self, history: History, *, is_ordered: bool = True) -> Floats:
        """Score the whole catalogue."""
        return self.scored(history, is_ordered=is_ordered).scores

    def explain(self, history: History, items: Items, *, is_ordered: bool = True) -> Floats:
        """What each entry of the history adds to each title's blended score."""
        return self.scored(history, is_ordered=is_ordered).explain(items)
