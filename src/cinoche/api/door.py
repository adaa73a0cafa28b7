"""The door: who comes is known before anything they brought is read.

``DoorRoute`` is the class of every route: it looks up the route's row in the table of access, finds the session, checks
what a browser must prove, and only then reads the body, up to its limit, as strict JSON.
"""

from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, Final, TypeVar, cast

import msgspec
from anyio import to_thread
from fastapi import Request, Response, params
from fastapi.routing import APIRoute

from cinoche.accounts.models import Role, Session
from cinoche.api import cookies
from cinoche.api.access import ACCESS, BODY_BYTES, DEFAULT_BODY_BYTES, Access
from cinoche.api.packing import packed
from cinoche.api.services import services_of
from cinoche.kit.clock import system_clock
from cinoche.kit.errors import CinocheError, Forbidden, Invalid, TooLarge, Unauthorized
from cinoche.kit.telemetry import get_logger

T = TypeVar("T")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

ROUTE: Final = "cinoche.route"
"""Where a request's scope holds the template of its route, for logs and metrics."""

_SESSION: Final = "cinoche.session"
_KNOWN: Final = "cinoche.known_session"
_COOKIE: Final = "cinoche.cookie"
_LIMIT: Final = "cinoche.body_limit"
_LONGEST_DECLARED: Final = 18
_JSON: Final = "Send the body as application/json in UTF-8; NaN and Infinity are not JSON."


class DoorRequest(Request):
    """A request whose body is bounded, and whose JSON is JSON."""

    _parsed: Any = None

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Yield the body, and stop where it grows too large: at once when it says so, else where it does."""
        limit: int = self.scope[_LIMIT]
        declared = self.headers.get("content-length", "")
        if declared.isdecimal() and (len(declared) > _LONGEST_DECLARED or int(declared) > limit):
            raise _too_large(limit)
        seen = 0
        async for chunk in super().stream():
            seen += len(chunk)
            if seen > limit:
                raise _too_large(limit)
            yield chunk

    async def parse(self) -> None:
        """Read the body and parse it; raises TooLarge, and Invalid when it is not JSON."""
        body = await self.body()
        if body:
            _check_kind(self)
            self._parsed = decode(body)

    async def json(self) -> Any:
        """Give the parsed body."""
        return self._parsed


class DoorRoute(APIRoute):
    """A route behind the door; every router of the API names it as its ``route_class``."""

    def get_route_handler(self) -> Handler:
        """Put the door before what FastAPI does."""
        handle = super().get_route_handler()
        template = self.path_format

        async def guarded(plain: Request) -> Response:
            request = DoorRequest(plain.scope, plain.receive)
            key = (request.method, template)
            request.scope[ROUTE] = template
            request.scope[_LIMIT] = BODY_BYTES.get(key, DEFAULT_BODY_BYTES)
            await _enter(request, ACCESS.get(key))
            if self.body_field is not None and not isinstance(self.body_field.field_info, params.Form):
                await request.parse()
            return packed(request, _with_cookies(request, await handle(request)))

        return guarded


def session_of(request: Request) -> Session:
    """Get the session that came through the door; raises Unauthorized on a route that is open."""
    session = request.scope.get(_SESSION)
    if session is None:
        raise Unauthorized("Nobody is signed in.", remedy="Sign in: POST /api/v1/sessions.")
    return cast("Session", session)


def known_session(request: Request) -> Session | None:
    """Find the session that a request brings along, on open routes too: None when there is none, or it has ended.

    On an open route it tells who looks and allows nothing: nobody has proved there that our own page asks.
    """
    scope = request.scope
    if _SESSION in scope:
        return session_of(request)
    if _KNOWN not in scope:
        token = _token_of(request)
        scope[_KNOWN] = services_of(request).accounts.find_session(token) if token else None
    return cast("Session | None", scope[_KNOWN])


def account_id_of(request: Request) -> str:
    """Get the account that came through the door."""
    return session_of(request).account.account_id


async def read_json(request: Request, kind: type[T]) -> T:
    """Read a body into a msgspec type, for a route too busy for pydantic; raises TooLarge and Invalid."""
    body = await request.body()
    _check_kind(request)
    return cast("T", decode(body, kind))


def decode(body: bytes, kind: Any = Any) -> Any:
    """Parse strict JSON; raises Invalid, with the place, where it is not, or is not of this type."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at ")
        raise Invalid(f"{reason}.", where=f"body{place.strip('`$')}", remedy=_JSON) from None
    except msgspec.DecodeError as error:
        raise Invalid(f"The body is not JSON: {error}.", where="body", remedy=_JSON) from None
    except UnicodeDecodeError:
        raise Invalid("The body is not UTF-8.", where="body", remedy=_JSON) from None
    except RecursionError:
        raise Invalid("The body is nested too deep.", where="body", remedy="Send a flat object.") from None


