"""Sessions in a browser: two cookies, and the proof that a request comes from our own pages.

The session's token lies in a cookie that no script can read. A second one, readable, holds a token derived from it;
our pages send it back in ``X-CSRF-Token``, which a page of another site cannot do, for it cannot read our cookies.
"""

import hmac
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response

from cinoche.accounts.service import csrf_token
from cinoche.api.services import services_of
from cinoche.kit.errors import Forbidden

SESSION_COOKIE: Final = "cinoche_session"
CSRF_COOKIE: Final = "cinoche_csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def set_cookies(request: Request, response: Response, token: str, *, lasts_s: float) -> None:
    """Give a browser the cookies of a session."""
    secure = services_of(request).secure_cookies or request.url.scheme == "https"
    for key, value, is_hidden in ((SESSION_COOKIE, token, True), (CSRF_COOKIE, csrf_token(token), False)):
        response.set_cookie(
            key, value, max_age=int(lasts_s), path="/", secure=secure, httponly=is_hidden, samesite="lax"
        )


def clear_cookies(response: Response) -> None:
    """Take the cookies of a session away."""
    for key, is_hidden in ((SESSION_COOKIE, True), (CSRF_COOKIE, False)):
        response.delete_cookie(key, path="/", httponly=is_hidden, samesite="lax")


def refuse_other_sites(request: Request) -> None:
    """Refuse what the browser says comes from another site's page; programs say nothing, and pass."""
    fetched_from = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    is_listed = origin in services_of(request).allowed_origins
    is_ours = origin is None or _netloc_of(origin) == request.headers.get("host")
    if is_listed or (is_ours and fetched_from in {None, "same-origin", "none"}):
        return
    raise Forbidden(
        "This came from a page of another site.",
        where="Origin",
        remedy="Use Cinoche's own pages, or a bearer token.",
    )


def check_csrf(request: Request, token: str) -> None:
    """Refuse a change that a cookie alone vouches for: raises Forbidden unless our own page asks for it."""
    refuse_other_sites(request)
    sent = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(sent.encode(), csrf_token(token).encode()):
        raise Forbidden(
            "The CSRF token is missing or not this session's.",
            where=CSRF_HEADER,
            remedy=f"Send the value of the cookie {CSRF_COOKIE} in the header {CSRF_HEADER}.",
        )


def _netloc_of(origin: str) -> str | None:
    """Tell the host and port of an origin; None when it is not one (a sandboxed page sends ``null``)."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None
