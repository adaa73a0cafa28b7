"""Posters over HTTP: each drawn when it is first asked for, and kept."""

import gzip
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cinoche.catalog.models import Face, Faces
from cinoche.catalog.pictures import poster_address, poster_key
from cinoche.kit.accepts import choose_encoding
from cinoche.web.headers import ASK_EACH_TIME, DRAWING_HEADERS, FOREVER, is_known
from cinoche.web.posters.facts import PosterFacts
from cinoche.web.posters.poster import draw

MaySee = Callable[[Request, Face], bool]
"""Tells whether who asks may be shown a title that they could not name in full."""

_ADDRESS: Final = re.compile(r"(?P<title_id>.{1,64})-(?P<key>[0-9a-f]{8})(?P<wide>-wide)?\.svg")
_WIDE: Final = "-wide"
_KEPT: Final = 2_048
_LEVEL: Final = 6


class Gallery:
    """The posters of a catalogue."""

    def __init__(self, faces: Callable[[], Faces], *, may_see: MaySee) -> None:
        self._faces = faces
        self._may_see = may_see
        self._packed = lru_cache(_KEPT)(_draw_packed)

    async def answer(self, request: Request) -> Response:
        """Answer the poster at an address; where its key is an old one, send to the new address.

        Whoever has the key has the facts, so a poster with its key is for anybody to keep. Without it the answer would
        tell a title's name: only who may see the title is sent on.
        """
        found = _ADDRESS.fullmatch(request.path_params["file"])
        face = None if found is None else await run_in_threadpool(self._face, found["title_id"])
        if found is None or face is None:
            raise HTTPException(404)
        wide = found["wide"] or ""
        if found["key"] != poster_key(face):
            if not await run_in_threadpool(self._may_see, request, face):
                raise HTTPException(404)
            address = poster_address(face).removesuffix(".svg") + wide + ".svg"
            return RedirectResponse(address, 302, headers={"Cache-Control": ASK_EACH_TIME})
        return self._send(request, face, found["key"], wide)

    def _face(self, title_id: str) -> Face | None:
        faces = self._faces()
        return faces.get(title_id) or faces.withdrawn.get(title_id)

    def _send(self, request: Request, face: Face, key: str, wide: str) -> Response:
        encoding = choose_encoding(request.headers.get("accept-encoding"), ("gzip",))
        etag = f'"{key}{wide}{encoding and "-"}{encoding}"'
        headers = {**DRAWING_HEADERS, "Cache-Control": FOREVER, "ETag": etag, "Vary": "Accept-Encoding"}
        if is_known(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers=headers)
        facts = PosterFacts.of(face.title_id, face.name, face.year, face.directors, face.genres)
        body = self._packed(facts, wide == _WIDE)
        if encoding:
            headers["Content-Encoding"] = encoding
        else:
            body = gzip.decompress(body)
        return Response(body, headers=headers, media_type="image/svg+xml")


def _draw_packed(facts: PosterFacts, is_wide: bool) -> bytes:
    return gzip.compress(draw(facts, is_wide=is_wide).encode(), _LEVEL, mtime=0)
