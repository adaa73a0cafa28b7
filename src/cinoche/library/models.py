"""What a profile has done with a title, folded from the log by one pure function.

Every field is a register that the latest event (by its time) writes, so that events may arrive late or out of order
and still leave the same state; at equal times the log's order decides. Applying a log twice changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final

from cinoche.events import types
from cinoche.events.models import Event

PLAYED_SHARE: Final = 0.92
"""The share of a title after which it counts as played: what remains is credits."""

EARLY_SHARE: Final = 0.3
"""Giving up before this share of a title says that it was the wrong one, not that it was late."""

NEVER: Final = 0.0
"""The instant of what has not happened: 1970, before any event."""

LIKED: Final = 1
DISLIKED: Final = -1


@dataclass(frozen=True, slots=True)
class TitleState:
    """Everything that one profile has done with one title. Instants (``…_at``) are seconds since 1970 UTC."""

    title_id: str
    watched_at: float = NEVER
    position_s: float = 0.0
    position_at: float = NEVER
    duration_s: float | None = None
    completed_at: float = NEVER
    abandoned_at: float = NEVER
    removed_at: float = NEVER
    rating: float | None = None
    rated_at: float = NEVER
    reaction: int = 0
    reacted_at: float = NEVER
    review: str | None = None
    sentiment: float | None = None
    reviewed_at: float = NEVER
    is_listed: bool = False
    listed_at: float = NEVER
    is_dismissed: bool = False
    dismissed_at: float = NEVER

    @property
    def in_history(self) -> bool:
        """Whether the title was played since it was last taken out of the history."""
        return self.watched_at > self.removed_at

    @property
    def is_played(self) -> bool:
        """Whether the title was seen to the end (and still stands in the history)."""
        return self.completed_at > self.removed_at

    @property
    def in_progress(self) -> bool:
        """Whether a play was left before the end and can be resumed."""
        started = self.position_s > 0 and self.position_at > self.removed_at
        return started and self.position_at > self.completed_at

    @property
    def share(self) -> float | None:
        """The share of the title that was reached, 0 to 1, where its duration is known."""
        return min(self.position_s / self.duration_s, 1.0) if self.duration_s else None


_NAMES = tuple(field.name for field in fields(TitleState))
_values_of = attrgetter(*_NAMES)


def _with(state: TitleState, **changes: Any) -> TitleState:
    """Copy a state with some of its registers changed: what ``dataclasses.replace`` does, in two thirds of the time."""
    return TitleState(**(dict(zip(_NAMES, _values_of(state), strict=True)) | changes))


def title_of(event: Event) -> str | None:
    """Tell which title an event changes the state of; None when it changes none."""
    return event.data.get(types.TITLE_ID) if event.type in _STEPS else None


def apply(state: TitleState, event: Event) -> TitleState:
    """Fold one event about this title into its state; events that say nothing about a title change nothing."""
    step = _STEPS.get(event.type)
    return step(state, event) if step else state


def _play(state: TitleState, event: Event) -> TitleState:
    time_s, position_s = event.time_s, event.data.get(types.POSITION_S, 0.0)
    lasts_s = event.data.get(types.DURATION_S)
    state = _with(
        state,
        watched_at=max(state.watched_at, time_s),
        duration_s=max(state.duration_s or 0.0, lasts_s or 0.0) or None,
    )
    if time_s >= state.position_at:
        state = _with(state, position_s=position_s, position_at=time_s)
    return _complete(state, event) if lasts_s and position_s >= PLAYED_SHARE * lasts_s else state


def _complete(state: TitleState, event: Event) -> TitleState:
    return _with(state, completed_at=max(state.completed_at, event.time_s))


def _played_to_the_end(state: TitleState, event: Event) -> TitleState:
    return _complete(_play(state, event), event)


def _abandon(state: TitleState, event: Event) -> TitleState:
    return _with(_play(state, event), abandoned_at=max(state.abandoned_at, event.time_s))


def _remove(state: TitleState, event: Event) -> TitleState:
    return _with(state, removed_at=max(state.removed_at, event.time_s))


def _rate(state: TitleState, event: Event) -> TitleState:
    if event.time_s < state.rated_at:
        return state
    return _with(state, rating=event.data.get(types.RATING), rated_at=event.time_s)


def _review(state: TitleState, event: Event) -> TitleState:
    if event.time_s < state.reviewed_at:
        return state
    data = event.data
    return _with(state, review=data.get(types.TEXT), sentiment=data.get(types.SENTIMENT), reviewed_at=event.time_s)


def _react(reaction: int) -> Callable[[TitleState, Event], TitleState]:
    def step(state: TitleState, event: Event) -> TitleState:
        if event.time_s < state.reacted_at:
            return state
        return _with(state, reaction=reaction, reacted_at=event.time_s)

    return step


def _list(*, is_listed: bool) -> Callable[[TitleState, Event], TitleState]:
    def step(state: TitleState, event: Event) -> TitleState:
        if event.time_s < state.listed_at:
            return state
        return _with(state, is_listed=is_listed, listed_at=event.time_s)

    return step


def _dismiss(*, is_dismissed: bool) -> Callable[[TitleState, Event], TitleState]:
    def step(state: TitleState, event: Event) -> TitleState:
        if event.time_s < state.dismissed_at:
            return state
        return _with(state, is_dismissed=is_dismissed, dismissed_at=event.time_s)

    return step


def _restore(state: TitleState, event: Event) -> TitleState:
    return _react(0)(_dismiss(is_dismissed=False)(state, event), event)


_STEPS: Mapping[str, Callable[[TitleState, Event], TitleState]] = {
    types.PLAYBACK_STARTED: _play,
    types.PLAYBACK_PROGRESSED: _play,
    types.PLAYBACK_COMPLETED: _played_to_the_end,
    types.PLAYBACK_ABANDONED: _abandon,
    types.HISTORY_REMOVED: _remove,
    types.TITLE_RATED: _rate,
    types.TITLE_UNRATED: _rate,
    types.TITLE_REVIEWED: _review,
    types.REVIEW_REMOVED: _review,
    types.TITLE_LIKED: _react(LIKED),
    types.TITLE_DISLIKED: _react(DISLIKED),
    types.TITLE_UNREACTED: _react(0),
    types.WATCHLIST_ADDED: _list(is_listed=True),
    types.WATCHLIST_REMOVED: _list(is_listed=False),
    types.TITLE_DISMISSED: _dismiss(is_dismissed=True),
    types.TITLE_UNDISMISSED: _dismiss(is_dismissed=False),
    types.TITLE_RESTORED: _restore,
}
