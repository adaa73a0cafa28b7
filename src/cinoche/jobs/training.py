"""Train the recommender on everything in the log, and publish the result for all workers."""

import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from cinoche.bootstrap import Services, signal_weights
from cinoche.events.models import Recorded
from cinoche.kit.errors import Conflict, Unavailable
from cinoche.kit.lock import FolderLock
from cinoche.kit.personal import mark_of
from cinoche.kit.progress import Progress, silent
from cinoche.library.models import TitleState, apply, title_of
from cinoche.recommend import artefact, registry, texts
from cinoche.recommend.artefact import LEARNED_FROM, TitleFacts
from cinoche.recommend.facts import facts_of
from cinoche.recommend.families import FAMILIES, RANKER, refuse_what_cannot_be_trained
from cinoche.recommend.registry import FORGETTING, UNJUDGED, Verdict
from cinoche.recommend.scorers import ALIKE
from cinoche.recommend.state import ProfileState, SignalWeights, history_of
from cinoche.recommend.statistics import History
from cinoche.recommend.sums_store import taken_out

if TYPE_CHECKING:
    from cinoche.recommend.statistics import Statistics
    from cinoche.recommend.sums_store import Snapshot
    from cinoche.recommend.sums_update import SumsUpdate
    from cinoche.recommend.texts import Vectors
    from cinoche.recommend.training import Interactions, Params

READ_STEP: Final = "Events read"
FIT_STEP: Final = "Model trained"
JUDGE_STEP: Final = "Model judged"
LOCK: Final = "train.lock"
KEPT: Final = 3
"""Versions that are kept, the one in use among them; after an erasure none but that: they would know the person."""
GROUP: Final = "trainer"
"""The consumer group under which the log remembers how far trainings have come."""
ASKED: Final = "asked"
"""Where a published model's parameters keep the families that somebody named."""
CPU_S: Final = "cpu_s/"
MEGABYTES: Final = "megabytes/"
PARAMS: Final = "params.json"
"""The parameters of every training of a folder of artefacts, where somebody chose some."""
HYPER: Final = "hyper"
_PERCENT: Final = 100

