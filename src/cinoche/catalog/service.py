"""The catalogue: what there is to watch, by list, by name and one by one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, or_, select

from cinoche.catalog.adapters import sql
from cinoche.catalog.models import (
    SOURCES,
    UNITED_STATES,
    Credit,
    Face,
    Faces,
    Kind,
    Person,
    Source,
    TitleDetail,
    TitleFilter,
    TitleRecord,
)
from cinoche.catalog.names import NameEntry, NameIndex
from cinoche.kit.errors import Forbidden, NotFound
from cinoche.kit.paging import Page, decode_cursor, encode_cursor

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

TAGS_SHOWN: Final = 30

LIST: Final = "titles"
"""The name of the list of titles, inside its cursors."""


class Catalog:
    """The catalogue of an installation. In commercial mode, non-commercial sources are refused and hidden."""

    def __init__(self, engine: "Engine", *, commercial: bool = False) -> None:
        self._engine = engine
        self._is_commercial = commercial
        self._faces = Faces(0, (), {})
        self._names: tuple[int, NameIndex] = (0, NameIndex(()))

    def version(self) -> int:
        """Tell the version of the catalogue: every change moves it; 0 before anything was imported."""
        with self._engine.connect() as connection:
            return sql.version(connection)

    def faces(self) -> Faces:
        """Give every title's face, from memory unless the catalogue's version has moved."""
        with self._engine.connect() as connection:
            version = sql.version(connection)
            if version != self._faces.version:
                self._faces = self._read_faces(connection, version)
        return self._faces

    def names(self) -> NameIndex:
        """Give the index of names, from memory unless the catalogue's version has moved."""
        faces = self.faces()
        if self._names[0] != faces.version:
            with self._engine.connect() as connection:
                also = _grouped(connection.execute(select(sql.alternative_names)))
            self._names = (
                faces.version,
                NameIndex(
                    NameEntry(face.title_id, face.name, face.year, face.external, also.get(face.title_id, ()))
                    for face in faces.faces
                    if face.kind in {Kind.FILM, Kind.SERIES}
                ),
            )
        return self._names[1]

    def get(self, title_id: str) -> TitleDetail:
        """Get everything that is known of a title; raises NotFound."""
        face = self.faces().get(title_id)
        if face is None:
            raise NotFound(f"there is no title {title_id[:64]!r}.", where="title_id", remedy="Search by its name.")
        with self._engine.connect() as connection:
            return self._read_detail(connection, face)

    def list(self, wanted: TitleFilter, *, limit: int, cursor: str | None = None) -> Page[Face]:
        """List titles by name, a page at a time."""
        faces = self.faces()
        table = sql.titles.c
        conditions = list(_conditions(wanted))
        if self._is_commercial:
            conditions.append(table.source.in_([each.source for each in SOURCES if each.is_commercial]))
        if cursor is not None:
            name, title_id = decode_cursor(LIST, cursor, tuple[str, str])
            same = and_(table.folded_name == name, table.title_id > title_id)
            conditions.append(or_(table.folded_name > name, same))
        query = select(table.title_id, table.folded_name).where(*conditions)
        query = query.order_by(table.folded_name, table.title_id).limit(limit + 1)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        more = encode_cursor(LIST, rows[limit - 1][1], rows[limit - 1][0]) if len(rows) > limit else None
        return Page([face for row in rows[:limit] if (face := faces.get(row[0])) is not None], more)

    def attributions(self) -> Sequence[Source]:
        """List the sources that the catalogue's facts come from, with what must be shown for each."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(sql.sources).order_by(sql.sources.c.source)).mappings()
            return [Source(**row) for row in rows]

    def find_import(self, data_set: str) -> Mapping[str, Any] | None:
        """Find what is remembered of the last import of a data set."""
        with self._engine.connect() as connection:
            return sql.find_import(connection, data_set)

    def known_ids(self, source: str) -> Mapping[str, str]:
        """Map the ids that a source gives to the ids of the titles that are here already."""
        with self._engine.connect() as connection:
            return sql.titles_by_external(connection, source)

    def refuse_if_commercial(self, sources: Iterable[Source]) -> None:
        """Raise Forbidden when this installation is commercial and one of the sources may not be used so."""
        for source in sources:
            if self._is_commercial and not source.is_commercial:
                raise Forbidden(
                    f"{source.name} may not be used commercially ({source.licence}).",
                    where="CINOCHE_COMMERCIAL",
                    remedy="Import a source whose licence allows it, or run without commercial mode.",
                )

    @contextmanager
    def writing(self) -> "Iterator[CatalogWriter]":
        """Open a transaction that changes the catalogue; everything of it is visible at its end, or nothing."""
        with self._engine.begin() as connection:
            yield CatalogWriter(connection)

    def _read_faces(self, connection: "Connection", version: int) -> Faces:
        genres = _grouped(connection.execute(select(sql.title_genres)))
        marks = {
            row[0]: (row[2], row[3])
            for row in connection.execute(select(sql.certifications))
            if row[1] == UNITED_STATES
        }
        external: dict[str, dict[str, str]] = {}
        for source, value, title_id in connection.execute(select(sql.external_ids)):
            external.setdefault(title_id, {})[source] = value
        hidden = {each.source for each in SOURCES if self._is_commercial and not each.is_commercial}
        table = sql.titles.c
        columns = (table.title_id, table.name, table.year, table.kind, table.length_s, table.source)
        faces = tuple(
            Face(
                title_id,
                name,
                year,
                Kind(kind),
                length_s,
                *marks.get(title_id, (None, None)),
                genres=tuple(sorted(genres.get(title_id, ()))),
                external=external.get(title_id, {}),
            )
            for title_id, name, year, kind, length_s, source in connection.execute(
                select(*columns).order_by(table.title_id)
            )
            if source not in hidden
        )
        index = {face.title_id: position for position, face in enumerate(faces)}
        return Faces(version, faces, index, _people(connection, index))

    def _read_detail(self, connection: "Connection", face: Face) -> TitleDetail:
        this = face.title_id
        row = connection.execute(select(sql.titles).where(sql.titles.c.title_id == this)).mappings().one()
        others = connection.scalars(
            select(sql.alternative_names.c.name).where(sql.alternative_names.c.title_id == this)
        )
        tags = connection.execute(
            select(sql.tags.c.tag, sql.tags.c.times)
            .where(sql.tags.c.title_id == this)
            .order_by(sql.tags.c.times.desc(), sql.tags.c.tag)
            .limit(TAGS_SHOWN)
        )
        facts = connection.execute(
            select(sql.provenance.c.field, sql.provenance.c.source).where(sql.provenance.c.title_id == this)
        )
        used = dict(facts.all())
        cited = connection.scalars(
            select(sql.sources.c.attribution)
            .where(sql.sources.c.source.in_({*used.values(), row["source"]}))
            .order_by(sql.sources.c.source)
        )
        return TitleDetail(
            face=face,
            original_name=row["original_name"],
            alternative_names=list(others),
            parent_id=row["parent_id"],
            number=row["number"],
            budget_usd=row["budget_usd"],
            credits=_credits(connection, this),
            tags=list(tags.all()),
            sources=used,
            attributions=list(cited),
        )


class CatalogWriter:
    """The writing side of the catalogue, inside one transaction."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    def put(self, facts: Iterable[TitleRecord]) -> int:
        """Write titles and all that hangs on them; tell how many."""
        return sql.write_titles(self._connection, facts)

    def finish(self, remembered: Mapping[str, Any]) -> None:
        """Remember the import and move the catalogue to its next version."""
        sql.remember_import(self._connection, remembered)
        sql.bump(self._connection)


