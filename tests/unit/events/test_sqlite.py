import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cinoche.events.adapters import sqlite_file
from cinoche.events.adapters.sqlite import SqliteEventLog, identity
from cinoche.events.models import Event
from cinoche.kit.errors import Invalid, Unavailable
from cinoche.kit.personal import Subject

WAIT_S = 30.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteEventLog]:
    opened = SqliteEventLog.open(f"sqlite:///{path}")
    yield opened
    opened.close()


def event(event_id: str, *, subject: str = "ada", text: str = "-") -> Event:
    return Event("test", event_id, "title.reviewed", subject, 1.0, {"title_id": "heat", "text": text})


def append(log: SqliteEventLog, *events: Event) -> int:
    return log.append(events).result(WAIT_S).offset


@pytest.mark.parametrize(
    ("pragma", "value"), [("synchronous", 2), ("journal_mode", "wal"), ("secure_delete", 1), ("user_version", 2)]
)
def test_every_connection_waits_for_the_disk_and_overwrites_what_it_deletes(
    log: SqliteEventLog, pragma: str, value: object
) -> None:
    append(log, event("a"))
    with log._file.transaction() as writing, log._file.reading() as reading:
        for connection in (writing, reading):
            assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)


def test_a_reader_cannot_write(log: SqliteEventLog) -> None:
    with pytest.raises(Unavailable), log._file.reading() as connection:
        connection.execute("DELETE FROM events")


def test_what_waits_together_pays_for_one_commit(log: SqliteEventLog) -> None:
    statements: list[str] = []
    with log._file.transaction() as connection:
        connection.set_trace_callback(statements.append)
        futures = [log.append([event(f"{turn}")]) for turn in range(50)]
    assert [future.result(WAIT_S).offset for future in futures] == list(range(1, 51))
    assert statements.count("COMMIT") <= 3


def test_an_append_that_is_cancelled_while_it_waits_is_never_written(log: SqliteEventLog) -> None:
    with log._file.transaction():
        log.append([event("first")])
        waiting = log.append([event("second")])
        assert waiting.cancel()
    assert append(log, event("third")) == 2
    assert [each.event.id for each in log.read(0).events] == ["first", "third"]


def test_an_erased_person_is_not_in_any_byte_of_the_files(log: SqliteEventLog, path: Path) -> None:
    name, secret = "zq7-pseudonym-of-ada", "a text that only ada wrote"
    for turn in range(200):
        append(log, event(f"ada-event-{turn}", subject=name, text=secret), event(f"bob-{turn}", subject="bob"))
    log.read_subject(name)
    files = [path, path.with_name(f"{path.name}-wal")]
    traces = [name.encode(), secret.encode(), b"ada-event-", identity("test", "ada-event-7")]
    before = b"".join(file.read_bytes() for file in files)
    assert all(trace in before for trace in traces)
    assert log.erase(Subject(pseudonym=name)) == 200
    after = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"bob-199" in after
    assert not [trace for trace in traces if trace in after]
    log.close()
    assert not [trace for trace in traces if trace in path.read_bytes()]


def test_another_process_does_not_write_under_the_number_of_an_erased_person(path: Path) -> None:
    here, there = (SqliteEventLog.open(f"sqlite:///{path}") for _ in range(2))
    append(here, event("a", subject="ada"))
    there.erase(Subject(pseudonym="ada"))
    append(there, event("b", subject="bob"))
    append(here, event("c", subject="cleo"))
    assert [(each.event.id, each.event.subject) for each in there.read(0).events] == [("b", "bob"), ("c", "cleo")]
    here.close()
    there.close()