MOST_ATTEMPTS: Final = 5
"""How often a training begins anew because somebody was erased while it ran, before it leaves that to the next one."""


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training published, or that nothing was new; ``summed`` says how the sums were brought up to date.

    What was not ``promoted`` is kept and not served.
    """

    trained: bool
    version: str
    offset: int
    cpu_s: float
    metrics: Mapping[str, Any]
    summed: str = ""
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
        said = [
            f"Version {self.version} has learned {learned}, in {self.cpu_s:.1f} CPU seconds.",
            f"The sums: {self.summed}.",
            *self._costs(),
        ]
        if not self.promoted:
            said.append(
                f"It is NOT served: {self.reason}. `cinoche model promote {self.version}` serves it all the same."
            )
        elif self.reason:
            said.append(f"It is served: {self.reason}.")
        return said

    def _costs(self) -> Sequence[str]:
        spent = {name.removeprefix(CPU_S): cost for name, cost in self.metrics.items() if name.startswith(CPU_S)}
        width = max(map(len, spent), default=0)
        return [
            f"  {name:<{width}}  {cost:8.1f} CPU-s  {self.metrics.get(f'{MEGABYTES}{name}', 0.0):8.1f} MB"
            for name, cost in spent.items()
        ]


def train(
    services: Services,
    families: Sequence[str] = (),
    *,
    only_if_needed: bool = False,
    gate: bool = False,
    progress: Progress = silent,
) -> TrainingReport:
    """Train on the whole log and publish; with ``only_if_needed``, not when the published model has learned it all.

    Only what the log has gained since the last training is read; the sums that are kept know the rest. Named
    ``families`` are trained in place of the usual ones, by this training and by those after it that name none.
    With ``gate``, what is worse than the published model is kept but not served (see `recommend.evaluation.referee`),
    unless the published one knows somebody who was erased.
    Raises Invalid for an unknown name, Unavailable where its extra is not installed; nothing is read then.
    """
    folder = services.settings.artefacts
    asked = tuple(families) or _asked(folder)
    refuse_what_cannot_be_trained(asked, {})
    with FolderLock(services.settings.data_dir, LOCK, holder="a training"):
        if only_if_needed and (known := _published(services, asked)) is not None:
            return known
        started = time.process_time()
        _clear(services.settings.artefacts)
        snapshot = _begin(services)
        try:
            report = _train(services, snapshot, asked, gate, progress)
        finally:
            services.sums.give_up(snapshot)
        return replace(report, cpu_s=time.process_time() - started)


def _begin(services: Services) -> "Snapshot":
    """Begin with what is kept; where that cannot be used, with nothing, which is said in the report."""
    try:
        return services.sums.begin()
    except Unavailable as error:
        services.sums.reset()
        return replace(services.sums.begin(), why=f"what was kept cannot be used ({error})")


def _train(
    services: Services, snapshot: "Snapshot", asked: Sequence[str], gate: bool, progress: Progress
) -> TrainingReport:
    from cinoche.recommend.training import ground_of, sums_layout

    folder, params = services.settings.artefacts, chosen_params(services.settings.artefacts, asked)
    was_stale = services.sums.is_stale()
    facts = title_facts(services)
    update = read_changes(services, snapshot, [each.title_id for each in facts], progress)
    verdict = UNJUDGED
    if gate and not was_stale:
        verdict = judge(folder, update.interactions(), facts, update.as_of, params, progress)
    for _ in range(MOST_ATTEMPTS):
        ground = ground_of(update.interactions(), len(facts), update.as_of, params)
        sums = update.count(ground.laid_out(**sums_layout(params)))
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=artefact.ASIDE, dir=folder) as aside:
            draft = _fit(services, update, facts, params, sums, Path(aside), progress)
            draft = replace(draft, params={**draft.params, ASKED: list(asked)})
            version, metrics = artefact.write(folder, draft), dict(draft.metrics)
            del draft  # what it maps lies in the folder
        changed, gone = update.to_keep()
        forgotten = services.sums.commit(
            snapshot, update.state(), update.arrays, changed=changed, gone=gone, is_anew=update.before is None,
            publish=partial(_publish, folder, version, FORGETTING if was_stale else verdict),
        )  # fmt: skip
        if not forgotten:
            tried = () if was_stale else versions_tried(services)
            artefact.prune(folder, keep=1 if was_stale else KEPT, spared=tried)
            services.log.commit(GROUP, update.offset)
            promoted, reason = _served(folder, version, FORGETTING if was_stale else verdict)
            return TrainingReport(True, version, update.offset, 0.0, metrics, update.said(), promoted, reason)
        shutil.rmtree(folder / version, ignore_errors=True)
        snapshot = services.sums.seen_since(snapshot)
        was_stale = update.take_out(snapshot.marks) or was_stale
    raise Conflict(
        "People were erased again and again while it trained.", where="train", remedy="Nothing; it is tried again."
    )


def versions_tried(services: Services) -> Collection[str]:
    """The versions that running experiments need."""
    return {version for each in services.experiments.running() for version in each.versions}


def _publish(folder: Path, version: str, verdict: Verdict) -> None:
    """Serve a version if it may be; where the one before knew somebody who was erased, in spite of what is held."""
    if verdict is FORGETTING:
        registry.release(folder)
    registry.settle(folder, version, verdict)


def _served(folder: Path, version: str, verdict: Verdict) -> tuple[bool, str]:
    """Tell whether a version is served, and why or why not; nothing where nobody asked for a judgement."""
    promoted = artefact.current_version(folder) == version
    if verdict.is_accepted and not promoted:
        return promoted, f"version {registry.pinned(folder)} is held in use"
    return promoted, "" if verdict is UNJUDGED else verdict.reason


def _fit(
    services: Services,
    update: "SumsUpdate",
    facts: Sequence[TitleFacts],
    params: "Params",
    sums: "Statistics",
    aside: Path,
    progress: Progress,
) -> artefact.Draft:
    from cinoche.recommend.live import marks_of
    from cinoche.recommend.training import train as fit_all

    draft = fit_all(
        update.interactions(),
        facts,
        as_of=update.as_of,
        offset=update.offset,
        params=params,
        progress=lambda _stage, share: progress(FIT_STEP, round(share * _PERCENT), _PERCENT),
        sums=sums,
        aside=aside,
        marks=marks_of(update.people.subjects),
        texts=_texts(services, facts, params),
    )
    return replace(draft, params={**draft.params, LEARNED_FROM: learned_from(services)})


def _texts(services: Services, facts: Sequence[TitleFacts], params: "Params") -> "Vectors | None":
    """Give the synopses as numbers; what was never encoded is now, where the encoder is installed."""
    if ALIKE not in params.families:
        return None
    store = texts.TextStore(services.settings.texts)
    texts.bring_up_to_date(store, facts)
    return store.find(facts)


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


def chosen_params(folder: Path, families: Sequence[str] = ()) -> "Params":
    """The parameters that somebody chose for the trainings of this folder, or the usual ones; for these families."""
    from cinoche.recommend.training import Params
    from cinoche.recommend.training.params_file import read_params

    path = folder / PARAMS
    params = read_params(path) if path.exists() else Params()
    return replace(params, families=tuple(families)) if families else params


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
    return facts_of(services.catalog)


def read_changes(
    services: Services, snapshot: "Snapshot", catalogue: Sequence[str], progress: Progress = silent
) -> "SumsUpdate":
    """Read from the log the whole history of everybody who did something since the snapshot, or of everybody."""
    from cinoche.recommend.sums_update import SumsUpdate

    weights: SignalWeights = signal_weights(services.settings)
    log, erasures, offset = services.log, services.log.erasures(), services.log.end()
    stamp = repr(sorted(asdict(weights).items()))
    update = SumsUpdate(snapshot, catalogue, offset=offset, erasures=erasures, as_of=services.clock(), stamp=stamp)
    marks = snapshot.marks | frozenset(log.erased_since(update.erasures_before))
    update.learn({subject: History.of([]) for subject in taken_out(update.people, marks)})
    subjects = [each for each in log.subjects(after=update.after, until=offset) if mark_of(each) not in marks]
    histories: dict[str, History] = {}
    for done, subject in enumerate(subjects):
        titles = _titles_of(log.read_subject(subject, until=offset))
        update.add_titles(list(titles))
        histories[subject] = history_of(ProfileState(titles), update.number, weights, length=None)
        progress(READ_STEP, done + 1, len(subjects))
    update.learn(histories)
    return update


def _titles_of(events: Sequence[Recorded]) -> dict[str, TitleState]:
    titles: dict[str, TitleState] = {}
    for recorded in events:
        title_id = title_of(recorded.event)
        if title_id is not None:
            titles[title_id] = apply(titles.get(title_id) or TitleState(title_id), recorded.event)
    return titles


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
    return tuple(name for name in published if name in {*FAMILIES, RANKER})


def _published(services: Services, asked: tuple[str, ...]) -> TrainingReport | None:
    """Tell what is published when it has learned the whole log, from the catalogue, weights and families of now."""
    try:
        model = artefact.open_current(services.settings.artefacts)
    except Unavailable:
        return None
    if services.sums.is_stale():
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
    is_of_now = params.get(LEARNED_FROM) == learned_from(services) and tuple(params.get(ASKED, ())) == asked
    is_as_chosen = params.get(HYPER, {}) == chosen_params(services.settings.artefacts).as_dict()[HYPER]
    is_known = has_all and is_of_now and is_as_chosen
    return TrainingReport(False, model.version, model.offset, 0.0, {}) if is_known else None
