"""Routes for those who run the service: is it alive, is it ready, how is it doing, what can it do."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from cinoche.api import metrics, schemas
from cinoche.api.access import PREFIX
from cinoche.api.door import DoorRoute
from cinoche.api.services import services_of
from cinoche.kit.errors import CinocheError, Unavailable
from cinoche.kit.telemetry import get_logger

router = APIRouter(route_class=DoorRoute, tags=["operations"])


@router.get("/healthz")
async def get_health() -> schemas.Health:
    """Tell that the process lives."""
    return schemas.Health(status="ok")


@router.get("/readyz")
async def get_readiness(request: Request) -> schemas.Health:
    """Tell whether every part that requests need can answer."""
    checks = services_of(request).checks
    for name, check in checks.items():
        try:
            await to_thread.run_sync(check)
        except CinocheError as error:
            raise Unavailable(error.message, where=name, remedy=error.remedy) from error
        except Exception as error:
            get_logger().error("check broke", check=name, error=type(error).__name__)
            raise Unavailable("This part does not answer.", where=name, remedy="Run: cinoche doctor.") from error
    return schemas.Health(status="ready", checks=list(checks))


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def get_metrics(request: Request) -> Response:
    """Count the requests of all workers, in the format of Prometheus."""
    text = await to_thread.run_sync(request.app.state.metrics.scrape, services_of(request).house)
    return Response(text, headers={"Content-Type": metrics.MEDIA_TYPE})


@router.get(
    f"{PREFIX}/openapi.json",
    response_class=Response,
    include_in_schema=True,
    responses={200: {"description": "OpenAPI", "content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def get_openapi(request: Request) -> Response:
    """Describe every route."""
    return Response(request.app.state.description(), media_type="application/json")
