"""Likeness from what titles are: learnt from likes, and worth the same for a title that nobody has met."""

from dataclasses import replace

import numpy as np
import pytest

from cinoche.recommend.families import Ground, TitleFacts
from cinoche.recommend.families.alike import Alike, Likeness
from cinoche.recommend.families.alike_fit import FEATURES, N_NEVER_LESS
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.scorers import top
from cinoche.recommend.statistics import History
from cinoche.recommend.texts import SIZE

N = 160
GENRES = ("Drama", "Comedy", "War", "Western")
NEW = 159
"""A title that nobody liked."""

NOISE = ("red", "blue", "green")


def facts() -> list[TitleFacts]:
    """Titles whose likes go by genre and time; their tags are dealt at random, and say nothing."""
    rng = np.random.default_rng(1)
    return [
        TitleFacts(
            f"t{k}",
            f"Film number{k}",
            1950 + (k // 4) % 40,
            (GENRES[k % 4],),
            (NOISE[rng.integers(3)],),
            (f"p{k % 13}",),
        )
        for k in range(N)
    ]


def likes() -> Interactions:
    rng = np.random.default_rng(0)
    users, items = [], []
    for user in range(400):
        genre, year = user % 4, rng.integers(40)
        of_genre = np.arange(genre, N - 1, 4)
        near = np.exp(-np.abs((of_genre // 4) % 40 - year) / 5.0)
        chosen = rng.choice(of_genre, 10, replace=False, p=near / near.sum())
        users += [user] * 10
        items += chosen.tolist()
    return Interactions.of(users, items)


def ground(**changes: object) -> Ground:
    return replace(Ground(likes(), N, 0.0, None, facts()), **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def likeness() -> Likeness:
    one = Alike(min_likes=5, fame=0.0)
    return one.scorer(one.fit(ground()), N)


def worth(likeness: Likeness) -> dict[str, float]:
    return dict(zip(FEATURES, likeness.worth.tolist(), strict=True))


def test_what_goes_with_likes_is_worth_much_and_chance_is_worth_little(likeness: Likeness) -> None:
    found = worth(likeness)
    assert found["genre"] > 10 * found["tag"]
    assert all(found[name] >= 0 for name in FEATURES[:N_NEVER_LESS])


def test_a_title_that_nobody_liked_has_neighbours_of_its_kind_and_time(likeness: Likeness) -> None:
    scores = likeness.score(History.of([NEW]))
    scores[NEW] = -np.inf
    nearest = top(scores, 5)
    assert {facts()[k].genres for k in nearest} == {facts()[NEW].genres}
    assert all(abs((facts()[k].year or 0) - (facts()[NEW].year or 0)) <= 8 for k in nearest)


def test_a_title_described_from_outside_is_as_near_as_the_same_title_inside(likeness: Likeness) -> None:
    inside = likeness.score(History.of([NEW]))
    outside = likeness.like(likeness.describe(facts()[NEW]))
    np.testing.assert_allclose(outside, inside, rtol=1e-5, atol=1e-5)


def test_kin_are_the_nearest_and_share_the_whole(likeness: Likeness) -> None:
    kin, shares = likeness.kin(likeness.describe(facts()[NEW]), 8)
    assert NEW in kin
    assert shares.sum() == pytest.approx(1.0)
    assert (np.diff(shares) <= 0).all()


def test_a_title_of_which_nothing_is_known_has_few_reasons_to_be_like_any(likeness: Likeness) -> None:
    nothing = likeness.like(likeness.describe(TitleFacts("x", "")))
    assert np.isfinite(nothing).all()
    assert nothing.max() < likeness.like(likeness.describe(facts()[NEW])).max()


def test_votes_add_up_to_the_score_where_fame_is_left_out(likeness: Likeness) -> None:
    history = History.of([3, 9, NEW], [1.0, 0.5, -0.4])
    items = [1, 7, 60, 100]
    np.testing.assert_allclose(
        likeness.explain(history, items).sum(axis=0), likeness.score(history)[items], rtol=1e-4, atol=1e-4
    )


def test_fame_lifts_what_many_like() -> None:
    plain, famous = (Alike(min_likes=5, fame=fame) for fame in (0.0, 1.0))
    without = plain.scorer(plain.fit(ground()), N).score(History.of([NEW]))
    with_it = famous.scorer(famous.fit(ground()), N).score(History.of([NEW]))
    counts = ground().counts
    lifted = with_it - without
    assert (lifted >= 0).all()
    assert lifted[counts.argmax()] >= lifted[NEW] == pytest.approx(0.0, abs=1e-5)


def test_what_is_hidden_from_the_likes_changes_nothing_that_is_learnt_of_it() -> None:
    """To learn reads no likes of a title that has none, and its neighbours are found all the same."""
    hidden = likes().where(likes().items != 20)
    one = Alike(min_likes=5, fame=0.0)
    scores = one.scorer(one.fit(ground(interactions=hidden)), N).score(History.of([20]))
    scores[20] = -np.inf
    assert {facts()[k].genres for k in top(scores, 5)} == {facts()[20].genres}


def test_texts_are_measured_where_there_are_some_and_keywords_are_not_then() -> None:
    rng = np.random.default_rng(2)
    centre = rng.normal(size=(4, SIZE))
    told = np.rint(20 * (centre[np.arange(N) % 4] + 0.3 * rng.normal(size=(N, SIZE)))).astype(np.int8)
    told[0] = 0
    plots = [replace(each, genres=(), synopsis=f"secret{k % 4} plan") for k, each in enumerate(facts())]
    one = Alike(min_likes=5, text_size=16)
    with_texts = one.scorer(one.fit(ground(facts=plots, texts=told)), N)
    assert with_texts.reads_texts
    assert worth(with_texts)["text"] > 0
    assert worth(with_texts)["plot"] == 0
    assert not with_texts.text[0].any()
    outside = with_texts.describe(plots[5], told[5])
    np.testing.assert_allclose(outside.text, with_texts.text[5], atol=1e-4)
    keywords = one.scorer(one.fit(ground(facts=plots)), N)
    assert not keywords.reads_texts
    assert worth(keywords)["plot"] > 0


def test_with_too_few_titles_known_the_usual_worths_hold() -> None:
    one = Alike()
    likeness = one.scorer(one.fit(ground(interactions=Interactions.of([0], [3]))), N)
    scores = likeness.score(History.of([NEW]))
    scores[NEW] = -np.inf
    mine = facts()[NEW]
    assert all(facts()[k].genres == mine.genres or facts()[k].people == mine.people for k in top(scores, 5))
