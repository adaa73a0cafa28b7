"""Cutting interactions into what is known and what is held out: by time, or the last of each user's order."""

from dataclasses import dataclass

import numpy as np

from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import History
from cinoche.recommend.training.tune import Case

MIN_CASES = 20
"""With fewer people held out than this, weights would fit their chance tastes."""

ENOUGH_CASES = 200
"""With this many, the shortest slice is long enough."""

MOMENTS = 4
AHEAD = 10
"""How many moments of one person are taken at most, and how many titles after each are right answers."""


@dataclass(frozen=True)
class Split:
    """What may be trained on, until when, and the people whose next titles are held out."""

    known: Interactions
    as_of: float
    cases: list[Case]


def split_by_time(interactions: Interactions, cut: float, *, until: float, users: int, seed: int) -> Split:
    """Hold out what users known before the cut liked from the cut on (and before ``until``), unseen before."""
    before, later = interactions.times < cut, interactions.times >= cut
    known = interactions.where(before)
    held = interactions.where(later & (interactions.times < until) & (interactions.weights > 0))
    return Split(known, cut, _cases(known, held, users=users, seed=seed))


def split_last(interactions: Interactions, *, users: int, seed: int, back: int = 0) -> Split:
    """Hold out each user's last row, or the one ``back`` rows before it; what follows the held row is dropped."""
    place = interactions.place_from_end()
    known = interactions.where(place > back)
    held = interactions.where((place == back) & (interactions.weights > 0))
    as_of = float(known.times.max(initial=0.0)) if known.is_timed else 0.0
    return Split(known, as_of, _cases(known, held, users=users, seed=seed))


def split_live(interactions: Interactions, cut: float, *, users: int, seed: int) -> Split:
    """Hold out what people liked next at moments after the cut, each knowing all that the person did before it.

    This is what serving does: the matrices are of yesterday, the history is of now. Where few people are active after
    the cut, several moments of each are taken.
    """
    known = interactions.where(interactions.times < cut)
    rng = np.random.default_rng(seed)
    starts, stops = interactions.bounds[:-1], interactions.bounds[1:]
    active = np.flatnonzero(interactions.times[stops - 1] >= cut) if len(interactions) else starts
    if len(active) > users:
        active = np.sort(rng.choice(active, users, replace=False))
    moments = max(1, min(MOMENTS, users // max(len(active), 1)))
    cases = []
    for k in active:
        rows = interactions.times[starts[k] : stops[k]]
        first = max(int(np.searchsorted(rows, cut)), 1)
        for at in np.unique(rng.integers(first, max(len(rows), first + 1), moments)):
            case = _moment(interactions.history(int(k)), int(at))
            if len(case.targets):
                cases.append(case)
    return Split(known, cut, cases)


def validation_split(interactions: Interactions, share: float, *, users: int, seed: int) -> Split | None:
    """The held-out people on whom the blend's weights are found; None where there are too few for any split.

    The slice is the last ``share`` of the positives by time, or two or three times as much where that leaves too few
    people; where the data have only an order, each user's last row.
    """
    split = None
    liked = interactions.times[interactions.weights > 0]
    for longer in (1, 2, 3) if interactions.is_timed and len(liked) else ():
        cut = float(np.quantile(liked, 1 - longer * share))
        split = split_live(interactions, cut, users=users, seed=seed)
        if len(split.cases) >= ENOUGH_CASES:
            return split
    if split is None or len(split.cases) < MIN_CASES:
        split = split_last(interactions, users=users, seed=seed)
    return split if len(split.cases) >= MIN_CASES else None


def _moment(history: History, at: int) -> Case:
    """What is known at a moment and the next few titles liked after it."""
    known = history.at(slice(at))
    later = history.items[at:][history.weights[at:] > 0]
    return Case(known, later[:AHEAD].astype(np.int64))


def short(cases: list[Case], length: int = 2) -> list[Case]:
    """The same people, of whom only the last few titles are known."""
    return [Case(_tail(case.history, length), case.targets) for case in cases]


def seeds(cases: list[Case], *, seed: int, length: int = 3) -> list[Case]:
    """The same people, of whom a few liked titles are named in no order."""
    rng = np.random.default_rng(seed)
    chosen = []
    for case in cases:
        liked = np.flatnonzero(case.history.weights > 0)
        if len(liked):
            named = rng.permutation(liked)[: rng.integers(1, length + 1)]
            chosen.append(Case(History.of(case.history.items[named]), case.targets))
    return chosen


def _tail(history: History, length: int) -> History:
    return history.at(slice(-length, None))


def _cases(known: Interactions, held: Interactions, *, users: int, seed: int) -> list[Case]:
    names = known.users[known.bounds[:-1]]
    place = np.searchsorted(names, held.users[held.bounds[:-1]])
    exists = np.flatnonzero(np.isin(held.users[held.bounds[:-1]], names))
    if len(exists) > users:
        exists = np.sort(np.random.default_rng(seed).choice(exists, users, replace=False))
    cases = []
    for k in exists:
        history = known.history(int(place[k]))
        targets = np.setdiff1d(held.history(int(k)).items, history.items).astype(np.int64)
        if len(targets):
            cases.append(Case(history, targets))
    return cases
