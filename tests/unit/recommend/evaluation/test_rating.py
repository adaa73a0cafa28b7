"""The protocol `rating`: folds that hide what they hold, and predictors within their quality interval."""

import numpy as np
import pytest

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation import Ratings, evaluate_ratings, table
from cinoche.recommend.evaluation.predictors import PREDICTORS
from cinoche.recommend.evaluation.rating import folds, rated

NOISE = 0.3


def world(n_users: int = 150, n_items: int = 60) -> Ratings:
    """Ratings made of a mean, biases, two hidden tastes and a known noise."""
    rng = np.random.default_rng(0)
    users, items = (each.reshape(-1) for each in np.meshgrid(np.arange(n_users), np.arange(n_items), indexing="ij"))
    seen = rng.random(len(users)) < 0.6
    users, items = users[seen].astype(np.int32), items[seen].astype(np.int32)
    tastes, kinds = rng.standard_normal((n_users, 2)), rng.standard_normal((n_items, 2))
    whole = 3.0 + 0.4 * rng.standard_normal(n_users)[users] + 0.5 * rng.standard_normal(n_items)[items]
    whole += 0.6 * (tastes[users] * kinds[items]).sum(1) + NOISE * rng.standard_normal(len(users))
    return Ratings(users, items, whole, np.arange(float(len(users))), True, "")


QUALITY = {"mean": (0.9, 1.2), "bias": (0.7, 1.0), "factors": (NOISE, 1.8 * NOISE)}


def test_every_predictor_is_within_its_quality_interval() -> None:
    report = evaluate_ratings(world(), "rating")
    assert [model.name for model in report.models] == list(PREDICTORS) == list(QUALITY)
    for model in report.models:
        low, high = QUALITY[model.name]
        root, size = model.metrics["rmse"], model.metrics["mae"]
        assert low <= root.value <= high, model
        assert root.low < root.value < root.high
        assert size.value < root.value
    assert "rmse" in table(report)


def test_every_rating_is_held_once_and_never_known_where_it_is_held() -> None:
    cut = folds(103, seed=3)
    assert sorted(np.concatenate([fold.held for fold in cut]).tolist()) == list(range(103))
    for fold in cut:
        assert not set(fold.held) & set(fold.known)
        assert len(fold.held) + len(fold.known) == 103


def test_the_last_of_two_ratings_of_one_title_counts() -> None:
    twice = Ratings(
        np.zeros(6, np.int32), np.array([0, 1, 2, 3, 4, 0], np.int32), np.arange(6.0), np.arange(6.0), True, ""
    )
    assert rated(twice).ratings.tolist() == [1, 2, 3, 4, 5]


def test_what_cannot_be_rated_is_refused() -> None:
    data = world()
    with pytest.raises(Invalid, match="needs ratings"):
        evaluate_ratings(Ratings(data.users, data.items, None, data.times, True, ""), "rating")
    with pytest.raises(Invalid, match="no model 'ease' that predicts"):
        evaluate_ratings(data, "rating", ["ease"])
    few = Ratings(data.users[:3], data.items[:3], np.ones(3), data.times[:3], True, "")
    with pytest.raises(Invalid, match="leaves nobody"):
        evaluate_ratings(few, "rating")
