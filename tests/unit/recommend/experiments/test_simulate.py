"""The proof: in a world whose truth is known, estimates find it, intervals hold it, and the better scorer wins."""

import numpy as np
import pytest

from cinoche.recommend.experiments import simulate
from cinoche.recommend.experiments.estimators import anytime, by_groups, doubly_robust, ips, ratio, share, snips
from cinoche.recommend.experiments.simulate import World, greedy, softmax

WORLD = World.drawn(400, 30, seed=1)
LOGGING = softmax(WORLD.scores(1.5, seed=2), 2.0)
OTHER = softmax(WORLD.scores(0.5, seed=3), 1.0)
TRUTH = simulate.value(WORLD, OTHER)
RUNS = 200


def test_the_other_way_is_really_better_so_that_there_is_something_to_find() -> None:
    assert 1.2 * simulate.value(WORLD, LOGGING) < TRUTH
    assert simulate.value(WORLD, greedy(WORLD.likes)) == pytest.approx(WORLD.likes.max(1).mean())


@pytest.mark.parametrize("estimate", [ips, snips, doubly_robust])
def test_estimates_find_the_truth_and_their_intervals_hold_it(estimate) -> None:  # type: ignore[no-untyped-def]
    model = 0.5 * WORLD.likes + 0.05
    found = [estimate(simulate.log(WORLD, LOGGING, OTHER, 4_000, seed=seed, model=model)) for seed in range(RUNS)]
    values = np.array([each.value for each in found])
    assert values.mean() == pytest.approx(TRUTH, abs=3 * values.std() / np.sqrt(RUNS) + 0.001)
    held = np.mean([each.low <= TRUTH <= each.high for each in found])
    assert 0.91 <= held <= 0.985
    assert np.mean([each.error for each in found]) == pytest.approx(values.std(), rel=0.2)


def test_a_naive_mean_of_the_log_is_wrong_where_the_estimates_are_right() -> None:
    logged = simulate.log(WORLD, LOGGING, OTHER, 40_000, seed=9)
    assert abs(logged.rewards.mean() - TRUTH) > 5 * ips(logged).error


def test_a_good_model_of_outcomes_makes_the_doubly_robust_estimate_the_narrowest() -> None:
    good = simulate.log(WORLD, LOGGING, OTHER, 8_000, seed=4, model=WORLD.likes)
    assert doubly_robust(good).error < snips(good).error < ips(good).error


def test_a_model_that_is_wrong_does_not_make_it_wrong() -> None:
    wrong = np.random.default_rng(0).random(WORLD.likes.shape)
    values = [
        doubly_robust(simulate.log(WORLD, LOGGING, OTHER, 4_000, seed=seed, model=wrong)).value for seed in range(60)
    ]
    assert np.mean(values) == pytest.approx(TRUTH, abs=3 * np.std(values) / np.sqrt(60))


def test_with_wrong_chances_a_right_model_saves_it_and_ips_is_lost() -> None:
    logged = simulate.log(WORLD, LOGGING, OTHER, 40_000, seed=5, model=WORLD.likes)
    lied = simulate.Logged.of(
        logged.rewards, np.clip(3 * logged.propensities, 0, 1), logged.targets, logged.clusters,
        predicted=logged.predicted, expected=logged.expected,
    )  # fmt: skip
    assert doubly_robust(lied).value == pytest.approx(TRUTH, rel=0.03)
    assert ips(lied).value < 0.6 * TRUTH


def test_a_model_learnt_from_the_log_itself_keeps_the_intervals_true() -> None:
    held = []
    for seed in range(120):
        logged = simulate.log(WORLD, LOGGING, OTHER, 2_000, seed=seed)
        flat = by_groups(np.zeros(2_000), logged.rewards, logged.clusters)
        found = doubly_robust(
            simulate.Logged.of(logged.rewards, logged.propensities, logged.targets, logged.clusters,
                               predicted=flat, expected=flat)
        )  # fmt: skip
        held.append(found.low <= TRUTH <= found.high)
    assert 0.9 <= np.mean(held) <= 0.99


def preference(earned: np.ndarray) -> tuple[float, float, float, float]:
    return ratio(earned[:, 1], earned.sum(1))


def test_interleaving_finds_the_better_scorer_whichever_comes_first() -> None:
    good, bad = WORLD.scores(0.2, seed=6), WORLD.scores(1.5, seed=7)
    for first, second, sign in ((bad, good, 1), (good, bad, -1)):
        value, low, high, _ = preference(simulate.duel(WORLD, first, second, 4_000, seed=8))
        assert sign * (value - 0.5) > 0.03
        assert not low <= 0.5 <= high


def test_two_scorers_as_good_as_each_other_are_told_apart_as_rarely_as_promised() -> None:
    some, others = WORLD.scores(1.0, seed=10), WORLD.scores(1.0, seed=11)
    is_even = (np.arange(WORLD.n_profiles) % 2 == 0)[:, None]
    one, other = np.where(is_even, some, others), np.where(is_even, others, some)
    found = [preference(simulate.duel(WORLD, one, other, 600, seed=seed)) for seed in range(60)]
    told_apart = np.mean([not low <= 0.5 <= high for _, low, high, _ in found])
    assert told_apart <= 0.17


def test_interleaving_needs_fewer_visits_than_two_arms() -> None:
    good, bad = WORLD.scores(0.4, seed=6), WORLD.scores(1.0, seed=7)
    duels = splits = 0
    for seed in range(15):
        _, low, high, _ = preference(simulate.duel(WORLD, bad, good, 1_500, seed=seed))
        duels += low > 0.5
        arms = simulate.split(WORLD, [bad, good], 1_500, seed=seed)
        rates = [share(arms[arms[:, 0] == arm, 2], arms[arms[:, 0] == arm, 1]) for arm in (0, 1)]
        difference = rates[1][0] - rates[0][0]
        splits += difference - 1.96 * np.hypot(rates[0][3], rates[1][3]) > 0
        assert high > 0
    assert duels > splits


def test_the_intervals_of_an_arm_hold_its_true_rate() -> None:
    scores = WORLD.scores(0.5, seed=12)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    chance = np.take_along_axis(WORLD.likes, order, 1) * WORLD.looks
    truth = float((1 - np.prod(1 - chance, 1)).mean())
    held = []
    for seed in range(RUNS):
        arms = simulate.split(WORLD, [scores], 2_000, seed=seed)
        _, low, high, _ = share(arms[:, 2], arms[:, 1])
        held.append(low <= truth <= high)
    assert 0.91 <= np.mean(held) <= 0.985


def test_who_looks_every_day_is_misled_by_a_plain_interval_and_not_by_an_anytime_one() -> None:
    draws = np.random.default_rng(0)
    plain = anytimes = 0
    for _ in range(400):
        steps = (draws.random(2_000) < 0.1).astype(float) - (draws.random(2_000) < 0.1)
        n = np.arange(1, 2_001)
        means = np.cumsum(steps) / n
        errors = np.sqrt(np.maximum(np.cumsum(steps**2) / n - means**2, 1e-9) / n)
        looks = range(100, 2_000, 50)
        plain += any(abs(means[at]) > 1.96 * errors[at] for at in looks)
        bounds = [anytime(means[at], errors[at], 0.02) for at in looks]
        anytimes += any(not low <= 0 <= high for low, high in bounds)
    assert plain / 400 > 0.15
    assert anytimes / 400 <= 0.06
