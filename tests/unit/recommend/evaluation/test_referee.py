"""The gate: a recipe that is worse is refused, one that is not passes, and nobody can tell from too few people."""

from functools import cache

import numpy as np

from cinoche.recommend.artefact import Draft, Manifest, Model, TitleFacts
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


def published(params: Params) -> Manifest:
    draft: Draft = train(world(), TITLES, as_of=as_of(), offset=7, params=params)
    return Model.of(draft).manifest


def judged(candidate: Params, current: Params, rows: Interactions | None = None) -> Verdict:
    return judge(rows or world(), TITLES, as_of=as_of(), params=candidate, current=published(current))


def test_a_worse_recipe_is_refused_with_what_was_measured() -> None:
    verdict = judged(BLUNT, SHARP)
    assert not verdict.is_accepted
    assert verdict.metric == METRIC
    assert verdict.candidate < verdict.current
    assert verdict.difference[2] < 0
    assert verdict.against == "draft"
    assert "worse than the one before" in verdict.reason


def test_a_better_recipe_passes() -> None:
    verdict = judged(SHARP, BLUNT)
    assert verdict.is_accepted
    assert verdict.candidate > verdict.current
    assert verdict.difference[1] > 0


def test_the_same_recipe_passes() -> None:
    verdict = judged(SHARP, SHARP)
    assert verdict.is_accepted
    assert verdict.cases > 100


def test_too_few_people_prove_nothing() -> None:
    few = world().where(world().users < 5)
    verdict = judged(BLUNT, SHARP, few)
    assert verdict.is_accepted
    assert "too few" in verdict.reason
