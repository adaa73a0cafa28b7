"""Which play came of which row: a row seen finds the plays of its titles within a day, in bounded memory.

A fold of the log, event by event, in its order. Of several rows that showed a title the last one has its play.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from sys import intern
from typing import Any, Final

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.clock import DAY_S

MOST_ROWS: Final = 100_000
"""Rows seen that wait for a play at most, over everybody; the oldest go first."""


class What(Enum):
    """What happened to a row: it was seen, more of it was, a title of it was played, or played to the end."""

    SEEN = auto()
    MORE = auto()
    PLAYED = auto()
    COMPLETED = auto()


@dataclass(slots=True)
class Seen:
    """A row as somebody saw it, and which of its titles were played since.

    ``chances`` holds the propensities that are not 1, ``owed_to`` what put a title there where something did;
    ``numbers`` is for who counts titles one by one.
    """

    at: float
    subject: str
    kind: str
    position: int
    scorer: str | None
    title_ids: list[str]
    slate_id: str | None = None
    model: str = ""
    experiment_id: str = ""
    arm: str = ""
    chances: dict[str, float] = field(default_factory=dict)
    owed_to: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    played: set[str] = field(default_factory=set)
    completed: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that happened to a row, and to which of its titles."""

    what: What
    row: Seen
    title_ids: list[str]
    at: float


class Attribution:
    """Finds the row of each play."""

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most = most_rows
        self._waiting: OrderedDict[str, deque[Seen]] = OrderedDict()
        self._n_waiting = 0
        self._from: OrderedDict[tuple[str, str], Seen] = OrderedDict()

    def fold(self, event: Event) -> Iterator[Outcome]:
        """Take one more event into account; tell what happened to which rows by it."""
        if event.type in {types.ROW_SHOWN, types.SLATE_SHOWN}:
            for row in rows_of(event):
                yield self._see(row)
        elif event.type == types.PLAYBACK_STARTED:
            yield from self._play(event)
        elif event.type == types.PLAYBACK_COMPLETED:
            key = (event.subject, event.data[types.TITLE_ID])
            if key in self._from:
                row = self._from.pop(key)
                row.completed.add(key[1])
                yield Outcome(What.COMPLETED, row, [key[1]], event.time_s)

    def _see(self, row: Seen) -> Outcome:
        rows = self._waiting.setdefault(row.subject, deque())
        self._waiting.move_to_end(row.subject)
        if (before := _same(rows, row)) is not None:
            fresh = [each for each in row.title_ids if each not in before.title_ids]
            before.title_ids += fresh
            before.chances |= row.chances
            before.owed_to |= row.owed_to
            before.places |= row.places
            return Outcome(What.MORE, before, fresh, row.at)
        rows.append(row)
        self._n_waiting += 1
        while rows and row.at - rows[0].at > DAY_S:
            rows.popleft()
            self._n_waiting -= 1
        while self._n_waiting > self._most:
            self._n_waiting -= len(self._waiting.popitem(last=False)[1])
        return Outcome(What.SEEN, row, list(row.title_ids), row.at)

    def _play(self, event: Event) -> Iterator[Outcome]:
        title_id = event.data[types.TITLE_ID]
        for row in reversed(self._waiting.get(event.subject, ())):
            if title_id in row.title_ids and 0 <= event.time_s - row.at <= DAY_S:
                if title_id not in row.played:
                    row.played.add(title_id)
                    self._from[event.subject, title_id] = row
                    yield Outcome(What.PLAYED, row, [title_id], event.time_s)
                break
        while len(self._from) > self._most:
            self._from.popitem(last=False)


def rows_of(event: Event) -> Iterator[Seen]:
    """Read the rows that an event says were seen."""
    data = event.data
    if event.type == types.ROW_SHOWN:
        yield _row(event, data, data.get("scorer"), data.get("position", 0))
    elif event.type == types.SLATE_SHOWN:
        for each in data[types.ROWS]:
            row = _row(event, each, data.get("scorer"), each.get("position", 0))
            row.model, row.experiment_id, row.arm = (data.get(name, "") for name in ("model", "experiment_id", "arm"))
            drawn = zip(row.title_ids, each.get("propensities", ()), strict=False)
            row.chances = {title_id: chance for title_id, chance in drawn if chance < 1}
            owed = zip(row.title_ids, each.get("owed_to", ()), strict=False)
            row.owed_to = {title_id: name for title_id, name in owed if name}
            placed = zip(row.title_ids, each.get("places", ()), strict=False)
            row.places = {title_id: place for title_id, place in placed if title_id in row.chances}
            yield row


def _row(event: Event, data: Mapping[str, Any], scorer: str | None, position: int) -> Seen:
    title_ids = [intern(each) for each in data[types.TITLE_IDS]]
    return Seen(event.time_s, event.subject, data["kind"], position, scorer, title_ids, event.data.get("slate_id"))


def _same(rows: deque[Seen], row: Seen) -> Seen | None:
    """The row of the same page of which more was seen; None where it is seen for the first time."""
    if row.slate_id is None:
        return None
    key = (row.slate_id, row.kind, row.position)
    return next((each for each in reversed(rows) if (each.slate_id, each.kind, each.position) == key), None)
