"""The sums: subtracting is never having added, halves merge into the whole, and both ways of counting agree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinoche.kit.clock import DAY_S
from cinoche.recommend.counting import count
from cinoche.recommend.statistics import HALF_LIVES_S, Bin, History, Layout, Statistics, contribution, square

AS_OF = 1_700_000_000.0
N_ITEMS = 12


HEAD, TAIL = (Bin(1, 2, 0.7), Bin(3, 4, 0.9)), Bin(1, 5, 0.8)


def layout(n_joint: int = 4, n_warm: int = 9, most_ordered: int | None = None) -> Layout:
    place = np.full(N_ITEMS, -1, np.int32)
    place[:n_warm] = np.random.default_rng(3).permutation(n_warm)
    return Layout(place, n_warm, n_joint, AS_OF, head_bins=HEAD, tail_bin=TAIL, most_ordered=most_ordered)


@st.composite
def histories(draw: st.DrawFn) -> History:
    items = draw(st.lists(st.integers(0, N_ITEMS - 1), unique=True, max_size=N_ITEMS))
    weights = draw(st.lists(st.sampled_from([1.0, 0.5, -1.0]), min_size=len(items), max_size=len(items)))
    days = draw(st.lists(st.floats(0, 400), min_size=len(items), max_size=len(items)))
    return History.of(items, weights, AS_OF - DAY_S * np.sort(days)[::-1])


def total(people: list[History], where: Layout) -> Statistics:
    sums = Statistics.empty(where)
    for one in people:
        sums.add(contribution(one, where))
    return sums


def assert_same(a: Statistics, b: Statistics) -> None:
    """Equal to 1e-6; decayed counts as they are read, where an event of the as-of time counts 1."""
    for name, array in a.arrays.items():
        if name != "decayed":
            np.testing.assert_allclose(array, b.arrays[name], rtol=1e-6, atol=1e-6)
    for half_life in HALF_LIVES_S:
        np.testing.assert_allclose(a.decayed(half_life), b.decayed(half_life), rtol=1e-6, atol=1e-6)


@settings(deadline=None, max_examples=60)
@given(st.lists(histories(), min_size=1, max_size=5), st.integers(0, 4))
def test_subtracting_a_person_equals_never_having_added_them(people: list[History], which: int) -> None:
    where = layout()
    gone = people[which % len(people)]
    sums = total(people, where)
    sums.subtract(contribution(gone, where))
    assert_same(sums, total([one for one in people if one is not gone], where))


@settings(deadline=None, max_examples=60)
@given(st.lists(histories(), max_size=6), st.integers(0, 6))
def test_merging_two_halves_equals_the_whole(people: list[History], cut: int) -> None:
    where = layout()
    assert_same(total(people[:cut], where).merge(total(people[cut:], where)), total(people, where))


@settings(deadline=None, max_examples=80)
@given(st.lists(histories(), max_size=6), st.sampled_from([0, 4, 7]), st.sampled_from([None, 7, 0]))
def test_counting_end_to_end_equals_adding_person_by_person(
    people: list[History], n_joint: int, most_ordered: int | None
) -> None:
    where = layout(n_joint if most_ordered is None else min(n_joint, most_ordered), most_ordered=most_ordered)
    users = np.repeat(np.arange(len(people)), [len(one) for one in people])
    end_to_end = History(
        np.concatenate([one.items for one in people] or [np.empty(0, np.int32)]),
        np.concatenate([one.weights for one in people] or [np.empty(0, np.float32)]),
        np.concatenate([one.times for one in people] or [np.empty(0)]),
    )
    assert_same(count(where, users, end_to_end), total(people, where))


def test_the_sums_are_what_their_definition_says() -> None:
    where = Layout(
        np.arange(4, dtype=np.int32), 4, 4, AS_OF, head_bins=(Bin(1, 1, 1.0), Bin(2, 3, 0.5)), tail_bin=Bin(1, 3, 1.0)
    )
    sums = total([History.of([2, 0, 3])], where)
    phi_1, phi_2 = np.zeros(8), np.zeros(8)
    phi_1[2] = 1.0
    phi_2[0], phi_2[4 + 2] = 1.0, 0.5
    np.testing.assert_allclose(square(sums.arrays["gram"]), np.tril(np.outer(phi_1, phi_1) + np.outer(phi_2, phi_2)))
    following = np.zeros((8, 4))
    following[:, 0] += phi_1
    following[:, 3] += phi_2
    np.testing.assert_allclose(sums.arrays["following"], following)


def test_decayed_counts_halve_with_each_half_life() -> None:
    where = layout()
    week = HALF_LIVES_S[0]
    sums = total([History.of([1, 2], times=[AS_OF - 2 * week, AS_OF])], where)
    decayed = sums.decayed(week)
    assert decayed[1] == pytest.approx(0.25)
    assert decayed[2] == pytest.approx(1.0)
    assert sums.decayed(week, AS_OF + week)[2] == pytest.approx(0.5)


def test_days_are_counted_back_from_the_as_of_time() -> None:
    where = layout()
    times = [AS_OF - 7 * DAY_S - 1, AS_OF - 7 * DAY_S, AS_OF, AS_OF + 1]
    sums = total([History.of([1, 2, 3, 4], times=times)], where)
    np.testing.assert_array_equal(np.flatnonzero(sums.recent(7)), [2, 3])


def test_times_far_from_the_epoch_stay_finite() -> None:
    sums = total([History.of([1, 2], times=[-1e18, 1e18])], layout())
    assert all(np.isfinite(array).all() for array in sums.arrays.values())


def test_the_layout_leaves_out_titles_with_few_ratings_and_puts_the_most_watched_first() -> None:
    where = Layout.choose(np.array([7, 1, 9, 5, 0]), as_of=AS_OF, min_ratings=5, joint_titles=2)
    assert where.place.tolist() == [1, -1, 0, 2, -1]
    assert (where.n_warm, where.n_joint, where.n_features) == (3, 2, 7)
