"""Sparse EASE against the dense inverse, and what it keeps where it must leave out."""

from dataclasses import replace

import numpy as np

from cinoche.recommend.families import Arrays, Ground
from cinoche.recommend.families.ease_sparse import EaseSparse
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import Doubles, History


def rows_of(arrays: Arrays) -> Doubles:
    """The kept entries as a square."""
    n = len(arrays["bounds"]) - 1
    found = np.zeros((n, n))
    found[np.repeat(np.arange(n), np.diff(arrays["bounds"])), arrays["columns"]] = arrays["values"]
    return found


def ridges(together: Doubles, reg: float, voters: int) -> Doubles:
    """Each title rebuilt from those of the first ``voters`` with which somebody liked it."""
    found = np.zeros_like(together)
    for title, column in enumerate(together.T):
        near = [k for k in np.flatnonzero(column > 0) if k != title and k < voters]
        found[near, title] = np.linalg.solve(together[np.ix_(near, near)] + reg * np.eye(len(near)), column[near])
    return found


def test_with_every_title_as_a_neighbour_it_is_ease(ground: Ground, dense: Doubles) -> None:
    everybody = replace(ground, interactions=Interactions.of(np.repeat(np.arange(9), 12), np.tile(np.arange(12), 9)))
    one = EaseSparse(reg=10.0, neighbours=12)
    inverse = np.linalg.inv(np.full((12, 12), 9.0) + 10.0 * np.eye(12))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    np.testing.assert_allclose(rows_of(one.fit(everybody)), weights, atol=1e-5)
    expected = ridges(dense.T @ dense, 10.0, voters=12)
    np.testing.assert_allclose(rows_of(one.fit(ground)), expected, atol=1e-5)
    history = History.of([0, 4, 7], [1.0, 0.5, -1.0])
    scorer = one.scorer(one.fit(ground), ground.n_items)
    votes = history.weights @ expected[ground.layout.place[history.items]]
    np.testing.assert_allclose(scorer.score(history)[ground.layout.warm_items], votes, atol=1e-5)
    np.testing.assert_allclose(scorer.explain(history, np.arange(13)).sum(0), scorer.score(history), atol=1e-6)


def test_a_title_outside_the_head_votes_by_its_first_term_and_is_voted_for_by_the_head(
    ground: Ground, dense: Doubles
) -> None:
    found = rows_of(EaseSparse(reg=10.0, neighbours=12, head=6, tail_votes=12).fit(ground))
    together = dense.T @ dense
    tail = together[6:] / (np.diag(together)[6:, None] + 10.0)
    tail[:, 6:] -= np.diag(np.diag(tail[:, 6:]))
    np.testing.assert_allclose(found[6:], tail, atol=1e-5)
    np.testing.assert_allclose(found[:6], ridges(together, 10.0, voters=6)[:6], atol=1e-5)


def test_titles_beyond_the_other_families_warm_ones_are_known(ground: Ground) -> None:
    few = replace(ground, warm_titles=3)
    assert len(EaseSparse().fit(few)["items"]) == 12
