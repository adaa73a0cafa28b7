"""The migrations make the very schema that the code describes."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData

from cinoche.bootstrap import metadatas, migrate
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


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(engine)
    migrate(engine)
    engine.dispose()
