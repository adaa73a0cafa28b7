"""Does anything that is fitted know what it will be tested on? Swap the future, fit again, and compare the bytes.

What a fit may not see are the rows of the protocol that are not known in a round. They are swapped between people (each
gets the other's title), which changes neither how many rows a person or a title has nor any draw of the protocol: a fit
that only saw what was known comes out the same to the last bit.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cinoche.recommend.evaluation.protocols import Plan, plan
from cinoche.recommend.evaluation.rating import folds, rated
from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.evaluation.rounds import Round
from cinoche.recommend.statistics import Longs

Fitting = Callable[[Ratings, Plan, Round], Mapping[str, npt.NDArray[Any]]]
"""Fits something for a round and gives its arrays; the file is passed so that a test can plant one that cheats."""

VALIDATION_USERS = 1000


def leaks(ratings: Ratings, protocol: str, fitting: Fitting, seed: int = 0) -> list[str]:
    """Name the arrays that change when the future does, round by round; nothing is named where nothing leaks."""
    laid = plan(ratings, protocol, seed=seed, validation_users=VALIDATION_USERS)
    found = []
    for k, one in enumerate(laid.rounds):
        other = with_another_future(ratings, laid, one, seed)
        again = plan(other, protocol, seed=seed, validation_users=VALIDATION_USERS)
        first, second = fitting(ratings, laid, one), fitting(other, again, again.rounds[k])
        found += [f"round {k + 1}: {name}" for name in sorted({*first, *second}) if _differs(name, first, second)]
    return found


def _differs(name: str, first: Mapping[str, npt.NDArray[Any]], second: Mapping[str, npt.NDArray[Any]]) -> bool:
    if name not in first or name not in second:
        return True
    return first[name].dtype != second[name].dtype or first[name].tobytes() != second[name].tobytes()


def with_another_future(ratings: Ratings, laid: Plan, one: Round, seed: int) -> Ratings:
    """The same file, the titles that nobody may know of in this round swapped between people."""
    held = _held(ratings, laid, one)
    rng = np.random.default_rng(seed)
    seen = set(zip(ratings.users.tolist(), ratings.items.tolist(), strict=True))
    items, values = ratings.items.copy(), None if ratings.ratings is None else ratings.ratings.copy()
    order = rng.permutation(held)
    for a, b in zip(order[0::2].tolist(), order[1::2].tolist(), strict=False):
        crossed = ((int(ratings.users[a]), int(items[b])), (int(ratings.users[b]), int(items[a])))
        if crossed[0] in seen or crossed[1] in seen:
            continue
        seen |= set(crossed)
        items[[a, b]] = items[[b, a]]
        if values is not None:
            values[[a, b]] = values[[b, a]]
    return replace(ratings, items=items, ratings=values)


def _held(ratings: Ratings, laid: Plan, one: Round) -> Longs:
    """The rows of the file that the plan uses and the round does not know; pairs that come twice stay out of it."""
    width = int(ratings.items.max()) + 1
    pairs = ratings.users.astype(np.int64) * width + ratings.items
    once, counts = np.unique(pairs, return_counts=True)
    known = one.test.known.users.astype(np.int64) * width + laid.items[one.test.known.items]
    used = laid.interactions.users.astype(np.int64) * width + laid.items[laid.interactions.items]
    is_held = np.isin(pairs, np.setdiff1d(used, known)) & np.isin(pairs, once[counts == 1])
    return np.flatnonzero(is_held)


def rating_leaks(
    ratings: Ratings, fitting: Callable[[Ratings, Longs], Mapping[str, npt.NDArray[Any]]], seed: int = 0
) -> list[str]:
    """The same for `rating`: in each fold the held ratings change places, and what is fitted may not."""
    rows = rated(ratings)
    found = []
    for k, fold in enumerate(folds(len(rows), seed)):
        other = rows.ratings.copy()
        other[fold.held] = np.random.default_rng(seed).permutation(other[fold.held])
        first, second = (
            fitting(Ratings(rows.users, rows.items, values, np.zeros(len(rows)), False, ""), fold.known)
            for values in (rows.ratings, other)
        )
        found += [f"fold {k + 1}: {name}" for name in sorted(first) if _differs(name, first, second)]
    return found
