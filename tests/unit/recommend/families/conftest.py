"""A small crowd that every family is compared on with what its formula gives in plain dense arithmetic."""

import numpy as np
import pytest

from cinoche.recommend.families import Ground
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import Doubles


@pytest.fixture
def crowd() -> Interactions:
    """Forty people and twelve titles, each liked with a weight of 1 or less; some titles are disliked."""
    rng = np.random.default_rng(0)
    liked = rng.random((40, 12)) < np.linspace(0.6, 0.2, 12)
    users, items = np.nonzero(liked)
    weights = rng.choice([1.0, 1.0, 0.3, -1.0], len(users))
    return Interactions.of(users, items, weights, 1e9 + rng.random(len(users)) * 1e6)


@pytest.fixture
def ground(crowd: Interactions) -> Ground:
    return Ground(crowd, 13, 1e9 + 1e6, min_ratings=1)


@pytest.fixture
def dense(ground: Ground) -> Doubles:
    """Who liked what: one row a person who liked anything, one column a warm title in the order of its place."""
    rows = ground.interactions
    matrix = np.zeros((rows.n_users, ground.layout.n_warm))
    kept = rows.weights > 0
    people = np.unique(rows.users, return_inverse=True)[1]
    matrix[people[kept], ground.layout.place[rows.items[kept]]] = rows.weights[kept]
    return matrix[matrix.any(axis=1)]
