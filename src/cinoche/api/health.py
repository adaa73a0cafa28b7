"""How the recommender fares, for operators: how fresh its model is, what is shown and what comes of it."""

from collections.abc import Mapping
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
from cinoche.recommend.health import Rate, read

router = APIRouter(prefix=PREFIX, route_class=DoorRoute, tags=["studio"])

FIGURES: Final = ("coverage", "gini", "novelty", "long_tail", "calibration_error", "taste_drift")


@router.get(
    "/studio/health",
    summary="How fresh the recommender is, and how what it shows fares",
    responses=described(schemas.RecommenderHealth),
)
async def recommender_health(request: Request) -> Response:
    """Show the age and the lag of the model, and the figures of the last thirty days, drawn at most hourly."""
    house = house_of(request)
    return answer(await run_in_threadpool(lambda: {**_freshness(house), **_figures(house)}))


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
        return {**nothing, "rows": [], "positions": [], "scorers": []}
    return {
        "drawn_at": to_rfc3339(drawn.at),
        "days": drawn.days,
        "impressions": drawn.impressions,
        "plays": drawn.plays,
        **{name: _rounded(getattr(drawn, name)) for name in FIGURES},
        "rows": _rates(drawn.by_row),
        "positions": _rates(drawn.by_position),
        "scorers": _rates(drawn.by_scorer),
    }


def _rates(rates: Mapping[str, Rate]) -> list[dict[str, Any]]:
    ordered = sorted(rates.items(), key=lambda each: (-each[1].shown, each[0]))
    return [
        {"name": name, "shown": rate.shown, "ctr": _rounded(rate.ctr), "completion": _rounded(rate.completion)}
        for name, rate in ordered
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
