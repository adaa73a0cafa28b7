"""The scorers: each against a plain reference, each explained by what adds up to its scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.recommend.counting import count
from cinoche.recommend.scorers import Content, Ease, Popular, Scorer, SequenceRidge, Warm, top
from cinoche.recommend.solve import factorise, solve_ease, solve_ridge
from cinoche.recommend.statistics import Floats, History, Layout, Statistics, square

N = 40
AS_OF = 1_700_000_000.0


def people(n: int = 120, seed: int = 0) -> tuple[np.ndarray, History]:
    """People who walk through the catalogue in steps of one, so that both neighbours and order mean something."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(5, 15, n)
    items = np.concatenate([(rng.integers(0, N) + np.arange(k)) % N for k in lengths])
    return np.repeat(np.arange(n), lengths), History.of(items, times=AS_OF - np.arange(len(items), 0, -1))


def statistics(n_joint: int = 20) -> Statistics:
    users, entries = people()
    counts = np.bincount(entries.items, minlength=N)
    counts[[7, 8]] = 0  # two cold titles
    where = Layout.choose(counts, as_of=AS_OF, min_ratings=1, joint_titles=n_joint)
    return count(where, users, entries)


def scorers() -> dict[str, Scorer]:
    sums = statistics()
    warm = Warm.of(sums.layout.warm_items, N)
    features = np.random.default_rng(1).random((N, 5)).astype(np.float32)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    found: list[Scorer] = [
        Popular(np.log1p(sums.arrays["counts"]).astype(np.float32)),
        Ease(solve_ease(sums.arrays["together"], 10.0), warm),
        SequenceRidge(
            solve_ridge(factorise(sums.arrays["gram"], 10.0), sums.arrays["following"]),
            warm,
            sums.layout.n_joint,
            sums.layout.bins,
        ),
        Content(features),
    ]
    return {one.name: one for one in found}


HISTORY = History.of([3, 7, 20, 21, 22, 35], [1.0, 1.0, -0.5, 0.5, 1.0, 1.0])


def test_ease_is_the_dense_reference() -> None:
    users, entries = people()
    dense = np.zeros((users.max() + 1, N))
    dense[users, entries.items] = 1.0
    inverse = np.linalg.inv(dense.T @ dense + 10.0 * np.eye(N))
    reference = -inverse / np.diag(inverse)
    np.fill_diagonal(reference, 0.0)
    where = Layout.choose(dense.sum(0), as_of=AS_OF, min_ratings=1, joint_titles=0)
    weights = solve_ease(count(where, users, entries).arrays["together"], 10.0)
    np.testing.assert_allclose(weights, reference[np.ix_(where.warm_items, where.warm_items)], atol=1e-5)
    expected = dense[5] @ reference
    scores = Ease(weights, Warm.of(where.warm_items, N)).score(History.of(np.flatnonzero(dense[5])))
    np.testing.assert_allclose(scores, expected, atol=1e-5)


@pytest.mark.parametrize("n_joint", [0, 20, N])
def test_the_ridge_is_the_dense_reference(n_joint: int) -> None:
    sums = statistics(n_joint)
    lower = square(sums.arrays["gram"])
    gram = lower + np.tril(lower, -1).T
    reference = np.linalg.solve(gram + 3.0 * np.eye(len(gram)), sums.arrays["following"])
    solved = solve_ridge(factorise(sums.arrays["gram"], 3.0), sums.arrays["following"])
    np.testing.assert_allclose(solved, reference, atol=2e-5)


@pytest.mark.parametrize("name", ["ease", "sequence-ridge", "content"])
def test_explanations_add_up_to_the_score(name: str) -> None:
    scorer = scorers()[name]
    np.testing.assert_allclose(scorer.explain(HISTORY, np.arange(N)).sum(0), scorer.score(HISTORY), atol=1e-5)


def test_popularity_is_explained_by_no_title() -> None:
    assert not scorers()["popular-7d"].explain(HISTORY, [1, 2]).any()


@pytest.mark.parametrize("name", ["ease", "sequence-ridge", "content"])
def test_a_dislike_lowers_what_a_like_would_raise(name: str) -> None:
    scorer = scorers()[name]
    neighbour = 21 if name != "content" else int(np.argmax(scorer.explain(History.of([20]), np.arange(N))))
    neutral, liked, disliked = (scorer.score(History.of([20, 3], [weight, 1.0])) for weight in (0.0, 1.0, -1.0))
    assert disliked[neighbour] < neutral[neighbour] < liked[neighbour]


@pytest.mark.parametrize("name", ["popular-7d", "ease", "sequence-ridge", "content"])
def test_an_empty_or_unknown_history_is_scored(name: str) -> None:
    scorer = scorers()[name]
    for history in (History.of([]), History.of([7])):
        scores = scorer.score(history)
        assert scores.shape == (N,)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()
        assert scorer.explain(history, [1, 7]).shape == (len(history), 2)


def test_the_ridge_says_what_comes_next() -> None:
    best = top(scorers()["sequence-ridge"].score(History.of([24, 25, 26])), 3)
    assert 27 in best


@given(st.lists(st.sampled_from([0.0, 1.0, -1.0, 2.5, -np.inf]), max_size=300), st.integers(0, 40))
def test_top_is_a_stable_sort(values: list[float], n: int) -> None:
    scores: Floats = np.array(values, np.float32)
    assert top(scores, n).tolist() == np.argsort(-scores, kind="stable")[:n].tolist()


def test_top_gives_the_best_first_and_breaks_ties_by_the_catalogue() -> None:
    scores: Floats = np.array([1, 5, 3, 5, 0, 3], np.float32)
    assert top(scores, 3).tolist() == [1, 3, 2]
    assert top(scores, 10).tolist() == [1, 3, 2, 5, 0, 4]
    assert top(scores, 0).tolist() == []
