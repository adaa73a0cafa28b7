"""Learning while serving: what one person does moves the next list of another, and who is erased moves nothing."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cinoche.catalog.models import Face, Faces, Kind
from cinoche.events import types
from cinoche.events.adapters.memory import MemoryEventLog
from cinoche.events.models import Event
from cinoche.kit.clock import DAY_S
from cinoche.kit.personal import Subject
from cinoche.recommend import live, rows
from cinoche.recommend.artefact import Draft, Model, TitleFacts, open_current, publish
from cinoche.recommend.families.memory import Remembering
from cinoche.recommend.live import Learner, marks_of
from cinoche.recommend.page import Rules
from cinoche.recommend.service import LOOK_EVERY_S, Recommender
from cinoche.recommend.state import DEFAULT_WEIGHTS
from cinoche.recommend.statistics import Floats, History
from cinoche.recommend.training import Interactions, Params, train

AS_OF = 1_700_000_000.0
N = 60
A, B = 50, 51
"""Two titles that nobody has watched when the model is trained."""


def title(number: int) -> str:
    return f"t{number:02}"


FACTS = [TitleFacts(title(n), f"Film {n}", 1980, ("Drama",)) for n in range(N)]
PAST = [f"past-{user}" for user in range(150)]
PARAMS = Params(hyper={"ease": {"reg": 10.0}, "sequence-ridge": {"reg": 10.0, "joint_titles": 20}})


def past(people: int = len(PAST)) -> Interactions:
    rng = np.random.default_rng(0)
    users, items, times = [], [], []
    for user in range(people):
        watched = (rng.integers(40) + np.cumsum(rng.integers(1, 3, 8))) % 40
        watched = watched[np.sort(np.unique(watched, return_index=True)[1])]
        users += [user] * len(watched)
        items += watched.tolist()
        times += (AS_OF - DAY_S * (20 * rng.random() + 10 - np.arange(len(watched)))).tolist()
    return Interactions.of(users, items, None, np.minimum(times, AS_OF - 1.0))


@pytest.fixture(scope="module")
def draft() -> Draft:
    return train(past(), FACTS, as_of=AS_OF, offset=0, params=PARAMS, marks=marks_of(PAST))


class World:
    """A log, a published model and the workers that answer from the two."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = MemoryEventLog()
        self.now = AS_OF
        faces = tuple(Face(title(n), f"Film {n}", 1980, Kind.FILM, genres=("Drama",)) for n in range(N))
        self.faces = Faces(1, faces, {face.title_id: place for place, face in enumerate(faces)})
        self._numbers: Iterator[int] = count()

    def worker(self) -> Recommender:
        return Recommender(self.log, self.folder, lambda: self.faces, clock=lambda: self.now)

    def say(self, kind: str, number: int, subject: str, **data: Any) -> None:
        self.now += 60
        event = Event(
            "test", str(next(self._numbers)), kind, subject, self.now, {types.TITLE_ID: title(number), **data}
        )
        self.log.append([event]).result()

    def watch(self, subject: str, *numbers: int) -> None:
        for number in numbers:
            self.say(types.PLAYBACK_COMPLETED, number, subject)


@pytest.fixture
def world(tmp_path: Path, draft: Draft) -> World:
    publish(tmp_path, draft)
    return World(tmp_path)


def place(worker: Recommender, subject: str, number: int) -> int:
    listing = worker.recommend(subject, Rules(), n=N)
    return [listing.catalogue.faces[each.position].title_id for each in listing.rows[0].items].index(title(number))


def scores(worker: Recommender, world: World, *items: int) -> Floats:
    worker.catch_up()
    gate = worker.model().gate
    assert gate is not None
    return gate.score(replace(History.of(list(items)), now=world.now))


def test_what_one_watches_next_rises_for_the_other_with_the_very_next_request(world: World) -> None:
    worker = world.worker()
    world.watch("other", 3, A)
    before = place(worker, "other", B)
    world.watch("one", A, B)
    after = place(worker, "other", B)
    assert before > 20
    assert after == 0


def test_the_reason_given_is_the_title_without_which_it_would_be_lower(world: World) -> None:
    worker = world.worker()
    world.watch("other", 3, A)
    world.watch("one", A, B)
    listing = worker.recommend("other", Rules(), n=1)
    assert listing.rows[0].items[0].evidence.title_id == title(A)
    reasons = worker.why("other", title(B), Rules())
    assert title(A) in [each.title_id for each in reasons.facts if each.kind in (rows.WATCHED, rows.SEED, rows.KIN)]
    gate = worker.model().gate
    assert gate is not None
    scored = gate.scored(replace(History.of([3, A]), now=world.now))
    assert scored.losses([1], [B])[0] > 0


@pytest.mark.parametrize("by_the_log", [True, False], ids=["another worker erased", "this worker was told"])
def test_who_is_forgotten_moves_nothing_any_more(world: World, by_the_log: bool) -> None:
    worker = world.worker()
    world.watch("other", 3, A)
    before = scores(worker, world, 3, A)
    world.watch("one", A, B)
    world.now -= 120
    assert scores(worker, world, 3, A)[B] > before[B]
    if by_the_log:
        world.log.erase(Subject(pseudonym="one"))
    else:
        worker.forget("one")
    np.testing.assert_allclose(scores(worker, world, 3, A), before, atol=1e-7)
    fresh = world.worker()
    if by_the_log:
        np.testing.assert_allclose(scores(fresh, world, 3, A), before, atol=1e-7)


