"""The ledger of the sums: whom they are over, with which history, and whom they must never be over again.

One SQLite file beside the large arrays, so that a person leaves in one transaction. What the arrays must become is
noted in it (`pending`) before it is written to them, as the cells' new values: after a crash it is written again.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from cinoche.kit.errors import Unavailable
from cinoche.kit.personal import mark_of
from cinoche.recommend.people import People
from cinoche.recommend.statistics import Bin, Doubles, History, Layout, Longs
from cinoche.recommend.sums_files import Kept

FORMAT: Final = 1

_SCHEMA: Final = """
CREATE TABLE state(one INTEGER PRIMARY KEY CHECK(one = 1), value BLOB NOT NULL);
CREATE TABLE files(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE people(subject TEXT PRIMARY KEY, items BLOB NOT NULL, weights BLOB NOT NULL, times BLOB NOT NULL);
CREATE TABLE forgotten(
    number INTEGER PRIMARY KEY AUTOINCREMENT, mark BLOB NOT NULL UNIQUE, was_counted INTEGER NOT NULL
);
CREATE TABLE pending(
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, cells BLOB NOT NULL, numbers BLOB NOT NULL
);
"""


class State(msgspec.Struct, frozen=True):
    """What the sums cover and how they are laid out. Titles are numbered as they come, for good.

    ``is_known`` says of each number whether the catalogue had it, ``warm`` lists the numbers by their places, ``stamp``
    is what else the histories depend on (the signals' weights). ``solved`` is the last forgetting that the published
    matrices include.
    """

    version: str
    offset: int
    erasures: int
    as_of: float
    stamp: str
    titles: list[str]
    is_known: list[bool]
    warm: list[int]
    n_joint: int
    most_ordered: int | None
    head_bins: tuple[Bin, ...]
    tail_bin: Bin
    solved: int = 0

    def layout(self) -> Layout:
        """The layout, over the numbers of titles."""
        place = np.full(len(self.titles), -1, np.int32)
        place[self.warm] = np.arange(len(self.warm), dtype=np.int32)
        return Layout(
            place, len(self.warm), self.n_joint, self.as_of,
            head_bins=self.head_bins, tail_bin=self.tail_bin, most_ordered=self.most_ordered,
        )  # fmt: skip

    def counted(self, entries: History) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which entries of histories the sums are over: of titles in the catalogue, not after the as-of time."""
        return np.asarray(self.is_known, np.bool_)[entries.items] & (entries.times <= self.as_of)


class Ledger:
    """An open ledger; what is changed within `transaction` is durable at its end, or did not happen."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do everything inside or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def state(self) -> State | None:
        """What the sums cover; None where nothing was ever summed."""
        row = self._db.execute("SELECT value FROM state").fetchone()
        return msgspec.json.decode(row[0], type=State) if row else None

    def version(self) -> str:
        """The version of the arrays in use; empty where there is none."""
        state = self.state()
        return "" if state is None else state.version

    def set_state(self, state: State) -> None:
        """Note what the sums cover."""
        self._db.execute("INSERT OR REPLACE INTO state VALUES(1, ?)", (msgspec.json.encode(state),))

    def files(self) -> dict[str, Kept]:
        """The files of the version in use."""
        return {n: msgspec.json.decode(v, type=Kept) for n, v in self._db.execute("SELECT name, value FROM files")}

    def set_files(self, files: dict[str, Kept]) -> None:
        """Note shapes and checksums of files."""
        rows = [(name, msgspec.json.encode(kept)) for name, kept in files.items()]
        self._db.executemany("INSERT OR REPLACE INTO files VALUES(?, ?)", rows)

    def people(self) -> People:
        """Everybody that the sums are over."""
        subjects: list[str] = []
        columns: tuple[list[bytes], list[bytes], list[bytes]] = ([], [], [])
        for subject, *blobs in self._db.execute("SELECT subject, items, weights, times FROM people ORDER BY subject"):
            subjects.append(subject)
            for column, blob in zip(columns, blobs, strict=True):
                column.append(blob)
        ends = np.cumsum([len(blob) // 4 for blob in columns[0]], dtype=np.int64)
        return People(subjects, np.concatenate([np.zeros(1, np.int64), ends]), _history(*map(b"".join, columns)))

    def person(self, subject: str) -> History | None:
        """One person's history, as it was counted."""
        row = self._db.execute("SELECT items, weights, times FROM people WHERE subject = ?", (subject,)).fetchone()
        return _history(*row) if row else None

    def put(self, people: People) -> None:
        """Keep people's histories in the place of what was kept of them."""
        entries, bounds = people.entries, people.bounds.tolist()
        rows = (
            (subject, items.tobytes(), weights.tobytes(), times.tobytes())
            for subject, first, last in zip(people.subjects, bounds, bounds[1:], strict=False)
            for items, weights, times in [
                (entries.items[first:last], entries.weights[first:last], entries.times[first:last])
            ]
        )
        self._db.executemany("INSERT OR REPLACE INTO people VALUES(?, ?, ?, ?)", rows)

    def drop(self, subjects: Sequence[str]) -> int:
        """Delete people's histories."""
        statement = "DELETE FROM people WHERE subject = ?"
        return self._db.executemany(statement, [(subject,) for subject in subjects]).rowcount

    def drop_all(self) -> None:
        """Delete everybody's."""
        self._db.execute("DELETE FROM people")

    def forget(self, subject: str, *, was_counted: bool) -> None:
        """Note that a person must never be counted again."""
        self._db.execute(
            "INSERT INTO forgotten(mark, was_counted) VALUES(?, ?) ON CONFLICT(mark) DO NOTHING",
            (mark_of(subject), was_counted),
        )

    def forgotten(self, after: int = 0) -> set[bytes]:
        """The marks of those who must never be counted again, from a forgetting on."""
        return {mark for (mark,) in self._db.execute("SELECT mark FROM forgotten WHERE number > ?", (after,))}

    def last_forgotten(self, *, counted_only: bool = False) -> int:
        """The number of the last forgetting; 0 when there was none."""
        where = " WHERE was_counted" if counted_only else ""
        (number,) = self._db.execute(f"SELECT coalesce(max(number), 0) FROM forgotten{where}").fetchone()  # noqa: S608
        return int(number)

    def note(self, name: str, cells: Longs, numbers: Doubles) -> None:
        """Note what cells of a sum become."""
        row = (name, cells.tobytes(), numbers.tobytes())
        self._db.execute("INSERT INTO pending(name, cells, numbers) VALUES(?, ?, ?)", row)

    def pending(self, after: int = 0) -> Iterator[tuple[int, str, Longs, Doubles]]:
        """What was noted after a number and may not be on the disk yet, in order."""
        statement = "SELECT number, name, cells, numbers FROM pending WHERE number > ? ORDER BY number"
        for number, name, cells, numbers in self._db.execute(statement, (after,)):
            yield number, name, np.frombuffer(cells, np.int64), np.frombuffer(numbers, np.float64)

    def settled(self) -> None:
        """Note that the arrays are on the disk as noted."""
        self._db.execute("DELETE FROM pending")


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """Open a ledger, or begin one; raises Unavailable with the reason when that cannot be done.

    It has a rollback journal: a ledger is opened for one transaction at a time, and closing a write-ahead log costs
    more than the transaction. What is deleted is overwritten with zeros, and each commit empties the journal.
    """
    try:
        with closing(sqlite3.connect(path, timeout=10.0, isolation_level=None)) as connection:
            for pragma in ("journal_mode = TRUNCATE", "synchronous = FULL", "secure_delete = ON"):
                connection.execute(f"PRAGMA {pragma}")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                _begin(connection, path, version)
            yield Ledger(connection)
    except (sqlite3.Error, msgspec.MsgspecError) as error:
        raise Unavailable(
            f"the ledger of the sums cannot be used ({error}).",
            where=str(path),
            remedy="Delete its folder: the next training counts everything anew, and keeps nobody who was erased.",
        ) from error


def _begin(connection: sqlite3.Connection, path: Path, version: int) -> None:
    if version:
        raise Unavailable(
            f"the ledger of the sums has format {version}; this Cinoche knows format {FORMAT}.",
            where=str(path),
            remedy="Delete its folder: the next training counts everything anew.",
        )
    connection.execute("BEGIN IMMEDIATE")
    if not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():  # another process may have been faster
        for statement in _SCHEMA.strip().split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


def _history(items: bytes, weights: bytes, times: bytes) -> History:
    return History(np.frombuffer(items, np.int32), np.frombuffer(weights, np.float32), np.frombuffer(times, np.float64))
