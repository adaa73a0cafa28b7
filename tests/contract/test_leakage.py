"""No family knows what it will be tested on, by any protocol; and one that does is caught."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from tests.contract.test_families import SMALL

from cinoche.recommend.evaluation.leakage import leaks, rating_leaks, with_another_future
from cinoche.recommend.evaluation.predictors import PREDICTORS, Rated
from cinoche.recommend.evaluation.protocols import NEXT, RANKED, TIME, Plan, plan
from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.evaluation.rounds import Round
from cinoche.recommend.families import FAMILIES, TitleFacts, family
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.scorers import CONTENT
from cinoche.recommend.statistics import Longs
from cinoche.recommend.training.fit import Params, fit
from cinoche.recommend.training.train import ground_of, only_warm

Arrays = Mapping[str, npt.NDArray[Any]]

MIXED = ("popular-7d", "popular", "ease", "sequence-ridge")
PARAMS = Params(hyper=SMALL, min_ratings=1)


@cache
def world(n_users: int = 90, n_items: int = 60) -> Ratings:
    """People of two tastes who begin at different times, each with some fifteen titles, liked or not."""
    rng = np.random.default_rng(0)
    users, items, values, times = [], [], [], []
    for user in range(n_users):
        seen = rng.permutation(n_items // 2)[: rng.integers(13, 18)] + (user % 2) * (n_items // 2)
        users += [user] * len(seen)
        items += seen.tolist()
        values += rng.choice([2.0, 4.0, 5.0], len(seen), p=[0.1, 0.4, 0.5]).tolist()
        times += (1.6e9 + 86_400.0 * (100 * rng.random() + 5 * np.arange(len(seen)))).tolist()
    return Ratings(np.array(users, np.int32), np.array(items, np.int32), np.array(values), np.array(times), True, "")


def ground(laid: Plan, one: Round, rows: Interactions | None = None) -> Any:
    """What a family is fitted on; titles stand in genres across tastes, so that only people tell what is alike."""
    facts = [TitleFacts(str(k), f"Film {k}", 1990 + k % 7, (f"Genre {k % 5}",)) for k in range(laid.n_items)]
    known = one.test.known if rows is None else rows
    return ground_of(known, laid.n_items, one.test.as_of, PARAMS, facts=facts)


@pytest.mark.parametrize("protocol", RANKED)
@pytest.mark.parametrize("name", list(FAMILIES))
def test_another_future_changes_no_byte_of_a_fit(name: str, protocol: str) -> None:
    one = family(name, SMALL.get(name))
    assert leaks(world(), protocol, lambda _file, laid, split: one.fit(ground(laid, split))) == []


@pytest.mark.parametrize("protocol", [TIME, NEXT])
def test_another_future_changes_no_weight_of_the_blend(protocol: str) -> None:
    def weights(_file: Ratings, laid: Plan, one: Round) -> Arrays:
        split = one.validation
        fitted = fit(ground_of(split.known, laid.n_items, split.as_of, PARAMS), PARAMS, MIXED)
        found = only_warm(split, {each: fitted.scorers[each] for each in MIXED}, n=10)["warm"]
        return {name: np.array(weight) for name, weight in found.items()}

    assert leaks(world(), protocol, weights) == []


@pytest.mark.parametrize("protocol", RANKED)
def test_the_swap_changes_what_is_tested_and_nothing_that_is_known(protocol: str) -> None:
    laid = plan(world(), protocol, seed=0, validation_users=1000)
    for k, one in enumerate(laid.rounds):
        again = plan(with_another_future(world(), laid, one, 0), protocol, seed=0, validation_users=1000)
        other = again.rounds[k]
        for column in ("users", "items", "weights", "times"):
            assert np.array_equal(getattr(one.test.known, column), getattr(other.test.known, column))
        targets = [[case.targets.tolist() for case in each.test.cases] for each in (one, other)]
        assert targets[0] != targets[1]


@pytest.mark.parametrize("protocol", RANKED)
@pytest.mark.parametrize("name", [name for name in FAMILIES if name != CONTENT])
def test_a_family_that_is_given_the_test_period_is_caught(name: str, protocol: str) -> None:
    one = family(name, SMALL.get(name))
    found = leaks(world(), protocol, lambda _file, laid, split: one.fit(ground(laid, split, laid.interactions)))
    assert found


def test_a_family_that_opens_the_file_itself_is_caught() -> None:
    def peeks(file: Ratings, laid: Plan, one: Round) -> Arrays:
        fitted = dict(family("popular-7d").fit(ground(laid, one)))
        later = file.items[file.times >= one.test.as_of]
        fitted["scores"] = fitted["scores"] + 1e-3 * np.bincount(later[::2], minlength=laid.n_items)
        return fitted

    assert leaks(world(), TIME, peeks) == [f"round {k}: scores" for k in (1, 2, 3, 4)]


def fitted_ratings(name: str, file: Ratings, rows: Longs) -> Arrays:
    assert file.ratings is not None
    whole = Rated(file.users, file.items, file.ratings, int(file.users.max()) + 1, int(file.items.max()) + 1)
    return {each: np.asarray(array) for each, array in asdict(PREDICTORS[name].fit(whole.at(rows), 0)).items()}


@pytest.mark.parametrize("name", list(PREDICTORS))
def test_no_predictor_of_ratings_knows_the_fold_that_is_held(name: str) -> None:
    assert rating_leaks(world(), lambda file, rows: fitted_ratings(name, file, rows)) == []


def test_a_predictor_that_is_given_the_held_ratings_is_caught() -> None:
    assert len(rating_leaks(world(), lambda file, _rows: fitted_ratings("bias", file, np.arange(len(file))))) >= 5
