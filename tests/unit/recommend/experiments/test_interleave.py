"""Team-draft interleaving: fair, whole, the same for the same seed, and its chances true."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.recommend.experiments.interleave import team_draft

LISTS = st.lists(st.integers(0, 30), unique=True, max_size=15)


@given(LISTS, LISTS, st.integers(0, 20), st.text(max_size=5))
def test_nothing_is_lost_added_or_shown_twice(first: list[int], second: list[int], n: int, seed: str) -> None:
    mixed = team_draft(first, second, n, seed)
    assert len(set(mixed.items)) == len(mixed.items) == min(n, len({*first, *second}))
    assert len(mixed.teams) == len(mixed.propensities) == len(mixed.items)
    for item, team in zip(mixed.items, mixed.teams, strict=True):
        assert item in (first, second)[team]
    assert team_draft(first, second, n, seed) == mixed


@given(LISTS, st.text(max_size=5))
def test_two_lists_that_are_the_same_stay_as_they_are(one: list[int], seed: str) -> None:
    mixed = team_draft(one, one, len(one), seed)
    assert mixed.items == one
    assert set(mixed.propensities) <= {1.0}


def test_neither_list_has_the_better_places() -> None:
    first, second = range(10), range(10, 20)
    places = Counter[tuple[int, int]]()
    for seed in range(2_000):
        mixed = team_draft(first, second, 10, str(seed))
        assert mixed.teams.count(0) == mixed.teams.count(1) == 5
        places.update(enumerate(mixed.teams))
    assert all(count == pytest.approx(1_000, abs=110) for count in places.values())


@pytest.mark.parametrize(
    ("first", "second"), [("abcde", "badce"), ("abcd", "wxyz"), ("abc", "acb"), ("ab", "xyz"), ("a", "abcd"), ("", "a")]
)
def test_each_mix_comes_as_often_as_its_chances_say(first: str, second: str) -> None:
    found, said = Counter[tuple[str, ...]](), dict[tuple[str, ...], float]()
    for seed in range(4_000):
        mixed = team_draft(first, second, 4, str(seed))
        chance = 1.0
        for each in mixed.propensities:
            chance *= each
        found[tuple(mixed.items)] += 1
        said[tuple(mixed.items)] = chance
    assert sum(said.values()) == pytest.approx(1.0)
    for items, chance in said.items():
        assert found[items] / 4_000 == pytest.approx(chance, abs=0.035)
