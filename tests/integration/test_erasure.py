"""Every column that names a person belongs to a holder, and what the holders erase is in no byte of their files."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, MetaData, String, Table

from cinoche.accounts.service import Accounts
from cinoche.bootstrap import metadatas
from cinoche.events import types
from cinoche.events.adapters.sqlite import SqliteEventLog
from cinoche.events.models import Event
from cinoche.kit.personal import PersonalData, Subject
from cinoche.kit.sql import open_engine
from cinoche.library.adapters import sql as library_sql
from cinoche.library.service import Library
from cinoche.playback.adapters.sessions_sql import SqlPlaySessions
from cinoche.privacy.adapters import sql as privacy_sql
from cinoche.privacy.service import Privacy

PERSONAL = ("subject", "pseudonym", "profile_id", "account_id", "email", "device_id", "session_id")

METADATAS = metadatas()


def columns_of_metadata(metadatas: Iterable[MetaData]) -> Iterator[tuple[str, str]]:
    """Name every table and column that SQLAlchemy knows."""
    for metadata in metadatas:
        for table in metadata.tables.values():
            yield from ((table.name, column.name) for column in table.columns)


def columns_of_file(path: Path) -> list[tuple[str, str]]:
    """Name every table and column of a SQLite file."""
    query = "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def unheld_columns(columns: Iterable[tuple[str, str]], holders: Iterable[PersonalData]) -> list[str]:
    """Name each personal column whose table is in no holder's care."""
    held = {table for holder in holders for table in holder.tables}
    return sorted(
        f"{table}.{column}"
        for table, column in columns
        if table not in held and any(word in column for word in PERSONAL)
    )


@dataclass
class House:
    log: SqliteEventLog
    engine: Engine
    library: Library
    privacy: Privacy


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    log = SqliteEventLog.open(f"sqlite:///{tmp_path}/events.db")
    engine = open_engine(f"sqlite:///{tmp_path}/cinoche.db")
    for metadata in METADATAS:
        metadata.create_all(engine)
    sealing = Privacy(privacy_sql.SqlPersons(engine))
    library = Library(log, library_sql.SqlTitleStates(engine), unseal=sealing.unseal)
    holders = [log, library, SqlPlaySessions(engine), Accounts(engine, secret=bytes(32))]
    privacy = Privacy(privacy_sql.SqlPersons(engine), holders, cache_s=0.05)
    yield House(log, engine, library, privacy)
    log.close()
    engine.dispose()


def test_every_personal_column_has_a_holder(house: House, tmp_path: Path) -> None:
    columns = [*columns_of_metadata(METADATAS), *columns_of_file(tmp_path / "events.db")]
    assert unheld_columns(columns, house.privacy.holders) == []
    assert ("events", "subject") in columns


def test_a_personal_column_without_a_holder_is_found() -> None:
    metadata = MetaData()
    Table("letters", metadata, Column("id", String), Column("owner_email", String))
    assert unheld_columns(columns_of_metadata([metadata, privacy_sql.METADATA]), []) == [
        "letters.owner_email",
        "persons.profile_id",
        "persons.pseudonym",
    ]


def write_something(house: House, profile_id: str, text: str) -> str:
    """Rate, review and keep fifty titles, half of them folded already; return the pseudonym."""
    pseudonym = house.privacy.pseudonym(profile_id)
    for number in range(50):
        data: list[tuple[str, Mapping[str, object]]] = [
            (types.TITLE_RATED, {"rating": 4.0}),
            (types.TITLE_REVIEWED, {"text": house.privacy.seal(pseudonym, text)}),
            (types.WATCHLIST_ADDED, {}),
        ]
        batch = [
            Event(
                "test",
                house.privacy.keyed_id(pseudonym, name, str(number)),
                name,
                pseudonym,
                float(number + 1),
                {"title_id": f"t{number}", **fields},
            )
            for name, fields in data
        ]
        house.log.append(batch).result(30)
        if number == 25:
            house.library.catch_up()
    return pseudonym


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_an_erased_person_is_in_no_byte_of_any_file_and_the_others_keep_everything(
    house: House, tmp_path: Path
) -> None:
    ada = write_something(house, "profile-of-ada", "ada liked it")
    bob = write_something(house, "profile-of-bob", "bob did not")
    exported: dict[str, list[Mapping[str, object]]] = {}
    for holder, record in house.privacy.export(Subject(profile_id="profile-of-ada")):
        exported.setdefault(holder, []).append(record)
    assert {holder: len(records) for holder, records in exported.items()} == {
        "events": 150,
        "library": 50,
        "privacy": 1,
    }
    assert {record["review"] for record in exported["library"]} == {"ada liked it"}
    token = house.library.states(ada)["t0"].review or ""
    person = privacy_sql.SqlPersons(house.engine).by_pseudonym(ada)
    assert person is not None
    traces = [ada.encode(), token.encode(), b"profile-of-ada", person.data_key]
    assert all(trace in everything(tmp_path) for trace in traces)

    erased = house.privacy.erase(Subject(profile_id="profile-of-ada"))

    assert erased["events"] == 150
    assert erased["privacy"] == 1
    assert not [trace for trace in traces if trace in everything(tmp_path)]
    assert house.privacy.unseal(ada, token) is None
    house.library.rebuild()
    assert house.library.states(ada) == {}
    assert len(house.library.states(bob)) == len(house.library.reviews(bob, limit=100).items) == 50
    assert house.library.state(bob, "t7").review == "bob did not"
