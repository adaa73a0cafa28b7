"""Lists and pages for a profile, from a replica of the log that is caught up before every answer."""

import secrets
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from cinoche.catalog.models import Faces
from cinoche.events import types
from cinoche.events.models import Recorded
from cinoche.events.ports import EventLog
from cinoche.kit.clock import Clock, system_clock
from cinoche.kit.errors import NotFound, Unavailable
from cinoche.kit.ids import stable_id
from cinoche.kit.personal import mark_of
from cinoche.library.models import NEVER
from cinoche.recommend import reasons, rows
from cinoche.recommend.artefact import Model, current_version, open_current
from cinoche.recommend.catalogue import Catalogue, Positions, Scores, best, lay_out
from cinoche.recommend.experiments import design
from cinoche.recommend.experiments.arms import Bench, can_serve, name_of
from cinoche.recommend.experiments.design import Experiment, Part
from cinoche.recommend.live import Learner
from cinoche.recommend.newcomers import Kin, Newcomers, Widened
from cinoche.recommend.page import Rules, allowed, certified, compose, unseen
from cinoche.recommend.reasons import name_reasons, shared_by
from cinoche.recommend.rows import Evidence, Held, Placed, Row, Taste
from cinoche.recommend.slates import VISIT_S, MadeBy, Marks, Sent, SentRow, Slates
from cinoche.recommend.state import DEFAULT_WEIGHTS, EMPTY, ProfileState, SignalWeights, fold, history_of
from cinoche.recommend.statistics import History
from cinoche.recommend.tastes import Asked, ruled, taste_of

STATES_KEPT: Final = 10_000
"""How many profiles' states a worker keeps in memory; the others are folded anew when asked for."""


LOOK_EVERY_S: Final = 1.0
"""How often a worker looks whether a new model was published."""

Explain = Callable[[Widened, Catalogue, Positions], Sequence[Evidence]]
"""Gives the evidence of each title of a list."""


class Laid(NamedTuple):
    """A model with the titles laid out beside it, and the version of the texts that its newcomers' kin come from."""

    model: Model
    faces: Faces
    texts: float
    catalogue: Catalogue
    kin: Kin


@dataclass(frozen=True, slots=True)
class Listing:
    """An answer: its rows or its single list, what they were made from, and the log offset they include.

    ``slate`` is a page as it is signed for the person.
    ``version`` names the model that scored it.
    """

    rows: Sequence[Row]
    catalogue: Catalogue
    scorer: str
    offset: int
    version: str = ""
    slate: str = ""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Every fact that speaks for a title, the strongest first, and the log offset that they include."""

    facts: Sequence[Evidence]
    catalogue: Catalogue
    offset: int


class Watcher:
    """The published model, looked for anew at most once a second; a broken one leaves the one before in use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model: Model | None = None
        self._version: str | None = None
        self._looked_at = NEVER

    def current(self, now: float) -> Model:
        """Give the current model; raises Unavailable when none was ever published."""
        if self._model is not None and now - self._looked_at < LOOK_EVERY_S:
            return self._model
        self._looked_at = now
        version = current_version(self._folder)
        if self._model is None or version != self._version:
            try:
                self._model = open_current(self._folder)
            except Unavailable:
                if self._model is None:
                    raise
            self._version = version
        return self._model


