"""What the catalogue reads from its tables: faces, details, and which titles a list is about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, FromClause, and_, or_, select

from cinoche.catalog.adapters import sql
from cinoche.catalog.models import (
    DIRECTOR,
    NAMED_KINDS,
    UNITED_STATES,
    Credit,
    Face,
    Faces,
    Kind,
    Person,
    Tag,
    TitleDetail,
    TitleFilter,
)
from cinoche.catalog.series import ordered

if TYPE_CHECKING:
    from sqlalchemy import Connection

TAGS_SHOWN: Final = 30

_KINDS: Final = {kind.value: kind for kind in Kind}

DEEPEST: Final = 3
"""How many steps a series has: itself, its seasons, their episodes."""

Hidden = frozenset[str]
"""The sources of which nothing may be shown."""

Role = tuple[str, str, str]
"""A person's id and name, and their role."""

_FACE_COLUMNS: Final = tuple(
    sql.titles.c[name]
    for name in (
        *("title_id", "name", "year", "kind", "length_s", "source", "has_media"),
        *("parent_id", "number", "is_withdrawn", "added_at"),
    )
)


def conditions(wanted: TitleFilter, hidden: Hidden) -> Iterator[ColumnElement[bool]]:
    """Say as conditions on the table of titles which ones a list is about."""
    table = sql.titles.c
    yield ~table.is_withdrawn
    if hidden:
        yield table.source.not_in(hidden)
    kinds = NAMED_KINDS if wanted.kind is None else (wanted.kind,)
    yield table.kind.in_([kind.value for kind in kinds])
    if wanted.has_media is not None:
        yield _can_be_watched() if wanted.has_media else ~_can_be_watched()
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
        yield _is_fit(sql.titles, wanted.max_age, hidden)


def _is_fit(table: FromClause, max_age: int, hidden: Hidden, steps: int = DEEPEST) -> ColumnElement[bool]:
    """Say that a title is certified for an age, or is an uncertified part of what is; and that all above it is."""
    marks = sql.certifications.c
    marked = select(marks.title_id).where(marks.country == UNITED_STATES, marks.source.not_in(hidden))
    fit, no_mark = table.c.title_id.in_(marked.where(marks.min_age <= max_age)), table.c.title_id.not_in(marked)
    if steps == 1:
        return and_(table.c.parent_id.is_(None), fit)
    above = sql.titles.alias()
    is_fit_above = table.c.parent_id.in_(select(above.c.title_id).where(_is_fit(above, max_age, hidden, steps - 1)))
    return or_(and_(table.c.parent_id.is_(None), fit), and_(or_(fit, no_mark), is_fit_above))


def _can_be_watched() -> ColumnElement[bool]:
    """Say that a title can be watched here, or an episode under it can."""
    part = sql.titles.alias()
    above = select(part.c.parent_id).where(part.c.parent_id.is_not(None), ~part.c.is_withdrawn)
    seasons = above.where(part.c.has_media)
    series = above.where(part.c.title_id.in_(seasons))
    return or_(sql.titles.c.has_media, sql.titles.c.title_id.in_(seasons), sql.titles.c.title_id.in_(series))


def read_person(connection: "Connection", person_id: str, hidden: Hidden) -> Sequence[tuple[str, str, str | None]]:
    """Read the parts that a person had: title id, role and character."""
    parts = sql.credits_.c
    query = (
        select(parts.title_id, parts.role, parts.character)
        .where(parts.person_id == person_id, parts.source.not_in(hidden))
        .order_by(parts.title_id, parts.place)
    )
    return [(row.title_id, row.role, row.character) for row in connection.execute(query)]


def read_faces(connection: "Connection", version: int, hidden: Hidden) -> Faces:
    """Read every title's face, but for those of hidden sources; withdrawn ones apart."""
    people = _people(connection, hidden)
    every, withdrawn = _read_all(connection, people, hidden)
    shown: dict[str, Face] = {}
    away: dict[str, Face] = {}
    for face in every.values():
        line = _line(face, every)
        if line is not None:
            (away if withdrawn.intersection(line) else shown)[face.title_id] = face
    playable = {above for face in shown.values() if face.has_media for above in _line(face, every) or ()}
    faces = tuple(_completed(face, every, playable) for face in shown.values())
    index = {face.title_id: position for position, face in enumerate(faces)}
    of_shown = {title_id: parts for title_id, parts in people.items() if title_id in index}
    return Faces(version, faces, index, of_shown, ordered(faces), away)


