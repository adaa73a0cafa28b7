"""The catalogue's tables, and the statements over them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Double,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    false,
    insert,
    select,
    text,
    union,
    update,
)

from cinoche.catalog.models import (
    DIRECTOR,
    EARLIEST_YEAR,
    LATEST_YEAR,
    LONGEST_GENRE,
    LONGEST_NAME,
    LONGEST_PERSON,
    LONGEST_SYNOPSIS,
    LONGEST_TAG,
    SOURCES,
    Kind,
    TitleRecord,
)
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
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("folded_name", String(LONGEST_NAME), nullable=False, index=True),
    Column("original_name", String(LONGEST_NAME)),
    Column("year", Integer, index=True),
    Column("parent_id", _ID, ForeignKey("titles.title_id"), index=True),
    Column("number", Integer),
    Column("length_s", Integer),
    Column("budget_usd", Integer),
    Column("has_media", Boolean, nullable=False, server_default=false()),
    Column("source", String(40), ForeignKey("sources.source"), nullable=False),
    Column("synopsis", String(LONGEST_SYNOPSIS)),
    Column("is_withdrawn", Boolean, nullable=False, server_default=false()),
    Column("updated_at", Double, nullable=False, server_default=text("0")),
    Column("added_at", Double, nullable=False, server_default=text("0")),
    CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
    CheckConstraint(f"year BETWEEN {EARLIEST_YEAR} AND {LATEST_YEAR}", name="year"),
    CheckConstraint("length_s > 0", name="length"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("(kind IN ('season', 'episode')) = (parent_id IS NOT NULL)", name="parent"),
)

alternative_names = Table(
    "alternative_names",
    METADATA,
    Column("title_id", _ID, ForeignKey("titles.title_id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(LONGEST_NAME), primary_key=True),
)

genres = Table("genres", METADATA, Column("genre", String(LONGEST_GENRE), primary_key=True))

title_genres = Table(
    "title_genres",
    METADATA,
    Column("title_id", _ID, ForeignKey("titles.title_id", ondelete="CASCADE"), primary_key=True),
    Column("genre", String(LONGEST_GENRE), ForeignKey("genres.genre"), primary_key=True, index=True),
)

people = Table(
    "people",
    METADATA,
    Column("person_id", _ID, primary_key=True),
    Column("name", String(LONGEST_PERSON), nullable=False),
    Column("folded_name", String(LONGEST_PERSON), nullable=False, index=True),
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
    Column("tag", String(LONGEST_TAG), primary_key=True),
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
    Column("edited_at", Double, comment="when an operator wrote it: no import changes it from then on"),
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

FIELDS_OF_TITLE: Final = ("name", "year", "original_name", "length_s", "budget_usd", "number", "synopsis")
"""The columns of a title whose source is kept one by one."""

_STAYS: Final = frozenset({"year", "original_name", "length_s", "budget_usd", "number", "synopsis"})
"""The columns of a title that a record may leave open."""

GENRES: Final = "genres"
CERTIFICATION: Final = "certification"
DIRECTORS: Final = "directors"
"""What an operator may write beside the columns of a title."""

_COLUMN_OF: Final = {"folded_name": "name"}

CHUNK: Final = 1_000
"""How many titles are compared and written at a time."""


def write_titles(connection: Connection, facts: Iterable[TitleRecord], *, now: float = 0.0) -> int:
    """Write titles and all that hangs on them; tell how many rows this changed.

    What a record says replaces what was known; what it leaves open (None, an empty list) stays as it was, and so does
    what an operator wrote. An external id that another title has already stays with it.
    """
    known = sorted(facts, key=lambda each: list(Kind).index(each.kind))
    changed = settle(connection, sources, map(asdict, SOURCES))
    owners = read_external_ids(connection)
    for start in range(0, len(known), CHUNK):
        chunk = known[start : start + CHUNK]
        changed += _write_chunk(connection, chunk, owners, now)
    return changed


Edited = AbstractSet[tuple[str, str]]
"""What operators wrote, as (title id, field)."""


def _write_chunk(
    connection: Connection, facts: Sequence[TitleRecord], owners: dict[tuple[str, str], str], now: float
) -> int:
    edited = _edited(connection, facts)
    changed = _write_own_columns(connection, facts, edited, now)
    changed += settle(connection, genres, ({"genre": genre} for title in facts for genre in title.genres))
    changed += settle(connection, people, people_rows(facts))
    for table, rows_of in _HANGING.items():
        rows = [row for title in facts for row in rows_of(title) if not _is_edited(table, row, edited)]
        changed += settle(connection, table, rows, replace=_replaced(table, rows, edited))
    rows = [row for title in facts for row in _external_rows(title, owners)]
    changed += settle(connection, external_ids, rows, replace={(row["title_id"], row["source"]) for row in rows})
    said = (row for title in facts for row in _provenance_rows(title))
    return changed + settle(
        connection, provenance, (row for row in said if (row["title_id"], row["field"]) not in edited)
    )


def _edited(connection: Connection, facts: Sequence[TitleRecord]) -> Edited:
    said = provenance.c
    of_these = said.title_id.in_([title.title_id for title in facts]) & said.edited_at.is_not(None)
    return {
        (title_id, field) for title_id, field in connection.execute(select(said.title_id, said.field).where(of_these))
    }


def _replaced(table: Table, rows: Iterable[Mapping[str, Any]], edited: Edited) -> AbstractSet[Any]:
    """Tell whose other rows go: those of the same title and, where one is named, of the same source."""
    kept = {title_id for title_id, field in edited if field == DIRECTORS} if table is credits_ else set()
    return {
        (row["title_id"], row["source"]) if "source" in row else row["title_id"]
        for row in rows
        if row["title_id"] not in kept
    }


def _is_edited(table: Table, row: Mapping[str, Any], edited: Edited) -> bool:
    if table is credits_:
        return row["role"] == DIRECTOR and (row["title_id"], DIRECTORS) in edited
    return (row["title_id"], _FIELD_OF.get(table)) in edited


def _write_own_columns(connection: Connection, facts: Sequence[TitleRecord], edited: Edited, now: float) -> int:
    there = select(titles).where(titles.c.title_id.in_([title.title_id for title in facts]))
    known = {row["title_id"]: row for row in connection.execute(there).mappings()}
    rows = []
    for title in facts:
        row = _title_row(title)
        fresh = {**row, "has_media": False, "is_withdrawn": False, "updated_at": now, "added_at": now}
        before = known.get(title.title_id, fresh)
        stays = {name for name in row if (title.title_id, _COLUMN_OF.get(name, name)) in edited}
        kept = {
            name: before[name] if name in stays or (value is None and name in _STAYS) else value
            for name, value in row.items()
        }
        is_same = all(before[name] == value for name, value in kept.items())
        stamp = before["updated_at"] if is_same else now
        stays_so = {name: before[name] for name in ("has_media", "is_withdrawn", "added_at")}
        rows.append({**kept, **stays_so, "updated_at": stamp})
    return settle(connection, titles, rows)


def settle(
    connection: Connection,
    table: Table,
    rows: Iterable[Mapping[str, Any]],
    *,
    replace: AbstractSet[Any] = frozenset(),
) -> int:
    """Make a table hold these rows, and tell how many of its rows changed; rows that it has already cost no writing.

    Other rows of the titles in ``replace`` (title ids, or pairs of a title id and a source) go.
    """
    keys = [column.name for column in table.primary_key]
    wanted = {tuple(row[key] for key in keys): dict(row) for row in rows}
    if not wanted:
        return 0
    by = table.c.title_id if "title_id" in table.c else table.c[keys[0]]
    scope = list({row[by.name] for row in wanted.values()})
    found = connection.execute(select(table).where(by.in_(scope))).mappings()
    there = {tuple(row[key] for key in keys): dict(row) for row in found}
    fresh = [row for key, row in wanted.items() if there.get(key) != row]
    stale = [
        {f"key_{name}": value for name, value in zip(keys, key, strict=True)}
        for key, row in there.items()
        if key not in wanted and (row.get("title_id") in replace or (row.get("title_id"), row.get("source")) in replace)
    ]
    if stale:
        connection.execute(delete(table).where(*(table.c[name] == bindparam(f"key_{name}") for name in keys)), stale)
    upsert(connection, table, fresh, keys=keys)
    return len(fresh) + len(stale)


def mark_media(connection: Connection, title_ids: Sequence[str], *, has_media: bool) -> int:
    """Say of titles whether they can be played here; tell how many changed."""
    chosen = titles.c.title_id.in_(title_ids) & (titles.c.has_media != has_media)
    return connection.execute(update(titles).where(chosen).values(has_media=has_media)).rowcount


def bump(connection: Connection) -> int:
    """Move the catalogue to its next version; tell it."""
    moved = connection.execute(update(catalog_version).values(version=catalog_version.c.version + 1))
    if not moved.rowcount:
        connection.execute(insert(catalog_version).values(id=1, version=1))
    return version(connection)


def version(connection: Connection) -> int:
    """Tell the version of the catalogue; 0 before anything was imported."""
    return connection.scalar(select(catalog_version.c.version)) or 0


def used_sources(connection: Connection) -> frozenset[str]:
    """Tell which sources said something that the catalogue holds."""
    said = (select(table.c.source) for table in (titles, provenance, certifications, credits_, tags))
    return frozenset(connection.scalars(union(*said)))


def read_external_ids(connection: Connection) -> dict[tuple[str, str], str]:
    """Map every external id, as (source, value), to the id of its title."""
    return {(row.source, row.value): row.title_id for row in connection.execute(select(external_ids))}


def find_import(connection: Connection, data_set: str) -> Mapping[str, Any] | None:
    """Find what is remembered of the last import of a data set."""
    row = connection.execute(select(imports).where(imports.c.data_set == data_set)).mappings().first()
    return dict(row) if row else None


def remember_import(connection: Connection, row: Mapping[str, Any]) -> None:
    """Remember an import that has just been made."""
    connection.execute(delete(imports).where(imports.c.data_set == row["data_set"]))
    connection.execute(insert(imports).values(**row))


def _title_row(title: TitleRecord) -> Mapping[str, Any]:
    return {
        "title_id": title.title_id,
        "kind": title.kind.value,
        "name": title.name,
        "folded_name": fold(title.name)[:LONGEST_NAME],
        "original_name": title.original_name,
        "year": title.year,
        "parent_id": title.parent_id,
        "number": title.number,
        "length_s": title.length_s,
        "budget_usd": title.budget_usd,
        "source": title.source,
        "synopsis": title.synopsis,
    }


Rows = Iterator[Mapping[str, Any]]


def _genre_rows(title: TitleRecord) -> Rows:
    yield from ({"title_id": title.title_id, "genre": genre} for genre in title.genres)


def _name_rows(title: TitleRecord) -> Rows:
    yield from ({"title_id": title.title_id, "name": name} for name in title.alternative_names)


def _tag_rows(title: TitleRecord) -> Rows:
    for tag, times in title.tags.items():
        yield {"title_id": title.title_id, "tag": tag, "times": times, "source": title.source}


def _certification_rows(title: TitleRecord) -> Rows:
    mark = title.certification
    if mark is not None:
        source = title.facts_from.get("certification", title.source)
        yield {"title_id": title.title_id, **asdict(mark), "source": source}


def _credit_rows(title: TitleRecord) -> Rows:
    for place, credit in enumerate(title.credits):
        yield {
            "title_id": title.title_id,
            "person_id": credit.person.person_id,
            "role": credit.role,
            "place": place,
            "character": credit.character,
            "source": title.facts_from.get("credits", title.source),
        }


_HANGING: Final[Mapping[Table, Callable[[TitleRecord], Rows]]] = {
    title_genres: _genre_rows,
    alternative_names: _name_rows,
    tags: _tag_rows,
    certifications: _certification_rows,
    credits_: _credit_rows,
}
"""The tables of what a title may have many of, and their rows for one."""

_FIELD_OF: Final[Mapping[Table, str]] = {title_genres: GENRES, certifications: CERTIFICATION}


def people_rows(facts: Iterable[TitleRecord]) -> Rows:
    """Make the rows of everybody who has a part in titles."""
    for person in {credit.person for title in facts for credit in title.credits}:
        yield {"person_id": person.person_id, "name": person.name, "folded_name": fold(person.name)}


def _external_rows(title: TitleRecord, owners: dict[tuple[str, str], str]) -> Rows:
    for source, value in title.external.items():
        if owners.setdefault((source, value), title.title_id) == title.title_id:
            yield {"source": source, "value": value, "title_id": title.title_id}


def _provenance_rows(title: TitleRecord) -> Rows:
    for name in FIELDS_OF_TITLE:
        if getattr(title, name) is not None:
            source = title.facts_from.get(name, title.source)
            yield {"title_id": title.title_id, "field": name, "source": source, "edited_at": None}
