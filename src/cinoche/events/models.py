"""An event, as the log keeps it: what happened to one title for one person, when, and who said so."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cinoche.kit.clock import to_rfc3339
from cinoche.kit.errors import Invalid, NotFound

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
    """The events after some offset, the offset that they reach, and how many erasures there had been by then.

    All are read in one snapshot: who sees the number of erasures grow asks the log whom to forget (`erased_since`).
    """

    events: Sequence[Recorded]
    offset: int
    erasures: int = 0


def check(event: Event) -> None:
    """Refuse an event that no log can keep: one without an identity or a person, or whose time is not a number."""
    if not (event.source and event.id and event.type and event.subject):
        raise Invalid("an event needs a source, an id, a type and a subject.", where="event")
    try:
        f"{event.source}{event.id}{event.type}{event.subject}".encode()
    except UnicodeEncodeError as error:
        raise Invalid("its names hold half a character (a lone surrogate).", where="event") from error
    if not math.isfinite(event.time_s):
        raise Invalid("the time of an event is not a number.", where="event.time", remedy="Send the real time.")


def erased() -> NotFound:
    """Make the refusal of an event about somebody who was erased; it does not say whom."""
    return NotFound(
        "this person was erased: nothing is kept of them any more.", where="event.subject", remedy="Send it for nobody."
    )


def exported(recorded: Recorded) -> dict[str, Any]:
    """Write an event as plain values, as a person gets it who asks for their data."""
    event = recorded.event
    return {
        "offset": recorded.offset,
        "specversion": event.specversion,
        "source": event.source,
        "id": event.id,
        "type": event.type,
        "version": event.version,
        "subject": event.subject,
        "time": to_rfc3339(event.time_s),
        "data": dict(event.data),
    }
