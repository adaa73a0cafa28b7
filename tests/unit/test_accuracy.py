"""The page of accuracy is what its reports say, and says where we lose."""

from typing import Any

import msgspec
from tools.accuracy import PAGE, PEERS, REPORTS, by_protocol, filled, losses, read_reports


def interval(value: float, half: float = 0.01) -> dict[str, float]:
    return {"value": value, "low": value - half, "high": value + half}


def model(name: str, ndcg: float, ratio: float) -> dict[str, Any]:
    cost = {"fit_cpu_s": 1.0, "peak_rss_mb": 90.0, "request_p50_ms": 0.5, "request_p99_ms": 1.0}
    return {"name": name, "metrics": {"ndcg@10": interval(ndcg)}, "cost": cost, "ratio": {"ndcg@10": interval(ratio)}}


def report(*models: dict[str, Any]) -> dict[str, Any]:
    data = {"users": 1000, "items": 50, "interactions": 9000, "sha256": ""}
    return {"protocol": "time", "seed": 0, "data": data, "models": list(models)}


def peer(value: float) -> dict[str, Any]:
    return {
        "set": "tiny",
        "protocol": "time",
        "metric": "ndcg@10",
        "model": "Theirs",
        "value": value,
        "from": "a paper",
    }


WINS = {("tiny", "time"): report(model("popular-7d", 0.1, 1.0), model("ease", 0.2, 2.0), model("blend", 0.3, 3.0))}
DRAWS = {("tiny", "time"): report(model("popular-7d", 0.1, 1.0), model("ease", 0.1002, 1.002))}


def test_the_page_is_what_the_reports_say() -> None:
    page = PAGE.read_text(encoding="utf-8")
    peers = msgspec.json.decode(PEERS.read_bytes())
    assert filled(page, read_reports(REPORTS), peers) == page, "run `make docs-accuracy`"


def test_a_table_has_a_row_for_each_model_with_its_interval_and_ratio() -> None:
    lines = list(by_protocol("time", WINS))
    assert lines[0].startswith("**tiny** (1,000 people, 50 titles, 9,000 rows)")
    assert lines[-1] == "| blend | .3000 [.2900, .3100] | 3.00 [2.99, 3.01] | 1.0 | 0.50 |"
    assert list(by_protocol("stream", WINS)) == ["No report yet."]


def test_only_figures_that_beat_our_best_are_losses() -> None:
    assert list(losses(WINS, [peer(0.25)])) == ["Nowhere in what was measured."]
    *_, last = losses(WINS, [peer(0.25), peer(0.35)])
    assert last == "| tiny | time | ndcg@10 | blend .300 [.290, .310] | Theirs | .350 | a paper |"


def test_not_being_surely_above_the_bar_is_a_loss_too() -> None:
    *_, last = losses(DRAWS, [])
    assert last.startswith("| tiny | time | ndcg@10 | ease .100 [.090, .110] | popular-7d, or as good | .100")


def test_a_lower_error_of_somebody_else_is_a_loss() -> None:
    ours = model("factors", 0.0, 1.0) | {"metrics": {"rmse": interval(0.87)}, "ratio": {}}
    reports = {("tiny", "rating"): report(ours)}
    theirs = peer(0.86) | {"protocol": "rating", "metric": "rmse"}
    assert "Theirs" in list(losses(reports, [theirs]))[-1]
    assert list(losses(reports, [theirs | {"value": 0.9}])) == ["Nowhere in what was measured."]
