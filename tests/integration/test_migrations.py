"""The migrations make the very schema that the code describes."""

from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine, MetaData, inspect

from cinoche.accounts.passwords import Passwords
from cinoche.accounts.service import Accounts
from cinoche.bootstrap import _revisions, metadatas, migrate
from cinoche.catalog.service import Catalog
from cinoche.kit.errors import Unavailable
from cinoche.kit.sql import open_engine


def test_migrating_from_nothing_makes_every_table_as_it_is_described(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(engine)
    described = MetaData()
    for metadata in metadatas():
        for table in metadata.sorted_tables:
            table.to_metadata(described)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), described)
    assert differences == []
    engine.dispose()


def test_the_files_are_named_so_that_the_last_one_is_the_head() -> None:
    config = Config()
    config.set_main_option("script_location", "cinoche:migrations")
    scripts = ScriptDirectory.from_config(config)
    assert [scripts.get_current_head()] == list(scripts.get_heads()) == [_revisions()[-1]]
    assert sorted(each.revision for each in scripts.walk_revisions()) == _revisions()


def test_a_schema_of_a_newer_cinoche_is_refused(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="9999"):
        migrate(engine)
    engine.dispose()


def test_what_is_there_survives_the_way_down_and_up_again(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(engine)
    accounts = Accounts(engine, secret=b"one installation", passwords=Passwords(PasswordHasher(1, 8, 1)))
    account = accounts.sign_up("ada@example.org", "a long sentence")
    session, token = accounts.sign_in("ada@example.org", "a long sentence")
    [profile] = accounts.profiles(account.account_id)
    accounts.watching.set_pin(session, profile.profile_id, "2468")
    config = Config()
    config.set_main_option("script_location", "cinoche:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    assert "pin_failures" not in inspect(engine).get_table_names()
    migrate(engine)
    assert accounts.session(token).account == account
    assert accounts.profiles(account.account_id) == [replace(profile, has_pin=False)]
    engine.dispose()


def test_a_house_of_the_first_schema_keeps_all_its_rows(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", "cinoche:migrations")
    with engine.begin() as connection:
        command.upgrade(set_connection(config, connection), "0001")
        for statement in HOUSE_OF_THE_FIRST_SCHEMA:
            connection.exec_driver_sql(statement)
    before = rows_of(engine)
    migrate(engine)
    after = rows_of(engine)
    assert {table: after[table] for table in before} == before
    catalog = Catalog(engine)
    with catalog.writing() as writer:
        writer.mark_media(["heat"], has_media=True)
    [face] = catalog.faces().faces
    assert (face.name, face.genres, face.min_age) == ("Heat", ("Crime",), 17)
    accounts = Accounts(engine, secret=b"one installation")
    assert [each.name for each in accounts.profiles("account")] == ["Ada"]
    with engine.begin() as connection:
        command.downgrade(set_connection(config, connection), "0001")
    assert {table: rows_of(engine)[table] for table in before} == before
    engine.dispose()


def set_connection(config: Config, connection: Connection) -> Config:
    config.attributes["connection"] = connection
    return config


def rows_of(engine: Engine) -> dict[str, int]:
    """Count the rows of each table that has some."""
    with engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        counts = {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in names}
    return {name: count for name, count in counts.items() if count}


HOUSE_OF_THE_FIRST_SCHEMA = (
    "INSERT INTO sources VALUES ('movielens', 'MovieLens', 'a licence', 0, 'thanks')",
    "INSERT INTO titles VALUES ('heat', 'film', 'Heat', 'heat', NULL, 1995, NULL, NULL, 9000, NULL, 0, 'movielens')",
    "INSERT INTO genres VALUES ('Crime')",
    "INSERT INTO title_genres VALUES ('heat', 'Crime')",
    "INSERT INTO certifications VALUES ('heat', 'US', 'R', 17, 'movielens')",
    "INSERT INTO provenance VALUES ('heat', 'year', 'movielens')",
    "INSERT INTO accounts VALUES ('account', 'ada@example.org', 'a hash', 'viewer', 'en', 1.0)",
    "INSERT INTO profiles VALUES ('profile', 'account', 1, 'Ada', 'otter', 'en', 0, NULL, 1.0, NULL)",
    "INSERT INTO sessions VALUES ('session', 'digest', 'account', 'address', 1.0, 1.0, 9.0)",
)


def test_of_two_jobs_on_one_title_the_first_stays_when_the_database_learns_to_refuse(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", "cinoche:migrations")
    columns = "job_id, title_id, file_name, wish, state, stage, progress, attempts, not_before, place, created_at"
    with engine.begin() as connection:
        command.upgrade(set_connection(config, connection), "0005")
        for number, (title_id, state) in enumerate([("a", "running"), ("a", "queued"), ("a", "done"), ("b", "queued")]):
            values = f"'job{number}', '{title_id}', 'f', '{{}}', '{state}', 'waiting', 0, 0, 0, {number}, 0"
            connection.exec_driver_sql(f"INSERT INTO media_jobs ({columns}) VALUES ({values})")
    migrate(engine)
    with engine.connect() as connection:
        states = connection.exec_driver_sql("SELECT state FROM media_jobs ORDER BY place").scalars().all()
    assert states == ["running", "cancelled", "done", "queued"]
    engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(engine)
    migrate(engine)
    engine.dispose()
