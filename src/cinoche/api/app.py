"""The application: routers behind one door."""

from collections.abc import Sequence
from typing import Final

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from cinoche import __version__
from cinoche.api import (
    accounts,
    browse,
    errors,
    experiments,
    health,
    impressions,
    insights,
    media,
    openapi,
    operations,
    playback,
    states,
    studio,
    titles,
    viewing,
    watching,
)
from cinoche.api.limits import check_rate, make_limiter
from cinoche.api.metrics import Metrics
from cinoche.api.services import Services
from cinoche.api.threshold import Threshold

ROUTERS: Final[Sequence[APIRouter]] = (
    operations.router,
    accounts.router,
    watching.router,
    titles.router,
    browse.router,
    viewing.router,
    impressions.router,
    playback.router,
    states.router,
    studio.router,
    health.router,
    experiments.router,
    insights.router,
    media.router,
)
"""Every router of the API. A new one has ``route_class=DoorRoute``, and a row in ``access.py`` for each route."""


def create_app(services: Services, *, routers: Sequence[APIRouter] = ROUTERS) -> FastAPI:
    """Build the application on the services that ``bootstrap`` built."""
    app = FastAPI(
        title="Cinoche",
        version=__version__,
        description="A whole streaming service: what a profile does changes the very next list.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    app.state.metrics = Metrics(services.metrics_dir)
    app.state.limiter = make_limiter()
    for name, rate in services.rates.items():
        check_rate(name, rate)
    app.state.hashing = CapacityLimiter(accounts.HASHES_AT_ONCE)
    app.state.erasing = CapacityLimiter(accounts.ERASURES_AT_ONCE)
    app.add_middleware(Threshold, metrics=app.state.metrics)
    errors.install(app)
    openapi.install(app)
    for router in routers:
        # Not `include_router`: it wraps each route once more, which doubles the time to find one among fifty.
        app.router.routes.extend(router.routes)
    return app


def describe_routes() -> list[tuple[str, str, str]]:
    """List every route: method, path and one sentence."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return [
        (method, route.path_format, route.summary or (route.description or "").partition(".")[0])
        for route in routes
        for method in sorted(route.methods or ())
    ]
