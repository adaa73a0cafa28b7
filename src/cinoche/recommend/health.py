"""How the recommender fares in production: what is shown, to what end, and how well it fits what is watched.

A fold of the log's rows shown and plays, in bounded memory: sums by day, and for a day who was shown what, so that a
play finds the row that it came from. The figures are pure functions of that, the catalogue and the model's counts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.clock import DAY_S
from cinoche.recommend.attribution import Attribution, Outcome, Seen, What
from cinoche.recommend.families import FAMILIES
from cinoche.recommend.page import ORDER

FILE: Final = "health.json"
"""Where the figures last drawn are found, in the data folder."""

WINDOW_DAYS: Final = 30
RECENT_DAYS: Final = 7
"""Tastes of so many days are compared with those of the rest of the window."""

MOST_POSITION: Final = 20
"""Rows further down the page are counted together."""

HEAD_SHARE: Final = 0.8
"""Titles that gather this share of all likes are the head; the others are the long tail."""

OTHER: Final = "other"
KNOWN: Final = frozenset({*ORDER, *FAMILIES, "blend", "best"})
"""Kinds of rows and scorers by name; apps may send what they like, and all else is counted as one."""

Key = tuple[str, int, str]
"""What a row was: its kind, its position on the page, the scorer that chose it."""


class Rate(msgspec.Struct, frozen=True):
    """How often something was shown, how often a title of it was then played, and played to the end."""

    shown: int
    played: int
    completed: int

    @property
    def ctr(self) -> float | None:
        """The share of the times shown after which something of it was played within a day."""
        return self.played / self.shown if self.shown else None

    @property
    def completion(self) -> float | None:
        """The share of these plays that reached the end."""
        return self.completed / self.played if self.played else None


class Health(msgspec.Struct, frozen=True):
    """The figures of one moment; None where there is nothing yet to draw them from. Days are numbered from 1970."""

    at: float
    days: int
    impressions: int
    plays: int
    coverage: float | None
    gini: float | None
    novelty: float | None
    long_tail: float | None
    calibration_error: float | None
    taste_drift: float | None
    by_row: dict[str, Rate]
    by_position: dict[str, Rate]
    by_scorer: dict[str, Rate]
    by_day: dict[int, Rate] = {}


def read(folder: Path) -> Health | None:
    """Read the figures last drawn; None where there are none that can be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Health)
    except (OSError, msgspec.MsgspecError):
        return None


@dataclass(slots=True)
class _Day:
    """What one day adds up to."""

    shown: Counter[str] = field(default_factory=Counter)
    plays: Counter[str] = field(default_factory=Counter)
    rows: Counter[Key] = field(default_factory=Counter)
    played: Counter[Key] = field(default_factory=Counter)
    completed: Counter[Key] = field(default_factory=Counter)


