"""How the recommender fares, for operators: how fresh its model is, what is shown and what comes of it."""

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cinoche.api import schemas_studio as schemas
from cinoche.api.access import PREFIX
from cinoche.api.answers import answer, described
from cinoche.api.door import DoorRoute
from cinoche.api.services import house_of
from cinoche.bootstrap import Services
from cinoche.kit.clock import to_rfc3339
from cinoche.kit.errors import Unavailable
from cinoche.recommend.health import Health, Rate, read

router = APIRouter(prefix=PREFIX, route_class=DoorRoute, tags=["studio"])

FIGURES: Final = ("coverage", "gini", "novelty", "long_tail", "calibration_error", "taste_drift")


@router.get(
    "/studio/health",
    summary="How fresh the recommender is, and how what it shows fares",
    responses=described(schemas.RecommenderHealth),
)
async def recommender_health(request: Request) -> Response:
    """Show the age and the lag of the model, and the figures of the last thirty days, drawn at most every minute."""
    house = house_of(request)
    return answer(await run_in_threadpool(lambda: {**_freshness(house), **_figures(house)}))


@router.get(
    "/studio/health.csv",
    summary="The same figures as a table to download",
    response_class=Response,
    responses={200: {"description": "One table.", "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def recommender_health_csv(request: Request) -> Response:
    """Download the figures of the last thirty days."""
    drawn = await run_in_threadpool(read, house_of(request).settings.data_dir)
    headers = {
        "Content-Disposition": 'attachment; filename="cinoche-health.csv"',
        "Cache-Control": "private, no-store",
    }
    return Response(table(drawn), media_type="text/csv; charset=utf-8", headers=headers)


def table(drawn: Health | None) -> str:
    """Write the figures as CSV (RFC 4180): a section of figures, then one of days, rows, positions and scorers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("section", "name", "value", "shown", "played", "completed"))
    if drawn is not None:
        for name in ("impressions", "plays", *FIGURES):
            value = getattr(drawn, name)
            writer.writerow(("figure", name, "" if value is None else value, "", "", ""))
        days = {_day(number): each for number, each in drawn.by_day.items()}
        sections = {"day": days, "row": drawn.by_row, "position": drawn.by_position, "scorer": drawn.by_scorer}
        for section, rates in sections.items():
            for name, each in rates.items():
                writer.writerow((section, name, "", each.shown, each.played, each.completed))
    return out.getvalue()


def _freshness(house: Services) -> dict[str, Any]:
    end = house.log.end()
    try:
        model = house.recommender.model()
    except Unavailable:
        known: dict[str, Any] = dict.fromkeys(("model_version", "model_age_s", "model_offset", "lag_events"))
    else:
        age_s = max(house.clock() - model.manifest.as_of, 0.0)
        known = {
            "model_version": model.version,
            "model_age_s": round(age_s, 1),
            "model_offset": model.offset,
            "lag_events": max(end - model.offset, 0),
        }
    return {**known, "log_end_offset": end, "is_stale": house.sums.is_stale()}


def _figures(house: Services) -> dict[str, Any]:
    drawn = read(house.settings.data_dir)
    if drawn is None:
        nothing: dict[str, Any] = dict.fromkeys(("drawn_at", "days", "impressions", "plays", *FIGURES))
        return {**nothing, "rows": [], "positions": [], "scorers": [], "by_day": []}
    return {
        "drawn_at": to_rfc3339(drawn.at),
        "days": drawn.days,
        "impressions": drawn.impressions,
        "plays": drawn.plays,
        **{name: _rounded(getattr(drawn, name)) for name in FIGURES},
        "rows": _rates(drawn.by_row),
        "positions": _rates(drawn.by_position),
        "scorers": _rates(drawn.by_scorer),
        "by_day": [
            {"day": _day(number), "shown": each.shown, "ctr": _rounded(each.ctr)}
            for number, each in drawn.by_day.items()
        ],
    }


def _rates(rates: Mapping[str, Rate]) -> list[dict[str, Any]]:
    ordered = sorted(rates.items(), key=lambda each: (-each[1].shown, each[0]))
    return [
        {"name": name, "shown": rate.shown, "ctr": _rounded(rate.ctr), "completion": _rounded(rate.completion)}
        for name, rate in ordered
    ]


def _day(number: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
