"""Draw a relational schema as Mermaid text, from its own description."""

from collections.abc import Iterable, Iterator

from sqlalchemy import MetaData, Table


def mermaid_erd(metadatas: Iterable[MetaData]) -> str:
    """Write an entity-relationship diagram of all tables, in Mermaid's ``erDiagram`` language."""
    lines = ["erDiagram"]
    for metadata in metadatas:
        for table in metadata.sorted_tables:
            lines += [f"    {table.name} {{", *_columns(table), "    }"]
            lines += sorted(
                f"    {key.column.table.name} ||--o{{ {table.name} : {key.parent.name}" for key in table.foreign_keys
            )
    return "\n".join(lines) + "\n"


def _columns(table: Table) -> Iterator[str]:
    unique = {column.name for column in table.columns if column.unique}
    for column in table.columns:
        marks = [
            mark
            for mark, holds in (
                ("PK", column.primary_key),
                ("FK", bool(column.foreign_keys)),
                ("UK", column.name in unique),
            )
            if holds
        ]
        kind = type(column.type).__name__.lower()
        yield " ".join(["       ", kind, column.name, ", ".join(marks)]).rstrip()
