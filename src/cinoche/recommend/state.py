"""What the recommender knows of a profile: a pure fold of its events, and the history that the scorers read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from cinoche.events import types
from cinoche.events.models import Recorded
from cinoche.library.models import DISLIKED, EARLY_SHARE, LIKED, NEVER, TitleState, apply
from cinoche.recommend.shown import Shown, show
from cinoche.recommend.statistics import History

HISTORY_LENGTH = 200
"""How many of a profile's latest titles are scored from; what is seen is remembered for good."""

LIKED_FROM: Final = 3.5
"""Fewer stars than this do not say that somebody likes a title."""


@dataclass(frozen=True, slots=True)
class SignalWeights:
    """What each kind of signal says about taste, -1 to 1; public settings (``CINOCHE_WEIGHT_…``)."""

    completed: float = 0.8
    started: float = 0.5
    abandoned: float = -0.3
    liked: float = 1.0
    disliked: float = -1.0
    listed: float = 0.3
    dismissed: float = -0.5
    review: float = 0.5
    ignored: float = -0.3


DEFAULT_WEIGHTS = SignalWeights()


@dataclass(frozen=True, slots=True)
class ProfileState:
    """Everything a profile did, title by title, up to ``offset`` in the log, and what it passed by since."""

    titles: Mapping[str, TitleState] = field(default_factory=dict)
    offset: int = 0
    shown: Mapping[str, Shown] = field(default_factory=dict)


EMPTY = ProfileState()


def fold(state: ProfileState, events: Iterable[Recorded]) -> ProfileState:
    """Fold events of one profile into its state; those at or before its offset are known and change nothing."""
    titles, offset, shown = dict(state.titles), state.offset, dict(state.shown)
    for recorded in events:
        if recorded.offset <= state.offset:
            continue
        offset = recorded.offset
        event = recorded.event
        title_id = event.data.get(types.TITLE_ID)
        if title_id is not None:
            titles[title_id] = apply(titles.get(title_id) or TitleState(title_id), event)
            shown.pop(title_id, None)
        else:
            show(shown, types.titles_shown(event.type, event.data), event.time_s)
    return ProfileState(titles, offset, shown)


def rating_weight(rating: float) -> float:
    """Map stars to -1…1: 3 says a little, 4.5 and more says all, 2 and less speaks against.

    >>> [round(rating_weight(stars), 2) for stars in (0.5, 2.0, 2.5, 3.0, 4.0, 5.0)]
    [-1.0, -0.25, 0.0, 0.25, 0.75, 1.0]
    """
    return min(max((rating - 2.5) / 2.0, -1.0), 1.0)


def weigh(state: TitleState, weights: SignalWeights = DEFAULT_WEIGHTS) -> float:
    """Tell what a profile's dealings with a title say about its taste, from -1 (against) to 1 (for).

    What a person says (stars, thumbs, a review) counts alone when there is any; otherwise what the person did.
    """
    if state.is_dismissed:
        return weights.dismissed
    said, times = 0.0, 0
    if state.rating is not None:
        said, times = rating_weight(state.rating), 1
    if state.reaction:
        said, times = said + (weights.liked if state.reaction == LIKED else weights.disliked), times + 1
    if state.sentiment is not None:
        said, times = said + weights.review * state.sentiment, times + 1
    if times:
        return said / times
    done = weights.listed if state.is_listed else 0.0
    return min(max(done + _watched(state, weights), -1.0), 1.0)


def _watched(state: TitleState, weights: SignalWeights) -> float:
    if not state.in_history:
        return 0.0
    if state.is_played:
        return weights.completed
    share = state.share
    if state.abandoned_at >= state.position_at and (share or 0.0) < EARLY_SHARE:
        return weights.abandoned
    return weights.started * (share if share is not None else 0.25)


def says_liked(state: TitleState) -> bool:
    """Tell whether a person said that they like a title: by a thumb, by enough stars, or in a review."""
    return state.reaction == LIKED or (state.rating or 0.0) >= LIKED_FROM or (state.sentiment or 0.0) > 0


def is_seen(state: TitleState) -> bool:
    """Tell whether a title needs no recommending any more: played to the end, or judged."""
    return state.is_played or state.rating is not None or state.reaction == DISLIKED


def happened_at(state: TitleState) -> float:
    """Tell when a title last spoke about taste; what is not in the history any more speaks by what was said of it."""
    watched_at = state.watched_at if state.in_history else NEVER
    listed_at = state.listed_at if state.is_listed else NEVER
    return max(watched_at, state.rated_at, state.reacted_at, listed_at, state.dismissed_at, state.reviewed_at)


def history_of(
    state: ProfileState,
    index: Mapping[str, int],
    weights: SignalWeights = DEFAULT_WEIGHTS,
    *,
    length: int | None = HISTORY_LENGTH,
) -> History:
    """List what the scorers read: the profile's latest titles, oldest first, with signed weights.

    ``index`` maps title ids to items; titles outside it and titles that say nothing are left out. ``length=None``
    keeps the whole history, as training does.
    """
    rows = []
    for title_id, each in state.titles.items():
        item = index.get(title_id)
        if item is not None and (weight := weigh(each, weights)) != 0.0:
            rows.append((happened_at(each), title_id, item, weight))
    rows.sort()  # what happened at the same instant stands in the order of ids, which no catalogue changes
    if length is not None:
        rows = rows[-length:]
    times, _, items, signed = zip(*rows, strict=True) if rows else ((), (), (), ())
    return History(
        items=np.array(items, dtype=np.int32),
        weights=np.array(signed, dtype=np.float32),
        times=np.array(times, dtype=np.float64),
    )
