"""Sums over people, from which every scorer is solved.

A person's `contribution` is a pure function of their whole history, so that learning is adding, forgetting is
subtracting (equal, to rounding, to never having seen them) and merging two partitions is adding. The sums are float64.

The sequence of a history is what it holds of warm titles with a positive weight, oldest first. At each position ``t``
the titles before it make the features: a title ``lag`` positions back counts ``decay ** (lag - 1)`` in the bin of its
lag. ``gram`` sums the products of features, ``following`` the products of features and the title at ``t``.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from cinoche.kit.clock import DAY_S

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

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
    """What one person did, oldest first: items (indices of titles), signed weights and times, one entry a title."""

    items: Ints
    weights: Floats
    times: Doubles

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
    have one feature in each head bin, the others one in the tail bin.
    """

    place: Ints
    n_warm: int
    n_joint: int
    as_of: float
    epoch_at: float = EPOCH_AT
    half_lives_s: tuple[float, ...] = HALF_LIVES_S
    head_bins: tuple[Bin, ...] = HEAD_BINS
    tail_bin: Bin = TAIL_BIN

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
    ) -> Self:
        """Choose the warm titles: the ``warm_titles`` most watched with ``min_ratings``, the first of them joint."""
        plain = np.asarray(counts, np.int64)
        order = np.argsort(-plain, kind="stable")
        order = order[plain[order] >= max(min_ratings, 1)][:warm_titles]
        place = np.full(len(plain), -1, np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        n_joint = min(joint_titles, len(order))
        return cls(place, len(order), n_joint, as_of, head_bins=head_bins, tail_bin=tail_bin)

    @property
    def n_items(self) -> int:
        """How many titles there are, warm or not."""
        return len(self.place)

    @property
    def bins(self) -> tuple[Bin, ...]:
        """The head bins, then the tail bin."""
        return (*self.head_bins, self.tail_bin)

    @property
    def n_features(self) -> int:
        """How many features there are: one a head bin for joint titles, one for each other warm title."""
        return len(self.head_bins) * self.n_joint + self.n_warm - self.n_joint

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
        table = np.full((len(self.bins), self.n_warm), -1, np.int64)
        for b in range(len(self.head_bins)):
            table[b, : self.n_joint] = b * self.n_joint + np.arange(self.n_joint)
        tail = np.arange(self.n_warm - self.n_joint)
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
            "together": (self.n_warm, self.n_warm),
            "gram": (self.n_features, self.n_features),
            "following": (self.n_features, self.n_warm),
        }


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one person adds to each sum: flat indices (each once) and values."""

    parts: Mapping[str, tuple[Longs, Doubles]]


def contribution(history: History, layout: Layout) -> Contribution:
    """Work out what one whole history adds to every sum (`gram` in its lower triangle only)."""
    liked = history.weights > 0
    items, weights, times = history.items[liked].astype(np.int64), history.weights[liked], history.times[liked]
    n = layout.n_items
    parts = {"counts": _summed(items, np.ones(len(items)))}
    parts["decayed"] = _summed(
        np.concatenate([k * n + items for k in range(len(layout.half_lives_s))]),
        np.concatenate([_growth(times, layout.epoch_at, half_life) for half_life in layout.half_lives_s]),
    )
    day, is_counted = _days_before(times, layout.as_of)
    parts["days"] = _summed((day * n + items)[is_counted], np.ones(int(is_counted.sum())))
    places = layout.place[items].astype(np.int64)
    is_warm = places >= 0
    places, values = places[is_warm], weights[is_warm].astype(np.float64)
    pairs = places[:, None] * layout.n_warm + places[None, :]
    parts["together"] = _summed(pairs.ravel(), np.outer(values, values).ravel())
    parts |= _sequence_parts(places, values, layout)
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
    flat = gram.row[lower].astype(np.int64) * layout.n_features + gram.col[lower]
    following = phi.tocoo()
    target = following.row
    return {
        "gram": _summed(flat, gram.data[lower]),
        "following": _summed(
            following.col.astype(np.int64) * layout.n_warm + places[target], following.data * values[target]
        ),
    }


def _summed(index: Longs, values: Doubles) -> tuple[Longs, Doubles]:
    unique, inverse = np.unique(index, return_inverse=True)
    return unique.astype(np.int64), np.bincount(inverse, values, minlength=len(unique)).astype(np.float64)


def _growth(times: Doubles, epoch_at: float, half_life_s: float) -> Doubles:
    return np.exp2(np.clip((times - epoch_at) / half_life_s, -_MAX_EXPONENT, _MAX_EXPONENT))


def _days_before(times: Doubles, as_of: float) -> tuple[Longs, npt.NDArray[np.bool_]]:
    ago = np.ceil((as_of - times) / DAY_S) - 1
    day = np.clip(ago, -1, DAYS).astype(np.int64) + (times == as_of)
    return day, (day >= 0) & (day < DAYS)


@dataclass(frozen=True)
class Statistics:
    """The sums themselves. ``arrays`` holds one float64 array a name of `Layout.shapes`."""

    layout: Layout
    arrays: Mapping[str, Doubles] = field(repr=False)

    @classmethod
    def empty(cls, layout: Layout, names: Collection[str] = SUMS) -> Self:
        """The sums over nobody."""
        return cls(layout, {name: np.zeros(shape) for name, shape in layout.shapes().items() if name in names})

    @classmethod
    def count(
        cls, layout: Layout, users: npt.NDArray[np.integer], history: History, names: Collection[str] = SUMS
    ) -> Self:
        """Sum over many histories laid end to end, in time proportional to their length.

        ``users`` names the person of each entry; each person's entries stand together, oldest first. The result is the
        same as adding every person's contribution. With ``names`` only these sums are counted (of the titles' and of
        the sequences' sums, all or none).
        """
        sums = cls.empty(layout, names)
        liked = history.weights > 0
        people, items, times = np.asarray(users)[liked], history.items[liked].astype(np.int64), history.times[liked]
        if "counts" in names:
            _count_titles(sums, items, times)
        places = layout.place[items].astype(np.int64)
        warm = places >= 0
        people, places, values = people[warm], places[warm], history.weights[liked][warm].astype(np.float64)
        if "together" in names:
            _count_together(sums, people, places, values)
        if "gram" in names:
            _count_sequences(sums, people, places, values)
        return sums

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


def _count_titles(sums: Statistics, items: Longs, times: Doubles) -> None:
    layout, n = sums.layout, sums.layout.n_items
    sums.arrays["counts"][:] = np.bincount(items, minlength=n)
    for k, half_life in enumerate(layout.half_lives_s):
        sums.arrays["decayed"][k] = np.bincount(items, _growth(times, layout.epoch_at, half_life), minlength=n)
    day, is_counted = _days_before(times, layout.as_of)
    flat = (day * n + items)[is_counted]
    sums.arrays["days"][:] = np.bincount(flat, minlength=DAYS * n).reshape(DAYS, n)


def _count_together(sums: Statistics, people: npt.NDArray[np.integer], places: Longs, values: Doubles) -> None:
    from scipy.sparse import csr_array

    if not len(places):
        return
    starts = np.flatnonzero(np.r_[True, people[1:] != people[:-1]])
    bounds = np.r_[starts, len(people)]
    matrix = csr_array((values, places, bounds), shape=(len(starts), sums.layout.n_warm))
    (matrix.T @ matrix).tocsr().toarray(out=sums.arrays["together"])


def _count_sequences(sums: Statistics, people: npt.NDArray[np.integer], places: Longs, values: Doubles) -> None:
    """Sum over pairs of positions: what a pair adds depends on how far apart it is and how much follows it alone.

    Pairs are taken in the order of the older title, so that additions stay within a few rows of the big arrays.
    """
    order = np.argsort(places, kind="stable")
    followers = _followers(people)[order]
    older_place, older_value = places[order], values[order]
    for distance in range(min(sums.layout.reach, int(followers.max(initial=-1))) + 1):
        kept = followers >= distance
        later = order[kept] + distance
        pairs = _Pairs(
            distance=distance,
            older=older_place[kept],
            later=places[later],
            product=older_value[kept] * values[later],
            left=np.minimum(followers[kept] - distance, sums.layout.reach),
        )
        _add_following(sums, pairs)
        _add_gram(sums, pairs)
    _fold_to_lower(sums.arrays["gram"])


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of positions of one person: places, product of weights, and how many positions follow the later one."""

    distance: int
    older: Longs
    later: Longs
    product: Doubles
    left: Longs

    def where(self, chosen: npt.NDArray[np.bool_]) -> "_Pairs":
        if chosen.all():
            return self
        return _Pairs(self.distance, self.older[chosen], self.later[chosen], self.product[chosen], self.left[chosen])


