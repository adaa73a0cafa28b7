"""The catalogue: what there is to watch, by list, by name and one by one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, and_, or_, select

from cinoche.catalog.adapters import sql
from cinoche.catalog.models import (
    UNITED_STATES,
    Credit,
    Face,
    Faces,
    Kind,
    Person,
    Source,
    Tag,
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

NAMED_KINDS: Final = frozenset({Kind.FILM, Kind.SERIES})
"""What people ask for by name; seasons and episodes are reached through their series."""

_KINDS: Final = {kind.value: kind for kind in Kind}

Hidden = frozenset[str]
"""The sources of which nothing may be shown."""


class Catalog:
    """The catalogue of an installation. In commercial mode, non-commercial sources are refused and hidden.

    Threads may share it: what it keeps in memory is immutable, and only one of them makes it anew.
    """

    def __init__(self, engine: "Engine", *, commercial: bool = False) -> None:
        self._engine = engine
        self._is_commercial = commercial
        self._making = Lock()
        self._faces = Faces(0, (), {})
        self._names: tuple[int, NameIndex] = (0, NameIndex(()))

    def version(self) -> int:
        """Tell the version of the catalogue: every change moves it; 0 before anything was imported."""
        with self._engine.connect() as connection:
            return sql.version(connection)

    def faces(self) -> Faces:
        """Give every title's face, from memory unless the catalogue's version has moved."""
        if self.version() == self._faces.version:
            return self._faces
        with self._making, self._engine.connect() as connection:
            version = sql.version(connection)
            if version != self._faces.version:
                self._faces = _read_faces(connection, version, self._hidden(connection))
            return self._faces

    def names(self) -> NameIndex:
        """Give the index of names, from memory unless the catalogue's version has moved."""
        faces, (version, names) = self.faces(), self._names
        if version == faces.version:
            return names
        with self._making, self._engine.connect() as connection:
            if self._names[0] != faces.version:
                also = _grouped(connection.execute(select(sql.alternative_names)))
                entries = (
                    NameEntry(face.title_id, face.name, face.year, face.external, also.get(face.title_id, ()))
                    for face in faces.faces
                    if face.kind in NAMED_KINDS
                )
                self._names = (faces.version, NameIndex(entries))
            return self._names[1]

    def get(self, title_id: str) -> TitleDetail:
        """Get everything that is known of a title; raises NotFound."""
        face = self.faces().get(title_id)
        if face is None:
            raise NotFound(f"there is no title {title_id[:64]!r}.", where="title_id", remedy="Search by its name.")
        with self._engine.connect() as connection:
            return _read_detail(connection, face, self._hidden(connection))

    def list(self, wanted: TitleFilter, *, limit: int, cursor: str | None = None) -> Page[Face]:
        """List titles by name, a page at a time."""
        faces = self.faces()
        table = sql.titles.c
        after = decode_cursor(LIST, cursor, tuple[str, str]) if cursor is not None else None
        with self._engine.connect() as connection:
            hidden = self._hidden(connection)
            query = select(table.title_id, table.folded_name).where(*_conditions(wanted, hidden))
            if after is not None:
                name, title_id = after
                same = and_(table.folded_name == name, table.title_id > title_id)
                query = query.where(or_(table.folded_name > name, same))
            query = query.order_by(table.folded_name, table.title_id).limit(limit + 1)
            rows = connection.execute(query).all()
        more = encode_cursor(LIST, rows[limit - 1][1], rows[limit - 1][0]) if len(rows) > limit else None
        return Page([face for row in rows[:limit] if (face := faces.get(row[0])) is not None], more)

    def tags(self) -> Mapping[str, Sequence[str]]:
        """Map titles to the tags that several viewers gave them, the most given first."""
        tags = sql.tags.c
        query = (
            select(tags.title_id, tags.tag).where(tags.times > 1).order_by(tags.title_id, tags.times.desc(), tags.tag)
        )
        with self._engine.connect() as connection:
            return _grouped(connection.execute(query))

    def attributions(self) -> Sequence[Source]:
        """List the sources that the catalogue's facts come from, with what must be shown for each."""
        with self._engine.connect() as connection:
            hidden = self._hidden(connection)
            rows = connection.execute(select(sql.sources).order_by(sql.sources.c.source)).mappings()
            return [Source(**row) for row in rows if row["source"] not in hidden]

    def find_import(self, data_set: str) -> Mapping[str, Any] | None:
        """Find what is remembered of the last import of a data set."""
        with self._engine.connect() as connection:
            return sql.find_import(connection, data_set)

    def external_ids(self) -> Mapping[tuple[str, str], str]:
        """Map every external id, as (source, value), to the id of the title that has it."""
        with self._engine.connect() as connection:
            return sql.read_external_ids(connection)

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

    def _hidden(self, connection: "Connection") -> Hidden:
        if not self._is_commercial:
            return frozenset()
        return frozenset(connection.scalars(select(sql.sources.c.source).where(~sql.sources.c.is_commercial)))


