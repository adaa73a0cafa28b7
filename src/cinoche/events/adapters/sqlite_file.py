"""The file that the SQLite log lives in: its tables, who may write now, connections, and errors people understand."""

import fcntl
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from cinoche.kit.errors import Invalid, Unavailable

FORMAT: Final = 2
"""The number of this layout of the tables; a file with a higher one was written by a newer Cinoche."""

CHECKPOINT_PAGES: Final = 8_000
"""Pages (32 MB) of write-ahead log that a commit copies into the file; rarer than usual: fewer copies of a page."""

BUSY_S: Final = 10.0
"""How long to wait for somebody else's lock on the file before giving up."""

FORK_WAIT_S: Final = 5.0
"""How long a fork waits for reads under way in other threads to end."""

ERASED: Final = "CREATE TABLE erased(number INTEGER PRIMARY KEY, mark BLOB NOT NULL UNIQUE)"
"""The marks of the erased, by the number of the erasure: what the second format added."""

SCHEMA: Final = f"""
CREATE TABLE log(one INTEGER PRIMARY KEY CHECK(one = 1), end_offset INTEGER NOT NULL, erasures INTEGER NOT NULL);
INSERT INTO log VALUES(1, 0, 0);
CREATE TABLE subjects(id INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL UNIQUE);
CREATE TABLE kinds(
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, version INTEGER NOT NULL, specversion TEXT NOT NULL,
    UNIQUE(type, version, specversion)
);
CREATE TABLE events(
    offset INTEGER PRIMARY KEY, identity BLOB NOT NULL UNIQUE, source TEXT NOT NULL, id TEXT NOT NULL,
    kind INTEGER NOT NULL REFERENCES kinds, subject INTEGER NOT NULL REFERENCES subjects,
    time_s REAL NOT NULL, data BLOB NOT NULL
);
CREATE INDEX events_by_subject ON events(subject);
CREATE TABLE groups(name TEXT PRIMARY KEY, offset INTEGER NOT NULL) WITHOUT ROWID;
{ERASED};
PRAGMA user_version = {FORMAT}
"""
"""The tables. ``log`` is one row: its end, so that offsets never come back, and how many erasures it has seen, so that
no process trusts a number of a subject that is gone. Kinds and subjects are written once and numbered (a third of the
space, twice the speed); ``identity`` is 128 bits of source and id."""

_REASONS: Final = (
    ("SQLITE_FULL", "the disk is full.", "Free some space, then send it again: nothing acknowledged was lost."),
    ("SQLITE_IOERR", "the disk refuses to be written or read.", "Look at the disk's space, limits and health."),
    ("SQLITE_READONLY", "the file may not be written.", "Give this process the right to write to it and its folder."),
    ("SQLITE_CANTOPEN", "the file cannot be opened.", "Check that the folder exists and that this process may use it."),
    ("SQLITE_PERM", "the file may not be used.", "Give this process the right to use it."),
    ("SQLITE_BUSY", "somebody else holds the file locked.", "End the other program, then send it again."),
    ("SQLITE_LOCKED", "somebody else holds the file locked.", "End the other program, then send it again."),
    (
        "SQLITE_CORRUPT",
        "the file is damaged.",
        "Put a backup in its place, or salvage it with `sqlite3 FILE .recover`.",
    ),
    ("SQLITE_NOTADB", "the file is not an event log.", "Name another file in CINOCHE_EVENTS_URL."),
)


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn an error of SQLite into Unavailable, with the reason and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", None) or ""
        for prefix, reason, remedy in _REASONS:
            if name.startswith(prefix):
                raise Unavailable(reason, where=str(path), remedy=remedy) from error
        raise Unavailable(f"the log cannot answer: {error}.", where=str(path)) from error


@contextmanager
def system_told_plainly(path: Path) -> Iterator[None]:
    """Turn an error of the system about a file into Unavailable."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"{error.strerror or error}.", where=str(path), remedy="Check the folder, its rights and its space."
        ) from error


def path_of(url: str) -> Path:
    """Tell the file that a URL names: ``sqlite:///events.db`` is relative, ``sqlite:////var/events.db`` is absolute."""
    _, _, name = url.partition(":///")
    if not name or name == ":memory:":
        raise Invalid(
            f"{url!r} names no file.", where="CINOCHE_EVENTS_URL", remedy="Write sqlite:///path/to/events.db."
        )
    return Path(name)


