"""What was watched, in numbers: one play, and the figures drawn from many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.clock import DAY_S
from cinoche.library.models import PLAYED_SHARE

FEWEST_VIEWERS: Final = 5
"""Fewer people than this are never numbered: a small number points at somebody."""

EPOCH: Final = date(1970, 1, 1)


@dataclass(slots=True)
class Play:
    """One play of one title by one person: the day on which it began, how far it has come, how much was watched."""

    number: int
    day: int
    at: float
    position_s: float
    watched_s: float = 0.0
    is_completed: bool = False


def advance(play: Play, event: Event) -> None:
    """Count what was watched since the play's last event: no more than time went by, no more than was advanced.

    So a pause, a seek and a late event add nothing that was not watched.
    """
    lasts_s = event.data.get(types.DURATION_S)
    is_end = event.type == types.PLAYBACK_COMPLETED
    position_s = event.data.get(types.POSITION_S, (lasts_s or 0.0) if is_end else 0.0)
    if event.time_s >= play.at:
        play.watched_s += max(min(event.time_s - play.at, position_s - play.position_s), 0.0)
        play.at, play.position_s = event.time_s, position_s
    if is_end or (lasts_s and position_s >= PLAYED_SHARE * lasts_s):
        play.is_completed = True


def day_of(time_s: float) -> int:
    """Number the UTC day of an instant, from 1970-01-01."""
    return int(time_s // DAY_S)


def day_number(day: date) -> int:
    """Number a UTC day, from 1970-01-01."""
    return (day - EPOCH).days


def day_named(number: int) -> date:
    """Give the day of a number."""
    return EPOCH + timedelta(days=number)


@dataclass(slots=True)
class Sum:
    """Plays added up."""

    plays: int = 0
    watched_s: float = 0.0
    completed: int = 0

    @property
    def hours(self) -> float:
        """How many hours were watched."""
        return self.watched_s / 3_600.0

    @property
    def completion(self) -> float | None:
        """The share of the plays that reached the end; None where there was none."""
        return self.completed / self.plays if self.plays else None


@dataclass(frozen=True, slots=True)
class Span:
    """What was watched in a span of days: in all, by day, by title, and by how many people."""

    total: Sum
    days: Mapping[date, Sum]
    titles: Mapping[str, Sum]
    people: int


@dataclass(frozen=True, slots=True)
class TitleFigures:
    """A title and how it was played."""

    title_id: str
    name: str
    year: int | None
    plays: Sum


@dataclass(frozen=True, slots=True)
class RowFigures:
    """A kind of row: how often it was seen, and how often a title of it was played within a day."""

    kind: str
    shown: int
    played: int

    @property
    def rate(self) -> float | None:
        """The share of the times it was seen after which a title of it was played."""
        return self.played / self.shown if self.shown else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was watched from ``since`` to ``until`` (both included), beside as many days before."""

    since: date
    until: date
    genre: str | None
    now: Span
    before: Span
    titles: Sequence[TitleFigures]
    rows: Sequence[RowFigures]
    genres: Sequence[str]

    @property
    def viewers(self) -> int | None:
        """How many profiles watched; None where they are too few to be numbered."""
        return self.now.people if self.now.people >= FEWEST_VIEWERS else None
