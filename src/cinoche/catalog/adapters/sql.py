"""The catalogue's tables, and the statements over them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from cinoche.catalog.models import SOURCES, Kind, TitleRecord
from cinoche.kit.sql import upsert
from cinoche.kit.text import fold

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA: Final = MetaData(naming_convention=NAMING)

_ID = String(64)
_KINDS = ", ".join(f"'{kind}'" for kind in Kind)

sources = Table(
    "sources",
    METADATA,
    Column("source", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("licence", String(500), nullable=False),
    Column("is_commercial", Boolean, nullable=False),
    Column("attribution", String(1000), nullable=False),
)

titles = Table(
    "titles",
    METADATA,
    Column("title_id", _ID, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(500), nullable=False),
    Column("folded_name", String(500), nullable=False, index=True),
    Column("original_name", String(500)),
    Column("year", Integer, index=True),
    Column("parent_id", _ID, ForeignKey("titles.title_id"), index=True),
    Column("number", Integer),
    Column("length_s", Integer),
    Column("budget_usd", Integer),
    Column("source", String(40), ForeignKey("sources.source"), nullable=False),
    CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
    CheckConstraint("year BETWEEN 1870 AND 2200", name="year"),
    CheckConstraint("length_s > 0", name="length"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("(kind IN ('season', 'episode')) = (parent_id IS NOT NULL)", name="parent"),
)

alternative_names = Table(
    "alternative_names",
    METADATA,
    Column("title_id", _ID, ForeignKey("titles.title_id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(500), primary_key=True),
)

genres = Table("genres", METADATA, Column("genre", String(60), primary_key=True))

title_genres = Table(
    "title_genres",
    METADATA,
    Column("title_id", _ID, ForeignKey("titles.title_id", ondelete="CASCADE"), primary_key=True),
    Column("genre", String(60), ForeignKey("genres.genre"), primary_key=True, index=True),
)

people = Table(
    "people",
    METADATA,
    Column("person_id", _ID, primary_key=True),
    Column("name", String(300), nullable=False),
    Column("folded_name", String(300), nullable=False, index=True),
)

credits_ = Table(
    "credits",
    METADATA,
    Column("title_id", _ID, ForeignKey("titles.title_id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", _ID, ForeignKey("people.person_id"), primary_key=True, index=True),
    Column("role", String(40), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("character", String(500)),
    Column("source", String(40), ForeignKey("sources.source"), nullable=False),
)

external_ids = Table(
    "external_ids",
    METADATA,
    Column("source", String(20), primary_key=True),
    Column("value", String(64), primary_key=True),
    Column("title_id", _ID, ForeignKey("titles.title_id", ondelete="CASCADE"), nullable=False),
    Index("ix_external_ids_title_id", "title_id"),
)

certifications = Table(
    "certifications",
    METADATA,
    Column("title_id", _ID, ForeignKey("titles.title_id", ondelete="CASCADE"), primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("mark", String(20), nullable=False),
    Column("min_age", Integer),
    Column("source", String(40), ForeignKey("sources.source"), nullable=False),
    CheckConstraint("min_age BETWEEN 0 AND 21", name="min_age"),
)

tags = Table(
    "tags",
    METADATA,
    Column("title_id", _ID, ForeignKey("titles.title_id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(200), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("source", String(40), ForeignKey("sources.source"), nullable=False),
    CheckConstraint("times > 0", name="times"),
)

provenance = Table(
    "provenance",
    METADATA,
    Column("title_id", _ID, ForeignKey("titles.title_id", ondelete="CASCADE"), primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("source", String(40), ForeignKey("sources.source"), nullable=False),
)

catalog_version = Table(
    "catalog_version",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

imports = Table(
    "imports",
    METADATA,
    Column("data_set", String(100), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("shift_s", Float, nullable=False),
    Column("titles", Integer, nullable=False),
    Column("ratings", Integer, nullable=False),
    Column("set_aside", Integer, nullable=False),
    Column("finished_at", Float, nullable=False),
)

FIELDS_OF_TITLE: Final = ("name", "year", "original_name", "length_s", "budget_usd", "number")
"""The columns of a title whose source is kept one by one."""


def write_titles(connection: Connection, facts: Iterable[TitleRecord]) -> int:
    """Write titles and all that hangs on them, replacing what their source said before; tell how many."""
    known = list(facts)
    upsert(connection, sources, [_source_row(each) for each in SOURCES], keys=["source"])
    parents_first = sorted(known, key=lambda each: list(Kind).index(each.kind))
    upsert(connection, titles, map(_title_row, parents_first), keys=["title_id"])
    upsert(connection, genres, ({"genre": g} for g in sorted({g for t in known for g in t.genres})), keys=["genre"])
    upsert(
        connection,
        title_genres,
        ({"title_id": t.title_id, "genre": g} for t in known for g in t.genres),
        keys=["title_id", "genre"],
    )
    upsert(
        connection,
        alternative_names,
        ({"title_id": t.title_id, "name": n} for t in known for n in t.alternative_names),
        keys=["title_id", "name"],
    )
    upsert(
        connection,
        external_ids,
        ({"source": s, "value": v, "title_id": t.title_id} for t in known for s, v in t.external.items()),
        keys=["source", "value"],
    )
    upsert(connection, certifications, filter(None, map(_certification_row, known)), keys=["title_id", "country"])
    upsert(
        connection,
        tags,
        (
            {"title_id": t.title_id, "tag": tag, "times": n, "source": t.source}
            for t in known
            for tag, n in t.tags.items()
        ),
        keys=["title_id", "tag"],
    )
    upsert(connection, provenance, (row for t in known for row in _provenance_rows(t)), keys=["title_id", "field"])
    write_credits(connection, known)
    return len(known)


def write_credits(connection: Connection, facts: Sequence[TitleRecord]) -> None:
    """Write the people of titles, and their parts."""
    everybody = {c.person.person_id: c.person.name for t in facts for c in t.credits}
    rows = ({"person_id": i, "name": name, "folded_name": fold(name)} for i, name in everybody.items())
    upsert(connection, people, rows, keys=["person_id"])
    parts = (
        {
            "title_id": title.title_id,
            "person_id": credit.person.person_id,
            "role": credit.role,
            "place": place,
            "character": credit.character,
            "source": title.facts_from.get("credits", title.source),
        }
        for title in facts
        for place, credit in enumerate(title.credits)
    )
    upsert(connection, credits_, parts, keys=["title_id", "person_id", "role"])


def bump(connection: Connection) -> int:
    """Move the catalogue to its next version; tell it."""
    moved = connection.execute(update(catalog_version).values(version=catalog_version.c.version + 1))
    if not moved.rowcount:
        connection.execute(insert(catalog_version).values(id=1, version=1))
    return version(connection)


def version(connection: Connection) -> int:
    """Tell the version of the catalogue; 0 before anything was imported."""
    return connection.scalar(select(catalog_version.c.version)) or 0


def titles_by_external(connection: Connection, source: str) -> Mapping[str, str]:
    """Map the ids that a source gives to the ids of titles."""
    rows = connection.execute(
        select(external_ids.c.value, external_ids.c.title_id).where(external_ids.c.source == source)
    )
    return dict(rows.all())


def find_import(connection: Connection, data_set: str) -> Mapping[str, Any] | None:
    """Find what is remembered of the last import of a data set."""
    row = connection.execute(select(imports).where(imports.c.data_set == data_set)).mappings().first()
    return dict(row) if row else None


def remember_import(connection: Connection, row: Mapping[str, Any]) -> None:
    """Remember an import that has just been made."""
    connection.execute(delete(imports).where(imports.c.data_set == row["data_set"]))
    connection.execute(insert(imports).values(**row))


def count_titles(connection: Connection) -> int:
    """Count the titles."""
    return connection.scalar(select(func.count()).select_from(titles)) or 0


def _source_row(source: Any) -> Mapping[str, Any]:
    return {
        "source": source.source,
        "name": source.name,
        "licence": source.licence,
        "is_commercial": source.is_commercial,
        "attribution": source.attribution,
    }


def _title_row(title: TitleRecord) -> Mapping[str, Any]:
    return {
        "title_id": title.title_id,
        "kind": title.kind.value,
        "name": title.name,
        "folded_name": fold(title.name),
        "original_name": title.original_name,
        "year": title.year,
        "parent_id": title.parent_id,
        "number": title.number,
        "length_s": title.length_s,
        "budget_usd": title.budget_usd,
        "source": title.source,
    }


def _certification_row(title: TitleRecord) -> Mapping[str, Any] | None:
    mark = title.certification
    if mark is None:
        return None
    source = title.facts_from.get("certification", title.source)
    return {
        "title_id": title.title_id,
        "country": mark.country,
        "mark": mark.mark,
        "min_age": mark.min_age,
        "source": source,
    }


def _provenance_rows(title: TitleRecord) -> Iterator[Mapping[str, Any]]:
    for name in FIELDS_OF_TITLE:
        if getattr(title, name) is not None:
            yield {"title_id": title.title_id, "field": name, "source": title.facts_from.get(name, title.source)}
