"""The token that opens an asset's folder for one play session, until it expires.

It stands in the path (``/media/<token>/<asset_id>/...``), so that the relative addresses inside a manifest inherit it.
It is an HMAC-SHA256 over its version, the play session, the asset and the instant of expiry: who lacks the key can
neither make one nor move one to another asset. Whether the play session still goes on is not in it; that is looked up.
"""

import base64
import hmac
from dataclasses import dataclass
from typing import Final

from cinoche.kit.errors import Forbidden

VERSION: Final = "1"
PREFIX: Final = "/media"

_PURPOSE: Final = b"cinoche: media tokens"
_LONGEST: Final = 128
_LONGEST_EXPIRY: Final = 12
_REMEDY: Final = "Start the title again: POST /api/v1/play-sessions gives new addresses."


@dataclass(frozen=True, slots=True)
class Grant:
    """What a good token says: which play session it belongs to, and when it ends (seconds since 1970)."""

    play_session_id: str
    expires_at: int


def derive_key(secret: bytes) -> bytes:
    """Derive the key of media tokens from the secret of the installation, so that neither tells the other."""
    return hmac.digest(secret, _PURPOSE, "sha256")


def sign(key: bytes, play_session_id: str, asset_id: str, expires_at: int) -> str:
    """Make the token of a play session for an asset: ``<expires>.<play_session_id>.<hmac>``."""
    return f"{expires_at}.{play_session_id}.{_mac(key, play_session_id, asset_id, str(expires_at))}"


def check(key: bytes, token: str, asset_id: str, now: float) -> Grant:
    """Read a token that somebody brought for an asset.

    Raises Forbidden where we never made it for this asset, and where it has expired.
    """
    expires, play_session_id = _parts(token)[:2]
    mac = _mac(key, play_session_id, asset_id, expires)
    if not hmac.compare_digest(f"{expires}.{play_session_id}.{mac}".encode(), token.encode("utf-8", "surrogatepass")):
        raise _forged()
    if now >= int(expires):
        raise Forbidden("This address has expired.", where="token", remedy=_REMEDY)
    return Grant(play_session_id, int(expires))


def play_session_of(token: str) -> str:
    """Tell which play session a token claims to be of: nothing is proved by that. Raises Forbidden for no token."""
    return _parts(token)[1]


def prefix(token: str, asset_id: str) -> str:
    """Give the address under which a token opens an asset's folder, with its last slash."""
    return f"{PREFIX}/{token}/{asset_id}/"


def _parts(token: str) -> tuple[str, str, str]:
    parts = token.split(".") if len(token) <= _LONGEST and token.isascii() else []
    if len(parts) != 3 or not (parts[0].isdecimal() and len(parts[0]) <= _LONGEST_EXPIRY and all(parts)):
        raise _forged()
    return parts[0], parts[1], parts[2]


def _mac(key: bytes, play_session_id: str, asset_id: str, expires: str) -> str:
    said = f"{VERSION}\x1f{play_session_id}\x1f{asset_id}\x1f{expires}".encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(hmac.digest(key, said, "sha256")).decode("ascii").rstrip("=")


def _forged() -> Forbidden:
    return Forbidden("This address was not given out by this server for this film.", where="token", remedy=_REMEDY)
