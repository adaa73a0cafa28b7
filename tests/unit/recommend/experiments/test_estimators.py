"""The estimators, each against numbers that can be worked out by hand or by another way of computing."""

import math

import numpy as np
import pytest

from cinoche.recommend.experiments import estimators
from cinoche.recommend.experiments.estimators import (
    Logged,
    anytime,
    bootstrap,
    by_groups,
    doubly_robust,
    ips,
    mismatch,
    ratio,
    share,
    snips,
    student,
    summed,
)


def test_on_its_own_log_every_estimate_is_the_mean() -> None:
    logged = Logged.of([1, 0, 0, 1, 1], [0.5] * 5, [0.5] * 5, predicted=[0.2] * 5, expected=[0.2] * 5)
    for estimate in (ips, snips, doubly_robust):
        found = estimate(logged)
        assert found.value == pytest.approx(0.6)
        assert found.effective == pytest.approx(5)


def test_weights_are_how_much_likelier_an_impression_is() -> None:
    logged = Logged.of([1, 0], [0.2, 0.8], [0.4, 0.4])
    assert logged.weights.tolist() == [2.0, 0.5]
    assert ips(logged).value == pytest.approx(1.0)
    assert snips(logged).value == pytest.approx(2.0 / 2.5)
    assert ips(logged).effective == pytest.approx(2.5**2 / 4.25)


def test_a_model_that_is_right_leaves_nothing_to_correct() -> None:
    logged = Logged.of([1, 0, 1], [0.3] * 3, [0.9] * 3, predicted=[1, 0, 1], expected=[0.5, 0.25, 0.75])
    assert doubly_robust(logged).value == pytest.approx(0.5)


def test_without_a_model_nothing_is_doubly_robust() -> None:
    with pytest.raises(ValueError, match="predicted"):
        doubly_robust(Logged.of([1], [1], [1]))


def test_impressions_of_one_cluster_are_worth_less_than_as_many_of_many() -> None:
    rewards = np.repeat(np.arange(40) % 2, 10)
    alone = ips(Logged.of(rewards, np.ones(400), np.ones(400)))
    together = ips(Logged.of(rewards, np.ones(400), np.ones(400), np.repeat(np.arange(40), 10)))
    assert together.value == alone.value
    assert together.error / alone.error == pytest.approx(math.sqrt(10), rel=0.02)


def test_the_error_of_a_mean_is_the_usual_one() -> None:
    values = np.random.default_rng(0).random(50)
    value, low, high, error = ratio(values, np.ones(50))
    assert value == pytest.approx(values.mean())
    assert error == pytest.approx(values.std(ddof=1) / math.sqrt(50))
    assert high - value == pytest.approx(value - low) == pytest.approx(2.0096 * error, rel=1e-3)


def test_the_bootstrap_agrees_with_the_normal_interval() -> None:
    draws = np.random.default_rng(0)
    bottoms = draws.integers(1, 9, 300).astype(np.float64)
    tops = draws.binomial(bottoms.astype(int), 0.3).astype(np.float64)
    _, low, high, _ = ratio(tops, bottoms)
    assert bootstrap(tops, bottoms) == pytest.approx((low, high), abs=0.006)
    assert bootstrap(tops, bottoms) == bootstrap(tops, bottoms)
    assert all(map(math.isnan, bootstrap(np.zeros(0), np.zeros(0))))


def test_little_says_little() -> None:
    assert math.isnan(ratio(np.zeros(3), np.zeros(3))[0])
    assert ratio(np.ones(1), np.ones(1))[1:3] == (-math.inf, math.inf)
    assert share(np.zeros(3), np.zeros(3))[1:3] == (0.0, 1.0)
    value, low, high, _ = share(np.zeros(40), np.ones(40))
    assert (value, low) == (0.0, 0.0)
    assert 0.05 < high < 0.15
    assert share(np.ones(40), np.ones(40))[2] == pytest.approx(1.0)


def test_the_bounds_of_independent_trials_are_wilsons() -> None:
    hits = np.array([1.0] * 20 + [0.0] * 80)
    value, low, high, _ = share(hits, np.ones(100))
    assert value == pytest.approx(0.2)
    assert (low, high) == pytest.approx((0.133, 0.289), abs=0.004)


def test_quantiles_are_those_of_student() -> None:
    table = {1: 12.706, 2: 4.303, 3: 3.182, 5: 2.571, 10: 2.228, 30: 2.042, 100_000: 1.960}
    for freedom, quantile in table.items():
        assert student(0.95, freedom) == pytest.approx(quantile, rel=1e-2)


def test_bounds_for_who_looks_often_are_wider_and_narrow_with_the_error() -> None:
    wide, narrow = anytime(0.02, 0.01, 0.02), anytime(0.02, 0.001, 0.02)
    assert wide[0] < 0.02 - 1.96 * 0.01
    assert wide[0] < narrow[0] < 0.02 < narrow[1] < wide[1]
    assert anytime(0.1, math.inf, 0.02) == (-math.inf, math.inf)
    assert anytime(0.1, 0.0, 0.02) == (-math.inf, math.inf)


def test_arms_of_very_different_size_are_noticed() -> None:
    assert mismatch([5_000, 5_000]) == pytest.approx(1.0)
    assert mismatch([5_000, 5_400]) < 0.001
    assert mismatch([334, 333, 333]) > 0.9
    assert mismatch([400, 300, 300]) < 0.001
    assert mismatch([]) == mismatch([0, 0]) == mismatch([7]) == 1.0


def test_a_group_is_predicted_by_the_other_half() -> None:
    rewards, clusters = np.array([1.0, 0.0, 0.0, 1.0, 1.0]), np.array([0, 1, 2, 3, 5])
    assert by_groups(["a", "a", "a", "a", "b"], rewards, clusters).tolist() == [0.5, 0.5, 0.5, 0.5, 0.5]
    assert by_groups([1, 1], np.array([1.0, 0.0]), np.array([0, 1])).tolist() == [0.0, 1.0]
    assert by_groups([], np.zeros(0), np.zeros(0, np.int64)).tolist() == []


def test_sums_by_cluster() -> None:
    assert summed(np.array([1.0, 2.0, 4.0]), np.array([7, 3, 7])).tolist() == [2.0, 5.0]
    assert pytest.approx(0.95) == estimators.LEVEL
