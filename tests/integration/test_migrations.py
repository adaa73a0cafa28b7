"""The migrations make the very schema that the code describes."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

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


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(engine)
    migrate(engine)
    engine.dispose()