def _read_all(
    connection: "Connection", people: Mapping[str, Sequence[Role]], hidden: Hidden
) -> tuple[Mapping[str, Face], frozenset[str]]:
    """Read every title's face by its id, in the order of ids, and which of them an operator took away."""
    genres = grouped(connection.execute(select(sql.title_genres)))
    marks = {
        row.title_id: (row.mark, row.min_age)
        for row in connection.execute(select(sql.certifications).where(sql.certifications.c.country == UNITED_STATES))
        if row.source not in hidden
    }
    external: dict[str, dict[str, str]] = {}
    for source, value, title_id in connection.execute(select(sql.external_ids)):
        external.setdefault(title_id, {})[source] = value
    withheld = _withheld(connection, hidden)
    every: dict[str, Face] = {}
    withdrawn: set[str] = set()
    for row in connection.execute(select(*_FACE_COLUMNS).order_by(sql.titles.c.title_id)):
        title_id = row.title_id
        if row.source in hidden:
            continue
        every[title_id] = Face(
            title_id,
            row.name,
            None if (title_id, "year") in withheld else row.year,
            _KINDS[row.kind],
            None if (title_id, "length_s") in withheld else row.length_s,
            *marks.get(title_id, (None, None)),
            genres=tuple(sorted(genres.get(title_id, ()))),
            external=external.get(title_id, {}),
            has_media=row.has_media,
            directors=tuple(name for _, name, role in people.get(title_id, ()) if role == DIRECTOR),
            parent_id=row.parent_id,
            number=row.number,
            added_at=row.added_at,
        )
        if row.is_withdrawn:
            withdrawn.add(title_id)
    return every, frozenset(withdrawn)


def _completed(face: Face, every: Mapping[str, Face], playable: AbstractSet[str]) -> Face:
    """Say of a title what its parts say of it, and of a part without a certification that it bears its series'."""
    has_media = face.has_media or face.title_id in playable
    mark, min_age = _certified(face, every)
    if (has_media, mark, min_age) == (face.has_media, face.certification, face.min_age):
        return face
    return replace(face, has_media=has_media, certification=mark, min_age=min_age)


def _certified(face: Face, every: Mapping[str, Face]) -> tuple[str | None, int | None]:
    """Tell a title's mark and age: a part bears the mark above it unless it has its own, and is never more open."""
    if face.parent_id is None:
        return face.certification, face.min_age
    mark, above = _certified(every[face.parent_id], every)
    if face.certification is None:
        return mark, above
    return face.certification, None if face.min_age is None or above is None else max(face.min_age, above)


def _line(face: Face, every: Mapping[str, Face]) -> tuple[str, ...] | None:
    """List a title and what it is under, up to the series; None where that does not end in one that may be shown."""
    line = [face.title_id]
    for _ in range(DEEPEST):
        if face.parent_id is None:
            return tuple(line)
        above = every.get(face.parent_id)
        if above is None:
            return None
        line.append(above.title_id)
        face = above
    return None


def _withheld(connection: "Connection", hidden: Hidden) -> frozenset[tuple[str, str]]:
    """List the single facts, as (title, field), that a hidden source said."""
    if not hidden:
        return frozenset()
    said = select(sql.provenance.c.title_id, sql.provenance.c.field).where(sql.provenance.c.source.in_(hidden))
    return frozenset(connection.execute(said))


def read_detail(connection: "Connection", face: Face, hidden: Hidden) -> TitleDetail:
    """Read everything that is known of a title, but for what hidden sources said."""
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
        directors=face.directors,
        synopsis=row["synopsis"] if "synopsis" in used else None,
        is_withdrawn=row["is_withdrawn"],
        updated_at=row["updated_at"],
        original_name=row["original_name"] if "original_name" in used else None,
        number=face.number,
        budget_usd=row["budget_usd"] if "budget_usd" in used else None,
        alternative_names=list(others),
        parent_id=face.parent_id,
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


def _people(connection: "Connection", hidden: Hidden) -> Mapping[str, tuple[Role, ...]]:
    query = (
        select(sql.credits_.c.title_id, sql.people.c.person_id, sql.people.c.name, sql.credits_.c.role)
        .join(sql.people, sql.credits_.c.person_id == sql.people.c.person_id)
        .where(sql.credits_.c.source.not_in(hidden))
        .order_by(sql.credits_.c.title_id, sql.credits_.c.place)
    )
    people: dict[str, list[Role]] = {}
    for title_id, person_id, name, role in connection.execute(query):
        people.setdefault(title_id, []).append((person_id, name, role))
    return {title_id: tuple(parts) for title_id, parts in people.items()}


def grouped(rows: Iterable[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """Group the second values of rows by the first."""
    grouped: dict[str, list[str]] = {}
    for key, value in rows:
        grouped.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in grouped.items()}
