"""What another way of choosing would have earned, from what was logged under known chances, with intervals.

All are means over impressions, or ratios of sums. Impressions of one profile are not independent of each other: errors
are measured between clusters (profiles, or groups of them), never between impressions.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

LEVEL: Final = 0.95
BOOTSTRAPS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, between which bounds it lies at the level asked for, and how many impressions it is worth.

    ``effective`` is how many impressions of the other way of choosing itself would be worth as much.
    """

    value: float
    low: float
    high: float
    error: float
    impressions: int
    clusters: int
    effective: float


@dataclass(frozen=True)
class Logged:
    """Impressions, one a row: what came of each, its chance where it was shown, its chance under the other way.

    ``predicted`` is what a model of outcomes says of what was shown, and ``expected`` what it says of the other way on
    average; both are needed by `doubly_robust` alone, and neither has to be right.
    """

    rewards: Doubles
    propensities: Doubles
    targets: Doubles
    clusters: Longs
    predicted: Doubles | None = None
    expected: Doubles | None = None

    @classmethod
    def of(cls, rewards: Any, propensities: Any, targets: Any, clusters: Any = None, **more: Any) -> "Logged":
        """Make it of plain lists; without clusters, each impression is one of its own."""
        plain = [np.asarray(each, np.float64) for each in (rewards, propensities, targets)]
        alone = np.arange(len(plain[0])) if clusters is None else np.asarray(clusters)
        models = {name: np.asarray(each, np.float64) for name, each in more.items()}
        return cls(plain[0], plain[1], plain[2], alone.astype(np.int64), **models)

    @property
    def weights(self) -> Doubles:
        """How much likelier each impression is under the other way."""
        return self.targets / self.propensities


def ips(logged: Logged, level: float = LEVEL) -> Estimate:
    """Weigh each outcome by how much likelier it is under the other way: unbiased, and the widest of the three."""
    weights = logged.weights
    return _mean(weights * logged.rewards, np.ones(len(weights)), logged.clusters, weights, level)


def snips(logged: Logged, level: float = LEVEL) -> Estimate:
    """The same, divided by the sum of the weights: a little biased, much narrower, and never beyond the outcomes."""
    weights = logged.weights
    return _mean(weights * logged.rewards, weights, logged.clusters, weights, level)


def doubly_robust(logged: Logged, level: float = LEVEL) -> Estimate:
    """What a model of outcomes expects, corrected by its weighted errors: right where the model or the chances are."""
    if logged.predicted is None or logged.expected is None:
        raise ValueError("a doubly robust estimate needs `predicted` and `expected`")
    weights = logged.weights
    corrected = logged.expected + weights * (logged.rewards - logged.predicted)
    return _mean(corrected, np.ones(len(weights)), logged.clusters, weights, level)


def by_groups(
    keys: npt.ArrayLike, rewards: Doubles, clusters: Longs, *, known: npt.NDArray[np.bool_] | None = None
) -> Doubles:
    """Predict each outcome by the mean of its group, of the other half of the clusters, so that no row predicts itself.

    Halves are odd and even clusters. A group that the other half never had is predicted by that half's mean. Of rows
    that are not ``known`` nothing is learnt.
    """
    _, groups = np.unique(np.asarray(keys), return_inverse=True)
    groups, is_odd = groups.reshape(-1), clusters % 2 == 1
    is_known = np.ones(len(rewards), np.bool_) if known is None else known
    predicted, n = np.zeros(len(rewards)), int(groups.max(initial=-1)) + 1
    for half in (is_odd, ~is_odd):
        learnt = ~half & is_known
        counts = np.bincount(groups[learnt], minlength=n)
        sums = np.bincount(groups[learnt], rewards[learnt], minlength=n)
        overall = float(rewards[learnt].mean()) if learnt.any() else 0.0
        means = np.where(counts > 0, sums / np.maximum(counts, 1), overall)
        predicted[half] = means[groups[half]]
    return predicted


def ratio(numerators: Doubles, denominators: Doubles, level: float = LEVEL) -> tuple[float, float, float, float]:
    """The ratio of two sums over clusters, one entry a cluster: its value, bounds and standard error.

    The error is that of the linearised ratio, the quantile Student's.
    """
    used = (denominators != 0) | (numerators != 0)
    top, bottom = numerators[used], denominators[used]
    n, whole = len(top), float(bottom.sum())
    if whole <= 0:
        return math.nan, math.nan, math.nan, math.nan
    value = float(top.sum()) / whole
    if n < 2:
        return value, -math.inf, math.inf, math.inf
    error = math.sqrt(n / (n - 1) * float(np.square(top - value * bottom).sum())) / whole
    reach = student(level, n - 1) * error
    return value, value - reach, value + reach, error


