"""Neighbours: people who lately watched what somebody lately watched vote with what they watched since, and before."""

from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np

from cinoche.kit.clock import DAY_S
from cinoche.recommend import scorers
from cinoche.recommend.families.base import MEMORY, Arrays, Ground
from cinoche.recommend.families.chronicle import Chronicle, chronicle_of, compiled, entries_of, row_at
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import Doubles, Floats, History, Ints

_FADED: Final = 24.0
"""After so many half-lives a vote is worth nothing, and nobody looks further back."""


@dataclass(frozen=True)
class Neighbours:
    """User neighbours, learnt at once: likeness by the latest titles, votes by how lately they were given.

    A title of the asker counts ``decay ** lag`` times its rarity, of the last ``titles``; likeness is the sum over what
    two people share, to the ``power``; a vote is worth half after ``half_life_s``. Of a title, the ``reach`` latest
    viewers are looked at, and of a viewer the ``depth`` latest titles; the ``latest`` events are remembered.
    """

    titles: int = 40
    decay: float = 0.96
    power: float = 2.0
    half_life_s: float = 3 * DAY_S
    reach: int = 500
    depth: int = 40
    latest: int = 1_000_000
    name: ClassVar[str] = scorers.NEIGHBOURS
    kind: ClassVar[str] = MEMORY

    def fit(self, ground: Ground) -> Arrays:
        """Keep the events themselves: there is nothing to solve."""
        return chronicle_of(ground, self.latest)

    def scorer(self, arrays: Arrays, n_items: int) -> "NeighboursScorer":
        """Walk from the asker's titles to their viewers to those viewers' titles."""
        return NeighboursScorer(self, Chronicle.open(arrays, n_items))


@dataclass(slots=True)
class NeighboursScorer:
    """What neighbours vote for; it learns from every event, and forgets whom it is told to."""

    hyper: Neighbours
    chronicle: Chronicle
    name: str = scorers.NEIGHBOURS
    _likeness: Doubles = field(default_factory=lambda: np.zeros(0))
    _met: Ints = field(default_factory=lambda: np.zeros(0, np.int32))

    def score(self, history: History) -> Floats:
        """The sum of all neighbours' votes for each title."""
        votes = np.zeros(self.chronicle.n_items, np.float32)
        self.vote(history, votes)
        return votes

    def vote(self, history: History, votes: Floats) -> None:
        """Add all neighbours' votes to a vector."""
        items, weights = self._query(history)
        n_met = self._meet(history, items, weights)
        known, now = self.chronicle, self.chronicle.now(history.now, history.times)
        _vote(
            known.base, known.tail, known.struck, known.by_person, self._likeness, self._met[:n_met], now,
            self._half_life_s, self.hyper.power, self.hyper.depth, votes,
        )  # fmt: skip

    def explain(self, history: History, items: Items) -> Floats:
        """What each title of the history brings: its part in the likeness of each neighbour who voted."""
        index = np.asarray(items, np.int64)
        column = np.full(self.chronicle.n_items, -1, np.int32)
        column[index] = np.arange(len(index), dtype=np.int32)
        shares = np.zeros((len(history), len(index)), np.float32)
        chosen, weights = self._query(history)
        n_met = self._meet(history, chosen, weights)
        known, now = self.chronicle, self.chronicle.now(history.now, history.times)
        entries = self._entries(history)
        _share(
            known.base, known.tail, known.struck, known.by_item, known.by_person, self._likeness, entries, chosen,
            weights, history.person, now, self._half_life_s, self.hyper.power, self.hyper.reach, self.hyper.depth,
            column, shares,
        )  # fmt: skip
        self._likeness[self._met[:n_met]] = 0.0
        return shares[:, column[index]]

    def learn(self, persons: Ints, items: Ints, weights: Floats, times: Doubles) -> None:
        """Append events."""
        self.chronicle.learn(persons, items, weights, times)

    def forget(self, person: int) -> None:
        """Strike a person out."""
        self.chronicle.forget(person)

    @property
    def _half_life_s(self) -> float:
        return self.hyper.half_life_s if self.chronicle.is_timed else np.inf

    def _entries(self, history: History) -> Ints:
        """The liked entries that are asked with, the latest first."""
        return entries_of(history, self.hyper.titles)

    def _query(self, history: History) -> tuple[Ints, Doubles]:
        items = history.items[self._entries(history)].astype(np.int32)
        rarity = np.log1p(self.chronicle.n_alive / (1.0 + self.chronicle.likes[items]))
        return items, np.asarray(self.hyper.decay ** np.arange(len(items)) * rarity)

    def _meet(self, history: History, items: Ints, weights: Doubles) -> int:
        known = self.chronicle
        if len(self._likeness) < known.n_people:
            self._likeness = np.zeros(known.n_people)
            self._met = np.zeros(known.n_people, np.int32)
        return int(
            _meet(
                known.base, known.tail, known.struck, known.by_item, items, weights, history.person, self.hyper.reach,
                self._likeness, self._met,
            )
        )  # fmt: skip


@compiled
def _meet(base, tail, struck, by_item, items, weights, asker, reach, likeness, met):  # type: ignore[no-untyped-def]
    """Sum each viewer's likeness over the asked titles; tell how many there are."""
    n_met = 0
    for q in range(len(items)):
        k = by_item[items[q]]
        looked = 0
        while k >= 0 and looked < reach:
            row = row_at(base, tail, k)
            if struck[k] == 0 and row.weight > 0 and row.person != asker:
                if likeness[row.person] == 0.0:
                    met[n_met] = row.person
                    n_met += 1
                likeness[row.person] += weights[q]
                looked += 1
            k = row.same
    return n_met


@compiled
def _vote(base, tail, struck, by_person, likeness, met, now, half_life_s, power, depth, votes):  # type: ignore[no-untyped-def]
    """Give every neighbour's vote to what they watched lately, and leave the likeness at zero for the next."""
    for m in range(len(met)):
        person = met[m]
        worth = likeness[person] ** power
        likeness[person] = 0.0
        k = by_person[person]
        looked = 0
        while k >= 0 and looked < depth:
            row = row_at(base, tail, k)
            age = max(now - row.time, 0.0) / half_life_s
            if age > _FADED:
                break
            if struck[k] == 0 and row.weight > 0:
                votes[row.item] += worth * np.exp2(-age)
                looked += 1
            k = row.before


@compiled
def _share(  # type: ignore[no-untyped-def]
    base, tail, struck, by_item, by_person, likeness, entries, items, weights, asker, now, half_life_s, power, reach,
    depth, column, shares,
):  # fmt: skip
    """Share each vote for the wanted titles out among the asked titles that made its voter a neighbour."""
    for q in range(len(items)):
        k = by_item[items[q]]
        looked = 0
        while k >= 0 and looked < reach:
            row = row_at(base, tail, k)
            if struck[k] == 0 and row.weight > 0 and row.person != asker:
                worth = weights[q] * likeness[row.person] ** (power - 1.0)
                v = by_person[row.person]
                seen = 0
                while v >= 0 and seen < depth:
                    vote = row_at(base, tail, v)
                    age = max(now - vote.time, 0.0) / half_life_s
                    if age > _FADED:
                        break
                    if struck[v] == 0 and vote.weight > 0 and column[vote.item] >= 0:
                        shares[entries[q], column[vote.item]] += worth * np.exp2(-age)
                    seen += struck[v] == 0 and vote.weight > 0
                    v = vote.before
                looked += 1
            k = row.same
