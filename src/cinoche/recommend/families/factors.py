"""The scorers of factor models for a history never seen: a product where folding in is linear, else one solve."""

from dataclasses import dataclass

import numpy as np

from cinoche.recommend.scorers import Items, Warm
from cinoche.recommend.statistics import Floats, History, Longs


@dataclass(frozen=True, slots=True)
class Projected:
    """A linear fold-in: a history is the weighted sum of its titles' ``queries``, met with every title's ``targets``.

    With ``is_averaged`` the sum is divided by the root of what is liked, as it was in training; of that alone, as a
    dislike that shortened the vector would raise what scores below 0. ``bias`` is a title's score for any history.
    """

    queries: Floats
    targets: Floats
    warm: Warm
    name: str
    bias: Floats | None = None
    is_averaged: bool = False

    def score(self, history: History) -> Floats:
        """Every title's product with the history's vector."""
        entries, places = self._known(history)
        found = self.targets @ (self._weights(history, entries) @ self.queries[places])
        if self.bias is not None:
            found = found + self.bias
        return self.warm.spread(found)

    def explain(self, history: History, items: Items) -> Floats:
        """Each entry's vote for each title; with the bias these are the whole score."""
        entries, places = self._known(history)
        weighted = self.queries[places] * self._weights(history, entries)[:, None]
        return _votes(history, items, self.warm, entries, weighted, self.targets)

    def _known(self, history: History) -> tuple[Longs, Longs]:
        places = self.warm.place[history.items]
        entries = np.flatnonzero(places >= 0)
        return entries, places[entries].astype(np.int64)

    def _weights(self, history: History, entries: Longs) -> Floats:
        weights = history.weights[entries]
        if not self.is_averaged:
            return weights
        return np.asarray(weights / np.sqrt(max(float(np.maximum(weights, 0.0).sum()), 1.0)), np.float32)


@dataclass(frozen=True, slots=True)
class Solved:
    """A fold-in by least squares: the vector that best tells the history's titles from all others, given the factors.

    ``factors`` stand in the axes of their own Gram matrix, whose diagonal is ``gram``, so that what the whole catalogue
    asks for is diagonal and a history of fewer titles than factors costs a solve of its own size. A title of
    weight 1 is asked to score 1, one of -1 to score -1, all titles together 0 with weight ``unobserved``; ``reg`` times
    ``(titles + unobserved · catalogue) ** reg_power`` holds the vector back.
    """

    factors: Floats
    gram: Floats
    warm: Warm
    name: str
    unobserved: float
    reg: float
    reg_power: float
    bias: Floats | None = None

    def score(self, history: History) -> Floats:
        """Every title's product with the solved vector."""
        entries, mine, weights = self._known(history)
        found = self.factors @ self._solve(mine, weights, weights) if len(entries) else np.zeros(len(self.factors))
        if self.bias is not None:
            found = found + self.bias
        return self.warm.spread(np.asarray(found, np.float32))

    def explain(self, history: History, items: Items) -> Floats:
        """Each entry's part in the solved vector met with each title (Hu, Koren and Volinsky 2008, section 5).

        With the bias the parts are the whole score; one that is positive falls when the entry is taken away.
        """
        entries, mine, weights = self._known(history)
        if not len(entries):
            return np.zeros((len(history), len(items)), np.float32)
        parts = self._solve(mine, weights, np.diag(weights)).T
        return _votes(history, items, self.warm, entries, parts, self.factors)

    def _known(self, history: History) -> tuple[Longs, Floats, Floats]:
        places = self.warm.place[history.items]
        entries = np.flatnonzero((places >= 0) & (history.weights != 0))
        return entries, self.factors[places[entries]], history.weights[entries]

    def _solve(self, mine: Floats, weights: Floats, right: Floats) -> Floats:
        """Solve ``(D + MᵀCM) X = Mᵀ right`` with D diagonal, C the confidences; of two equal forms, the smaller.

        The other form is ``X = D⁻¹Mᵀ (I + C M D⁻¹Mᵀ)⁻¹ right``.
        """
        n, width = mine.shape
        strength = (n + self.unobserved * len(self.factors)) ** self.reg_power
        diagonal = (self.unobserved * self.gram + self.reg * strength).astype(np.float32)
        confidence = np.abs(weights)[:, None]
        if n < width:
            scaled = mine / diagonal
            small = confidence * (mine @ scaled.T)
            small[np.diag_indices(n)] += 1.0
            return np.asarray(scaled.T @ np.linalg.solve(small, right), np.float32)
        whole = (mine * confidence).T @ mine
        whole[np.diag_indices(width)] += diagonal
        return np.asarray(np.linalg.solve(whole, mine.T @ right), np.float32)


def _votes(history: History, items: Items, warm: Warm, entries: Longs, parts: Floats, targets: Floats) -> Floats:
    """Meet what each known entry adds to the vector with the wanted titles; unknown entries and titles get 0."""
    wanted = np.asarray(items, np.int64)
    votes = np.zeros((len(history), len(wanted)), np.float32)
    known = np.flatnonzero(warm.place[wanted] >= 0)
    votes[np.ix_(entries, known)] = parts @ targets[warm.place[wanted[known]]].T
    return votes
