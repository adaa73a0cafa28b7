"""The search for weights: it finds who is right, and never ends below where it started."""

import numpy as np
import pytest

from cinoche.recommend.scorers import Popular, Scorer
from cinoche.recommend.statistics import Floats, History
from cinoche.recommend.training.split import seeds, short
from cinoche.recommend.training.tune import Bench, Case, search


class Oracle:
    """A scorer that knows the title after each last one, give or take some noise."""

    name = "oracle"

    def __init__(self, n: int) -> None:
        self._noise = np.random.default_rng(1).random(n).astype(np.float32)

    def score(self, history: History) -> Floats:
        scores = self._noise.copy()
        scores[(history.items[-1] + 1) % len(scores)] += 2.0
        return scores

    def explain(self, history: History, items: object) -> Floats:  # noqa: ARG002
        return np.zeros((len(history), 0), np.float32)


def bench(n: int = 600, worth: Floats | None = None) -> Bench:
    rng = np.random.default_rng(0)
    cases = []
    for _ in range(60):
        at = int(rng.integers(n))
        cases.append(Case(History.of([(at + 7) % n, at]), np.array([(at + 1) % n])))
    scorers: dict[str, Scorer] = {
        "oracle": Oracle(n),
        "popular": Popular(rng.random(n).astype(np.float32), "popular"),
    }
    return Bench.of(cases, scorers, worth)


def test_the_search_trusts_the_scorer_that_is_right() -> None:
    one = bench()
    start = {"oracle": 0.1, "popular": 1.0}
    found = search(one, start, 10)
    assert found["oracle"] == 1.0
    assert one.value(found, 10) >= one.value(start, 10)
    assert one.value(found, 10) == pytest.approx(1.1, abs=0.05)


def test_only_the_named_scorers_get_a_weight() -> None:
    assert search(bench(), {"oracle": 1.0, "popular": 1.0}, 10, ["popular"])["oracle"] == 0.0


def test_short_and_seeds_know_less_and_ask_the_same() -> None:
    case = Case(History.of([1, 2, 3, 4], [1.0, -1.0, 1.0, 1.0]), np.array([9]))
    assert short([case])[0].history.items.tolist() == [3, 4]
    (named,) = seeds([case], seed=0)
    assert set(named.history.items) <= {1, 3, 4}
    assert named.targets.tolist() == [9]


def test_a_find_counts_by_its_worth_and_targets_are_worth_one_on_average() -> None:
    worth = np.linspace(0.1, 2.0, 600).astype(np.float32)
    plain, weighed = bench(), bench(worth=worth)
    np.testing.assert_allclose(weighed.hits.max(1), plain.hits.max(1), rtol=1e-5)
    case = Case(History.of([1]), np.array([10, 500]))
    one = Bench.of([case], {"popular": Popular(worth, "popular")}, worth)
    assert one.hits.sum() <= 2.0
    assert one.hits.max() == pytest.approx(2 * worth[500] / (worth[10] + worth[500]))
