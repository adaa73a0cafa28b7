"""Counting many histories at once, to the same sums as adding contributions, in time proportional to the rows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cinoche.recommend.statistics import (
    DAYS,
    SUMS,
    Doubles,
    History,
    Layout,
    Longs,
    Statistics,
    days_before,
    growth,
)


def count(
    layout: Layout, users: npt.NDArray[np.integer], history: History, names: Collection[str] = SUMS
) -> Statistics:
    """Sum over many histories laid end to end.

    ``users`` names the person of each entry; each person's entries stand together, oldest first, one entry a title.
    With ``names`` only these sums are counted (of the titles' and of the sequences' sums, all or none).
    """
    sums = Statistics.empty(layout, names)
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


def _count_titles(sums: Statistics, items: Longs, times: Doubles) -> None:
    layout, n = sums.layout, sums.layout.n_items
    sums.arrays["counts"][:] = np.bincount(items, minlength=n)
    for k, half_life in enumerate(layout.half_lives_s):
        sums.arrays["decayed"][k] = np.bincount(items, growth(times, layout.epoch_at, half_life), minlength=n)
    day, is_counted = days_before(times, layout.as_of)
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
