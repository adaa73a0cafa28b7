"""The gate: the crowd's voices, added up by how much each is to be believed a while after somebody's last event.

Each voice's votes are made to add up to one over what the asker has not seen, so that the sum is the chance that the
title is next; the weights, one for each span of time since the asker's last event, are found by `training.mixing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import Floats, History

EDGES_S: Final = (60.0, 600.0, HOUR_S, DAY_S, 7 * DAY_S)
"""Where the spans of time since somebody's last event end: in the same breath, in a sitting, today, this week."""

GateWeights = Mapping[str, Sequence[float]]
"""The weight of each voice (by name) in each span."""


class Chorus(Protocol):
    """Several voices over one memory, that answer together."""

    @property
    def voices(self) -> tuple[str, ...]:
        """The names of the voices, in the order of their votes."""
        ...

    def votes(self, history: History) -> Floats:
        """Each voice's votes for every title (none negative), a row a voice; those of the history have none."""
        ...

    def shares(self, history: History, items: Items) -> Floats:
        """What each entry of the history adds to each title's votes: a table a voice."""
        ...


def span_of(history: History, edges_s: Sequence[float] = EDGES_S) -> int:
    """Tell in which span since the asker's last event a question falls; nobody's and untimed ones fall in the last."""
    if not len(history) or history.now is None:
        return len(edges_s)
    return int(np.searchsorted(edges_s, history.now - history.times[-1], side="right"))


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gate made of one history: every title's chance, and what it is made of.

    ``factors`` is each voice's weight divided by what its votes add up to.
    """

    history: History
    situation: str
    scores: Floats
    votes: Floats
    factors: Floats
    chorus: Chorus

    def explain(self, items: Items) -> Floats:
        """What each entry of the history adds to each title's chance."""
        return np.asarray(np.tensordot(self.factors, self.chorus.shares(self.history, items), 1), np.float32)

    def parts(self, items: Items) -> dict[str, Floats]:
        """What each voice adds to each title's chance."""
        given = (self.factors[:, None] * self.votes[:, np.asarray(items, np.int64)]).astype(np.float32)
        return dict(zip(self.chorus.voices, given, strict=True))

    def leading(self, items: Items) -> list[str]:
        """The voice that gives each title most of its chance."""
        given = self.factors[:, None] * self.votes[:, np.asarray(items, np.int64)]
        return [self.chorus.voices[k] for k in given.argmax(0)]


@dataclass(frozen=True, slots=True)
class Gate:
    """A chorus with the weights of its voices in each span since the asker's last event."""

    chorus: Chorus
    weights: GateWeights
    edges_s: Sequence[float] = EDGES_S
    name: str = "blend"

    def scored(self, history: History) -> Gated:
        """Score the whole catalogue once, and keep what is needed to explain it."""
        span = span_of(history, self.edges_s)
        votes = self.chorus.votes(history)
        totals = votes.sum(1)
        of_voices = [self.weights[name][span] if name in self.weights else 0.0 for name in self.chorus.voices]
        weights = np.array(of_voices, np.float32)
        factors = np.divide(weights, totals, out=np.zeros_like(totals), where=totals > 0)
        return Gated(history, f"span {span}", factors @ votes, votes, factors, self.chorus)

    def score(self, history: History) -> Floats:
        """Score the whole catalogue."""
        return self.scored(history).scores

    def explain(self, history: History, items: Items) -> Floats:
        """What each entry of the history adds to each title's chance."""
        return self.scored(history).explain(items)
