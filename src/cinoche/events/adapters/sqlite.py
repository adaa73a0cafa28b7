"""A log in one SQLite file: durable before it is acknowledged, shared by every process of this machine.

How it is fast: one thread of each process gathers whatever waits, writes it in one transaction, pays for one fsync,
and answers everybody. How it is safe: SQLite lets one writer in at a time and shows its work whole, so that a reader
who sees an offset has seen, or could have seen, every smaller one.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, Self, TypeVar

import msgspec

from cinoche.events.adapters.sqlite_file import LogFile, path_of
from cinoche.events.models import Appended, Event, Recorded, Tail, check, erased, exported
from cinoche.events.ports import EventLog
from cinoche.kit.errors import CinocheError, Invalid, Unavailable
from cinoche.kit.personal import PersonalData, Subject, mark_of

T = TypeVar("T")
Kind = tuple[str, int, str]
Row = tuple[bytes, str, str, Kind, str, float, bytes]

MAX_GATHERED: Final = 20_000
"""Events that one transaction gathers at most: the first to wait shall not wait for the last."""

MAX_CACHED: Final = 200_000
"""Subjects whose number in the file is kept in memory at most."""

MAX_VARIABLES: Final = 500
"""Values that one statement asks for at most."""

_INSERT = "INSERT INTO events VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(identity) DO NOTHING"
_SELECT = (
    "SELECT e.offset, e.source, e.id, e.kind, s.subject, e.time_s, e.data"
    " FROM events e CROSS JOIN subjects s ON s.id = e.subject WHERE {} ORDER BY e.offset"
)
_TAIL = _SELECT.format("e.offset > ? AND e.offset <= ?") + " LIMIT ?"
_OF_SUBJECT = (
    "SELECT offset, source, id, kind, ?1, time_s, data FROM events INDEXED BY events_by_subject"
    " WHERE subject = (SELECT id FROM subjects WHERE subject = ?1) AND offset > ?2 AND offset <= ?3 ORDER BY offset"
)
_SUBJECTS = (
    "SELECT subject FROM subjects WHERE id IN (SELECT subject FROM events WHERE offset > ? AND offset <= ?)"
    " ORDER BY subject"
)
_EVER: Final = 2**63 - 1

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def identity(source: str, event_id: str) -> bytes:
    """Shorten what decides about duplicates to 128 bits of BLAKE2b: half the index, no two alike in practice."""
    return hashlib.blake2b(f"{len(source)}:{source}{event_id}".encode(), digest_size=16).digest()


@dataclass(slots=True)
class _Names:
    """The numbers that stand for kinds and subjects in the file, as far as this process knows them."""

    kinds: dict[Kind, int] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)
    erasures: int = -1


@dataclass(slots=True)
class _Job(Generic[T]):
    """Something to do within the next transaction, and who waits for it."""

    work: Callable[["_Writing"], T]
    weight: int
    future: Future[T] = field(default_factory=Future)


class SqliteEventLog(EventLog, PersonalData):
    """The event log in a SQLite file of its own (``sqlite:///path/to/events.db``)."""

    def __init__(self, file: str) -> None:
        self._file = LogFile(path_of(file), self._start)
        self._kinds: dict[int, Kind] = {}
        self._is_closed = False
        self._start()

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the log that a URL names, and make it where there is none."""
        return cls(url)

    def append(self, batch: Sequence[Event]) -> Future[Appended]:
        """Add a batch, all or nothing; the future is done once it is on the disk.

        A future that is cancelled before its turn is never written.
        """
        rows = list(map(_row, batch))
        return self._submit(lambda writing: writing.add(rows), len(rows))

    def load(self, batches: Iterable[Sequence[Event]]) -> Appended:
        """Add many batches in one transaction; other writers wait until it ends, so the iterator must not append."""
        accepted = duplicates = 0
        self._refuse_when_closed()
        with self._write() as writing:
            for batch in batches:
                added = writing.add(list(map(_row, batch)))
                accepted += added.accepted
                duplicates += added.duplicates
        return Appended(accepted, duplicates, writing.end)

    def read(self, after: int, *, limit: int = 10_000) -> Tail:
        """Read at most ``limit`` events after an offset.

        The end is read first and bounds the rest, so that the two are one snapshot: what lies before the end never
        changes (what is erased meanwhile is no longer there to be read).
        """
        with self._file.reading() as connection:
            end, erasures = connection.execute("SELECT end_offset, erasures FROM log").fetchone()
            if end <= after:
                return Tail((), end, erasures)
            rows = connection.execute(_TAIL, (after, end, limit)).fetchall()
            events = self._recorded(connection, rows)
        return Tail(events, events[-1].offset if len(events) == limit else end, erasures)

    def read_subject(self, subject: str, *, after: int = 0, until: int | None = None) -> Sequence[Recorded]:
        """Read one person's events, in order, by an index."""
        with self._file.reading() as connection:
            found = connection.execute(_OF_SUBJECT, (subject, after, _EVER if until is None else until))
            return self._recorded(connection, found.fetchall())

    def subjects(self, *, after: int = 0, until: int | None = None) -> Sequence[str]:
        """Tell who has events after an offset and up to another; what the events say is not read."""
        with self._file.reading() as connection:
            found = connection.execute(_SUBJECTS, (after, _EVER if until is None else until))
            return [subject for (subject,) in found.fetchall()]

    def end(self) -> int:
        """Tell the offset of the last event."""
        with self._file.reading() as connection:
            return _end(connection)

    def erasures(self) -> int:
        """Tell how many erasures there have been, by any process."""
        with self._file.reading() as connection:
            (erasures,) = connection.execute("SELECT erasures FROM log").fetchone()
        return int(erasures)

    def erased_since(self, erasures: int) -> Sequence[bytes]:
        """Give the marks of those who were erased since, by any process."""
        with self._file.reading() as connection:
            found = connection.execute("SELECT mark FROM erased WHERE number > ? ORDER BY number", (erasures,))
            return [mark for (mark,) in found.fetchall()]

    def committed(self, group: str) -> int:
        """Tell how far a consumer group has come."""
        with self._file.reading() as connection:
            row = connection.execute("SELECT offset FROM groups WHERE name = ?", (group,)).fetchone()
        return int(row[0]) if row else 0

    def commit(self, group: str, offset: int) -> None:
        """Remember how far a consumer group has come."""
        statement = "INSERT INTO groups VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET offset = excluded.offset"
        self._submit(lambda writing: writing.connection.execute(statement, (group, offset)), 0).result()

    def close(self) -> None:
        """Write what waits, answer everybody, and close the file."""
        with self._door:
            self._is_closed = True
            thread = self._thread
            if thread is not None:
                self._jobs.put(None)
        if thread is not None:
            thread.join()
        self._file.close()

    @property
    def holder(self) -> str:
        """The name of the log in reports of exports and erasures."""
        return "events"

    @property
    def tables(self) -> frozenset[str]:
        """The tables of the log that name a person."""
        return frozenset({"events", "subjects"})

    def export(self, subject: Subject) -> Iterator[Mapping[str, Any]]:
        """Yield the person's events."""
        if subject.pseudonym:
            yield from map(exported, self.read_subject(subject.pseudonym))

    def erase(self, subject: Subject) -> int:
        """Overwrite the person's events and name with zeros, in the file and in the write-ahead log."""
        pseudonym = subject.pseudonym
        if not pseudonym:
            return 0
        erased = self._submit(lambda writing: writing.erase(pseudonym), 0).result()
        self._file.shred()
        return erased

    def _start(self) -> None:
        self._door = threading.Lock()
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._names = _Names()

    def _refuse_when_closed(self) -> None:
        if self._is_closed:
            raise Unavailable("the log is closed.", where=str(self._file.path))

    def _submit(self, work: Callable[["_Writing"], T], weight: int) -> Future[T]:
        job = _Job(work, weight)
        with self._door:
            self._refuse_when_closed()
            self._jobs.put(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="cinoche-log", daemon=True)
                self._thread.start()
        return job.future

    def _serve(self) -> None:
        jobs = self._jobs
        while (first := jobs.get()) is not None:
            self._do_together(first)

    def _do_together(self, first: _Job[Any]) -> None:
        group: list[_Job[Any]] | None = None
        try:
            with self._write() as writing:
                group = self._gather(first)
                outcomes = [_attempt(job, writing) for job in group]
        except BaseException as error:  # noqa: BLE001 whoever waits must be answered
            for job in self._gather(first) if group is None else group:
                job.future.set_exception(error)
            return
        for job, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Exception):
                job.future.set_exception(outcome)
            else:
                job.future.set_result(outcome)

    def _gather(self, first: _Job[Any]) -> list[_Job[Any]]:
        group, weight = [first], first.weight
        while weight < MAX_GATHERED:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            group.append(job)
            weight += job.weight
        return [job for job in group if job.future.set_running_or_notify_cancel()]

    @contextmanager
    def _write(self) -> Iterator["_Writing"]:
        with self._file.turn:
            try:
                with self._file.transaction() as connection:
                    writing = _Writing(connection, self._names)
                    yield writing
                    writing.finish()
            except BaseException:
                self._names = _Names()  # the numbers that it gave out were taken back
                raise

    def _recorded(self, connection: sqlite3.Connection, rows: Sequence[Any]) -> list[Recorded]:
        kinds = self._kinds
        recorded = []
        for offset, source, event_id, kind, subject, time_s, data in rows:
            if kind not in kinds:
                found = connection.execute("SELECT id, type, version, specversion FROM kinds")
                kinds.update({number: (name, version, spec) for number, name, version, spec in found})
            name, version, spec = kinds[kind]
            event = Event(source, event_id, name, subject, time_s, _decode(data), version, spec)
            recorded.append(Recorded(offset, event))
        return recorded


