"""The work of making a file playable, as it is written down; frozen, with no way to a file or a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cinoche.playback.models import Chapter


class JobState(StrEnum):
    """Where a job stands; ``running`` may also mean that its worker died, until the lease is over."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE: Final = frozenset({JobState.QUEUED, JobState.RUNNING})
"""The states in which a job still has something to do; a title has one such job at most."""


class Stage(StrEnum):
    """What a job does now, in the order in which it does it."""

    WAITING = "waiting"
    DRAWING = "drawing"
    PROBING = "probing"
    ENCODING_FIRST = "encoding-first"
    PACKAGING_FIRST = "packaging-first"
    ENCODING_REST = "encoding-rest"
    PACKAGING = "packaging"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a job failed: what was wrong, where, and how to mend it; ``is_passing`` when it may work another time."""

    message: str
    where: str | None = None
    remedy: str | None = None
    is_passing: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What to make of which file.

    ``source`` is a path; ``reel`` names a demo reel to draw instead. ``audio`` and ``captions`` map languages to
    further files. ``is_ours`` when the file is a copy that goes away with the job.
    """

    source: str = ""
    reel: str | None = None
    audio: Mapping[str, str] = field(default_factory=dict)
    captions: Mapping[str, str] = field(default_factory=dict)
    chapters: tuple[Chapter, ...] = ()
    credits_at_s: float | None = None
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A job. ``progress`` is 0 to 1; ``watchable_at`` is when the first rung could be watched."""

    job_id: str
    title_id: str
    file_name: str
    wish: Wish
    state: JobState
    stage: Stage
    progress: float
    attempts: int
    not_before: float
    trouble: Trouble | None
    created_at: float
    started_at: float | None
    watchable_at: float | None
    ended_at: float | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that a job wrote."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that comes in pieces; how much of it is here is what its file on the disk says."""

    upload_id: str
    title_id: str
    file_name: str
    size_bytes: int
    sha256: str | None
    touched_at: float
