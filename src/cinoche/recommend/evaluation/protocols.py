"""The protocols: what is known, what is held out, and on whom weights may be found."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation.cold import MOST, cold_rounds
from cinoche.recommend.evaluation.rating import RATING
from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.evaluation.rounds import MIN_ROWS, Round, at_least, liked_rows, positives
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import History, Ints
from cinoche.recommend.training.split import Split, split_by_time, split_last
from cinoche.recommend.training.tune import Case

TIME: Final = "time"
STREAM: Final = "stream"
FOLD_IN: Final = "fold-in"
NEXT: Final = "next"
COLD: Final = "cold"
ALIKE: Final = "alike"
PROTOCOLS: Final = (TIME, STREAM, FOLD_IN, NEXT, COLD, ALIKE, RATING)
RANKED: Final = (TIME, FOLD_IN, NEXT, COLD)
"""The protocols that rank, and are laid out as rounds of one split each."""

CUTS: Final = (0.6, 0.7, 0.8, 0.9)
MAX_HELD: Final = 10_000
EVERYBODY: Final = 1 << 40

NEUTRAL: Final = 0.3
DISLIKED: Final = -0.3
"""What a rating below the positives' weighs: from 60 % of the highest it still says that one chose to watch."""


@dataclass(frozen=True)
class Plan:
    """A protocol laid over a file: its filtered interactions, its rounds, and what is measured.

    ``items`` gives the file's item of each item of the plan, which may have been numbered again.
    """

    protocol: str
    interactions: Interactions
    n_items: int
    rounds: tuple[Round, ...]
    n: int
    items: Ints


_Laid = tuple[Interactions, tuple[Round, ...], Ints]


def plan(ratings: Ratings, protocol: str, *, seed: int, validation_users: int) -> Plan:
    """Lay a protocol over a file; raises Invalid where the file cannot carry it."""
    if protocol == TIME:
        rows, rounds, items = _by_time(ratings, seed=seed, users=validation_users)
    elif protocol == FOLD_IN:
        rows, rounds, items = _fold_in(ratings, seed=seed)
    elif protocol == NEXT:
        rows, rounds, items = _next(ratings, seed=seed, users=validation_users)
    elif protocol == COLD:
        rows, rounds, items = cold_rounds(ratings, seed=seed)
    else:
        raise Invalid(f"There is no protocol {protocol!r}.", where="protocol", remedy=f"Choose {', '.join(PROTOCOLS)}.")
    if not any(one.test.cases for one in rounds):
        raise nobody(protocol, MOST + 1 if protocol == COLD else MIN_ROWS)
    n_items = int(rows.items.max()) + 1
    return Plan(protocol, rows, n_items, rounds, 100 if protocol == FOLD_IN else 10, items)


def nobody(protocol: str, least: int) -> Invalid:
    """The refusal of a file in which nobody has enough rows."""
    return Invalid(
        f"The protocol {protocol!r} leaves nobody to test on.",
        where="interactions",
        remedy=f"It needs users with at least {least} rows; give a larger file or another protocol.",
    )


def _by_time(ratings: Ratings, *, seed: int, users: int) -> _Laid:
    if not ratings.is_timed:
        raise Invalid(
            "The protocol 'time' needs times.", where="interactions", remedy="Add a column `time`, or choose `next`."
        )
    rows = weighted(ratings)
    rounds = []
    for cut in np.quantile(ratings.times, CUTS):
        test = split_by_time(rows, float(cut), until=np.inf, users=EVERYBODY, seed=seed)
        rounds.append(Round(_earlier(test.known, users=users, seed=seed), test))
    return rows, tuple(rounds), np.arange(int(rows.items.max(initial=-1)) + 1, dtype=np.int32)


def _earlier(known: Interactions, *, users: int, seed: int) -> Split:
    """The same split one step earlier; of what was known, its last tenth is held out (or each user's last row)."""
    if len(known):
        cut = float(np.quantile(known.times, 0.9))
        split = split_by_time(known, cut, until=np.inf, users=users, seed=seed)
        if len(split.cases) >= MIN_ROWS:
            return split
    return split_last(known, users=users, seed=seed)


def _next(ratings: Ratings, *, seed: int, users: int) -> _Laid:
    kept = at_least(ratings, np.ones(len(ratings), np.bool_), users=MIN_ROWS, items=MIN_ROWS)
    rows, items = positives(ratings, kept)
    test = split_last(rows, users=EVERYBODY, seed=seed)
    validation = split_last(test.known, users=users, seed=seed)
    return rows, (Round(validation, test),), items


def _fold_in(ratings: Ratings, *, seed: int) -> _Laid:
    rows, items = positives(ratings, liked_rows(ratings))
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
    return rows, (Round(validation, test),), items


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
