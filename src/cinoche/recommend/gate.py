"""The gate: votes of several scorers, added up by how much each is to be believed a while after somebody's last event.

Each scorer's votes are made to add up to one over what the asker has not seen, so that the sum is the chance that the
title is next; the weights, a row for each span of time since the asker's last event, are found by `training.mixing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.recommend.scorers import Items, Scorer
from cinoche.recommend.statistics import Doubles, Floats, History

EDGES_S: Final = (60.0, 600.0, HOUR_S, DAY_S, 7 * DAY_S)
"""Where the spans of time since somebody's last event end: in the same breath, in a sitting, today, this week."""

GateWeights = Mapping[str, Sequence[float]]
"""The weight of each scorer (by name) in each span."""


@runtime_checkable
class Voting(Protocol):
    """A scorer whose scores are not the votes themselves, and who tells those too."""

    def votes(self, history: History) -> Doubles:
        """Tell the votes for every title."""
        ...


@dataclass(frozen=True, slots=True)
class Ballot:
    """One scorer's votes for what the asker has not seen, none negative, and what they add up to."""

    votes: Doubles
    total: float

    @classmethod
    def of(cls, scorer: Scorer, history: History) -> "Ballot":
        """Ask a scorer."""
        found = scorer.votes(history) if isinstance(scorer, Voting) else scorer.score(history)
        votes = np.maximum(np.asarray(found, np.float64), 0.0)
        votes[history.items] = 0.0
        return cls(votes, float(votes.sum()))

    def share(self, index: npt.NDArray[np.integer]) -> Doubles:
        """The share of the votes that each of these titles has."""
        return self.votes[index] / self.total if self.total > 0 else np.zeros(len(index))


def span_of(history: History, edges_s: Sequence[float] = EDGES_S) -> int:
    """Tell in which span since the asker's last event a question falls; nobody's and untimed ones fall in the last."""
    if not len(history) or history.now is None:
        return len(edges_s)
    return int(np.searchsorted(edges_s, history.now - history.times[-1], side="right"))


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gate made of one history: every title's chance, and what it is made of.

    ``factors`` is each scorer's weight divided by what its votes add up to.
    """

    history: History
    situation: str
    scores: Floats
    vectors: Mapping[str, Doubles]
    factors: Mapping[str, float]
    scorers: Mapping[str, Scorer]

    def explain(self, items: Items) -> Floats:
        """What each entry of the history adds to each title's chance."""
        shares = np.zeros((len(self.history), len(items)), np.float32)
        for name, factor in self.factors.items():
            shares += np.float32(factor) * shares_of(self.scorers[name], self.history, items, self.vectors[name])
        return shares

    def parts(self, items: Items) -> dict[str, Floats]:
        """What each scorer adds to each title's chance."""
        index = np.asarray(items, np.int64)
        return {name: np.asarray(factor * self.vectors[name][index], np.float32) for name, factor in self.factors.items()}

    def leading(self, items: Items) -> list[str]:
        """The scorer that gives each title most of its chance."""
        index = np.asarray(items, np.int64)
        names = list(self.factors)
        if not names:
            return [""] * len(index)
        given = np.stack([self.factors[name] * self.vectors[name][index] for name in names])
        return [names[k] for k in given.argmax(0)]


def shares_of(scorer: Scorer, history: History, items: Items, votes: Doubles) -> Floats:
    """What each entry of the history adds to the votes for each title.

    Of a scorer whose scores are not its votes, the entries' parts of a score are taken as their parts of the votes.
    """
    shares = scorer.explain(history, items)
    if not isinstance(scorer, Voting):
        return shares
    index = np.asarray(items, np.int64)
    whole = np.maximum(shares, 0.0).sum(0)
    scale = np.divide(votes[index], whole, out=np.zeros(len(index)), where=whole > 0)
    return np.asarray(shares * scale, np.float32)


@dataclass(frozen=True, slots=True)
class Gate:
    """The scorers with their weights in each span since the asker's last event."""

    scorers: Mapping[str, Scorer]
    weights: GateWeights
    edges_s: Sequence[float] = EDGES_S
    name: str = "blend"

    def scored(self, history: History) -> Gated:
        """Score the whole catalogue once, and keep what is needed to explain it."""
        span = span_of(history, self.edges_s)
        total = np.zeros(0)
        vectors, factors = {}, {}
        for name, weights in self.weights.items():
            ballot = Ballot.of(self.scorers[name], history)
            total = np.zeros(len(ballot.votes)) if not len(total) else total
            if ballot.total > 0 and weights[span] > 0:
                vectors[name], factors[name] = ballot.votes, weights[span] / ballot.total
                total += factors[name] * ballot.votes
        return Gated(history, f"span-{span}", total.astype(np.float32), vectors, factors, self.scorers)

    def score(self, history: History) -> Floats:
        """Score the whole catalogue."""
        return self.scored(history).scores

    def explain(self, history: History, items: Items) -> Floats:
        """What each entry of the history adds to each title's chance."""
        return self.scored(history).explain(items)
