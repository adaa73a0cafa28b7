"""What experiments have shown so far: figures with intervals, and a winner or "not yet"."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from cinoche.recommend.experiments.design import INTERLEAVED, Experiment
from cinoche.recommend.experiments.estimators import (
    Estimate,
    Logged,
    anytime,
    doubly_robust,
    ips,
    mismatch,
    ratio,
    share,
    snips,
)
from cinoche.recommend.experiments.tally import Counts, Trials

FILE: Final = "experiments.json"
"""Where the reports last drawn are found, in the data folder."""

FEWEST_PROFILES: Final = 5
"""Of fewer people nothing is said: a small number points at somebody."""

ENOUGH_PROFILES: Final = 30
"""Of so many in each arm something may be concluded."""

LEVEL: Final = 0.95
SCALE: Final = 0.02
"""The difference of rates that one hopes to find: two points."""
SCALE_OF_SHARES: Final = 0.1

BROKEN: Final = 0.001
"""Arms whose sizes differ so unlikely much were not dealt evenly: nothing is concluded from them."""

TOO_FEW: Final = "too_few"
MISMATCH: Final = "mismatch"
NOT_YET: Final = "not_yet"
WINNER: Final = "winner"


class ArmReport(msgspec.Struct, frozen=True):
    """One arm: how many profiles were shown how much, what they played of it, and the rate with its interval.

    All is None where there are too few profiles to say anything of them.
    """

    name: str
    says: str
    profiles: int | None = None
    shown: int | None = None
    played: int | None = None
    completed: int | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None


class Comparison(msgspec.Struct, frozen=True):
    """How much better an arm is than the first, between bounds that hold however often one looks."""

    arm: str
    difference: float
    low: float
    high: float


class Report(msgspec.Struct, frozen=True):
    """One experiment, what its arms came to, and what can be concluded."""

    experiment: Experiment
    arms: tuple[ArmReport, ...]
    comparisons: tuple[Comparison, ...]
    verdict: str
    winner: str | None = None
    mismatch: float | None = None


class Value(msgspec.Struct, frozen=True):
    """An estimate between its bounds."""

    value: float
    low: float
    high: float


class DrawsReport(msgspec.Struct, frozen=True):
    """What the places that are drawn at times earn, and what they would earn were nothing ever drawn."""

    places: int
    effective: float
    logged: Value
    ips: Value
    snips: Value
    doubly_robust: Value


class Reports(msgspec.Struct, frozen=True):
    """Everything that experiments have shown, at one moment."""

    at: float
    reports: tuple[Report, ...] = ()
    draws: DrawsReport | None = None


def read(folder: Path) -> Reports | None:
    """Read the reports last drawn; None where there are none that can be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Reports)
    except (OSError, msgspec.MsgspecError):
        return None


def reports(experiments: Sequence[Experiment], trials: Trials, now: float) -> Reports:
    """Draw up what every experiment has shown, the newest first."""
    return Reports(now, tuple(report(each, trials) for each in reversed(experiments)), of_draws(trials.draws.never()))


def report(experiment: Experiment, trials: Trials) -> Report:
    """Draw up what one experiment has shown."""
    counts = [trials.counts(experiment.experiment_id, arm.name) for arm in experiment.arms]
    if any(each.profiles < FEWEST_PROFILES for each in counts):
        return Report(experiment, tuple(ArmReport(arm.name, arm.says()) for arm in experiment.arms), (), TOO_FEW)
    is_shared = experiment.kind == INTERLEAVED
    rates = _shares(counts) if is_shared else [share(each.played, each.shown, LEVEL) for each in counts]
    arms = tuple(
        _arm(arm.name, arm.says(), each, rate)
        for arm, each, rate in zip(experiment.arms, counts, rates, strict=True)
    )  # fmt: skip
    comparisons = _comparisons(experiment, rates)
    oddness = None if is_shared else mismatch([each.profiles for each in counts])
    verdict, winner = _verdict(arms, comparisons, oddness)
    return Report(experiment, arms, comparisons, verdict, winner, oddness)


def of_draws(logged: Logged) -> DrawsReport | None:
    """Draw up what never drawing would earn; None where too few profiles had places that were drawn."""
    if len({*logged.clusters.tolist()}) < FEWEST_PROFILES or not logged.targets.any():
        return None
    own = Logged.of(logged.rewards, logged.propensities, logged.propensities, logged.clusters)
    judged = snips(logged)
    estimates = [_value(each) for each in (ips(own), ips(logged), judged, doubly_robust(logged))]
    return DrawsReport(len(logged.rewards), judged.effective, *estimates)


def _arm(name: str, says: str, counts: Counts, rate: tuple[float, float, float, float]) -> ArmReport:
    value, low, high, _ = rate
    sums = (int(each.sum()) for each in (counts.shown, counts.played, counts.completed))
    known = (None, None, None) if math.isnan(value) else (value, max(low, 0.0), min(high, 1.0))
    return ArmReport(name, says, counts.profiles, *sums, *known)


def _shares(counts: Sequence[Counts]) -> list[tuple[float, float, float, float]]:
    """The share that each of two has of what was played of both."""
    both = counts[0].played + counts[1].played
    return [ratio(each.played, both, LEVEL) for each in counts]


def _comparisons(experiment: Experiment, rates: Sequence[tuple[float, float, float, float]]) -> tuple[Comparison, ...]:
    if experiment.kind == INTERLEAVED:
        value, _, _, error = rates[1]
        found = [(experiment.arms[1].name, 2 * (value - 0.5), 2 * error, 2 * SCALE_OF_SHARES)]
    else:
        value, _, _, error = rates[0]
        found = [
            (arm.name, other - value, math.hypot(error, of_other), SCALE)
            for arm, (other, _, _, of_other) in zip(experiment.arms[1:], rates[1:], strict=True)
        ]
    level = 1 - (1 - LEVEL) / len(found)
    compared = []
    for name, difference, error, scale in found:
        low, high = anytime(difference, error, scale, level)
        if math.isfinite(low + high):
            compared.append(Comparison(name, difference, low, high))
    return tuple(compared)


def _verdict(
    arms: Sequence[ArmReport], comparisons: Sequence[Comparison], oddness: float | None
) -> tuple[str, str | None]:
    if any((each.profiles or 0) < ENOUGH_PROFILES for each in arms) or len(comparisons) < len(arms) - 1:
        return TOO_FEW, None
    if oddness is not None and oddness < BROKEN:
        return MISMATCH, None
    better = [each for each in comparisons if each.low > 0]
    if better:
        return WINNER, max(better, key=lambda each: each.difference).arm
    if all(each.high < 0 for each in comparisons):
        return WINNER, arms[0].name
    return NOT_YET, None


def _value(estimate: Estimate) -> Value:
    return Value(estimate.value, estimate.low, estimate.high)
