"""What arms are made of: the model and the scorer that answer for a profile, and other versions than the one in use."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from cinoche.events.ports import EventLog
from cinoche.kit.errors import Unavailable
from cinoche.recommend.artefact import MANIFEST, Answered, Model, open_version
from cinoche.recommend.blend import SITUATIONS, Blend
from cinoche.recommend.experiments.design import BLEND, Arm
from cinoche.recommend.live import Learner
from cinoche.recommend.state import SignalWeights
from cinoche.recommend.statistics import History

MOST_VERSIONS: Final = 4
"""Other versions than the one in use that a worker holds open at most."""


def can_serve(model: Model, arm: Arm) -> bool:
    """Tell whether a model has the scorer that an arm names."""
    return arm.scorer in {"", BLEND, *model.scorers}


def scorers_of(model: Model) -> list[str]:
    """The scorers of a model that an arm may name."""
    return [BLEND, *sorted(model.scorers)]


def scored_by(model: Model, scorer: str, history: History) -> Answered:
    """Score a history as everybody's is where no scorer is named, else by one scorer alone or the blend."""
    if not scorer:
        return model.scored(history)
    known = history.where(history.items < model.n_items)
    if scorer == BLEND:
        return model.blend.scored(known)
    weights = {situation: {scorer: 1.0} for situation in SITUATIONS}
    return Blend({scorer: model.scorers[scorer]}, weights, scorer).scored(known)


def name_of(model: Model, scorer: str) -> str:
    """How impressions name what scored a page."""
    return scorer or model.blend.name


class Bench:
    """Versions of the model that experiments need besides the one in use, each caught up before it answers."""

    def __init__(self, log: EventLog, folder: Path, weights: SignalWeights) -> None:
        self._log = log
        self._folder = folder
        self._weights = weights
        self._learners: dict[str, Learner] = {}

    def learner(self, version: str) -> Learner | None:
        """Give a version that knows all that the log says; None where it is gone, or has not read that far yet."""
        if not (self._folder / version / MANIFEST).exists():
            self._learners.pop(version, None)
            return None
        if version not in self._learners:
            if len(self._learners) >= MOST_VERSIONS:
                return None
            try:
                self._learners[version] = Learner(self._log, open_version(self._folder, version), self._weights)
            except Unavailable:
                return None
        learner = self._learners[version]
        return learner if learner.step() else None

    def all(self) -> Collection[Learner]:
        """Every version that is held open."""
        return self._learners.values()

    def keep(self, versions: Collection[str]) -> None:
        """Let go of the versions that no experiment needs any more."""
        for version in [each for each in self._learners if each not in versions]:
            del self._learners[version]