def _conditions(wanted: TitleFilter) -> Iterator[ColumnElement[bool]]:
    table = sql.titles.c
    if wanted.kind is not None:
        yield table.kind == wanted.kind.value
    if wanted.year_from is not None:
        yield table.year >= wanted.year_from
    if wanted.year_to is not None:
        yield table.year <= wanted.year_to
    if wanted.genre is not None:
        yield table.title_id.in_(select(sql.title_genres.c.title_id).where(sql.title_genres.c.genre == wanted.genre))
    if wanted.person_id is not None:
        parts = select(sql.credits_.c.title_id).where(sql.credits_.c.person_id == wanted.person_id)
        yield table.title_id.in_(parts)
    if wanted.max_age is not None:
        marks = select(sql.certifications.c.title_id).where(sql.certifications.c.min_age <= wanted.max_age)
        yield table.title_id.in_(marks)


def _credits(connection: "Connection", title_id: str) -> Sequence[Credit]:
    query = (
        select(sql.people.c.person_id, sql.people.c.name, sql.credits_.c.role, sql.credits_.c.character)
        .join(sql.credits_, sql.credits_.c.person_id == sql.people.c.person_id)
        .where(sql.credits_.c.title_id == title_id)
        .order_by(sql.credits_.c.place)
    )
    return [Credit(Person(i, name), role, character) for i, name, role, character in connection.execute(query)]


def _people(connection: "Connection", index: Mapping[str, int]) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    query = (
        select(sql.credits_.c.title_id, sql.people.c.person_id, sql.people.c.name, sql.credits_.c.role)
        .join(sql.people, sql.credits_.c.person_id == sql.people.c.person_id)
        .order_by(sql.credits_.c.title_id, sql.credits_.c.place)
    )
    people: dict[str, list[tuple[str, str, str]]] = {}
    for title_id, person_id, name, role in connection.execute(query):
        if title_id in index:
            people.setdefault(title_id, []).append((person_id, name, role))
    return {title_id: tuple(parts) for title_id, parts in people.items()}


def _grouped(rows: Iterable[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    grouped: dict[str, list[str]] = {}
    for key, value in rows:
        grouped.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in grouped.items()}
