"""Experiments for people at a terminal: arms in a few words, and reports in a few lines."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from cinoche.bootstrap import Services
from cinoche.jobs.health import HealthWatch
from cinoche.kit.errors import Invalid, NotFound
from cinoche.recommend.experiments.design import AB, INTERLEAVED, Experiment
from cinoche.recommend.experiments.report import MISMATCH, NOT_YET, TOO_FEW, ArmReport, DrawsReport, Report, Reports

_SHARES: Final = frozenset({"calibration", "diversity", "exploration"})
_NAMES: Final = frozenset({"scorer", "version"})

VERDICTS: Final = {
    TOO_FEW: "too few profiles yet",
    MISMATCH: "the arms' sizes differ more than chance allows: something deals them unevenly",
    NOT_YET: "no winner yet",
}


def parse_arm(text: str) -> dict[str, Any]:
    """Read an arm: its name, and after a colon what it changes.

    >>> parse_arm("bold: scorer=ease, diversity=0.8")
    {'name': 'bold', 'scorer': 'ease', 'diversity': 0.8}
    """
    name, _, rest = text.partition(":")
    arm: dict[str, Any] = {"name": name.strip()}
    for part in filter(None, (each.strip() for each in rest.split(","))):
        key, _, value = (each.strip() for each in part.partition("="))
        if key in _NAMES and value:
            arm[key] = value
        elif key in _SHARES and value:
            arm[key] = _share(key, value)
        else:
            raise Invalid(
                f"{part!r} changes nothing.",
                where="--arm",
                remedy='Write "name: scorer=…, version=…, calibration=…, diversity=…, exploration=…", any of them.',
            )
    return arm


def _share(key: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise Invalid(f"{value!r} is not a number.", where=f"--arm {key}", remedy="Give a share, 0 to 1.") from None


def start(services: Services, name: str, arms: Sequence[str], *, share: float, is_interleaved: bool) -> Experiment:
    """Start an experiment of arms in words."""
    kind = INTERLEAVED if is_interleaved else AB
    parsed = [parse_arm(each) for each in arms]
    return services.experiments.start({"experiment_id": name, "kind": kind, "arms": parsed, "share": share})


def look(services: Services, name: str | None) -> Reports:
    """Draw up what experiments have shown by now, from the whole log; raises NotFound for an unknown one."""
    found = HealthWatch(services).reports()
    if name is None:
        return found
    chosen = tuple(each for each in found.reports if each.experiment.experiment_id == name)
    if not chosen:
        raise NotFound(f"there is no experiment {name!r}.", where="NAME", remedy="See `cinoche experiments list`.")
    return msgspec.structs.replace(found, reports=chosen)


def line(experiment: Experiment) -> str:
    """An experiment as a line of a list."""
    state = "runs   " if experiment.is_running else "stopped"
    arms = " | ".join(f"{arm.name}: {arm.says()}" for arm in experiment.arms)
    return f"{state}  {experiment.experiment_id}  {experiment.kind}  {experiment.share:.0%} of profiles  {arms}"


def lines(found: Reports) -> list[str]:
    """Reports as lines."""
    said = [each for report in found.reports for each in _report(report)]
    return [*(said or ["No experiment was ever started: cinoche experiments start NAME --arm … --arm …"]),
            *(_draws(found.draws) if found.draws else [])]  # fmt: skip


def _report(report: Report) -> list[str]:
    is_shared = report.experiment.kind == INTERLEAVED
    compared = [
        f"  {each.arm} against {report.arms[0].name}: {each.difference:+.2%} ({each.low:+.2%} to {each.high:+.2%}, "
        "however often you look)"
        for each in report.comparisons
    ]
    verdict = f"{report.winner} wins" if report.winner else VERDICTS[report.verdict]
    return [line(report.experiment), *(_arm(each, is_shared) for each in report.arms), *compared, f"  {verdict}"]


def _arm(arm: ArmReport, is_shared: bool) -> str:
    if arm.profiles is None or arm.shown is None:
        return f"  {arm.name}: fewer than five profiles"
    what = "of what was played" if is_shared else "played from"
    rate = "nothing yet"
    if arm.rate is not None and arm.low is not None and arm.high is not None:
        rate = f"{arm.rate:.2%} {what} ({arm.low:.2%} to {arm.high:.2%})"
    return f"  {arm.name}: {arm.profiles:,} profiles, {arm.shown:,} shown, {arm.played:,} played, {rate}"


def _draws(draws: DrawsReport) -> list[str]:
    values = (("as it is", draws.logged), ("IPS", draws.ips), ("SNIPS", draws.snips), ("DR", draws.doubly_robust))
    said = ", ".join(f"{name} {each.value:.2%} ({each.low:.2%} to {each.high:.2%})" for name, each in values)
    return [f"What {draws.places:,} drawn places earn, and would were nothing drawn: {said}"]
