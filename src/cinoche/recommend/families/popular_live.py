"""Popularity of the hour: decayed counts that every event moves at once."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.recommend import scorers
from cinoche.recommend.families.base import MEMORY, Arrays, Ground
from cinoche.recommend.families.chronicle import Chronicle, chronicle_of, compiled, row_at
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import Doubles, Floats, History, Ints

_MAX_EXPONENT: Final = 500.0
"""Counts grow with time instead of fading, as only their proportions matter; they are scaled down in time."""


@dataclass(frozen=True)
class PopularLive:
    """What people choose now: counts that are worth half after ``half_life_s``.

    Only what somebody did at least ``apart_s`` after their previous event counts: people who tell of many titles at
    once, of long ago, say little of what is chosen now.
    """

    half_life_s: float = 3 * HOUR_S
    apart_s: float = HOUR_S
    latest: int = 1_000_000
    name: ClassVar[str] = scorers.POPULAR_LIVE
    kind: ClassVar[str] = MEMORY

    def fit(self, ground: Ground) -> Arrays:
        """Keep the events themselves, as forgetting somebody must take back exactly what they counted."""
        return chronicle_of(ground, self.latest)

    def scorer(self, arrays: Arrays, n_items: int) -> "PopularLiveScorer":
        """Count what was published; what comes is added to it."""
        return PopularLiveScorer(self, Chronicle.open(arrays, n_items), self.name)


@dataclass(frozen=True)
class PopularDecayed(PopularLive):
    """What people chose these days: every event counts."""

    half_life_s: float = 3 * DAY_S
    apart_s: float = 0.0
    name: ClassVar[str] = scorers.POPULAR_DECAYED


class PopularLiveScorer:
    """The same list for everybody, a little different after every event."""

    def __init__(self, hyper: PopularLive, chronicle: Chronicle, name: str) -> None:
        self.hyper = hyper
        self.chronicle = chronicle
        self.name = name
        is_timed = chronicle.is_timed
        self._half_life_s = hyper.half_life_s if is_timed else np.inf
        self._apart_s = hyper.apart_s if is_timed else 0.0
        self._since = chronicle.latest_at
        self._counts = np.zeros(chronicle.n_items)
        _count_all(chronicle.base, self._since, self._half_life_s, self._apart_s, self._counts)

    def score(self, history: History) -> Floats:
        """How many people choose each title now: events, each worth less the older it is."""
        votes = np.zeros(len(self._counts), np.float32)
        self.vote(history, votes)
        return votes

    def vote(self, history: History, votes: Floats) -> None:
        """Write every title's count to a vector."""
        age = (self.chronicle.now(history.now, history.times) - self._since) / self._half_life_s
        np.maximum(self._counts * np.exp2(-min(age, _MAX_EXPONENT)), 0.0, out=votes, casting="unsafe")

    def explain(self, history: History, items: Items) -> Floats:
        """No entry of the history moves a popularity."""
        return np.zeros((len(history), len(items)), np.float32)

    def learn(self, persons: Ints, items: Ints, weights: Floats, times: Doubles) -> None:
        """Count events as they come; who changes their mind is counted anew."""
        for k in range(len(persons)):
            one, person = slice(k, k + 1), int(persons[k])
            self.take_back(person, float(times[k]))
            self.chronicle.learn(persons[one], items[one], weights[one], times[one])
            self.count(person)

    def forget(self, person: int) -> None:
        """Take back what a person counted."""
        self.take_back(person, self._since)
        self.chronicle.forget(person)

    def widen(self, n_items: int) -> None:
        """Make place for titles that have come since."""
        self._counts = np.concatenate([self._counts, np.zeros(n_items - len(self._counts))])

    def take_back(self, person: int, at: float) -> None:
        """Take back what a person counts, before the chronicle learns at an instant what they did."""
        if (at - self._since) / self._half_life_s > _MAX_EXPONENT:
            self._rescale(at)
        self._shift(person, -1.0)

    def count(self, person: int) -> None:
        """Count what a person did, as the chronicle now has it."""
        self._shift(person, 1.0)

    def _rescale(self, now: float) -> None:
        self._counts *= 2.0 ** -((now - self._since) / self._half_life_s)
        self._since = now

    def _shift(self, person: int, sign: float) -> None:
        known = self.chronicle
        if person < known.n_people:
            _shift(
                known.base, known.tail, known.struck, known.by_person, person, sign, self._since, self._half_life_s,
                self._apart_s, self._counts,
            )  # fmt: skip


@compiled
def _count_all(base, since, half_life_s, apart_s, counts):  # type: ignore[no-untyped-def]
    for k in range(len(base)):
        row = base[k]
        if row.weight > 0 and (row.before < 0 or row.time - base[row.before].time >= apart_s):
            counts[row.item] += 2.0 ** ((row.time - since) / half_life_s)


@compiled
def _shift(base, tail, struck, by_person, person, sign, since, half_life_s, apart_s, counts):  # type: ignore[no-untyped-def]
    """Add or take back all that a person's rows count, each against the one before it that still stands."""
    k = by_person[person]
    newer = -1
    while True:
        while k >= 0 and struck[k] != 0:
            k = row_at(base, tail, k).before
        if newer >= 0:
            row = row_at(base, tail, newer)
            if row.weight > 0 and (k < 0 or row.time - row_at(base, tail, k).time >= apart_s):
                counts[row.item] += sign * 2.0 ** ((row.time - since) / half_life_s)
        if k < 0:
            break
        newer = k
        k = row_at(base, tail, k).before
