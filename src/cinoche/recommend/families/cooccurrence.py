"""Co-occurrence: what others watched within a few titles of what somebody just watched."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.recommend import scorers
from cinoche.recommend.families.base import MEMORY, Arrays, Ground
from cinoche.recommend.families.chronicle import Chronicle, chronicle_of, compiled, entries_of, row_at
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import Doubles, Floats, History, Ints

_LOG_2: Final = 0.6931471805599453
_FADED: Final = 24.0
"""After so many half-lives a pair is worth nothing, and nobody looks further back."""


@dataclass(frozen=True)
class CoOccurrence:
    """What stands within ``lags`` titles of the asker's latest ``titles`` in other histories, and lately.

    An asked title counts ``decay ** lag``; a pair is worth half when it is ``half_life_s`` old, and by how far apart in
    time its two titles are, ``exp(-apart / closeness_s)`` (0: neither matters). Of a title, the ``reach`` latest
    viewers are looked at.
    """

    lags: int = 5
    titles: int = 5
    decay: float = 0.8
    half_life_s: float = 14 * DAY_S
    closeness_s: float = 0.0
    reach: int = 500
    latest: int = 1_000_000
    name: ClassVar[str] = scorers.CO_OCCURRENCE
    kind: ClassVar[str] = MEMORY

    def fit(self, ground: Ground) -> Arrays:
        """Keep the events themselves: pairs are found when they are asked for."""
        return chronicle_of(ground, self.latest)

    def scorer(self, arrays: Arrays, n_items: int) -> "CoOccurrenceScorer":
        """Walk from the asker's latest titles to what stands beside them in other histories."""
        return CoOccurrenceScorer(self, Chronicle.open(arrays, n_items), self.name)


@dataclass(frozen=True)
class CloseCoOccurrence(CoOccurrence):
    """The same for what stands close in time, however long ago."""

    half_life_s: float = 0.0
    closeness_s: float = HOUR_S
    name: ClassVar[str] = scorers.CO_OCCURRENCE_CLOSE


@dataclass(slots=True)
class CoOccurrenceScorer:
    """What stands beside the latest titles; it learns from every event, and forgets whom it is told to."""

    hyper: CoOccurrence
    chronicle: Chronicle
    name: str = scorers.CO_OCCURRENCE

    def score(self, history: History) -> Floats:
        """The sum of all pairs with the latest titles."""
        votes = np.zeros(self.chronicle.n_items, np.float32)
        self.vote(history, votes)
        return votes

    def vote(self, history: History, votes: Floats) -> None:
        """Add all pairs with the latest titles to a vector."""
        entries = self._entries(history)
        self._walk(history, entries, np.zeros(len(entries), np.int32), votes[None, :])

    def explain(self, history: History, items: Items) -> Floats:
        """Each asked title's own pairs."""
        entries = self._entries(history)
        votes = np.zeros((len(entries), self.chronicle.n_items), np.float32)
        self._walk(history, entries, np.arange(len(entries), dtype=np.int32), votes)
        shares = np.zeros((len(history), len(items)), np.float32)
        shares[entries] = votes[:, np.asarray(items, np.int64)]
        return shares

    def learn(self, persons: Ints, items: Ints, weights: Floats, times: Doubles) -> None:
        """Append events."""
        self.chronicle.learn(persons, items, weights, times)

    def forget(self, person: int) -> None:
        """Strike a person out."""
        self.chronicle.forget(person)

    def _entries(self, history: History) -> Ints:
        return entries_of(history, self.hyper.titles)

    def _walk(self, history: History, entries: Ints, lines: Ints, votes: Floats) -> None:
        known, hyper = self.chronicle, self.hyper
        weights: Doubles = np.power(hyper.decay, np.arange(len(entries), dtype=np.float64))
        half_life_s, closeness_s = (
            each if each > 0 and known.is_timed else np.inf for each in (hyper.half_life_s, hyper.closeness_s)
        )
        _walk(
            known.base, known.tail, known.struck, known.after, known.by_item, history.items[entries].astype(np.int32),
            weights, lines, history.person, known.now(history.now, history.times), half_life_s, closeness_s,
            hyper.lags, hyper.reach, votes,
        )  # fmt: skip


@compiled
def _walk(  # type: ignore[no-untyped-def]
    base, tail, struck, after, by_item, items, weights, lines, asker, now, half_life_s, closeness_s, lags, reach, votes
):
    """Add what stands within ``lags`` of each asked title in each other history, to both sides."""
    for q in range(len(items)):
        k = by_item[items[q]]
        looked = 0
        while k >= 0 and looked < reach:
            row = row_at(base, tail, k)
            if (now - row.time) / half_life_s > _FADED:
                break
            if struck[k] == 0 and row.weight > 0 and row.person != asker:
                for side in range(2):
                    v = row.before if side == 0 else after[k]
                    lag = 0
                    while v >= 0 and lag < lags:
                        other = row_at(base, tail, v)
                        if struck[v] == 0:
                            lag += 1
                            if other.weight > 0:
                                age = max(now - max(row.time, other.time), 0.0) / half_life_s
                                apart = abs(row.time - other.time) / closeness_s
                                votes[lines[q], other.item] += weights[q] * np.exp(-apart - age * _LOG_2)
                        v = other.before if side == 0 else after[v]
                looked += 1
            k = row.same
