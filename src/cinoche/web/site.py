"""The site at the door: pages, their files, and posters, beside the API and a stranger to it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from cinoche.catalog.models import Faces
from cinoche.kit.accepts import SPOKEN, preferred
from cinoche.web.files import ASSETS, INDEX, File, read_site
from cinoche.web.gallery import Gallery, MaySee
from cinoche.web.headers import ASK_EACH_TIME, PAGE_HEADERS

DIST: Final = Path(__file__).parent / "dist"
"""Where the build puts the site; wheels have it, a clone has it after ``make web``."""

Endpoint = Callable[[Request], Awaitable[Response]]

NOT_PAGES: Final = ("/api/", "/media/", "/posters/", "/assets/", "/healthz", "/readyz", "/metrics")
"""Beginnings of addresses that are never a page's: what is unknown there is a plain 404."""

WORDED: Final[Mapping[str, str]] = {"": "front", "sign-in": "sign-in"}
"""The pages that come with their words, by address: the build writes one of each for every language."""

_LANGUAGE: Final = "cinoche_language"
_SIGNED_IN: Final = "cinoche_csrf"
"""Cookies that pages read too: the language that was chosen there, and the proof that goes with a session."""

_UNBUILT: Final = "unbuilt.html"
_UNBUILT_HEADERS: Final = {
    **PAGE_HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": ASK_EACH_TIME,
}


class SiteRoute(Route):
    """A route of the site: GET and HEAD, and its template noted for logs and metrics under a key of the scope."""

    def __init__(self, template: str, endpoint: Endpoint, *, mark: str, never: Sequence[str] = ()) -> None:
        super().__init__(template, endpoint, methods=["GET"], include_in_schema=False)
        self._mark = mark
        self._never = tuple(never)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match an address, unless it begins as one that is another room's."""
        if scope["type"] == "http" and self._never and scope["path"].startswith(self._never):
            return Match.NONE, {}
        match, child = super().matches(scope)
        if match is not Match.NONE:
            scope[self._mark] = self.path
        return match, child


def site_routes(faces: Callable[[], Faces], *, may_see: MaySee, mark: str, folder: Path = DIST) -> Sequence[BaseRoute]:
    """Make the routes of the site, to be put after every other one; ``mark`` is where a scope holds its route."""
    files = read_site(folder)
    page = _Pages(files).answer if files else _unbuilt_page()
    return [
        SiteRoute("/posters/{file}", Gallery(faces, may_see=may_see).answer, mark=mark),
        SiteRoute("/assets/{path:path}", page, mark=mark),
        SiteRoute("/{path:path}", page, mark=mark, never=NOT_PAGES),
    ]


class _Pages:
    """A site that was built."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self._files = files

    async def answer(self, request: Request) -> Response:
        """Answer a file by its name, or the page itself, which knows what to show at which address."""
        path = request.scope["path"].removeprefix("/")
        file = self._files.get(path)
        if file is None:
            if path.startswith(ASSETS) or "." in path.rpartition("/")[2]:
                raise HTTPException(404)
            return self._page(path, request)
        return file.answer(request)

    def _page(self, path: str, request: Request) -> Response:
        worded = WORDED.get(path)
        if worded is None:
            return self._files[INDEX].answer(request)
        file = self._files.get(f"{worded}.{_language_of(request)}.html")
        # Who is signed in finds another masthead on these pages: the words would not be theirs.
        if file is None or _SIGNED_IN in request.cookies:
            file = self._files[INDEX]
        return file.answer(request, vary="Accept-Encoding, Accept-Language, Cookie")


def _language_of(request: Request) -> str:
    """Find the language of who asks: the one chosen in this browser, else the one it likes best."""
    chosen = request.cookies.get(_LANGUAGE, "")
    return chosen if chosen in SPOKEN else preferred(request.headers.get("accept-language", "")) or SPOKEN[0]


def _unbuilt_page() -> Endpoint:
    """Make one page that says that there is no site, and how to have it: at the top, for nothing else is there."""
    body = (Path(__file__).parent / _UNBUILT).read_bytes()

    async def answer(request: Request) -> Response:
        if request.scope["path"] != "/":
            raise HTTPException(404)
        return HTMLResponse(body, headers=_UNBUILT_HEADERS)

    return answer
