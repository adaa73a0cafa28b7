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
from cinoche.recommend import artefact
from cinoche.recommend.artefact import LEARNED_FROM, TitleFacts
from cinoche.recommend.families import FAMILIES, family
from cinoche.recommend.state import ProfileState, SignalWeights, history_of

if TYPE_CHECKING:
    from cinoche.recommend.training import Interactions

READ_STEP: Final = "Events read"
FIT_STEP: Final = "Model trained"
LOCK: Final = "train.lock"
GROUP: Final = "trainer"
"""The consumer group under which the log remembers how far trainings have come."""
ASKED: Final = "asked"
"""Where a published model's parameters keep the families that somebody named."""
CPU_S: Final = "cpu_s/"
MEGABYTES: Final = "megabytes/"
_PERCENT: Final = 100

Titles = dict[str, TitleState]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training published, or that nothing was new."""

    trained: bool
    version: str
    offset: int
    cpu_s: float
    metrics: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    def lines(self) -> Sequence[str]:
        """Say the report in sentences."""
        if not self.trained:
            return [
                f"Version {self.version} has learned everything up to event {self.offset:,} already: nothing to do."
            ]
        users, interactions = self.metrics.get("users", 0), self.metrics.get("interactions", 0)
        learned = f"{interactions:,} interactions of {users:,} people, up to event {self.offset:,}"
        return [f"Version {self.version} has learned {learned}, in {self.cpu_s:.1f} CPU seconds.", *self._costs()]

    def _costs(self) -> Sequence[str]:
        spent = {name.removeprefix(CPU_S): cost for name, cost in self.metrics.items() if name.startswith(CPU_S)}
        width = max(map(len, spent), default=0)
        return [
            f"  {name:<{width}}  {cost:8.1f} CPU-s  {self.metrics.get(f'{MEGABYTES}{name}', 0.0):8.1f} MB"
            for name, cost in spent.items()
        ]


def train(
    services: Services, families: Sequence[str] = (), *, only_if_needed: bool = False, progress: Progress = silent
) -> TrainingReport:
    """Train on the whole log and publish; with ``only_if_needed``, not when the published model has learned it all.

    Named ``families`` are trained in place of the usual ones, by this training and by those after it that name none.
    Raises Invalid for an unknown name, Unavailable where its extra is not installed; nothing is read then.
    """
    folder = services.settings.artefacts
    asked = tuple(families) or _asked(folder)
    for name in asked:
        family(name)
    with FolderLock(services.settings.data_dir, LOCK, holder="a training"):
        if only_if_needed and (known := _published(services, asked)) is not None:
            return known
        from cinoche.recommend.training import Params
        from cinoche.recommend.training import train as fit_all

        started = time.process_time()
        _clear(folder)
        facts = title_facts(services)
        index = {each.title_id: item for item, each in enumerate(facts)}
        offset = services.log.end()
        interactions = read_interactions(services, index, offset=offset, progress=progress)
        draft = fit_all(
            interactions,
            facts,
            as_of=services.clock(),
            offset=offset,
            params=Params(families=asked) if asked else None,
            progress=lambda _stage, share: progress(FIT_STEP, round(share * _PERCENT), _PERCENT),
        )
        draft = replace(draft, params={**draft.params, LEARNED_FROM: learned_from(services), ASKED: asked})
        version = artefact.publish(folder, draft)
        artefact.prune(folder)
        services.log.commit(GROUP, offset)
        return TrainingReport(True, version, offset, time.process_time() - started, dict(draft.metrics))


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


def _asked(folder: Path) -> tuple[str, ...]:
    """The families that somebody named when the published model was trained; none where they were the usual ones."""
    try:
        published = artefact.open_current(folder).manifest.params.get(ASKED, ())
    except Unavailable:
        return ()
    return tuple(name for name in published if name in FAMILIES)


def _published(services: Services, asked: tuple[str, ...]) -> TrainingReport | None:
    """Tell what is published when it has learned the whole log, from the catalogue, weights and families of now."""
    try:
        model = artefact.open_current(services.settings.artefacts)
    except Unavailable:
        return None
    has_all = not services.log.read(model.offset, limit=1).events
    params = model.manifest.params
    is_of_now = params.get(LEARNED_FROM) == learned_from(services) and tuple(params.get(ASKED, ())) == asked
    return TrainingReport(False, model.version, model.offset, 0.0, {}) if has_all and is_of_now else None