def bootstrap(
    numerators: Doubles, denominators: Doubles, *, level: float = LEVEL, n: int = BOOTSTRAPS, seed: int = 0
) -> tuple[float, float]:
    """The bounds of a ratio of sums by drawing clusters anew, with their percentiles."""
    used = (denominators != 0) | (numerators != 0)
    top, bottom = numerators[used], denominators[used]
    if not len(top):
        return math.nan, math.nan
    draws = np.random.default_rng(seed)
    found = np.empty(n)
    for at in range(n):
        times = np.bincount(draws.integers(0, len(top), len(top)), minlength=len(top))
        found[at] = (times @ top) / max(float(times @ bottom), 1e-300)
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def share(numerators: Doubles, denominators: Doubles, level: float = LEVEL) -> tuple[float, float, float, float]:
    """A share of sums over clusters: its value, Wilson's bounds and standard error.

    The bounds are those of as many independent trials as the spread between clusters says that these are worth: they
    stay within 0 and 1, and have a width where nothing was counted yet.
    """
    value, _, _, error = ratio(numerators, denominators, level)
    if math.isnan(value):
        return value, 0.0, 1.0, math.inf
    clusters = int(np.count_nonzero(denominators))
    spread = value * (1 - value)
    trials = spread / error**2 if 0 < error < math.inf and spread > 0 else float(clusters)
    z = student(level, max(clusters - 1, 1))
    middle = (value + z * z / (2 * trials)) / (1 + z * z / trials)
    reach = z / (1 + z * z / trials) * math.sqrt(max(spread, 0.0) / trials + z * z / (4 * trials**2))
    return value, max(middle - reach, 0.0), min(middle + reach, 1.0), error


def anytime(difference: float, error: float, scale: float, level: float = LEVEL) -> tuple[float, float]:
    """Bounds of a difference that hold however often one looks, and whenever one stops because of what one saw.

    They are those of the mixture sequential probability ratio test with a normal prior of width ``scale``: the size of
    a difference that one hopes to find, chosen before. An interval for one look is narrower, and wrong for who peeks.
    """
    if not 0 < error < math.inf:
        return -math.inf, math.inf
    variance, prior = error**2, scale**2
    growth = math.log(math.sqrt((variance + prior) / variance) / (1 - level))
    reach = math.sqrt(2 * variance * (variance + prior) / prior * growth)
    return difference - reach, difference + reach


def student(level: float, freedom: int) -> float:
    """The two-sided quantile of Student's distribution (Hill's series): 1.96 for 95 % of many."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    v = float(max(freedom, 1))
    if v < 3:
        return {1: math.tan(math.pi * level / 2), 2: level * math.sqrt(2 / (1 - level**2))}[int(v)]
    terms = (
        (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )
    return z + terms


def mismatch(counts: Sequence[int]) -> float:
    """The chance that arms meant to be equal differ in size as much as this or more: small, and something is broken.

    >>> round(mismatch([500, 500]), 2), mismatch([900, 1100]) < 0.001
    (1.0, True)
    """
    total, k = sum(counts), len(counts)
    if total == 0 or k < 2:
        return 1.0
    expected = total / k
    square, freedom = sum((count - expected) ** 2 / expected for count in counts), k - 1
    # Wilson and Hilferty: the cube root of a chi-square is nearly normal; exact for one degree of freedom.
    if freedom == 1:
        return math.erfc(math.sqrt(square / 2))
    z = ((square / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))
    return 1 - NormalDist().cdf(z)


def summed(values: Doubles, clusters: Longs) -> Doubles:
    """Add values up by cluster."""
    _, places = np.unique(clusters, return_inverse=True)
    sums: Doubles = np.bincount(places.reshape(-1), values).astype(np.float64)
    return sums


def _mean(tops: Doubles, bottoms: Doubles, clusters: Longs, weights: Doubles, level: float) -> Estimate:
    by_cluster = summed(tops, clusters), summed(bottoms, clusters)
    value, low, high, error = ratio(*by_cluster, level)
    squares = float(np.square(weights).sum())
    effective = float(weights.sum()) ** 2 / squares if squares > 0 else 0.0
    return Estimate(value, low, high, error, len(tops), len(by_cluster[0]), effective)
