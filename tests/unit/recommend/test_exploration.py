"""Draws: rare where asked to be, never outside the candidates, and with exactly the chances that they say."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.recommend.exploration import Drawn, Exploration, explore, softmax

SCORES = np.linspace(1, 0, 12, dtype=np.float32)
CHOSEN = np.arange(6, dtype=np.intp)


def draw(seed: str, share: float = 0.5, slots: tuple[int, ...] = (4,), pool: int = 40) -> Drawn:
    return explore(CHOSEN, SCORES, slots, Exploration(share, pool), seed)


def test_without_a_share_or_anything_left_to_draw_from_nothing_is_drawn() -> None:
    for drawn in (draw("a", share=0), explore(CHOSEN, SCORES[:6], (4,), Exploration(1.0), "a"), draw("a", slots=())):
        assert drawn.places.tolist() == CHOSEN.tolist()
        assert set(drawn.propensities) == {1.0}


@given(st.text(max_size=20), st.floats(0, 1), st.sets(st.integers(0, 8), max_size=3))
def test_only_slots_are_drawn_and_no_title_twice(seed: str, share: float, slots: set[int]) -> None:
    drawn = draw(seed, share, tuple(sorted(slots)))
    places = drawn.places.tolist()
    assert len(set(places)) == len(places)
    assert set(places) <= set(range(len(SCORES)))
    for place, propensity in enumerate(drawn.propensities):
        assert 0 < propensity <= 1
        assert place in slots or (places[place] == place and propensity == 1)


def test_the_same_seed_draws_the_same_and_others_draw_otherwise() -> None:
    assert draw("a", 1.0).places.tolist() == draw("a", 1.0).places.tolist()
    assert len({tuple(draw(str(seed), 1.0).places.tolist()) for seed in range(50)}) > 3


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_titles_are_drawn_as_often_as_their_propensities_say(share: float) -> None:
    n = 8_000
    told: dict[int, float] = {}
    times: Counter[int] = Counter()
    for seed in range(n):
        drawn = draw(str(seed), share)
        times[int(drawn.places[4])] += 1
        told[int(drawn.places[4])] = drawn.propensities[4]
    for place, propensity in told.items():
        error = 4 * np.sqrt(propensity * (1 - propensity) / n)
        assert times[place] / n == pytest.approx(propensity, abs=error), place
    assert sum(told.values()) == pytest.approx(1, abs=0.01)


def test_the_reward_of_another_policy_can_be_told_from_what_was_drawn() -> None:
    """The inverse propensity estimate of what always showing one title would bring comes to the truth."""
    rewards = np.linspace(0.1, 0.9, len(SCORES))
    told = []
    for seed in range(8_000):
        drawn = draw(str(seed), 1.0)
        at = int(drawn.places[4])
        told.append(rewards[at] / drawn.propensities[4] if at == 7 else 0.0)
    assert np.mean(told) == pytest.approx(rewards[7], abs=4 * np.std(told) / np.sqrt(len(told)))


def test_chances_follow_the_scores_and_add_up() -> None:
    chances = softmax(SCORES)
    assert chances.sum() == pytest.approx(1)
    assert (np.diff(chances) < 0).all()
    assert softmax(np.ones(4, np.float32)).tolist() == [0.25] * 4