def _followers(people: npt.NDArray[np.integer]) -> Longs:
    """How many positions of the same person follow each one."""
    ends = np.flatnonzero(np.r_[people[1:] != people[:-1], np.ones(min(len(people), 1), np.bool_)])
    followers: Longs = np.repeat(ends, np.diff(np.r_[-1, ends])) - np.arange(len(people))
    return followers


def _add_following(sums: Statistics, pairs: _Pairs) -> None:
    layout, flat = sums.layout, sums.arrays["following"].reshape(-1)
    for b, kernel in enumerate(layout.kernel[:, pairs.distance]):
        if kernel > 0:
            found = pairs.where((pairs.older < layout.n_joint) == (b < len(layout.head_bins)))
            start = layout.offset(b) * layout.n_warm
            np.add.at(flat[start:], found.older * layout.n_warm + found.later, kernel * found.product)


def _add_gram(sums: Statistics, pairs: _Pairs) -> None:
    layout, flat, width = sums.layout, sums.arrays["gram"].reshape(-1), sums.layout.n_features
    older_head, later_head = pairs.older < layout.n_joint, pairs.later < layout.n_joint
    for is_older_head in (True, False):
        for is_later_head in (True, False):
            found = pairs.where((older_head == is_older_head) & (later_head == is_later_head))
            index = found.older * width + found.later
            for b, c, table in _pair_tables(layout, pairs.distance, is_older_head, is_later_head):
                shift = layout.offset(b) * width + layout.offset(c)
                np.add.at(flat, index + shift, table[found.left] * found.product)


