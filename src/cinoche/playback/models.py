"""What can be played and how; frozen, with no way to a file or a database."""

from dataclasses import dataclass
from enum import StrEnum


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
