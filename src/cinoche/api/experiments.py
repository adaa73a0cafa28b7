"""Experiments over HTTP, for operators: what runs, what it has shown, and the acts of starting and stopping."""

from typing import Any, Final

import msgspec
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cinoche.api import schemas_experiments as schemas
from cinoche.api.access import PREFIX
from cinoche.api.answers import answer, described
from cinoche.api.door import DoorRoute
from cinoche.api.services import house_of
from cinoche.bootstrap import Services
from cinoche.kit.clock import to_rfc3339
from cinoche.recommend import artefact
from cinoche.recommend.experiments.design import Experiment
from cinoche.recommend.experiments.report import TOO_FEW, ArmReport, DrawsReport, Report, Value, read

router = APIRouter(prefix=PREFIX, route_class=DoorRoute, tags=["studio"])

DIGITS: Final = 4


@router.get(
    "/studio/experiments",
    summary="Every experiment, the newest first, and what it has shown",
    responses=described(schemas.Experiments),
)
async def list_experiments(request: Request) -> Response:
    """Show experiments with their arms, intervals and verdicts, drawn at most every minute."""
    house = house_of(request)
    return answer(await run_in_threadpool(_all, house))


@router.post(
    "/studio/experiments",
    summary="Start an experiment",
    status_code=201,
    responses=described(schemas.Experiment, status=201),
)
async def start_experiment(request: Request, new: schemas.NewExperiment) -> Response:
    """Start an experiment; the very next page of every profile that takes part is its arm's."""
    house, declared = house_of(request), new.model_dump(exclude_none=True)
    started = await run_in_threadpool(house.experiments.start, declared)
    return answer(_experiment(house, started, None), status=201)


@router.post(
    "/studio/experiments/{experiment_id}/stop",
    summary="Stop an experiment",
    responses=described(schemas.Experiment),
)
async def stop_experiment(request: Request, experiment_id: str) -> Response:
    """Stop an experiment; everybody gets what everybody gets, and what it showed stays."""
    house = house_of(request)

    def stop() -> dict[str, Any]:
        stopped = house.experiments.stop(experiment_id)
        return _experiment(house, stopped, _reports(house).get(_key(stopped)))

    return answer(await run_in_threadpool(stop))


def _all(house: Services) -> dict[str, Any]:
    drawn, found = read(house.settings.data_dir), _reports(house)
    experiments = reversed(house.experiments.all())
    return {
        "items": [_experiment(house, each, found.get(_key(each))) for each in experiments],
        "drawn_at": None if drawn is None else to_rfc3339(drawn.at),
        "draws": None if drawn is None or drawn.draws is None else _draws(drawn.draws),
        "scorers": list(house.experiments.scorers()),
        "versions": artefact.versions(house.settings.artefacts),
    }


def _reports(house: Services) -> dict[tuple[str, float], Report]:
    drawn = read(house.settings.data_dir)
    return {} if drawn is None else {_key(each.experiment): each for each in drawn.reports}


def _key(experiment: Experiment) -> tuple[str, float]:
    return experiment.experiment_id, experiment.started_at


def _experiment(house: Services, each: Experiment, report: Report | None) -> dict[str, Any]:
    missing = set(house.experiments.missing(each)) if each.is_running else set()
    known = {arm.name: arm for arm in report.arms} if report else {}
    arms = [
        {
            **msgspec.to_builtins(arm),
            "is_missing": arm.name in missing,
            **_figures(known.get(arm.name) or ArmReport(arm.name, "")),
        }
        for arm in each.arms
    ]
    return {
        "experiment_id": each.experiment_id,
        "kind": each.kind,
        "share": each.share,
        "started_at": to_rfc3339(each.started_at),
        "stopped_at": None if each.stopped_at is None else to_rfc3339(each.stopped_at),
        "arms": arms,
        "comparisons": [_rounded(msgspec.to_builtins(c)) for c in report.comparisons] if report else [],
        "verdict": report.verdict if report else TOO_FEW,
        "winner": report.winner if report else None,
    }


def _figures(arm: ArmReport) -> dict[str, Any]:
    names = ("profiles", "shown", "played", "completed", "rate", "low", "high")
    return _rounded({name: getattr(arm, name) for name in names})


def _draws(draws: DrawsReport) -> dict[str, Any]:
    values = {name: getattr(draws, name) for name in ("logged", "ips", "snips", "doubly_robust")}
    shaped = {name: _rounded(msgspec.to_builtins(each)) for name, each in values.items() if isinstance(each, Value)}
    return {"places": draws.places, "effective": round(draws.effective), **shaped}


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(each, DIGITS) if isinstance(each, float) else each for name, each in values.items()}
