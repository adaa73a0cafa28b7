"""Which titles to ask somebody new about: those whose answers say most about all others.

A taste is a point among the main directions of people's likes, drawn like theirs; what a title would be scored is its
direction times that point. To hear that somebody likes a title narrows the point down, and with it every score, by an
amount that is known beforehand. Titles are taken one after the other, each time the one that is expected to take most
uncertainty off the scores of all, each title counting by how many people like it. An answer that is nearly certain
before it is given counts little, be it that few know the title or that everybody likes it.
"""

from typing import Final

import numpy as np

from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import Doubles, Ints, Longs

DIRECTIONS: Final = 32
NOISE: Final = 0.05
"""How much of an answer is chance, beside a spread of likes of 0 to 1."""

LEAST_LIKES: Final = 5
MOST_TITLES: Final = 4_000
MOST_PEOPLE: Final = 20_000
"""Of how many titles, the most liked, and how many people the directions are found."""

TOLD: Final = 120
"""How many titles are put in order: what a viewer may not see is left out later."""


def telling_titles(rows: Interactions, n_items: int, *, n: int = TOLD, seed: int = 0) -> Ints:
    """Put the ``n`` titles that tell tastes apart best in order; fewer, or none, where too little is known."""
    counts = rows.counts(n_items)
    known = np.flatnonzero(counts >= LEAST_LIKES)
    known = known[np.argsort(-counts[known], kind="stable")[:MOST_TITLES]]
    if len(known) <= 2 or rows.n_users <= 2:
        return known[:n].astype(np.int32)
    places, strengths = _directions(rows, known, n_items, seed)
    return known[_greedy(places, strengths, counts[known] / rows.n_users, n)].astype(np.int32)


def _directions(rows: Interactions, titles: Longs, n_items: int, seed: int) -> tuple[Doubles, Doubles]:
    """Where titles lie among the main directions of likes, and how people spread along these: a covariance."""
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import svds

    place = np.full(n_items, -1, np.int64)
    place[titles] = np.arange(len(titles))
    _, users = np.unique(rows.users, return_inverse=True)
    people = np.random.default_rng(seed).permutation(rows.n_users)[:MOST_PEOPLE]
    is_asked = np.zeros(rows.n_users, np.bool_)
    is_asked[people] = True
    chosen = (rows.weights > 0) & (place[rows.items] >= 0) & is_asked[users]
    ones = np.ones(int(chosen.sum()))
    table = csr_array((ones, (users[chosen], place[rows.items[chosen]])), shape=(rows.n_users, len(titles)))
    table.data[:] = 1.0
    table = csr_array(table[np.sort(people)])
    rank = min(DIRECTIONS, min(table.shape) - 1)
    left, sizes, right = svds(table, k=rank, v0=np.ones(min(table.shape)))
    spread = np.atleast_2d(np.cov((left * sizes).T))
    return np.ascontiguousarray(right.T), spread


def _greedy(places: Doubles, spread: Doubles, known: Doubles, n: int) -> Longs:
    """Take the most telling title, then the most telling beside it, and so on.

    With a taste of covariance S, hearing that a title at v is liked takes (Sv)(Sv)ᵀ / (vᵀSv + noise) off S.
    """
    value, open_to = places.T @ (places * known[:, None]), known * (1.0 - known)
    left, found = np.ones(len(places), np.bool_), []
    for _ in range(min(n, len(places))):
        moved = places @ spread
        heard = np.einsum("ij,ij->i", moved, places) + NOISE
        gain = open_to * np.einsum("ij,jk,ik->i", moved, value, moved, optimize=True) / heard
        best = int(np.where(left, gain, -np.inf).argmax())
        found.append(best)
        left[best] = False
        spread = spread - open_to[best] * np.outer(moved[best], moved[best]) / heard[best]
    return np.array(found, np.int64)
