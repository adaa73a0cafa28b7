"""Sums over people, from which every scorer is solved.

A person's `contribution` is a pure function of their whole history, so that learning is adding, forgetting is
subtracting (equal, to rounding, to never having seen them) and merging two partitions is adding. The sums are float64.

The sequence of a history is what it holds of warm titles with a positive weight, oldest first. At each position ``t``
the titles before it make the features: a title ``lag`` positions back counts ``decay ** (lag - 1)`` in the bin of its
lag. ``gram`` sums the products of features, ``following`` the products of features and the title at ``t``.

``together`` and ``gram`` are symmetric: they are kept as their lower triangles, row after row, in one dimension.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Self, TypeVar

import numpy as np
import numpy.typing as npt

from cinoche.kit.clock import DAY_S

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
N = TypeVar("N", int, npt.NDArray[np.int64])

EPOCH_AT: Final = 1_577_836_800.0
"""2020-01-01: the fixed instant from which decayed counts grow, so that yesterday's contribution can be subtracted."""

HALF_LIVES_S: Final = (7 * DAY_S, 30 * DAY_S, 365 * DAY_S)
"""Half-lives of the decayed counts: this week, this month, this year."""

DAYS: Final = 14
"""How many days before the as-of time are counted one by one."""

OF_TITLES: Final = ("counts", "decayed", "days")
OF_PAIRS: Final = ("together",)
OF_SEQUENCES: Final = ("gram", "following")
SUMS: Final = (*OF_TITLES, *OF_PAIRS, *OF_SEQUENCES)
"""The names of the sums."""

_MAX_EXPONENT: Final = 1000.0


@dataclass(frozen=True, slots=True)
class History:
    """What one person did, oldest first: items (indices of titles), signed weights and times, one entry a title.

    ``now`` is the instant of the question where it matters (None: right after the last entry), ``person`` the number by
    which a scorer that learns at once knows whose history this is (-1: nobody it has learned from).
    """

    items: Ints
    weights: Floats
    times: Doubles
    now: float | None = None
    person: int = -1

    @classmethod
    def of(cls, items: npt.ArrayLike, weights: npt.ArrayLike | None = None, times: npt.ArrayLike | None = None) -> Self:
        """Make a history from plain lists; without weights all are 1, without times the order is all that is known."""
        index = np.asarray(items, np.int32).reshape(-1)
        n = len(index)
        return cls(
            index,
            np.ones(n, np.float32) if weights is None else np.asarray(weights, np.float32).reshape(-1),
            np.arange(n, dtype=np.float64) if times is None else np.asarray(times, np.float64).reshape(-1),
        )

    def __len__(self) -> int:
        return len(self.items)

    def where(self, chosen: npt.NDArray[np.bool_]) -> "History":
        """The chosen entries; itself when that is all of them."""
        if chosen.all():
            return self
        return self.at(chosen)

    def at(self, rows: slice | npt.NDArray[Any]) -> "History":
        """The entries at these rows, asked about by the same person at the same instant."""
        return replace(self, items=self.items[rows], weights=self.weights[rows], times=self.times[rows])


@dataclass(frozen=True, slots=True)
class Bin:
    """A range of lags, ``first`` to ``last``, in which a title counts ``decay ** (lag - 1)``."""

    first: int
    last: int
    decay: float


HEAD_BINS: Final = (Bin(1, 2, 0.7), Bin(3, 12, 0.9), Bin(13, 60, 0.98))
"""The bins of the most watched titles: just before, recently, some time ago."""

TAIL_BIN: Final = Bin(1, 60, 0.93)
"""The one bin of the other titles."""


