"""iALS: every half-step minimises its loss, and a history is folded in by the same solve."""

import numpy as np
import pytest

from cinoche.recommend.families import Ground
from cinoche.recommend.families.ials import Ials
from cinoche.recommend.statistics import Doubles, History

ONE = Ials(factors=5, reg=0.05, unobserved=0.2, reg_power=0.8, sweeps=200)


def loss(dense: Doubles, people: Doubles, titles: Doubles) -> float:
    """The loss as Rendle and others write it: likes to 1, all pairs to 0, vectors held back by their likes."""
    scores = people @ titles.T
    known = dense * (scores - 1.0) ** 2
    held = [
        ONE.reg * (((side > 0).sum(1) + ONE.unobserved * side.shape[1]) ** ONE.reg_power) @ (vectors**2).sum(1)
        for side, vectors in ((dense, people), (dense.T, titles))
    ]
    return float(known.sum() + ONE.unobserved * (scores**2).sum() + sum(held))


def folded(titles: Doubles, places: list[int], weights: list[float]) -> Doubles:
    """The vector of a history by the normal equations in float64."""
    mine, confidence = titles[places], np.abs(weights)
    left = ONE.unobserved * titles.T @ titles + (mine.T * confidence) @ mine
    left += ONE.reg * (len(places) + ONE.unobserved * len(titles)) ** ONE.reg_power * np.eye(titles.shape[1])
    return np.linalg.solve(left, mine.T @ weights)


def test_the_factors_are_where_the_loss_is_least(ground: Ground, dense: Doubles) -> None:
    titles = ONE.fit(ground)["factors"].astype(np.float64)
    people = np.stack([folded(titles, list(np.flatnonzero(row)), list(row[row > 0])) for row in dense])
    least = loss(dense, people, titles)
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert loss(dense, people, titles + 1e-3 * rng.standard_normal(titles.shape)) > least
        assert loss(dense, people + 1e-3 * rng.standard_normal(people.shape), titles) > least


@pytest.mark.parametrize("n", [1, 3, 12], ids=["one title", "fewer titles than factors", "more titles than factors"])
def test_a_history_is_folded_in_by_the_normal_equations(ground: Ground, n: int) -> None:
    arrays = ONE.fit(ground)
    titles = arrays["factors"].astype(np.float64)
    history = History.of(np.arange(n), [1.0, -1.0, 0.5, *[1.0] * 9][:n])
    places = ground.layout.place[history.items].tolist()
    expected = titles @ folded(titles, places, history.weights.tolist())
    scorer = ONE.scorer(arrays, ground.n_items)
    np.testing.assert_allclose(scorer.score(history)[ground.layout.warm_items], expected, atol=1e-4)
    np.testing.assert_allclose(scorer.explain(history, np.arange(13)).sum(0), scorer.score(history), atol=1e-5)


def test_the_gram_matrix_of_what_is_published_is_diagonal(ground: Ground) -> None:
    arrays = ONE.fit(ground)
    np.testing.assert_allclose(arrays["factors"].T @ arrays["factors"], np.diag(arrays["gram"]), atol=1e-4)
