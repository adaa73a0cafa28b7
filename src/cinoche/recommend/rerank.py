"""What is done to the best titles before they are shown: as many-sided as the taste (calibration), not all alike.

Pure functions over the candidates that filters left: nothing is added to them, and with both trade-offs at 0 their
order is what it was. Calibration is that of Steck (RecSys 2018), diversity maximal marginal relevance.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Longs = npt.NDArray[np.intp]

SMOOTHING = 0.01
"""The part of the target in what a list is compared by: a genre that is missing costs much, not everything."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How much a list gives of its score (0 nothing, 1 all) to be like the taste, and not alike in itself."""

    calibration: float = 0.0
    diversity: float = 0.0

    @property
    def is_neutral(self) -> bool:
        """Whether nothing is traded: the best stay the best."""
        return self.calibration == 0.0 and self.diversity == 0.0


PLAIN = Balance()


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be chosen, best first: a score each, its share in each genre (or none), and features of length 1."""

    scores: Floats
    genres: Floats
    features: Floats

    def __len__(self) -> int:
        return len(self.scores)


def calibration_error(genres: Floats, target: Floats) -> float:
    """Tell how far the genres of a list are from a target: the Kullback-Leibler divergence, 0 where they are the same.

    Titles without a genre say nothing; nor does a target without any.
    """
    total = float(target.sum())
    shares = genres.sum(axis=0)
    if total <= 0 or shares.sum() <= 0:
        return 0.0
    p = target / total
    q = (1 - SMOOTHING) * shares / shares.sum() + SMOOTHING * p
    some = p > 0
    return float(np.dot(p[some], np.log(p[some] / q[some])))


def redundancy(features: Floats) -> float:
    """Tell how alike a list is in itself: for each title but the first its likeness to the nearest before, averaged."""
    if len(features) < 2:
        return 0.0
    likeness = np.tril(features @ features.T, -1)
    return float(likeness[1:].max(axis=1).mean())


def rerank(candidates: Candidates, target: Floats, n: int, balance: Balance) -> Longs:
    """Choose ``n`` of the candidates, one after another, each the best given those before; gives their places.

    The list chosen and the plain best are compared as wholes, and the better one stands: what calibration alone chooses
    is never further from the target than the best were.
    """
    n = min(n, len(candidates))
    plain = np.arange(n, dtype=np.intp)
    if n == 0 or balance.is_neutral:
        return plain
    relevance = _relevance(candidates.scores)
    chosen = _greedy(candidates, relevance, target, n, balance)
    worths = [_worth(candidates, relevance, target, each, balance) for each in (chosen, plain)]
    return chosen if worths[0] >= worths[1] else plain


def _relevance(scores: Floats) -> Floats:
    """Stretch scores onto 0 to 1, so that a trade-off means the same for every profile."""
    least, most = float(scores.min()), float(scores.max())
    if most <= least:
        return np.ones(len(scores), np.float32)
    stretched: Floats = ((scores - least) / (most - least)).astype(np.float32)
    return stretched


def _greedy(candidates: Candidates, relevance: Floats, target: Floats, n: int, balance: Balance) -> Longs:
    total = float(target.sum())
    p = (target / total if total > 0 else target).astype(np.float32)
    some = np.flatnonzero(p > 0)
    weights, wanted = balance.calibration * p[some], np.float32(SMOOTHING) * p[some]
    mine = np.ascontiguousarray(candidates.genres[:, some])
    whole = candidates.genres.sum(axis=1)
    held, held_whole = np.zeros(len(some), np.float32), np.float32(0)
    nearest = np.zeros(len(candidates), np.float32)
    base = (1 - balance.calibration) * relevance
    is_left = np.zeros(len(candidates), np.float32)
    chosen = np.empty(n, np.intp)
    for place in range(n):
        worth = base + is_left
        if balance.diversity and place:
            worth -= balance.diversity * nearest
        if len(some) and balance.calibration:
            sums = np.maximum(held_whole + whole, np.float32(1e-9))[:, None]
            worth += (place + 1) * (np.log((1 - SMOOTHING) * (held + mine) / sums + wanted) @ weights)
        best = int(worth.argmax())
        chosen[place] = best
        is_left[best] = -np.inf
        held, held_whole = held + mine[best], held_whole + whole[best]
        if balance.diversity:
            np.maximum(nearest, candidates.features @ candidates.features[best], out=nearest)
    return chosen


def _worth(candidates: Candidates, relevance: Floats, target: Floats, chosen: Longs, balance: Balance) -> float:
    error = calibration_error(candidates.genres[chosen], target) if balance.calibration else 0.0
    alike = redundancy(candidates.features[chosen]) if balance.diversity else 0.0
    mean = float(relevance[chosen].mean(dtype=np.float64))
    return (1 - balance.calibration) * mean - balance.calibration * error - balance.diversity * alike
