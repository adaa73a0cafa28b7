"""Hyper-parameters found by trying: on the validation slice alone, by a seeded search that can be taken up again.

The slice is the first round's: what a later round validates on, an earlier one tests on.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, Final

import numpy as np

from cinoche.kit.errors import Invalid, Unavailable
from cinoche.recommend.evaluation.protocols import FOLD_IN, Plan, plan
from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.evaluation.tally import rank
from cinoche.recommend.families import family, hyper_of
from cinoche.recommend.training.fit import SERVED, Params
from cinoche.recommend.training.train import ground_of

Range = tuple[float, float]

_AROUND: Final = 8
"""How many times smaller or larger than its default a hyper-parameter may become."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the search found for one family: the value of the defaults, of the best, and after how many trials."""

    hyper: Mapping[str, Any]
    default_value: float
    value: float
    trials: int


@dataclass(frozen=True)
class Tuned:
    """The parameters with everything found in them, and how each was found."""

    params: Params
    found: Mapping[str, Found]

    def as_dict(self) -> dict[str, Any]:
        """How the parameters were found, as plain data."""
        return {
            name: {"hyper": dict(one.hyper), "from": one.default_value, "to": one.value, "trials": one.trials}
            for name, one in self.found.items()
        }

    def lines(self) -> Sequence[str]:
        """The search in sentences."""
        return [
            f"{name}: {one.default_value:.4f} by default, {one.value:.4f} after {one.trials} trials, with "
            + ", ".join(f"{each} {value:.4g}" for each, value in one.hyper.items())
            for name, one in self.found.items()
        ]


def ranges(name: str) -> dict[str, Range]:
    """Between what each hyper-parameter of a family is looked for: around its default, shares below 1."""
    found: dict[str, Range] = {}
    for each, default in hyper_of(family(name)).items():
        if isinstance(default, bool) or not isinstance(default, int | float) or default <= 0:
            continue
        most = default * _AROUND
        if isinstance(default, float) and default < 1:
            most = min(most, 1.0)
        least = max(default // _AROUND, 1) if isinstance(default, int) else default / _AROUND
        found[each] = (least, most)
    return found


def tune(
    ratings: Ratings,
    protocol: str,
    models: Iterable[str] = SERVED,
    *,
    storage: str,
    trials: int = 20,
    minutes: float = 10.0,
    seed: int = 0,
    params: Params | None = None,
    progress: Callable[[str, float], None] = lambda _stage, _share: None,
) -> Tuned:
    """Look for hyper-parameters of families, one family after another, until the trials or the minutes are over.

    ``storage`` is the URL of a database: a search that was cut short goes on where it stopped. The defaults are tried
    first, so that what is found is never worse on the slice.
    """
    names = list(models)
    for name in names:
        if not ranges(name):
            raise Invalid(f"The model {name!r} has nothing to tune.", where="model", remedy="Name another.")
    chosen = replace(params or Params(), seed=seed)
    if protocol == FOLD_IN:
        chosen = replace(chosen, min_ratings=1)
    laid = plan(ratings, protocol, seed=seed, validation_users=chosen.validation_users)
    ends_at = time.monotonic() + 60 * minutes
    found = {}
    for k, name in enumerate(names):
        seconds = max(ends_at - time.monotonic(), 1.0) / (len(names) - k)
        study = _study(storage, f"{name} · {protocol} · {ratings.sha256[:12]} · {seed}", seed)
        report = _Share(progress, name, k / len(names), 1 / len(names), trials)
        found[name] = _search(study, _objective(laid, name, chosen), name, trials, seconds, report)
    progress("done", 1.0)
    hyper = {**chosen.hyper, **{name: {**chosen.hyper.get(name, {}), **one.hyper} for name, one in found.items()}}
    return Tuned(replace(params or Params(), hyper=hyper, seed=seed), found)


def _objective(laid: Plan, name: str, params: Params) -> Callable[[Mapping[str, Any]], float]:
    split = laid.rounds[0].validation
    if not split.cases:
        raise Invalid("The validation slice has nobody in it.", where="interactions", remedy="Give a larger file.")
    ground = ground_of(split.known, laid.n_items, split.as_of, params)

    def value(hyper: Mapping[str, Any]) -> float:
        one = family(name, {**params.hyper.get(name, {}), **hyper})
        ranked, _ = rank(one.scorer(one.fit(ground), laid.n_items), split.cases, laid.n_items, laid.n)
        return float(np.mean(ranked.ndcg(laid.n)))

    return value


def _search(
    study: Any,
    objective: Callable[[Mapping[str, Any]], float],
    name: str,
    trials: int,
    seconds: float,
    report: Callable[[Any, Any], None],
) -> Found:
    within, defaults = ranges(name), hyper_of(family(name))
    start = {each: defaults[each] for each in within}

    def attempt(trial: Any) -> float:
        drawn = {each: _draw(trial, each, *bounds, default=start[each]) for each, bounds in within.items()}
        return objective(drawn)

    done = _complete(study)
    if not done:
        study.enqueue_trial(start)
    if len(done) < trials:
        study.optimize(attempt, n_trials=trials - len(done), timeout=seconds, callbacks=[report])
    done = _complete(study)
    best = max(done, key=lambda trial: (trial.value, -trial.number))
    return Found(dict(best.params), float(done[0].value), float(best.value), len(done))


def _draw(trial: Any, name: str, low: float, high: float, *, default: float) -> Any:
    if isinstance(default, int):
        return trial.suggest_int(name, int(low), int(high), log=True)
    return trial.suggest_float(name, low, high, log=True)


def _complete(study: Any) -> list[Any]:
    return [trial for trial in study.get_trials(deepcopy=False) if trial.state.name == "COMPLETE"]


def _study(storage: str, name: str, seed: int) -> Any:
    try:
        optuna = import_module("optuna")
    except ImportError as error:
        raise Unavailable(
            "Tuning needs optuna.", where="tune", remedy='Install it with `pip install "cinoche[tune]"`.'
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(storage=storage, study_name=name, direction="maximize", load_if_exists=True)
    study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.get_trials(deepcopy=False)))
    return study


@dataclass(frozen=True)
class _Share:
    """Tells the share of a search that is done after each trial."""

    progress: Callable[[str, float], None]
    name: str
    start: float
    length: float
    trials: int

    def __call__(self, study: Any, _trial: Any) -> None:
        self.progress(f"tune {self.name}", self.start + self.length * min(len(_complete(study)) / self.trials, 1.0))
