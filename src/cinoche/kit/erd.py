"""The picture of the tables, drawn from the tables: an entity-relationship diagram as Mermaid text."""

from collections.abc import Sequence

from sqlalchemy import Column, MetaData, Table


def mermaid_erd(metadatas: Sequence[MetaData]) -> str:
    """Draw the tables of these metadata and what refers to what, as a Mermaid ``erDiagram``; same tables, same text."""
    tables = sorted((table for metadata in metadatas for table in metadata.tables.values()), key=lambda each: each.name)
    lines = ["erDiagram"]
    for table in tables:
        lines += [f"    {table.name} {{", *(f"        {_column(column)}" for column in table.columns), "    }"]
    lines += sorted(relation for table in tables for relation in _relations(table))
    return "\n".join(lines) + "\n"


def _column(column: Column[object]) -> str:
    kind = type(column.type).__name__.lower()
    is_unique = column.unique or any(index.unique and list(index.columns) == [column] for index in column.table.indexes)
    flags = (("PK", column.primary_key), ("FK", bool(column.foreign_keys)), ("UK", is_unique))
    keys = ", ".join(name for name, is_set in flags if is_set)
    note = '"' + " ".join(column.comment.replace('"', "'").split()) + '"' if column.comment else ""
    return " ".join(part for part in (kind, column.name, keys, note) if part)


def _relations(table: Table) -> list[str]:
    relations = []
    for key in table.foreign_key_constraints:
        names = ", ".join(key.column_keys)
        is_optional = any(column.nullable for column in key.columns)
        is_one_to_one = {column.name for column in key.columns} == {column.name for column in table.primary_key}
        one, many = "|o" if is_optional else "||", "o|" if is_one_to_one else "o{"
        relations.append(f'    {key.referred_table.name} {one}--{many} {table.name} : "{names}"')
    return relations
