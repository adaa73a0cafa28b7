"""What predicts the rating that somebody would give: a mean, biases, and biases with factors (Funk's SVD)."""

from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from cinoche.recommend.statistics import Doubles, Ints, Longs


@dataclass(frozen=True)
class Rated:
    """Ratings as columns; users and items are numbers below ``n_users`` and ``n_items``."""

    users: Ints
    items: Ints
    ratings: Doubles
    n_users: int
    n_items: int

    def __len__(self) -> int:
        return len(self.users)

    def at(self, rows: Longs) -> "Rated":
        """These rows."""
        return Rated(self.users[rows], self.items[rows], self.ratings[rows], self.n_users, self.n_items)


class Predictor(Protocol):
    """What predicts ratings."""

    def fit(self, known: Rated, seed: int) -> "Predicting":
        """Learn from ratings; the same ratings and seed predict the same."""
        ...


@dataclass(frozen=True)
class Predicting:
    """A fitted prediction: the mean, what each user and item adds, and the product of their factors."""

    mean: float
    of_users: Doubles
    of_items: Doubles
    users: Doubles
    items: Doubles
    low: float
    high: float

    def predict(self, users: Ints, items: Ints) -> Doubles:
        """The rating of each pair, within the scale."""
        found = self.mean + self.of_users[users] + self.of_items[items]
        if self.users.shape[1]:
            found = found + np.einsum("kf,kf->k", self.users[users], self.items[items])
        return np.asarray(np.clip(found, self.low, self.high), np.float64)


@dataclass(frozen=True)
class Mean:
    """Everybody gives every title the mean."""

    def fit(self, known: Rated, seed: int) -> Predicting:  # noqa: ARG002
        """Take the mean."""
        low, high = _scale(known)
        of_users, of_items = np.zeros(known.n_users), np.zeros(known.n_items)
        none = (np.zeros((known.n_users, 0)), np.zeros((known.n_items, 0)))
        return Predicting(float(known.ratings.mean()), of_users, of_items, *none, low, high)


@dataclass(frozen=True)
class Bias:
    """Some people rate high and some titles are rated high: damped means of what is left, in turn."""

    user_damping: float = 5.0
    item_damping: float = 5.0
    sweeps: int = 10

    def fit(self, known: Rated, seed: int) -> Predicting:  # noqa: ARG002
        """Alternate between people and titles."""
        mean = float(known.ratings.mean())
        rest = known.ratings - mean
        of_users, of_items = np.zeros(known.n_users), np.zeros(known.n_items)
        n_of_user = np.bincount(known.users, minlength=known.n_users) + self.user_damping
        n_of_item = np.bincount(known.items, minlength=known.n_items) + self.item_damping
        for _ in range(self.sweeps):
            of_items = np.bincount(known.items, rest - of_users[known.users], known.n_items) / n_of_item
            of_users = np.bincount(known.users, rest - of_items[known.items], known.n_users) / n_of_user
        none = (np.zeros((known.n_users, 0)), np.zeros((known.n_items, 0)))
        return Predicting(mean, of_users, of_items, *none, *_scale(known))


@dataclass(frozen=True)
class Factors:
    """Biases and factors by stochastic descent, the classic of the Netflix prize (Koren, Bell and Volinsky 2009)."""

    factors: int = 40
    epochs: int = 40
    learning_rate: float = 0.01
    reg: float = 0.08
    spread: float = 0.05

    def fit(self, known: Rated, seed: int) -> Predicting:
        """Start from the biases and descend, the ratings drawn in a new order each time round."""
        start = Bias().fit(known, seed)
        rng = np.random.default_rng(seed)
        users = rng.normal(0.0, self.spread, (known.n_users, self.factors))
        items = rng.normal(0.0, self.spread, (known.n_items, self.factors))
        of_users, of_items = start.of_users.copy(), start.of_items.copy()
        descend = _descend()
        for epoch in range(self.epochs):
            order = rng.permutation(len(known)).astype(np.int64)
            rate = self.learning_rate * (1.0 - epoch / self.epochs) + 1e-4
            descend(order, known.users, known.items, known.ratings - start.mean, of_users, of_items, users, items,
                    rate, self.reg)  # fmt: skip
        return Predicting(start.mean, of_users, of_items, users, items, start.low, start.high)


PREDICTORS: Final[dict[str, Predictor]] = {"mean": Mean(), "bias": Bias(), "factors": Factors()}
"""What `rating` judges, by name."""


def _scale(known: Rated) -> tuple[float, float]:
    return float(known.ratings.min()), float(known.ratings.max())


def _descend() -> Any:
    """Compile one time round over the ratings, when it is first needed."""
    from numba import njit

    return njit(_epoch)


def _epoch(
    order: Longs, users: Ints, items: Ints, rest: Doubles, of_users: Doubles, of_items: Doubles, p: Doubles, q: Doubles,
    rate: float, reg: float,
) -> None:  # fmt: skip
    n_factors = p.shape[1]
    for k in order:
        u, i = users[k], items[k]
        guess = of_users[u] + of_items[i]
        for f in range(n_factors):
            guess += p[u, f] * q[i, f]
        error = rest[k] - guess
        of_users[u] += rate * (error - reg * of_users[u])
        of_items[i] += rate * (error - reg * of_items[i])
        for f in range(n_factors):
            a, b = p[u, f], q[i, f]
            p[u, f] += rate * (error * b - reg * a)
            q[i, f] += rate * (error * a - reg * b)