class Exposure:
    """What was shown and played in the last days, folded event by event, in the log's order."""

    def __init__(self) -> None:
        self._days: dict[int, _Day] = {}
        self._attribution = Attribution()

    def fold(self, event: Event) -> Sequence[Outcome]:
        """Take one more event into account; gives what happened to rows by it, for who counts otherwise."""
        if event.type == types.PLAYBACK_STARTED:
            self._day(event.time_s).plays[event.data[types.TITLE_ID]] += 1
        outcomes = list(self._attribution.fold(event))
        for outcome in outcomes:
            self._count(outcome)
        return outcomes

    def _count(self, outcome: Outcome) -> None:
        row = outcome.row
        day, key = self._day(row.at), _key(row)
        if outcome.what in {What.SEEN, What.MORE}:
            day.shown.update(outcome.title_ids)
            day.rows[key] += outcome.what is What.SEEN
        elif outcome.what is What.PLAYED:
            day.played[key] += len(row.played) == 1
        else:
            day.completed[key] += len(row.completed) == 1

    def _day(self, time_s: float) -> _Day:
        return self._days.setdefault(int(time_s // DAY_S), _Day())

    def let_go(self, now: float) -> None:
        """Let go of days before the window."""
        first = int(now // DAY_S) - WINDOW_DAYS
        for day in [each for each in self._days if each <= first]:
            del self._days[day]

    def shown(self) -> Counter[str]:
        """How often each title was shown."""
        return _added(day.shown for day in self._days.values())

    def plays(self, days: range | None = None) -> Counter[str]:
        """How often each title was played, on these days or on all."""
        return _added(day.plays for number, day in self._days.items() if days is None or number in days)

    def rates(self, part: int) -> dict[str, Rate]:
        """The rates by the kind of row (part 0), its position (1) or its scorer (2)."""
        tables = [Counter[str](), Counter[str](), Counter[str]()]
        for day in self._days.values():
            for table, counts in zip(tables, (day.rows, day.played, day.completed), strict=True):
                for key, count in counts.items():
                    table[str(key[part])] += count
        shown, played, completed = tables
        return {name: Rate(shown[name], played[name], completed[name]) for name in sorted(shown)}

    def daily(self) -> dict[int, Rate]:
        """The rates of the rows shown on each day, by the day's number since 1970."""
        return {
            number: Rate(day.rows.total(), day.played.total(), day.completed.total())
            for number, day in sorted(self._days.items())
        }


@dataclass(frozen=True, slots=True)
class Titles:
    """What the figures need of the catalogue: who may be proposed, their genres, and how many people like each."""

    proposed: Sequence[str]
    genres: Mapping[str, Sequence[str]]
    likes: Mapping[str, float]
    people: int


def health(exposure: Exposure, titles: Titles, now: float) -> Health:
    """Draw the figures of the window that ends now."""
    exposure.let_go(now)
    shown, plays = exposure.shown(), exposure.plays()
    by_title = np.array([shown[title_id] for title_id in titles.proposed], np.float64)
    likes = np.array([titles.likes.get(title_id, 0.0) for title_id in titles.proposed], np.float64)
    today = int(now // DAY_S)
    recent = exposure.plays(range(today - RECENT_DAYS + 1, today + 1))
    return Health(
        at=now,
        days=WINDOW_DAYS,
        impressions=int(shown.total()),
        plays=int(plays.total()),
        coverage=coverage(by_title),
        gini=gini(by_title),
        novelty=novelty(by_title, likes, titles.people),
        long_tail=long_tail(by_title, likes),
        calibration_error=distance(genre_shares(shown, titles.genres), genre_shares(plays, titles.genres)),
        taste_drift=distance(genre_shares(recent, titles.genres), genre_shares(plays - recent, titles.genres)),
        by_row=exposure.rates(0),
        by_position=exposure.rates(1),
        by_scorer=exposure.rates(2),
        by_day=exposure.daily(),
    )


Doubles = npt.NDArray[np.float64]


def coverage(shown: Doubles) -> float | None:
    """The share of the titles that may be proposed which somebody was shown.

    >>> coverage(np.array([3.0, 0.0, 1.0, 0.0]))
    0.5
    """
    return float((shown > 0).mean()) if shown.any() else None


def gini(shown: Doubles) -> float | None:
    """How unequally titles are shown: 0, all alike; towards 1, one alone.

    >>> gini(np.array([2.0, 2.0, 2.0])), round(gini(np.array([0.0, 0.0, 9.0])), 3)
    (0.0, 0.667)
    """
    if not shown.any():
        return None
    n = len(shown)
    ranks = 2.0 * np.arange(1, n + 1) - n - 1
    return float((ranks * np.sort(shown)).sum() / (n * shown.sum()))


def novelty(shown: Doubles, likes: Doubles, people: int) -> float | None:
    """How unknown what is shown is, in bits: 0, everybody likes it; each bit more, half as many do.

    >>> novelty(np.array([1.0, 1.0]), np.array([7.0, 1.0]), 7)
    1.0
    """
    if not shown.any():
        return None
    bits = -np.log2(np.minimum((likes + 1.0) / (people + 1.0), 1.0))
    return float((shown * bits).sum() / shown.sum())


def long_tail(shown: Doubles, likes: Doubles) -> float | None:
    """The share of what is shown that is not among the titles that gather most likes.

    >>> long_tail(np.array([6.0, 2.0, 2.0]), np.array([90.0, 5.0, 5.0]))
    0.4
    """
    if not shown.any():
        return None
    order = np.argsort(-likes, kind="stable")
    before = np.cumsum(likes[order]) - likes[order]
    is_head = np.zeros(len(likes), np.bool_)
    is_head[order] = (before < HEAD_SHARE * likes.sum()) & (likes[order] > 0)
    return float(shown[~is_head].sum() / shown.sum())


def genre_shares(counts: Mapping[str, int], genres: Mapping[str, Sequence[str]]) -> Mapping[str, float]:
    """The share of each genre; a title of several counts for each in part."""
    shares: Counter[str] = Counter()
    for title_id, count in counts.items():
        of_title = genres.get(title_id, ())
        for genre in of_title:
            shares[genre] += count / len(of_title)  # type: ignore[assignment]
    total = sum(shares.values())
    return {genre: share / total for genre, share in shares.items()} if total else {}


def distance(one: Mapping[str, float], other: Mapping[str, float]) -> float | None:
    """How far two distributions of genres are apart: 0, the same; 1, nothing in common.

    >>> distance({"Drama": 1.0}, {"Drama": 0.75, "War": 0.25})
    0.25
    """
    if not one or not other:
        return None
    return sum(abs(one.get(genre, 0.0) - other.get(genre, 0.0)) for genre in {*one, *other}) / 2


def _key(row: Seen) -> Key:
    kind, scorer = (each if each in KNOWN else OTHER for each in (row.kind, row.scorer))
    return kind or OTHER, min(row.position, MOST_POSITION), scorer or OTHER


def _added(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counters:
        total.update(each)
    return total