class Recommender:
    """The recommender of one worker. Not thread-safe: one thread (the event loop) asks at a time.

    Before an answer it reads the log's tail past its own offset and folds it into the states it holds, so that no
    answer includes less than what was acknowledged before the question.
    """

    def __init__(
        self,
        log: EventLog,
        artefacts: Path,
        faces: Callable[[], Faces],
        *,
        weights: SignalWeights = DEFAULT_WEIGHTS,
        slates: Slates | None = None,
        newcomers: Newcomers | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self._log = log
        self._watcher = Watcher(artefacts)
        self._faces = faces
        self._weights = weights
        self._slates = slates or Slates(secrets.token_bytes(32))
        self._newcomers = newcomers
        self._clock = clock
        self._states: OrderedDict[str, ProfileState] = OrderedDict()
        self._histories: dict[str, tuple[ProfileState, Model, History]] = {}
        self._offset = log.end()
        self._erasures = log.erasures()
        self._learner: Learner | None = None
        self._coming: Learner | None = None
        self._leaving: deque[str] = deque()
        self._laid: dict[str, Laid] = {}
        self._marks: Marks | None = None
        self._bench = Bench(log, artefacts, weights)
        self._experiments = design.fold((), log.read_subject(types.EXPERIMENTS, until=self._offset))

    def catch_up(self) -> int:
        """Fold what the log has gained into the states held, let go of the erased; tell the offset reached."""
        while self._leaving:
            self._forget_live([mark_of(self._leaving.popleft())])
        while True:
            tail = self._log.read(self._offset)
            if tail.erasures != self._erasures:
                self._forget_erased(tail.erasures)
            gained: dict[str, list[Recorded]] = {}
            for recorded in tail.events:
                if recorded.event.subject in self._states:
                    gained.setdefault(recorded.event.subject, []).append(recorded)
            self._declare([each for each in tail.events if each.event.subject == types.EXPERIMENTS])
            for subject, events in gained.items():
                if (state := self._states.get(subject)) is not None:
                    self._states[subject] = fold(state, events)
            if (learner := self._learner) is not None and (learner.offset != self._offset or not learner.follow(tail)):
                learner.step()
            self._offset = tail.offset
            if not tail.events:
                return self._offset

    def state(self, subject: str) -> ProfileState:
        """Fold a profile's state up to the offset that this worker has reached."""
        state = self._states.pop(subject, None)  # at once: another thread may be letting go of it
        if state is None:
            state = fold(EMPTY, self._log.read_subject(subject, until=self._offset))
        self._states[subject] = state
        if len(self._states) > STATES_KEPT:
            self._histories.pop(self._states.popitem(last=False)[0], None)
        return state

    def forget(self, subject: str) -> None:
        """Let go of a profile (it was erased): of its state now, of what was learnt from it before the next answer."""
        self._states.pop(subject, None)
        self._histories.pop(subject, None)
        self._leaving.append(subject)

    def _forget_erased(self, erasures: int) -> None:
        """Let go of those who were erased since, in whichever process that was."""
        gone = set(self._log.erased_since(self._erasures))
        for subject in [each for each in self._states if mark_of(each) in gone]:
            self.forget(subject)
        self._forget_live(list(gone))
        self._erasures = erasures

    def _forget_live(self, marks: Sequence[bytes]) -> None:
        for learner in (self._learner, self._coming, *self._bench.all()):
            if learner is not None:
                learner.forget_marks(marks)

    def home(self, subject: str, rules: Rules, *, slate: str = "", kept: int = 0) -> Listing:
        """Compose a profile's page from everything acknowledged so far.

        ``slate`` is that of the page shown before: within a visit draws stay the same, and its first ``kept`` rows
        stay where they are.
        """
        offset = self.catch_up()
        part, model, catalogue = self._part(subject)
        rules = ruled(rules, part)
        taste = self._taste(model, catalogue, subject, rules, part)
        before = self.sent(subject, slate) if slate else None
        if before is None or not 0 <= taste.now - before.made_at <= VISIT_S:
            before, began_at = None, taste.now - taste.now % VISIT_S
        else:
            began_at = before.began_at
        held = self._held(catalogue, before.rows[:kept]) if before and kept else ()
        page = compose(catalogue, taste, rules, seed=stable_id(subject, str(began_at)), held=held)
        made_by = _made_by(model, part)
        signed = self._slates.seal(subject, page, catalogue, made_by=made_by, began_at=began_at, now=taste.now)
        return Listing(page, catalogue, made_by.scorer, offset, model.version, signed)

    @property
    def experiments(self) -> Sequence[Experiment]:
        """The experiments that the log tells of, up to the offset that this worker has reached."""
        return self._experiments

    def _declare(self, events: Sequence[Recorded]) -> None:
        if events:
            self._experiments = design.fold(self._experiments, events)
            self._bench.keep({each for one in self._experiments if one.is_running for each in one.versions})

    def _part(self, subject: str) -> tuple[Part | None, Model, Catalogue]:
        """Tell what a profile takes part in, and the model that its arm needs; what cannot be served is not counted."""
        part = design.part_of(subject, self._experiments)
        current = self.model()
        if part is not None:
            model: Model | None = current
            if part.arm.version not in {"", current.version}:
                learner = self._bench.learner(part.arm.version)
                model = None if learner is None else learner.model
            arms = [part.arm, *([part.rival] if part.rival else [])]
            if model is not None and all(can_serve(model, arm) for arm in arms):
                return part, model, self._lay(model).catalogue
        return None, current, self._lay(current).catalogue

    def sent(self, subject: str, slate: str) -> Sent | None:
        """Read a page that was signed for this person; None where it was not."""
        return self._slates.open(subject, slate)

    def _held(self, catalogue: Catalogue, sent: Sequence[SentRow]) -> Sequence[Held]:
        if self._marks is None or self._marks.catalogue.faces is not catalogue.faces:
            self._marks = Marks(catalogue)
        return self._marks.held(sent)

    def recommend(self, subject: str, rules: Rules, *, n: int) -> Listing:
        """List the ``n`` best titles for a profile, each with the evidence that moved it."""
        offset = self.catch_up()
        model, catalogue = self.laid_out()
        taste = self._taste(model, catalogue, subject, rules)
        mask = unseen(catalogue, taste.state, allowed(catalogue, rules))
        positions = best(taste.scores, mask, n)
        row = _row(rows.TOP_PICKS, taste.scores, positions, taste.explain(positions))
        return Listing((row,), catalogue, model.blend.name, offset, model.version)

    def similar(self, title_id: str, rules: Rules, *, n: int) -> Listing:
        """List the ``n`` titles most like one, each with what both share; NotFound for an unknown one."""

        def share(_scored: Widened, catalogue: Catalogue, positions: Positions) -> Sequence[Evidence]:
            seed = catalogue.position[title_id]
            return [shared_by(seed, int(each), catalogue) for each in positions]

        return self._alike([title_id], rules, n, share)

    def suggest(self, liked: Sequence[str], rules: Rules, *, n: int) -> Listing:
        """List the ``n`` best titles for somebody who says that they like these; NotFound for an unknown one."""
        title_ids = self.model().title_ids

        def name(scored: Widened, catalogue: Catalogue, positions: Positions) -> Sequence[Evidence]:
            return name_reasons(scored, title_ids, catalogue, positions, lambda _: rows.SEED)

        return self._alike(liked, rules, n, name)

    def _alike(self, title_ids: Sequence[str], rules: Rules, n: int, explain: Explain) -> Listing:
        offset = self.catch_up()
        model, catalogue = self.laid_out()
        for title_id in title_ids:
            if title_id not in catalogue.position:
                raise NotFound(f"there is no title {title_id[:64]!r}.", where="title_id", remedy="Search by its name.")
        scored = self._lay(model).kin.ask(model.blend, [model.index[title_id] for title_id in title_ids])
        scores = self._likeness(model, scored) if len(title_ids) == 1 else None
        scores = catalogue.spread(scored.scores if scores is None else scores, missing=-np.inf)
        mask = allowed(catalogue, rules) & (scores > 0)
        mask[[catalogue.position[title_id] for title_id in title_ids]] = False
        positions = best(scores, mask, n)
        row = _row("similar", scores, positions, explain(scored, catalogue, positions))
        return Listing((row,), catalogue, model.blend.name, offset, model.version)

    def _likeness(self, model: Model, scored: Widened) -> Scores | None:
        """The likeness to a single newcomer; None for any other title."""
        item = int(scored.history.items[0])
        return None if self._newcomers is None else self._newcomers.like(model, item)

    def why(self, subject: str, title_id: str, rules: Rules) -> Reasons:
        """List every fact that speaks for a title, for a profile, from everything acknowledged so far."""
        offset = self.catch_up()
        model, catalogue = self.laid_out()
        position = catalogue.position.get(title_id)
        if position is None:
            raise NotFound(f"there is no title {title_id[:64]!r}.", where="title_id", remedy="Search by its name.")
        taste, scored = self._taste_scored(model, catalogue, subject, rules)
        facts = reasons.facts_for(catalogue.whole(position), position, taste, scored, catalogue, model.title_ids)
        return Reasons(facts, catalogue, offset)

    def model(self) -> Model:
        """Give the model in use; raises Unavailable when none was ever published.

        A newly published one is used once it has learnt what the log gained since its training: until then, each
        answer takes it a little further, and the one before it goes on answering.
        """
        return self._learning().model

    def _learning(self) -> Learner:
        newest = self._watcher.current(self._clock())
        if self._learner is None:
            self._learner = Learner(self._log, newest, self._weights)
            self._learner.step()
        elif self._learner.model is not newest:
            if self._coming is None or self._coming.model is not newest:
                self._coming = Learner(self._log, newest, self._weights)
            if self._coming.step():
                self._learner, self._coming = self._coming, None
        return self._learner

    def laid_out(self) -> tuple[Model, Catalogue]:
        """Give the current model with the catalogue laid out beside it; both follow what is published."""
        model = self.model()
        return model, self._lay(model).catalogue

    def _lay(self, model: Model) -> Laid:
        """Lay titles out anew when they or the model change, and look at newcomers' kin when their texts do too."""
        faces, newcomers = self._faces(), self._newcomers
        texts = 0.0 if newcomers is None else newcomers.texts_version()
        laid = self._laid.get(model.version)
        is_of_now = laid is not None and laid.model is model and laid.faces is faces
        if laid is not None and is_of_now and laid.texts == texts:
            return laid
        used = {self.model().version, *(each.model.version for each in self._bench.all())}
        self._laid = {version: each for version, each in self._laid.items() if version in used}
        model.admit(face.title_id for face in faces.faces)
        n_new = len(model.title_ids) - model.n_items
        kin = Kin.unknown(model.n_items, n_new) if newcomers is None else newcomers.kin(model)
        catalogue = laid.catalogue if laid is not None and is_of_now else lay_out(faces, model)
        self._laid[model.version] = found = Laid(model, faces, texts, catalogue, kin)
        return found

    def _history(self, subject: str, state: ProfileState, model: Model) -> History:
        """Work a profile's history out once for each state it comes to."""
        known = self._histories.get(subject)
        if known is None or known[0] is not state or known[1] is not model:
            known = (state, model, history_of(state, model.index, self._weights))
            self._histories[subject] = known
        return known[2]

    def _taste(self, model: Model, catalogue: Catalogue, subject: str, rules: Rules, part: Part | None = None) -> Taste:
        return self._taste_scored(model, catalogue, subject, rules, part)[0]

    def _taste_scored(
        self, model: Model, catalogue: Catalogue, subject: str, rules: Rules, part: Part | None = None
    ) -> tuple[Taste, Widened]:
        state = self.state(subject)
        history = self._history(subject, state, model)
        if rules.max_age is not None:
            history = _certified_only(history, catalogue, rules.max_age)
        history = history.where(catalogue.position_of_item[history.items] >= 0)
        now = self._clock()
        history = replace(history, now=now, person=self._number(model, subject))
        return taste_of(Asked(model, catalogue, self._lay(model).kin, state, history, self._weights, now), part)

    def _number(self, model: Model, subject: str) -> int:
        """The number by which a model knows a person."""
        for learner in (self._learner, *self._bench.all()):
            if learner is not None and learner.model is model:
                return learner.number(subject)
        return -1


def _made_by(model: Model, part: Part | None) -> MadeBy:
    if part is None:
        return MadeBy(model.blend.name, model.version)
    arm = "" if part.rival else part.arm.name
    return MadeBy(name_of(model, part.arm.scorer), model.version, part.experiment.experiment_id, arm)


def _certified_only(history: History, catalogue: Catalogue, max_age: int) -> History:
    """Leave out of a child's history what is not for it, so that no heading and no reason names it."""
    positions = catalogue.position_of_item[history.items]
    keep = (positions >= 0) & certified(catalogue, max_age)[positions]
    return history.where(keep)


def _row(kind: str, scores: Scores, positions: Positions, whys: Sequence[Evidence]) -> Row:
    return Row(kind, [Placed(int(p), float(scores[p]), why) for p, why in zip(positions, whys, strict=True)])
