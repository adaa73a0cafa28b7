"""Read models of the library in a relational database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Engine,
    Float,
    Insert,
    Integer,
    MetaData,
    Row,
    SmallInteger,
    String,
    Table,
    Text,
    Update,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from cinoche.kit.personal import Subject
from cinoche.kit.shred import shred
from cinoche.library.models import TitleState
from cinoche.library.ports import Place, Step, TitleStates

METADATA: Final = MetaData()


def _instant(name: str) -> Column[float]:
    return Column(name, Float, nullable=False, default=0.0)


TITLES: Final = Table(
    "library_titles",
    METADATA,
    Column("subject", String(32), primary_key=True, comment="the pseudonym of who did it"),
    Column("title_id", String(64), primary_key=True),
    _instant("watched_at"),
    Column("position_s", Float, nullable=False),
    _instant("position_at"),
    Column("duration_s", Float),
    _instant("completed_at"),
    _instant("abandoned_at"),
    _instant("removed_at"),
    Column("rating", Float),
    _instant("rated_at"),
    Column("reaction", SmallInteger, nullable=False, comment="1 a thumb up, -1 a thumb down, 0 neither"),
    _instant("reacted_at"),
    Column("review", Text, comment="sealed under the person's key"),
    Column("sentiment", Float),
    _instant("reviewed_at"),
    Column("is_listed", Boolean, nullable=False),
    _instant("listed_at"),
    Column("is_dismissed", Boolean, nullable=False),
    _instant("dismissed_at"),
    comment="What each profile has done with each title, folded from the log; can be rebuilt from it.",
    sqlite_with_rowid=False,
)

OFFSET: Final = Table(
    "library_offset",
    METADATA,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    Column("log_offset", BigInteger, nullable=False),
    comment="The offset of the last event that library_titles includes: one row.",
)

SUBJECTS_ASKED: Final = 20
TITLES_ASKED: Final = 40
"""Subjects, and titles of each, that one statement asks for: 820 values, which every database takes."""

_NAMES: Final = tuple(field.name for field in fields(TitleState))
_REGISTERS: Final = tuple(name for name in _NAMES if name != "title_id")
_values_of = attrgetter(*_NAMES)
_registers_of = attrgetter(*_REGISTERS)
_STATE_COLUMNS: Final = [TITLES.c[name] for name in _NAMES]
_ADD: Final = insert(TITLES).values({name: bindparam(name) for name in ("subject", *_NAMES)})
_CHANGE: Final = (
    update(TITLES)
    .values({name: bindparam(name) for name in _REGISTERS})
    .where(TITLES.c.subject == bindparam("at_subject"), TITLES.c.title_id == bindparam("at_title_id"))
)
_FIND: Final = select(TITLES.c.subject, *_STATE_COLUMNS).where(
    or_(
        *(
            and_(
                TITLES.c.subject == bindparam(f"subject_{at}"),
                TITLES.c.title_id.in_(bindparam(f"title_ids_{at}", expanding=True)),
            )
            for at in range(SUBJECTS_ASKED)
        )
    )
)


class SqlTitleStates(TitleStates):
    """The stored states, in whatever database the engine speaks to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def tables(self) -> frozenset[str]:
        """The tables that name a person."""
        return frozenset({TITLES.name})

    def offset(self) -> int:
        """Tell how far the states have come."""
        with self._engine.connect() as connection:
            return _offset(connection)

    @contextmanager
    def step(self) -> Iterator[Step]:
        """Begin a transaction; its first statement writes, so that nobody else can step meanwhile."""
        with self._engine.begin() as connection:
            moved = connection.execute(update(OFFSET).values(log_offset=OFFSET.c.log_offset))
            if not moved.rowcount:
                connection.execute(insert(OFFSET).values(one=1, log_offset=0))
            yield _SqlStep(connection)

    def of_subject(self, subject: str) -> tuple[int, Iterable[TitleState]]:
        """Read the offset first: should the states move on meanwhile, the log's tail is folded in twice, harmlessly."""
        with self._engine.connect() as connection:
            offset = _offset(connection)
            rows = connection.execute(select(*_STATE_COLUMNS).where(TITLES.c.subject == subject))
            return offset, [_state(row) for row in rows]

    def of_title(self, subject: str, title_id: str) -> tuple[int, TitleState | None]:
        """Read one state, the offset first likewise."""
        place = (TITLES.c.subject == subject, TITLES.c.title_id == title_id)
        with self._engine.connect() as connection:
            offset = _offset(connection)
            row = connection.execute(select(*_STATE_COLUMNS).where(*place)).first()
        return offset, _state(row) if row else None

    def erase(self, subject: Subject) -> int:
        """Delete the subject's states, down to the bytes."""
        if not subject.pseudonym:
            return 0
        with self._engine.begin() as connection:
            erased = connection.execute(delete(TITLES).where(TITLES.c.subject == subject.pseudonym)).rowcount
        shred(self._engine)
        return erased


class _SqlStep(Step):
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def offset(self) -> int:
        return _offset(self._connection)

    def find(self, places: Sequence[Place]) -> dict[Place, TitleState]:
        found: dict[Place, TitleState] = {}
        for asked in _questions(places):
            rows = self._connection.execute(_FIND, asked)
            found.update(((row[0], row[1]), _state(row[1:])) for row in rows)
        return found

    def save(self, added: Mapping[Place, TitleState], changed: Mapping[Place, TitleState], offset: int) -> None:
        self._write(_ADD, [(place[0], *_values_of(state)) for place, state in added.items()])
        self._write(_CHANGE, [(*_registers_of(state), *place) for place, state in changed.items()])
        self._connection.execute(update(OFFSET).values(log_offset=offset))

    def _write(self, statement: Insert | Update, rows: Sequence[tuple[Any, ...]]) -> None:
        """Hand the rows to the driver as they are: checking each value on the way would double the time."""
        if not rows:
            return
        compiled = statement.compile(dialect=self._connection.dialect)
        values: Any = rows
        if not compiled.positional:
            values = [dict(zip(compiled.params, row, strict=True)) for row in rows]
        self._connection.exec_driver_sql(str(compiled), values)

    def clear(self) -> None:
        self._connection.execute(delete(TITLES))
        self._connection.execute(update(OFFSET).values(log_offset=0))


def _questions(places: Sequence[Place]) -> Iterator[dict[str, Any]]:
    """Put places, given in order, into the blanks of ``_FIND``; blanks left over repeat the last answer's question."""
    branches: list[tuple[str, list[str]]] = []
    for subject, title_id in places:
        if branches and branches[-1][0] == subject and len(branches[-1][1]) < TITLES_ASKED:
            branches[-1][1].append(title_id)
        else:
            branches.append((subject, [title_id]))
    for start in range(0, len(branches), SUBJECTS_ASKED):
        some = branches[start : start + SUBJECTS_ASKED]
        some += some[-1:] * (SUBJECTS_ASKED - len(some))
        asked: dict[str, Any] = {}
        for at, (subject, title_ids) in enumerate(some):
            asked[f"subject_{at}"], asked[f"title_ids_{at}"] = subject, title_ids
        yield asked


def _offset(connection: Connection) -> int:
    return connection.execute(select(OFFSET.c.log_offset)).scalar() or 0


def _state(row: Row[Any] | tuple[Any, ...]) -> TitleState:
    return TitleState(*row)
