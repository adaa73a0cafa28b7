import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, ForeignKey, Integer, MetaData, String, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from cinoche.kit.errors import Invalid, Unavailable
from cinoche.kit.sql import open_engine, upsert

METADATA = MetaData()
PLACES = Table("places", METADATA, Column("name", String(20), primary_key=True), Column("seats", Integer))
ROOMS = Table("rooms", METADATA, Column("place", ForeignKey("places.name"), primary_key=True))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/places.db")
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000), ("secure_delete", 1)],
)
def test_every_connection_keeps_the_promise(engine: Engine, pragma: str, value: object) -> None:
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_broken_foreign_key_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(ROOMS).values(place="nowhere"))


def test_a_writer_takes_its_turn_before_it_writes(engine: Engine) -> None:
    def write_impatiently() -> None:
        with engine.connect() as other:
            other.exec_driver_sql("PRAGMA busy_timeout = 1")
            other.rollback()
            other.execution_options(cinoche_writes=True).begin()

    with engine.begin(), pytest.raises(Unavailable, match="too long") as caught:
        write_impatiently()
    assert "Try again" in str(caught.value)


def test_two_writers_follow_one_another(engine: Engine) -> None:
    def write(name: str) -> None:
        with engine.begin() as connection:
            count = connection.execute(select(func.count()).select_from(PLACES)).scalar_one()
            connection.execute(insert(PLACES).values(name=name, seats=count))

    threads = [threading.Thread(target=write, args=(f"place {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert sorted(connection.execute(select(PLACES.c.seats)).scalars()) == list(range(8))


def test_a_reader_does_not_wait_for_the_writer(engine: Engine) -> None:
    with engine.begin() as writer:
        writer.execute(insert(PLACES).values(name="Guéret", seats=3))
        with engine.connect() as reader:
            assert reader.execute(select(PLACES)).all() == []


def test_what_raises_leaves_nothing(engine: Engine) -> None:
    def fail() -> None:
        with engine.begin() as connection:
            connection.execute(insert(PLACES).values(name="Guéret", seats=3))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with engine.connect() as connection:
        assert connection.execute(select(PLACES)).all() == []


def test_upsert_inserts_what_is_new_and_sets_what_is_there(engine: Engine) -> None:
    with engine.begin() as connection:
        upsert(connection, PLACES, [{"name": "Guéret", "seats": 3}], keys=["name"])
        rows = [{"name": "Guéret", "seats": 4}, {"name": "Aubusson", "seats": 1}]
        assert upsert(connection, PLACES, rows, keys=["name"]) == 2
        assert upsert(connection, PLACES, [], keys=["name"]) == 0
        assert set(connection.execute(select(PLACES)).all()) == {("Guéret", 4), ("Aubusson", 1)}


def test_upsert_can_leave_what_is_there(engine: Engine) -> None:
    with engine.begin() as connection:
        upsert(connection, PLACES, [{"name": "Guéret", "seats": 3}], keys=["name"])
        assert upsert(connection, PLACES, [{"name": "Guéret", "seats": 9}], keys=["name"], update=()) == 0
        assert connection.execute(select(PLACES.c.seats)).scalar_one() == 3


def test_a_full_disk_says_so(engine: Engine) -> None:
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def fill() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
            for number in range(2_000):
                connection.execute(insert(PLACES).values(name=f"place {number}", seats=1))

    with pytest.raises(Unavailable, match="disk is full") as caught:
        fill()
    assert caught.value.remedy
    assert str(caught.value.where).endswith("places.db")
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(PLACES)).scalar_one() == 0


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "not.db").write_bytes(b"what is this? " * 100)
    engine = open_engine(f"sqlite:///{tmp_path}/not.db")
    with pytest.raises(Unavailable, match="not a database"):
        engine.connect()
    engine.dispose()


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be opened"):
        open_engine(f"sqlite:///{tmp_path}/nowhere/x.db").connect()


def test_a_database_that_may_only_be_read_says_so(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(Unavailable, match="only be read"):
            connection.execute(insert(PLACES).values(name="Guéret", seats=3))


def test_a_programming_error_stays_one(engine: Engine) -> None:
    with pytest.raises(OperationalError, match="no such table") as caught, engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM nowhere"))
    assert isinstance(caught.value.orig, sqlite3.OperationalError)


@pytest.mark.parametrize("url", ["nonsense", "mongodb://x", ""])
def test_an_address_of_no_database_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="database"):
        open_engine(url)
