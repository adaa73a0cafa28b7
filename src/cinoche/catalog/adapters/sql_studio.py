"""The statements by which operators read and write titles."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update

from cinoche.catalog.adapters import sql
from cinoche.catalog.models import DIRECTOR, HOUSE, UNITED_STATES, Certification, Kind, Person, StudioFilter
from cinoche.kit.sql import upsert
from cinoche.kit.text import fold

AT_A_TIME: Final = 500


def matching(connection: Connection, wanted: StudioFilter) -> Sequence[Any]:
    """Read what orders titles, of all that a filter lets through, withdrawn or not."""
    table = sql.titles.c
    columns = (table.title_id, table.folded_name, table.year, table.updated_at)
    return connection.execute(select(*columns).where(*_conditions(wanted))).all()


def rows_of(connection: Connection, title_ids: Sequence[str]) -> Mapping[str, Any]:
    """Read what the Studio shows of titles beside their faces."""
    table = sql.titles.c
    columns = (table.title_id, table.is_withdrawn, table.synopsis, table.updated_at)
    rows = connection.execute(select(*columns).where(table.title_id.in_(title_ids)))
    return {row.title_id: row for row in rows}


def genre_names(connection: Connection) -> Mapping[str, str]:
    """Map folded genres to the genres that there are."""
    return {fold(genre): genre for genre in connection.scalars(select(sql.genres.c.genre))}


def people_named(connection: Connection, names: Sequence[str]) -> Mapping[str, Person]:
    """Map folded names to the people that there are; of several of one name, the first counts."""
    people = sql.people.c
    wanted = people.folded_name.in_([fold(name) for name in names])
    query = select(people.folded_name, people.person_id, people.name).where(wanted).order_by(people.person_id.desc())
    return {folded: Person(person_id, name) for folded, person_id, name in connection.execute(query) if folded}


def find_same(connection: Connection, kind: Kind, name: str, year: int | None) -> str | None:
    """Find a title of this kind, name and year."""
    table = sql.titles.c
    same = and_(table.kind == kind.value, table.folded_name == fold(name), table.name == name)
    of_year = table.year.is_(None) if year is None else table.year == year
    return connection.scalar(select(table.title_id).where(same, of_year).limit(1))


def find_part(connection: Connection, kind: Kind, parent_id: str, number: int) -> str | None:
    """Find the season or episode that has this number under its parent."""
    table = sql.titles.c
    here = and_(table.kind == kind.value, table.parent_id == parent_id, table.number == number)
    return connection.scalar(select(table.title_id).where(here).limit(1))


def change_columns(connection: Connection, title_id: str, values: Mapping[str, Any]) -> int:
    """Set columns of a title; tell how many rows that changed."""
    chosen = sql.titles.c.title_id == title_id
    return connection.execute(update(sql.titles).where(chosen).values(**values)).rowcount


def replace_genres(connection: Connection, title_id: str, genres: Iterable[str]) -> None:
    """Give a title these genres and no others."""
    wanted = list(genres)
    connection.execute(delete(sql.title_genres).where(sql.title_genres.c.title_id == title_id))
    upsert(connection, sql.genres, [{"genre": genre} for genre in wanted], keys=["genre"])
    rows = [{"title_id": title_id, "genre": genre} for genre in wanted]
    upsert(connection, sql.title_genres, rows, keys=["title_id", "genre"])


def replace_certification(connection: Connection, title_id: str, certification: Certification | None) -> None:
    """Give a title this certification, or none."""
    marks = sql.certifications
    connection.execute(delete(marks).where(marks.c.title_id == title_id, marks.c.country == UNITED_STATES))
    if certification is not None:
        row = {"title_id": title_id, **asdict(certification), "source": HOUSE.source}
        upsert(connection, marks, [row], keys=["title_id", "country"])


def replace_directors(connection: Connection, title_id: str, directors: Sequence[Person]) -> None:
    """Give a title these directors and no others; its other credits stay."""
    parts = sql.credits_
    connection.execute(delete(parts).where(parts.c.title_id == title_id, parts.c.role == DIRECTOR))
    people = [{**asdict(person), "folded_name": fold(person.name)} for person in directors]
    upsert(connection, sql.people, people, keys=["person_id"], update=[])
    rows = [
        {
            "title_id": title_id,
            "person_id": person.person_id,
            "role": DIRECTOR,
            "place": place,
            "character": None,
            "source": HOUSE.source,
        }
        for place, person in enumerate(directors)
    ]
    upsert(connection, parts, rows, keys=["title_id", "person_id", "role"])


def mark_edited(connection: Connection, title_id: str, fields: Iterable[str], now: float) -> None:
    """Remember that an operator wrote these fields of a title."""
    upsert(connection, sql.sources, [asdict(HOUSE)], keys=["source"])
    rows = [{"title_id": title_id, "field": field, "source": HOUSE.source, "edited_at": now} for field in fields]
    upsert(connection, sql.provenance, rows, keys=["title_id", "field"])


def _conditions(wanted: StudioFilter) -> Iterator[ColumnElement[bool]]:
    table = sql.titles.c
    if wanted.text:
        words = fold(wanted.text).split()
        named = [table.folded_name.contains(word, autoescape=True) for word in words]
        literal = table.name.contains(wanted.text, autoescape=True)
        yield or_(table.title_id == wanted.text, and_(*named) if named else literal)
    if wanted.genre is not None:
        genres = sql.title_genres.c
        yield table.title_id.in_(select(genres.title_id).where(genres.genre == wanted.genre))
    if wanted.kind is not None:
        yield table.kind == wanted.kind.value
    if wanted.is_withdrawn is not None:
        yield table.is_withdrawn == wanted.is_withdrawn
