"""The catalogue: what there is to watch, by list, by name and one by one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from cinoche.catalog.adapters import sql
from cinoche.catalog.listing import page_of_ids
from cinoche.catalog.models import (
    Collection,
    Face,
    Faces,
    Part,
    PersonFace,
    Sort,
    Source,
    TitleDetail,
    TitleFilter,
    TitleRecord,
)
from cinoche.catalog.names import NameIndex
from cinoche.catalog.reading import Hidden, grouped, read_detail, read_faces, read_person
from cinoche.catalog.shelf import Shelf
from cinoche.catalog.studio import Studio
from cinoche.kit.clock import Clock, system_clock
from cinoche.kit.errors import Forbidden, NotFound
from cinoche.kit.paging import Page

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

NOBODY_KNOWS: Final[Mapping[str, float]] = {}


class Catalog:
    """The catalogue of an installation. In commercial mode, non-commercial sources are refused and hidden.

    ``studio`` is its side for operators, who see and write what viewers do not.

    Threads may share it: what it keeps in memory is immutable, and only one of them makes it anew.
    """

    def __init__(self, engine: "Engine", *, commercial: bool = False, clock: Clock = system_clock) -> None:
        self._engine = engine
        self._clock = clock
        self._is_commercial = commercial
        self._making = Lock()
        self.studio = Studio(engine, self.faces, clock=clock)
        self._faces = Faces(0, (), {})
        self._shelves: Mapping[int | None, Shelf] = {}
        self._other_names: tuple[Faces, Mapping[str, tuple[str, ...]]] = (self._faces, {})
        self._collection: Collection | None = None

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

    def shelf(self, max_age: int | None = None) -> Shelf:
        """Give what may be looked around in under a limit, from memory unless the catalogue's version has moved."""
        faces, kept = self.faces(), self._shelves
        shelf = kept.get(max_age)
        if shelf is not None and shelf.faces is faces:
            return shelf
        with self._making:
            of_now = {age: each for age, each in self._shelves.items() if each.faces is faces}
            if max_age not in of_now:
                of_now[max_age] = Shelf(faces, self._also(faces), max_age=max_age)
            self._shelves = of_now
            return of_now[max_age]

    def names(self) -> NameIndex:
        """Give the index of all names, from memory unless the catalogue's version has moved."""
        return self.shelf().names

    def collection(self) -> Collection:
        """Say the collection in figures, from memory unless the catalogue's version has moved."""
        shelf, collection = self.shelf(), self._collection
        if collection is None or collection.version != shelf.faces.version:
            collection = self._collection = shelf.collection([each.attribution for each in self.attributions()])
        return collection

    def person(self, person_id: str, *, max_age: int | None = None) -> tuple[PersonFace, Sequence[Part]]:
        """Get a person and the titles they had a part in, the newest first; raises NotFound."""
        shelf = self.shelf(max_age)
        person = shelf.people.get(person_id)
        if person is None:
            raise NotFound(f"there is nobody {person_id[:64]!r}.", where="person_id", remedy="Search by their name.")
        with self._engine.connect() as connection:
            rows = read_person(connection, person_id, self._hidden(connection))
        shown = {face.title_id: face for face in shelf.shown}
        parts = [Part(shown[title_id], role, character) for title_id, role, character in rows if title_id in shown]
        return person, sorted(parts, key=lambda part: (-(part.face.year or 0), part.face.name))

    def get(self, title_id: str) -> TitleDetail:
        """Get everything that is known of a title; raises NotFound."""
        face = self.faces().get(title_id)
        if face is None:
            raise NotFound(f"there is no title {title_id[:64]!r}.", where="title_id", remedy="Search by its name.")
        with self._engine.connect() as connection:
            return read_detail(connection, face, self._hidden(connection))

    def list(
        self,
        wanted: TitleFilter,
        *,
        limit: int,
        cursor: str | None = None,
        sort: Sort = Sort.NAME,
        known: Mapping[str, float] = NOBODY_KNOWS,
    ) -> Page[Face]:
        """List titles, a page at a time; ``known`` tells how many people know each, where the order is by that."""
        faces = self.faces()
        with self._engine.connect() as connection:
            hidden = self._hidden(connection)
            page = page_of_ids(connection, wanted, hidden, sort=sort, known=known, limit=limit, cursor=cursor)
        return Page([face for title_id in page.items if (face := faces.get(title_id)) is not None], page.next)

    def tags(self) -> Mapping[str, Sequence[str]]:
        """Map titles to the tags that several viewers gave them, the most given first."""
        tags = sql.tags.c
        query = (
            select(tags.title_id, tags.tag).where(tags.times > 1).order_by(tags.title_id, tags.times.desc(), tags.tag)
        )
        with self._engine.connect() as connection:
            return grouped(connection.execute(query))

    def synopses(self, title_ids: Sequence[str] | None = None) -> Mapping[str, str]:
        """Map titles (all, or these) to their synopses, but for those that hidden sources wrote."""
        titles, said = sql.titles.c, sql.provenance.c
        query = select(titles.title_id, titles.synopsis).where(titles.synopsis.is_not(None))
        if title_ids is not None:
            query = query.where(titles.title_id.in_(title_ids))
        with self._engine.connect() as connection:
            written = select(said.title_id).where(said.field == "synopsis", said.source.in_(self._hidden(connection)))
            return {
                row.title_id: row.synopsis for row in connection.execute(query.where(titles.title_id.not_in(written)))
            }

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

    def _also(self, faces: Faces) -> Mapping[str, tuple[str, ...]]:
        """Read the other names of titles, once for each version."""
        if self._other_names[0] is not faces:
            with self._engine.connect() as connection:
                self._other_names = (faces, grouped(connection.execute(select(sql.alternative_names))))
        return self._other_names[1]

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
