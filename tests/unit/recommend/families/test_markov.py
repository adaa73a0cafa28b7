"""Decayed Markov counts: they are what a plain double loop counts, and the largest are kept."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cinoche.recommend.families.base import Ground
from cinoche.recommend.families.markov import Markov
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import History

N = 9
PLAIN = Markov(reach=3, decay=0.5, query_reach=2, query_decay=0.25)


def plain_counts(rows: Interactions, family: Markov) -> np.ndarray:
    counts = rows.counts(N) + 5.0
    found = np.zeros((N, N))
    for history in rows.histories():
        liked = history.where(history.weights > 0)
        for at, item in enumerate(liked.items):
            for lag in range(family.reach):
                if at + 1 + lag < len(liked):
                    later = liked.items[at + 1 + lag]
                    worth = family.decay**lag * liked.weights[at] * liked.weights[at + 1 + lag]
                    found[item, later] += worth / (counts[item] ** family.leading * counts[later] ** family.led)
    return found


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(st.integers(0, N - 1), unique=True, max_size=N), max_size=6), st.randoms(use_true_random=False)
)
def test_counts_are_those_of_a_plain_loop(people: list[list[int]], random: object) -> None:
    users = [k for k, items in enumerate(people) for _ in items]
    items = [item for each in people for item in each]
    weights = [[1.0, 0.3, -1.0][item % 3] for item in items]
    rows = Interactions.of(users, items, weights, np.arange(len(items)))
    one = PLAIN.scorer(PLAIN.fit(Ground(rows, N, 0.0, min_ratings=1)), N)
    expected = plain_counts(rows, PLAIN)
    for item in range(N):
        np.testing.assert_allclose(one.score(History.of([item])), expected[item], rtol=1e-5)
    history = History.of([0, 1, 2, 3], [1.0, 1.0, -0.5, 1.0])
    wanted = expected[3] - 0.5 * 0.25 * expected[2] + 0.25 * expected[1]
    np.testing.assert_allclose(one.score(history), wanted, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(one.explain(history, np.arange(N)).sum(0), wanted, rtol=1e-4, atol=1e-6)


def test_only_the_most_frequent_followers_are_kept() -> None:
    pairs = [(0, follower) for follower in (1, 1, 1, 2, 2, 3)]
    users = np.repeat(np.arange(len(pairs)), 2)
    rows = Interactions.of(users, np.array(pairs).reshape(-1), None, np.arange(2 * len(pairs)))
    family = Markov(most=2, led=0.0)
    scores = family.scorer(family.fit(Ground(rows, 4, 0.0, min_ratings=1)), 4).score(History.of([0]))
    assert np.flatnonzero(scores).tolist() == [1, 2]
