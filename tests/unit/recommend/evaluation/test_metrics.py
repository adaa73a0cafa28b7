"""Metrics as defined, worked out by hand; intervals that hold what they should."""

import numpy as np
import pytest

from cinoche.recommend.evaluation.beyond import Known, calibration_error, diversity, gini, novelty
from cinoche.recommend.evaluation.metrics import (
    Ranked,
    difference,
    interval,
    quotient,
    quotient_ratio,
    ratio,
)
from cinoche.recommend.statistics import History
from cinoche.recommend.training.tune import Case

GAIN = 1 / np.log2(3)
TOPS = np.array([[4, 2, 9], [1, 0, -1]])


def ranked() -> Ranked:
    return Ranked.of(TOPS, [np.array([2, 7]), np.array([5])], 10)


def test_accuracy_is_what_its_definitions_say() -> None:
    found = ranked()
    np.testing.assert_allclose(found.hit_rate(1), [0, 0])
    np.testing.assert_allclose(found.hit_rate(2), [1, 0])
    np.testing.assert_allclose(found.recall(3), [0.5, 0])
    np.testing.assert_allclose(found.precision(3), [1 / 3, 0])
    np.testing.assert_allclose(found.precision(2), [1 / 2, 0])
    np.testing.assert_allclose(found.ndcg(3), [GAIN / (1 + GAIN), 0])
    assert found.coverage(3, 10) == pytest.approx(0.5)


def test_debiased_ndcg_counts_a_rare_title_more_than_a_common_one() -> None:
    counts = np.zeros(10, np.int64)
    counts[[2, 5, 7]] = [24, 0, 3]
    worth = Known(counts, 30).worth
    np.testing.assert_allclose(worth[[2, 5, 7]], [1.0, 5.0, 2.5])
    found, ideal = ranked().debiased(3, worth)
    np.testing.assert_allclose(found, [GAIN * 1.0, 0.0])
    np.testing.assert_allclose(ideal, [2.5 + GAIN * 1.0, 5.0])
    assert quotient([(found, ideal)], 0).value == pytest.approx(GAIN / (7.5 + GAIN))


def test_where_all_titles_are_as_popular_debiasing_changes_nothing() -> None:
    alike = Known(np.full(10, 7), 30).worth
    one = Ranked.of(np.array([[4, 2, 9], [1, 5, 3]]), [np.array([2]), np.array([5])], 10)
    found, ideal = one.debiased(3, alike)
    assert quotient([(found, ideal)], 0).value == pytest.approx(one.ndcg(3).mean())


def test_novelty_is_the_self_information_of_what_is_shown() -> None:
    counts = np.zeros(10, np.int64)
    counts[[4, 2, 9, 1]] = [16, 4, 1, 8]
    np.testing.assert_allclose(novelty(ranked(), Known(counts, 16), 3), [(0 + 2 + 4) / 3, (1 + 4) / 2])


def test_gini_is_nothing_where_all_is_shown_alike_and_nears_one_where_one_title_is_all() -> None:
    known = Known(np.ones(6, np.int64), 9)
    alike = Ranked.of(np.array([[0, 1, 2], [3, 4, 5]]), [np.array([0])] * 2, 6)
    one = Ranked.of(np.array([[0], [0]]), [np.array([0])] * 2, 6)
    assert gini(alike, known) == pytest.approx(0.0)
    assert gini(one, known) == pytest.approx(5 / 6)


def test_diversity_is_the_mean_distance_of_pairs_by_genre() -> None:
    genres = np.zeros((10, 3), np.float32)
    genres[[4, 2]] = [1, 0, 0]
    genres[9] = [0, 1, 0]
    genres[[1, 0]] = [[1, 1, 0], [1, 0, 0]]
    np.testing.assert_allclose(diversity(ranked(), genres, 3), [2 / 3, 1 - 1 / np.sqrt(2)], rtol=1e-6)


def test_a_list_with_the_genres_of_its_person_has_no_calibration_error() -> None:
    genres = np.zeros((10, 2), np.float32)
    genres[[4, 2, 0], 0] = 1
    genres[[9, 1], 1] = 1
    liked = [History.of([0, 0, 1]), History.of([0])]
    cases = [Case(history, np.array([5])) for history in liked]
    found = calibration_error(ranked(), cases, genres, 3)
    np.testing.assert_allclose(found, [0.0, np.log(1 / (0.99 * 0.5 + 0.01))], atol=1e-12)
    nobody = [Case(History.of([]), np.array([5]))] * 2
    assert len(calibration_error(ranked(), nobody, genres, 3)) == 0


def test_an_interval_contains_its_mean_and_narrows_with_more_people() -> None:
    rng = np.random.default_rng(0)
    few, many = (interval([rng.random(n)], seed=1) for n in (20, 2000))
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low


def test_a_paired_interval_is_narrower_than_two_apart_and_sees_a_small_lead() -> None:
    rng = np.random.default_rng(0)
    theirs = rng.random(400)
    ours = theirs + 0.02 + 0.01 * rng.standard_normal(400)
    lead = difference([ours], [theirs], 0)
    assert 0.015 < lead.low < 0.02 < lead.high < 0.025
    assert interval([ours], 0).low < interval([theirs], 0).high
    times = ratio([ours], [theirs], 0)
    assert 1 < times.low < ours.mean() / theirs.mean() < times.high


def test_a_model_is_exactly_as_good_as_itself() -> None:
    parts = [np.random.default_rng(k).random(30) for k in range(3)]
    sums = [(part, part + 1) for part in parts]
    for found in (ratio(parts, parts, 0), quotient_ratio(sums, sums, 0)):
        assert (found.value, found.low, found.high) == pytest.approx((1, 1, 1))
    assert difference(parts, parts, 0).high == 0


def test_nobody_gives_nothing() -> None:
    empty = np.empty(0)
    for found in (interval([empty], 0), ratio([empty], [empty], 0), quotient([(empty, empty)], 0)):
        assert (found.value, found.low, found.high) == (0, 0, 0)
