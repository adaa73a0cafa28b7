"""The protocol `cold`: the same people and the same questions at every number of picks, and nothing trained on them."""

import numpy as np

from cinoche.recommend.evaluation import Ratings, evaluate_ratings
from cinoche.recommend.evaluation.cold import LEAST_TARGETS, PICKS, SHOWN
from cinoche.recommend.evaluation.protocols import plan
from cinoche.recommend.training import Params


def world(n_users: int = 240, n_items: int = 90) -> Ratings:
    """People of three tastes, each of whom likes about twenty of the thirty titles of theirs."""
    rng = np.random.default_rng(0)
    users, items, times = [], [], []
    for user in range(n_users):
        taste = user % 3
        liked = rng.permutation(30)[: rng.integers(16, 24)] + 30 * taste
        users += [user] * len(liked)
        items += liked.tolist()
        times += (1e9 + 1000 * user + np.arange(len(liked))).tolist()
    return Ratings(np.array(users, np.int32), np.array(items, np.int32), None, np.array(times), True, "")


def test_a_round_for_each_number_of_picks_asks_the_same_people_about_the_same_titles() -> None:
    laid = plan(world(), "cold", seed=0, validation_users=100)
    named = [one for one in laid.rounds if one.picker is None]
    assert [one.picks for one in named] == list(PICKS)
    first = named[0].test
    for one in named:
        assert one.test.known is one.validation.known is first.known
        assert [len(case.history) for case in one.test.cases] == [one.picks] * len(first.cases)
        for case, other in zip(one.test.cases, first.cases, strict=True):
            assert np.array_equal(case.targets, other.targets)
            assert np.array_equal(case.hidden, other.hidden)


def test_picks_are_the_first_likes_in_no_order_and_the_rest_is_to_be_found() -> None:
    data = world()
    laid = plan(data, "cold", seed=0, validation_users=100)
    likes = {tuple(data.items[data.users == user][:10].tolist()): user for user in range(240)}
    five, ten = (one.test for one in laid.rounds if one.picks in {5, 10})
    for case, fewer in zip(ten.cases, five.cases, strict=True):
        user = likes[tuple(case.hidden.tolist())]
        whole = data.items[data.users == user]
        assert sorted(case.history.items) == sorted(whole[:10])
        assert sorted(fewer.history.items) == sorted(whole[:5])
        assert set(case.targets) == set(whole[10:])
        assert user not in set(ten.known.users)
    assert any(case.history.items.tolist() != case.hidden.tolist() for case in ten.cases)


def test_one_pick_tells_a_taste_and_popularity_learns_nothing_from_any() -> None:
    report = evaluate_ratings(world(), "cold", ["ease"], params=Params(hyper={"ease": {"reg": 20.0}}))
    value = {(model.name, model.picks): model.metrics["ndcg@10"].value for model in report.models}
    assert [model.picks for model in report.models if model.name == "ease" and not model.picker] == list(PICKS)
    assert value["ease", 0] < 0.25
    assert all(value["ease", picks] > 0.4 for picks in PICKS[1:])
    assert len({value["popular-7d", picks] for picks in PICKS}) == 1


def test_lists_that_are_shown_are_compared_on_the_same_people_and_targets() -> None:
    laid = plan(world(), "cold", seed=0, validation_users=100)
    shown = {one.picker: one.test for one in laid.rounds if one.picker is not None}
    assert list(shown) == [f"{n} {picker}" for n in SHOWN for picker in ("popular", "telling")]
    for n in SHOWN:
        popular, telling = shown[f"{n} popular"], shown[f"{n} telling"]
        assert len(popular.cases) == len(telling.cases) > 0
        for one, other in zip(popular.cases, telling.cases, strict=True):
            assert np.array_equal(one.targets, other.targets)
            assert len(one.targets) >= LEAST_TARGETS
            assert np.array_equal(one.hidden, other.hidden)
            for case in (one, other):
                assert not set(case.targets) & set(case.hidden)
                assert set(case.history.items) <= set(case.hidden)