def test_an_erased_person_of_the_published_model_is_struck_out_when_it_is_opened(world: World) -> None:
    whole = scores(world.worker(), world, 3, 5)
    for subject in PAST[:75]:
        world.log.erase(Subject(pseudonym=subject))
    without = scores(world.worker(), world, 3, 5)
    assert np.abs(whole - without).max() > 1e-4
    gone = Learner(world.log, open_current(world.folder), DEFAULT_WEIGHTS)
    assert gone.number(PAST[0]) == 0
    assert gone.model.crowd is not None
    chronicle = gone.model.crowd.chronicle
    assert chronicle.struck[: chronicle.n][chronicle.base["person"] < 75].all()
    memory = gone.model.scorers["memory"]
    assert isinstance(memory, Remembering)
    assert not any(memory.contexts.spans(person) for person in range(75))
    assert memory.contexts.spans(75)


def test_a_restart_scores_as_having_been_there_all_along(world: World) -> None:
    old = world.worker()
    rng = np.random.default_rng(1)
    for _ in range(200):
        subject = f"one-{rng.integers(30)}" if rng.random() < 0.8 else PAST[rng.integers(len(PAST))]
        kind = (types.PLAYBACK_STARTED, types.PLAYBACK_COMPLETED, types.TITLE_LIKED, types.TITLE_DISLIKED)
        world.say(kind[rng.integers(4)], int(rng.integers(N)), subject)
        scores(old, world, 3, 5)
    np.testing.assert_allclose(scores(old, world, 3, A), scores(world.worker(), world, 3, A), atol=1e-6)


def test_a_change_of_mind_takes_the_place_of_what_was_learnt(world: World) -> None:
    changed, steady = world.worker(), World(world.folder)
    world.watch("one", A, B)
    scores(changed, world, A)
    world.say(types.HISTORY_REMOVED, A, "one")
    world.say(types.HISTORY_REMOVED, B, "one")
    steady.now = world.now
    np.testing.assert_allclose(scores(changed, world, 3, A), scores(steady.worker(), steady, 3, A), atol=1e-7)


def test_a_disliked_title_raises_nothing(world: World) -> None:
    worker = world.worker()
    world.watch("one", A, B)
    world.say(types.TITLE_RATED, A, "other", rating=1.0)
    assert place(worker, "other", B) > 0
    crowd = worker.model().crowd
    assert crowd is not None
    disliked = replace(History.of([3, A], [1.0, -1.0]), now=world.now)
    alone = replace(History.of([3]), now=world.now)
    assert (crowd.votes(disliked)[:, B] <= crowd.votes(alone)[:, B]).all()
    gate = worker.model().gate
    assert gate is not None
    assert (gate.score(disliked) <= gate.score(alone) + 1e-7).all()


def test_a_title_that_came_after_the_training_is_recommended_once_somebody_watched_it(world: World) -> None:
    worker = world.worker()
    world.watch("other", 3, A)
    place(worker, "other", B)
    new = Face("new", "New", 2026, Kind.FILM, genres=("Drama",))
    faces = (*world.faces.faces, new)
    world.faces = Faces(2, faces, {face.title_id: at for at, face in enumerate(faces)})
    worker.recommend("other", Rules(), n=1)
    world.watch("one", A)
    world.now += 60
    event = Event("test", "new", types.PLAYBACK_COMPLETED, "one", world.now, {types.TITLE_ID: "new"})
    world.log.append([event]).result()
    listing = worker.recommend("other", Rules(), n=3)
    assert "new" in [listing.catalogue.faces[each.position].title_id for each in listing.rows[0].items]


def test_a_newly_published_model_answers_once_it_has_learnt_what_came_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BATCH", 5)
    monkeypatch.setattr(live, "STEP_S", 0.0)
    worker = world.worker()
    place(worker, "other", B)
    world.watch("other", 3, A)
    for k in range(10):
        world.watch(f"one-{k}", A, B)
        place(worker, "other", B)
    old = worker.model().version
    publish(world.folder, train(past(140), FACTS, as_of=AS_OF, offset=0, params=PARAMS, marks=marks_of(PAST[:140])))
    world.now += LOOK_EVERY_S + 1
    assert place(worker, "other", B) == 0
    assert worker.model().version == old
    answers = 0
    while worker.model().version == old:
        assert place(worker, "other", B) == 0
        answers += 1
    assert 1 <= answers < 10
    assert place(worker, "other", B) == 0


def test_a_model_without_a_gate_serves_what_was_solved(tmp_path: Path) -> None:
    few = Interactions.of([0, 0, 1], [1, 2, 1], None, [AS_OF - 3, AS_OF - 2, AS_OF - 1])
    model = Model.of(train(few, FACTS, as_of=AS_OF, offset=0, params=PARAMS))
    assert model.crowd is None
    assert model.scored(History.of([1])).scores.shape == (N,)
    publish(tmp_path, train(few, FACTS, as_of=AS_OF, offset=0, params=PARAMS))
    world = World(tmp_path)
    world.watch("one", A, B)
    assert len(world.worker().recommend("one", Rules(), n=5).rows[0].items) == 5