class _Writing:
    """One transaction under way: it gives out offsets after the log's end, and notes the new end when it finishes."""

    def __init__(self, connection: sqlite3.Connection, names: _Names) -> None:
        self.connection = connection
        self.end, erasures = connection.execute("SELECT end_offset, erasures FROM log").fetchone()
        self._noted_end = self.end
        self._names = names
        if erasures != names.erasures:
            names.subjects.clear()
            names.erasures = erasures

    def add(self, rows: Sequence[Row]) -> Appended:
        """Add a batch: all of it, except what is there already, or nothing."""
        self._number(rows)
        execute = self.connection.execute
        execute("SAVEPOINT batch")
        try:
            accepted = self._insert(rows)
            if accepted < len(rows):
                execute("ROLLBACK TO batch")
                rows_left = self._new(rows)
                accepted = self._insert(rows_left)
        except sqlite3.IntegrityError as error:
            execute("ROLLBACK TO batch")
            execute("RELEASE batch")
            raise Invalid(f"the log cannot keep this batch: {error}.", where="events") from error
        execute("RELEASE batch")
        self.end += accepted
        return Appended(accepted, len(rows) - accepted, self.end)

    def erase(self, subject: str) -> int:
        """Delete a person's events and name; SQLite overwrites them with zeros (secure_delete)."""
        execute = self.connection.execute
        erased = execute(
            "DELETE FROM events WHERE subject = (SELECT id FROM subjects WHERE subject = ?)", (subject,)
        ).rowcount
        execute("DELETE FROM subjects WHERE subject = ?", (subject,))
        execute("UPDATE log SET erasures = erasures + 1")
        mark = "INSERT OR REPLACE INTO erased(number, mark) SELECT erasures, ? FROM log"
        execute(mark, (mark_of(subject),))
        self._names.subjects.clear()
        return erased

    def finish(self) -> None:
        """Note the new end of the log."""
        if self.end != self._noted_end:
            self.connection.execute("UPDATE log SET end_offset = ?", (self.end,))

    def _insert(self, rows: Sequence[Row]) -> int:
        kinds, subjects = self._names.kinds, self._names.subjects
        numbered = (
            (offset, key, source, event_id, kinds[kind], subjects[subject], time_s, data)
            for offset, (key, source, event_id, kind, subject, time_s, data) in zip(count(self.end + 1), rows)
        )
        return self.connection.executemany(_INSERT, numbered).rowcount

    def _new(self, rows: Sequence[Row]) -> list[Row]:
        first: dict[bytes, Row] = {}
        for row in rows:
            first.setdefault(row[0], row)
        for keys in _batched(list(first), MAX_VARIABLES):
            known = self.connection.execute(_in("SELECT identity FROM events WHERE identity", keys), keys)
            for (key,) in known.fetchall():
                del first[key]
        return list(first.values())

    def _number(self, rows: Sequence[Row]) -> None:
        kinds, subjects = self._names.kinds, self._names.subjects
        execute, executemany = self.connection.execute, self.connection.executemany
        new_kinds = {row[3] for row in rows} - kinds.keys()
        if new_kinds:
            insert = "INSERT OR IGNORE INTO kinds(type, version, specversion) VALUES(?, ?, ?)"
            executemany(insert, sorted(new_kinds))
            found = execute("SELECT id, type, version, specversion FROM kinds")
            kinds.update({(name, version, spec): number for number, name, version, spec in found})
        if len(subjects) > MAX_CACHED:
            subjects.clear()
        new_subjects = sorted({row[4] for row in rows} - subjects.keys())
        if new_subjects:
            self._refuse_erased(new_subjects)
            executemany("INSERT OR IGNORE INTO subjects(subject) VALUES(?)", [(each,) for each in new_subjects])
            for some in _batched(new_subjects, MAX_VARIABLES):
                subjects.update(execute(_in("SELECT subject, id FROM subjects WHERE subject", some), some).fetchall())

    def _refuse_erased(self, subjects: Sequence[str]) -> None:
        """Refuse a batch about somebody who was erased; whom this process has numbered since, was not."""
        for marks in _batched(map(mark_of, subjects), MAX_VARIABLES):
            if self.connection.execute(_in("SELECT 1 FROM erased WHERE mark", marks), marks).fetchone():
                raise erased()


def _row(event: Event) -> Row:
    check(event)
    try:
        data = _encode(event.data)
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise Invalid(f"its data cannot be written as JSON: {error}.", where="event.data") from error
    kind = (event.type, event.version, event.specversion)
    return (identity(event.source, event.id), event.source, event.id, kind, event.subject, event.time_s, data)


def _attempt(job: _Job[Any], writing: _Writing) -> Any:
    try:
        return job.work(writing)
    except CinocheError as error:
        return error


def _end(connection: sqlite3.Connection) -> int:
    (end,) = connection.execute("SELECT end_offset FROM log").fetchone()
    return int(end)


def _in(statement: str, values: Sequence[Any]) -> str:
    return f"{statement} IN ({', '.join('?' * len(values))})"


def _batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(values)
    while some := list(islice(left, size)):
        yield some
