"""The weights of the blend, found on what was held out by coordinate ascent: no gradient, no test data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from cinoche.recommend.blend import spread
from cinoche.recommend.scorers import Scorer
from cinoche.recommend.statistics import Floats, History, Longs

CANDIDATES: Final = 400
"""How many titles a person keeps in the search: the best of every scorer, far more than are looked at."""

_STEPS: Final = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.5)
_FINE: Final = (0.7, 0.85, 1.2, 1.4)
_LEAST_GAIN: Final = 0.01
"""The gain that a step must bring, over the root of the number of cases: few people prove little."""


@dataclass(frozen=True, slots=True)
class Case:
    """One held-out person: what is known of them, and the titles that they liked next.

    What is ``hidden`` may stand in no list, although nothing is known of it.
    """

    history: History
    targets: Longs
    hidden: Longs = field(default_factory=lambda: np.empty(0, np.int64))


@dataclass(frozen=True)
class Bench:
    """Cases scored once by every scorer: candidates' scores (case, candidate, scorer) and which ones are targets."""

    names: tuple[str, ...]
    values: Floats
    hits: Floats
    n_targets: Longs

    @classmethod
    def of(cls, cases: Sequence[Case], scorers: Mapping[str, Scorer], worth: Floats | None = None) -> "Bench":
        """Score the cases, each scorer's vector divided by its spread as the blend does.

        With ``worth``, finding a title counts by its worth (a case's targets are worth 1 on average).
        """
        names = tuple(scorers)
        rows = [_row(case, [scorers[name] for name in names], worth) for case in cases]
        values = np.stack([row[0] for row in rows])
        hits = np.stack([row[1] for row in rows])
        return cls(names, values, hits, np.array([len(case.targets) for case in cases]))

    def value(self, weights: Mapping[str, float], n: int) -> float:
        """How good these weights are: nDCG@n and a little of recall@5n."""
        mixed = self.values @ np.array([weights.get(name, 0.0) for name in self.names], np.float32)
        depth = min(5 * n, mixed.shape[1])
        best = np.argpartition(-mixed, depth - 1, axis=1)[:, :depth]
        order = np.argsort(-np.take_along_axis(mixed, best, 1), axis=1, kind="stable")
        hits = np.take_along_axis(self.hits, np.take_along_axis(best, order, 1), 1)
        gains = 1.0 / np.log2(np.arange(2, n + 2))
        ideal = np.cumsum(gains)[np.minimum(self.n_targets, n) - 1]
        top = hits[:, :n]
        ndcg = (top @ gains[: top.shape[1]]) / ideal
        recall = hits.sum(1) / np.minimum(self.n_targets, depth)
        return float(ndcg.mean() + 0.1 * recall.mean())


def search(bench: Bench, start: Mapping[str, float], n: int, names: Iterable[str] | None = None) -> dict[str, float]:
    """Climb one weight at a time, first over a grid and then in fine steps, while the bench says better."""
    free = [name for name in (names or bench.names) if name in bench.names]
    best = {name: start.get(name, 0.0) if name in free else 0.0 for name in bench.names}
    value = bench.value(best, n)
    least = _LEAST_GAIN / np.sqrt(max(len(bench.values), 1))
    for steps in (_STEPS, _STEPS, _FINE):
        for name in free:
            held = best[name]
            tries = [held * step for step in steps] if steps is _FINE else list(steps)
            scored = [(bench.value({**best, name: weight}, n), weight) for weight in tries]
            found, weight = max(scored, key=lambda pair: pair[0])
            if found > value + least:
                value, best = found, {**best, name: weight}
    scale = max(best.values(), default=0.0) or 1.0
    return {name: round(weight / scale, 4) for name, weight in best.items()}


def _row(case: Case, scorers: Sequence[Scorer], worth: Floats | None) -> tuple[Floats, Floats]:
    vectors = [scorer.score(case.history) for scorer in scorers]
    scaled = np.stack([vector / np.float32(spread(vector, case.history)) for vector in vectors], axis=1)
    centred = scaled - scaled.mean(0)
    centred[case.history.items] = -np.inf
    n = min(CANDIDATES, len(centred))
    chosen = np.argpartition(-centred.max(1), n - 1)[:n]
    values = scaled[chosen]
    values[np.isin(chosen, case.history.items)] = -1e6
    hits = np.isin(chosen, case.targets).astype(np.float32)
    return values, hits if worth is None else hits * worth[chosen] / worth[case.targets].mean()
