"""What the routes of watching accept and answer: play sessions, heartbeats, what a profile did with a title."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from cinoche.accounts import models
from cinoche.api.schemas import Accepted, Evidence, Face, Instant, LanguageTag, Preferences
from cinoche.kit.clock import to_rfc3339

Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]


class ChosenProfile(Accepted):
    """Who watches in this session, and the PIN where the profile has one."""

    profile_id: Annotated[str, Field(min_length=1, max_length=64)]
    pin: Annotated[str | None, Field(pattern="^[0-9]{4}$")] = None


class NewPin(Accepted):
    """A PIN to set, null to remove it; the account's password proves who asks."""

    pin: Annotated[str | None, Field(pattern="^[0-9]{4}$")]
    password: Annotated[str, Field(max_length=1_024)]


class PasswordProof(Accepted):
    """The account's password, for what cannot be undone."""

    password: Annotated[str, Field(max_length=1_024)]


class Device(BaseModel):
    """A session of the account, by the device that holds it."""

    session_id: str
    label: str = Field(description="The browser and system, as the device named itself; never its address.")
    created_at: Instant
    last_used_at: Annotated[Instant, Field(description="To the day: a session notes once a day that it is used.")]
    is_current: bool

    @classmethod
    def of(cls, device: models.Device, current_id: str) -> Self:
        """Show a device to the session with this id."""
        return cls(
            session_id=device.session_id,
            label=device.label,
            created_at=to_rfc3339(device.created_at),
            last_used_at=to_rfc3339(device.last_used_at),
            is_current=device.session_id == current_id,
        )


class Devices(BaseModel):
    """The sessions of an account, the current one first."""

    items: list[Device]


class DeviceLabel(Accepted):
    """What to call a device."""

    label: Annotated[str, Field(min_length=1, max_length=200, description="1 to 40 characters, once trimmed.")]


class TitleState(BaseModel):
    """What a profile has done with a title."""

    title_id: str
    rating: float | None
    thumb: Literal["up", "down"] | None
    is_listed: bool
    is_dismissed: bool
    review: str | None
    position_s: float
    duration_s: float | None
    is_played: bool
    in_progress: bool
    watched_at: Instant | None


class NewThumb(Accepted):
    """A thumb, up or down."""

    thumb: Literal["up", "down"]


class Why(BaseModel):
    """Why a title is proposed to a profile: the sentence of its place, and every fact that speaks for it."""

    title_id: str
    text: str
    facts: list[Evidence]


class Episode(Face):
    """An episode, with what the profile of the session has seen of it."""

    number: int | None
    season: int | None
    position_s: float = 0.0
    is_played: bool = False


class Season(BaseModel):
    """A season and its episodes, in order."""

    title_id: str | None
    name: str
    number: int | None
    episodes: list[Episode]


class Seasons(BaseModel):
    """The seasons of a series; ``resume_title_id`` is the episode that a click on Play would start."""

    items: list[Season]
    resume_title_id: str | None


class NewPlaySession(Accepted):
    """Who wants to watch what; for a series, its next episode is played."""

    profile_id: Annotated[str, Field(min_length=1, max_length=64)]
    title_id: Annotated[str, Field(min_length=1, max_length=64)]
    from_start: bool = Field(default=False, description="Begin anew instead of where the profile stopped.")


class AudioChoice(BaseModel):
    """An audio track that the manifests offer."""

    language: str
    name: str
    is_described: bool = Field(default=False, description="Whether it tells what the picture shows.")


class CaptionChoice(BaseModel):
    """A text track: its own WebVTT file, which the manifests name too."""

    language: str
    name: str
    kind: Literal["captions", "subtitles"]
    url: str


class ChapterMark(BaseModel):
    """Where a chapter begins."""

    start_s: float
    name: str


class Rung(BaseModel):
    """A picture size that can be had now."""

    height: int
    bandwidth: int


class NextTitle(BaseModel):
    """What follows: the next episode."""

    title_id: str
    name: str
    season: int | None
    number: int | None


class PlaySession(BaseModel):
    """Everything that a player needs. Addresses are under a signed prefix that ends with the session."""

    play_session_id: str
    token: str = Field(description="Proves the play session to its heartbeats, which a closing page cannot sign.")
    title: Face
    series: Face | None
    dash: str
    hls: str
    poster: str | None
    trickplay: str | None = Field(description="A WebVTT file whose cues name tiles of sprites (#xywh).")
    expires_at: Instant
    heartbeat_s: float
    position_s: float
    duration_s: float
    credits_at_s: float | None
    chapters: list[ChapterMark]
    audio: list[AudioChoice]
    captions: list[CaptionChoice]
    rungs: list[Rung]
    audio_language: LanguageTag | None = Field(description="The audio of this profile's taste, among those offered.")
    caption_language: LanguageTag | None = Field(description="The subtitles of its taste; null: none.")
    preferences: Preferences
    next: NextTitle | None


class Quality(Accepted):
    """How the picture got there, in the terms of CTA-5004 (CMCD) where it has one.

    ``stalls``, ``stalled_ms`` and ``dropped_frames`` are totals since the play session began, so that a message that is
    lost or sent twice counts right; ``startup_ms`` is counted once.
    """

    bitrate_kbps: Annotated[float | None, Field(ge=0, le=1e6)] = None
    buffer_ms: Annotated[float | None, Field(ge=0, le=1e7)] = None
    throughput_kbps: Annotated[float | None, Field(ge=0, le=1e7)] = None
    startup_ms: Annotated[float | None, Field(ge=0, le=1e7)] = None
    stalls: Annotated[int | None, Field(ge=0, le=1_000_000)] = None
    stalled_ms: Annotated[float | None, Field(ge=0, le=1e9)] = None
    dropped_frames: Annotated[int | None, Field(ge=0, le=10_000_000)] = None
    height: Annotated[int | None, Field(ge=0, le=10_000)] = None


class Beat(Accepted):
    """One moment of a play session; ``ago_s`` is how long before the message was sent."""

    beat_id: Annotated[
        str, Field(min_length=1, max_length=64, description="Drawn by the player; sent twice, kept once.")
    ]
    state: Literal["playing", "paused", "buffering", "seeking", "ended", "closed"]
    position_s: Seconds
    ago_s: Seconds = 0.0


class Heartbeat(Accepted):
    """What a player tells every few seconds, and a last time when its page closes (navigator.sendBeacon)."""

    token: Annotated[str, Field(max_length=1_024)]
    beats: Annotated[list[Beat], Field(min_length=1, max_length=100)]
    quality: Quality | None = None


class Beaten(BaseModel):
    """What a heartbeat answers: whether the play session goes on, and until when its addresses work."""

    goes_on: bool
    expires_at: Instant
    offset: int
