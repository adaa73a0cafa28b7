"""The inner loops of the context memory, compiled by numba at their first use and cached beside the code.

Rows are numbered through: those of the fit, then those that were learned since. A row is a position in somebody's
history; it stands for what came just before (its context), and votes for what stands there (its value).
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from cinoche.recommend.statistics import Doubles, Floats, Ints, Longs

Bytes = npt.NDArray[np.uint8]
Hundredths = npt.NDArray[np.int8]

LOOK_AHEAD: Final = 32
"""How many titles from a row on are looked at for some that the asker has not seen."""

SAMPLE: Final = 16_384
"""How many rows are looked at to guess how similar the last of the chosen ones will be."""

SLACK: Final = 1.35
BLOCK: Final = 64

P = ParamSpec("P")
R = TypeVar("R")


class Fitted(NamedTuple):
    """Events of a fit: person by person in order, and title by title, the newest last."""

    starts: Longs
    items: Ints
    weights: Hundredths
    list_starts: Longs
    listed: Ints
    listed_weights: Hundredths
    listed_left: Bytes


class Late(NamedTuple):
    """Events learned since, in stretches of one person each that begin with a copy of what came just before.

    ``stretch`` is each event's, ``previous`` the event of the same title before it, ``heads`` each title's newest
    (-1: none). A stretch is ``begins``, ``firsts`` (its first row that is no copy), ``ends``, ``rooms`` (the end of its
    room) and the person's next one, ``following``; ``continued`` is the first stretch of each person of the fit.
    """

    items: Ints
    weights: Hundredths
    times: Doubles
    previous: Ints
    stretch: Ints
    heads: Ints
    begins: Longs
    firsts: Longs
    ends: Longs
    rooms: Longs
    following: Longs
    continued: Ints


class Asked(NamedTuple):
    """What is asked: titles and what each says."""

    items: Ints
    values: Floats


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function; products and sums may be fused but never reordered, so that answers repeat."""
    made: Any = numba.njit(cache=True, nogil=True, fastmath={"contract", "nnan", "nsz"}, error_model="numpy")
    return cast("Callable[P, R]", made(function))


@compiled
def row_scale(weights: Hundredths, row: int, before: int, kernel: Floats, norm_power: float) -> float:
    """By what a row's similarity is multiplied: the length of its context to the power ``-norm_power``.

    The context is the ``before`` events before it, as many of them as the kernel reaches; 0 where there are none.
    """
    length = 0.0
    for lag in range(min(before, len(kernel))):
        part = kernel[lag] * weights[row - 1 - lag]
        length += part * part
    return length ** (-0.5 * norm_power) if length > 0.0 else 0.0


@compiled
def scale_rows(scales: Floats, starts: Longs, weights: Hundredths, kernel: Floats, norm_power: float) -> None:
    """Work out every row's scale."""
    for person in range(len(starts) - 1):
        for row in range(starts[person], starts[person + 1]):
            scales[row] = row_scale(weights, row, row - starts[person], kernel, norm_power)


@compiled
def add_fitted(
    similar: Floats, scales: Floats, fitted: Fitted, asked: Asked, kernel: Floats, taken: Longs, longest: int
) -> None:
    """Add what each asked title says for the rows of the fit: of its newest events, each to the rows right after it.

    ``taken`` is how many events of each title were read, at most ``longest``; a forgotten person's do not count.
    """
    for k in range(len(asked.items)):
        value = asked.values[k]
        first, last = fitted.list_starts[asked.items[k]], fitted.list_starts[asked.items[k] + 1]
        is_long = last - first + taken[k] > longest
        for at in range(last - 1, first - 1, -1):
            row = fitted.listed[at]
            if is_long:
                if taken[k] >= longest:
                    break
                if scales[row] < 0.0:
                    continue
                taken[k] += 1
            part = value * fitted.listed_weights[at]
            if value < 0.0 and part > 0.0:
                continue
            for lag in range(min(int(fitted.listed_left[at]), len(kernel))):
                similar[row + 1 + lag] += part * kernel[lag]


@compiled
def add_late(
    similar: Floats, scales: Floats, late: Late, asked: Asked, kernel: Floats, taken: Longs, longest: int
) -> None:
    """Add what each asked title says for the rows learned since; ``similar`` and ``scales`` begin with them."""
    for k in range(len(asked.items)):
        value = asked.values[k]
        at = late.heads[asked.items[k]]
        while at >= 0 and taken[k] < longest:
            stretch = late.stretch[at]
            part = value * late.weights[at]
            if scales[at] >= 0.0:
                if at >= late.firsts[stretch]:
                    taken[k] += 1
                if value >= 0.0 or part <= 0.0:
                    stop = min(at + 1 + len(kernel), late.ends[stretch])
                    for row in range(max(at + 1, late.firsts[stretch]), stop):
                        similar[row] += part * kernel[row - at - 1]
            at = late.previous[at]


