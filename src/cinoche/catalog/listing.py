"""Lists of titles, a page at a time: by name, the newest first, or the best known first."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, or_, select

from cinoche.catalog.adapters import sql
from cinoche.catalog.models import Sort, TitleFilter
from cinoche.catalog.reading import Hidden, conditions
from cinoche.kit.paging import Page, decode_cursor, encode_cursor

if TYPE_CHECKING:
    from sqlalchemy import Connection

LIST: Final = "titles"
"""The name of the list of titles, inside its cursors; each order but the first adds its own."""


def page_of_ids(
    connection: "Connection",
    wanted: TitleFilter,
    hidden: Hidden,
    *,
    sort: Sort,
    known: Mapping[str, float],
    limit: int,
    cursor: str | None,
) -> Page[str]:
    """List the ids of one page of titles."""
    if sort is Sort.NAME:
        return _by_name(connection, wanted, hidden, limit, cursor)
    if sort is Sort.NEWEST:
        return _newest(connection, wanted, hidden, limit, cursor)
    return _best_known(connection, wanted, hidden, known, limit, cursor)


def page_by(of: str, rows: Sequence[tuple[Any, ...]], limit: int, cursor: str | None, shape: Any) -> Page[str]:
    """Cut a page out of rows that are in order; each ends in its title's id, and the whole of it is its place."""
    start = 0
    if cursor is not None:
        after = decode_cursor(of, cursor, shape)
        start = next((place for place, row in enumerate(rows) if row > after), len(rows))
    page = rows[start : start + limit]
    more = encode_cursor(of, *page[-1]) if start + limit < len(rows) else None
    return Page([row[-1] for row in page], more)


def _by_name(
    connection: "Connection", wanted: TitleFilter, hidden: Hidden, limit: int, cursor: str | None
) -> Page[str]:
    table = sql.titles.c
    query = select(table.folded_name, table.title_id).where(*conditions(wanted, hidden))
    if cursor is not None:
        name, title_id = decode_cursor(LIST, cursor, tuple[str, str])
        same = and_(table.folded_name == name, table.title_id > title_id)
        query = query.where(or_(table.folded_name > name, same))
    rows = connection.execute(query.order_by(table.folded_name, table.title_id).limit(limit + 1)).all()
    more = encode_cursor(LIST, *rows[limit - 1]) if len(rows) > limit else None
    return Page([row[1] for row in rows[:limit]], more)


def _newest(connection: "Connection", wanted: TitleFilter, hidden: Hidden, limit: int, cursor: str | None) -> Page[str]:
    of, table = f"{LIST}:{Sort.NEWEST}", sql.titles.c
    year = func.coalesce(table.year, 0)
    query = select(year, table.folded_name, table.title_id).where(*conditions(wanted, hidden))
    if cursor is not None:
        last, name, title_id = decode_cursor(of, cursor, tuple[float, str, str])
        same_name = and_(year == last, table.folded_name == name, table.title_id > title_id)
        query = query.where(or_(year < last, and_(year == last, table.folded_name > name), same_name))
    order = (year.desc(), table.folded_name, table.title_id)
    rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    more = encode_cursor(of, *rows[limit - 1]) if len(rows) > limit else None
    return Page([row[2] for row in rows[:limit]], more)


def _best_known(
    connection: "Connection",
    wanted: TitleFilter,
    hidden: Hidden,
    known: Mapping[str, float],
    limit: int,
    cursor: str | None,
) -> Page[str]:
    table = sql.titles.c
    rows = connection.execute(select(table.folded_name, table.title_id).where(*conditions(wanted, hidden)))
    ranked = sorted((-known.get(title_id, 0.0), name, title_id) for name, title_id in rows)
    return page_by(f"{LIST}:{Sort.KNOWN}", ranked, limit, cursor, tuple[float, str, str])
