"""An event, as the log keeps it: what happened to one title for one person, when, and who said so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SPEC_VERSION = "1.0"

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in the words of CloudEvents 1.0.

    ``source`` and ``id`` together are its identity: a second event with the same two is a duplicate, whatever else it
    says. ``subject`` is the person: a random pseudonym, never a profile id. ``time_s`` is when it happened, in seconds
    since 1970 UTC. ``data`` has the fields of its ``type`` (see ``events.types``), in schema version ``version``.
    """

    source: str
    id: str
    type: str
    subject: str
    time_s: float
    data: Data
    version: int = 1
    specversion: str = SPEC_VERSION


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the log; offsets grow, start at 1 and never come back."""

    offset: int
    event: Event


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch: how many events were new, how many were there already, and how far the log reaches.

    ``offset`` is the offset of the batch's last new event, or the log's end when all were duplicates.
    """

    accepted: int
    duplicates: int
    offset: int


@dataclass(frozen=True, slots=True)
class Tail:
    """The events after some offset, and the offset that they reach: both read in one snapshot."""

    events: Sequence[Recorded]
    offset: int
