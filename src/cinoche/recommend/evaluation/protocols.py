"""The three protocols: what is known, what is held out, and on whom weights may be found."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import History, Longs
from cinoche.recommend.training.split import Split, split_by_time, split_last
from cinoche.recommend.training.tune import Case

TIME: Final = "time"
FOLD_IN: Final = "fold-in"
NEXT: Final = "next"
PROTOCOLS: Final = (TIME, FOLD_IN, NEXT)

CUTS: Final = (0.6, 0.7, 0.8, 0.9)
MIN_ROWS: Final = 5
MAX_HELD: Final = 10_000
EVERYBODY: Final = 1 << 40

NEUTRAL: Final = 0.3
DISLIKED: Final = -0.3
"""What a rating below the positives' weighs: from 60 % of the highest it still says that one chose to watch."""


@dataclass(frozen=True)
class Round:
    """One split of a protocol: fit on ``test.known``, judge on its cases; find weights on ``validation`` alone."""

    validation: Split
    test: Split


@dataclass(frozen=True)
class Plan:
    """A protocol laid over a file: its filtered interactions, its rounds, and what is measured."""

    protocol: str
    interactions: Interactions
    n_items: int
    rounds: tuple[Round, ...]
    n: int


def plan(ratings: Ratings, protocol: str, *, seed: int, validation_users: int) -> Plan:
    """Lay a protocol over a file; raises Invalid where the file cannot carry it."""
    if protocol == TIME:
        rows, rounds = _by_time(ratings, seed=seed, users=validation_users)
    elif protocol == FOLD_IN:
        rows, rounds = _fold_in(ratings, seed=seed)
    elif protocol == NEXT:
        rows, rounds = _next(ratings, seed=seed, users=validation_users)
    else:
        raise Invalid(f"There is no protocol {protocol!r}.", where="protocol", remedy=f"Choose {', '.join(PROTOCOLS)}.")
    if not any(one.test.cases for one in rounds):
        raise Invalid(
            f"The protocol {protocol!r} leaves nobody to test on.",
            where="interactions",
            remedy=f"It needs users with at least {MIN_ROWS} rows; give a larger file or another protocol.",
        )
    n_items = int(rows.items.max()) + 1
    return Plan(protocol, rows, n_items, rounds, 100 if protocol == FOLD_IN else 10)


def _by_time(ratings: Ratings, *, seed: int, users: int) -> tuple[Interactions, tuple[Round, ...]]:
    if not ratings.is_timed:
        raise Invalid(
            "The protocol 'time' needs times.", where="interactions", remedy="Add a column `time`, or choose `next`."
        )
    rows = weighted(ratings)
    rounds = []
    for cut in np.quantile(ratings.times, CUTS):
        test = split_by_time(rows, float(cut), until=np.inf, users=EVERYBODY, seed=seed)
        rounds.append(Round(_earlier(test.known, users=users, seed=seed), test))
    return rows, tuple(rounds)


def _earlier(known: Interactions, *, users: int, seed: int) -> Split:
    """The same split one step earlier; of what was known, its last tenth is held out (or each user's last row)."""
    if len(known):
        cut = float(np.quantile(known.times, 0.9))
        split = split_by_time(known, cut, until=np.inf, users=users, seed=seed)
        if len(split.cases) >= MIN_ROWS:
            return split
    return split_last(known, users=users, seed=seed)


def _next(ratings: Ratings, *, seed: int, users: int) -> tuple[Interactions, tuple[Round, ...]]:
    kept = _at_least(ratings, np.ones(len(ratings), np.bool_), users=MIN_ROWS, items=MIN_ROWS)
    rows = Interactions.of(
        ratings.users[kept], _renumbered(ratings.items[kept]), None, ratings.times[kept], is_timed=ratings.is_timed
    ).first_of_each()
    test = split_last(rows, users=EVERYBODY, seed=seed)
    validation = split_last(test.known, users=users, seed=seed)
    return rows, (Round(validation, test),)


def _fold_in(ratings: Ratings, *, seed: int) -> tuple[Interactions, tuple[Round, ...]]:
    liked = ratings.ratings >= ratings.threshold if ratings.ratings is not None else np.ones(len(ratings), np.bool_)
    kept = _at_least(ratings, liked, users=MIN_ROWS, items=0)
    rows = Interactions.of(
        ratings.users[kept], _renumbered(ratings.items[kept]), None, ratings.times[kept], is_timed=ratings.is_timed
    ).first_of_each()
    rng = np.random.default_rng(seed)
    order = rng.permutation(rows.n_users)
    held = min(rows.n_users // 10, MAX_HELD)
    trained = np.zeros(rows.n_users, np.bool_)
    trained[order[2 * held :]] = True
    known = rows.where(np.repeat(trained, np.diff(rows.bounds)))
    is_known = known.counts(int(rows.items.max(initial=0)) + 1) > 0
    as_of = float(known.times.max(initial=0.0)) if rows.is_timed else 0.0
    validation, test = (
        Split(
            known, as_of, [case for k in people if (case := _folded(rows.history(int(k)), is_known, rng)) is not None]
        )
        for people in (np.sort(order[:held]), np.sort(order[held : 2 * held]))
    )
    return rows, (Round(validation, test),)


def _folded(history: History, is_known: npt.NDArray[np.bool_], rng: np.random.Generator) -> Case | None:
    """A held-out person: 80 % of their titles drawn at random are folded in (in their order), the others are held."""
    items = np.flatnonzero(is_known[history.items])
    n_held = max(int(0.2 * len(items)), 1)
    if len(items) < 2:
        return None
    is_held = np.zeros(len(items), np.bool_)
    is_held[rng.permutation(len(items))[:n_held]] = True
    rows = items[~is_held]
    return Case(history.at(rows), history.items[items[is_held]].astype(np.int64))


def weighted(ratings: Ratings) -> Interactions:
    """A file as interactions: a full positive, a neutral or a dislike, by how high each rating is."""
    if ratings.ratings is None:
        weights = np.ones(len(ratings), np.float32)
    else:
        most = float(ratings.ratings.max())
        chosen = np.where(ratings.ratings >= 0.6 * most, NEUTRAL, DISLIKED)
        weights = np.where(ratings.ratings >= ratings.threshold, 1.0, chosen).astype(np.float32)
    rows = Interactions.of(ratings.users, ratings.items, weights, ratings.times, is_timed=ratings.is_timed)
    return rows.first_of_each()


def _at_least(ratings: Ratings, kept: npt.NDArray[np.bool_], *, users: int, items: int) -> Longs:
    """The rows that are left when users and items with too few rows go, again and again until all have enough."""
    rows = np.flatnonzero(kept)
    while len(rows):
        enough = np.bincount(ratings.users[rows])[ratings.users[rows]] >= users
        enough &= np.bincount(ratings.items[rows])[ratings.items[rows]] >= items
        if enough.all():
            break
        rows = rows[enough]
    return rows


def _renumbered(items: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    return np.unique(items, return_inverse=True)[1].astype(np.int32)
