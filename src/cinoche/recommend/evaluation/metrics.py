"""Metrics over whole rankings, with intervals from resampled users; never over sampled candidates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cinoche.recommend.statistics import Doubles, Longs

RESAMPLES: Final = 400
"""How many times users are drawn again for an interval."""

_TAILS: Final = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over users and the 95 % interval that the choice of users leaves."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Ranked:
    """The best titles of each case (-1 where there are fewer), which are right, and all that would have been."""

    tops: Longs
    hits: Doubles
    n_targets: Longs
    targets: Sequence[Longs] = ()

    @classmethod
    def of(cls, tops: Longs, targets: Sequence[Longs], n_items: int) -> "Ranked":
        """Look up each recommended title among its case's targets."""
        counts = np.array([len(one) for one in targets], np.int64)
        case = np.repeat(np.arange(len(targets), dtype=np.int64), counts)
        wanted = case * n_items + np.concatenate(targets) if len(targets) else case
        keys = np.arange(len(tops), dtype=np.int64)[:, None] * n_items + tops
        return cls(tops, (np.isin(keys, wanted) & (tops >= 0)).astype(np.float64), counts, targets)

    def hit_rate(self, n: int) -> Doubles:
        """Whether any of the first n is right."""
        return np.asarray(self.hits[:, :n].any(1), np.float64)

    def precision(self, n: int) -> Doubles:
        """The share of n places that are right; a list that is too short has empty places."""
        return np.asarray(self.hits[:, :n].sum(1) / n)

    def recall(self, n: int) -> Doubles:
        """The share of what could be found among the first n (Liang et al. 2018: at most n can)."""
        return np.asarray(self.hits[:, :n].sum(1) / np.minimum(self.n_targets, n))

    def ndcg(self, n: int) -> Doubles:
        """Discounted gain of the first n over the best that there could be."""
        gains = discounts(n)
        ideal = np.cumsum(gains)[np.minimum(self.n_targets, n) - 1]
        found = self.hits[:, :n]
        return np.asarray((found @ gains[: found.shape[1]]) / ideal)

    def debiased(self, n: int, worth: Doubles) -> tuple[Doubles, Doubles]:
        """The discounted gain of the first n and the best that there could be, each title counting its worth."""
        gains = discounts(n)
        shown = self.tops[:, :n]
        found = (self.hits[:, :n] * worth[np.maximum(shown, 0)]) @ gains[: shown.shape[1]]
        ideal = np.zeros(len(self.tops))
        for k, wanted in enumerate(self.targets):
            best = np.sort(worth[wanted])[::-1][:n]
            ideal[k] = best @ gains[: len(best)]
        return np.asarray(found), ideal

    def coverage(self, n: int, n_items: int) -> float:
        """The share of the catalogue that somebody is shown among their first n."""
        shown = self.tops[:, :n]
        return float(len(np.unique(shown[shown >= 0])) / max(n_items, 1))


def discounts(n: int) -> Doubles:
    """What a right title counts at each of the first n places."""
    return np.asarray(1.0 / np.log2(np.arange(2, n + 2)))


def interval(parts: Sequence[Doubles], seed: int) -> Interval:
    """The mean over parts (splits) of the mean over users, and its bootstrap interval."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return Interval(0.0, 0.0, 0.0)
    draws = np.mean([_drawn_again(part, seed, k) for k, part in enumerate(parts)], axis=0)
    return _interval(float(np.mean([part.mean() for part in parts])), draws)


def quotient(parts: Sequence[tuple[Doubles, Doubles]], seed: int) -> Interval:
    """The mean over parts of one sum over users divided by another sum over the same users, with its interval."""
    parts = [part for part in parts if part[1].sum() > 0]
    if not parts:
        return Interval(0.0, 0.0, 0.0)
    draws = np.mean([_over(*(_drawn_again(each, seed, k) for each in part)) for k, part in enumerate(parts)], axis=0)
    return _interval(float(np.mean([above.sum() / below.sum() for above, below in parts])), draws)


def quotient_ratio(
    ours: Sequence[tuple[Doubles, Doubles]], theirs: Sequence[tuple[Doubles, Doubles]], seed: int
) -> Interval:
    """How many times as good as another model by `quotient`, each draw taking the same people for both."""
    values, draws = [], []
    for parts in (ours, theirs):
        kept = [part for part in parts if part[1].sum() > 0]
        if not kept:
            return Interval(0.0, 0.0, 0.0)
        values.append(float(np.mean([above.sum() / below.sum() for above, below in kept])))
        draws.append(
            np.mean([_over(*(_drawn_again(each, seed, k) for each in part)) for k, part in enumerate(kept)], axis=0)
        )
    return _interval(values[0] / max(values[1], 1e-12), _over(*draws))


def ratio(ours: Sequence[Doubles], theirs: Sequence[Doubles], seed: int) -> Interval:
    """How many times as good as another model, on the same users: each draw takes the same people for both."""
    return _paired(ours, theirs, seed, _over)


def difference(ours: Sequence[Doubles], theirs: Sequence[Doubles], seed: int) -> Interval:
    """By how much better than another model, on the same users: each draw takes the same people for both."""
    return _paired(ours, theirs, seed, np.subtract)


def _paired(
    ours: Sequence[Doubles], theirs: Sequence[Doubles], seed: int, how: Callable[[Doubles, Doubles], Doubles]
) -> Interval:
    pairs = [(one, other) for one, other in zip(ours, theirs, strict=True) if len(one)]
    if not pairs:
        return Interval(0.0, 0.0, 0.0)
    draws = [np.mean([_drawn_again(pair[side], seed, k) for k, pair in enumerate(pairs)], axis=0) for side in (0, 1)]
    means = [np.array([np.mean([pair[side].mean() for pair in pairs])]) for side in (0, 1)]
    return _interval(float(how(*means)[0]), how(*draws))


def _drawn_again(part: Doubles, seed: int, k: int) -> Doubles:
    """The mean of each resample; the k-th part of a seed is always resampled alike, which is what pairs models."""
    rng = np.random.default_rng([seed, k])
    return np.array([part[rng.integers(0, len(part), len(part))].mean() for _ in range(RESAMPLES)])


def _over(above: Doubles, below: Doubles) -> Doubles:
    return np.asarray(above / np.maximum(below, 1e-12))


def _interval(value: float, draws: Doubles) -> Interval:
    low, high = np.quantile(draws, _TAILS)
    return Interval(value, float(low), float(high))
