"""Learning vectors by stochastic descent: titles that a person liked are put above those that they did not.

A title is the sum of its features' vectors, with one table of vectors to ask by and one to answer by; a person is the
sum of what the titles liked ask for. Nobody has a vector of their own, so that a history never seen is scored as those
of training were. All draws come from one seeded generator in one thread: the same ground gives the same vectors.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from cinoche.recommend.statistics import Floats, Ints, Longs

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True)
class Descent:
    """How to descend: the width of the vectors, the rate, what holds them back, how often everybody is taken.

    With ``tries`` the loss is WARP (Weston and others 2011): titles are drawn until one wrongly scores within 1 of the
    like, and the sooner, the more it counts. Without, it is BPR (Rendle and others 2009): one title is drawn.
    """

    width: int
    rate: float
    reg: float
    sweeps: int
    tries: int = 0

    def learn(
        self, matrix: "csr_array[np.float32]", made_of: "csr_array[np.float32]", seed: int
    ) -> tuple[Floats, Floats]:
        """Learn the vectors of the features: those to ask by, and those to answer by, whose last column is a bias."""
        rng = np.random.default_rng(seed)
        n = made_of.shape[1]
        asking = (0.1 * rng.standard_normal((n, self.width))).astype(np.float32)
        answering = np.zeros((n, self.width + 1), np.float32)
        answering[:, :-1] = 0.1 * rng.standard_normal((n, self.width))
        state = np.uint64(int(rng.integers(1, 1 << 62)))
        if not matrix.nnz:
            return asking, answering
        matrix.sort_indices()
        likes = _Likes(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32))
        parts = _Parts(made_of.indptr.astype(np.int64), made_of.indices.astype(np.int32), made_of.data)
        tables = _Tables(asking, np.ones(n, np.float32), answering, np.ones(n, np.float32))
        most = int(np.diff(matrix.indptr).max())
        room = _Room(*(np.empty((most, self.width), np.float32) for _ in range(2)))
        for _ in range(self.sweeps):
            order = rng.permutation(matrix.shape[0])
            state = np.uint64(_sweep(order, likes, parts, tables, room, self.rate, self.reg, self.tries, state))
        return asking, answering


class _Likes(NamedTuple):
    """What each person liked, in the order of the titles."""

    bounds: Longs
    titles: Ints


class _Parts(NamedTuple):
    """The features of each title, and the share of each."""

    bounds: Longs
    features: Ints
    shares: Floats


class _Tables(NamedTuple):
    """The vectors of the features, and how much each has moved so far."""

    asking: Floats
    asking_moved: Floats
    answering: Floats
    answering_moved: Floats


class _Room(NamedTuple):
    """Scratch for one person: what each title liked asks for, and where its own pair pulls."""

    asked: Floats
    pulled: Floats


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _next(state: np.uint64) -> np.uint64:
    """The next state of a xorshift generator."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _has(titles: Ints, start: np.int64, stop: np.int64, title: np.int64) -> bool:
    """Whether a sorted run holds a title."""
    while start < stop:
        middle = (start + stop) // 2
        if titles[middle] < title:
            start = middle + 1
        elif titles[middle] > title:
            stop = middle
        else:
            return True
    return False


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator, unused-ignore]
def _compose(parts: _Parts, title: np.integer, table: Floats, into: Floats) -> None:
    """Sum the vectors of a title's features."""
    into[:] = 0.0
    for at in range(parts.bounds[title], parts.bounds[title + 1]):
        share, feature = parts.shares[at], parts.features[at]
        for k in range(len(into)):
            into[k] += share * table[feature, k]


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator, unused-ignore]
def _dot(one: Floats, other: Floats) -> np.float32:
    total = np.float32(0.0)
    for k in range(len(one)):
        total += one[k] * other[k]
    return total


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator, unused-ignore]
def _move(
    parts: _Parts,
    title: np.integer,
    table: Floats,
    moved: Floats,
    slope: Floats,
    weight: float,
    rate: float,
    reg: float,
) -> None:
    """Move the vectors of a title's features along a slope, those that moved much before by less (Adagrad)."""
    width = len(slope)
    square = weight * weight * _dot(slope, slope) / width
    for at in range(parts.bounds[title], parts.bounds[title + 1]):
        feature, share = parts.features[at], parts.shares[at]
        step = rate / np.sqrt(moved[feature])
        moved[feature] += share * share * square
        for k in range(width):
            table[feature, k] += step * (share * weight * slope[k] - reg * table[feature, k])


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator, unused-ignore]
def _rival(
    likes: _Likes, person: np.int64, parts: _Parts, answering: Floats, mine: Floats, wanted: np.floating, far: Floats,
    tries: int, state: np.uint64,
) -> tuple[np.int64, float, np.uint64]:  # fmt: skip
    """Draw a title not liked that stands too near to a like's score, and what the pair counts (0 where none is)."""
    n = len(parts.bounds) - 1
    for attempt in range(1, max(tries, 1) + 1):
        state = _next(state)
        other = np.int64((state >> np.uint64(11)) % np.uint64(n))
        if _has(likes.titles, likes.bounds[person], likes.bounds[person + 1], other):
            continue
        _compose(parts, other, answering, far)
        margin = wanted - _dot(mine, far)
        if not tries:
            return other, 1.0 / (1.0 + np.exp(margin)), state
        if margin < 1.0:
            return other, np.log(max(1.0, n // attempt)), state
    return np.int64(0), 0.0, state


@njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator, unused-ignore]
def _sweep(
    order: Longs, likes: _Likes, parts: _Parts, tables: _Tables, room: _Room, rate: float, reg: float, tries: int,
    state: np.uint64,
) -> np.uint64:  # fmt: skip
    """Take everybody in turn: part each like from a rival, then move what the likes ask for; all in place."""
    width = tables.asking.shape[1]
    near, far = np.empty(width + 1, np.float32), np.empty(width + 1, np.float32)
    mine, whole, pull = np.ones(width + 1, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    for person in order:
        first = likes.bounds[person]
        n = likes.bounds[person + 1] - first
        if n < 2:
            continue
        whole[:] = 0.0
        for at in range(n):
            _compose(parts, likes.titles[first + at], tables.asking, room.asked[at])
            whole += room.asked[at]
        pull[:] = 0.0
        scale = np.float32(1.0 / np.sqrt(n - 1.0))
        for at in range(n):
            liked = likes.titles[first + at]
            mine[:width] = (whole - room.asked[at]) * scale
            _compose(parts, liked, tables.answering, near)
            other, weight, state = _rival(
                likes, person, parts, tables.answering, mine, _dot(mine, near), far, tries, state
            )
            room.pulled[at] = 0.0
            if weight > 0.0:
                room.pulled[at] = (near[:width] - far[:width]) * np.float32(weight * scale / n)
                pull += room.pulled[at]
                _move(parts, liked, tables.answering, tables.answering_moved, mine, weight, rate, reg)
                _move(parts, other, tables.answering, tables.answering_moved, mine, -weight, rate, reg)
        for at in range(n):
            room.asked[at] = pull - room.pulled[at]
            _move(parts, likes.titles[first + at], tables.asking, tables.asking_moved, room.asked[at], 1.0, rate, reg)
    return state
