"""The gate: the crowd's voices, added up by how much each is to be believed a while after somebody's last event.

Each voice's votes are made to add up to one over what the asker has not seen, so that the sum is the chance that the
title is next; the weights, one for each span of time since the asker's last event, are found by `training.mixing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import numpy as np

from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.recommend.blend import Blend, Scored
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import Floats, History

EDGES_S: Final = (60.0, 600.0, HOUR_S, DAY_S, 7 * DAY_S)
"""Where the spans of time since somebody's last event end: in the same breath, in a sitting, today, this week."""

SOLVED: Final = "solved"

_FAINT: Final = 1e-4
"""How loud the blend's order is beyond its first titles."""

LEAST: Final = np.float32(1e-12)
"""The chance of what nothing speaks for, so that it has a logarithm."""

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

    def totals(self, votes: Floats) -> Floats:
        """What to divide each voice's votes by, so that they are chances; infinite where it has nothing to say."""
        ...

    def shares(self, history: History, items: Items) -> Floats:
        """What each entry of the history adds to each title's votes: a table a voice."""
        ...


@dataclass(frozen=True, slots=True)
class Choir:
    """The crowd's voices, and as one more the blend of what was solved: it speaks where nobody lately did.

    The blend votes for its ``first`` titles by how far they stand above the others; the others follow in its order.
    """

    crowd: Chorus
    solved: Blend
    n_solved: int
    first: int = 200

    @property
    def voices(self) -> tuple[str, ...]:
        """The names of the crowd's voices, then that of the blend."""
        return (*self.crowd.voices, SOLVED)

    def solve(self, history: History) -> Scored:
        """What was solved says of a history, of what it knows of it."""
        return self.solved.scored(history.where(history.items < self.n_solved))

    def votes(self, history: History, solved: Scored | None = None) -> Floats:
        """The crowd's votes, then the blend's: what it says of the likes, where that is not ``solved`` yet."""
        votes = self.crowd.votes(history)
        own = np.zeros((1, votes.shape[1]), np.float32)
        scores = _plain(self.solve(history) if solved is None else solved)
        above = scores - self._least(scores)
        own[0, : self.n_solved] = np.maximum(above, _FAINT * (above - above.min(initial=0.0)))
        own[0, history.items] = 0.0
        return np.concatenate([votes, own])

    def totals(self, votes: Floats) -> Floats:
        """The crowd's, and what the blend's votes add up to."""
        own = float(votes[-1].sum())
        return np.append(self.crowd.totals(votes[:-1]), np.float32(own if own > 0 else np.inf))

    def shares(self, history: History, items: Items, solved: Scored | None = None) -> Floats:
        """The crowd's, and what entries add to the blend's score, for its first titles alone."""
        index = np.asarray(items, np.int64)
        own = np.zeros((1, len(history), len(index)), np.float32)
        is_known = history.items < self.n_solved
        scored = self.solve(history) if solved is None else solved
        is_first = (index < self.n_solved) & (
            scored.scores[np.minimum(index, self.n_solved - 1)] > self._least(scored.scores)
        )
        own[0][np.ix_(is_known, is_first)] = scored.explain(index[is_first])
        return np.concatenate([self.crowd.shares(history, items), own])

    def fall(self, solved: Scored, n: int) -> Floats:
        """How much lower each of ``n`` titles stands for the dislikes in what was solved, in spreads of its scores."""
        fall = np.zeros(n, np.float32)
        fall[: self.n_solved] = _plain(solved) - solved.scores
        return fall

    def _least(self, scores: Floats) -> float:
        place = max(len(scores) - self.first, 0)
        return float(np.partition(scores, place)[place]) if len(scores) else 0.0


def _plain(solved: Scored) -> Floats:
    """The scores without the dislikes."""
    return solved.scores if solved.likes is None else solved.likes.scores


def span_of(history: History, edges_s: Sequence[float] = EDGES_S) -> int:
    """Tell in which span since the asker's last event a question falls; nobody's and untimed ones fall in the last."""
    if not len(history) or history.now is None:
        return len(edges_s)
    return int(np.searchsorted(edges_s, history.now - history.times[-1], side="right"))


class Scoring(Protocol):
    """What scores a history."""

    def score(self, history: History) -> Floats:
        """Score the whole catalogue."""
        ...


