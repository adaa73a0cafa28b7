"""The learnt ranker: trees that move the first titles of an answer, by what each part says of them and what is known.

An answer's parts are added up with the same weights for every title. The trees see what a sum cannot: that a voice is
to be believed of new titles and not of old ones, or by who takes what everybody takes. What they find is a *lift*: what
is added to the logarithm of a title's chance. It depends on what the asker likes alone, never on what they dislike, so
that a dislike lowers what it lowered without the ranker; and a title's parts are those of the answer, lifted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from cinoche.recommend.blend import SHORT_BELOW, Scored
from cinoche.recommend.families import RANKER
from cinoche.recommend.gate import Gated, lost
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import Floats, History, Longs

FIRST: Final = 200
"""How many titles are looked at: more cost more and bring no more."""

NOTHING: Final = "nothing"
FEW: Final = "few"
MANY: Final = "many"
KINDS: Final = (NOTHING, FEW, MANY)
"""The situations in which the trees are judged, and heard where they are better: by how many titles somebody likes."""

SPEAKS: Final = "speaks"
SCALE: Final = "scale"

_FAINT: Final = np.float32(1e-7)
_LEAST: Final = np.float32(1e-12)
_TAIL: Final = 0.8
"""The last fifth of the titles that are looked at stands for all those that are not."""


class Trees(Protocol):
    """What gives each row of a table a number."""

    def score(self, table: Floats) -> Floats:
        """One number a row."""
        ...


class Facts(Protocol):
    """What is told of titles besides what the parts say."""

    def columns(self, history: History, items: Longs) -> dict[str, Floats]:
        """Each column by name: one value a title."""
        ...


class Answers(Protocol):
    """What answers a history before the ranker does: a blend, or a gate."""

    def scored(self, history: History) -> Scored | Gated:
        """Score the whole catalogue."""
        ...


def kind_of(history: History) -> str:
    """Tell the situation of a history: how many titles it says that somebody likes."""
    n = int(np.count_nonzero(history.weights > 0))
    return NOTHING if n == 0 else FEW if n < SHORT_BELOW else MANY


@dataclass(frozen=True, slots=True)
class Look:
    """The first titles of an answer, best first; the logarithm of each one's chance before the trees; and the table."""

    items: Longs
    base: Floats
    table: Mapping[str, Floats]

    def rows(self, columns: Sequence[str]) -> Floats:
        """The table as one array, a row a title; a part that has no weight here says nothing: 0."""
        rows = np.zeros((len(self.items), len(columns)), np.float32)
        for k, name in enumerate(columns):
            if name in self.table:
                rows[:, k] = self.table[name]
        return rows


def look(answer: Scored | Gated, facts: Facts, first: int = FIRST) -> Look:
    """Look at the first titles of an answer to what somebody likes."""
    levels = answer.scores.astype(np.float32, copy=True)
    levels[answer.history.items] = -np.inf
    n = max(min(first, len(levels) - len(answer.history)), 0)
    chosen = np.argpartition(-levels, n - 1)[:n] if 0 < n < len(levels) else np.arange(n)
    items = chosen[np.lexsort((chosen, -levels[chosen]))].astype(np.int64)
    base = answer.levels[items]
    said = _said(answer, items)
    table: dict[str, Floats] = {"base": base, "place": np.arange(len(items), dtype=np.float32)}
    table |= {f"says {name}": each for name, each in said.items()}
    table |= {f"place by {name}": _places(each) for name, each in said.items()}
    return Look(items, base, table | facts.columns(answer.history, items))


def _said(answer: Scored | Gated, items: Longs) -> dict[str, Floats]:
    """What each part says of each title, before it is weighed: a chance's logarithm, or spreads above the average."""
    if isinstance(answer, Gated):
        chorus = answer.gate.chorus
        chances = answer.votes[:, items] / chorus.totals(answer.votes)[:, None]
        return dict(zip(chorus.voices, np.log(chances + _FAINT), strict=True))
    return {
        name: np.float32(factor) * (answer.vectors[name][items] - answer.vectors[name].mean())
        for name, factor in answer.factors.items()
    }


def _places(values: Floats) -> Floats:
    places = np.empty(len(values), np.float32)
    places[np.argsort(-values, kind="stable")] = np.arange(len(values), dtype=np.float32)
    return places


