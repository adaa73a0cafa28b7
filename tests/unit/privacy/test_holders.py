"""Every column that names a person belongs to a holder that exports and erases it."""

from collections.abc import Iterable

from sqlalchemy import Column, MetaData, String, Table, create_engine

from cinoche.kit.personal import PersonalData
from cinoche.privacy.adapters import sql as privacy_sql

PERSONAL = ("subject", "pseudonym", "profile_id", "account_id", "email", "device_id", "session_id")


def unheld_columns(metadatas: Iterable[MetaData], holders: Iterable[PersonalData]) -> list[str]:
    """Name each personal column whose table is in no holder's care, as ``table.column``."""
    held = {table for holder in holders for table in holder.tables}
    return sorted(
        f"{table.name}.{column.name}"
        for metadata in metadatas
        for table in metadata.tables.values()
        for column in table.columns
        if table.name not in held and any(word in column.name for word in PERSONAL)
    )


def test_the_table_of_persons_has_a_holder() -> None:
    persons = privacy_sql.SqlPersons(create_engine("sqlite://"))
    assert unheld_columns([privacy_sql.METADATA], [persons]) == []


def test_a_personal_column_without_a_holder_is_found() -> None:
    metadata = MetaData()
    Table("letters", metadata, Column("id", String), Column("owner_email", String))
    assert unheld_columns([privacy_sql.METADATA, metadata], []) == [
        "letters.owner_email",
        "persons.profile_id",
        "persons.pseudonym",
    ]
