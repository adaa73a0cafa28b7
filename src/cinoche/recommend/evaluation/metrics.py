"""Metrics over whole rankings, with intervals from resampled users; never over sampled candidates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cinoche.recommend.statistics import Doubles, Longs

RESAMPLES = 400
"""How many times users are drawn again for an interval."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over users and the 95 % interval that the choice of users leaves."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Ranked:
    """The best titles of each case (-1 where there are fewer), and which are right."""

    tops: Longs
    hits: Doubles
    n_targets: Longs

    @classmethod
    def of(cls, tops: Longs, targets: Sequence[Longs], n_items: int) -> "Ranked":
        """Look up each recommended title among its case's targets."""
        counts = np.array([len(one) for one in targets], np.int64)
        case = np.repeat(np.arange(len(targets), dtype=np.int64), counts)
        wanted = case * n_items + np.concatenate(targets) if len(targets) else case
        keys = np.arange(len(tops), dtype=np.int64)[:, None] * n_items + tops
        return cls(tops, (np.isin(keys, wanted) & (tops >= 0)).astype(np.float64), counts)

    def hit_rate(self, n: int) -> Doubles:
        """Whether any of the first n is right."""
        return np.asarray(self.hits[:, :n].any(1), np.float64)

    def recall(self, n: int) -> Doubles:
        """The share of what could be found among the first n (Liang et al. 2018: at most n can)."""
        return np.asarray(self.hits[:, :n].sum(1) / np.minimum(self.n_targets, n))

    def ndcg(self, n: int) -> Doubles:
        """Discounted gain of the first n over the best that there could be."""
        gains = 1.0 / np.log2(np.arange(2, n + 2))
        ideal = np.cumsum(gains)[np.minimum(self.n_targets, n) - 1]
        found = self.hits[:, :n]
        return np.asarray((found @ gains[: found.shape[1]]) / ideal)

    def coverage(self, n: int, n_items: int) -> float:
        """The share of the catalogue that somebody is shown among their first n."""
        shown = self.tops[:, :n]
        return float(len(np.unique(shown[shown >= 0])) / max(n_items, 1))


def interval(parts: Sequence[Doubles], seed: int) -> Interval:
    """The mean over parts (splits) of the mean over users, and its bootstrap interval."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return Interval(0.0, 0.0, 0.0)
    rng = np.random.default_rng(seed)
    draws = np.zeros(RESAMPLES)
    for part in parts:
        draws += np.array([part[rng.integers(0, len(part), len(part))].mean() for _ in range(RESAMPLES)])
    low, high = np.quantile(draws / len(parts), [0.025, 0.975])
    return Interval(float(np.mean([part.mean() for part in parts])), float(low), float(high))
