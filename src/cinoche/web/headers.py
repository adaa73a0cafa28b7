"""The headers of pages and drawings, and whether a client has them already."""

from collections.abc import Mapping
from typing import Final

PAGE_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
}
"""What a page may load and who may hold it: itself alone. The player's segments are blobs to the browser."""

WORKER_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'",
}
"""A worker lives by the policy of its own file, not by that of its pages: it fetches what it keeps for them."""

DRAWING_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
"""A drawing styles itself and does nothing else, opened by itself too."""

FOREVER: Final = "public, max-age=31536000, immutable"
SHORT: Final = "public, max-age=3600"
ASK_EACH_TIME: Final = "no-cache"


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Tell whether a client has this already (RFC 9110: compared weakly)."""
    known = (each.strip().removeprefix("W/") for each in (if_none_match or "").split(","))
    return any(each in {"*", etag} for each in known)
