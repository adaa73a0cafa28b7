"""Where a profile has come in a series."""

import pytest

from cinoche.library.models import TitleState
from cinoche.library.series import following, latest_of, resume_of

EPISODES = ["one", "two", "three"]


def over(title_id: str, at: float) -> TitleState:
    return TitleState(title_id, watched_at=at, position_s=90, position_at=at, completed_at=at)


def begun(title_id: str, at: float) -> TitleState:
    return TitleState(title_id, watched_at=at, position_s=30, position_at=at)


@pytest.mark.parametrize(
    ("states", "onward", "resumed"),
    [
        ([], None, "one"),
        ([begun("one", 1)], "one", "one"),
        ([over("one", 1)], "two", "two"),
        ([over("one", 1), begun("two", 2)], "two", "two"),
        ([over("one", 1), over("two", 2)], "three", "three"),
        ([over("one", 2), over("two", 1)], "three", "three"),
        ([over("three", 1)], None, "one"),
        ([over("three", 2), over("one", 1)], None, "two"),
        ([over(each, 1) for each in EPISODES], None, "one"),
    ],
)
def test_a_series_goes_on_after_what_was_watched_last(
    states: list[TitleState], onward: str | None, resumed: str
) -> None:
    by_id = {each.title_id: each for each in states}
    assert following(EPISODES, by_id) == onward
    assert resume_of(EPISODES, by_id) == resumed


def test_an_episode_begun_again_is_where_the_series_goes_on() -> None:
    again = TitleState("two", watched_at=9, position_s=30, position_at=9, completed_at=5)
    assert following(EPISODES, {"two": again, "one": over("one", 1)}) == "two"


def test_a_series_without_episodes_has_nothing_to_play() -> None:
    assert resume_of([], {}) is None
    assert latest_of([], {}) is None
