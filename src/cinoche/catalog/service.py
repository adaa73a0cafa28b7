"""The catalogue: what there is to watch, by list, by name and one by one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, or_, select

from cinoche.catalog import series
from cinoche.catalog.adapters import sql
from cinoche.catalog.models import Face, Faces, Source, TitleDetail, TitleFilter, TitleRecord
from cinoche.catalog.names import NameEntry, NameIndex
from cinoche.catalog.reading import NAMED_KINDS, Hidden, conditions, grouped, read_detail, read_faces
from cinoche.kit.clock import Clock, system_clock
from cinoche.kit.errors import Forbidden, NotFound
from cinoche.kit.paging import Page, decode_cursor, encode_cursor

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

LIST: Final = "titles"
"""The name of the list of titles, inside its cursors."""


class Catalog:
    """The catalogue of an installation. In commercial mode, non-commercial sources are refused and hidden.

    Threads may share it: what it keeps in memory is immutable, and only one of them makes it anew.
    """

    def __init__(self, engine: "Engine", *, commercial: bool = False, clock: Clock = system_clock) -> None:
        self._engine = engine
        self._clock = clock
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
                self._faces = read_faces(connection, version, self._hidden(connection))
            return self._faces

    def names(self) -> NameIndex:
        """Give the index of names, from memory unless the catalogue's version has moved."""
        faces, (version, names) = self.faces(), self._names
        if version == faces.version:
            return names
        with self._making, self._engine.connect() as connection:
            if self._names[0] != faces.version:
                also = grouped(connection.execute(select(sql.alternative_names)))
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
            return read_detail(connection, face, self._hidden(connection))

    def children(self, title_id: str) -> Sequence[Face]:
        """List the seasons and episodes directly under a title, in their order; nothing under what has none."""
        return series.children(self.faces(), title_id)

    def episodes(self, title_id: str) -> Sequence[Face]:
        """List the episodes of a series or a season in the order in which one watches them."""
        return series.episodes(self.faces(), title_id)

    def series_of(self, title_id: str) -> Face | None:
        """Find the series that a season or an episode belongs to; None for what belongs to none."""
        return series.series_of(self.faces(), title_id)

    def next_episode(self, title_id: str) -> Face | None:
        """Find the episode after this one, across seasons; None after the last, and for what is no episode."""
        return series.next_episode(self.faces(), title_id)

    def list(self, wanted: TitleFilter, *, limit: int, cursor: str | None = None) -> Page[Face]:
        """List titles by name, a page at a time."""
        faces = self.faces()
        table = sql.titles.c
        after = decode_cursor(LIST, cursor, tuple[str, str]) if cursor is not None else None
        with self._engine.connect() as connection:
            hidden = self._hidden(connection)
            query = select(table.title_id, table.folded_name).where(*conditions(wanted, hidden))
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
            return grouped(connection.execute(query))

    def attributions(self) -> Sequence[Source]:
        """List the sources that the catalogue's facts come from, with what must be shown for each."""
        with self._engine.connect() as connection:
            hidden = self._hidden(connection)
            used = sql.used_sources(connection)
            rows = connection.execute(select(sql.sources).order_by(sql.sources.c.source)).mappings()
            return [Source(**row) for row in rows if row["source"] in used - hidden]

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
            yield CatalogWriter(connection, now=self._clock())

    def _hidden(self, connection: "Connection") -> Hidden:
        if not self._is_commercial:
            return frozenset()
        return frozenset(connection.scalars(select(sql.sources.c.source).where(~sql.sources.c.is_commercial)))


class CatalogWriter:
    """The writing side of the catalogue, inside one transaction."""

    def __init__(self, connection: "Connection", *, now: float) -> None:
        self._connection = connection
        self._now = now

    def put(self, facts: Iterable[TitleRecord]) -> int:
        """Write titles and all that hangs on them; tell how many rows changed. If any did, the version moves."""
        changed = sql.write_titles(self._connection, facts, now=self._now)
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
