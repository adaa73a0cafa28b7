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
from sqlalchemy import MetaData, inspect

from cinoche.accounts.passwords import Passwords
from cinoche.accounts.service import Accounts
from cinoche.bootstrap import _revisions, metadatas, migrate
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


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(engine)
    migrate(engine)
    engine.dispose()
