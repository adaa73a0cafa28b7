"""Who may use which route: one table. A route that has no row here refuses everybody."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

PREFIX: Final = "/api/v1"


class Access(StrEnum):
    """What a route asks of who comes: nothing, a session, or the session of an operator."""

    OPEN = "open"
    SIGNED_IN = "signed-in"
    OPERATOR = "operator"


ACCESS: Final[Mapping[tuple[str, str], Access]] = {
    ("GET", "/healthz"): Access.OPEN,
    ("GET", "/readyz"): Access.OPEN,
    ("GET", "/metrics"): Access.OPEN,
    ("GET", f"{PREFIX}/openapi.json"): Access.OPEN,
    ("POST", f"{PREFIX}/accounts"): Access.OPEN,
    ("POST", f"{PREFIX}/sessions"): Access.OPEN,
    ("DELETE", f"{PREFIX}/sessions"): Access.SIGNED_IN,
    ("DELETE", f"{PREFIX}/sessions/current"): Access.SIGNED_IN,
    ("PUT", f"{PREFIX}/sessions/current/profile"): Access.SIGNED_IN,
    ("DELETE", f"{PREFIX}/sessions/current/profile"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/devices"): Access.SIGNED_IN,
    ("PATCH", f"{PREFIX}/devices/{{session_id}}"): Access.SIGNED_IN,
    ("DELETE", f"{PREFIX}/devices/{{session_id}}"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/me"): Access.SIGNED_IN,
    ("PUT", f"{PREFIX}/me/password"): Access.SIGNED_IN,
    ("POST", f"{PREFIX}/me/deletion"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles"): Access.SIGNED_IN,
    ("POST", f"{PREFIX}/profiles"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles/{{profile_id}}"): Access.SIGNED_IN,
    ("PATCH", f"{PREFIX}/profiles/{{profile_id}}"): Access.SIGNED_IN,
    ("DELETE", f"{PREFIX}/profiles/{{profile_id}}"): Access.SIGNED_IN,
    ("PUT", f"{PREFIX}/profiles/{{profile_id}}/pin"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/titles"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/titles/{{title_id}}"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/titles/{{title_id}}/similar"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/search"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/people/{{person_id}}"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/genres"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/onboarding/picks"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/public/names"): Access.OPEN,
    ("GET", f"{PREFIX}/public/collection"): Access.OPEN,
    ("GET", f"{PREFIX}/studio/titles"): Access.OPERATOR,
    ("POST", f"{PREFIX}/studio/titles"): Access.OPERATOR,
    ("PATCH", f"{PREFIX}/studio/titles/{{title_id}}"): Access.OPERATOR,
    ("POST", f"{PREFIX}/recommendations"): Access.OPEN,
    ("POST", f"{PREFIX}/events"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles/{{profile_id}}/home"): Access.SIGNED_IN,
    ("POST", f"{PREFIX}/profiles/{{profile_id}}/impressions"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles/{{profile_id}}/recommendations"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles/{{profile_id}}/history"): Access.SIGNED_IN,
    ("DELETE", f"{PREFIX}/profiles/{{profile_id}}/history/{{title_id}}"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles/{{profile_id}}/ratings"): Access.SIGNED_IN,
    ("PUT", f"{PREFIX}/profiles/{{profile_id}}/ratings/{{title_id}}"): Access.SIGNED_IN,
    ("DELETE", f"{PREFIX}/profiles/{{profile_id}}/ratings/{{title_id}}"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles/{{profile_id}}/watchlist"): Access.SIGNED_IN,
    ("PUT", f"{PREFIX}/profiles/{{profile_id}}/watchlist/{{title_id}}"): Access.SIGNED_IN,
    ("DELETE", f"{PREFIX}/profiles/{{profile_id}}/watchlist/{{title_id}}"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles/{{profile_id}}/reviews"): Access.SIGNED_IN,
    ("PUT", f"{PREFIX}/profiles/{{profile_id}}/reviews/{{title_id}}"): Access.SIGNED_IN,
    ("DELETE", f"{PREFIX}/profiles/{{profile_id}}/reviews/{{title_id}}"): Access.SIGNED_IN,
    ("POST", f"{PREFIX}/play-sessions"): Access.SIGNED_IN,
    ("POST", f"{PREFIX}/play-sessions/{{play_session_id}}/heartbeats"): Access.OPEN,
    ("DELETE", f"{PREFIX}/play-sessions/{{play_session_id}}"): Access.SIGNED_IN,
    ("GET", "/media/{token}/{asset_id}/{path}"): Access.OPEN,
    ("HEAD", "/media/{token}/{asset_id}/{path}"): Access.OPEN,
    ("GET", "/media-check"): Access.OPEN,
    ("DELETE", f"{PREFIX}/profiles/{{profile_id}}/history"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles/{{profile_id}}/titles/{{title_id}}"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles/{{profile_id}}/titles/{{title_id}}/why"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/profiles/{{profile_id}}/titles/{{title_id}}/seasons"): Access.SIGNED_IN,
    ("PUT", f"{PREFIX}/profiles/{{profile_id}}/thumbs/{{title_id}}"): Access.SIGNED_IN,
    ("DELETE", f"{PREFIX}/profiles/{{profile_id}}/thumbs/{{title_id}}"): Access.SIGNED_IN,
    ("PUT", f"{PREFIX}/profiles/{{profile_id}}/dismissals/{{title_id}}"): Access.SIGNED_IN,
    ("DELETE", f"{PREFIX}/profiles/{{profile_id}}/dismissals/{{title_id}}"): Access.SIGNED_IN,
    ("GET", f"{PREFIX}/studio/insights"): Access.OPERATOR,
    ("GET", f"{PREFIX}/studio/health"): Access.OPERATOR,
    ("GET", f"{PREFIX}/studio/health.csv"): Access.OPERATOR,
    ("GET", f"{PREFIX}/studio/experiments"): Access.OPERATOR,
    ("POST", f"{PREFIX}/studio/experiments"): Access.OPERATOR,
    ("POST", f"{PREFIX}/studio/experiments/{{experiment_id}}/stop"): Access.OPERATOR,
    ("GET", f"{PREFIX}/studio/insights.csv"): Access.OPERATOR,
    ("GET", f"{PREFIX}/studio/media"): Access.OPERATOR,
    ("DELETE", f"{PREFIX}/studio/media/{{title_id}}"): Access.OPERATOR,
    ("GET", f"{PREFIX}/studio/jobs"): Access.OPERATOR,
    ("GET", f"{PREFIX}/studio/jobs/{{job_id}}"): Access.OPERATOR,
    ("POST", f"{PREFIX}/studio/jobs/{{job_id}}/retry"): Access.OPERATOR,
    ("POST", f"{PREFIX}/studio/jobs/{{job_id}}/cancel"): Access.OPERATOR,
    ("OPTIONS", f"{PREFIX}/studio/uploads"): Access.OPERATOR,
    ("POST", f"{PREFIX}/studio/uploads"): Access.OPERATOR,
    ("HEAD", f"{PREFIX}/studio/uploads/{{upload_id}}"): Access.OPERATOR,
    ("PATCH", f"{PREFIX}/studio/uploads/{{upload_id}}"): Access.OPERATOR,
    ("DELETE", f"{PREFIX}/studio/uploads/{{upload_id}}"): Access.OPERATOR,
}

DEFAULT_BODY_BYTES: Final = 1 << 20
BODY_BYTES: Final[Mapping[tuple[str, str], int]] = {
    ("POST", f"{PREFIX}/events"): 2 << 20,
    ("POST", f"{PREFIX}/profiles/{{profile_id}}/impressions"): 64 << 10,
    ("POST", f"{PREFIX}/play-sessions/{{play_session_id}}/heartbeats"): 64 << 10,
    ("PATCH", f"{PREFIX}/studio/uploads/{{upload_id}}"): 64 << 20,
}
"""The routes that accept another size of body than ``DEFAULT_BODY_BYTES``."""