@compiled
def threshold(similar: Floats, scales: Floats, n: int, wanted: int) -> float:
    """Guess from a sample a similarity that somewhat more than ``wanted`` rows reach; 0 where all are to be kept."""
    if n <= 2 * SAMPLE or n <= 2 * wanted:
        return 0.0
    step = n // SAMPLE
    sample = np.empty(n // step + 1, np.float32)
    m = 0
    for row in range(step // 2, n, step):
        value = similar[row] * scales[row]
        if value > 0.0 and scales[row] > 0.0:
            sample[m] = value
            m += 1
    rank = int(SLACK * wanted / step) + 16
    if m <= rank:
        return 0.0
    return float(np.partition(sample[:m], m - rank)[m - rank])


@compiled
def collect(similar: Floats, scales: Floats, n: int, least: float, rows: Longs, values: Floats) -> int:
    """Write down the rows that are at least so similar, and tell how many they are, even where there is no room."""
    found = 0
    bound = np.float32(least)
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        most = np.float32(0.0)
        for row in range(start, stop):
            most = max(most, similar[row] * scales[row])
        if most > 0.0 and most >= bound:
            for row in range(start, stop):
                value = similar[row] * scales[row]
                if value > 0.0 and value >= bound and scales[row] > 0.0:
                    if found < len(rows):
                        rows[found] = row
                        values[found] = value
                    found += 1
    return found


@compiled
def keep_best(rows: Longs, values: Floats, found: int, wanted: int) -> int:
    """Keep the ``wanted`` most similar rows and all that tie with the last of them, in their order."""
    if found <= wanted:
        return found
    bound = np.partition(values[:found], found - wanted)[found - wanted]
    kept = 0
    for k in range(found):
        if values[k] >= bound:
            rows[kept] = rows[k]
            values[kept] = values[k]
            kept += 1
    return kept


@compiled
def values_of(row: int, n_values: int, seen: Bytes, fitted: Fitted, late: Late, found: Longs, worth: Doubles) -> int:
    """Find the next titles from a row on that the person liked and the asker has not seen; tell how many they are."""
    n_base = len(fitted.items)
    is_late = row >= n_base
    if is_late:
        at = row - n_base
        stretch = np.int64(late.stretch[at])
        end = late.ends[stretch]
        person = np.int64(-1)
    else:
        at = row
        person = np.searchsorted(fitted.starts, row, side="right") - 1
        stretch = np.int64(-1)
        end = fitted.starts[person + 1]
    m = 0
    for _ in range(LOOK_AHEAD):
        if at >= end:
            stretch = np.int64(late.following[stretch] if is_late else late.continued[person])
            if stretch < 0:
                break
            is_late = True
            at, end = late.firsts[stretch], late.ends[stretch]
        item = late.items[at] if is_late else fitted.items[at]
        weight = late.weights[at] if is_late else fitted.weights[at]
        if weight > 0 and not seen[item]:
            found[m], worth[m] = item, 0.01 * weight
            m += 1
            if m == n_values:
                break
        at += 1
    return m


@compiled
def raised(value: float, power: float) -> float:
    """Raise to a power, faster to the fourth."""
    square = value * value
    return square * square if power == 4.0 else value**power


@compiled
def vote(
    votes: Doubles,
    rows: Longs,
    values: Floats,
    power: float,
    shares: Doubles,
    seen: Bytes,
    fitted: Fitted,
    late: Late,
) -> None:
    """Let the chosen rows vote: each for its next unseen titles, by its similarity to a power."""
    found, worth = np.empty(len(shares), np.int64), np.empty(len(shares), np.float64)
    for k in range(len(rows)):
        strength = raised(np.float64(values[k]), power)
        for v in range(values_of(rows[k], len(shares), seen, fitted, late, found, worth)):
            votes[found[v]] += strength * shares[v] * worth[v]


@compiled
def compare(row: int, parts: Doubles, entries: Ints, asked: Asked, kernel: Floats, fitted: Fitted, late: Late) -> None:
    """Work out what each asked title adds to a row's similarity, before it is scaled."""
    is_late = row >= len(fitted.items)
    if is_late:
        at = row - len(fitted.items)
        begin = late.begins[late.stretch[at]]
    else:
        at = row
        begin = fitted.starts[np.searchsorted(fitted.starts, at, side="right") - 1]
    parts[:] = 0.0
    for lag in range(min(at - begin, len(kernel))):
        item = late.items[at - 1 - lag] if is_late else fitted.items[at - 1 - lag]
        weight = late.weights[at - 1 - lag] if is_late else fitted.weights[at - 1 - lag]
        entry = entries[item]
        if entry >= 0 and (asked.values[entry] >= 0.0 or weight > 0):
            parts[entry] += asked.values[entry] * weight * kernel[lag]


@compiled
def leave_out(
    votes: Doubles,
    totals: Doubles,
    columns: Ints,
    entries: Ints,
    asked: Asked,
    kernel: Floats,
    rows: Longs,
    values: Floats,
    power: float,
    shares: Doubles,
    seen: Bytes,
    fitted: Fitted,
    late: Late,
) -> None:
    """Count the votes that the same rows would give if one asked title had not been there: all of them, and by column.

    Without it the older titles move one lag nearer. ``columns`` is the column of each title in ``votes`` (-1: none),
    ``entries`` its place among the asked titles, the newest first.
    """
    n_asked = len(asked.items)
    found, worth = np.empty(len(shares), np.int64), np.empty(len(shares), np.float64)
    parts, without = np.empty(n_asked, np.float64), np.empty(n_asked, np.float64)
    for k in range(len(rows)):
        n_found = values_of(rows[k], len(shares), seen, fitted, late, found, worth)
        if n_found == 0:
            continue
        compare(rows[k], parts, entries, asked, kernel, fitted, late)
        scale = values[k] / parts.sum()
        older = 0.0
        for entry in range(n_asked - 1, -1, -1):
            without[entry] = older
            if entry > 0:
                older += parts[entry] * kernel[entry - 1] / kernel[entry]
        newer = 0.0
        for entry in range(n_asked):
            strength = raised(max(newer + without[entry], 0.0) * scale, power)
            newer += parts[entry]
            for v in range(n_found):
                given = strength * shares[v] * worth[v]
                totals[entry] += given
                if columns[found[v]] >= 0:
                    votes[entry, columns[found[v]]] += given
