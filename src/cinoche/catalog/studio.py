"""The Studio's side of the catalogue: operators list every title, withdrawn ones too, and write facts.

A fact that an operator wrote has the house as its source and is marked as theirs: no import changes it from then on.
Every change moves the catalogue's version, so that each worker shows it with its next answer.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from cinoche.catalog.adapters import sql, sql_studio
from cinoche.catalog.listing import page_by
from cinoche.catalog.models import (
    DIRECTOR,
    HOUSE,
    LONGEST_GENRE,
    LONGEST_NAME,
    LONGEST_PERSON,
    LONGEST_SYNOPSIS,
    MPAA_MIN_AGE,
    NAMED_KINDS,
    UNITED_STATES,
    Certification,
    Credit,
    Face,
    Faces,
    Kind,
    Person,
    StudioFilter,
    StudioPage,
    StudioSort,
    StudioTitle,
    TitleRecord,
    person_id_of,
)
from cinoche.kit.clock import Clock
from cinoche.kit.errors import Conflict, Invalid, NotFound
from cinoche.kit.ids import random_id
from cinoche.kit.text import fold

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

LIST: Final = "studio-titles"
"""The name of the list of titles, inside its cursors; each order adds its own."""

COLUMNS: Final = ("name", "year", "length_s", "synopsis")
WITHDRAWN: Final = "is_withdrawn"
WRITABLE: Final = frozenset({*COLUMNS, sql.GENRES, sql.CERTIFICATION, sql.DIRECTORS, WITHDRAWN})
"""What an operator may change of a title."""

PARENTS: Final[Mapping[Kind, frozenset[Kind]]] = {
    Kind.SEASON: frozenset({Kind.SERIES}),
    Kind.EPISODE: frozenset({Kind.SERIES, Kind.SEASON}),
}
"""What each part may be a part of."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_CONTROL_IN_TEXT: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Plays = Callable[[Sequence[str]], Mapping[str, int]]
"""How often each of some titles was played."""


def no_plays(title_ids: Sequence[str]) -> Mapping[str, int]:
    """Count no plays, where nobody counts them."""
    return dict.fromkeys(title_ids, 0)


class Studio:
    """What operators do with titles."""

    def __init__(self, engine: "Engine", faces: Callable[[], Faces], *, clock: Clock) -> None:
        self._engine = engine
        self._faces = faces
        self._clock = clock

    def list(
        self,
        wanted: StudioFilter,
        *,
        limit: int,
        cursor: str | None = None,
        sort: StudioSort = StudioSort.NAME,
        is_wanted: Callable[[str], bool] = lambda _title_id: True,
        plays: Plays = no_plays,
    ) -> StudioPage:
        """List titles, a page at a time; ``is_wanted`` tells by its id whether a title is, for what others know."""
        faces = self._faces()
        with self._engine.connect() as connection:
            rows = [
                row
                for row in sql_studio.matching(connection, wanted)
                if _face(faces, row.title_id) is not None and is_wanted(row.title_id)
            ]
            counts = plays([row.title_id for row in rows]) if sort is StudioSort.PLAYS else {}
            place, shape = _PLACES[sort]
            ordered = sorted(place(row, counts) for row in rows)
            page = page_by(f"{LIST}:{sort}", ordered, limit, cursor, shape)
            shown = _shown(connection, faces, page.items)
        return StudioPage(shown, page.next, len(rows))

    def get(self, title_id: str) -> StudioTitle:
        """Get a title as an operator sees it, withdrawn or not; raises NotFound."""
        with self._engine.connect() as connection:
            found = _shown(connection, self._faces(), [title_id])
        if not found:
            raise NotFound(
                f"there is no title {title_id[:64]!r}.", where="title_id", remedy="Search the table by name."
            )
        return found[0]

    def change(self, title_id: str, changes: Mapping[str, Any]) -> StudioTitle:
        """Write facts of a title; None, or an empty list, empties what may be empty. Raises NotFound and Invalid."""
        self.get(title_id)
        facts = _checked({name: value for name, value in changes.items() if name in WRITABLE})
        if facts:
            now = self._clock()
            with self._engine.begin() as connection:
                _write(connection, title_id, facts, now)
                sql.bump(connection)
        return self.get(title_id)

    def create(self, kind: Kind, facts: Mapping[str, Any], *, parent_id: str | None, number: int | None) -> StudioTitle:
        """Add a title that the catalogue does not have. Raises Invalid, NotFound for its parent, and Conflict."""
        known = _checked({"name": None, **facts})
        self._check_place(kind, parent_id, number)
        title_id, now = random_id(), self._clock()
        with self._engine.begin() as connection:
            _check_new(connection, kind, known, parent_id, number)
            record = TitleRecord(
                title_id,
                kind,
                known["name"],
                known.get("year"),
                HOUSE.source,
                parent_id=parent_id,
                number=number,
                genres=_genres(connection, known.get(sql.GENRES, ())),
                certification=_certification(known.get(sql.CERTIFICATION)),
                synopsis=known.get("synopsis"),
                credits=[Credit(each, DIRECTOR) for each in _people(connection, known.get(sql.DIRECTORS, ()))],
            )
            sql.write_titles(connection, [record], now=now)
            sql.bump(connection)
        return self.get(title_id)

    def _check_place(self, kind: Kind, parent_id: str | None, number: int | None) -> None:
        """Refuse a part that is part of nothing it can be, and a whole that is part of something."""
        above = PARENTS.get(kind)
        if above is None:
            if parent_id is not None or number is not None:
                raise Invalid(
                    f"a {kind} is no part of another title.", where="body.parent_id", remedy="Leave out its place."
                )
            return
        if parent_id is None or number is None:
            where = "body.number" if parent_id is not None else "body.parent_id"
            raise Invalid(f"a {kind} needs parent_id and number.", where=where, remedy="Say what it is a part of.")
        parent = _face(self._faces(), parent_id)
        if parent is None:
            raise NotFound(f"there is no title {parent_id[:64]!r}.", where="body.parent_id", remedy="Create it first.")
        if parent.kind not in above:
            raise Invalid(
                f"{parent.name} is a {parent.kind}.",
                where="body.parent_id",
                remedy=f"Name a {' or a '.join(sorted(above))}.",
            )