@dataclass(frozen=True, slots=True)
class Ranker:
    """Trees, the names of the columns they read, the situations in which they are heard.

    ``scale`` is by what a level of the answer is multiplied to be the logarithm of a chance.
    """

    trees: Trees
    columns: tuple[str, ...]
    speaks: frozenset[str]
    scale: float = 1.0
    first: int = FIRST

    def lifts(self, answer: Scored | Gated, facts: Facts) -> Floats | None:
        """What is added to the logarithm of each title's chance; None where the trees are not heard.

        The chance of the first titles together stays what it was. The others fall as the last of the first do.
        """
        if kind_of(answer.history) not in self.speaks:
            return None
        seen = look(answer, facts, self.first)
        if not len(seen.items):
            return None
        found = self.trees.score(seen.rows(self.columns))
        base = self.scale * seen.base
        found -= np.float32(_log_sum(base + found) - _log_sum(base))
        tail = found[int(_TAIL * len(found)) :]
        lifts = np.full(len(answer.scores), min(float(tail.mean()), 0.0), np.float32)
        lifts[seen.items] = found
        return lifts


def _log_sum(values: Floats) -> float:
    most = float(values.max())
    return most + float(np.log(np.exp(values.astype(np.float64) - most).sum()))


@dataclass(frozen=True, slots=True)
class Ranked:
    """An answer whose first titles the ranker has moved."""

    answer: Scored | Gated
    scores: Floats
    lifts: Floats
    ranking: "Ranking"
    asked: dict[bytes, Floats] = field(default_factory=dict, compare=False, repr=False)

    @property
    def history(self) -> History:
        """The history that is answered."""
        return self.answer.history

    @property
    def situation(self) -> str:
        """The situation of the answer before it."""
        return self.answer.situation

    @property
    def levels(self) -> Floats:
        """The scores, as what is done to a list may weigh them against other things."""
        return np.log(np.maximum(self.scores, _LEAST)) if isinstance(self.answer, Gated) else self.scores

    def explain(self, items: Items) -> Floats:
        """What each entry of the history adds to each title's score: its part of the chance that is lifted."""
        votes = self.answer.explain(items)
        return votes * self._times(items) if isinstance(self.answer, Gated) else votes

    def parts(self, items: Items) -> dict[str, Floats]:
        """What each part adds to each title's score; where scores add up, the lift is one more."""
        given = self.answer.parts(items)
        if isinstance(self.answer, Gated):
            times = self._times(items)
            return {name: each * times for name, each in given.items()}
        return {**given, RANKER: self.lifts[np.asarray(items, np.int64)]}

    def losses(self, entries: Items, items: Items) -> Floats:
        """How much lower each title's score is where these entries had never been: all is asked again."""
        return lost(self.ranking, self.history, self.scores, entries, items, self.asked)

    def leading(self, items: Items) -> list[str]:
        """The part that gives each title most."""
        return self.answer.leading(items)

    def _times(self, items: Items) -> Floats:
        return np.exp(self.lifts[np.asarray(items, np.int64)])


@dataclass(frozen=True, slots=True)
class Ranking:
    """What answers, with the ranker on top of it."""

    answers: Answers
    ranker: Ranker
    facts: Facts
    name: str = "best"

    def scored(self, history: History) -> Scored | Gated | Ranked:
        """Score the whole catalogue; where the trees are not heard, as without them."""
        answer = self.answers.scored(history)
        lifts = self.ranker.lifts(answer.likes or answer, self.facts)
        if lifts is None:
            return answer
        if isinstance(answer, Gated):
            return Ranked(answer, answer.scores * np.exp(lifts), lifts, self)
        lifts /= np.float32(self.ranker.scale)
        return Ranked(answer, answer.scores + lifts, lifts, self)

    def score(self, history: History) -> Floats:
        """Score the whole catalogue."""
        return self.scored(history).scores

    def explain(self, history: History, items: Items) -> Floats:
        """What each entry of the history adds to each title's score."""
        return self.scored(history).explain(items)


def ranker_of(arrays: Mapping[str, npt.NDArray[Any]], columns: tuple[str, ...]) -> Ranker:
    """The ranker that an artefact's arrays keep."""
    from cinoche.recommend.trees import Forest

    speaks = frozenset(kind for kind, is_heard in zip(KINDS, arrays[SPEAKS].tolist(), strict=True) if is_heard)
    return Ranker(Forest.of(arrays), columns, speaks, float(arrays[SCALE][0]))
