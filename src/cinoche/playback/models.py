"""What can be played and how; frozen, with no way to a file or a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cinoche.kit.errors import Conflict


class AssetState(StrEnum):
    """How far an asset has come: its first rung can be watched, or all of them can."""

    WATCHABLE = "watchable"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Rendition:
    """One encoding of the picture: its height in lines, its width in pixels, its peak bandwidth in bit/s."""

    height: int
    width: int
    bandwidth: int


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """One audio language that the manifests offer (BCP 47); ``is_described`` when it tells what the picture shows."""

    language: str
    name: str
    is_described: bool = False


@dataclass(frozen=True, slots=True)
class TextTrack:
    """One WebVTT file: ``path`` within the asset, ``kind`` is captions (sounds too) or subtitles."""

    language: str
    name: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where a chapter begins."""

    start_s: float
    name: str


@dataclass(frozen=True, slots=True)
class Asset:
    """A title's film as it is kept: one CMAF copy, named by paths within the asset's own folder of the media store.

    ``dash`` and ``hls`` are its manifests; ``poster`` a still (JPEG); ``trickplay`` a WebVTT file whose cues name tiles
    of sprites; ``credits_at_s`` where the closing credits begin, where somebody said so.
    """

    asset_id: str
    title_id: str
    state: AssetState
    duration_s: float
    dash: str
    hls: str
    poster: str | None
    trickplay: str | None
    renditions: tuple[Rendition, ...]
    audio: tuple[AudioTrack, ...]
    text: tuple[TextTrack, ...]
    size_bytes: int
    created_at: float
    chapters: tuple[Chapter, ...] = ()
    credits_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class PlaySession:
    """From play to stop: who watches what on which device, and what the log has been told of it so far.

    It counts as a stream until ``ended_at``, or until its heartbeats (``seen_at``) have stopped for the time of a
    lease. ``told_…`` is what the last event about it said; ``beats`` are the digests of the latest heartbeats, so that
    one that is sent twice counts once; ``stalls``, ``stalled_ms`` and ``dropped_frames`` are the totals told last.
    ``completions`` counts how often its end was told, and it is ``is_replaced`` where its device began another title.
    """

    play_session_id: str
    account_id: str
    profile_id: str
    session_id: str
    title_id: str
    asset_id: str
    duration_s: float
    completes_at_s: float
    started_at: float
    expires_at: float
    seen_at: float
    ended_at: float | None = None
    position_s: float = 0.0
    told_position_s: float = 0.0
    told_at: float = 0.0
    is_completed: bool = False
    beats: str = ""
    stalls: int = 0
    stalled_ms: float = 0.0
    dropped_frames: int = 0
    has_begun: bool = False
    is_replaced: bool = False
    completions: int = 0


@dataclass(frozen=True, slots=True)
class Beat:
    """One moment of a play session, as the player tells it; ``at`` is when it was."""

    beat_id: str
    state: str
    position_s: float
    at: float


@dataclass(frozen=True, slots=True)
class Totals:
    """How the picture got there since the play session began; None where the player does not say."""

    stalls: int | None = None
    stalled_ms: float | None = None
    dropped_frames: int | None = None
    startup_ms: float | None = None
    bitrate_kbps: float | None = None


@dataclass(frozen=True, slots=True)
class Playing:
    """What counts as a stream of an account: which title, on which device."""

    play_session_id: str
    title_id: str
    name: str
    device: str | None


class TooManyStreams(Conflict):
    """As many titles play on an account at once as it may play; ``playing`` are those that who asks may know of."""

    def __init__(self, playing: Sequence[Playing], *, at_once: int) -> None:
        super().__init__(
            f"As many titles are playing on this account as may at once: {at_once}.",
            where="play_session",
            remedy="Stop one: close it there, or DELETE /api/v1/play-sessions/{id} with an id of `playing`.",
        )
        self.playing = tuple(playing)
