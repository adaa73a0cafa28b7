"""What time it is: seconds since 1970 in UTC inside, RFC 3339 text at the edges."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from cinoche.kit.errors import Invalid

Clock = Callable[[], float]
"""A function that tells the time in seconds since 1970-01-01T00:00:00Z; tests pass one of their own."""

system_clock: Clock = time.time

DAY_S = 86_400.0
HOUR_S = 3_600.0


def to_rfc3339(time_s: float) -> str:
    """Write a time as RFC 3339 text in UTC, to the millisecond: ``2016-10-16T12:24:24.000Z``."""
    return datetime.fromtimestamp(time_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_rfc3339(text: str, *, where: str = "time") -> float:
    """Read RFC 3339 text with an offset into seconds since 1970; raises Invalid when it is not such a text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(
            f"{text[:40]!r} is not a time with an offset.",
            where=where,
            remedy="Write it as RFC 3339, for example 2026-11-23T20:00:00Z.",
        )
    return moment.timestamp()
