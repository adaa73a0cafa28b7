"""The protocol `rating`: five folds of the ratings, each predicted from the other four; RMSE and MAE.

It ranks nothing and is no measure of lists: a recommender can predict ratings well and still show what nobody wants.
It is here because much of the literature speaks in RMSE.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation.metrics import Interval, quotient
from cinoche.recommend.evaluation.predictors import PREDICTORS, Rated
from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.evaluation.report import Cost, Data, ModelReport, Report, peak_rss_mb
from cinoche.recommend.statistics import Doubles, Longs

RATING: Final = "rating"
FOLDS: Final = 5


@dataclass(frozen=True)
class Fold:
    """The rows that are known and those that are to be predicted."""

    known: Longs
    held: Longs


def rated(ratings: Ratings) -> Rated:
    """The ratings of a file, the last where somebody rated a title twice; raises Invalid where it has none."""
    if ratings.ratings is None:
        raise Invalid(
            "The protocol 'rating' needs ratings.", where="interactions", remedy="Add a column `rating`, or rank."
        )
    n_users, n_items = int(ratings.users.max()) + 1, int(ratings.items.max()) + 1
    pairs = ratings.users.astype(np.int64) * n_items + ratings.items
    order = np.lexsort((ratings.times, pairs))
    last = order[np.append(np.diff(pairs[order]) != 0, True)]
    rows = np.sort(last)
    if len(rows) < FOLDS:
        raise Invalid(
            "The protocol 'rating' leaves nobody to test on.",
            where="interactions",
            remedy=f"It needs at least {FOLDS} ratings; give a larger file.",
        )
    return Rated(ratings.users[rows], ratings.items[rows], ratings.ratings[rows].astype(np.float64), n_users, n_items)


def folds(n: int, seed: int) -> list[Fold]:
    """Cut n rows into folds at random; which rows are together depends on the seed alone."""
    order = np.random.default_rng(seed).permutation(n)
    parts = [np.sort(part) for part in np.array_split(order, FOLDS)]
    return [Fold(np.sort(np.concatenate(parts[:k] + parts[k + 1 :])), part) for k, part in enumerate(parts)]


def chosen_predictors(models: Iterable[str]) -> list[str]:
    """The predictors that were named, all of them without names; raises Invalid for an unknown name."""
    wanted = set(models) or set(PREDICTORS)
    unknown = sorted(wanted - set(PREDICTORS))
    if unknown:
        raise Invalid(
            f"There is no model {unknown[0]!r} that predicts ratings.",
            where="model",
            remedy=f"Choose among {', '.join(PREDICTORS)}.",
        )
    return [name for name in PREDICTORS if name in wanted]


def rate(
    ratings: Ratings,
    models: Iterable[str] = (),
    seed: int = 0,
    *,
    progress: Callable[[str, float], None] = lambda _stage, _share: None,
) -> Report:
    """Judge what predicts ratings, by five folds; intervals are over people."""
    all_rows, names = rated(ratings), chosen_predictors(models)
    cut = folds(len(all_rows), seed)
    found = []
    for k, name in enumerate(names):
        progress(f"rate by {name}", k / len(names))
        found.append(_judge(name, all_rows, cut, seed))
    progress("done", 1.0)
    n_users, n_items = len(np.unique(all_rows.users)), len(np.unique(all_rows.items))
    return Report(RATING, seed, Data(n_users, n_items, len(all_rows), ratings.sha256), found)


def _judge(name: str, rows: Rated, cut: list[Fold], seed: int) -> ModelReport:
    errors = np.zeros(len(rows))
    fit_s, request_s = [], []
    for fold in cut:
        started = time.process_time()
        fitted = PREDICTORS[name].fit(rows.at(fold.known), seed)
        fit_s.append(time.process_time() - started)
        began = time.perf_counter()
        held = rows.at(fold.held)
        errors[fold.held] = fitted.predict(held.users, held.items) - held.ratings
        request_s.append((time.perf_counter() - began) / len(held))
    per_request = float(np.mean(request_s)) * 1000
    cost = Cost(float(np.mean(fit_s)), peak_rss_mb(), per_request, float(np.max(request_s)) * 1000)
    return ModelReport(name, _metrics(rows, errors, seed), cost)


def _metrics(rows: Rated, errors: Doubles, seed: int) -> dict[str, Interval]:
    n_of = np.bincount(rows.users, minlength=rows.n_users).astype(np.float64)
    there = n_of > 0

    def mean_of(values: Doubles) -> Interval:
        by_user = np.bincount(rows.users, values, rows.n_users).astype(np.float64)
        return quotient([(by_user[there], n_of[there])], seed)

    square, size = mean_of(errors**2), mean_of(np.abs(errors))
    root = Interval(*(float(np.sqrt(each)) for each in (square.value, square.low, square.high)))
    return {"rmse": root, "mae": size}
