"""The built site in memory: each file once, with its compressed forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from cinoche.kit.accepts import choose_encoding
from cinoche.web.headers import (
    ASK_EACH_TIME,
    FOREVER,
    PAGE_HEADERS,
    SHORT,
    WORKER_HEADERS,
    is_known,
)

INDEX: Final = "index.html"
ASSETS: Final = "assets/"
"""The folder of files that the build names by their content."""

ENCODINGS: Final[Mapping[str, str]] = {".br": "br", ".gz": "gzip"}

_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
WORKER: Final = "sw.js"
"""The service worker."""

_UNKNOWN_TYPE: Final = "application/octet-stream"
_MADE_ANEW: Final = frozenset({".html", ".js", ".webmanifest"})
"""What a browser asks about each time, outside the assets: its name stays when its content changes."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the site; ``forms`` holds it by encoding, the plain one under ""."""

    name: str
    forms: Mapping[str, bytes]
    etag: str

    @property
    def media_type(self) -> str:
        """What it is."""
        return _TYPES.get(Path(self.name).suffix, _UNKNOWN_TYPE)

    @property
    def cache_control(self) -> str:
        """How long it may be kept."""
        if self.name.startswith(ASSETS):
            return FOREVER
        return ASK_EACH_TIME if Path(self.name).suffix in _MADE_ANEW else SHORT

    def answer(self, request: Request, *, vary: str = "Accept-Encoding") -> Response:
        """Answer it, in the best form that the client takes, or say that the client has it.

        ``vary`` names what the choice of this file hung on as well.
        """
        encoding = choose_encoding(request.headers.get("accept-encoding"), self.forms)
        etag = f'"{self.etag}{encoding and "-"}{encoding}"'
        headers = {"Cache-Control": self.cache_control, "ETag": etag, "Vary": vary}
        if self.media_type.startswith("text/html"):
            headers |= PAGE_HEADERS
        if self.name == WORKER:
            headers |= WORKER_HEADERS
        if is_known(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers=headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(self.forms[encoding], headers=headers, media_type=self.media_type)


def read_site(folder: Path) -> Mapping[str, File]:
    """Read every file of a built site, by its path inside; none where the site was not built."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    if folder / INDEX not in paths:
        return {}
    plain = [path for path in paths if path.suffix not in ENCODINGS]
    return {path.relative_to(folder).as_posix(): _read(path, folder) for path in plain}


def _read(path: Path, folder: Path) -> File:
    body = path.read_bytes()
    forms = {"": body}
    for suffix, encoding in ENCODINGS.items():
        packed = path.with_name(path.name + suffix)
        if packed.is_file():
            forms[encoding] = packed.read_bytes()
    return File(path.relative_to(folder).as_posix(), forms, blake2b(body, digest_size=10).hexdigest())