def _pair_tables(
    layout: Layout, distance: int, is_older_head: bool, is_later_head: bool
) -> Iterator[tuple[int, int, Doubles]]:
    """For each pair of bins, what two positions so far apart add, by how many positions follow the later one."""
    kernel, n_head = layout.kernel, len(layout.head_bins)
    for older_bin in range(n_head) if is_older_head else (n_head,):
        for later_bin in range(n_head) if is_later_head else (n_head,):
            worth = np.zeros(layout.reach + 1)
            stop = layout.reach + 1 - distance
            worth[1:stop] = kernel[later_bin, 1:stop] * kernel[older_bin, distance + 1 :]
            table = np.cumsum(worth)
            if table[-1] > 0:
                yield older_bin, later_bin, table


def _fold_to_lower(gram: Doubles, block: int = 512) -> None:
    """Fold sums over ordered pairs into the lower triangle of the symmetric sum, in place, block by block.

    What stands on the diagonal came from one position with itself, once, as titles do not repeat in a history.
    """
    n = len(gram)
    for top in range(0, n, block):
        rows = slice(top, top + block)
        for left in range(top, n, block):
            columns = slice(left, left + block)
            upper = gram[rows, columns]
            if left == top:
                upper = np.triu(upper, 1)
            gram[columns, rows] += upper.T
            if left > top:
                gram[rows, columns] = 0.0
            else:
                gram[rows, columns] -= upper
