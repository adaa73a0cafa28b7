"""Item neighbours against the shrunk cosine written out."""

import numpy as np

from cinoche.recommend.families import Ground
from cinoche.recommend.families.item_knn import ItemKnn
from cinoche.recommend.statistics import Doubles, History


def test_scores_are_sums_of_the_nearest_shrunk_cosines(ground: Ground, dense: Doubles) -> None:
    one = ItemKnn(neighbours=3, shrink=5.0, power=1.5)
    lengths = np.sqrt((dense**2).sum(0))
    alike = ((dense.T @ dense) / (np.outer(lengths, lengths) + 5.0)) ** 1.5
    np.fill_diagonal(alike, 0.0)
    for column in alike.T:
        column[np.argsort(-column)[3:]] = 0.0
    history = History.of([0, 4, 7], [1.0, 0.5, -1.0])
    expected = history.weights @ alike[ground.layout.place[history.items]]
    scorer = one.scorer(one.fit(ground), ground.n_items)
    np.testing.assert_allclose(scorer.score(history)[ground.layout.warm_items], expected, rtol=1e-5)
    np.testing.assert_allclose(scorer.explain(history, np.arange(13)).sum(0), scorer.score(history), atol=1e-6)


def test_a_catalogue_of_several_blocks_is_compared_whole() -> None:
    rng = np.random.default_rng(1)
    users, items = np.nonzero(rng.random((60, 600)) < 0.1)
    from cinoche.recommend.interactions import Interactions

    whole = Ground(Interactions.of(users, items), 600, 0.0, min_ratings=1)
    arrays = ItemKnn(neighbours=600, shrink=0.0).fit(whole)
    dense = np.zeros((60, whole.layout.n_warm))
    dense[users, whole.layout.place[items]] = 1.0
    lengths = np.sqrt(dense.sum(0))
    alike = dense.T @ dense / np.outer(lengths, lengths)
    found = np.zeros_like(alike)
    rows = np.repeat(np.arange(len(alike)), np.diff(arrays["bounds"]))
    found[rows, arrays["columns"]] = arrays["values"]
    np.testing.assert_allclose(found, alike - np.diag(np.diag(alike)), rtol=1e-5, atol=1e-7)
