"""Evaluation: metrics as defined, splits that keep the test hidden, and every model within its quality interval."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation import DEFAULT_MODELS, Ratings, evaluate, evaluate_ratings, markdown, table
from cinoche.recommend.evaluation.protocols import FOLD_IN, NEXT, TIME, plan
from cinoche.recommend.training import Params

PARAMS = Params(
    hyper={"ease": {"reg": 30.0}, "ease-recent": {"reg": 30.0}, "sequence-ridge": {"reg": 30.0, "joint_titles": 40}},
    validation_users=150,
)
DAY = 86_400.0


def world(seed: int = 0, n_users: int = 250, n_items: int = 80) -> Ratings:
    """People with one of four tastes who walk through its titles in steps of one or two, each on days of their own."""
    rng = np.random.default_rng(seed)
    users, items, ratings, times = [], [], [], []
    quarter = n_items // 4
    for user in range(n_users):
        taste = rng.integers(4)
        path = (rng.integers(quarter) + np.cumsum(rng.integers(1, 3, 16))) % quarter
        path = path[np.sort(np.unique(path, return_index=True)[1])] + quarter * taste
        is_odd = rng.random(len(path)) < 0.1
        path = np.where(is_odd, rng.integers(0, n_items, len(path)), path)
        users += [user] * len(path)
        items += path.tolist()
        ratings += rng.choice([3.0, 4.0, 5.0], len(path), p=[0.2, 0.4, 0.4]).tolist()
        times += (1.6e9 + DAY * (100 * rng.random() + 5 * np.arange(len(path)))).tolist()
    return Ratings(
        np.array(users, np.int32), np.array(items, np.int32), np.array(ratings), np.array(times), True, "0" * 64
    )


QUALITY = {  # metric, and the interval in which each model's value must fall
    ("next", "popular-7d"): ("ndcg@10", 0.00, 0.12),
    ("next", "ease"): ("ndcg@10", 0.15, 0.50),
    ("next", "sequence-ridge"): ("ndcg@10", 0.40, 0.80),
    ("next", "memory"): ("ndcg@10", 0.40, 0.80),
    ("next", "ease-recent"): ("ndcg@10", 0.15, 0.80),
    ("next", "markov"): ("ndcg@10", 0.30, 0.80),
    ("next", "memory-long"): ("ndcg@10", 0.30, 0.80),
    ("next", "memory-sharp"): ("ndcg@10", 0.30, 0.80),
    ("next", "popular-live"): ("ndcg@10", 0.00, 0.20),
    ("next", "popular-decayed"): ("ndcg@10", 0.00, 0.20),
    ("next", "neighbours"): ("ndcg@10", 0.20, 0.60),
    ("next", "co-occurrence"): ("ndcg@10", 0.30, 0.70),
    ("next", "co-occurrence-close"): ("ndcg@10", 0.02, 0.30),
    ("next", "crowd"): ("ndcg@10", 0.30, 0.70),
    ("next", "blend"): ("ndcg@10", 0.40, 0.80),
    ("time", "popular-7d"): ("ndcg@10", 0.00, 0.30),
    ("time", "ease"): ("ndcg@10", 0.30, 0.80),
    ("time", "sequence-ridge"): ("ndcg@10", 0.30, 0.80),
    ("time", "memory"): ("ndcg@10", 0.30, 0.80),
    ("time", "ease-recent"): ("ndcg@10", 0.25, 0.80),
    ("time", "markov"): ("ndcg@10", 0.20, 0.80),
    ("time", "memory-long"): ("ndcg@10", 0.25, 0.80),
    ("time", "memory-sharp"): ("ndcg@10", 0.25, 0.80),
    ("time", "popular-live"): ("ndcg@10", 0.00, 0.30),
    ("time", "popular-decayed"): ("ndcg@10", 0.00, 0.30),
    ("time", "neighbours"): ("ndcg@10", 0.35, 0.80),
    ("time", "co-occurrence"): ("ndcg@10", 0.35, 0.80),
    ("time", "co-occurrence-close"): ("ndcg@10", 0.02, 0.30),
    ("time", "crowd"): ("ndcg@10", 0.40, 0.85),
    ("time", "blend"): ("ndcg@10", 0.35, 0.85),
    ("fold-in", "popular-7d"): ("recall@20", 0.05, 0.50),
    ("fold-in", "ease"): ("recall@20", 0.75, 1.00),
    ("fold-in", "sequence-ridge"): ("recall@20", 0.55, 1.00),
    ("fold-in", "memory"): ("recall@20", 0.55, 1.00),
    ("fold-in", "ease-recent"): ("recall@20", 0.70, 1.00),
    ("fold-in", "markov"): ("recall@20", 0.50, 1.00),
    ("fold-in", "memory-long"): ("recall@20", 0.50, 1.00),
    ("fold-in", "memory-sharp"): ("recall@20", 0.50, 1.00),
    ("fold-in", "popular-live"): ("recall@20", 0.05, 0.50),
    ("fold-in", "popular-decayed"): ("recall@20", 0.05, 0.50),
    ("fold-in", "neighbours"): ("recall@20", 0.50, 1.00),
    ("fold-in", "co-occurrence"): ("recall@20", 0.75, 1.00),
    ("fold-in", "co-occurrence-close"): ("recall@20", 0.10, 0.60),
    ("fold-in", "crowd"): ("recall@20", 0.75, 1.00),
    ("fold-in", "blend"): ("recall@20", 0.75, 1.00),
    ("next", "best"): ("ndcg@10", 0.40, 0.80),
    ("time", "best"): ("ndcg@10", 0.35, 0.85),
    ("fold-in", "best"): ("recall@20", 0.75, 1.00),
}
for unordered in ("ease-sparse", "item-knn", "user-knn", "svd", "ials", "bpr", "hybrid"):
    QUALITY["next", unordered] = ("ndcg@10", 0.15, 0.60)
    QUALITY["time", unordered] = ("ndcg@10", 0.25, 0.80)
    QUALITY["fold-in", unordered] = ("recall@20", 0.60, 1.00)


@pytest.mark.parametrize("protocol", [TIME, FOLD_IN, NEXT])
def test_every_model_is_within_its_quality_interval(protocol: str) -> None:
    report = evaluate_ratings(world(), protocol, params=PARAMS)
    assert [model.name for model in report.models] == list(DEFAULT_MODELS)
    for model in report.models:
        metric, low, high = QUALITY[protocol, model.name]
        found = model.metrics[metric]
        assert low <= found.value <= high, (model.name, found)
        assert found.low <= found.value <= found.high
        assert model.cost.request_p50_ms <= model.cost.request_p99_ms


def test_the_report_has_the_agreed_shape(tmp_path: Path) -> None:
    data = world()
    assert data.ratings is not None
    path = tmp_path / "r.csv"
    lines = zip(data.users, data.items, data.ratings, data.times, strict=True)
    path.write_text("user,item,rating,time\n" + "".join(f"{u},{i},{r},{t}\n" for u, i, r, t in lines))
    report = evaluate(path, "next", ["ease"], 3, params=PARAMS)
    plain = msgspec.json.decode(msgspec.json.encode(report.as_dict()))
    assert set(plain) == {"protocol", "seed", "data", "models"}
    assert set(plain["data"]) == {"users", "items", "interactions", "sha256"}
    assert [model["name"] for model in plain["models"]] == ["popular-7d", "ease"]
    assert set(plain["models"][1]["metrics"]) == {
        "hr@10", "ndcg@10", "precision@10", "recall@10", "debiased_ndcg@10", "coverage", "gini", "novelty",
    }  # fmt: skip
    assert set(plain["models"][1]["ratio"]) == {"ndcg@10", "debiased_ndcg@10"}
    assert set(plain["models"][1]["metrics"]["hr@10"]) == {"value", "low", "high"}
    assert set(plain["models"][1]["cost"]) == {"fit_cpu_s", "peak_rss_mb", "request_p50_ms", "request_p99_ms"}
    assert "ease" in table(report)
    accurate, beyond = markdown(report).split("\n\n")
    assert accurate.splitlines()[0].startswith("| model | hr@10 | recall@10 | precision@10 | ndcg@10 | fit CPU-s |")
    assert [len(line.split("|")) for line in beyond.splitlines()] == [7] * 4


def test_genres_beside_the_file_bring_their_metrics(tmp_path: Path) -> None:
    data = world(n_users=60)
    path = tmp_path / "ratings.csv"
    lines = zip(data.users, data.items, data.times, strict=True)
    path.write_text("user,item,time\n" + "".join(f"{u},{i},{t}\n" for u, i, t in lines))
    movies = "".join(f'{k},"Film, {k}",{("Drama", "Crime|Drama", "War", "Comedy")[k // 20]}\n' for k in range(80))
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n" + movies)
    popular, ease = evaluate(path, "time", ["ease"], params=PARAMS).models
    assert ease.metrics["calibration_error"].high < popular.metrics["calibration_error"].low
    assert 0 < ease.metrics["diversity"].value < popular.metrics["diversity"].value


def test_a_model_is_compared_with_the_bar_on_the_same_people() -> None:
    popular, ease = evaluate_ratings(world(), "time", ["ease"], params=PARAMS).models
    assert popular.ratio["ndcg@10"].value == popular.ratio["ndcg@10"].low == popular.ratio["ndcg@10"].high == 1.0
    plain = ease.metrics["ndcg@10"].value / popular.metrics["ndcg@10"].value
    assert ease.ratio["ndcg@10"].value == pytest.approx(plain)
    assert 1 < ease.ratio["ndcg@10"].low < plain < ease.ratio["ndcg@10"].high


def test_the_same_seed_gives_the_same_metrics() -> None:
    first, second = (evaluate_ratings(world(), "fold-in", params=PARAMS, seed=4) for _ in range(2))
    assert [model.metrics for model in first.models] == [model.metrics for model in second.models]


def test_next_holds_out_each_users_last_row_and_weights_see_only_the_one_before() -> None:
    data = world()
    laid = plan(data, "next", seed=0, validation_users=10_000)
    (one,) = laid.rounds
    whole = laid.interactions
    last = {int(whole.users[stop - 1]): int(whole.items[stop - 1]) for stop in whole.bounds[1:]}
    assert [case.targets.tolist() for case in one.test.cases] == [[item] for item in last.values()]
    assert len(one.test.known) == len(whole) - whole.n_users
    assert len(one.validation.known) == len(whole) - 2 * whole.n_users
    held = {tuple(case.targets) for case in one.validation.cases}
    assert held
    for case, tested in zip(one.validation.cases, one.test.cases, strict=True):
        assert case.targets[0] == tested.history.items[-1]


def test_ties_in_time_keep_the_files_order() -> None:
    users = np.zeros(10, np.int32)
    items = np.array([3, 1, 4, 0, 2, 9, 8, 7, 6, 5], np.int32)
    many = np.concatenate([users + k for k in range(6)]).astype(np.int32)
    data = Ratings(many, np.tile(items, 6), None, np.full(60, 5.0), True, "")
    laid = plan(data, "next", seed=0, validation_users=10)
    assert all(case.targets.tolist() == [5] for case in laid.rounds[0].test.cases)
    assert laid.rounds[0].test.cases[0].history.items.tolist() == items[:-1].tolist()


def test_time_tests_only_people_known_before_on_titles_liked_after() -> None:
    data = world()
    laid = plan(data, "time", seed=0, validation_users=10_000)
    assert len(laid.rounds) == 4
    for one in laid.rounds:
        cut = one.test.as_of
        assert one.test.known.times.max() < cut
        for case in one.test.cases:
            assert case.history.times.max() < cut
            assert not set(case.targets) & set(case.history.items)
        assert one.validation.known.times.max() < one.validation.as_of <= cut


def test_fold_in_never_trains_on_the_people_it_tests() -> None:
    laid = plan(world(), "fold-in", seed=0, validation_users=10_000)
    (one,) = laid.rounds
    assert (one.test.known.weights > 0).all()
    n_held = laid.interactions.n_users // 10
    assert one.test.known.n_users == laid.interactions.n_users - 2 * n_held
    for case in one.test.cases:
        assert len(case.targets) == max(int(0.2 * (len(case.targets) + len(case.history))), 1)
        assert (np.diff(case.history.times) >= 0).all()


def test_shuffling_the_future_changes_no_list() -> None:
    data = world()
    assert data.ratings is not None
    cut = float(np.quantile(data.times, 0.6))
    later = np.flatnonzero(data.times >= cut)
    items = data.items.copy()
    items[later] = np.random.default_rng(0).permutation(items[later])
    shuffled = Ratings(data.users, items, data.ratings, data.times, True, "")
    first, second = (plan(one, "time", seed=0, validation_users=50).rounds[0] for one in (data, shuffled))
    for a, b in ((first.test.known, second.test.known), (first.validation.known, second.validation.known)):
        assert np.array_equal(a.items, b.items)
        assert np.array_equal(a.times, b.times)
    for one, other in zip(first.validation.cases, second.validation.cases, strict=True):
        assert np.array_equal(one.targets, other.targets)


def test_what_cannot_be_evaluated_is_refused() -> None:
    with pytest.raises(Invalid, match="no protocol 'random'"):
        evaluate_ratings(world(), "random")
    with pytest.raises(Invalid, match="no model 'magic'"):
        evaluate_ratings(world(), "next", ["magic"])
    ordered = world()
    with pytest.raises(Invalid, match="needs times"):
        evaluate_ratings(Ratings(ordered.users, ordered.items, None, ordered.times, False, ""), "time")
    tiny = Ratings(np.zeros(2, np.int32), np.arange(2, dtype=np.int32), None, np.arange(2.0), True, "")
    for protocol in ("next", "fold-in", "cold"):
        with pytest.raises(Invalid, match="leaves nobody"):
            evaluate_ratings(tiny, protocol)


def test_two_rows_can_be_evaluated_in_time() -> None:
    tiny = Ratings(np.zeros(2, np.int32), np.arange(2, dtype=np.int32), None, np.arange(2.0), True, "")
    assert [model.name for model in evaluate_ratings(tiny, "time").models] == list(DEFAULT_MODELS)
