"""Scorers: each gives every title of the catalogue a score for one history, and says which titles moved it.

They need numpy alone, read memory-mapped float32 matrices, and touch only the rows that the history names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from cinoche.recommend.statistics import Bin, Floats, History, Ints, Longs

POPULAR_7D: Final = "popular-7d"
POPULAR: Final = "popular"
EASE: Final = "ease"
SEQUENCE_RIDGE: Final = "sequence-ridge"
CONTENT: Final = "content"
EASE_RECENT: Final = "ease-recent"
MARKOV: Final = "markov"
MEMORY: Final = "memory"
MEMORY_LONG: Final = "memory-long"
MEMORY_SHARP: Final = "memory-sharp"
TRANSFORMER: Final = "transformer"
AUTOENCODER: Final = "autoencoder"
POPULAR_LIVE: Final = "popular-live"
POPULAR_DECAYED: Final = "popular-decayed"
NEIGHBOURS: Final = "neighbours"
CO_OCCURRENCE: Final = "co-occurrence"
CO_OCCURRENCE_CLOSE: Final = "co-occurrence-close"
CROWD: Final = "crowd"
ALIKE: Final = "alike"

Items = npt.NDArray[np.integer] | Sequence[int]


class Scorer(Protocol):
    """What every scorer does. ``name`` is how settings, events and tables call it."""

    @property
    def name(self) -> str:
        """The scorer's name."""
        ...

    def score(self, history: History) -> Floats:
        """Score the whole catalogue: one number a title, higher is better."""
        ...

    def explain(self, history: History, items: Items) -> Floats:
        """What each entry of the history (row) adds to each title's score (column)."""
        ...


@dataclass(frozen=True, slots=True)
class Warm:
    """The titles that a matrix knows: ``place`` of every title (-1: unknown) and the ``items`` at the places."""

    place: Ints
    items: Ints

    @classmethod
    def of(cls, items: Ints, n_items: int) -> "Warm":
        """Number the places of these titles among ``n_items``."""
        place = np.full(n_items, -1, np.int32)
        place[items] = np.arange(len(items), dtype=np.int32)
        return cls(place, items)

    def spread(self, values: Floats) -> Floats:
        """Spread values at the places over the whole catalogue; titles that the matrix does not know get 0."""
        whole = np.zeros(len(self.place), np.float32)
        whole[self.items] = values
        return whole


@dataclass(frozen=True, slots=True)
class Popular:
    """Popularity: the same list for everybody."""

    scores: Floats
    name: str = POPULAR_7D

    def score(self, history: History) -> Floats:  # noqa: ARG002
        """Every title's popularity; the history changes nothing."""
        return self.scores

    def explain(self, history: History, items: Items) -> Floats:
        """No entry of the history moves a popularity."""
        return np.zeros((len(history), len(items)), np.float32)


