"""Decayed Markov counts: how often one title came soon after another, kept sparse."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend import scorers
from cinoche.recommend.families.base import SUM, Arrays, Ground
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import Doubles, Floats, History, Ints, Longs

STARTS: Final = "starts"
FOLLOWING: Final = "following"
WEIGHTS: Final = "weights"

_PRIOR: Final = 5.0
"""What is added to every title's count before it divides: few people prove little."""


@dataclass(frozen=True)
class Markov:
    """What came within ``reach`` titles after each title, one ``lag`` later counting ``decay`` times as much.

    Counts are divided by both titles' popularity, to the powers ``leading`` and ``led``; the ``most`` largest are kept
    of each title. The last ``query_reach`` titles of a history ask, each earlier one ``query_decay`` times as loudly.
    """

    reach: int = 10
    decay: float = 0.9
    leading: float = 0.7
    led: float = 0.3
    most: int = 1000
    query_reach: int = 15
    query_decay: float = 0.7
    name: ClassVar[str] = scorers.MARKOV
    kind: ClassVar[str] = SUM

    def fit(self, ground: Ground) -> Arrays:
        """Count what follows each warm title."""
        from cinoche.recommend.kernels import followers

        rows = ground.interactions
        rows = rows.where((rows.weights > 0) & (ground.layout.place[rows.items] >= 0))
        order = np.argsort(rows.items, kind="stable")
        bounds = np.concatenate([[0], np.cumsum(np.bincount(rows.items, minlength=ground.n_items))])
        left = rows.place_from_end() if len(rows) else np.zeros(0, np.int64)
        kernel = (self.decay ** np.arange(self.reach)).astype(np.float32)
        divisor = ground.counts.astype(np.float64) + _PRIOR
        sums, found = np.zeros(ground.n_items), np.zeros(ground.n_items, np.int32)
        columns: list[Ints] = []
        values: list[Floats] = []
        for item in range(ground.n_items):
            n = followers(order[bounds[item] : bounds[item + 1]], rows.items, rows.weights, left, kernel, sums, found)
            kept = np.sort(found[:n])
            worth = sums[kept] / (divisor[item] ** self.leading * divisor[kept] ** self.led)
            sums[kept] = 0.0
            best = np.sort(np.argsort(-worth, kind="stable")[: self.most])
            columns.append(kept[best])
            values.append(worth[best].astype(np.float32))
        starts = np.concatenate([[0], np.cumsum([len(each) for each in columns])]).astype(np.int64)
        return {
            STARTS: starts,
            FOLLOWING: np.concatenate(columns) if columns else found,
            WEIGHTS: np.concatenate(values) if values else np.zeros(0, np.float32),
        }

    def scorer(self, arrays: Arrays, n_items: int) -> "Following":
        """The latest titles vote for what came after them."""
        kernel = (self.query_decay ** np.arange(self.query_reach)).astype(np.float32)
        return Following(arrays[STARTS], arrays[FOLLOWING], arrays[WEIGHTS], kernel, n_items)


@dataclass(frozen=True, slots=True)
class Following:
    """What came soon after the latest titles of a history, the last one asking the loudest."""

    starts: Longs
    following: Ints
    weights: Floats
    kernel: Floats
    n_items: int
    name: str = scorers.MARKOV

    def score(self, history: History) -> Floats:
        """The sum of what followed each of the latest titles; a dislike lowers what followed it."""
        total = np.zeros(self.n_items, np.float32)
        for entry, worth in self._asked(history):
            rows = slice(*self.starts[history.items[entry] : history.items[entry] + 2])
            total[self.following[rows]] += np.float32(worth) * self.weights[rows]
        return total

    def explain(self, history: History, items: Items) -> Floats:
        """Each entry's vote for each title."""
        index: npt.NDArray[np.int64] = np.asarray(items, np.int64)
        votes = np.zeros((len(history), len(index)), np.float32)
        for entry, worth in self._asked(history):
            row = np.zeros(self.n_items, np.float32)
            rows = slice(*self.starts[history.items[entry] : history.items[entry] + 2])
            row[self.following[rows]] = self.weights[rows]
            votes[entry] = np.float32(worth) * row[index]
        return votes

    def _asked(self, history: History) -> list[tuple[int, float]]:
        """The entries that ask, the latest first, and how loudly; lags count likes alone, as in training."""
        liked = history.weights > 0
        lags: Longs = np.cumsum(liked[::-1])[::-1] - liked
        near = np.flatnonzero(lags < len(self.kernel))[::-1]
        worth: Doubles = (self.kernel[lags[near]] * history.weights[near]).astype(np.float64)
        return [(int(entry), float(each)) for entry, each in zip(near, worth, strict=True) if each]
