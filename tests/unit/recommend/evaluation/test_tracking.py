"""Evaluations kept as runs: one for the report, one a model, with names that MLflow takes."""

import warnings
from pathlib import Path

import pytest

from cinoche.recommend.evaluation.metrics import Interval
from cinoche.recommend.evaluation.report import Cost, Data, ModelReport, Report
from cinoche.recommend.evaluation.tracking import metrics_of, track
from cinoche.recommend.training import Params

pytest.importorskip("mlflow")

COST = Cost(1.5, 90.0, 0.1, 0.2)


def model(name: str, value: float, picks: int | None = None) -> ModelReport:
    found = Interval(value, value - 0.01, value + 0.01)
    return ModelReport(
        name, {"ndcg@10": found, "coverage": Interval(0.2, 0.2, 0.2)}, COST, picks=picks, ratio={"ndcg@10": found}
    )


def report() -> Report:
    return Report("cold", 3, Data(10, 20, 30, "abc"), [model("popular-7d", 0.1, 0), model("ease", 0.2, 5)])


def test_names_have_no_sign_that_is_refused_and_intervals_their_ends() -> None:
    found = dict(metrics_of(model("ease", 0.2)))
    assert found["ndcg_at_10"] == 0.2
    assert (found["ndcg_at_10_low"], found["ndcg_at_10_high"]) == pytest.approx((0.19, 0.21))
    assert found["fit_cpu_s"] == 1.5
    assert "coverage_low" not in found
    assert not any("@" in name for name in found)


def test_a_report_becomes_a_run_with_a_run_for_each_model(tmp_path: Path) -> None:
    from mlflow import MlflowClient

    run_id = track(report(), tmp_path, "ratings.csv", params=Params(hyper={"ease": {"reg": 30.0}}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = MlflowClient(f"sqlite:///{tmp_path / 'mlflow.db'}")
        run = client.get_run(run_id)
        runs = client.search_runs([run.info.experiment_id])
    assert run.data.params["protocol"] == "cold"
    assert run.data.params["ease.reg"] == "30.0"
    assert run.data.params["sha256"] == "abc"
    assert [path.name for path in (tmp_path / "mlflow").rglob("report.json")] == ["report.json"]
    children = {each.info.run_name: each for each in runs if each.info.run_id != run_id}
    assert set(children) == {"popular-7d · picks 0", "ease · picks 5"}
    assert children["ease · picks 5"].data.metrics["ndcg_at_10"] == 0.2
    assert children["ease · picks 5"].data.tags["mlflow.parentRunId"] == run_id
