"""Calibration and diversity: nothing added, nothing done at 0, and the list nearer to the taste or less alike."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cinoche.recommend.rerank import Balance, Candidates, calibration_error, redundancy, rerank

GENRES = 4


def a_world(seed: int, n: int) -> tuple[Candidates, np.ndarray]:
    """Candidates whose scores favour one genre, and a taste for several."""
    rng = np.random.default_rng(seed)
    has = rng.random((n, GENRES)) < 0.4
    scores = np.sort(rng.random(n) + has[:, 0])[::-1].astype(np.float32)
    genres = (has / np.maximum(has.sum(axis=1, keepdims=True), 1)).astype(np.float32)
    features = rng.normal(size=(n, 6)).astype(np.float32)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    return Candidates(scores, genres, features), rng.dirichlet(np.ones(GENRES)).astype(np.float32)


worlds = st.builds(a_world, st.integers(0, 10_000), st.integers(1, 60))
shares = st.floats(0, 1)


@given(worlds, st.integers(0, 30), shares, shares)
def test_what_is_chosen_was_a_candidate_and_is_chosen_once(world, n, calibration, diversity) -> None:  # type: ignore[no-untyped-def]
    candidates, target = world
    chosen = rerank(candidates, target, n, Balance(calibration, diversity)).tolist()
    assert len(chosen) == len(set(chosen)) == min(n, len(candidates))
    assert set(chosen) <= set(range(len(candidates)))


@given(worlds, st.integers(0, 30))
def test_where_nothing_is_traded_the_best_stay_the_best(world, n) -> None:  # type: ignore[no-untyped-def]
    candidates, target = world
    assert rerank(candidates, target, n, Balance()).tolist() == list(range(min(n, len(candidates))))


@given(worlds, st.integers(1, 30), shares)
def test_calibration_never_takes_a_list_further_from_the_taste(world, n, share) -> None:  # type: ignore[no-untyped-def]
    candidates, target = world
    chosen = rerank(candidates, target, n, Balance(share))
    before = calibration_error(candidates.genres[:n], target)
    assert calibration_error(candidates.genres[chosen], target) <= before + 1e-6


def test_calibration_brings_lists_much_nearer_to_the_taste() -> None:
    before, after = [], []
    for seed in range(40):
        candidates, target = a_world(seed, 200)
        chosen = rerank(candidates, target, 20, Balance(0.5))
        before.append(calibration_error(candidates.genres[:20], target))
        after.append(calibration_error(candidates.genres[chosen], target))
    assert np.mean(after) < 0.5 * np.mean(before)


def test_diversity_makes_lists_less_alike() -> None:
    for seed in range(20):
        candidates, target = a_world(seed, 200)
        chosen = rerank(candidates, target, 20, Balance(0.0, 0.5))
        assert redundancy(candidates.features[chosen]) < redundancy(candidates.features[:20])


@given(worlds, st.integers(0, 30), shares, shares)
def test_the_same_candidates_give_the_same_list(world, n, calibration, diversity) -> None:  # type: ignore[no-untyped-def]
    candidates, target = world
    balance = Balance(calibration, diversity)
    assert rerank(candidates, target, n, balance).tolist() == rerank(candidates, target, n, balance).tolist()


def test_a_taste_without_genres_and_titles_without_any_change_nothing() -> None:
    candidates, target = a_world(0, 30)
    plain = list(range(10))
    assert rerank(candidates, np.zeros(GENRES, np.float32), 10, Balance(0.9)).tolist() == plain
    bare = Candidates(candidates.scores, np.zeros_like(candidates.genres), candidates.features)
    assert rerank(bare, target, 10, Balance(0.9)).tolist() == plain
    assert calibration_error(bare.genres, target) == 0.0


def test_equal_scores_leave_the_choice_to_the_taste() -> None:
    genres = np.repeat(np.eye(2, dtype=np.float32), 4, axis=0)
    candidates = Candidates(np.ones(8, np.float32), genres, np.zeros((8, 1), np.float32))
    chosen = rerank(candidates, np.array([0.5, 0.5], np.float32), 4, Balance(0.5))
    assert genres[chosen].sum(axis=0).tolist() == [2, 2]