class CatalogWriter:
    """The writing side of the catalogue, inside one transaction."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    def put(self, facts: Iterable[TitleRecord]) -> int:
        """Write titles and all that hangs on them; tell how many rows changed. If any did, the version moves."""
        changed = sql.write_titles(self._connection, facts)
        if changed:
            sql.bump(self._connection)
        return changed

    def mark_media(self, title_ids: Sequence[str], *, has_media: bool) -> int:
        """Say of titles whether they can be played here; tell how many changed. If any did, the version moves."""
        changed = sql.mark_media(self._connection, title_ids, has_media=has_media)
        if changed:
            sql.bump(self._connection)
        return changed

    def remember(self, imported: Mapping[str, Any]) -> None:
        """Remember the import that is being made."""
        sql.remember_import(self._connection, imported)


def _conditions(wanted: TitleFilter, hidden: Hidden) -> Iterator[ColumnElement[bool]]:
    table = sql.titles.c
    if hidden:
        yield table.source.not_in(hidden)
    if wanted.kind is not None:
        yield table.kind == wanted.kind.value
    if wanted.year_from is not None:
        yield table.year >= wanted.year_from
    if wanted.year_to is not None:
        yield table.year <= wanted.year_to
    if wanted.genre is not None:
        yield table.title_id.in_(select(sql.title_genres.c.title_id).where(sql.title_genres.c.genre == wanted.genre))
    if wanted.person_id is not None:
        parts = sql.credits_.c
        acted = select(parts.title_id).where(parts.person_id == wanted.person_id, parts.source.not_in(hidden))
        yield table.title_id.in_(acted)
    if wanted.max_age is not None:
        marks = sql.certifications.c
        certified = select(marks.title_id).where(
            marks.country == UNITED_STATES, marks.min_age <= wanted.max_age, marks.source.not_in(hidden)
        )
        yield table.title_id.in_(certified)


def _read_faces(connection: "Connection", version: int, hidden: Hidden) -> Faces:
    genres = _grouped(connection.execute(select(sql.title_genres)))
    marks = {
        row.title_id: (row.mark, row.min_age)
        for row in connection.execute(select(sql.certifications).where(sql.certifications.c.country == UNITED_STATES))
        if row.source not in hidden
    }
    external: dict[str, dict[str, str]] = {}
    for source, value, title_id in connection.execute(select(sql.external_ids)):
        external.setdefault(title_id, {})[source] = value
    withheld = _withheld(connection, hidden)
    table = sql.titles.c
    columns = (table.title_id, table.name, table.year, table.kind, table.length_s, table.source, table.has_media)
    faces = tuple(
        Face(
            title_id,
            name,
            None if (title_id, "year") in withheld else year,
            _KINDS[kind],
            None if (title_id, "length_s") in withheld else length_s,
            *marks.get(title_id, (None, None)),
            genres=tuple(sorted(genres.get(title_id, ()))),
            external=external.get(title_id, {}),
            has_media=has_media,
        )
        for title_id, name, year, kind, length_s, source, has_media in connection.execute(
            select(*columns).order_by(table.title_id)
        )
        if source not in hidden
    )
    index = {face.title_id: position for position, face in enumerate(faces)}
    return Faces(version, faces, index, _people(connection, index, hidden))


def _withheld(connection: "Connection", hidden: Hidden) -> frozenset[tuple[str, str]]:
    """List the single facts, as (title, field), that a hidden source said."""
    if not hidden:
        return frozenset()
    said = select(sql.provenance.c.title_id, sql.provenance.c.field).where(sql.provenance.c.source.in_(hidden))
    return frozenset(connection.execute(said))


def _read_detail(connection: "Connection", face: Face, hidden: Hidden) -> TitleDetail:
    this = face.title_id
    row = connection.execute(select(sql.titles).where(sql.titles.c.title_id == this)).mappings().one()
    used = _sources_of(connection, face, hidden)
    also = sql.alternative_names.c
    others = connection.scalars(select(also.name).where(also.title_id == this).order_by(also.name))
    times = sql.tags.c
    tags = connection.execute(
        select(times.tag, times.times)
        .where(times.title_id == this, times.source.not_in(hidden))
        .order_by(times.times.desc(), times.tag)
        .limit(TAGS_SHOWN)
    )
    cited = connection.scalars(
        select(sql.sources.c.attribution)
        .where(sql.sources.c.source.in_({row["source"], *used.values()}))
        .order_by(sql.sources.c.source)
    )
    return TitleDetail(
        title_id=this,
        name=face.name,
        year=face.year,
        kind=face.kind,
        length_s=face.length_s,
        certification=face.certification,
        min_age=face.min_age,
        genres=face.genres,
        external=face.external,
        has_media=face.has_media,
        original_name=row["original_name"] if "original_name" in used else None,
        number=row["number"] if "number" in used else None,
        budget_usd=row["budget_usd"] if "budget_usd" in used else None,
        alternative_names=list(others),
        parent_id=row["parent_id"],
        credits=_credits(connection, this, hidden),
        tags=[Tag(*tag) for tag in tags],
        sources=used,
        attributions=list(cited),
    )


def _sources_of(connection: "Connection", face: Face, hidden: Hidden) -> Mapping[str, str]:
    """Tell the source of each fact of a title that has one."""
    tables = {"certification": sql.certifications, "credits": sql.credits_, "tags": sql.tags}
    facts = sql.provenance.c
    known = connection.execute(select(facts.field, facts.source).where(facts.title_id == face.title_id))
    used = dict(known.all())
    for fact, table in tables.items():
        said = connection.scalar(
            select(table.c.source).where(table.c.title_id == face.title_id, table.c.source.not_in(hidden)).limit(1)
        )
        if said is not None:
            used[fact] = said
    return {fact: source for fact, source in sorted(used.items()) if source not in hidden}


def _credits(connection: "Connection", title_id: str, hidden: Hidden) -> Sequence[Credit]:
    parts = sql.credits_.c
    query = (
        select(sql.people.c.person_id, sql.people.c.name, parts.role, parts.character)
        .join(sql.credits_, parts.person_id == sql.people.c.person_id)
        .where(parts.title_id == title_id, parts.source.not_in(hidden))
        .order_by(parts.place)
    )
    return [Credit(Person(i, name), role, character) for i, name, role, character in connection.execute(query)]


def _people(
    connection: "Connection", index: Mapping[str, int], hidden: Hidden
) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    query = (
        select(sql.credits_.c.title_id, sql.people.c.person_id, sql.people.c.name, sql.credits_.c.role)
        .join(sql.people, sql.credits_.c.person_id == sql.people.c.person_id)
        .where(sql.credits_.c.source.not_in(hidden))
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
