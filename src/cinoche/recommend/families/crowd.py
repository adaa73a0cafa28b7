"""The crowd: everybody's latest events, asked in eight ways at once over one chronicle, learnt from as they happen.

Each voice gives votes; alone, the crowd adds them up evenly. How much each is to be believed is the gate's business.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np

from cinoche.recommend import scorers
from cinoche.recommend.families.base import MEMORY, Arrays, Ground
from cinoche.recommend.families.chronicle import Chronicle, chronicle_of
from cinoche.recommend.families.cooccurrence import CloseCoOccurrence, CoOccurrence, CoOccurrenceScorer
from cinoche.recommend.families.neighbours import Neighbours, NeighboursScorer
from cinoche.recommend.families.popular_live import PopularDecayed, PopularLive, PopularLiveScorer
from cinoche.recommend.families.recall import AGEINGS, Ageing, Likeness, Recall
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import Doubles, Floats, History, Ints

RECALLED: Final = ("memory-today", "memory-days", "memory-ever")

_SILENT: Final = 1e-20
"""A voice whose votes add up to less has faded away and says nothing."""


@dataclass(frozen=True)
class Crowd:
    """All that learns at once, over the ``latest`` events.

    Popularity is believed less where little happens: as if ``calm`` events had been about no title that there is.
    """

    latest: int = 1_000_000
    popular: PopularLive = field(default_factory=PopularLive)
    decayed: PopularDecayed = field(default_factory=PopularDecayed)
    neighbours: Neighbours = field(default_factory=Neighbours)
    beside: CoOccurrence = field(default_factory=CoOccurrence)
    close: CloseCoOccurrence = field(default_factory=CloseCoOccurrence)
    likeness: Likeness = field(default_factory=Likeness)
    ageings: tuple[Ageing, ...] = AGEINGS
    calm: float = 5.0
    name: ClassVar[str] = scorers.CROWD
    kind: ClassVar[str] = MEMORY

    def fit(self, ground: Ground) -> Arrays:
        """Keep the events themselves: there is nothing to solve."""
        return chronicle_of(ground, self.latest)

    def scorer(self, arrays: Arrays, n_items: int) -> "CrowdScorer":
        """Open the chronicle for all the voices."""
        return CrowdScorer(self, Chronicle.open(arrays, n_items))


class CrowdScorer:
    """The voices over one chronicle."""

    def __init__(self, hyper: Crowd, chronicle: Chronicle) -> None:
        self.hyper = hyper
        self.name = hyper.name
        self.chronicle = chronicle
        self._popular: list[PopularLiveScorer] = [
            PopularLiveScorer(hyper.popular, chronicle, scorers.POPULAR_LIVE),
            PopularLiveScorer(hyper.decayed, chronicle, scorers.POPULAR_DECAYED),
        ]
        self._beside: list[NeighboursScorer | CoOccurrenceScorer] = [
            NeighboursScorer(hyper.neighbours, chronicle),
            CoOccurrenceScorer(hyper.beside, chronicle, scorers.CO_OCCURRENCE),
            CoOccurrenceScorer(hyper.close, chronicle, scorers.CO_OCCURRENCE_CLOSE),
        ]
        self._recall = Recall(hyper.likeness, hyper.ageings, chronicle)

    @property
    def _plain(self) -> "Sequence[PopularLiveScorer | NeighboursScorer | CoOccurrenceScorer]":
        return (*self._popular, *self._beside)

    @property
    def n_items(self) -> int:
        """How many titles it votes for."""
        return self.chronicle.n_items

    @property
    def voices(self) -> tuple[str, ...]:
        """The names of the voices, in the order of their votes."""
        recalled = RECALLED if len(self.hyper.ageings) == len(RECALLED) else tuple(map(str, self.hyper.ageings))
        return (*(each.name for each in self._plain), *recalled)

    @property
    def latest_at(self) -> float:
        """The latest instant of which an event is known."""
        return self.chronicle.latest_at

    def votes(self, history: History) -> Floats:
        """Each voice's votes for every title, a row a voice; those of the history have none."""
        n_plain = len(self._popular) + len(self._beside)
        votes = np.zeros((n_plain + len(self.hyper.ageings), self.chronicle.n_items), np.float32)
        for row, each in zip(votes, self._plain, strict=False):
            each.vote(history, row)
        self._recall.vote(history, votes[n_plain:])
        for row in votes:
            row[history.items] = 0.0
        return votes

    def totals(self, votes: Floats) -> Floats:
        """What each voice's votes add up to, with those for nothing that there is."""
        totals = votes.sum(1)
        totals[: len(self._popular)] += np.float32(self.hyper.calm)
        return np.where(totals > _SILENT, totals, np.float32(np.inf))

    def shares(self, history: History, items: Items) -> Floats:
        """What each entry of the history adds to each title's votes: a table a voice."""
        plain = [each.explain(history, items) for each in self._plain]
        return np.concatenate([np.stack(plain), self._recall.shares(history, items)])

    def score(self, history: History) -> Floats:
        """All voices together, each as loud as the others."""
        votes = self.votes(history)
        return np.asarray(self._even(votes) @ votes, np.float32)

    def explain(self, history: History, items: Items) -> Floats:
        """What each entry adds to what all voices say together."""
        return np.asarray(np.tensordot(self._even(self.votes(history)), self.shares(history, items), 1), np.float32)

    def _even(self, votes: Floats) -> Floats:
        return np.float32(1.0 / len(votes)) / self.totals(votes)

    def learn(self, persons: Ints, items: Ints, weights: Floats, times: Doubles) -> None:
        """Append events; a change of mind takes the place of what was said before."""
        for k in range(len(persons)):
            one, person = slice(k, k + 1), int(persons[k])
            for each in self._popular:
                each.take_back(person, float(times[k]))
            self.chronicle.learn(persons[one], items[one], weights[one], times[one])
            for each in self._popular:
                each.count(person)

    def widen(self, n_items: int) -> None:
        """Make place for titles that have come since."""
        if n_items > self.n_items:
            self.chronicle.widen(n_items)
            for each in self._popular:
                each.widen(n_items)

    def forget(self, person: int) -> None:
        """Strike a person out of every voice."""
        for each in self._popular:
            each.take_back(person, self.latest_at)
        self.chronicle.forget(person)
