"""The chronicle: every event in the order in which it came, linked by person and by title.

Learning appends, forgetting strikes out. What was there when it was published is memory-mapped and never changes; what
came since, and what is struck out, is this process's own. Scorers walk the links: from a title to those who watched it,
from a person to what they watched.
"""

from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt

from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.statistics import Doubles, Floats, History, Ints

ROW: Final = np.dtype(
    [
        ("time", np.float64),
        ("person", np.int32),
        ("item", np.int32),
        ("before", np.int32),
        ("same", np.int32),
        ("place", np.int32),
        ("weight", np.float32),
    ],
    align=True,
)
"""An event: when, who, what, how much it says; the person's row before it and the title's row before it (-1: none),
and how many rows of the person there were before."""

ROWS: Final = "rows"
IS_TIMED: Final = "is_timed"
_ROOM: Final = 1024
_NOBODY: Final = 0

Rows = npt.NDArray[Any]
Flags = npt.NDArray[np.uint8]

compiled: Final[Any] = numba.njit(cache=True, nogil=True, fastmath=False)


def chronicle_of(ground: Ground, latest: int) -> dict[str, npt.NDArray[Any]]:
    """Lay out the ``latest`` events that a ground holds, oldest first: what `Chronicle` is opened on."""
    past = ground.interactions
    order = np.argsort(past.times, kind="stable")[-latest:] if latest else np.empty(0, np.int64)
    rows = np.zeros(len(order), ROW)
    rows["time"], rows["person"], rows["item"] = past.times[order], past.users[order], past.items[order]
    rows["weight"] = past.weights[order]
    rows["before"], rows["same"] = _linked(rows["person"]), _linked(rows["item"])
    rows["place"] = _places(rows["person"])
    return {ROWS: rows, IS_TIMED: np.array([past.is_timed], np.bool_)}


def _linked(names: npt.NDArray[np.integer]) -> Ints:
    """For each row the one before it of the same name, or -1."""
    order = np.argsort(names, kind="stable")
    is_same = names[order[1:]] == names[order[:-1]]
    before = np.full(len(names), -1, np.int32)
    before[order[1:][is_same]] = order[:-1][is_same]
    return before


def _places(names: npt.NDArray[np.integer]) -> Ints:
    """How many rows of the same name stand before each row."""
    order = np.argsort(names, kind="stable")
    starts = np.flatnonzero(np.r_[True, names[order[1:]] != names[order[:-1]]]) if len(names) else np.zeros(0, np.int64)
    lengths = np.diff(np.r_[starts, len(names)])
    places = np.zeros(len(names), np.int32)
    places[order] = np.arange(len(names)) - np.repeat(starts, lengths)
    return places