def _token_of(request: Request) -> str:
    """Read the token that a request brings along; empty where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return request.cookies.get(cookies.SESSION_COOKIE, "")
    return token.strip() if scheme.lower() == "bearer" else ""


def _check_kind(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Invalid("The body does not say that it is JSON.", where="Content-Type", remedy=_JSON)


async def _enter(request: DoorRequest, access: Access | None) -> None:
    if access is Access.OPEN:
        return
    if access is None:
        raise Forbidden(
            "This route has no row in the table of access, so nobody may use it.",
            remedy="Tell the operator: it is a defect of this version.",
        )
    session = await _authenticate(request)
    if access is Access.OPERATOR and session.account.role is not Role.OPERATOR:
        raise Forbidden("This is for operators.", remedy="Sign in with an operator's account.")
    if access is Access.OPERATOR and session.max_age is not None:
        # The Studio shows every title and writes certifications: it would show a child all, and lift its limit.
        raise Forbidden(
            "This session is limited by age, and the Studio is not.",
            remedy="Choose a profile without a limit first: PUT /api/v1/sessions/current/profile.",
        )


async def _authenticate(request: DoorRequest) -> Session:
    """Find who comes: by bearer token, else by cookie, which asks for more proof where something would change."""
    services = services_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    is_cookie = not scheme
    if is_cookie:
        token = request.cookies.get(cookies.SESSION_COOKIE, "")
    elif scheme.lower() != "bearer":
        raise Unauthorized("Only bearer tokens are accepted here.", where="Authorization", remedy="Bearer <token>.")
    if not token:
        raise Unauthorized("Nobody is signed in.", remedy="Sign in: POST /api/v1/sessions, then send the token.")
    session = services.accounts.session(token.strip())
    if is_cookie and request.method not in cookies.SAFE_METHODS:
        cookies.check_csrf(request, token)
    if services.accounts.is_renewable(session):
        session = await _renew(request, session)
        request.scope[_COOKIE] = token if is_cookie else None
    request.scope[_SESSION] = session
    return session


async def _renew(request: DoorRequest, session: Session) -> Session:
    try:
        return await to_thread.run_sync(services_of(request).accounts.renew, session)
    except Exception as error:  # noqa: BLE001 - a session that cannot be renewed now is renewed by the next request
        get_logger().warning("session not renewed", error=type(error).__name__)
        return session


def _with_cookies(request: DoorRequest, response: Response) -> Response:
    """Give a browser whose session was renewed the new age of its cookies, unless the route dealt with them."""
    token = request.scope.get(_COOKIE)
    if token and "set-cookie" not in response.headers:
        lasts_s = session_of(request).expires_at - system_clock()
        cookies.set_cookies(request, response, token, lasts_s=lasts_s)
    return response


def _too_large(limit: int) -> CinocheError:
    return TooLarge(
        f"The body is larger than {limit:,} bytes.", where="body", remedy="Send less at a time, in several requests."
    )
