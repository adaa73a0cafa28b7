"""Deleted is not gone: a database may keep the bytes. Here they are overwritten."""

from typing import TYPE_CHECKING

from cinoche.kit.errors import Unavailable

if TYPE_CHECKING:
    from sqlalchemy import Engine


def shred(engine: "Engine") -> None:
    """Overwrite what was deleted: on SQLite, cut the write-ahead log (deletion itself writes zeros, by secure_delete).

    Other databases overwrite in their own time (vacuum, purge) and need nothing here. Raises Unavailable when a reader
    keeps an older state in use; the deletion itself stands, and shredding again finishes the work.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _, _ = cursor.fetchone() or (0, 0, 0)
        cursor.close()
    finally:
        connection.close()
    if busy:
        raise Unavailable(
            "a reader holds on to an older state: what was deleted is hidden, but not overwritten.",
            where=str(engine.url.database),
            remedy="Erase again: it finishes the work.",
        )