@dataclass(frozen=True, slots=True)
class Ease:
    """EASE: each title of the history votes, by its weight, through one solved item-to-item matrix.

    With a ``decay`` below 1, each title says that much less for every one that came after it.
    """

    weights: Floats
    warm: Warm
    name: str = EASE
    decay: float = 1.0

    def score(self, history: History) -> Floats:
        """The weighted sum of the matrix's rows that the history names; a negative weight lowers its neighbours."""
        places = self.warm.place[history.items]
        known = places >= 0
        if not known.any():
            return np.zeros(len(self.warm.place), np.float32)
        return self.warm.spread(weighted_rows(self.weights, places[known], self._loudness(history)[known]))

    def explain(self, history: History, items: Items) -> Floats:
        """Each entry's vote for each title."""
        rows, columns = self.warm.place[history.items], self.warm.place[np.asarray(items, np.int64)]
        votes = self.weights[np.ix_(np.maximum(rows, 0), np.maximum(columns, 0))] if self.weights.size else 0.0
        is_known = (rows >= 0)[:, None] & (columns >= 0)[None, :]
        return np.where(is_known, self._loudness(history)[:, None] * votes, np.float32(0)).astype(np.float32)

    def _loudness(self, history: History) -> Floats:
        if self.decay == 1.0:
            return history.weights
        return history.weights * (self.decay ** np.arange(len(history))[::-1]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class SequenceRidge:
    """The sequence-aware ridge: what comes next, from the latest titles and how long ago each was.

    ``bins`` hold the decays asked with, which are tuned apart from those trained with. The first ``n_joint`` places
    have one row in each bin but the last; the other places have one row, in the last bin.
    """

    weights: Floats
    warm: Warm
    n_joint: int
    bins: tuple[Bin, ...]
    name: str = SEQUENCE_RIDGE

    def score(self, history: History) -> Floats:
        """The sum of the matrix's rows for the latest titles, each decayed by its age in the sequence."""
        _, rows, values = self._query(history)
        if not len(rows):
            return np.zeros(len(self.warm.place), np.float32)
        return self.warm.spread(weighted_rows(self.weights, rows, values))

    def explain(self, history: History, items: Items) -> Floats:
        """Each entry's vote for each title; entries beyond the longest lag have none."""
        columns = self.warm.place[np.asarray(items, np.int64)]
        votes = np.zeros((len(history), len(columns)), np.float32)
        entries, rows, values = self._query(history)
        if len(rows):
            found = self.weights[np.ix_(rows, np.maximum(columns, 0))] * values[:, None]
            votes[entries] = np.where((columns >= 0)[None, :], found, np.float32(0))
        return votes

    def _query(self, history: History) -> tuple[Longs, Longs, Floats]:
        """The entries that count, the row of each and its decayed weight.

        Lags count the positive entries alone, as in training: a dislike has the lag that a like would have there.
        """
        places = self.warm.place[history.items]
        entries = np.flatnonzero(places >= 0)
        positive = history.weights[entries] > 0
        reached: Longs = np.cumsum(positive[::-1], dtype=np.int64)[::-1]
        lags = reached - positive + 1
        near = lags <= max(b.last for b in self.bins)
        entries, lags = entries[near], lags[near]
        places = places[entries].astype(np.int64)
        bins, decay = self._bins(lags, places < self.n_joint)
        used = decay > 0
        head_bins = len(self.bins) - 1
        rows = places + np.where(bins < head_bins, bins, head_bins - 1) * self.n_joint
        values = (decay * history.weights[entries]).astype(np.float32)
        return entries[used], rows[used], values[used]

    def _bins(self, lags: Longs, is_joint: npt.NDArray[np.bool_]) -> tuple[Longs, npt.NDArray[np.float64]]:
        bins, decay = np.zeros(len(lags), np.int64), np.zeros(len(lags))
        for b, one in enumerate(self.bins):
            inside = (lags >= one.first) & (lags <= one.last) & (is_joint == (b < len(self.bins) - 1))
            bins[inside] = b
            decay[inside] = one.decay ** (lags[inside] - 1.0)
        return bins, decay


@dataclass(frozen=True, slots=True)
class Content:
    """Likeness of what titles are made of (genres, decade, tags): what is left for titles that few have watched."""

    features: Floats
    name: str = CONTENT

    def score(self, history: History) -> Floats:
        """The cosine of every title with the weighted sum of the history's titles, summed over entries."""
        if not len(history):
            return np.zeros(len(self.features), np.float32)
        return np.asarray(self.features @ (history.weights @ self.features[history.items]), np.float32)

    def explain(self, history: History, items: Items) -> Floats:
        """Each entry's weighted cosine with each title."""
        likeness = self.features[history.items] @ self.features[np.asarray(items, np.int64)].T
        return np.asarray(history.weights[:, None] * likeness, np.float32)


def weighted_rows(matrix: Floats, rows: npt.NDArray[np.integer], weights: Floats, block: int = 16) -> Floats:
    """Sum rows of a matrix by weight, a few at a time, so that the copies stay in the processor's cache."""
    total = np.zeros(matrix.shape[1], np.float32)
    for start in range(0, len(rows), block):
        stop = start + block
        total += weights[start:stop] @ matrix[rows[start:stop]]
    return total


def top(scores: Floats, n: int) -> Longs:
    """The ``n`` best titles, best first; equal scores in the order of the catalogue.

    The n-th best of the blocks' maxima bounds the n-th best title from below, so that few are left to sort. To
    partition the whole vector takes ten times as long where many scores are equal, as those of unknown titles are.
    """
    n = min(n, len(scores))
    if n <= 0:
        return np.empty(0, np.int64)
    block = max(1, min(64, len(scores) // (4 * n)))
    n_blocks = len(scores) // block
    maxima = scores[: n_blocks * block].reshape(n_blocks, block).max(1)
    bound = np.partition(maxima, n_blocks - n)[n_blocks - n]
    left = np.flatnonzero(scores >= bound)
    return left[np.argsort(-scores[left], kind="stable")[:n]]
