"""What is passed by sinks gently: not at once, never without end, and only until something is done with it."""

import numpy as np

from cinoche.events import types
from cinoche.events.models import Event, Recorded
from cinoche.kit.clock import DAY_S
from cinoche.recommend.shown import FORGIVEN_S, IGNORED_FROM, IGNORED_FULLY, MOST_SHOWN, Shown, lower_ignored, passed_by
from cinoche.recommend.state import EMPTY, ProfileState, fold

NOW = 1_000_000.0


def seen(*visits: float, titles: tuple[str, ...] = ("heat",)) -> list[Recorded]:
    row = {"kind": "top_picks", "title_ids": list(titles)}
    return [
        Recorded(n + 1, Event("test", str(n), types.SLATE_SHOWN, "ada", at, {"rows": [row]}))
        for n, at in enumerate(visits)
    ]


def test_each_visit_counts_once_however_often_a_page_is_looked_at() -> None:
    state = fold(EMPTY, seen(0.0, 60.0, 600.0, 2 * DAY_S, 3 * DAY_S))
    assert state.shown["heat"] == Shown(3, 3 * DAY_S)


def test_rows_that_other_programs_show_count_too() -> None:
    event = Event("test", "1", types.ROW_SHOWN, "ada", NOW, {"kind": "trending", "title_ids": ["heat"]})
    assert fold(EMPTY, [Recorded(1, event)]).shown == {"heat": Shown(1, NOW)}


def test_doing_something_with_a_title_forgets_that_it_was_passed_by() -> None:
    state = fold(EMPTY, seen(0.0, DAY_S))
    play = Event("test", "play", types.PLAYBACK_STARTED, "ada", 2 * DAY_S, {types.TITLE_ID: "heat"})
    assert not fold(state, [Recorded(3, play)]).shown


def test_only_the_titles_shown_last_are_remembered() -> None:
    titles = tuple(f"t{n}" for n in range(MOST_SHOWN + 7))
    state = fold(EMPTY, seen(NOW, titles=titles))
    assert list(state.shown) == list(titles[7:])


def test_folding_piece_by_piece_is_folding_at_once() -> None:
    events = seen(0.0, DAY_S, 2 * DAY_S, titles=("heat", "alien"))
    by_one = EMPTY
    for each in events:
        by_one = fold(by_one, [each])
    assert by_one == fold(EMPTY, events) == fold(by_one, events)


def test_what_was_passed_by_sinks_gently_and_is_forgiven() -> None:
    shares = [passed_by(Shown(times, NOW), NOW) for times in range(1, 2 * IGNORED_FULLY)]
    assert shares == sorted(shares)
    assert not any(shares[: IGNORED_FROM - 1])
    assert 0 < shares[IGNORED_FROM - 1] < 0.5
    assert shares[-1] == 1.0
    assert passed_by(Shown(IGNORED_FULLY, NOW), NOW + FORGIVEN_S) == 0.5


def test_scores_fall_by_a_part_of_their_spread_at_most() -> None:
    scores = np.array([3.0, 2.0, 1.0], np.float32)
    state = ProfileState(shown={"a": Shown(100, NOW), "b": Shown(1, NOW), "gone": Shown(100, NOW)})
    lowered = lower_ignored(scores, state.shown, {"a": 0, "b": 1, "c": 2}, -0.3, NOW)
    np.testing.assert_allclose(lowered, [3.0 - 0.3 * scores.std(), 2.0, 1.0], rtol=1e-5)
    assert scores[0] == 3.0
    assert lower_ignored(scores, state.shown, {"a": 0}, 0.0, NOW) is scores
    assert lower_ignored(scores, EMPTY.shown, {"a": 0}, -0.3, NOW) is scores
