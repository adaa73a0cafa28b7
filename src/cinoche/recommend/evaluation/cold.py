"""The protocol `cold`: how good lists are for somebody new who has named 0, 1, 3, 5 or 10 titles.

People are held out whole, as in `fold-in`. The first titles that each of them liked are the picks, named in no order;
what they liked after the last pick is to be found. At every number of picks the same people are asked about the same
titles, and none of their picks, named or not, may stand in a list: only what is known of them differs.

Further rounds show what onboarding would: a list of 12 or 24 titles, the best known or those that tell tastes apart
best (`training.onboarding`, of those trained on), of which people name what they ever liked. No title of either list
may stand in an answer, nor is to be found, so that both are asked about the same.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.evaluation.rounds import Round, liked_rows, positives
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import History, Ints, Longs
from cinoche.recommend.training.onboarding import telling_titles
from cinoche.recommend.training.split import Split
from cinoche.recommend.training.tune import Case

PICKS: Final = (0, 1, 3, 5, 10)
SHOWN: Final = (12, 24)
POPULAR_PICKS: Final = "popular"
TELLING_PICKS: Final = "telling"
MOST: Final = max(PICKS)
LEAST_TARGETS: Final = 5
_TESTED: Final = 0.2
_VALIDATED: Final = 0.1


def cold_rounds(ratings: Ratings, *, seed: int) -> tuple[Interactions, tuple[Round, ...], Ints]:
    """One round for each number of picks and for each list shown, all of them over one training set."""
    rows, items = positives(ratings, liked_rows(ratings))
    rng = np.random.default_rng(seed)
    order = rng.permutation(rows.n_users)
    n_tested, n_validated = int(_TESTED * rows.n_users), int(_VALIDATED * rows.n_users)
    trained = np.zeros(rows.n_users, np.bool_)
    trained[order[n_tested + n_validated :]] = True
    known = rows.where(np.repeat(trained, np.diff(rows.bounds)))
    is_known = known.counts(len(items)) > 0
    as_of = float(known.times.max(initial=0.0)) if rows.is_timed else 0.0
    people = (np.sort(order[n_tested : n_tested + n_validated]), np.sort(order[:n_tested]))
    drawn = [[_drawn(rows.history(int(k)), is_known, rng) for k in group] for group in people]
    rounds = []
    for picks in PICKS:
        validation, test = (
            Split(known, as_of, [_case(*one, picks) for one in group if one is not None]) for group in drawn
        )
        rounds.append(Round(validation, test, picks))
    rounds += _shown_rounds(rows, known, people, as_of, seed)
    return rows, tuple(rounds), items


def _shown_rounds(
    rows: Interactions, known: Interactions, people: tuple[Longs, Longs], as_of: float, seed: int
) -> Iterator[Round]:
    """The rounds in which lists are shown, to those who would find something beside them."""
    n_items = int(rows.items.max(initial=-1)) + 1
    counts = known.counts(n_items)
    lists = {
        POPULAR_PICKS: np.argsort(-counts, kind="stable")[: max(SHOWN)].astype(np.int32),
        TELLING_PICKS: telling_titles(known, n_items, n=max(SHOWN), seed=seed),
    }
    for n in SHOWN:
        either = np.unique(np.concatenate([each[:n] for each in lists.values()]))
        for picker, shown in lists.items():
            validation, test = (
                Split(known, as_of, list(_named(rows, group, shown[:n], either, counts > 0))) for group in people
            )
            yield Round(validation, test, picker=f"{n} {picker}")


def _named(
    rows: Interactions, people: Longs, shown: Ints, either: Ints, is_known: npt.NDArray[np.bool_]
) -> Iterator[Case]:
    for person in people:
        liked = rows.history(int(person)).items
        targets = liked[is_known[liked] & ~np.isin(liked, either)]
        if len(targets) >= LEAST_TARGETS:
            named = liked[np.isin(liked, shown)]
            yield Case(History.of(named), targets.astype(np.int64), either.astype(np.int64))


_Drawn = tuple[Ints, Ints, Ints]


def _drawn(history: History, is_known: npt.NDArray[np.bool_], rng: np.random.Generator) -> _Drawn | None:
    """A person's picks as they came, the order in which they are named, and what is to be found."""
    later = history.items[MOST:]
    targets = later[is_known[later]]
    return (history.items[:MOST], rng.random(MOST).argsort().astype(np.int32), targets) if len(targets) else None


def _case(picks: Ints, order: Ints, targets: Ints, n: int) -> Case:
    named = picks[order[order < n]]
    return Case(History.of(named), targets.astype(np.int64), picks.astype(np.int64))
