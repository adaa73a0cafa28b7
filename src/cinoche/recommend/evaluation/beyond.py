"""Beyond accuracy: how much of the catalogue is shown, how unequally, how new, how varied, how true to a taste.

The definitions, with L the first n titles of one person's list, c(i) how many people liked title i in what was known:

- coverage: the share of the titles with c > 0 that stand in any list;
- gini: of how often each of those titles is shown (0: all alike; 1: one title alone);
- novelty: the mean over L of log2(people / max(c(i), 1)), the self-information of a title;
- diversity: the mean over pairs of L of 1 minus the cosine of their genres;
- calibration error (Steck 2018): the divergence KL(p ‖ .99 q + .01 p) of the list's genres q from the liked genres p,
  where a title shares itself equally among its genres;
- debiased nDCG: titles count 1 / propensity, propensity(i) = √((c(i) + 1) / (max c + 1)) (the square root as in Saito
  et al. 2020); the sum over people of the discounted gain, over the sum of the best there could be (self-normalised, so
  that it says something even where each person has one target).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cinoche.recommend.evaluation.metrics import Ranked
from cinoche.recommend.statistics import Doubles, Floats, Longs
from cinoche.recommend.training.tune import Case

DEPTH: Final = 10
_SMOOTHING: Final = 0.01


@dataclass(frozen=True)
class Known:
    """What was known of each title when lists were made: how many people liked it, and its genres (0 or 1 each)."""

    counts: Longs
    n_people: int
    genres: Floats | None = None

    @property
    def n_titles(self) -> int:
        """How many titles somebody liked: what could sensibly be shown."""
        return int((self.counts > 0).sum())

    @property
    def worth(self) -> Doubles:
        """One over the propensity of each title."""
        return np.asarray(np.sqrt((self.counts.max(initial=0) + 1.0) / (self.counts + 1.0)))


def gini(ranked: Ranked, known: Known, n: int = DEPTH) -> float:
    """How unequally the titles are shown."""
    shown = ranked.tops[:, :n]
    times = np.bincount(shown[shown >= 0], minlength=len(known.counts))
    times = np.sort(times[(known.counts > 0) | (times > 0)])
    total = times.sum()
    if not total:
        return 0.0
    places = np.arange(1, len(times) + 1)
    return float((2 * places - len(times) - 1) @ times / (len(times) * total))


def novelty(ranked: Ranked, known: Known, n: int = DEPTH) -> Doubles:
    """How surprising each person's titles are, in bits."""
    bits = np.log2(max(known.n_people, 1) / np.maximum(known.counts, 1.0))
    shown = ranked.tops[:, :n]
    is_there = shown >= 0
    total = np.where(is_there, bits[np.maximum(shown, 0)], 0.0).sum(1)
    return np.asarray(total / np.maximum(is_there.sum(1), 1))


def diversity(ranked: Ranked, genres: Floats, n: int = DEPTH) -> Doubles:
    """How unlike each other each person's titles are, by their genres."""
    unit = genres / np.maximum(np.linalg.norm(genres, axis=1, keepdims=True), 1e-12)
    shown = ranked.tops[:, :n]
    found = np.zeros(len(shown))
    for k, row in enumerate(shown):
        chosen = unit[row[row >= 0]].astype(np.float64)
        if len(chosen) > 1:
            pairs = len(chosen) * (len(chosen) - 1)
            alike = np.square(chosen.sum(0)).sum() - np.square(chosen).sum()
            found[k] = 1.0 - alike / pairs
    return found


def calibration_error(ranked: Ranked, cases: Sequence[Case], genres: Floats, n: int = DEPTH) -> Doubles:
    """How far each list's genres are from those that its person liked; people without any are left out."""
    shares = genres / np.maximum(genres.sum(1, keepdims=True), 1.0)
    found = []
    for case, row in zip(cases, ranked.tops[:, :n], strict=True):
        liked = case.history.items[case.history.weights > 0]
        wanted, given = shares[liked].sum(0, dtype=np.float64), shares[row[row >= 0]].sum(0, dtype=np.float64)
        if wanted.sum() > 0 and given.sum() > 0:
            found.append(_divergence(wanted / wanted.sum(), given / given.sum()))
    return np.array(found, np.float64)


def _divergence(p: Doubles, q: Doubles) -> float:
    mixed = (1 - _SMOOTHING) * q + _SMOOTHING * p
    here = p > 0
    return float((p[here] * np.log(p[here] / mixed[here])).sum())
