import random
from dataclasses import asdict, fields
from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.library.models import DISLIKED, LIKED, TitleState, apply, title_of

ABOUT_TITLE = sorted(set(types.EVENT_TYPES) - {types.ROW_SHOWN, types.SLATE_SHOWN})


def event(type_name: str, time_s: float, **data: Any) -> Event:
    return Event("test", f"{type_name}-{time_s}", type_name, "ada", time_s, {"title_id": "heat", **data})


def fold(*events: Event, start: TitleState | None = None) -> TitleState:
    return reduce(apply, events, start or TitleState("heat"))


@st.composite
def events_at(draw: st.DrawFn, time_s: float) -> Event:
    name = draw(st.sampled_from(ABOUT_TITLE))
    data: dict[str, Any] = {}
    if name.startswith("playback."):
        data["position_s"] = draw(st.sampled_from([0.0, 60.0, 5_000.0, 6_000.0]))
        duration_s = draw(st.sampled_from([None, 5_400.0, 6_000.0]))
        data |= {"duration_s": duration_s} if duration_s else {}
    elif name == types.TITLE_RATED:
        data["rating"] = draw(st.sampled_from([0.5, 3.0, 5.0]))
    elif name == types.TITLE_REVIEWED:
        data |= {"text": draw(st.sampled_from(["good", "bad"])), "sentiment": draw(st.sampled_from([None, -1.0, 0.5]))}
    return event(name, time_s, **data)


@st.composite
def logs(draw: st.DrawFn, *, distinct: bool) -> list[Event]:
    times = draw(st.lists(st.integers(1, 12 if not distinct else 1_000), max_size=12, unique=distinct))
    return [draw(events_at(float(time_s))) for time_s in times]


@given(logs(distinct=False))
def test_folding_a_log_twice_changes_nothing(log: list[Event]) -> None:
    once = fold(*log)
    assert fold(*log, start=once) == once


@given(logs(distinct=False), st.integers(0, 12))
def test_folding_the_end_of_a_log_twice_changes_nothing(log: list[Event], start: int) -> None:
    once = fold(*log)
    assert fold(*log[start:], start=once) == once


@given(logs(distinct=True), st.randoms(use_true_random=False))
def test_events_of_distinct_times_may_come_in_any_order(log: list[Event], draw: random.Random) -> None:
    shuffled = draw.sample(log, len(log))
    assert fold(*shuffled) == fold(*log)


@given(logs(distinct=True))
def test_what_is_taken_back_leaves_nothing(log: list[Event]) -> None:
    state = fold(
        *log,
        event(types.TITLE_UNRATED, 2_000),
        event(types.TITLE_RESTORED, 2_001),
        event(types.WATCHLIST_REMOVED, 2_002),
        event(types.HISTORY_REMOVED, 2_003),
    )
    assert (state.rating, state.reaction, state.is_dismissed, state.is_listed) == (None, 0, False, False)
    assert (state.in_history, state.is_played, state.in_progress) == (False, False, False)


def test_one_event_leaves_the_other_registers_as_they_were() -> None:
    full = TitleState(*range(len(fields(TitleState))))  # type: ignore[arg-type]
    changed = {"rating": 2.5, "rated_at": 1e9}
    assert asdict(apply(full, event(types.TITLE_RATED, 1e9, rating=2.5))) == asdict(full) | changed


def test_at_equal_times_the_order_of_the_log_decides() -> None:
    assert fold(event(types.TITLE_RATED, 1, rating=2.0), event(types.TITLE_RATED, 1, rating=4.0)).rating == 4.0


def test_a_title_is_played_at_92_percent_of_its_length() -> None:
    before = event(types.PLAYBACK_PROGRESSED, 1, position_s=919.9, duration_s=1_000.0)
    after = event(types.PLAYBACK_PROGRESSED, 2, position_s=920.0, duration_s=1_000.0)
    assert fold(before).in_progress
    assert not fold(before).is_played
    assert fold(before, after).is_played
    assert not fold(before, after).in_progress
    assert fold(after).share == 0.92


def test_a_title_of_unknown_length_is_played_when_the_player_says_so() -> None:
    assert not fold(event(types.PLAYBACK_PROGRESSED, 1, position_s=9_000.0)).is_played
    assert fold(event(types.PLAYBACK_COMPLETED, 2, position_s=9_000.0)).is_played


def test_a_title_begun_again_is_in_progress_and_still_played() -> None:
    state = fold(event(types.PLAYBACK_COMPLETED, 1), event(types.PLAYBACK_PROGRESSED, 2, position_s=60.0))
    assert state.in_progress
    assert state.is_played


def test_a_title_removed_from_the_history_returns_when_it_is_played_again() -> None:
    removed = fold(event(types.PLAYBACK_COMPLETED, 1, position_s=10.0), event(types.HISTORY_REMOVED, 2))
    assert (removed.in_history, removed.is_played) == (False, False)
    late = fold(event(types.PLAYBACK_PROGRESSED, 1.5, position_s=60.0), start=removed)
    assert (late.in_history, late.in_progress) == (False, False)
    again = fold(event(types.PLAYBACK_PROGRESSED, 3, position_s=60.0), start=removed)
    assert again.in_history
    assert again.in_progress
    assert not again.is_played


def test_a_thumb_replaces_a_thumb_and_a_restored_title_has_neither() -> None:
    liked = fold(event(types.TITLE_LIKED, 1))
    disliked = fold(event(types.TITLE_DISLIKED, 2), start=liked)
    restored = fold(event(types.TITLE_DISMISSED, 3), event(types.TITLE_RESTORED, 4), start=disliked)
    assert (liked.reaction, disliked.reaction, restored.reaction) == (LIKED, DISLIKED, 0)
    assert not restored.is_dismissed


def test_taking_back_a_thumb_and_a_dismissal_are_two_things() -> None:
    both = fold(event(types.TITLE_DISLIKED, 1), event(types.TITLE_DISMISSED, 2))
    without_thumb = fold(event(types.TITLE_UNREACTED, 3), start=both)
    undismissed = fold(event(types.TITLE_UNDISMISSED, 3), start=both)
    assert (without_thumb.reaction, without_thumb.is_dismissed) == (0, True)
    assert (undismissed.reaction, undismissed.is_dismissed) == (DISLIKED, False)


def test_an_unrated_title_has_no_stars_whatever_came_before() -> None:
    assert fold(event(types.TITLE_UNRATED, 2), event(types.TITLE_RATED, 1, rating=5.0)).rating is None


def test_a_row_that_was_shown_changes_no_title() -> None:
    shown = Event("test", "1", types.ROW_SHOWN, "ada", 1.0, {"kind": "top", "title_ids": ["heat"]})
    assert title_of(shown) is None
    assert apply(TitleState("heat"), shown) == TitleState("heat")
    assert title_of(event(types.TITLE_LIKED, 1)) == "heat"