@dataclass(frozen=True)
class Layout:
    """Where each title stands in the sums: fixed before counting, shared by all partitions.

    ``place`` gives each title's place among the warm ones, the most watched first, or -1; the first ``n_joint`` places
    have one feature in each head bin, the others one in the tail bin. Sequences hold the first ``most_ordered`` places
    alone (None: all), for their sums grow with the square of the features.
    """

    place: Ints
    n_warm: int
    n_joint: int
    as_of: float
    epoch_at: float = EPOCH_AT
    half_lives_s: tuple[float, ...] = HALF_LIVES_S
    head_bins: tuple[Bin, ...] = HEAD_BINS
    tail_bin: Bin = TAIL_BIN
    most_ordered: int | None = None

    @classmethod
    def choose(
        cls,
        counts: npt.NDArray[np.generic],
        *,
        as_of: float,
        min_ratings: int,
        joint_titles: int,
        warm_titles: int = 10_000,
        head_bins: tuple[Bin, ...] = HEAD_BINS,
        tail_bin: Bin = TAIL_BIN,
        most_ordered: int | None = None,
    ) -> Self:
        """Choose the warm titles: the ``warm_titles`` most watched with ``min_ratings``, the first of them joint."""
        plain = np.asarray(counts, np.int64)
        order = np.argsort(-plain, kind="stable")
        order = order[plain[order] >= max(min_ratings, 1)][:warm_titles]
        place = np.full(len(plain), -1, np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        n_joint = min(joint_titles, len(order) if most_ordered is None else min(most_ordered, len(order)))
        return cls(place, len(order), n_joint, as_of, head_bins=head_bins, tail_bin=tail_bin, most_ordered=most_ordered)

    def counts_like(self, other: "Layout", names: Collection[str]) -> bool:
        """Whether both count these sums of the same warm titles alike, wherever each stands: one does for both."""
        if self.n_warm != other.n_warm or not np.array_equal(np.sort(self.warm_items), np.sort(other.warm_items)):
            return False
        return not set(OF_SEQUENCES) & set(names) or self.sequencing == other.sequencing

    @property
    def sequencing(self) -> tuple[object, ...]:
        """What decides how sequences are counted, besides which titles are warm."""
        return (self.n_joint, self.n_ordered, self.head_bins, self.tail_bin)

    @property
    def n_items(self) -> int:
        """How many titles there are, warm or not."""
        return len(self.place)

    @property
    def bins(self) -> tuple[Bin, ...]:
        """The head bins, then the tail bin."""
        return (*self.head_bins, self.tail_bin)

    @property
    def n_ordered(self) -> int:
        """How many places sequences know."""
        return self.n_warm if self.most_ordered is None else min(self.most_ordered, self.n_warm)

    @property
    def n_features(self) -> int:
        """How many features there are: one a head bin for joint titles, one for each other title of sequences."""
        return len(self.head_bins) * self.n_joint + self.n_ordered - self.n_joint

    def offset(self, b: int) -> int:
        """What to add to a place to get its feature in bin ``b`` (the tail bin is the last)."""
        return b * self.n_joint if b < len(self.head_bins) else (len(self.head_bins) - 1) * self.n_joint

    @property
    def reach(self) -> int:
        """The longest lag that any bin looks back."""
        return max(b.last for b in self.bins)

    @cached_property
    def warm_items(self) -> Ints:
        """The warm titles in the order of their places."""
        items = np.flatnonzero(self.place >= 0).astype(np.int32)
        return items[np.argsort(self.place[items])]

    @cached_property
    def features(self) -> Longs:
        """The feature of each (bin, place), or -1 where a title has none in that bin."""
        table = np.full((len(self.bins), self.n_ordered), -1, np.int64)
        for b in range(len(self.head_bins)):
            table[b, : self.n_joint] = b * self.n_joint + np.arange(self.n_joint)
        tail = np.arange(self.n_ordered - self.n_joint)
        table[-1, self.n_joint :] = len(self.head_bins) * self.n_joint + tail
        return table

    @cached_property
    def kernel(self) -> Doubles:
        """What a title counts at each (bin, lag): ``decay ** (lag - 1)`` inside the bin, 0 outside; lag 0 is unused."""
        lags = np.arange(self.reach + 1)
        rows = [np.where((lags >= b.first) & (lags <= b.last), b.decay ** (lags - 1.0), 0.0) for b in self.bins]
        return np.stack(rows)

    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The name and shape of every sum."""
        return {
            "counts": (self.n_items,),
            "decayed": (len(self.half_lives_s), self.n_items),
            "days": (DAYS, self.n_items),
            "together": (triangle(self.n_warm),),
            "gram": (triangle(self.n_features),),
            "following": (self.n_features, self.n_ordered),
        }


def triangle(n: N) -> N:
    """How many cells the first ``n`` rows of a lower triangle have: where row ``n`` begins.

    >>> [triangle(n) for n in range(4)]
    [0, 1, 3, 6]
    """
    return n * (n + 1) // 2


def square(packed: npt.NDArray[np.floating[Any]]) -> Doubles:
    """Lay a packed lower triangle out as a matrix, zero above its diagonal."""
    n = (int(np.sqrt(8 * len(packed) + 1)) - 1) // 2
    matrix = np.zeros((n, n))
    matrix[np.tril_indices(n)] = packed
    return matrix


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one person adds to each sum: flat indices (each once) and values."""

    parts: Mapping[str, tuple[Longs, Doubles]]


def contribution(history: History, layout: Layout) -> Contribution:
    """Work out what one whole history adds to every sum."""
    liked = history.weights > 0
    items, weights, times = history.items[liked].astype(np.int64), history.weights[liked], history.times[liked]
    n = layout.n_items
    parts = {"counts": _summed(items, np.ones(len(items)))}
    parts["decayed"] = _summed(
        np.concatenate([k * n + items for k in range(len(layout.half_lives_s))]),
        np.concatenate([growth(times, layout.epoch_at, half_life) for half_life in layout.half_lives_s]),
    )
    day, is_counted = days_before(times, layout.as_of)
    parts["days"] = _summed((day * n + items)[is_counted], np.ones(int(is_counted.sum())))
    places = layout.place[items].astype(np.int64)
    is_warm = places >= 0
    places, values = places[is_warm], weights[is_warm].astype(np.float64)
    lower = places[:, None] >= places[None, :]
    pairs = triangle(places)[:, None] + places[None, :]
    parts["together"] = _summed(pairs[lower], np.outer(values, values)[lower])
    is_ordered = places < layout.n_ordered
    parts |= _sequence_parts(places[is_ordered], values[is_ordered], layout)
    return Contribution(parts)


def _sequence_parts(places: Longs, values: Doubles, layout: Layout) -> dict[str, tuple[Longs, Doubles]]:
    """Sum φφᵀ and φ·e(next) as written: φ is laid out in full, one row a position."""
    from scipy.sparse import coo_array

    rows, columns, entries = [], [], []
    for lag in range(1, min(layout.reach, len(places) - 1) + 1):
        for b, kernel in enumerate(layout.kernel[:, lag]):
            feature = layout.features[b, places[:-lag]]
            used = np.flatnonzero((feature >= 0) & (kernel > 0))
            rows.append(used + lag)
            columns.append(feature[used])
            entries.append(kernel * values[used])
    if not rows:
        nothing = (np.empty(0, np.int64), np.empty(0, np.float64))
        return {"gram": nothing, "following": nothing}
    index = (np.concatenate(rows), np.concatenate(columns))
    phi = coo_array((np.concatenate(entries), index), shape=(len(places), layout.n_features)).tocsr()
    gram = (phi.T @ phi).tocoo()
    lower = gram.row >= gram.col
    flat = triangle(gram.row[lower].astype(np.int64)) + gram.col[lower]
    following = phi.tocoo()
    target = following.row
    return {
        "gram": _summed(flat, gram.data[lower]),
        "following": _summed(
            following.col.astype(np.int64) * layout.n_ordered + places[target], following.data * values[target]
        ),
    }


def _summed(index: Longs, values: Doubles) -> tuple[Longs, Doubles]:
    unique, inverse = np.unique(index, return_inverse=True)
    return unique.astype(np.int64), np.bincount(inverse, values, minlength=len(unique)).astype(np.float64)


def growth(times: Doubles, epoch_at: float, half_life_s: float) -> Doubles:
    """What one interaction adds to a decayed count: it doubles with each half-life since the epoch."""
    return np.exp2(np.clip((times - epoch_at) / half_life_s, -_MAX_EXPONENT, _MAX_EXPONENT))


def days_before(times: Doubles, as_of: float) -> tuple[Longs, npt.NDArray[np.bool_]]:
    """How many whole days before the as-of time each instant lies, and whether that is one of the days counted."""
    ago = np.ceil((as_of - times) / DAY_S) - 1
    day = np.clip(ago, -1, DAYS).astype(np.int64) + (times == as_of)
    return day, (day >= 0) & (day < DAYS)


@dataclass(frozen=True)
class Statistics:
    """The sums themselves. ``arrays`` holds one array a name of `Layout.shapes`: float64 wherever sums are kept."""

    layout: Layout
    arrays: Mapping[str, npt.NDArray[Any]] = field(repr=False)

    @classmethod
    def empty(cls, layout: Layout, names: Collection[str] = SUMS, kind: type[np.floating[Any]] = np.float64) -> Self:
        """The sums over nobody."""
        shapes = layout.shapes()
        return cls(layout, {name: np.zeros(shape, kind) for name, shape in shapes.items() if name in names})

    def add(self, what: Contribution) -> None:
        """Learn a person: add their contribution."""
        self._shift(what, 1.0)

    def subtract(self, what: Contribution) -> None:
        """Forget a person: subtract their contribution."""
        self._shift(what, -1.0)

    def merge(self, other: "Statistics") -> "Statistics":
        """The sums over the people of both."""
        return Statistics(self.layout, {name: array + other.arrays[name] for name, array in self.arrays.items()})

    def _shift(self, what: Contribution, sign: float) -> None:
        for name, (index, values) in what.parts.items():
            self.arrays[name].reshape(-1)[index] += sign * values

    def decayed(self, half_life_s: float, as_of: float | None = None) -> Doubles:
        """Counts in which what happened a half-life before the as-of time counts half."""
        k = self.layout.half_lives_s.index(half_life_s)
        now = self.layout.as_of if as_of is None else as_of
        shift = np.clip((now - self.layout.epoch_at) / half_life_s, -_MAX_EXPONENT, _MAX_EXPONENT)
        counts: Doubles = np.maximum(self.arrays["decayed"][k] * np.exp2(-shift), 0.0)
        return counts

    def recent(self, days: int) -> Doubles:
        """Counts of the last ``days`` days before the as-of time."""
        return np.asarray(self.arrays["days"][:days].sum(0))
