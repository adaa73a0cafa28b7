"""Train the recommender on everything in the log, and publish the result for all workers."""

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cinoche.bootstrap import Services, signal_weights
from cinoche.events import types
from cinoche.kit.errors import Unavailable
from cinoche.kit.lock import FolderLock
from cinoche.kit.progress import Progress, silent
from cinoche.library.models import TitleState, apply
from cinoche.recommend import artefact, registry
from cinoche.recommend.artefact import LEARNED_FROM, TitleFacts
from cinoche.recommend.registry import UNJUDGED, Verdict
from cinoche.recommend.state import ProfileState, SignalWeights, history_of

if TYPE_CHECKING:
    from cinoche.recommend.training import Interactions, Params

READ_STEP: Final = "Events read"
FIT_STEP: Final = "Model trained"
JUDGE_STEP: Final = "Model judged"
LOCK: Final = "train.lock"
PARAMS: Final = "params.json"
"""The parameters of every training of a folder of artefacts, where somebody chose some."""

GROUP: Final = "trainer"
"""The consumer group under which the log remembers how far trainings have come."""
HYPER: Final = "hyper"
_PERCENT: Final = 100

Titles = dict[str, TitleState]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training published, or that nothing was new; what was not ``promoted`` is kept and not served."""

    trained: bool
    version: str
    offset: int
    cpu_s: float
    metrics: Mapping[str, Any]
    promoted: bool = True
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    def lines(self) -> Sequence[str]:
        """Say the report in sentences."""
        if not self.trained and self.reason:
            return [f"Version {self.version} is in use and held there: {self.reason}"]
        if not self.trained:
            return [
                f"Version {self.version} has learned everything up to event {self.offset:,} already: nothing to do."
            ]
        users, interactions = self.metrics.get("users", 0), self.metrics.get("interactions", 0)
        learned = f"{interactions:,} interactions of {users:,} people, up to event {self.offset:,}"
        said = [f"Version {self.version} has learned {learned}, in {self.cpu_s:.1f} CPU seconds."]
        if not self.promoted:
            said.append(
                f"It is NOT served: {self.reason}. `cinoche model promote {self.version}` serves it all the same."
            )
        elif self.reason:
            said.append(f"It is served: {self.reason}.")
        return said


def train(
    services: Services, *, only_if_needed: bool = False, gate: bool = False, progress: Progress = silent
) -> TrainingReport:
    """Train on the whole log and publish; with ``only_if_needed``, not when the published model has learned it all.

    With ``gate``, what is worse than the published model is kept but not served (see `recommend.evaluation.referee`).
    """
    folder = services.settings.artefacts
    with FolderLock(services.settings.data_dir, LOCK, holder="a training"):
        if only_if_needed and (known := _published(services)) is not None:
            return known
        from cinoche.recommend.training import train as fit_all

        started = time.process_time()
        _clear(folder)
        facts, params = title_facts(services), chosen_params(folder)
        index = {each.title_id: item for item, each in enumerate(facts)}
        offset, as_of = services.log.end(), services.clock()
        interactions = read_interactions(services, index, offset=offset, progress=progress)
        verdict = judge(folder, interactions, facts, as_of, params, progress) if gate else UNJUDGED
        draft = fit_all(
            interactions,
            facts,
            as_of=as_of,
            offset=offset,
            params=params,
            progress=lambda _stage, share: progress(FIT_STEP, round(share * _PERCENT), _PERCENT),
        )
        draft = replace(draft, params={**draft.params, LEARNED_FROM: learned_from(services)})
        version = artefact.write(folder, draft)
        promoted = registry.settle(folder, version, verdict)
        artefact.prune(folder)
        services.log.commit(GROUP, offset)
        reason = verdict.reason if gate else ""
        if verdict.is_accepted and not promoted:
            reason = f"version {registry.pinned(folder)} is held in use"
        spent = time.process_time() - started
        return TrainingReport(True, version, offset, spent, dict(draft.metrics), promoted, reason)


def judge(
    folder: Path,
    interactions: "Interactions",
    facts: Sequence[TitleFacts],
    as_of: float,
    params: "Params",
    progress: Progress,
) -> Verdict:
    """Judge a training to come against what is published; where nothing is, whatever comes is better."""
    from cinoche.recommend.evaluation import referee

    try:
        current = artefact.open_current(folder)
    except Unavailable:
        return Verdict(True, "nothing was published before it")
    return referee.judge(
        interactions,
        facts,
        as_of=as_of,
        params=params,
        current=current,
        progress=lambda _stage, share: progress(JUDGE_STEP, round(share * _PERCENT), _PERCENT),
    )


def chosen_params(folder: Path) -> "Params":
    """The parameters that somebody chose for the trainings of this folder, or the usual ones."""
    from cinoche.recommend.training import Params
    from cinoche.recommend.training.params_file import read_params

    path = folder / PARAMS
    return read_params(path) if path.exists() else Params()


def choose_params(folder: Path, file: Path) -> None:
    """Use a file of parameters in this training and in those to come; raises Invalid where it is none."""
    from cinoche.recommend.training.params_file import read_params

    read_params(file)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / PARAMS)


def _clear(folder: Path) -> None:
    """Delete what a training that was killed had begun to write; the lock says that nobody is writing now."""
    for aside in folder.glob(f"{artefact.ASIDE}*"):
        shutil.rmtree(aside, ignore_errors=True)


def title_facts(services: Services) -> Sequence[TitleFacts]:
    """List what training knows of each title, in the order of the catalogue."""
    faces, tags = services.catalog.faces(), services.catalog.tags()
    also = {entry.title_id: tuple(entry.also) for entry in services.catalog.names().entries}
    return [
        TitleFacts(
            title_id=face.title_id,
            name=face.name,
            year=face.year,
            genres=face.genres,
            tags=tuple(tags.get(face.title_id, ())),
            people=tuple(person_id for person_id, _, _ in faces.people.get(face.title_id, ())),
            external=face.external,
            also=also.get(face.title_id, ()),
        )
        for face in faces.faces
    ]


def read_interactions(
    services: Services, index: Mapping[str, int], *, offset: int, progress: Progress = silent
) -> "Interactions":
    """Fold the whole log, person by person and title by title, into what one trains on."""
    from cinoche.recommend.training import Interactions

    people = _fold(services, offset, progress)
    weights: SignalWeights = signal_weights(services.settings)
    users, items, signals, times = [], [], [], []
    for user, titles in enumerate(people.values()):
        history = history_of(ProfileState(titles), index, weights, length=None)
        users += [user] * len(history)
        items += history.items.tolist()
        signals += history.weights.tolist()
        times += history.times.tolist()
    return Interactions.of(users, items, signals, times)


def _fold(services: Services, offset: int, progress: Progress) -> Mapping[str, Titles]:
    people: dict[str, Titles] = {}
    at = 0
    while at < offset:
        tail = services.log.read(at)
        for recorded in tail.events:
            title_id = recorded.event.data.get(types.TITLE_ID)
            if title_id is not None and recorded.offset <= offset:
                titles = people.setdefault(recorded.event.subject, {})
                titles[title_id] = apply(titles.get(title_id) or TitleState(title_id), recorded.event)
        if not tail.events:
            break
        at = tail.offset
        progress(READ_STEP, min(at, offset), offset)
    return people


def learned_from(services: Services) -> Mapping[str, Any]:
    """Tell what a model depends on besides the events: the catalogue's version, its licences, the signals' weights."""
    return {
        "catalogue": services.catalog.version(),
        "is_commercial": all(source.is_commercial for source in services.catalog.attributions()),
        "weights": asdict(signal_weights(services.settings)),
    }


def _published(services: Services) -> TrainingReport | None:
    """Tell what is published when it has learned the whole log, from the catalogue and the weights of now."""
    try:
        model = artefact.open_current(services.settings.artefacts)
    except Unavailable:
        return None
    if registry.pinned(services.settings.artefacts) is not None:
        return TrainingReport(
            False,
            model.version,
            model.offset,
            0.0,
            {},
            reason="`cinoche model promote VERSION` lets trainings publish.",
        )
    has_all = not services.log.read(model.offset, limit=1).events
    params = model.manifest.params
    is_of_now = params.get(LEARNED_FROM) == learned_from(services)
    is_as_chosen = params.get(HYPER, {}) == chosen_params(services.settings.artefacts).as_dict()[HYPER]
    is_known = has_all and is_of_now and is_as_chosen
    return TrainingReport(False, model.version, model.offset, 0.0, {}) if is_known else None
