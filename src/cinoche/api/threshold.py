"""What happens around every request: an id, a line in the log, a count, safe headers, and no bare failure."""

from collections.abc import Mapping
from time import perf_counter
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cinoche.api.door import ROUTE
from cinoche.api.errors import REQUEST_ID, answer_broken
from cinoche.api.metrics import Metrics
from cinoche.kit.ids import random_id
from cinoche.kit.telemetry import frames_of, get_logger

SAFE_HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""The headers of every answer, where the route did not set its own."""

_UNKNOWN: Final = "unknown"
_GONE: Final = 499
"""What is logged for a client that hung up: nobody reads the status."""


class Threshold:
    """The outermost layer of the application; a plain ASGI one, which costs microseconds."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, and see it out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, request_id = perf_counter(), 0, random_id()
        scope[REQUEST_ID] = request_id

        async def send_dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(message, request_id, is_https=scope.get("scheme") == "https")
            await send(message)

        try:
            await self._app(scope, receive, send_dressed)
        except ClientDisconnect:
            status = status or _GONE
        except Exception as error:  # noqa: BLE001 - the last line: whatever it was, it is logged and answered
            get_logger().error(
                "request broke", error=type(error).__name__, frames=frames_of(error), request_id=request_id
            )
            if not status:
                await answer_broken(request_id)(scope, receive, send_dressed)
        finally:
            self._record(scope, status, perf_counter() - started, request_id)

    def _record(self, scope: Scope, status: int, duration_s: float, request_id: str) -> None:
        route = scope.get(ROUTE, _UNKNOWN)
        self._metrics.observe(scope["method"], route, status, duration_s)
        get_logger().info(
            "request",
            method=scope["method"][:20],
            route=route,
            status=status,
            duration_ms=round(duration_s * 1_000, 2),
            request_id=request_id,
        )


def _dress(message: Message, request_id: str, *, is_https: bool) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in SAFE_HEADERS.items():
        headers.setdefault(name, value)
    headers["X-Request-Id"] = request_id
    if is_https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
