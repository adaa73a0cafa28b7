"""Evaluations kept as runs of MLflow: one run for the report, and under it one a model.

Nothing that serves reads them. Names of metrics have no ``@``, which MLflow refuses: ``ndcg@10`` is ``ndcg_at_10``.
"""

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from importlib import import_module, util
from pathlib import Path
from typing import Any, Final

import msgspec

from cinoche.kit.errors import Unavailable
from cinoche.recommend.evaluation.report import ModelReport, Report
from cinoche.recommend.training.fit import Params

STORE: Final = "mlflow.db"
ARTEFACTS: Final = "mlflow"
REPORT: Final = "report.json"
PARENT: Final = "mlflow.parentRunId"
_ASKED: Final = ("picks", "learning")
"""What a protocol may ask each model with, one row each."""


def check_installed() -> None:
    """Raise Unavailable where MLflow is missing, before anything is measured in vain."""
    if util.find_spec("mlflow") is None:
        raise Unavailable(
            "Tracking needs mlflow.", where="--track", remedy='Install it with `pip install "cinoche[tracking]"`.'
        )


def track(report: Report, folder: Path, data: str, *, params: Params | None = None) -> str:
    """Keep a report as runs in a store under this folder; returns the id of the run of the report."""
    check_installed()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow's own, about the libraries it uses
        client = import_module("mlflow").MlflowClient(f"sqlite:///{(folder / STORE).absolute()}")
        experiment = _experiment(client, f"cinoche/{report.protocol}", folder)
        run = client.create_run(experiment, run_name=f"{data} · {report.protocol}").info.run_id
        for name, value in _params(report, data, params).items():
            client.log_param(run, name, value)
        client.log_text(run, msgspec.json.format(msgspec.json.encode(report.as_dict()), indent=1).decode(), REPORT)
        for model in report.models:
            _track_model(client, experiment, run, model)
        client.set_terminated(run)
    return str(run)


def _experiment(client: Any, name: str, folder: Path) -> str:
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    return str(client.create_experiment(name, artifact_location=(folder / ARTEFACTS).absolute().as_uri()))


def _track_model(client: Any, experiment: str, parent: str, model: ModelReport) -> None:
    asked = {name: value for name in _ASKED if (value := getattr(model, name)) is not None}
    name = " · ".join([model.name, *(f"{key} {value}" for key, value in asked.items())])
    run = client.create_run(experiment, run_name=name, tags={PARENT: parent}).info.run_id
    for key, value in {"model": model.name, **asked}.items():
        client.log_param(run, key, value)
    for key, value in metrics_of(model):
        client.log_metric(run, key, value)
    client.set_terminated(run)


def metrics_of(model: ModelReport) -> Iterator[tuple[str, float]]:
    """The metrics of one model by names that MLflow takes, the ends of their intervals and the costs among them."""
    for name, found in model.metrics.items():
        plain = name.replace("@", "_at_")
        yield plain, found.value
        if found.low != found.high:
            yield f"{plain}_low", found.low
            yield f"{plain}_high", found.high
    for name, found in model.ratio.items():
        yield f"ratio_{name.replace('@', '_at_')}", found.value
    for name in ("fit_cpu_s", "peak_rss_mb", "request_p50_ms", "request_p99_ms"):
        yield name, float(getattr(model.cost, name))


def _params(report: Report, data: str, params: Params | None) -> Mapping[str, Any]:
    shape = report.data
    found = {"protocol": report.protocol, "seed": report.seed, "data": data, "sha256": shape.sha256}
    found |= {"users": shape.users, "items": shape.items, "interactions": shape.interactions}
    chosen = {} if params is None else params.hyper
    return found | {f"{family}.{name}": value for family, hyper in chosen.items() for name, value in hyper.items()}
