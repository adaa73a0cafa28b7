"""Counting many histories at once, to the same sums as adding contributions, row after row of each sum.

One row is small enough for the processor's cache, so time is proportional to the pairs of titles and memory to a block
of rows: the sums themselves may be files far larger than what is free.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.statistics import (
    DAYS,
    SUMS,
    Doubles,
    Floats,
    History,
    Ints,
    Layout,
    Longs,
    Statistics,
    days_before,
    growth,
    triangle,
)

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK: Final = 1 << 22
"""Cells of a sum that are counted before they are added: 32 MB."""


def count(
    layout: Layout,
    users: npt.NDArray[np.integer],
    history: History,
    names: Collection[str] = SUMS,
    kind: type[np.floating[Any]] = np.float64,
) -> Statistics:
    """Sum over many histories laid end to end.

    ``users`` names the person of each entry; each person's entries stand together, oldest first, one entry a title.
    With ``names`` only these sums are counted (of the titles' sums, all or none). Sums that are only solved may be
    float32: they are added up in float64 and rounded once.
    """
    sums = Statistics.empty(layout, names, kind)
    add_counts(sums, users, history)
    return sums


def add_counts(sums: Statistics, users: npt.NDArray[np.integer], history: History, sign: float = 1.0) -> None:
    """Add what many people contribute to sums that are there already; with the sign -1 take it out of them."""
    layout = sums.layout
    liked = history.weights > 0
    people, items, values = np.asarray(users)[liked], history.items[liked], history.weights[liked]
    if "counts" in sums.arrays:
        _count_titles(sums, items.astype(np.int64), history.times[liked], sign)
    places = layout.place[items]
    if "together" in sums.arrays:
        _count_together(sums, _Known.of(people, places, values, layout.n_warm), sign)
    if "gram" in sums.arrays or "following" in sums.arrays:
        known = _Known.of(people, places, values, layout.n_ordered)
        if "gram" in sums.arrays:
            _count_gram(sums, known, sign)
        if "following" in sums.arrays:
            _count_following(sums, known, sign)


def _count_titles(sums: Statistics, items: Longs, times: Doubles, sign: float) -> None:
    layout, n = sums.layout, sums.layout.n_items
    sums.arrays["counts"][:] += sign * np.bincount(items, minlength=n)
    for k, half_life in enumerate(layout.half_lives_s):
        sums.arrays["decayed"][k] += sign * np.bincount(items, growth(times, layout.epoch_at, half_life), minlength=n)
    if "days" not in sums.arrays:
        return
    day, is_counted = days_before(times, layout.as_of)
    flat = (day * n + items)[is_counted]
    sums.arrays["days"][:] += sign * np.bincount(flat, minlength=DAYS * n).reshape(DAYS, n)


@dataclass(frozen=True, slots=True)
class _Known:
    """The likes of titles that a sum knows: in the order of the histories, and where each title stands in it.

    ``starts`` bounds each person's entries, ``person`` names the person of each. ``order`` lists the entries title by
    title, ``firsts`` where each title's begin in it.
    """

    starts: Longs
    person: Ints
    places: Ints
    values: Floats
    order: Longs
    firsts: Longs

    @classmethod
    def of(cls, people: npt.NDArray[np.integer], places: Ints, values: Floats, n: int) -> "_Known":
        """Keep the entries at the first ``n`` places."""
        known = (places >= 0) & (places < n)
        people, places, values = people[known], np.ascontiguousarray(places[known], np.int32), values[known]
        is_first = np.ones(len(people), np.bool_)
        is_first[1:] = people[1:] != people[:-1]
        starts = np.append(np.flatnonzero(is_first), len(people)).astype(np.int64)
        firsts = np.zeros(n + 1, np.int64)
        np.cumsum(np.bincount(places, minlength=n), out=firsts[1:])
        return cls(
            starts,
            (np.cumsum(is_first) - 1).astype(np.int32),
            places,
            np.ascontiguousarray(values, np.float32),
            np.argsort(places, kind="stable").astype(np.int64),
            firsts,
        )


def _count_together(sums: Statistics, known: _Known, sign: float) -> None:
    from cinoche.recommend import tallies

    for first, last in _blocks(sums.layout.n_warm, triangle):
        if known.firsts[first] == known.firsts[last]:
            continue
        block = np.zeros(triangle(last) - triangle(first))
        tallies.pair_rows(
            block, first, last, known.starts, known.person, known.places, known.values, known.order, known.firsts
        )
        _add(sums.arrays["together"], triangle(first), block, sign)


def _count_gram(sums: Statistics, known: _Known, sign: float) -> None:
    from cinoche.recommend import tallies

    layout = sums.layout
    worth = _worth(layout)
    for first, last in _blocks(layout.n_features, triangle):
        block = np.zeros(triangle(last) - triangle(first))
        tallies.gram_rows(
            block, first, last, layout.n_joint, len(layout.head_bins), worth,
            known.starts, known.person, known.places, known.values, known.order, known.firsts,
        )  # fmt: skip
        _add(sums.arrays["gram"], triangle(first), block, sign)


def _count_following(sums: Statistics, known: _Known, sign: float) -> None:
    from cinoche.recommend import tallies

    layout, width = sums.layout, sums.layout.n_ordered
    for first, last in _blocks(layout.n_features, lambda row: row * width):
        block = np.zeros((last - first) * width)
        tallies.following_rows(
            block, first, last, width, layout.n_joint, len(layout.head_bins), layout.kernel,
            known.starts, known.person, known.places, known.values, known.order, known.firsts,
        )  # fmt: skip
        _add(sums.arrays["following"].reshape(-1), first * width, block, sign)


def _worth(layout: Layout) -> Doubles:
    """What two positions add to a product of features: by their bins, their distance, and how many follow the later.

    ``worth[distance, followers, b, c]``, the older position in bin ``b`` and the later in ``c``: those of one pair of
    positions stand together, and nearly all pairs have enough followers.
    """
    reach, kernel, n = layout.reach, layout.kernel, len(layout.bins)
    worth = np.zeros((n, n, reach + 1, reach + 1))
    for distance in range(reach):
        stop = reach + 1 - distance
        products = kernel[:, None, distance + 1 :] * kernel[None, :, 1:stop]
        worth[:, :, distance, 1:stop] = products
    return np.ascontiguousarray(np.cumsum(worth, axis=3).transpose(2, 3, 0, 1))


def _blocks(n: int, begin: "Callable[[int], int]") -> Iterator[tuple[int, int]]:
    """Cut ``n`` rows, of which row ``r`` begins at cell ``begin(r)``, into blocks of rows."""
    first = 0
    while first < n:
        last = first + 1
        while last < n and begin(last + 1) - begin(first) <= BLOCK:
            last += 1
        yield first, last
        first = last


def _add(whole: npt.NDArray[Any], begin: int, block: Doubles, sign: float) -> None:
    part = whole[begin : begin + len(block)]
    if sign > 0:
        part += block
    else:
        part -= block
    let_go(whole)


def let_go(array: npt.NDArray[Any]) -> None:
    """Where an array is a mapped file, let go of the pages touched: they stay in the system's cache, not in ours."""
    mapped = getattr(array, "_mmap", None) or getattr(array.base, "_mmap", None)
    if mapped is not None:
        import mmap

        mapped.madvise(mmap.MADV_DONTNEED)
