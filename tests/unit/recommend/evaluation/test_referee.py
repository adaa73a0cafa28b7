"""The gate: a recipe that is worse is refused, one that is not passes, and nobody can tell from too few people."""

from functools import cache

import numpy as np
import pytest

from cinoche.recommend.artefact import Draft, Model, TitleFacts
from cinoche.recommend.evaluation.referee import METRIC, judge
from cinoche.recommend.registry import Verdict
from cinoche.recommend.training import Interactions, Params, train

N = 60
TITLES = [TitleFacts(f"t{k}", f"Title {k}") for k in range(N)]
SHARP = Params(families=("ease",), hyper={"ease": {"reg": 20.0}})
BLUNT = Params(families=("ease",), hyper={"ease": {"reg": 1e9}}, min_ratings=10_000)
"""With so many ratings needed no title is warm: only popularity is left to speak."""


@cache
def world(n_people: int = 300) -> Interactions:
    """People of three tastes who begin one after another, each with some fourteen of the twenty titles of theirs."""
    rng = np.random.default_rng(0)
    users, items, times = [], [], []
    for user in range(n_people):
        liked = rng.permutation(N // 3)[:14] + N // 3 * (user % 3)
        users += [user] * len(liked)
        items += liked.tolist()
        times += (1.6e9 + 86_400.0 * (100 * rng.random() + 5 * np.arange(len(liked)))).tolist()
    return Interactions.of(users, items, None, np.array(times))


@cache
def as_of() -> float:
    return float(world().times.max()) + 1


@cache
def early() -> float:
    """When a fifth of what happened was still to come."""
    return float(np.quantile(world().times, 0.8))


def published(params: Params, at: float) -> Model:
    draft: Draft = train(world().where(world().times <= at), TITLES, as_of=at, offset=7, params=params)
    return Model.of(draft)


def judged(candidate: Params, current: Params, at: float, rows: Interactions | None = None) -> Verdict:
    return judge(rows or world(), TITLES, as_of=as_of(), params=candidate, current=published(current, at))


@pytest.mark.parametrize("at", [early(), as_of()], ids=["on what happened since", "on the last tenth"])
def test_a_worse_recipe_is_refused_with_what_was_measured(at: float) -> None:
    verdict = judged(BLUNT, SHARP, at)
    assert not verdict.is_accepted
    assert verdict.metric == METRIC
    assert verdict.candidate < verdict.current
    assert verdict.difference[2] < 0
    assert verdict.against == "draft"
    assert "worse than the one before" in verdict.reason


@pytest.mark.parametrize("at", [early(), as_of()], ids=["on what happened since", "on the last tenth"])
def test_a_better_recipe_passes(at: float) -> None:
    verdict = judged(SHARP, BLUNT, at)
    assert verdict.is_accepted
    assert verdict.candidate > verdict.current
    assert verdict.difference[1] > 0


def test_the_same_recipe_is_exactly_as_good_on_what_happened_since() -> None:
    verdict = judged(SHARP, SHARP, early())
    assert verdict.is_accepted
    assert verdict.cases > 50
    assert verdict.difference == (0, 0, 0)


def test_a_published_model_is_asked_in_its_own_numbers() -> None:
    model = published(SHARP, early())
    others = [*TITLES[::-1], TitleFacts("new", "New")]
    moved = world().items.astype(np.int64)
    rows = Interactions.of(world().users, N - 1 - moved, None, world().times)
    verdict = judge(rows, others, as_of=as_of(), params=SHARP, current=model)
    same = judge(world(), TITLES, as_of=as_of(), params=SHARP, current=model)
    assert verdict.current == pytest.approx(same.current, abs=0.01)


def test_where_little_happened_since_the_same_recipe_passes_without_a_judgement() -> None:
    verdict = judged(SHARP, SHARP, as_of())
    assert verdict.is_accepted
    assert "same recipe" in verdict.reason


def test_too_few_people_prove_nothing() -> None:
    few = world().where(world().users < 5)
    verdict = judged(BLUNT, SHARP, as_of(), few)
    assert verdict.is_accepted
    assert "too few" in verdict.reason
