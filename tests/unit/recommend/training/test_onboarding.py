"""Titles that tell tastes apart: not those that everybody likes, nor ten of one taste."""

import numpy as np
import pytest

from cinoche.recommend.interactions import Interactions
from cinoche.recommend.training.onboarding import telling_titles

N = 40
LOVED = (0, 1, 2)
"""Titles that nearly everybody likes, whatever their taste."""


def people(n: int = 300) -> Interactions:
    """Four tastes of nine titles each; their people like six of them, and what everybody likes."""
    rng = np.random.default_rng(0)
    users, items = [], []
    for user in range(n):
        taste = user % 4
        liked = [*(rng.permutation(9)[:6] + 3 + 9 * taste), *(each for each in LOVED if rng.random() < 0.95)]
        users += [user] * len(liked)
        items += [int(each) for each in liked]
    return Interactions.of(users, items)


def test_what_everybody_likes_tells_less_than_what_some_do() -> None:
    order = telling_titles(people(), N).tolist()
    assert not set(order[:4]) & set(LOVED)
    assert sorted({(item - 3) // 9 for item in order[:4]}) == [0, 1, 2, 3]


def test_every_title_is_asked_about_once_and_the_order_is_always_the_same() -> None:
    order = telling_titles(people(), N, n=20)
    assert len(set(order.tolist())) == len(order) == 20
    np.testing.assert_array_equal(order, telling_titles(people(), N, n=20))


@pytest.mark.parametrize(
    "rows",
    [
        Interactions.of([], []),
        Interactions.of([0] * 3, [0, 1, 2]),
        Interactions.of(np.repeat(np.arange(6), 2), [0, 1] * 6),
        Interactions.of(np.repeat(np.arange(6), 4), [0, 1, 2, 3] * 6),
        Interactions.of(np.arange(12), [3] * 12),
    ],
    ids=["nobody", "one person", "two titles", "all alike", "one title"],
)
def test_from_nearly_nothing_comes_nothing_broken(rows: Interactions) -> None:
    order = telling_titles(rows, 5)
    assert len(set(order.tolist())) == len(order) <= 5
