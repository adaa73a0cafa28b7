"""The description of the API: what FastAPI knows of the routes, and what the table of access says of them."""

from functools import cache
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from cinoche.api.access import ACCESS, Access
from cinoche.api.cookies import CSRF_HEADER, SESSION_COOKIE
from cinoche.api.errors import MEDIA_TYPE
from cinoche.api.intake import EVENT_SCHEMAS
from cinoche.api.schemas import Problem

_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "The token that POST /api/v1/sessions answers."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": f"For browsers; what changes something also needs the header {CSRF_HEADER}.",
    },
}
_REFUSAL = {
    "description": "Why not, where, and what would be right (RFC 9457).",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def install(app: FastAPI) -> None:
    """Make an application describe itself; the text is written once, when it is first asked for."""

    @cache
    def describe() -> dict[str, Any]:
        return _describe(app)

    @cache
    def description() -> bytes:
        return msgspec.json.encode(describe())

    app.openapi = describe  # type: ignore[method-assign]
    app.state.description = description


def _describe(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            is_open = ACCESS.get((method.upper(), path)) is Access.OPEN
            operation["security"] = [] if is_open else [{name: []} for name in _SCHEMES]
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _REFUSAL
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem} | EVENT_SCHEMAS
    components["securitySchemes"] = _SCHEMES
    return document