class LogFile:
    """Connections to the log's file: one that writes, many that read, none that survives a fork.

    Processes take turns at writing by a lock (flock) on a file beside it, which wakes the next one at once, where
    SQLite's own lock is waited for by sleeping. SQLite forbids to carry a connection over a fork: before one, writing
    pauses and every connection is closed; each side opens its own again when it needs one.
    """

    _writer: sqlite3.Connection | None

    def __init__(self, path: Path, on_child: Callable[[], None]) -> None:
        self.path = path
        self._on_child = weakref.WeakMethod(on_child)
        self._is_closed = False
        self._start()
        with system_told_plainly(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with told_plainly(path):
            self._prepare()
        _FILES.add(self)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write: everything done with the connection becomes durable together when the block ends, or not at all."""
        with self.turn, told_plainly(self.path), self._first_in_line():
            connection = self._connection_to_write()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._writer = None
                with suppress(sqlite3.Error):
                    connection.rollback()
                connection.close()
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read, with a connection that no other thread uses meanwhile."""
        with self._resting:
            self._reads += 1
            connection = self._idle.pop() if self._idle else None
        try:
            with told_plainly(self.path):
                if connection is None:
                    connection = self._connect()
                    connection.execute("PRAGMA query_only = ON")
                yield connection
        except BaseException:
            if connection is not None:
                connection.close()
            connection = None
            raise
        finally:
            with self._resting:
                self._reads -= 1
                if connection is not None:
                    self._idle.append(connection)
                self._resting.notify_all()

    def shred(self) -> None:
        """Copy everything into the file and cut the write-ahead log to nothing, so that what was erased is nowhere."""
        with self.turn, told_plainly(self.path), self._first_in_line():
            connection = self._connection_to_write()
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise Unavailable(
                "a reader holds on to an older state of the file: what was erased is hidden, but not overwritten.",
                where=str(self.path),
                remedy="Erase again: it finishes the work.",
            )

    def close(self) -> None:
        """Close every connection; reads under way are waited for."""
        with self.turn, self._resting:
            self._is_closed = True
            self._close_connections()

    def pause(self) -> None:
        """Before a fork: let what is under way end, close every connection, and let nobody begin."""
        self.turn.acquire()
        self._resting.acquire()
        self._close_connections()

    def resume(self) -> None:
        """After a fork, in the parent: go on."""
        self._resting.release()
        self.turn.release()

    def start_over(self) -> None:
        """After a fork, in the child: begin with nothing of the parent's."""
        self._start()
        on_child = self._on_child()
        if on_child:
            on_child()

    def _start(self) -> None:
        self.turn = threading.RLock()
        self._resting = threading.Condition()
        self._reads = 0
        self._idle: list[sqlite3.Connection] = []
        self._writer = None

    def _connection_to_write(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = self._connect()
        return self._writer

    def _close_connections(self) -> None:
        self._resting.wait_for(lambda: self._reads == 0, FORK_WAIT_S)
        for connection in self._idle:
            connection.close()
        self._idle.clear()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    @contextmanager
    def _first_in_line(self) -> Iterator[None]:
        with system_told_plainly(self.path):
            lock = os.open(f"{self.path}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            with system_told_plainly(self.path):
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _connect(self) -> sqlite3.Connection:
        if self._is_closed:
            raise Unavailable("the log is closed.", where=str(self.path))
        connection = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            connection.execute("PRAGMA journal_size_limit = 67108864")
            connection.execute("PRAGMA cache_size = -16000")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _prepare(self) -> None:
        with self._first_in_line(), closing(self._connect()) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > FORMAT:
                raise Unavailable(
                    f"the log was written by a newer Cinoche (format {version}; this one knows {FORMAT}).",
                    where=str(self.path),
                    remedy="Install that version, or a newer one.",
                )
            if version == FORMAT:
                return
            if version == 1:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(ERASED)
                connection.execute(f"PRAGMA user_version = {FORMAT}")
                connection.execute("COMMIT")
                return
            if connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
                raise Unavailable(
                    "the file is another database, not an event log.",
                    where=str(self.path),
                    remedy="Name a file of its own in CINOCHE_EVENTS_URL.",
                )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            for statement in SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.execute("COMMIT")


_FILES: weakref.WeakSet[LogFile] = weakref.WeakSet()
_PAUSED: list[LogFile] = []


def _before_fork() -> None:
    _PAUSED.extend(_FILES)
    for file in _PAUSED:
        file.pause()


def _after_fork_in_parent() -> None:
    for file in _PAUSED:
        file.resume()
    _PAUSED.clear()


def _after_fork_in_child() -> None:
    for file in _PAUSED:
        file.start_over()
    _PAUSED.clear()


os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
