"""The inner loops of counting, compiled by numba the first time (and cached beside the code).

Each fills some rows of one sum: it walks the entries of a row's title, and from each to its neighbours in the history.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

from cinoche.recommend.statistics import Doubles, Floats, Ints, Longs

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function with numba; sums are never reordered, so that the same rows give the same bits."""
    made: Any = numba.njit(cache=True, nogil=True, error_model="numpy")
    return cast("Callable[P, R]", made(function))


@compiled
def pair_rows(
    block: Doubles, first: int, last: int,
    starts: Longs, person: Ints, places: Ints, values: Floats, order: Longs, firsts: Longs,
) -> None:  # fmt: skip
    """Fill rows ``first`` to ``last`` of the packed lower triangle of what is liked together."""
    at = first * (first + 1) // 2
    for place in range(first, last):
        row = place * (place + 1) // 2 - at
        for k in range(firsts[place], firsts[place + 1]):
            entry = order[k]
            value = float(values[entry])
            one = person[entry]
            for other in range(starts[one], starts[one + 1]):
                if places[other] <= place:
                    block[row + places[other]] += value * values[other]


@compiled
def gram_rows(
    block: Doubles, first: int, last: int, n_joint: int, n_head: int, worth: Doubles,
    starts: Longs, person: Ints, places: Ints, values: Floats, order: Longs, firsts: Longs,
) -> None:  # fmt: skip
    """Fill rows ``first`` to ``last`` of the packed lower triangle of the products of features."""
    at = first * (first + 1) // 2
    reach = worth.shape[0] - 1
    for feature in range(first, last):
        row = feature * (feature + 1) // 2 - at
        is_head = feature < n_head * n_joint
        b = feature // n_joint if is_head else n_head
        place = feature % n_joint if is_head else feature - (n_head - 1) * n_joint
        for k in range(firsts[place], firsts[place + 1]):
            entry = order[k]
            begin, end = starts[person[entry]], starts[person[entry] + 1]
            for other in range(max(begin, entry - reach + 1), min(end, entry + reach)):
                later = max(entry, other)
                followers = min(end - 1 - later, reach)
                if followers == 0:
                    continue
                distance = abs(entry - other)
                product = float(values[entry]) * values[other]
                column = places[other]
                low, high = (0, b + 1 if is_head else n_head) if column < n_joint else (n_head, n_head + 1)
                if is_head and low == n_head:
                    continue
                for c in range(low, high):
                    index = c * n_joint + column if c < n_head else (n_head - 1) * n_joint + column
                    if index <= feature:
                        if other >= entry:
                            block[row + index] += product * worth[distance, followers, b, c]
                        else:
                            block[row + index] += product * worth[distance, followers, c, b]


@compiled
def following_rows(
    block: Doubles, first: int, last: int, width: int, n_joint: int, n_head: int, kernel: Doubles,
    starts: Longs, person: Ints, places: Ints, values: Floats, order: Longs, firsts: Longs,
) -> None:  # fmt: skip
    """Fill rows ``first`` to ``last`` of what follows what."""
    reach = kernel.shape[1] - 1
    for feature in range(first, last):
        row = (feature - first) * width
        is_head = feature < n_head * n_joint
        b = feature // n_joint if is_head else n_head
        place = feature % n_joint if is_head else feature - (n_head - 1) * n_joint
        for k in range(firsts[place], firsts[place + 1]):
            entry = order[k]
            end = starts[person[entry] + 1]
            for lag in range(1, min(reach, end - 1 - entry) + 1):
                if kernel[b, lag] > 0.0:
                    block[row + places[entry + lag]] += kernel[b, lag] * values[entry] * values[entry + lag]
