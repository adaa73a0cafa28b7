"""The profile's state is a pure fold; its history is what the scorers read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.events import types
from cinoche.events.models import Event, Recorded
from cinoche.library.models import TitleState
from cinoche.recommend.state import EMPTY, SignalWeights, fold, history_of, is_seen, rating_weight, weigh

TITLES = ["heat", "alien", "amelie"]
INDEX = {"heat": 0, "alien": 1, "amelie": 2}


def recorded(
    offset: int, type_name: str, title_id: str = "heat", time_s: float | None = None, **data: object
) -> Recorded:
    at = float(offset) if time_s is None else time_s
    return Recorded(offset, Event("test", str(offset), type_name, "person", at, {"title_id": title_id, **data}))


def steps() -> st.SearchStrategy[tuple[str, str, dict[str, object]]]:
    return st.one_of(
        st.tuples(
            st.just(types.TITLE_RATED),
            st.sampled_from(TITLES),
            st.fixed_dictionaries({"rating": st.sampled_from([0.5, 3.0, 5.0])}),
        ),
        st.tuples(
            st.sampled_from([types.PLAYBACK_PROGRESSED, types.PLAYBACK_COMPLETED, types.PLAYBACK_ABANDONED]),
            st.sampled_from(TITLES),
            st.fixed_dictionaries({"position_s": st.floats(0, 6000), "duration_s": st.just(6000.0)}),
        ),
        st.tuples(
            st.sampled_from(
                [
                    types.TITLE_LIKED,
                    types.TITLE_DISLIKED,
                    types.TITLE_DISMISSED,
                    types.TITLE_RESTORED,
                    types.TITLE_UNREACTED,
                    types.TITLE_UNDISMISSED,
                    types.TITLE_UNRATED,
                    types.WATCHLIST_ADDED,
                    types.WATCHLIST_REMOVED,
                    types.HISTORY_REMOVED,
                ]
            ),
            st.sampled_from(TITLES),
            st.just({}),
        ),
    )


@given(st.lists(steps(), max_size=30), st.integers(0, 30))
def test_folding_in_one_go_or_in_two_gives_the_same_state(
    each: list[tuple[str, str, dict[str, object]]], cut: int
) -> None:
    log = [recorded(offset, kind, title, **data) for offset, (kind, title, data) in enumerate(each, start=1)]
    assert fold(fold(EMPTY, log[:cut]), log[cut:]) == fold(EMPTY, log)


@given(st.lists(steps(), max_size=30))
def test_folding_a_log_again_changes_nothing(each: list[tuple[str, str, dict[str, object]]]) -> None:
    log = [recorded(offset, kind, title, **data) for offset, (kind, title, data) in enumerate(each, start=1)]
    once = fold(EMPTY, log)
    assert fold(once, log) == once


@given(st.lists(steps(), max_size=30))
def test_every_weight_stays_between_minus_one_and_one(each: list[tuple[str, str, dict[str, object]]]) -> None:
    log = [recorded(offset, kind, title, **data) for offset, (kind, title, data) in enumerate(each, start=1)]
    assert all(-1 <= weigh(state) <= 1 for state in fold(EMPTY, log).titles.values())


def test_more_stars_never_say_less() -> None:
    weights = [rating_weight(stars / 2) for stars in range(1, 11)]
    assert weights == sorted(weights)
    assert weights[0] == -1
    assert weights[-1] == 1


def test_what_a_person_says_counts_over_what_the_person_did() -> None:
    log = [recorded(1, types.PLAYBACK_COMPLETED), recorded(2, types.TITLE_RATED, rating=1.0)]
    assert weigh(fold(EMPTY, log).titles["heat"]) < 0


def test_giving_up_early_speaks_against_a_title_and_giving_up_late_does_not() -> None:
    early = recorded(1, types.PLAYBACK_ABANDONED, position_s=600.0, duration_s=6000.0)
    late = recorded(1, types.PLAYBACK_ABANDONED, position_s=4200.0, duration_s=6000.0)
    assert weigh(fold(EMPTY, [early]).titles["heat"]) < 0
    assert weigh(fold(EMPTY, [late]).titles["heat"]) > 0


def test_what_was_taken_out_of_the_history_teaches_nothing() -> None:
    log = [recorded(1, types.PLAYBACK_COMPLETED), recorded(2, types.HISTORY_REMOVED)]
    state = fold(EMPTY, log)
    assert weigh(state.titles["heat"]) == 0
    assert not is_seen(state.titles["heat"])
    assert len(history_of(state, INDEX).items) == 0


def test_the_history_is_the_latest_titles_oldest_first() -> None:
    log = [
        recorded(n, types.TITLE_RATED, title, rating=5.0)
        for n, title in enumerate(["amelie", "heat", "alien"], start=1)
    ]
    history = history_of(fold(EMPTY, log), INDEX, length=2)
    assert history.items.tolist() == [0, 1]
    assert history.times.tolist() == [2.0, 3.0]


def test_titles_that_the_model_does_not_know_are_left_out_of_the_history() -> None:
    state = fold(EMPTY, [recorded(1, types.TITLE_RATED, "unheard-of", rating=5.0)])
    assert len(history_of(state, INDEX).items) == 0


def test_an_event_without_a_title_changes_no_title() -> None:
    shown = Recorded(1, Event("test", "1", types.ROW_SHOWN, "person", 1.0, {"kind": "trending", "title_ids": ["heat"]}))
    state = fold(EMPTY, [shown])
    assert state.titles == {}
    assert state.offset == 1


@pytest.mark.parametrize("weight", [-0.5, -0.1])
def test_the_weight_of_a_dismissal_is_a_setting(weight: float) -> None:
    state = fold(EMPTY, [recorded(1, types.TITLE_DISMISSED)])
    assert weigh(state.titles["heat"], SignalWeights(dismissed=weight)) == weight
    assert np.isclose(weigh(TitleState("alien")), 0.0)