def _face(faces: Faces, title_id: str) -> Face | None:
    return faces.get(title_id) or faces.withdrawn.get(title_id)


def _shown(connection: "Connection", faces: Faces, title_ids: Sequence[str]) -> Sequence[StudioTitle]:
    rows = sql_studio.rows_of(connection, title_ids)
    return [
        StudioTitle(face, row.is_withdrawn, row.synopsis, row.updated_at)
        for title_id in title_ids
        if (face := _face(faces, title_id)) is not None and (row := rows.get(title_id)) is not None
    ]


Place = Callable[[Any, Mapping[str, int]], tuple[Any, ...]]

_PLACES: Final[Mapping[StudioSort, tuple[Place, Any]]] = {
    StudioSort.NAME: (lambda row, _: (row.folded_name, row.title_id), tuple[str, str]),
    StudioSort.YEAR: (lambda row, _: (-(row.year or 0), row.folded_name, row.title_id), tuple[float, str, str]),
    StudioSort.UPDATED: (lambda row, _: (-row.updated_at, row.folded_name, row.title_id), tuple[float, str, str]),
    StudioSort.PLAYS: (
        lambda row, counts: (-counts.get(row.title_id, 0), row.folded_name, row.title_id),
        tuple[float, str, str],
    ),
}
"""For each order, where a title stands in it, and the shape of that in a cursor."""


def _write(connection: "Connection", title_id: str, facts: Mapping[str, Any], now: float) -> None:
    columns = {name: facts[name] for name in (*COLUMNS, WITHDRAWN) if name in facts}
    if "name" in columns:
        columns["folded_name"] = fold(columns["name"])[:LONGEST_NAME]
    sql_studio.mark_edited(connection, title_id, (name for name in facts if name != WITHDRAWN), now)
    sql_studio.change_columns(connection, title_id, {**columns, "updated_at": now})
    if sql.GENRES in facts:
        sql_studio.replace_genres(connection, title_id, _genres(connection, facts[sql.GENRES]))
    if sql.CERTIFICATION in facts:
        sql_studio.replace_certification(connection, title_id, _certification(facts[sql.CERTIFICATION]))
    if sql.DIRECTORS in facts:
        sql_studio.replace_directors(connection, title_id, _people(connection, facts[sql.DIRECTORS]))


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Check what an operator wrote, and give it tidied up."""
    known = dict(facts)
    if "name" in known:
        known["name"] = _line(known["name"], "body.name", LONGEST_NAME)
    if WITHDRAWN in known and known[WITHDRAWN] is None:
        raise Invalid("this is neither true nor false.", where=f"body.{WITHDRAWN}", remedy="Say true, or false.")
    for field, longest in ((sql.GENRES, LONGEST_GENRE), (sql.DIRECTORS, LONGEST_PERSON)):
        if field in known:
            texts = known[field] or ()
            lines = [_line(text, f"body.{field}.{place}", longest) for place, text in enumerate(texts)]
            known[field] = list({fold(line) or line: line for line in reversed(lines)}.values())[::-1]
    if known.get("synopsis") is not None:
        known["synopsis"] = _text(known["synopsis"])
    return known


def _line(text: str | None, where: str, longest: int) -> str:
    line = " ".join((text or "").split())
    if not line or _CONTROL.search(line):
        raise Invalid("this is empty, or has control characters.", where=where, remedy="Write it in letters.")
    if len(line) > longest:
        raise Invalid(f"this is longer than {longest} characters.", where=where, remedy="Shorten it.")
    return line


def _text(text: str) -> str | None:
    tidy = text.replace("\r\n", "\n").strip()
    if _CONTROL_IN_TEXT.search(tidy):
        raise Invalid("this has control characters.", where="body.synopsis", remedy="Write plain text.")
    if len(tidy) > LONGEST_SYNOPSIS:
        raise Invalid(
            f"this is longer than {LONGEST_SYNOPSIS} characters.", where="body.synopsis", remedy="Shorten it."
        )
    return tidy or None


def _certification(mark: str | None) -> Certification | None:
    return None if mark is None else Certification(UNITED_STATES, mark, MPAA_MIN_AGE[mark])


def _genres(connection: "Connection", genres: Sequence[str]) -> Sequence[str]:
    """Write genres as those that there are already, where they differ in case or accents alone."""
    there = sql_studio.genre_names(connection)
    return [there.get(fold(genre), genre) for genre in genres]


def _people(connection: "Connection", names: Sequence[str]) -> Sequence[Person]:
    """Find people by their names, or make them."""
    there = sql_studio.people_named(connection, names)
    return [there.get(fold(name)) or Person(person_id_of(name), name) for name in names]


def _check_new(
    connection: "Connection", kind: Kind, facts: Mapping[str, Any], parent_id: str | None, number: int | None
) -> None:
    """Refuse a title that is there already."""
    same, where = None, "body.name"
    if kind in NAMED_KINDS:
        same = sql_studio.find_same(connection, kind, facts["name"], facts.get("year"))
    elif parent_id is not None and number is not None:
        same, where = sql_studio.find_part(connection, kind, parent_id, number), "body.number"
    if same is not None:
        raise Conflict(
            f"this {kind} is here already: {same}.", where=where, remedy="Change that one, or say otherwise."
        )
