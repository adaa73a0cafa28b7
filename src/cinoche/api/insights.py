"""What was watched here, for operators: figures of a span of days, as JSON and as a table to download."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cinoche.api import schemas_studio
from cinoche.api.access import PREFIX
from cinoche.api.answers import answer, described
from cinoche.api.door import DoorRoute
from cinoche.api.services import house_of
from cinoche.insights.models import Figures, Span, Sum

router = APIRouter(prefix=PREFIX, route_class=DoorRoute, tags=["studio"])

Day = Annotated[date | None, Query(description="A UTC day, included.")]
Genre = Annotated[str | None, Query(min_length=1, max_length=60, description="Only plays of this genre.")]

TITLES_SHOWN: Final = 50
"""Titles in the JSON answer; the table has all of them."""

_COLUMNS: Final = ("section", "key", "name", "year", "plays", "hours", "completion", "shown", "viewers")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

_CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "One table: a section of totals (now and before), then one of days, of titles and of rows.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/studio/insights",
    summary="What was watched in a span of days, beside the span before it",
    responses=described(schemas_studio.Insights),
)
async def insights(request: Request, since: Day = None, until: Day = None, genre: Genre = None) -> Response:
    """Show plays, hours, completion, viewers, titles and rows; without days, the last four weeks."""
    figures = await _figures(request, since, until, genre)
    return answer(_shaped(figures))


@router.get(
    "/studio/insights.csv",
    summary="The same figures as a table to download",
    response_class=Response,
    responses=_CSV,
)
async def insights_csv(request: Request, since: Day = None, until: Day = None, genre: Genre = None) -> Response:
    """Download the figures of a span of days, every title included."""
    figures = await _figures(request, since, until, genre)
    name = f"cinoche-insights-{figures.since}-{figures.until}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(table(figures), media_type="text/csv; charset=utf-8", headers=headers)


async def _figures(request: Request, since: date | None, until: date | None, genre: str | None) -> Figures:
    service = house_of(request).insights
    return await run_in_threadpool(lambda: service.figures(since=since, until=until, genre=genre))


def _shaped(figures: Figures) -> dict[str, Any]:
    now, before = figures.now.total, figures.before.total
    return {
        "since": figures.since.isoformat(),
        "until": figures.until.isoformat(),
        "genre": figures.genre,
        "plays": now.plays,
        "hours": _rounded(now.hours),
        "completion": _rounded(now.completion),
        "viewers": figures.viewers,
        "plays_before": before.plays,
        "hours_before": _rounded(before.hours),
        "completion_before": _rounded(before.completion),
        "days": _days(figures.now),
        "days_before": _days(figures.before),
        "titles": [
            {
                "title_id": each.title_id,
                "name": each.name,
                "year": each.year,
                "plays": each.plays.plays,
                "hours": _rounded(each.plays.hours),
                "completion": _rounded(each.plays.completion),
            }
            for each in figures.titles[:TITLES_SHOWN]
        ],
        "rows": [
            {"kind": each.kind, "shown": each.shown, "plays": each.played, "rate": _rounded(each.rate)}
            for each in figures.rows
        ],
        "genres": figures.genres,
    }


def _days(span: Span) -> list[Mapping[str, Any]]:
    return [
        {"day": day.isoformat(), "plays": each.plays, "hours": _rounded(each.hours)} for day, each in span.days.items()
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def table(figures: Figures) -> str:
    """Write the figures as CSV (RFC 4180); no cell of it can be taken for a formula by a spreadsheet."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for line in _lines(figures):
        writer.writerow({column: _cell(value) for column, value in line.items()})
    return out.getvalue()


def _lines(figures: Figures) -> Iterator[Mapping[str, object]]:
    span = f"{figures.since}/{figures.until}"
    yield {"section": "total", "key": span, "viewers": figures.viewers, **_sums(figures.now.total)}
    yield {"section": "total before", **_sums(figures.before.total)}
    for day, each in figures.now.days.items():
        yield {"section": "day", "key": day.isoformat(), **_sums(each)}
    for title in figures.titles:
        facts = {"key": title.title_id, "name": title.name, "year": title.year}
        yield {"section": "title", **facts, **_sums(title.plays)}
    for row in figures.rows:
        yield {"section": "row", "key": row.kind, "plays": row.played, "shown": row.shown}


def _sums(each: Sum) -> Mapping[str, object]:
    return {"plays": each.plays, "hours": _rounded(each.hours), "completion": _rounded(each.completion)}


def _cell(value: object) -> object:
    """Disarm a text that a spreadsheet would take for a formula: an apostrophe makes it plain text."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value
