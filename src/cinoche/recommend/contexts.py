"""Contexts: everybody's events in order, as arrays that a fit publishes, and what is learned and forgotten after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.interactions import Interactions
from cinoche.recommend.kernels import Fitted, Hundredths, Late, row_scale, scale_rows
from cinoche.recommend.statistics import Doubles, Floats, Ints, Longs

Arrays = Mapping[str, npt.NDArray[Any]]

PEOPLE: Final = "people"
TIMES: Final = "times"
SCALES: Final = "scales"
CLOCK: Final = "clock"
"""The instant at which a row's age is 0, and whether there are times at all."""

_FIRST_ROOM: Final = 4
_MOST_ROOM: Final = 128
_BYTE: Final = 255
_DOUBLINGS: Final = 60.0
"""How often a row's scale may double for its youth before all are brought down again."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How similarity is measured: what each lag counts, how much long contexts lose, how fast a row's scale halves.

    ``fading_s`` is that time (0: never); at most ``most`` events are kept.
    """

    kernel: Floats
    norm_power: float
    fading_s: float
    most: int


def hundredths(weights: npt.ArrayLike) -> Hundredths:
    """Weights of -1 to 1 as whole hundredths."""
    return np.rint(np.clip(np.asarray(weights, np.float64), -1.0, 1.0) * 100).astype(np.int8)


def lay_out(rows: Interactions, n_items: int, measure: Measure) -> dict[str, npt.NDArray[Any]]:
    """Lay out events, person by person in order, and title by title; of too many, the newest."""
    rows = _newest(rows, measure.most)
    starts, items, weights = rows.bounds, rows.items.astype(np.int32), hundredths(rows.weights)
    left = np.minimum(rows.place_from_end() if len(rows) else np.zeros(0), _BYTE).astype(np.uint8)
    order = np.lexsort((rows.times, items)).astype(np.int32)
    scales = np.zeros(len(rows), np.float32)
    scale_rows(scales, starts, weights, measure.kernel, measure.norm_power)
    epoch = float(rows.times.max(initial=0.0))
    fading_s = measure.fading_s if rows.is_timed else 0.0
    return {
        "starts": starts,
        "items": items,
        "weights": weights,
        "list_starts": np.concatenate([[0], np.cumsum(np.bincount(items, minlength=n_items))]).astype(np.int64),
        "listed": order,
        "listed_weights": weights[order],
        "listed_left": left[order],
        PEOPLE: rows.users[starts[:-1]].astype(np.int64),
        TIMES: rows.times.astype(np.float64),
        SCALES: scales * youth(rows.times, epoch, fading_s),
        CLOCK: np.array([epoch, float(rows.is_timed)]),
    }


def youth(times: Doubles, epoch: float, fading_s: float) -> Floats:
    """What a row's scale is multiplied by for its age: it doubles with every ``fading_s`` of time."""
    if not fading_s:
        return np.ones(len(times), np.float32)
    return np.exp2(np.clip((times - epoch) / fading_s, -2 * _DOUBLINGS, 2 * _DOUBLINGS)).astype(np.float32)


def merge(one: Interactions, other: Interactions) -> Interactions:
    """Put the events of two memories together: a memory of both is laid out of the result."""
    return Interactions.of(
        np.concatenate([one.users, other.users]),
        np.concatenate([one.items, other.items]),
        np.concatenate([one.weights, other.weights]),
        np.concatenate([one.times, other.times]),
        is_timed=one.is_timed and other.is_timed,
    )


def _newest(rows: Interactions, most: int) -> Interactions:
    if len(rows) <= most:
        return rows
    age = -rows.times if rows.is_timed else rows.place_from_end().astype(np.float64)
    kept = np.zeros(len(rows), np.bool_)
    kept[np.argsort(age, kind="stable")[:most]] = True
    return rows.where(kept)


@dataclass
class _Person:
    """Where the events of somebody who was learned from are: their place in the fit (-1: none), and stretches."""

    place: int
    first_stretch: int = -1
    last_stretch: int = -1
    room: int = _FIRST_ROOM


