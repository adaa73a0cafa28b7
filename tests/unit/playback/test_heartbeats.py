"""What the log hears of heartbeats, whatever order they come in and however often they are sent."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.events import types
from cinoche.playback.heartbeats import HEARTBEAT_S, STEP_S, fold
from cinoche.playback.models import Beat, PlaySession

STARTED_AT = 1_000_000.0
STATES = ("playing", "paused", "buffering", "seeking", "ended", "closed")

NEW = PlaySession(
    play_session_id="p",
    account_id="a",
    profile_id="b",
    session_id="s",
    title_id="t",
    asset_id="f",
    duration_s=1_000.0,
    completes_at_s=920.0,
    started_at=STARTED_AT,
    expires_at=STARTED_AT + 43_200,
    seen_at=STARTED_AT,
    told_at=STARTED_AT,
)

beats = st.lists(
    st.builds(
        Beat,
        beat_id=st.text(min_size=1, max_size=8),
        state=st.sampled_from(STATES),
        position_s=st.floats(0, 86_400),
        at=st.floats(STARTED_AT - 100, STARTED_AT + 50_000),
    ),
    max_size=40,
    unique_by=lambda beat: beat.beat_id,
)


@given(beats)
def test_the_same_message_a_second_time_says_nothing(message):
    once, _ = fold(NEW, message)
    again, told = fold(once, message)
    assert told == []
    assert again == once


@given(beats, st.randoms())
def test_the_order_in_a_message_does_not_matter(message, random):
    message = list({beat.at: beat for beat in message}.values())
    shuffled = message[:]
    random.shuffle(shuffled)
    assert fold(NEW, shuffled) == fold(NEW, message)


@given(beats)
def test_what_is_told_fits_its_events_and_lies_within_the_play_session(message):
    after, told = fold(NEW, message)
    assert len(told) <= len(message)
    for each in told:
        data = {"title_id": "t", "position_s": each.position_s, "duration_s": NEW.duration_s}
        assert types.parse_data(each.type, data, where="event")
        assert NEW.started_at <= each.at <= NEW.expires_at
        assert each.position_s <= NEW.duration_s
        assert (each.type == types.PLAYBACK_COMPLETED) == (each.position_s >= NEW.completes_at_s)
    assert (after.ended_at is not None) == any(beat.state == "closed" for beat in message)


@given(beats)
def test_the_end_is_not_told_twice_in_a_row(message):
    _, told = fold(NEW, message)
    for before, after in itertools.pairwise(told):
        assert {before.type, after.type} != {types.PLAYBACK_COMPLETED}


@given(st.integers(2, 300))
def test_playing_along_is_told_in_steps(seconds):
    message = [Beat(str(k), "playing", float(k), STARTED_AT + k) for k in range(1, seconds)]
    _, told = fold(NEW, message[:100])
    assert [each.position_s for each in told] == [STEP_S * k for k in range(1, len(told) + 1)]


@pytest.mark.parametrize(
    ("position_s", "type_name"),
    [
        (0.5, None),
        (1.5, types.PLAYBACK_ABANDONED),
        (299.0, types.PLAYBACK_ABANDONED),
        (300.0, types.PLAYBACK_PROGRESSED),
        (919.0, types.PLAYBACK_PROGRESSED),
        (920.0, types.PLAYBACK_COMPLETED),
    ],
)
def test_closing_says_how_far_it_came(position_s, type_name):
    after, told = fold(NEW, [Beat("x", "closed", position_s, STARTED_AT + 60)])
    assert [each.type for each in told] == ([type_name] if type_name else [])
    assert after.ended_at == STARTED_AT + 60


def test_closing_at_the_place_that_was_told_last_is_still_giving_up():
    paused, _ = fold(NEW, [Beat("x", "paused", 30.0, STARTED_AT + 30)])
    _, told = fold(paused, [Beat("y", "closed", 30.0, STARTED_AT + 60)])
    assert [(each.type, each.position_s) for each in told] == [(types.PLAYBACK_ABANDONED, 30.0)]


def test_going_back_after_the_end_and_leaving_is_not_giving_up():
    seen, _ = fold(NEW, [Beat("x", "playing", 950.0, STARTED_AT + 950)])
    _, told = fold(seen, [Beat("y", "closed", 100.0, STARTED_AT + 960)])
    assert [each.type for each in told] == [types.PLAYBACK_PROGRESSED]


def test_news_from_after_the_end_are_not_news():
    ended = replace(NEW, ended_at=STARTED_AT + 10)
    after, told = fold(ended, [Beat("x", "playing", 500.0, STARTED_AT + 11)])
    assert told == []
    assert after.position_s == 0.0
    _, late = fold(ended, [Beat("y", "playing", 9.0, STARTED_AT + 5), Beat("z", "paused", 9.5, STARTED_AT + 9)])
    assert [each.position_s for each in late] == [9.5]


def test_a_title_that_its_device_left_for_another_is_heard_for_one_heartbeat_more():
    left = replace(NEW, ended_at=STARTED_AT + 900, is_replaced=True)
    _, told = fold(left, [Beat("x", "ended", 930.0, STARTED_AT + 900 + HEARTBEAT_S)])
    assert [(each.type, each.position_s) for each in told] == [(types.PLAYBACK_COMPLETED, 930.0)]
    after, late = fold(left, [Beat("y", "ended", 930.0, STARTED_AT + 901 + HEARTBEAT_S)])
    assert late == []
    assert after.ended_at == left.ended_at
