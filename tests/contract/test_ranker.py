"""The ranker under the families' contract: what a training that names it publishes answers anybody, and well."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.contract.test_families import AS_OF, COLD, SMALL, N, facts

from cinoche.kit.clock import DAY_S
from cinoche.recommend.artefact import Draft, Model, open_current, publish
from cinoche.recommend.families import RANKER
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.ranking import Ranked
from cinoche.recommend.scorers import CROWD, EASE, top
from cinoche.recommend.statistics import History
from cinoche.recommend.training import Params, train

pytest.importorskip("lightgbm", reason="the extra `ranker` is not installed")

PARAMS = Params(families=(EASE, CROWD, RANKER), hyper={EASE: SMALL[EASE]})
QUALITY = (0.55, 0.95)
"""How often the next title is among the first two, for people never seen."""


N_FASHIONS = 40


@cache
def world(n_people: int = 500, seed: int = 0) -> Interactions:
    """Half of the people take what is in fashion that day, half walk on from title to title: no sum can tell whom."""
    rng = np.random.default_rng(seed)
    users, items, times = [], [], []
    for user in range(n_people):
        at = AS_OF - (20 + 40 * rng.random()) * DAY_S + np.arange(12) * (1 + rng.random()) * DAY_S
        at = at[at < AS_OF - 1]
        if user % 2:
            taken = (3 * (at // DAY_S).astype(int) + rng.integers(0, 4, len(at))) % N_FASHIONS
        else:
            taken = N_FASHIONS + (rng.integers(70) + np.cumsum(rng.integers(1, 4, len(at)))) % (N - N_FASHIONS - 1)
        _, first = np.unique(taken, return_index=True)
        kept = np.sort(first)
        users += [user] * len(kept)
        items += taken[kept].tolist()
        times += at[kept].tolist()
    return Interactions.of(users, items, None, times)


@cache
def draft() -> Draft:
    return train(world(), facts(), as_of=AS_OF, offset=9, params=PARAMS)


@cache
def model() -> Model:
    return Model.of(draft())


def hit_rate(one: Model, *, is_ranked: bool) -> float:
    """How often the last title of somebody never seen, taken shortly before the training, is among the first two."""
    found = []
    for whole in world(12_000, seed=1).histories():
        if AS_OF - whole.times[-1] > DAY_S:
            continue
        known, target = replace(whole.at(slice(-1)), now=float(whole.times[-1])), int(whole.items[-1])
        answers = one.ranking if is_ranked else one.gate
        assert answers is not None
        scores = answers.scored(known).scores.copy()
        scores[known.items] = -np.inf
        found.append(target in top(scores, 2))
    return float(np.mean(found))


def test_it_finds_what_is_there_and_no_more_and_more_than_what_it_stands_on() -> None:
    low, high = QUALITY
    ranked = hit_rate(model(), is_ranked=True)
    assert low <= ranked <= high
    assert ranked > hit_rate(model(), is_ranked=False)


def test_the_same_ground_gives_the_same_arrays() -> None:
    again = train(world(), facts(), as_of=AS_OF, offset=9, params=PARAMS)
    assert again.arrays.keys() == draft().arrays.keys()
    assert any(name.startswith(f"{RANKER}.") for name in again.arrays)
    for name, array in draft().arrays.items():
        np.testing.assert_array_equal(array, again.arrays[name])
    assert again.recipe == draft().recipe


def test_what_happens_later_changes_no_tree() -> None:
    rows = world()
    late = Interactions.of([0, 1, 2], [5, 6, 7], None, [AS_OF + DAY_S] * 3)
    more = Interactions.of(
        np.append(rows.users, late.users), np.append(rows.items, late.items),
        np.append(rows.weights, late.weights), np.append(rows.times, late.times),
    )  # fmt: skip
    again = train(more, facts(), as_of=AS_OF, offset=9, params=PARAMS)
    for name in (each for each in draft().arrays if each.startswith(f"{RANKER}.")):
        np.testing.assert_array_equal(draft().arrays[name], again.arrays[name])


@pytest.mark.parametrize(
    "history",
    [
        History.of([]),
        History.of([COLD]),
        History.of([3, 7, 50], [1.0, -1.0, 0.3]),
        History.of(np.arange(N)),
        History.of([5, 6, 7], None, [AS_OF + 10 * DAY_S, AS_OF + 11 * DAY_S, AS_OF + 12 * DAY_S]),
    ],
    ids=["nothing", "cold", "a dislike", "everything", "the future"],
)
def test_any_history_is_scored_in_finite_numbers_and_the_same_again(history: History) -> None:
    first = model().scored(history)
    assert np.isfinite(first.scores).all()
    assert first.scores.shape == (N,)
    assert np.isfinite(first.explain([0, 5, COLD])).all()
    model().scored(History.of([80, 81, 82]))
    np.testing.assert_array_equal(model().scored(history).scores, first.scores)


def test_a_published_one_answers_as_it_did_and_needs_no_library_that_grows_trees(tmp_path: Path) -> None:
    publish(tmp_path, draft())
    again, history = open_current(tmp_path), History.of([3, 5, 6])
    answer = again.scored(history)
    assert isinstance(answer, Ranked)
    np.testing.assert_array_equal(answer.scores, model().scored(history).scores)


def test_a_title_that_came_since_is_ranked_with_the_others(tmp_path: Path) -> None:
    publish(tmp_path, draft())
    one = open_current(tmp_path)
    one.admit(["fresh"])
    assert len(one.scored(History.of([3, 5, 6])).scores) == N + 1


@pytest.mark.parametrize("n", [0, 1, 3])
def test_where_there_is_nearly_nothing_there_is_no_ranker_and_an_answer(n: int) -> None:
    few = Interactions.of(np.arange(n), np.arange(n), None, AS_OF - 1.0 - np.arange(n))
    small = Model.of(train(few, facts(), as_of=AS_OF, offset=0, params=PARAMS))
    assert small.ranking is None
    assert np.isfinite(small.scored(History.of([0, 1, 2])).scores).all()
