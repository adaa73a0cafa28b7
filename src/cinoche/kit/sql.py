"""Relational databases, opened the same way everywhere: settings that keep promises, and errors that say what to do."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from cinoche.kit.errors import Invalid, Unavailable

BUSY_TIMEOUT_S: Final = 10.0

PRAGMAS: Final[Mapping[str, str | int]] = {
    "busy_timeout": int(BUSY_TIMEOUT_S * 1000),  # the first: the next ones may have to wait
    "journal_mode": "WAL",  # readers do not wait for the writer
    "synchronous": "FULL",  # a commit is on the disk before it is acknowledged
    "foreign_keys": "ON",
    "secure_delete": "ON",  # what is deleted is overwritten with zeros
}
"""How every SQLite connection is set; SQLite's own defaults keep none of these promises."""

_WRITES: Final = "cinoche_writes"

_TROUBLES: Final[Mapping[str, tuple[str, str]]] = {
    "SQLITE_FULL": ("the disk is full.", "Make room on it, then try again; nothing half-written was kept."),
    "SQLITE_BUSY": (
        "another process has been writing for too long.",
        "Try again when it is done; `cinoche doctor` tells which it is.",
    ),
    "SQLITE_LOCKED": ("another connection holds what this needs.", "Try again."),
    "SQLITE_READONLY": ("the database may only be read.", "Give this process the right to write to it and its folder."),
    "SQLITE_CANTOPEN": ("the database cannot be opened.", "Check that its folder is there and may be written to."),
    "SQLITE_IOERR": ("the disk failed to read or write.", "Check the disk, its room and its quota, then try again."),
    "SQLITE_CORRUPT": ("the database is damaged.", "Put a backup in its place."),
    "SQLITE_NOTADB": ("the file is not a database.", "Move it away, or name another in the settings."),
}


class SqliteEngine(Engine):
    """An engine whose ``begin()`` takes the right to write at once, and whose ``connect()`` only reads.

    A transaction that begins as a reader and writes later can be refused half-way; one that says BEGIN IMMEDIATE waits
    its turn before it has done anything.
    """

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction that writes: committed at the end of the block, rolled back when it raises."""
        with self.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
            yield connection


def open_engine(url: str) -> Engine:
    """Open the database that a URL names: with ``PRAGMAS`` on SQLite, and with errors that say what to do.

    Raises Invalid when the URL is not one of a database, and Unavailable for what the database cannot do now.
    """
    try:
        address = make_url(url)
        # On SQLite a connection costs nothing, and readers must not queue behind writers that wait for their turn.
        unbounded = {"max_overflow": -1} if address.get_backend_name() == "sqlite" and address.database else {}
        engine = create_engine(address, hide_parameters=True, **unbounded)
    except (ArgumentError, NoSuchModuleError) as error:
        raise Invalid(
            f"{url.split(':', maxsplit=1)[0][:40]!r} does not begin the address of a database that is known here.",
            where="database URL",
            remedy="Write it as sqlite:///path/to/file.db.",
        ) from error
    except ModuleNotFoundError as error:
        raise Unavailable(
            f"the package {error.name} is not here.", where="database URL", remedy=f"Install {error.name}."
        ) from error
    if engine.dialect.name == "sqlite":
        engine = SqliteEngine(engine.pool, engine.dialect, engine.url, hide_parameters=True)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _translate, retval=True)
    return engine


def upsert(
    connection: Connection,
    table: Table,
    rows: Iterable[Mapping[str, Any]],
    *,
    keys: Sequence[str],
    update: Sequence[str] | None = None,
) -> int:
    """Insert rows; where one with the same ``keys`` is there, set its columns ``update`` to the new values.

    ``update`` is every other column when left out; empty, it leaves the rows that are there as they are. Tells how
    many rows were inserted or set.
    """
    given = [dict(row) for row in rows]
    if not given:
        return 0
    columns = [name for name in given[0] if name not in keys] if update is None else list(update)
    builder = _builder(connection)
    statement = builder(table)
    if columns:
        chosen = {name: statement.excluded[name] for name in columns}
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=chosen)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(keys))
    return max(0, int(connection.execute(statement, given).rowcount))


def _builder(connection: Connection) -> Any:
    name = connection.dialect.name
    if name == "sqlite":
        return sqlite.insert
    if name == "postgresql":
        from sqlalchemy.dialects import postgresql  # it loads every driver that it can talk through

        return postgresql.insert
    raise Unavailable(
        f"Cinoche does not write to {name} yet.", where="database URL", remedy="Use sqlite:// or postgresql://."
    )


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing on its own: `_begin` does
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}").close()


def _begin(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _translate(context: ExceptionContext) -> BaseException | None:
    """Turn what the database cannot do now into Unavailable; let programming errors and broken keys through."""
    url = context.engine.url if context.engine else None
    where = (url.database if url else None) or "database"
    original = context.original_exception
    if isinstance(original, sqlite3.Error):
        trouble = _trouble(getattr(original, "sqlite_errorname", ""))
    elif context.is_disconnect:
        trouble = ("the database does not answer.", "Check that its server runs and can be reached.")
    else:
        trouble = None
    if trouble is None:
        return None
    reason, remedy = trouble
    return Unavailable(reason, where=where, remedy=remedy)


def _trouble(code: str) -> tuple[str, str] | None:
    """Look up a result code of SQLite by its family: SQLITE_IOERR_FSYNC is one of SQLITE_IOERR."""
    family = "_".join(code.split("_")[:2])
    return _TROUBLES.get(family)
