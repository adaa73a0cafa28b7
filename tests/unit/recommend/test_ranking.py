"""The ranker on top of an answer: it moves what comes first, keeps what it is made of, and lets dislikes take away."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinoche.kit.clock import DAY_S
from cinoche.recommend.blend import SEEDS, SHORT, WARM, Blend
from cinoche.recommend.families import Ground, family
from cinoche.recommend.families.crowd import CrowdScorer
from cinoche.recommend.gate import Choir, Gate, Gated
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.ranking import FEW, KINDS, MANY, NOTHING, Ranked, Ranker, Ranking, kind_of, look
from cinoche.recommend.ranking_facts import CountFacts, CrowdFacts, Made
from cinoche.recommend.statistics import History
from cinoche.recommend.trees import Forest

N = 60
NOW = 1_700_000_000.0
EVERYWHERE = frozenset(KINDS)


@cache
def past() -> Interactions:
    rng = np.random.default_rng(0)
    users = np.repeat(np.arange(80), 9)
    items = np.concatenate([(rng.permutation(20)[:9] + 20 * (user % 3)) for user in range(80)])
    times = NOW - 30 * DAY_S * rng.random(len(users))
    return Interactions.of(users, items, None, times)


@cache
def crowd() -> CrowdScorer:
    one = family("crowd")
    return one.scorer(one.fit(ground()), N)  # type: ignore[return-value]


def ground() -> Ground:
    return Ground(past(), N, NOW)


@cache
def blend() -> Blend:
    names = ("ease", "popular-7d", "sequence-ridge")
    hyper: dict[str, dict[str, Any]] = {"sequence-ridge": {"joint_titles": 30}}
    made = {name: (one := family(name, hyper.get(name))).scorer(one.fit(ground()), N) for name in names}
    every = {"ease": 1.0, "popular-7d": 0.2, "sequence-ridge": 0.5}
    return Blend(made, {WARM: every, SHORT: {"ease": 1.0}, SEEDS: every})


@cache
def gate() -> Gate:
    choir = Choir(crowd(), blend(), N)
    rng = np.random.default_rng(1)
    return Gate(choir, {name: tuple(rng.random(6)) for name in choir.voices})


@cache
def trees(columns: tuple[str, ...]) -> Forest:
    """Trees of no sense at all: whatever they say, the rest must hold."""
    rng = np.random.default_rng(2)

    def node(depth: int) -> dict[str, Any]:
        if not depth:
            return {"leaf_value": float(rng.normal())}
        at = {"split_feature": int(rng.integers(len(columns))), "threshold": float(rng.normal(0, 3))}
        return {**at, "left_child": node(depth - 1), "right_child": node(depth - 1)}

    return Forest.grown([{"tree_structure": node(4)} for _ in range(12)])


def made() -> Made:
    rng = np.random.default_rng(3)
    return Made(rng.random((N - 5, 4)).astype(np.float32), np.arange(1950, 1950 + N, dtype=np.float32))


def ranking(on: str, heard: frozenset[str] = EVERYWHERE, first: int = 20) -> Ranking:
    answers: Gate | Blend = gate() if on == "gate" else blend()
    facts: CrowdFacts | CountFacts = (
        CrowdFacts(crowd(), made()) if on == "gate" else CountFacts(past().counts(N).astype(np.float32), made())
    )
    columns = tuple(look(answers.scored(liking(3, 5, 8)), facts, first).table)
    return Ranking(answers, Ranker(trees(columns), columns, heard, 1.0 if on == "gate" else 0.7, first), facts)


def liking(*items: int, disliked: tuple[int, ...] = ()) -> History:
    every = [*disliked, *items]
    weights = [-1.0] * len(disliked) + [1.0] * len(items)
    times = NOW - 600.0 * np.arange(len(every), 0, -1)
    return replace(History.of(every, weights, times), now=NOW)


both = pytest.mark.parametrize("on", ["gate", "blend"])


@both
def test_the_first_titles_are_moved_and_what_they_are_made_of_adds_up(on: str) -> None:
    one, history, items = ranking(on), liking(3, 5, 8, 11), np.arange(N)
    plain, ranked = one.answers.scored(history), one.scored(history)
    assert isinstance(ranked, Ranked)
    assert np.argsort(-ranked.scores)[:10].tolist() != np.argsort(-plain.scores)[:10].tolist()
    np.testing.assert_allclose(np.sum(list(ranked.parts(items).values()), axis=0), ranked.scores, rtol=1e-4, atol=1e-6)
    assert ranked.explain(items).shape == (4, N)
    assert len(ranked.leading(items)) == N


def test_the_chance_of_the_first_titles_together_stays_what_it_was() -> None:
    one, history = ranking("gate"), liking(3, 5, 8, 11)
    plain, ranked = one.answers.scored(history), one.scored(history)
    first = look(plain, one.facts, 20).items
    assert ranked.scores[first].sum() == pytest.approx(plain.scores[first].sum(), rel=1e-4)
    others = np.setdiff1d(np.arange(N), first)
    assert (ranked.scores[others] <= plain.scores[others] + 1e-9).all()


def test_what_an_entry_adds_is_its_part_of_the_chance_lifted() -> None:
    one, history, items = ranking("gate"), liking(3, 5, 8), np.arange(N)
    plain, ranked = one.answers.scored(history), one.scored(history)
    assert isinstance(plain, Gated)
    has_chance = plain.scores > 1e-9
    times = ranked.scores[has_chance] / plain.scores[has_chance]
    np.testing.assert_allclose(
        ranked.explain(items)[:, has_chance], plain.explain(items)[:, has_chance] * times, rtol=1e-3, atol=1e-7
    )


@both
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, N - 1), min_size=1, max_size=8, unique=True),
    st.lists(st.integers(0, N - 1), min_size=1, max_size=4, unique=True),
)
def test_dislikes_take_away_and_never_give(on: str, liked: list[int], disliked: list[int]) -> None:
    one = ranking(on)
    whole = liking(*liked, disliked=tuple(set(disliked) - set(liked)))
    with_them, without = one.score(whole), one.score(whole.where(whole.weights > 0))
    others = np.setdiff1d(np.arange(N), whole.items)
    assert (with_them[others] <= without[others] + 1e-5).all()


@both
def test_what_is_like_a_dislike_falls(on: str) -> None:
    one, whole = ranking(on), liking(3, 45, 47, disliked=(41,))
    alike = np.setdiff1d(np.arange(40, N), whole.items)
    fall = one.score(whole.where(whole.weights > 0))[alike] - one.score(whole)[alike]
    assert fall.max() > 1e-6


@both
def test_how_much_lower_a_title_is_without_an_entry_is_what_asking_again_says(on: str) -> None:
    one, history = ranking(on), liking(3, 5, 8, 11)
    ranked, items = one.scored(history), np.array([1, 20, 45])
    without = one.score(history.where(np.array([True, False, True, True])))
    np.testing.assert_allclose(ranked.losses([1], items), ranked.scores[items] - without[items], atol=1e-6)


@both
def test_where_the_trees_are_not_heard_the_answer_is_what_it_was(on: str) -> None:
    one = ranking(on, frozenset({MANY}))
    for history in (liking(), liking(3), liking(3, 5)):
        np.testing.assert_array_equal(one.score(history), one.answers.scored(history).scores)
    assert not np.array_equal(one.score(liking(3, 5, 8)), one.answers.scored(liking(3, 5, 8)).scores)


@both
@pytest.mark.parametrize(
    "history",
    [History.of([]), History.of([3]), History.of(np.arange(N)), History.of([1, 2, 3], [-1.0, -1.0, -1.0])],
    ids=["nothing", "one", "everything", "dislikes alone"],
)
def test_any_history_is_ranked_in_finite_numbers_and_the_same_again(on: str, history: History) -> None:
    one = ranking(on)
    scores = one.score(history)
    assert (scores.shape, scores.dtype) == ((N,), np.float32)
    assert np.isfinite(scores).all()
    np.testing.assert_array_equal(one.score(history), scores)


def test_a_situation_is_told_by_what_is_liked_alone() -> None:
    kinds = [kind_of(each) for each in (liking(), liking(3), liking(3, 5), liking(3, 5, 8))]
    assert kinds == [NOTHING, FEW, FEW, MANY]
    assert kind_of(liking(3, disliked=(5, 8))) == FEW


def test_who_is_forgotten_leaves_no_trace_in_what_is_told_of_titles() -> None:
    one = family("crowd")
    apart = past().where(past().users != 7)
    without = one.scorer(one.fit(Ground(apart, N, NOW)), N)
    forgetful = one.scorer(one.fit(ground()), N)
    forgetful.forget(7)  # type: ignore[attr-defined]
    items, history = np.arange(N), liking(3, 5, 8)
    told, never = (CrowdFacts(each).columns(history, items) for each in (forgetful, without))  # type: ignore[arg-type]
    for name, column in never.items():
        np.testing.assert_allclose(told[name], column, atol=1e-5, err_msg=name)