@dataclass(slots=True)
class Chronicle:
    """The events of everybody: those published (``base``) and those learnt since (``tail``).

    ``after`` is each row's next of the same person, ``struck`` tells which rows count no more; ``by_person`` and
    ``by_item`` are the last row of each, and ``likes`` how many rows of a title say that somebody likes it.
    """

    base: Rows
    tail: Rows
    n: int
    after: Ints
    struck: Flags
    by_person: Ints
    by_item: Ints
    likes: Ints
    latest_at: float
    is_timed: bool

    @classmethod
    def open(cls, arrays: Arrays, n_items: int) -> "Chronicle":
        """Open what was published; nothing of it is copied but the links that learning changes."""
        base = arrays[ROWS].view(ROW)  # what was written and mapped has lost that it is aligned
        base.flags.writeable = False
        n = len(base)
        n_people = int(base["person"].max(initial=-1)) + 1
        by_person, by_item = np.full(n_people + _ROOM, -1, np.int32), np.full(n_items, -1, np.int32)
        after = np.full(n + _ROOM, -1, np.int32)
        rows = np.arange(n, dtype=np.int32)
        by_person[base["person"]] = rows  # of equal indices the last assignment stays
        by_item[base["item"]] = rows
        has_before = base["before"] >= 0
        after[base["before"][has_before]] = rows[has_before]
        likes = np.bincount(base["item"][base["weight"] > 0], minlength=n_items).astype(np.int32)
        latest_at = float(base["time"].max(initial=0.0))
        return cls(
            base, np.zeros(_ROOM, ROW), n, after, np.zeros(n + _ROOM, np.uint8), by_person, by_item, likes,
            latest_at, bool(arrays[IS_TIMED][0]),
        )  # fmt: skip

    @property
    def n_items(self) -> int:
        """How many titles it knows of."""
        return len(self.by_item)

    @property
    def n_alive(self) -> int:
        """How many rows say that somebody likes a title, those struck out not counted."""
        return int(self.likes.sum())

    @property
    def n_people(self) -> int:
        """How many people it has room for."""
        return len(self.by_person)

    def learn(self, persons: Ints, items: Ints, weights: Floats, times: Doubles) -> None:
        """Add events; one of a person about a title of before takes the place of that, and weight 0 takes it away."""
        if not len(persons):
            return
        self._make_room(len(persons), int(persons.max()) + 1)
        self.n = _learn(
            self.base, self.tail, self.n, self.after, self.struck, self.by_person, self.by_item, self.likes,
            persons, items, weights, times,
        )  # fmt: skip
        self.latest_at = max(self.latest_at, float(times.max()))

    def forget(self, person: int) -> None:
        """Strike out all that a person did."""
        if 0 <= person < len(self.by_person):
            _forget(self.base, self.tail, self.struck, self.by_person, self.likes, person)

    def widen(self, n_items: int) -> None:
        """Make place for titles that have come since."""
        self.by_item = _grown(self.by_item, n_items, -1)
        self.likes = _grown(self.likes, n_items, 0)

    def now(self, asked_at: float | None, times: Doubles) -> float:
        """The instant of a question: as it says, or else after everything that is known."""
        if asked_at is not None:
            return asked_at
        return max(self.latest_at, float(times[-1]) if len(times) else 0.0)

    def _make_room(self, n_more: int, n_people: int) -> None:
        needed = self.n + n_more
        if needed > len(self.after):
            room = needed + max(needed // 2, _ROOM)
            self.after = _grown(self.after, room, -1)
            self.struck = _grown(self.struck, room, 0)
        if needed - len(self.base) > len(self.tail):
            room = 2 * (needed - len(self.base))
            tail = np.zeros(room, ROW)
            tail[: len(self.tail)] = self.tail
            self.tail = tail
        if n_people > len(self.by_person):
            self.by_person = _grown(self.by_person, n_people + max(n_people // 2, _ROOM), -1)


def _grown(array: npt.NDArray[Any], room: int, fill: int) -> npt.NDArray[Any]:
    grown = np.full(room, fill, array.dtype)
    grown[: len(array)] = array
    return grown


def entries_of(history: History, latest: int) -> Ints:
    """The places of the latest liked titles, the last first."""
    return np.flatnonzero(history.weights > 0)[::-1][:latest].astype(np.int32)


@numba.njit(inline="always")
def row_at(base: Rows, tail: Rows, k: int) -> Any:
    """The k-th row."""
    return base[k] if k < len(base) else tail[k - len(base)]


@compiled
def _find(base, tail, struck, last, item):  # type: ignore[no-untyped-def]
    """The row of a person about a title (-1: none), from their last one back; and whether it is their newest."""
    k = last
    is_newest = True
    while k >= 0:
        row = row_at(base, tail, k)
        if struck[k] == 0:
            if row.item == item:
                break
            is_newest = False
        k = row.before
    return k, is_newest


@compiled
def _append(base, tail, n, after, struck, by_person, by_item, person, item, weight, time):  # type: ignore[no-untyped-def]
    last = by_person[person]
    new = tail[n - len(base)]
    new.time, new.person, new.item, new.weight = time, person, item, weight
    new.before, new.same, new.place = last, by_item[item], 0
    if last >= 0:
        new.place = row_at(base, tail, last).place + 1
        after[last] = n
    after[n], struck[n] = -1, 0
    by_person[person], by_item[item] = n, n


@compiled
def _learn(base, tail, n, after, struck, by_person, by_item, likes, persons, items, weights, times):  # type: ignore[no-untyped-def]
    for e in range(len(persons)):
        person, item, weight = persons[e], items[e], weights[e]
        k, is_newest = _find(base, tail, struck, by_person[person], item)
        if k >= 0:
            likes[item] -= row_at(base, tail, k).weight > 0
            if is_newest and k >= len(base) and weight != 0:
                tail[k - len(base)].weight, tail[k - len(base)].time = weight, times[e]
                likes[item] += weight > 0
                continue
            struck[k] = 1
        if weight != 0:
            _append(base, tail, n, after, struck, by_person, by_item, person, item, weight, times[e])
            likes[item] += weight > 0
            n += 1
    return n


@compiled
def _forget(base, tail, struck, by_person, likes, person):  # type: ignore[no-untyped-def]
    k = by_person[person]
    while k >= 0:
        row = row_at(base, tail, k)
        if struck[k] == 0:
            struck[k] = 1
            likes[row.item] -= row.weight > 0
        k = row.before
