"""How many events a second become durable, beside what the disk and SQLite alone take for the same rows."""

import os
import secrets
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from cinoche.events.adapters.sqlite import SqliteEventLog, identity
from cinoche.events.models import Event

BATCH = 1_000
PROFILES = 700


@dataclass(frozen=True, slots=True)
class AppendFigures:
    """Events a second in batches of 1,000, each acknowledged when durable; times of one fdatasync in milliseconds."""

    events: int
    one_producer_per_s: float
    four_producers_per_s: float
    bare_sqlite_per_s: float
    ratio_to_bare: float
    single_append_p50_ms: float
    single_append_p99_ms: float
    tail_read_us: float
    read_per_s: float
    fdatasync_p50_ms: float
    fdatasync_p99_ms: float


def measure_append(folder: Path, *, events: int = 100_000) -> AppendFigures:
    """Measure everything in one run, in an empty folder on the disk in question; ids are random, as clients send."""
    fdatasync = sorted(_fdatasync_s(folder / "fdatasync"))
    batches = _batches(events)
    bare = _bare(folder / "bare.db", batches)
    four = _appended(folder / "four.db", batches, producers=4)
    one = _appended(folder / "one.db", batches, producers=1)
    single = sorted(_single(folder / "one.db"))
    tail_us, read_per_s = _reading(folder / "one.db")
    return AppendFigures(
        events=events,
        one_producer_per_s=events / one,
        four_producers_per_s=events / four,
        bare_sqlite_per_s=events / bare,
        ratio_to_bare=bare / one,
        single_append_p50_ms=_share(single, 0.5) * 1e3,
        single_append_p99_ms=_share(single, 0.99) * 1e3,
        tail_read_us=tail_us,
        read_per_s=read_per_s,
        fdatasync_p50_ms=_share(fdatasync, 0.5) * 1e3,
        fdatasync_p99_ms=_share(fdatasync, 0.99) * 1e3,
    )


def _batches(events: int) -> list[list[Event]]:
    people = [secrets.token_hex(13) for _ in range(PROFILES)]
    return [[_event(secrets.choice(people)) for _ in range(BATCH)] for _ in range(events // BATCH)]


def _event(subject: str) -> Event:
    data = {"title_id": "qmvqf4hldurdm", "rating": 4.0}
    return Event("cinoche/web", secrets.token_hex(13), "title.rated", subject, 1_790_000_000.5, data)


def _fdatasync_s(path: Path) -> list[float]:
    taken = []
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    for _ in range(300):
        os.write(file, bytes(4096))
        began = time.perf_counter()
        os.fdatasync(file)
        taken.append(time.perf_counter() - began)
    os.close(file)
    return taken


def _bare(path: Path, batches: Sequence[Sequence[Event]]) -> float:
    """Take the time that stdlib sqlite3 needs for as many rows and indices, with nothing around it."""
    rows = [
        [
            (identity(e.source, e.id), e.source, e.id, 1, e.subject, e.time_s, b'{"title_id":"qmvqf4hldurdm"}')
            for e in batch
        ]
        for batch in batches
    ]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE e(n INTEGER PRIMARY KEY, i UNIQUE, source, id, kind, subject, time_s, data)")
        connection.execute("CREATE INDEX e_by_subject ON e(subject)")
        began = time.perf_counter()
        for batch in rows:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO e(i, source, id, kind, subject, time_s, data) VALUES(?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT(i) DO NOTHING",
                batch,
            )
            connection.execute("COMMIT")
        return time.perf_counter() - began


def _appended(path: Path, batches: Sequence[Sequence[Event]], *, producers: int) -> float:
    log = SqliteEventLog.open(f"sqlite:///{path}")

    def produce(mine: Sequence[Sequence[Event]]) -> None:
        for batch in mine:
            log.append(batch).result()

    threads = [threading.Thread(target=produce, args=(batches[name::producers],)) for name in range(producers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - began
    assert log.end() == sum(map(len, batches))
    log.close()
    return taken


def _single(path: Path) -> list[float]:
    log = SqliteEventLog.open(f"sqlite:///{path}")
    taken = []
    for _ in range(1_000):
        event = _event("one")
        began = time.perf_counter()
        log.append([event]).result()
        taken.append(time.perf_counter() - began)
    log.close()
    return taken


def _reading(path: Path) -> tuple[float, float]:
    log = SqliteEventLog.open(f"sqlite:///{path}")
    end, reached, tries = log.end(), 0, 2_000
    began = time.perf_counter()
    while reached < end:
        reached = log.read(reached).offset
    per_s = end / (time.perf_counter() - began)
    began = time.perf_counter()
    for _ in range(tries):
        log.read(end)
    tail_us = (time.perf_counter() - began) / tries * 1e6
    log.close()
    return tail_us, per_s


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def main() -> None:
    """Measure in a folder of its own and print the figures."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        for name, value in asdict(measure_append(Path(folder))).items():
            sys.stdout.write(f"{name:24} {value:12,.2f}\n")


if __name__ == "__main__":
    main()
