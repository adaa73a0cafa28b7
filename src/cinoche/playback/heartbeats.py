"""What the log is told of a play session: one pure function from heartbeats to events.

A player says every few seconds where it is; the log keeps what somebody may want to know later. A position is told
when it has moved by ``STEP_S``, and when playing stops. The end is told once it is reached: 92 %, or the closing
credits. Closing early is giving up; closing later is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from cinoche.events import types
from cinoche.library.models import EARLY_SHARE
from cinoche.playback.models import Beat, PlaySession

HEARTBEAT_S: Final = 10.0
"""How often a player tells where it is."""

STEP_S: Final = 10.0
"""How far a position moves before the log is told."""

CLOSED: Final = "closed"
STOPS: Final = frozenset({"paused", "ended", CLOSED})
"""The states in which playing has stopped, so that the exact position is worth telling."""

_MOVED_S: Final = 1.0
_BETWEEN_S: Final = 1.0
_KEPT_BEATS: Final = 200
"""Two of the largest messages: a beat that is sent again after more than that is old news by its time."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event to be: its type, the position that it says, when that was, and what it comes from.

    That is a beat; or, for the end, how often it was told before, so that two messages that reach it at once tell the
    same event.
    """

    type: str
    position_s: float
    at: float
    cause: str


def fold(before: PlaySession, beats: Iterable[Beat]) -> tuple[PlaySession, list[Told]]:
    """Take beats, in the order of their times, into a play session, and tell what the log should know.

    A beat that was taken before changes nothing, and so does one of after the play session's end. Where its device
    began another title, the page that it leaves says its last word at about the same time: that is still heard.
    """
    state, told = before, []
    late_s = HEARTBEAT_S if before.is_replaced else 0.0
    known = state.beats.split()
    for beat in sorted(beats, key=lambda each: each.at):
        digest = blake2b(beat.beat_id.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        if digest in known or (state.ended_at is not None and beat.at > state.ended_at + late_s):
            continue
        known.append(digest)
        state, event = _take(state, beat)
        told += [event] if event else []
    return replace(state, beats=" ".join(known[-_KEPT_BEATS:])), told


def _take(state: PlaySession, beat: Beat) -> tuple[PlaySession, Told | None]:
    position_s = min(beat.position_s, state.duration_s)
    at = min(max(beat.at, state.started_at), state.expires_at)
    type_name = _type_of(state, beat.state, position_s, at)
    ended_at = at if beat.state == CLOSED and state.ended_at is None else state.ended_at
    state = replace(state, position_s=position_s, ended_at=ended_at)
    if type_name is None:
        return state, None
    is_end = type_name == types.PLAYBACK_COMPLETED
    cause = f"{type_name}:{state.completions}" if is_end else beat.beat_id
    state = replace(
        state,
        told_position_s=position_s,
        told_at=max(at, state.told_at),
        is_completed=is_end,
        completions=state.completions + is_end,
    )
    return state, Told(type_name, position_s, at, cause)


def _type_of(state: PlaySession, doing: str, position_s: float, at: float) -> str | None:
    if position_s >= state.completes_at_s:
        return None if state.is_completed else types.PLAYBACK_COMPLETED
    moved_s = abs(position_s - state.told_position_s)
    if doing == CLOSED:
        return _type_of_closing(state, position_s, moved_s)
    is_due = at - state.told_at >= _BETWEEN_S and moved_s >= (_MOVED_S if doing in STOPS else STEP_S)
    return types.PLAYBACK_PROGRESSED if is_due else None


def _type_of_closing(state: PlaySession, position_s: float, moved_s: float) -> str | None:
    """Tell what closing says: nothing where nothing was seen, or where the end was seen before."""
    if moved_s < _MOVED_S and (state.is_completed or state.told_at <= state.started_at):
        return None
    if not state.is_completed and position_s < EARLY_SHARE * state.duration_s:
        return types.PLAYBACK_ABANDONED
    return types.PLAYBACK_PROGRESSED if moved_s >= _MOVED_S else None
