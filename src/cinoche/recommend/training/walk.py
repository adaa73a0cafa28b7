"""A walk through later events in the order of time: each asked about before it happens, then learnt."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.kit.errors import Invalid
from cinoche.recommend.families.base import Live
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.scorers import Items, Scorer
from cinoche.recommend.statistics import Floats, History, Longs

LIVE: Final = "live"
HOURLY: Final = "hourly"
DAILY: Final = "daily"
FROZEN: Final = "frozen"

SPANS_S: Final[Mapping[str, float]] = {LIVE: 0.0, HOURLY: HOUR_S, DAILY: DAY_S, FROZEN: np.inf}
"""How often what others did is caught up with, by the name of that learning."""

LEARNING: Final = tuple(SPANS_S)

Refit = Callable[[Interactions, float], Scorer]
"""Fits a family that does not learn at once anew, on what happened before an instant."""


def is_live(scorer: object) -> bool:
    """Tell whether a scorer learns from every event."""
    return hasattr(scorer, "learn") and hasattr(scorer, "forget")


class Resolved:
    """A scorer that is fitted anew at the start of a day; between, it scores by what it knew then."""

    def __init__(self, scorer: Scorer, refit: Refit) -> None:
        self._scorer = scorer
        self._refit = refit

    @property
    def name(self) -> str:
        """The scorer's name."""
        return self._scorer.name

    def score(self, history: History) -> Floats:
        """Score with what was fitted last."""
        return self._scorer.score(history)

    def explain(self, history: History, items: Items) -> Floats:
        """Explain with what was fitted last."""
        return self._scorer.explain(history, items)

    def fit_again(self, known: Interactions, as_of: float) -> None:
        """Fit on all that is known by now."""
        self._scorer = self._refit(known, as_of)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody is about to choose: their history until now, the title, and whether anybody knew it before."""

    row: int
    history: History
    target: int
    is_known: bool
    is_liked: bool


@dataclass
class Walk:
    """A stretch of time, its rows in order, and which of them are asked about."""

    rows: Interactions
    start_at: float
    stop_at: float
    limit: int
    asked: Longs = field(init=False)
    _order: Longs = field(init=False)
    _starts: Longs = field(init=False)

    def __post_init__(self) -> None:
        rows = self.rows
        order = np.argsort(rows.times, kind="stable")
        times = rows.times[order]
        begin, end = np.searchsorted(times, [self.start_at, self.stop_at])
        self._before, self._order = order[:begin], order[begin:end]
        self._starts = np.repeat(rows.bounds[:-1], np.diff(rows.bounds))
        possible = self._order[self._order > self._starts[self._order]]
        step = max(1, -(-len(possible) // self.limit))
        self.asked = possible[step - 1 :: step]

    def known(self) -> Interactions:
        """What happened before the walk begins."""
        return self.rows.where(self.rows.times < self.start_at)

    def questions(self, scorers: Sequence[Scorer], learning: str) -> Iterator[Question]:
        """Ask one question after another; between them the scorers learn what has happened, as often as they may."""
        rows, span_s = self.rows, SPANS_S[learning]
        asked = np.zeros(len(rows), np.bool_)
        asked[self.asked] = True
        known = np.zeros(int(rows.items.max(initial=-1)) + 1, np.bool_)
        known[rows.items[self._before]] = True
        pupils = _Pupils(rows, scorers, resolves=learning != FROZEN)
        period = self._period(self.start_at, span_s)
        for row in self._order.tolist():
            at = float(rows.times[row])
            if (now := self._period(at, span_s)) != period:
                pupils.catch_up()
                period = now
            pupils.new_day(at)
            if asked[row]:
                pupils.refuse_the_future(at)
                yield self._question(row, known)
            known[rows.items[row]] = True
            pupils.wait(row)
            if learning == LIVE:
                pupils.catch_up()

    @staticmethod
    def _period(at: float, span_s: float) -> float:
        return at // span_s if 0 < span_s < np.inf else 0.0

    def _question(self, row: int, known: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Question:
        rows = self.rows
        past = slice(self._starts[row], row)
        history = History(
            rows.items[past], rows.weights[past], rows.times[past], float(rows.times[row]), int(rows.users[row])
        )
        target = int(rows.items[row])
        return Question(row, history, target, bool(known[target]), bool(rows.weights[row] >= 1.0))


class _Pupils:
    """The scorers that learn on the way."""

    def __init__(self, rows: Interactions, scorers: Sequence[Scorer], *, resolves: bool) -> None:
        self._rows = rows
        self._live: list[Live] = [each for each in scorers if is_live(each)]  # type: ignore[misc]
        self._resolved = [each for each in scorers if isinstance(each, Resolved)] if resolves else []
        self._waiting: list[int] = []
        self._day: float | None = None

    def wait(self, row: int) -> None:
        """Note an event to be learnt."""
        self._waiting.append(row)

    def catch_up(self) -> None:
        """Learn what waits."""
        if self._waiting:
            chosen = np.array(self._waiting)
            self._waiting.clear()
            rows = self._rows
            for each in self._live:
                each.learn(rows.users[chosen], rows.items[chosen], rows.weights[chosen], rows.times[chosen])

    def new_day(self, at: float) -> None:
        """Fit anew what is fitted at the start of a day, if one has begun."""
        day = at // DAY_S
        if self._day is not None and day != self._day and self._resolved:
            known = self._rows.where(self._rows.times < day * DAY_S)
            for each in self._resolved:
                each.fit_again(known, day * DAY_S)
        self._day = day

    def refuse_the_future(self, at: float) -> None:
        """Refuse to go on with a scorer that has been told what happens later."""
        for each in self._live:
            told = getattr(each, "latest_at", 0.0)
            if told > at:
                raise Invalid(
                    f"The model {each.name!r} knows of an event at {told:.0f}, which is asked about at {at:.0f}.",
                    where="stream",
                    remedy="Fit it on what happened before the walk begins.",
                )
