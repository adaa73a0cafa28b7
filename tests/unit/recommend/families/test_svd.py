"""PureSVD against LAPACK's whole decomposition."""

import numpy as np

from cinoche.recommend.families import Ground
from cinoche.recommend.families.svd import Svd
from cinoche.recommend.statistics import Doubles, History


def test_scores_are_those_of_the_whole_decomposition_cut_short(ground: Ground, dense: Doubles) -> None:
    one = Svd(factors=3, damping=0.3, passes=40)
    scale = np.maximum((dense > 0).sum(0), 1) ** -0.3
    axes = np.linalg.svd(dense * scale)[2][:3].T
    history = History.of([0, 4, 7], [1.0, 0.5, -1.0])
    query = np.zeros(dense.shape[1])
    query[ground.layout.place[history.items]] = history.weights
    expected = (query * scale) @ axes @ axes.T / scale
    scorer = one.scorer(one.fit(ground), ground.n_items)
    np.testing.assert_allclose(scorer.score(history)[ground.layout.warm_items], expected, atol=1e-4)
    np.testing.assert_allclose(scorer.explain(history, np.arange(13)).sum(0), scorer.score(history), atol=1e-5)
