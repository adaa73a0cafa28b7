"""What was watched, in numbers: a fold of the log into plays and rows seen, and the figures drawn from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.clock import DAY_S
from cinoche.library.models import PLAYED_SHARE

FEWEST_VIEWERS: Final = 5
"""Fewer people than this are never numbered: a small number points at somebody."""

EPOCH: Final = date(1970, 1, 1)

_PLAYBACK: Final = frozenset(
    {types.PLAYBACK_STARTED, types.PLAYBACK_PROGRESSED, types.PLAYBACK_COMPLETED, types.PLAYBACK_ABANDONED}
)


@dataclass(slots=True)
class Play:
    """One play of one title by one person: when it began, how far it has come, how long was watched of it."""

    subject: str
    title_id: str
    started_at: float
    at: float
    position_s: float
    watched_s: float = 0.0
    is_completed: bool = False


@dataclass(slots=True)
class Seen:
    """A row that one person saw, and whether a title of it was played within a day."""

    at: float
    kind: str
    title_ids: tuple[str, ...]
    is_played: bool = False


@dataclass(slots=True)
class Plays:
    """What the log says was played and seen, folded event by event, in the log's order.

    A play is a play session; where an app names none, a play of a title lasts until the same person starts that title
    anew. Stars, lists and imports are no plays.
    """

    by_day: dict[int, list[Play]] = field(default_factory=dict)
    seen_by_day: dict[int, list[Seen]] = field(default_factory=dict)
    of_title: dict[str, int] = field(default_factory=dict)
    _open: dict[tuple[str, str, str], Play] = field(default_factory=dict)
    _seen_by: dict[str, list[Seen]] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def fold(self, event: Event) -> None:
        """Take one more event into account."""
        if event.type in _PLAYBACK:
            self._play(event)
        elif event.type == types.ROW_SHOWN:
            self._show(event)

    def _play(self, event: Event) -> None:
        data = event.data
        title_id = self._name(data[types.TITLE_ID])
        session = data.get("play_session_id", "")
        key = (self._name(event.subject), title_id, session)
        play = self._open.get(key)
        if play is None or (not session and event.type == types.PLAYBACK_STARTED):
            play = self._begin(key, event)
        _advance(play, event)

    def _begin(self, key: tuple[str, str, str], event: Event) -> Play:
        subject, title_id, _ = key
        play = Play(subject, title_id, event.time_s, event.time_s, event.data.get(types.POSITION_S, 0.0))
        self._open[key] = play
        self.by_day.setdefault(day_of(event.time_s), []).append(play)
        self.of_title[title_id] = self.of_title.get(title_id, 0) + 1
        for seen in reversed(self._seen_by.get(subject, ())):
            if 0 <= play.started_at - seen.at <= DAY_S and title_id in seen.title_ids:
                seen.is_played = True
                break
        return play

    def _show(self, event: Event) -> None:
        title_ids = tuple(self._name(each) for each in event.data[types.TITLE_IDS])
        seen = Seen(event.time_s, self._name(event.data["kind"]), title_ids)
        self.seen_by_day.setdefault(day_of(event.time_s), []).append(seen)
        of_person = self._seen_by.setdefault(self._name(event.subject), [])
        if of_person and event.time_s - of_person[0].at > 2 * DAY_S:
            of_person[:] = [each for each in of_person if event.time_s - each.at <= DAY_S]
        of_person.append(seen)

    def _name(self, text: str) -> str:
        """Keep one copy of a text that a hundred thousand events repeat."""
        return self._names.setdefault(text, text)


def _advance(play: Play, event: Event) -> None:
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

    def add(self, play: Play) -> None:
        """Add a play."""
        self.plays += 1
        self.watched_s += play.watched_s
        self.completed += play.is_completed

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
