"""Relational stores by URL: SQLite opened so that it keeps its promises, upserts, errors that say what to do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

from cinoche.kit.errors import Unavailable
from cinoche.kit.urls import scheme_of

PRAGMAS: Final[Mapping[str, str]] = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "busy_timeout": "10000",
}
"""What every SQLite connection promises: durable when it says so, whole references, no ghosts of what was deleted."""

ROWS_AT_ONCE: Final = 5_000
_WRITES: Final = "cinoche_writes"

_REMEDIES: Final[Sequence[tuple[str, str, str]]] = (
    ("is full", "the disk is full", "Make room; nothing that was acknowledged is lost."),
    ("locked", "another process holds the database for too long", "Try again; see what else uses the data folder."),
    ("readonly", "the database cannot be written to", "Give this user the right to write to the data folder."),
    ("unable to open", "the database cannot be opened", "Check that its folder exists and may be written to."),
    ("malformed", "the database is damaged", "Restore it from a backup."),
    ("not a database", "this file is not a database", "Restore it from a backup, or choose another data folder."),
    ("disk i/o error", "the disk does not answer", "Check the disk; nothing that was acknowledged is lost."),
)


def open_engine(url: str) -> Engine:
    """Open a relational store. On SQLite, ``engine.begin()`` takes the write lock at once and a read never does.

    A store that cannot answer raises Unavailable with the reason and the remedy.
    """
    is_sqlite = scheme_of(url) == "sqlite"
    engine = create_engine(url, pool_pre_ping=not is_sqlite, hide_parameters=True)
    event.listen(engine, "handle_error", _translate, retval=True)
    if is_sqlite:
        _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        # Python's driver would begin transactions by itself, and too late: SQLAlchemy says BEGIN instead.
        connection.isolation_level = None
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    @contextmanager
    def writing() -> Iterator[Connection]:
        with engine.connect() as plain, plain.execution_options(**{_WRITES: True}) as connection, connection.begin():
            yield connection

    # A transaction that reads and then writes fails at once in SQLite when another wrote in between; one that takes the
    # write lock first waits its turn. Nothing but the caller's use of begin() tells which kind a transaction is.
    engine.begin = writing  # type: ignore[method-assign]


def upsert(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> None:
    """Insert rows, or update the columns that are given where a row with the same keys is there; in chunks."""
    # Both dialects have the same clauses, on classes without a common one.
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[connection.dialect.name]
    stream = iter(rows)
    while chunk := list(islice(stream, ROWS_AT_ONCE)):
        statement = insert(table)
        given = [name for name in chunk[0] if name not in keys]
        if given:
            updated = {name: statement.excluded[name] for name in given}
            statement = statement.on_conflict_do_update(index_elements=list(keys), set_=updated)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=list(keys))
        connection.execute(statement, chunk)


def _translate(context: ExceptionContext) -> BaseException | None:
    error = context.sqlalchemy_exception or context.original_exception
    if not isinstance(error, OperationalError) and "not a database" not in str(context.original_exception):
        return None
    text = str(context.original_exception).lower()
    for mark, reason, remedy in _REMEDIES:
        if mark in text:
            return Unavailable(f"{reason}.", where="database", remedy=remedy)
    return None
