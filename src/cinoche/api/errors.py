"""Every refusal as ``application/problem+json`` (RFC 9457): what was wrong, where, and what would be right."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from cinoche.catalog.names import Ambiguous, NameEntry, Unknown
from cinoche.kit.errors import (
    CinocheError,
    Conflict,
    Forbidden,
    Invalid,
    Limited,
    NotFound,
    TooLarge,
    Unauthorized,
    Unavailable,
)
from cinoche.playback.models import TooManyStreams

MEDIA_TYPE: Final = "application/problem+json"
REQUEST_ID: Final = "cinoche.request_id"
"""Where a request's scope holds its id."""

_LONGEST_PLACE: Final = 120
_MOST_ERRORS: Final = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of errors is answered; ``slug`` is the end of the problem's ``type``."""

    status: int
    slug: str
    title: str


KINDS: Final[Mapping[type[CinocheError], Kind]] = {
    Invalid: Kind(422, "invalid", "What was sent cannot be accepted"),
    TooLarge: Kind(413, "too-large", "What was sent is too large"),
    Unauthorized: Kind(401, "unauthorized", "Nobody is signed in"),
    Forbidden: Kind(403, "forbidden", "This is not allowed"),
    NotFound: Kind(404, "not-found", "There is no such thing"),
    Conflict: Kind(409, "conflict", "This contradicts what is already there"),
    Unavailable: Kind(503, "unavailable", "A part that this needs cannot answer"),
    Limited: Kind(429, "limited", "Too many tries"),
}
"""The one table from the house's errors to HTTP; a class that is not in it is answered as its parent."""

BROKEN: Final = Kind(500, "broken", "Something went wrong here")
_NO_ROUTE: Final = "GET /api/v1/openapi.json lists what there is."


def problem(
    kind: Kind,
    detail: str,
    *,
    request_id: str | None = None,
    where: str | None = None,
    remedy: str | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **more: Sequence[Mapping[str, Any]],
) -> Response:
    """Write a problem document."""
    body: dict[str, Any] = {
        "type": f"urn:cinoche:problem:{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
    }
    optional = {
        "where": where,
        "remedy": remedy,
        "errors": list(errors),
        "instance": f"urn:cinoche:request:{request_id}" if request_id else None,
        **more,
    }
    body |= {key: value for key, value in optional.items() if value}
    return Response(msgspec.json.encode(body), kind.status, headers, MEDIA_TYPE)


def kind_of(error: CinocheError) -> Kind:
    """Find how an error is answered: the row of its class, or of the nearest class above."""
    return next((KINDS[parent] for parent in type(error).__mro__ if parent in KINDS), BROKEN)


def answer(error: CinocheError, *, request_id: str | None = None) -> Response:
    """Answer an error that Cinoche raised on purpose."""
    headers = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="cinoche"'
    if isinstance(error, Limited):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    return problem(
        kind_of(error),
        error.message,
        request_id=request_id,
        where=_shown(error.where),
        remedy=error.remedy,
        headers=headers,
        candidates=[_named(entry) for entry in error.candidates] if isinstance(error, Ambiguous) else (),
        near=[_named(entry) for entry in error.near] if isinstance(error, Unknown) else (),
        playing=[asdict(each) for each in error.playing] if isinstance(error, TooManyStreams) else (),
    )


def _shown(where: str | None) -> str | None:
    """Name a place to a stranger: of a file of ours, its name, but not where it lies."""
    return where.rpartition("/")[2] if where and where.startswith("/") else where


def _named(entry: NameEntry) -> Mapping[str, Any]:
    return {"title_id": entry.title_id, "name": entry.name, "year": entry.year}


def answer_broken(request_id: str | None) -> Response:
    """Answer an error that nobody foresaw: what happened is in the log, under the request's id."""
    return problem(
        BROKEN,
        "This should not have happened; it was logged.",
        request_id=request_id,
        remedy="Try again; if it stays, tell the operator the `instance`.",
    )


def install(app: FastAPI) -> None:
    """Make an application answer every error as a problem."""
    app.add_exception_handler(CinocheError, _on_cinoche_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)


async def _on_cinoche_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CinocheError)
    return answer(error, request_id=request.scope.get(REQUEST_ID))


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Neither the value nor the context of an error is repeated: what was sent may hold a password.
    found = [{"where": _place(item["loc"]), "message": item["msg"]} for item in error.errors()[:_MOST_ERRORS]]
    first = found[0] if found else {"where": "body", "message": "It is not what the route accepts."}
    return problem(
        KINDS[Invalid],
        f"{first['where']}: {first['message']}.",
        request_id=request.scope.get(REQUEST_ID),
        where=first["where"],
        remedy="GET /api/v1/openapi.json says what each route accepts.",
        errors=found,
    )


def _place(loc: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in loc)[:_LONGEST_PLACE]


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, CinocheError):
        return await _on_cinoche_error(request, error.__cause__)
    request_id = request.scope.get(REQUEST_ID)
    if error.status_code == 404:
        return problem(KINDS[NotFound], "There is no such route.", request_id=request_id, remedy=_NO_ROUTE)
    if error.status_code == 405:
        allowed = ", ".join(sorted(_methods_at(request)))
        return problem(
            Kind(405, "method-not-allowed", "This route does not know this method"),
            f"{request.method[:20]} is not among the methods of this route.",
            request_id=request_id,
            remedy=f"Use one of: {allowed}." if allowed else _NO_ROUTE,
            headers={"Allow": allowed},
        )
    kind = Kind(error.status_code, "http", "The request was refused")
    return problem(kind, str(error.detail), request_id=request_id, headers=error.headers)


def _methods_at(request: Request) -> set[str]:
    """Tell every method that an address knows: each is a route of its own, and the first one speaks for itself."""
    routes = (route for route in request.app.routes if isinstance(route, Route))
    known = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in known for method in route.methods or ()}
