"""The blend: its parts add up, its situations are told apart, its spread ignores what was seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.recommend.blend import SEEDS, SHORT, WARM, Blend, spread
from cinoche.recommend.scorers import Content, Ease, Popular, Scorer, SequenceRidge, Warm
from cinoche.recommend.statistics import Bin, History

N = 40
HISTORY = History.of([3, 7, 20, 21, 22, 35], [1.0, 1.0, 0.2, 0.5, 1.0, 1.0])
MIXED = History.of([3, 7, 20, 21, 22, 35], [1.0, 1.0, -0.5, 0.5, 1.0, 1.0])


def scorers() -> dict[str, Scorer]:
    rng = np.random.default_rng(0)
    warm = Warm.of(np.arange(0, N, 2, dtype=np.int32), N)
    features = rng.random((N, 5)).astype(np.float32)
    bins = (Bin(1, 2, 0.9), Bin(3, 9, 0.9), Bin(1, 9, 0.9))
    found: list[Scorer] = [
        Popular(rng.random(N).astype(np.float32)),
        Ease(rng.normal(size=(20, 20)).astype(np.float32), warm),
        SequenceRidge(rng.normal(size=(30, 20)).astype(np.float32), warm, 10, bins),
        Content(features),
    ]
    return {one.name: one for one in found}


def blend() -> Blend:
    every = {"popular-7d": 0.2, "ease": 1.0, "sequence-ridge": 2.0, "content": 0.1}
    return Blend(scorers(), {WARM: every, SHORT: every, SEEDS: {"ease": 1.0, "content": 0.5}})


def test_the_blends_explanation_and_popularity_add_up_to_its_score() -> None:
    scored = blend().scored(HISTORY)
    items = np.arange(N)
    whole = scored.explain(items).sum(0) + scored.parts(items)["popular-7d"]
    np.testing.assert_allclose(whole, scored.scores, atol=1e-4)
    np.testing.assert_allclose(np.sum(list(scored.parts(items).values()), axis=0), scored.scores, atol=1e-4)
    assert set(scored.leading(items)) <= set(scorers())


def test_dislikes_take_away_and_never_give() -> None:
    scored = blend().scored(MIXED)
    items = np.arange(N)
    votes, popular = scored.explain(items), scored.parts(items)["popular-7d"]
    without = votes[MIXED.weights > 0].sum(0) + popular
    np.testing.assert_allclose(np.minimum(votes.sum(0) + popular, without), scored.scores, atol=1e-4)
    np.testing.assert_array_less(scored.scores, blend().score(MIXED.where(MIXED.weights > 0)) + 1e-4)


histories = st.lists(st.tuples(st.integers(0, N - 1), st.floats(0.1, 1)), max_size=12, unique_by=lambda pair: pair[0])


@given(histories, st.sets(st.integers(0, 11), max_size=4), st.integers(0, N - 1), st.floats(0.2, 1))
def test_one_more_dislike_raises_nothing_that_is_near_to_it(
    pairs: list[tuple[int, float]], disliked: set[int], item: int, weight: float
) -> None:
    pairs = [pair for pair in pairs if pair[0] != item]
    before = History.of([each for each, _ in pairs], [-w if n in disliked else w for n, (_, w) in enumerate(pairs)])
    after = History.of([*before.items, item], [*before.weights, -weight])
    plain, with_dislike = blend().scored(before), blend().scored(after)
    votes = with_dislike.explain(np.arange(N))[-1]
    if not (before.weights > 0).any() and len(before) == 0:
        assert (with_dislike.scores <= plain.scores + 1e-4).all()
    near = votes < 0
    assert (with_dislike.scores[near] <= plain.scores[near] + 1e-4).all()


def test_seeds_without_an_order_give_the_same_list_in_any_order() -> None:
    one, other = History.of([2, 20, 34]), History.of([34, 2, 20])
    np.testing.assert_allclose(
        blend().score(one, is_ordered=False), blend().score(other, is_ordered=False), rtol=1e-4, atol=1e-5
    )
    assert not np.allclose(blend().score(one), blend().score(other))


def test_situations_are_told_apart() -> None:
    assert blend().situation(History.of([1, 2])) == SHORT
    assert blend().situation(History.of([1, 2, 3])) == WARM
    assert blend().situation(History.of([1, 2, 3]), is_ordered=False) == SEEDS


@given(st.lists(st.floats(-100, 100, width=32), min_size=6, max_size=30), st.sets(st.integers(0, 5), max_size=3))
def test_the_spread_is_the_deviation_of_what_was_not_seen(values: list[float], seen: set[int]) -> None:
    scores = np.array(values, np.float32)
    expected = np.delete(scores, sorted(seen)).astype(np.float64).std()
    found = spread(scores, History.of(sorted(seen)))
    assert found == pytest.approx(expected if expected > 1e-3 else 1.0, rel=1e-2, abs=2e-3) or expected < 1e-2


def test_a_vector_that_does_not_vary_has_a_spread_of_one() -> None:
    assert spread(np.zeros(5, np.float32), History.of([1])) == 1.0
    assert spread(np.zeros(1, np.float32), History.of([0])) == 1.0
