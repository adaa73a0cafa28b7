"""The walk in time: what is asked, how fresh what is known is, and that nobody looks ahead."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation import Ratings, evaluate, table
from cinoche.recommend.evaluation.protocols import weighted
from cinoche.recommend.evaluation.stream import WeekLive, stream
from cinoche.recommend.families import Ground, family
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.scorers import CROWD, Scorer
from cinoche.recommend.statistics import Doubles, Floats, History, Ints
from cinoche.recommend.training.mixing import gate_weights, mix
from cinoche.recommend.training.walk import DAILY, FROZEN, HOURLY, LIVE, Walk

START = 1_600_000_000.0 - 1_600_000_000.0 % DAY_S


def fashions(seed: int = 0, n_rows: int = 3000, n_items: int = 60) -> Ratings:
    """What is chosen changes every few hours: who knows only yesterday's fashion knows little."""
    rng = np.random.default_rng(seed)
    times = START + np.sort(rng.random(n_rows)) * 10 * DAY_S
    now_in = (((times - START) // (6 * HOUR_S)).astype(int) * 7) % n_items
    items = np.where(
        rng.random(n_rows) < 0.7, (now_in + rng.integers(0, 4, n_rows)) % n_items, rng.integers(0, n_items, n_rows)
    )
    users = rng.integers(0, 300, n_rows)
    _, first = np.unique(users * n_items + items, return_index=True)
    kept = np.sort(first)
    return Ratings(
        users[kept].astype(np.int32), items[kept].astype(np.int32), np.full(len(kept), 5.0), times[kept], True, "0" * 64
    )


class Watchful:
    """A scorer that notes what it was told before each question."""

    name = "watchful"

    def __init__(self) -> None:
        self.told: list[float] = []
        self.latest_at = 0.0

    def score(self, history: History) -> Floats:  # noqa: ARG002
        return np.zeros(60, np.float32)

    def explain(self, history: History, items: object) -> Floats:  # noqa: ARG002
        return np.zeros((len(history), 0), np.float32)

    def learn(self, persons: Ints, items: Ints, weights: Floats, times: Doubles) -> None:  # noqa: ARG002
        self.told += times.tolist()
        self.latest_at = max(self.latest_at, float(times.max()))

    def forget(self, person: int) -> None:  # noqa: ARG002
        raise AssertionError("nobody is forgotten on a walk")


def the_walk(rows: Interactions, limit: int = 10_000) -> Walk:
    return Walk(rows, float(np.quantile(rows.times, 0.8)), np.inf, limit)


@pytest.mark.parametrize("learning", [LIVE, HOURLY, DAILY, FROZEN])
def test_what_others_did_is_known_as_late_as_the_learning_says(learning: str) -> None:
    rows = weighted(fashions())
    walk, pupil = the_walk(rows), Watchful()
    asked = 0
    for question in walk.questions([pupil], learning):
        asked += 1
        at = float(rows.times[question.row])
        before = rows.times[(rows.times >= walk.start_at) & (rows.times < at)]
        until = {LIVE: at, HOURLY: at // HOUR_S * HOUR_S, DAILY: at // DAY_S * DAY_S, FROZEN: -np.inf}[learning]
        assert sorted(pupil.told) == sorted(before[before < until].tolist())
        assert (question.history.times <= at).all()
        assert len(question.history) == np.count_nonzero((rows.users == rows.users[question.row]) & (rows.times < at))
    assert asked == len(walk.asked) > 100


def test_a_limit_spreads_the_questions_over_the_whole_slice() -> None:
    rows = weighted(fashions())
    walk = the_walk(rows, 50)
    assert 40 <= len(walk.asked) <= 50
    times = rows.times[walk.asked]
    assert times.min() < walk.start_at + DAY_S
    assert times.max() > rows.times.max() - DAY_S


def test_learning_at_once_is_worth_what_the_data_make_it_worth() -> None:
    report = stream(fashions(), ["popular-7d", "popular-live", "blend"], learning=[FROZEN, LIVE, DAILY], limit=400)
    found = {(model.name, model.learning): model.metrics["ndcg@10"] for model in report.models}
    assert [model.learning for model in report.models[:3]] == [LIVE, DAILY, FROZEN]
    assert found["blend", LIVE].low > found["blend", DAILY].high
    assert found["blend", LIVE].value > 1.5 * found["popular-7d", LIVE].value
    over = next(
        each for each in report.comparisons if (each.name, each.than, each.than_learning) == ("blend", "blend", DAILY)
    )
    assert over.difference.low > 0
    assert "blend live over popular-7d live" in table(report)


def test_the_model_best_finds_more_than_the_blend_that_it_stands_on() -> None:
    pytest.importorskip("lightgbm", reason="the extra `ranker` is not installed")
    rows = fashions(n_rows=6000, n_items=200)
    report = stream(rows, ["popular-7d", "blend", "best"], limit=200)
    found = {model.name: model.metrics["ndcg@10"].value for model in report.models}
    assert found["best"] > found["blend"] > found["popular-7d"]


def test_shuffling_the_future_changes_no_earlier_answer() -> None:
    rows = weighted(fashions())
    at = float(np.quantile(rows.times, 0.9))
    later = np.flatnonzero(rows.times >= at)
    items = rows.items.copy()
    items[later] = np.random.default_rng(1).permutation(items[later])
    assert answers(replace(rows, items=items), at) == answers(rows, at)


def answers(rows: Interactions, until: float) -> list[list[float]]:
    walk = the_walk(rows, 300)
    crowd = opened(walk.known())
    found = []
    for question in walk.questions([crowd], LIVE):
        if float(rows.times[question.row]) >= until:
            return found
        found.append(crowd.score(question.history).tolist())
    raise AssertionError("the walk ends before the future begins")


def opened(known: Interactions) -> Scorer:
    one = family(CROWD)
    return one.scorer(one.fit(Ground(known, 60, float(known.times.max()))), 60)


def test_a_model_that_was_given_the_test_period_is_caught() -> None:
    rows = weighted(fashions())
    with pytest.raises(Invalid, match=r"'crowd' knows of an event at \d+, which is asked about at \d+"):
        next(iter(the_walk(rows).questions([opened(rows)], LIVE)))


def test_last_weeks_popularity_forgets_after_seven_days() -> None:
    week = WeekLive(3)
    week.learn(*columns([0, 0, 1], [1, 1, 1], [0.0, 1.0, 5 * DAY_S]))
    early = week.score(replace(History.of([]), now=6 * DAY_S))
    assert early[0] > early[1] > early[2]
    late = week.score(replace(History.of([]), now=8 * DAY_S))
    assert late[1] > late[0] > late[2]


def columns(items: list[int], weights: list[float], times: list[float]) -> tuple[Ints, Ints, Floats, Doubles]:
    n = len(items)
    return np.arange(n, dtype=np.int32), np.array(items, np.int32), np.array(weights, np.float32), np.array(times)


def test_the_weights_are_those_under_which_the_targets_were_likeliest() -> None:
    rng = np.random.default_rng(0)
    is_first = rng.random(4000) < 0.7
    chances = np.where(is_first[:, None], [[0.5, 0.0]], [[0.0, 0.5]])
    np.testing.assert_allclose(mix(chances), [is_first.mean(), 1 - is_first.mean()], atol=1e-6)
    assert mix(np.zeros((0, 3))).tolist() == pytest.approx([1 / 3] * 3)
    by_span = gate_weights(["a", "b"], chances, np.where(is_first, 0, 1), n_spans=2)
    assert by_span["a"][0] > 0.95
    assert by_span["b"][1] > 0.9


@pytest.mark.parametrize("wrong", [{"learning": ["yearly"]}, {"protocol": "stream"}])
def test_what_cannot_be_walked_is_refused_with_what_would_be_right(wrong: dict[str, object], tmp_path: Path) -> None:
    if "learning" in wrong:
        with pytest.raises(Invalid, match=r"no learning 'yearly'.*live, hourly, daily, frozen"):
            stream(fashions(), ["popular-7d"], learning=["yearly"])
    else:
        path = tmp_path / "order.csv"
        path.write_text("user,item,order\n1,2,0\n1,3,1\n")
        with pytest.raises(Invalid, match=r"'stream' needs times"):
            evaluate(path, "stream", ["popular-7d"])


def test_the_report_says_how_often_each_row_learnt() -> None:
    report = stream(fashions(), ["popular-7d"], learning=[LIVE, FROZEN], limit=50)
    plain = msgspec.json.decode(msgspec.json.encode(report.as_dict()))
    assert [(row["name"], row["learning"]) for row in plain["models"]] == [("popular-7d", LIVE), ("popular-7d", FROZEN)]
    assert "learning" in table(report).splitlines()[1]