def lost(
    scoring: Scoring, history: History, scores: Floats, entries: Items, items: Items, asked: dict[bytes, Floats]
) -> Floats:
    """How much lower than its score each title stands where these entries had never been: it is scored again.

    Voices say nothing of what the history holds: such a title is asked about as if it were not there. What was
    ``asked`` once is remembered: rows of a page ask about the same entries.
    """
    index = np.asarray(items, np.int64)
    rest = np.ones(len(history), np.bool_)
    rest[np.asarray(entries, np.intp)] = False
    without = asked.get(rest.tobytes())
    if without is None:
        without = asked[rest.tobytes()] = scoring.score(history.where(rest))
    fallen = scores[index] - without[index]
    for k in np.flatnonzero(np.isin(index, history.items)):
        item, is_other = index[k], history.items != index[k]
        with_it, rest_of = (scoring.score(history.where(each)) for each in (is_other, is_other & rest))
        fallen[k] = with_it[item] - rest_of[item]
    return np.asarray(fallen, np.float32)


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gate made of one history: every title's chance, and what it is made of.

    ``factors`` is each voice's weight divided by what its votes add up to; ``solved`` is what the blend says, where it
    is a voice; ``likes`` is what was made of the history
    without its dislikes, where it has some; ``asked`` is what it was asked again for, see `lost`.
    """

    history: History
    situation: str
    scores: Floats
    votes: Floats
    factors: Floats
    gate: "Gate"
    solved: Scored | None = None
    likes: "Gated | None" = None
    asked: dict[bytes, Floats] = field(default_factory=dict, compare=False, repr=False)

    def explain(self, items: Items) -> Floats:
        """What each entry of the history adds to each title's chance."""
        return np.asarray(np.tensordot(self.factors, self.gate.shares(self, items), 1), np.float32)

    def parts(self, items: Items) -> dict[str, Floats]:
        """What each voice adds to each title's chance."""
        given = (self.factors[:, None] * self.votes[:, np.asarray(items, np.int64)]).astype(np.float32)
        return dict(zip(self.gate.chorus.voices, given, strict=True))

    @property
    def levels(self) -> Floats:
        """The logarithms of the chances: few titles have nearly all of the chance, and differences must tell of all."""
        return np.log(np.maximum(self.scores, LEAST))

    def losses(self, entries: Items, items: Items) -> Floats:
        """How much lower each title's chance is where these entries had never been: the gate is asked again."""
        return lost(self.gate, self.history, self.scores, entries, items, self.asked)

    def leading(self, items: Items) -> list[str]:
        """The voice that gives each title most of its chance."""
        given = self.factors[:, None] * self.votes[:, np.asarray(items, np.int64)]
        return [self.gate.chorus.voices[k] for k in given.argmax(0)]


@dataclass(frozen=True, slots=True)
class Gate:
    """A chorus with the weights of its voices in each span since the asker's last event."""

    chorus: Chorus
    weights: GateWeights
    edges_s: Sequence[float] = EDGES_S
    name: str = "blend"

    def scored(self, history: History) -> Gated:
        """Score the whole catalogue, and keep what is needed to explain it.

        Voices hear likes alone, and what is disliked cannot come next: its chance goes to nobody. What is like a
        dislike falls as it does in what was solved, so that no title has more than it would without the dislikes.
        """
        span, likes = span_of(history, self.edges_s), history.where(history.weights > 0)
        solved = self.chorus.solve(history) if isinstance(self.chorus, Choir) else None
        heard = self._heard(likes, span, solved and (solved.likes or solved))
        if len(likes) == len(history):
            return heard
        votes = heard.votes.copy()
        votes[:, history.items] = 0.0
        scores: Floats = heard.factors @ votes
        if isinstance(self.chorus, Choir) and solved is not None:
            scores *= np.exp(-self.chorus.fall(solved, len(scores)))
        return replace(heard, history=history, scores=scores, votes=votes, solved=solved, likes=heard, asked={})

    def _heard(self, likes: History, span: int, solved: Scored | None) -> Gated:
        votes = self.chorus.votes(likes, solved) if isinstance(self.chorus, Choir) else self.chorus.votes(likes)
        of_voices = [self.weights[name][span] if name in self.weights else 0.0 for name in self.chorus.voices]
        factors: Floats = (np.array(of_voices) / self.chorus.totals(votes)).astype(np.float32)
        return Gated(likes, f"span {span}", factors @ votes, votes, factors, self, solved)

    def shares(self, answer: Gated, items: Items) -> Floats:
        """What each entry of the history adds to each title's votes: a table a voice."""
        if isinstance(self.chorus, Choir):
            return self.chorus.shares(answer.history, items, answer.solved)
        return self.chorus.shares(answer.history, items)

    def score(self, history: History) -> Floats:
        """Score the whole catalogue."""
        return self.scored(history).scores

    def explain(self, history: History, items: Items) -> Floats:
        """What each entry of the history adds to each title's chance."""
        return self.scored(history).explain(items)
