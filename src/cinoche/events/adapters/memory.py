"""A log in this process's memory: for tests, and for trying things out. Nothing of it outlives the process."""

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Self

from cinoche.events.models import Appended, Event, Recorded, Tail, check, erased, exported
from cinoche.events.ports import EventLog
from cinoche.kit.errors import NotFound, Unavailable
from cinoche.kit.personal import PersonalData, Subject, mark_of


class MemoryEventLog(EventLog, PersonalData):
    """The event log as a list; the reference that the other adapters are compared with."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._offsets: list[int] = []
        self._events: list[Event] = []
        self._known: set[tuple[str, str]] = set()
        self._end = 0
        self._erasures = 0
        self._erased: dict[bytes, int] = {}
        self._groups: dict[str, int] = {}
        self._is_closed = False

    @classmethod
    def open(cls, url: str) -> Self:
        """Make an empty log; the URL is ``memory://``."""
        del url
        return cls()

    def append(self, batch: Sequence[Event]) -> Future[Appended]:
        """Add a batch; the future is done when this returns."""
        future: Future[Appended] = Future()
        for event in batch:
            check(event)
        with self._lock:
            self._refuse_when_closed()
            try:
                future.set_result(self._add(batch))
            except NotFound as error:
                future.set_exception(error)
        return future

    def load(self, batches: Iterable[Sequence[Event]]) -> Appended:
        """Add many batches as one: when the iterator raises, nothing was added."""
        events = [event for batch in batches for event in batch]
        return self.append(events).result()

    def read(self, after: int, *, limit: int = 10_000) -> Tail:
        """Read at most ``limit`` events after an offset."""
        with self._lock:
            first = bisect_right(self._offsets, after)
            found = self._recorded(range(first, min(first + limit, len(self._offsets))))
            reached = found[-1].offset if found and len(found) == limit else self._end
            return Tail(found, reached, self._erasures)

    def read_subject(self, subject: str, *, after: int = 0, until: int | None = None) -> Sequence[Recorded]:
        """Read one person's events, in order."""
        with self._lock:
            first = bisect_right(self._offsets, after)
            last = len(self._offsets) if until is None else bisect_right(self._offsets, until)
            return self._recorded(at for at in range(first, last) if self._events[at].subject == subject)

    def subjects(self, *, after: int = 0, until: int | None = None) -> Sequence[str]:
        """Tell who has events after an offset and up to another."""
        with self._lock:
            first = bisect_right(self._offsets, after)
            last = len(self._offsets) if until is None else bisect_right(self._offsets, until)
            return sorted({event.subject for event in self._events[first:last]})

    def end(self) -> int:
        """Tell the offset of the last event."""
        return self._end

    def erasures(self) -> int:
        """Tell how many erasures there have been."""
        return self._erasures

    def erased_since(self, erasures: int) -> Sequence[bytes]:
        """Give the marks of those who were erased since."""
        with self._lock:
            return [mark for mark, number in self._erased.items() if number > erasures]

    def committed(self, group: str) -> int:
        """Tell how far a consumer group has come."""
        return self._groups.get(group, 0)

    def commit(self, group: str, offset: int) -> None:
        """Remember how far a consumer group has come."""
        with self._lock:
            self._groups[group] = offset

    def close(self) -> None:
        """Refuse what comes from now on."""
        self._is_closed = True

    @property
    def holder(self) -> str:
        """The name of the log in reports of exports and erasures."""
        return "events"

    @property
    def tables(self) -> frozenset[str]:
        """The tables of the log that name a person."""
        return frozenset({"events"})

    def export(self, subject: Subject) -> Iterator[Mapping[str, Any]]:
        """Yield the person's events."""
        if subject.pseudonym:
            yield from map(exported, self.read_subject(subject.pseudonym))

    def erase(self, subject: Subject) -> int:
        """Take the person's events out; neither their offsets nor they come back."""
        if not subject.pseudonym:
            return 0
        with self._lock:
            kept = [at for at, event in enumerate(self._events) if event.subject != subject.pseudonym]
            erased = len(self._events) - len(kept)
            self._offsets = [self._offsets[at] for at in kept]
            self._events = [self._events[at] for at in kept]
            self._known = {(event.source, event.id) for event in self._events}
            self._erasures += 1
            self._erased[mark_of(subject.pseudonym)] = self._erasures
        return erased

    def _refuse_when_closed(self) -> None:
        if self._is_closed:
            raise Unavailable("the log is closed.", where="events")

    def _add(self, batch: Sequence[Event]) -> Appended:
        if any(mark_of(subject) in self._erased for subject in {event.subject for event in batch}):
            raise erased()
        accepted = 0
        for event in batch:
            if (event.source, event.id) not in self._known:
                self._known.add((event.source, event.id))
                self._end += 1
                self._offsets.append(self._end)
                self._events.append(event)
                accepted += 1
        return Appended(accepted, len(batch) - accepted, self._end)

    def _recorded(self, places: Iterable[int]) -> list[Recorded]:
        return [Recorded(self._offsets[at], self._events[at]) for at in places]
