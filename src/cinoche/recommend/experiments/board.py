"""Starting and stopping experiments: acts of an operator, kept in the log like everything else that happens."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.events.ports import EventLog
from cinoche.kit.clock import Clock, system_clock
from cinoche.kit.errors import Conflict, Invalid, NotFound, Unavailable
from cinoche.kit.ids import random_id
from cinoche.recommend import artefact
from cinoche.recommend.experiments.arms import MOST_VERSIONS
from cinoche.recommend.experiments.design import BLEND, Arm, Experiment, check, fold, started
from cinoche.recommend.scorers import CROWD

SOURCE: Final = "cinoche:experiments"
MOST_RUNNING: Final = 10


class Experiments:
    """The experiments of an installation, read from its log."""

    def __init__(self, log: EventLog, artefacts: Path, *, clock: Clock = system_clock) -> None:
        self._log = log
        self._artefacts = artefacts
        self._clock = clock

    def all(self) -> Sequence[Experiment]:
        """Every experiment that was ever started, the oldest first."""
        return fold((), self._log.read_subject(types.EXPERIMENTS))

    def running(self) -> Sequence[Experiment]:
        """The experiments that nobody has stopped."""
        return [each for each in self.all() if each.is_running]

    def start(self, declared: dict[str, Any]) -> Experiment:
        """Start an experiment; it takes effect at the next page of every worker.

        Raises Invalid where it could tell nothing, NotFound where an arm names what there is not, Conflict where
        enough experiments run.
        """
        fields = types.parse_data(types.EXPERIMENT_STARTED, {**declared, "salt": random_id()}, where="experiment")
        event = self._event(types.EXPERIMENT_STARTED, fields)
        experiment, running = started(event), self.running()
        check(experiment, running)
        if len(running) >= MOST_RUNNING:
            raise Conflict(f"{MOST_RUNNING} experiments run.", where="experiments", remedy="Stop one of them.")
        versions = {version for each in (*running, experiment) for version in each.versions}
        if len(versions) > MOST_VERSIONS:
            raise Conflict(
                f"experiments would need {len(versions)} versions of the model at once, {MOST_VERSIONS} at most.",
                where="arms",
                remedy="Stop an experiment first.",
            )
        for arm in experiment.arms:
            self._check_arm(arm)
        self._log.append([event]).result()
        return experiment

    def stop(self, experiment_id: str) -> Experiment:
        """Stop an experiment; raises NotFound for an unknown one, Conflict for one that was stopped."""
        found = next((each for each in self.all() if each.experiment_id == experiment_id), None)
        if found is None:
            raise NotFound(
                f"there is no experiment {experiment_id[:64]!r}.",
                where="name",
                remedy="See `cinoche experiments list`.",
            )
        if not found.is_running:
            raise Conflict("it was stopped already.", where=experiment_id, remedy="Nothing is left to do.")
        self._log.append([self._event(types.EXPERIMENT_STOPPED, {"experiment_id": experiment_id})]).result()
        return next(each for each in self.all() if each.experiment_id == experiment_id)

    def missing(self, experiment: Experiment) -> Sequence[str]:
        """Name the arms that cannot be served any more: nobody gets them, and nothing is counted of them."""
        return [arm.name for arm in experiment.arms if not self._has(arm)]

    def scorers(self, version: str = "") -> Sequence[str]:
        """The scorers that an arm may name, of a version or of the one in use."""
        wanted = version or artefact.current_version(self._artefacts)
        if wanted is None:
            return []
        try:
            families = artefact.manifest_of(self._artefacts, wanted).recipe.families
        except Unavailable:
            return []
        return [BLEND, *sorted(set(families) - {CROWD})]

    def _has(self, arm: Arm) -> bool:
        is_there = not arm.version or arm.version in artefact.versions(self._artefacts)
        return is_there and (not arm.scorer or arm.scorer in self.scorers(arm.version))

    def _check_arm(self, arm: Arm) -> None:
        known = artefact.versions(self._artefacts)
        if arm.version and arm.version not in known:
            raise NotFound(
                f"there is no version {arm.version!r} of the model.",
                where=f"arm {arm.name}",
                remedy=f"There are: {', '.join(known) or 'none'}.",
            )
        if arm.scorer and arm.scorer not in self.scorers(arm.version):
            raise Invalid(
                f"the model has no scorer {arm.scorer!r}.",
                where=f"arm {arm.name}",
                remedy=f"Choose among {', '.join(self.scorers(arm.version)) or 'none: train first'}.",
            )

    def _event(self, type_name: str, fields: dict[str, Any]) -> Event:
        return Event(SOURCE, random_id(), type_name, types.EXPERIMENTS, self._clock(), fields)
