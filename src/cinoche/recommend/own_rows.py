"""Rows of what is the profile's own: what it left, keeps, has seen; and what plays here where little does."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from cinoche.library.models import DISLIKED, TitleState
from cinoche.library.series import following, latest_of
from cinoche.recommend.catalogue import Catalogue, best
from cinoche.recommend.rows import (
    CLEAR_LIKING,
    CONTINUE_WATCHING,
    LISTED,
    MY_LIST,
    NEXT,
    PLAYABLE,
    PLAYS_HERE,
    PROGRESS,
    SEEN,
    WATCH_AGAIN,
    Evidence,
    Placed,
    Row,
    Slate,
    Taste,
)
from cinoche.recommend.state import happened_at, is_seen

AGAIN_AFTER_S: Final = 14 * 86_400.0
"""What was seen less than two weeks ago is not yet worth seeing again."""


def _own(taste: Taste, slate: Slate, wanted: Callable[[TitleState], float | None]) -> Iterator[tuple[int, TitleState]]:
    """Walk the profile's own titles that ``wanted`` gives an instant for, newest first."""
    dated = [(at, each) for each in taste.state.titles.values() if (at := wanted(each)) is not None]
    for _, each in sorted(dated, key=lambda pair: (-pair[0], pair[1].title_id))[: slate.length * 2]:
        position = slate.catalogue.position.get(each.title_id)
        if position is not None and slate.open[position]:
            yield position, each


def continue_watching(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what was left before its end, latest first; of each series the one episode where it goes on."""
    catalogue, states = slate.catalogue, taste.state.titles
    dated: list[tuple[float, Placed]] = []
    begun: set[int] = set()
    for each in states.values():
        position = catalogue.position.get(each.title_id)
        if position is None or not each.in_history:
            continue
        if position in catalogue.series_of:
            begun.add(catalogue.series_of[position])
        elif each.in_progress and slate.open[position]:
            dated.append((each.position_at, _resumed(taste, position, each)))
    dated += [found for whole in begun if (found := _onward(taste, slate, whole)) is not None]
    dated.sort(key=lambda pair: (-pair[0], catalogue.faces[pair[1].position].title_id))
    if dated:
        yield Row(CONTINUE_WATCHING, [placed for _, placed in dated[: slate.length]])


def _resumed(taste: Taste, position: int, state: TitleState) -> Placed:
    evidence = Evidence(PROGRESS, state.title_id, value=state.share)
    return Placed(position, float(taste.scores[position]), evidence, state.share, state.position_s)


def _onward(taste: Taste, slate: Slate, whole: int) -> tuple[float, Placed] | None:
    """Find the episode with which a series goes on, and when the one before it was watched."""
    catalogue, states = slate.catalogue, taste.state.titles
    episodes = catalogue.episodes.get(whole, ())
    latest, onward = latest_of(episodes, states), following(episodes, states)
    if latest is None or onward is None:
        return None
    position = catalogue.position[onward]
    if not (slate.shown[position] and slate.open[whole]):
        return None
    if onward == latest:
        return states[onward].watched_at, _resumed(taste, position, states[onward])
    state = states.get(onward)
    is_begun = state is not None and state.in_progress
    placed = Placed(
        position,
        float(taste.scores[position]),
        Evidence(NEXT, latest),
        progress=state.share if state and is_begun else None,
        position_s=state.position_s if state and is_begun else 0.0,
    )
    return states[latest].watched_at, placed


def playable(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what plays here, where most titles do not: first what the profile does not know, then what it does."""
    catalogue = slate.catalogue
    known = np.zeros(len(catalogue), dtype=np.bool_)
    unwanted = known.copy()
    for each in taste.state.titles.values():
        position = catalogue.position.get(each.title_id)
        if position is not None:
            unwanted[position] = each.reaction == DISLIKED
            known[catalogue.whole(position)] |= is_seen(each) or (position in catalogue.series_of and each.in_history)
    can_play = slate.open & catalogue.has_media & ~unwanted
    fresh = best(taste.scores, can_play & ~known, slate.length)
    again = best(taste.scores, can_play & known, slate.length - len(fresh))
    items = [Placed(int(p), float(taste.scores[p]), plays_here(catalogue, int(p))) for p in (*fresh, *again)]
    if items:
        yield Row(PLAYABLE, items)


def plays_here(catalogue: Catalogue, position: int) -> Evidence:
    """Make the evidence that a title plays here: how long it (or all that plays of a series) lasts, and its genre."""
    face = catalogue.faces[position]
    parts = (catalogue.faces[catalogue.position[each]] for each in catalogue.episodes.get(position, ()))
    lasts_s = face.length_s or sum(each.length_s or 0 for each in parts if each.has_media)
    return Evidence(PLAYS_HERE, name=face.genres[0] if face.genres else None, value=float(lasts_s) or None)


def my_list(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what the profile keeps on its list, latest first."""
    items = [
        Placed(position, float(taste.scores[position]), Evidence(LISTED, each.title_id))
        for position, each in _own(taste, slate, lambda s: s.listed_at if s.is_listed else None)
    ]
    if items:
        yield Row(MY_LIST, items[: slate.length])


def watch_again(taste: Taste, slate: Slate) -> Iterator[Row]:
    """Propose what was seen to the end, liked, and not seen lately, latest first."""

    def wanted(state: TitleState) -> float | None:
        position = slate.catalogue.position.get(state.title_id)
        is_liked = position is not None and taste.liked.get(position, 0.0) >= CLEAR_LIKING
        is_long_ago = taste.now - happened_at(state) > AGAIN_AFTER_S
        return happened_at(state) if state.is_played and is_liked and is_long_ago else None

    items = [
        Placed(position, float(taste.scores[position]), Evidence(SEEN, each.title_id, value=each.rating))
        for position, each in _own(taste, slate, wanted)
    ]
    if items:
        yield Row(WATCH_AGAIN, items[: slate.length])
