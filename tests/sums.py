"""What tests of the sums share: sums in an order that does not depend on how they came to be."""

from collections.abc import Mapping

import numpy as np

from cinoche.recommend.statistics import HALF_LIVES_S, Doubles, Statistics, square
from cinoche.recommend.sums_ledger import State


def by_title(sums: Statistics, state: State) -> Mapping[str, Doubles]:
    """Lay kept sums out by the ids of titles (every warm title must be joint)."""
    layout = sums.layout
    assert layout.n_joint == layout.n_warm == layout.n_ordered
    titles = np.array(state.titles)
    order = np.argsort(titles[layout.warm_items]) if layout.n_warm else np.empty(0, np.int64)
    whole = np.argsort(titles)
    bins, n = len(layout.head_bins), layout.n_warm
    gram = _symmetric(sums.arrays["gram"]).reshape(bins, n, bins, n)
    return {
        "warm": np.array(sorted(titles[layout.warm_items]), dtype=object),
        "counts": sums.arrays["counts"][whole],
        "decayed": np.stack([sums.decayed(half_life)[whole] for half_life in HALF_LIVES_S]),
        "together": _symmetric(sums.arrays["together"])[np.ix_(order, order)],
        "gram": gram[:, order][:, :, :, order],
        "following": sums.arrays["following"].reshape(bins, n, n)[:, order][:, :, order],
    }


def assert_same(one: Mapping[str, Doubles], other: Mapping[str, Doubles]) -> None:
    """Equal to 1e-6 in every cell."""
    assert one["warm"].tolist() == other["warm"].tolist()
    for name in one.keys() - {"warm"}:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-6, atol=1e-6, err_msg=name)


def _symmetric(packed: Doubles) -> Doubles:
    lower = square(np.array(packed))
    return lower + np.tril(lower, -1).T
