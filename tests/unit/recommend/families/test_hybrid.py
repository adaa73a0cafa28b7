"""The hybrid: what titles are made of speaks for those that nobody has watched."""

import numpy as np

from cinoche.recommend.families import Ground, TitleFacts
from cinoche.recommend.families.hybrid import Hybrid, features_of
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import History

KINDS = ("War", "Drama")
FACTS = [TitleFacts(f"t{k}", f"Title {k}", 1990, (KINDS[k % 2],), people=(f"p{k}",)) for k in range(42)]


def two_tastes() -> Ground:
    """People who like titles of one genre alone; the last two titles nobody has watched."""
    rng = np.random.default_rng(0)
    rows = [(user, 2 * k + user % 2) for user in range(80) for k in rng.permutation(20)[:8]]
    users, items = zip(*rows, strict=True)
    return Ground(Interactions.of(users, items), 42, 0.0, facts=FACTS, min_ratings=1)


def test_a_title_that_nobody_watched_is_liked_by_those_who_like_its_genre() -> None:
    one = Hybrid(factors=8, sweeps=20)
    scorer = one.scorer(one.fit(two_tastes()), 42)
    war, drama = scorer.score(History.of([0, 2, 4])), scorer.score(History.of([1, 3, 5]))
    assert war[40] > war[41]
    assert drama[41] > drama[40]


def test_a_title_is_itself_when_it_is_warm_and_shares_one_weight_among_what_others_have_too() -> None:
    layout = two_tastes().layout
    found = features_of(FACTS, layout, most=10).toarray()
    assert found.shape == (42, 43)  # forty titles watched, two genres, one decade; nobody acts in two titles
    assert found[40, :40].sum() == 0.0
    assert found[3, layout.place[3]] == 1.0
    np.testing.assert_allclose(found[:, 40:].sum(1), 1.0)


def test_without_facts_a_title_is_itself_alone() -> None:
    layout = two_tastes().layout
    assert features_of((), layout, most=10).toarray().sum() == layout.n_warm


def test_the_bias_and_the_votes_are_the_whole_score() -> None:
    one = Hybrid(factors=8, sweeps=2)
    arrays = one.fit(two_tastes())
    scorer = one.scorer(arrays, 42)
    history = History.of([0, 3, 40], [1.0, -1.0, 0.5])
    whole = scorer.explain(history, np.arange(42)).sum(0) + arrays["bias"]
    np.testing.assert_allclose(whole, scorer.score(history), atol=1e-5)