class Contexts:
    """The rows of a fit with those learned since. Nothing of the fit is copied before something is learned.

    Learning appends to *stretches*: some events of one person together, begun with a copy of the few before them, so
    that a row's context always stands right before it. Forgetting turns scales negative, for good; the events go
    when the memory is laid out the next time.
    """

    def __init__(self, arrays: Arrays, n_items: int, measure: Measure) -> None:
        self.measure = measure
        self._forgotten: set[int] = set()
        self._open(arrays, n_items)

    def _open(self, arrays: Arrays, n_items: int) -> None:
        self.n_items = n_items
        self.fitted = Fitted(*(arrays[name] for name in Fitted._fields))
        self.n_fitted = len(self.fitted.items)
        self.people: Longs = arrays[PEOPLE]
        self.times: Doubles = arrays[TIMES]
        self.scales: Floats = arrays[SCALES]
        self.epoch, self.is_timed = float(arrays[CLOCK][0]), bool(arrays[CLOCK][1])
        self.counts: Longs = np.diff(self.fitted.list_starts)
        self.n_people = len(self.people)
        self.late = _no_late(n_items, len(self.people))
        self.n_late = 0
        self._n_stretches = 0
        self._known: dict[int, _Person] = {}
        self._is_own = False

    @property
    def n_rows(self) -> int:
        """How many rows there are, with those forgotten and the room for more."""
        return self.n_fitted + self.n_late

    def spans(self, person: int) -> list[tuple[int, int]]:
        """Where the rows of a person are, copies included."""
        place, stretches = self._whereabouts(person)
        found = [(int(self.fitted.starts[place]), int(self.fitted.starts[place + 1]))] if place >= 0 else []
        late = self.late
        return found + [(self.n_fitted + int(late.begins[s]), self.n_fitted + int(late.ends[s])) for s in stretches]

    def learn(self, person: int, item: int, weight: float, at: float) -> None:
        """Append what somebody just did; more about the title that was their last changes what is known of that."""
        whole = int(hundredths(weight))
        self._own()
        known = self._known.get(person)
        last = self._last_row(known)
        if last >= 0 and self.late.items[last] == item:
            self._write(last, known.last_stretch, item, whole, at)  # type: ignore[union-attr]
            return
        if not whole:
            return
        if known is None:
            place = self._whereabouts(person)[0]
            known = self._known[person] = _Person(place)
            self.n_people += place < 0
        stretch = known.last_stretch
        if last < 0 or self.late.ends[stretch] == self.late.rooms[stretch]:
            stretch = self._begin_stretch(known)
        row = int(self.late.ends[stretch])
        self.late.ends[stretch] = row + 1
        self._write(row, stretch, item, whole, at)
        self._list(row, item)
        self.counts[item] += 1
        if self.n_late > max(self.measure.most // 4, 1000):
            self._lay_out_again()

    def forget(self, person: int) -> None:
        """Leave a person's rows out of every answer from now on."""
        place, stretches = self._whereabouts(person)
        if place < 0 and not stretches:
            return
        self._own()
        for begin, end in self.spans(person):
            self.scales[begin:end] = -1.0
        gone = [self.fitted.items[slice(*self.fitted.starts[place : place + 2])]] if place >= 0 else []
        gone += [self.late.items[self.late.firsts[s] : self.late.ends[s]] for s in stretches]
        self.counts -= np.bincount(np.concatenate(gone), minlength=self.n_items)
        self.n_people -= 1
        self._known.pop(person, None)
        if place >= 0:
            self._forgotten.add(place)

    def widen(self, n_items: int) -> None:
        """Make place for titles that have come since."""
        more = n_items - self.n_items
        if more <= 0:
            return
        ends = np.full(more, self.fitted.list_starts[-1])
        self.fitted = self.fitted._replace(list_starts=np.concatenate([self.fitted.list_starts, ends]))
        self.late = self.late._replace(heads=np.concatenate([self.late.heads, np.full(more, -1, np.int32)]))
        self.counts = np.concatenate([self.counts, np.zeros(more, np.int64)])
        self.n_items = n_items

    def interactions(self) -> Interactions:
        """Everything that is remembered, as a memory could be laid out of it again."""
        parts: list[tuple[int, Ints, Hundredths, Doubles]] = []
        late = self.late
        for person in sorted({*self.people.tolist(), *self._known}):
            place, stretches = self._whereabouts(person)
            if place >= 0:
                rows = slice(*self.fitted.starts[place : place + 2])
                parts.append((person, self.fitted.items[rows], self.fitted.weights[rows], self.times[rows]))
            for s in stretches:
                rows = slice(late.firsts[s], late.ends[s])
                parts.append((person, late.items[rows], late.weights[rows], late.times[rows]))
        if not parts:
            return Interactions.of([], [], [], [], is_timed=self.is_timed)
        people, items, weights, times = zip(*parts, strict=True)
        users = np.repeat(np.array(people, np.int32), [len(each) for each in items])
        signed = (np.concatenate(weights) / 100).astype(np.float32)
        return Interactions(users, np.concatenate(items), signed, np.concatenate(times), self.is_timed)

    def _lay_out_again(self) -> None:
        """Make one fit of everything; of too many events the oldest go."""
        rows = self.interactions()
        self._forgotten.clear()
        self._open(lay_out(rows, self.n_items, self.measure), self.n_items)

    def _whereabouts(self, person: int) -> tuple[int, list[int]]:
        """A person's place in the fit, and their stretches in order."""
        known = self._known.get(person)
        if known is None:
            place = int(np.searchsorted(self.people, person))
            is_there = place < len(self.people) and self.people[place] == person and place not in self._forgotten
            return (place if is_there else -1), []
        stretches, stretch = [], known.first_stretch
        while stretch >= 0:
            stretches.append(stretch)
            stretch = int(self.late.following[stretch])
        return known.place, stretches

    def _last_row(self, known: _Person | None) -> int:
        return int(self.late.ends[known.last_stretch]) - 1 if known and known.last_stretch >= 0 else -1

    def _own(self) -> None:
        """Copy what changes, before it does for the first time."""
        if not self._is_own:
            self.scales, self.counts, self._is_own = self.scales.copy(), self.counts.copy(), True

    def _begin_stretch(self, known: _Person) -> int:
        """Begin a stretch with a copy of the person's latest events, and some room."""
        items, weights, times = self._latest(known)
        stretch, begin = self._n_stretches, self.n_late
        first = begin + len(items)
        self._reserve(len(items) + known.room)
        late = self.late
        late.begins[stretch], late.firsts[stretch], late.ends[stretch] = begin, first, first
        late.rooms[stretch], late.following[stretch] = self.n_late, -1
        rows = slice(begin, first)
        late.items[rows], late.weights[rows], late.times[rows], late.stretch[rows] = items, weights, times, stretch
        for row, item in enumerate(items.tolist(), begin):
            self._list(row, item)
        if known.last_stretch >= 0:
            late.following[known.last_stretch] = stretch
        else:
            known.first_stretch = stretch
            if known.place >= 0:
                late.continued[known.place] = stretch
        known.last_stretch = stretch
        known.room = min(known.room * 2, _MOST_ROOM)
        return stretch

    def _latest(self, known: _Person) -> tuple[Ints, Hundredths, Doubles]:
        """The person's latest events, as many as a context holds."""
        reach = len(self.measure.kernel)
        if known.last_stretch >= 0:
            end = int(self.late.ends[known.last_stretch])
            rows = slice(max(int(self.late.begins[known.last_stretch]), end - reach), end)
            return self.late.items[rows], self.late.weights[rows], self.late.times[rows]
        if known.place < 0:
            return np.zeros(0, np.int32), np.zeros(0, np.int8), np.zeros(0, np.float64)
        begin, end = (int(each) for each in self.fitted.starts[known.place : known.place + 2])
        rows = slice(max(begin, end - reach), end)
        return self.fitted.items[rows], self.fitted.weights[rows], self.times[rows]

    def _reserve(self, n: int) -> None:
        """Make room for one more stretch of ``n`` events; arrays grow by doubling."""
        late, self.n_late, self._n_stretches = self.late, self.n_late + n, self._n_stretches + 1
        if self.n_late > len(late.items):
            size = max(2 * len(late.items), self.n_late, 1024)
            names = ("items", "weights", "times", "previous", "stretch")
            late = late._replace(**{name: _grown(getattr(late, name), size) for name in names})
            self.scales = _grown(self.scales, self.n_fitted + size)
        if self._n_stretches > len(late.begins):
            size = max(2 * len(late.begins), 64)
            names = ("begins", "firsts", "ends", "rooms", "following")
            late = late._replace(**{name: _grown(getattr(late, name), size) for name in names})
        self.late = late

    def _write(self, row: int, stretch: int, item: int, whole: int, at: float) -> None:
        late = self.late
        late.items[row], late.weights[row], late.times[row], late.stretch[row] = item, whole, at, stretch
        if row < late.firsts[stretch]:
            return
        before = row - int(late.begins[stretch])
        scale = row_scale(late.weights, row, before, self.measure.kernel, self.measure.norm_power)
        self.scales[self.n_fitted + row] = scale * self._youth(at)

    def _list(self, row: int, item: int) -> None:
        self.late.previous[row] = self.late.heads[item]
        self.late.heads[item] = row

    def _youth(self, at: float) -> float:
        fading_s = self.measure.fading_s if self.is_timed else 0.0
        if fading_s and at > self.epoch + _DOUBLINGS * fading_s:
            alive = self.scales > 0
            self.scales[alive] *= np.exp2(np.float32(max((self.epoch - at) / fading_s, -2 * _DOUBLINGS)))
            self.epoch = at
        return float(youth(np.array([at]), self.epoch, fading_s)[0])


def _no_late(n_items: int, n_people: int) -> Late:
    bytes_, ints, longs = np.zeros(0, np.int8), np.zeros(0, np.int32), np.zeros(0, np.int64)
    nobody, no_title = np.full(n_people, -1, np.int32), np.full(n_items, -1, np.int32)
    doubles = np.zeros(0, np.float64)
    return Late(ints, bytes_, doubles, ints, ints, no_title, longs, longs, longs, longs, longs, nobody)


def _grown(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    grown = np.zeros(size, array.dtype)
    grown[: len(array)] = array
    return grown