def test_an_erasure_says_so_when_a_reader_keeps_it_from_overwriting(
    log: SqliteEventLog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_S", 0.05)
    append(log, event("a"))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM events").fetchall()
        with pytest.raises(Unavailable, match="Erase again"):
            log.erase(Subject(pseudonym="ada"))
        reader.execute("COMMIT")
    assert log.erase(Subject(pseudonym="ada")) == 0
    assert b"ada" not in path.read_bytes()


def test_somebody_else_s_lock_is_not_waited_for_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_S", 0.05)
    log = SqliteEventLog.open(f"sqlite:///{path}")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            append(log, event("a"))
        other.execute("ROLLBACK")
    assert append(log, event("a")) == 1
    log.close()


def test_a_full_file_refuses_the_batch_and_keeps_what_was_there(log: SqliteEventLog) -> None:
    append(log, event("a"))
    with log._file.transaction() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable, match="disk is full"):
        append(log, event("b", text="x" * 100_000))
    assert append(log, event("b", text="x" * 100_000)) == 2
    assert len(log.read(0).events) == 2


def test_a_file_of_the_first_format_is_brought_up_to_date_and_keeps_its_events(path: Path) -> None:
    log = SqliteEventLog.open(f"sqlite:///{path}")
    append(log, event("a"))
    log.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE erased")
        connection.execute("PRAGMA user_version = 1")
    log = SqliteEventLog.open(f"sqlite:///{path}")
    assert [each.event.id for each in log.read(0).events] == ["a"]
    log.erase(Subject(pseudonym="ada"))
    assert len(log.erased_since(0)) == 1
    log.close()


def _newer(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def _text(path: Path) -> None:
    path.write_text("this is a letter, not a log\n" * 100)


def _other(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE letters(id)")


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_newer, "newer Cinoche"),
        (_text, "not an event log"),
        (_other, "another database"),
        (_folder, "cannot be opened"),
    ],
)
def test_a_file_that_is_no_log_is_refused_with_the_reason(
    path: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    spoil(path)
    with pytest.raises(Unavailable, match=reason):
        SqliteEventLog.open(f"sqlite:///{path}")


def test_a_damaged_log_says_so(path: Path) -> None:
    log = SqliteEventLog.open(f"sqlite:///{path}")
    log.load([[event(str(number)) for number in range(500)]])
    log.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(Unavailable, match="damaged"):
        append(SqliteEventLog.open(f"sqlite:///{path}"), event("x"))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_url_without_a_file_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="names no file"):
        SqliteEventLog.open(url)


def test_a_load_s_own_troubles_are_not_the_log_s(log: SqliteEventLog, tmp_path: Path) -> None:
    def lines() -> Iterator[list[Event]]:
        yield [event("a")]
        (tmp_path / "absent.csv").read_text()

    with pytest.raises(FileNotFoundError):
        log.load(lines())
    assert log.end() == 0


def test_a_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="Check the folder"):
        SqliteEventLog.open(f"sqlite:///{tmp_path}/file/events.db")


def test_a_closed_log_is_not_read(log: SqliteEventLog) -> None:
    append(log, event("a"))
    log.close()
    with pytest.raises(Unavailable, match="closed"):
        log.read(0)


def test_data_that_is_not_json_is_refused(log: SqliteEventLog) -> None:
    with pytest.raises(Invalid, match="JSON"):
        log.append([Event("test", "a", "title.liked", "ada", 1.0, {"title_id": object()})])


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_log_in_use_survives_a_fork(log: SqliteEventLog) -> None:
    stop = threading.Event()

    def keep_on() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            append(log, event(f"parent-{number}"))
            log.read(max(log.end() - 3, 0))

    thread = threading.Thread(target=keep_on)
    thread.start()
    children = []
    for name in range(5):
        child = os.fork()
        if not child:
            try:
                append(log, *(event(f"child-{name}-{number}") for number in range(3)))
                log.read(0)
                log.close()
            finally:
                os._exit(len(log._file._idle))
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 5
    stop.set()
    thread.join()
    ids = {each.event.id for each in log.read(0).events}
    assert {f"child-{name}-{number}" for name in range(5) for number in range(3)} <= ids
