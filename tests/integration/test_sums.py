"""The sums of a real log: what trainings bring up to date is what a recount gives, and who left is in nothing."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from tests.sums import assert_same, by_title

from cinoche.bootstrap import Services
from cinoche.events import types
from cinoche.events.models import Event
from cinoche.jobs import training
from cinoche.jobs.erasure import erase_profile
from cinoche.jobs.training import FIT_STEP
from cinoche.kit.errors import Conflict, NotFound
from cinoche.recommend import artefact, registry
from cinoche.recommend.sums_store import SumsStore

NEWEST_S = 1_700_000_000.0
WAIT_S = 30.0


class Town:
    """Somebody's random doings on the invented release, told to the log."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.titles = [face.title_id for face in services.catalog.faces().faces]
        self._rng = np.random.default_rng(7)
        self._numbers = count()
        self.people = list(services.privacy.pseudonyms([f"profile-{k}" for k in range(8)], scope="test").values())

    def happens(self, times: int) -> None:
        """Ratings, changes of mind, plays and deletions of history, of people old and new."""
        kinds = (types.TITLE_RATED, types.TITLE_UNRATED, types.TITLE_LIKED, types.TITLE_UNREACTED)
        kinds += (types.PLAYBACK_COMPLETED, types.HISTORY_REMOVED, types.TITLE_DISMISSED)
        for _ in range(times):
            kind = kinds[self._rng.choice(len(kinds), p=[0.35, 0.08, 0.17, 0.08, 0.17, 0.1, 0.05])]
            more = {types.RATING: float(self._rng.integers(1, 11)) / 2} if kind == types.TITLE_RATED else {}
            if kind == types.PLAYBACK_COMPLETED:
                more = {types.POSITION_S: 100.0, types.DURATION_S: 100.0}
            self.says(self._rng.choice(self.people), kind, self._rng.choice(self.titles), **more)

    def says(self, subject: str, kind: str, title_id: str, **data: float) -> None:
        number = next(self._numbers)
        event = Event(
            "test", str(number), kind, str(subject), NEWEST_S + number, {types.TITLE_ID: str(title_id), **data}
        )
        self.services.log.append([event]).result(WAIT_S)


@pytest.fixture
def town(house: Services) -> Town:
    return Town(house)


def kept(store: SumsStore) -> Mapping[str, np.ndarray]:
    sums, _, state = store.statistics()
    return by_title(sums, state)


def recounted(services: Services) -> Mapping[str, np.ndarray]:
    """What a training counts that has nothing to go on from; the kept sums stay as they are."""
    folder = services.settings.sums.with_name("recounted")
    shutil.rmtree(folder, ignore_errors=True)
    store = SumsStore(folder)
    report = training.train(replace(services, sums=store))
    assert "counted anew" in report.summed
    return kept(store)


def test_trainings_one_after_another_keep_the_sums_that_a_recount_gives(town: Town) -> None:
    services = town.services
    anew = []
    for _ in range(4):
        town.happens(60)
        report = training.train(services)
        anew.append("anew" in report.summed)
        assert_same(kept(services.sums), recounted(services))
    assert not all(anew)


def test_a_training_reads_only_those_who_did_something_since(town: Town) -> None:
    town.says(town.people[0], types.TITLE_LIKED, town.titles[0])
    report = training.train(town.services)
    n_people = len(town.services.log.subjects())
    assert report.summed == f"brought up to date for 1 of {n_people} people"
    assert report.lines()[1] == f"The sums: {report.summed}."


def leave(services: Services, profile_id: str) -> None:
    erase_profile(services, "account", profile_id)


def test_an_erased_person_leaves_the_sums_at_once_and_the_next_published_matrices(town: Town) -> None:
    services = town.services
    town.happens(120)
    training.train(services)
    gone = town.people[3]
    assert services.sums.statistics()[1].history(gone) is not None
    leave(services, "profile-3")
    assert services.sums.statistics()[1].history(gone) is None
    assert services.sums.is_stale()
    counts = artefact.open_current(services.settings.artefacts).counts.copy()
    report = training.train(services, only_if_needed=True)
    assert report.trained
    assert not services.sums.is_stale()
    assert artefact.versions(services.settings.artefacts) == [report.version]
    assert artefact.open_current(services.settings.artefacts).counts.sum() < counts.sum()
    assert_same(kept(services.sums), recounted(services))


def test_a_training_under_way_does_not_bring_back_who_is_erased_meanwhile(town: Town) -> None:
    services = town.services
    training.train(services)
    town.happens(120)
    told: list[int] = []

    def erase_at_the_first_fit(step: str, done: int, _: int) -> None:
        if step == FIT_STEP and done == 60 and not told:
            told.append(done)
            leave(services, "profile-3")

    training.train(services, progress=erase_at_the_first_fit)
    assert told
    people = services.sums.statistics()[1]
    assert people.history(town.people[3]) is None
    assert people.history(town.people[4]) is not None
    sums = recounted(services)
    assert_same(kept(services.sums), sums)
    model = artefact.open_current(services.settings.artefacts)
    known = dict(zip(model.title_ids, model.counts.tolist(), strict=True))
    state = services.sums.statistics()[2]
    assert [known.get(title_id, 0) for title_id in sorted(state.titles)] == sums["counts"].tolist()
    assert not services.sums.is_stale()


def test_after_an_erasure_the_next_training_is_served_whatever_is_held_and_nothing_before_it_is_left(
    town: Town,
) -> None:
    services, folder = town.services, town.services.settings.artefacts
    town.happens(120)
    first = training.train(services).version
    town.happens(30)
    training.train(services)
    assert registry.rollback(folder) == first
    leave(services, "profile-3")
    with pytest.raises(Conflict, match="erased since"):
        registry.rollback(folder, is_stale=services.sums.is_stale())
    report = training.train(services, only_if_needed=True, gate=True)
    assert (report.trained, report.promoted) == (True, True)
    assert "erased" in report.lines()[-1]
    assert registry.pinned(folder) is None
    assert artefact.versions(folder) == [report.version]
    with pytest.raises(Conflict, match="knew somebody who was erased were deleted"):
        registry.rollback(folder, is_stale=services.sums.is_stale())


def test_neither_a_late_event_nor_a_restored_ledger_brings_an_erased_person_back(town: Town) -> None:
    services = town.services
    town.happens(120)
    training.train(services)
    backup = services.settings.sums.with_name("backup")
    shutil.copytree(services.settings.sums, backup)
    leave(services, "profile-3")
    with pytest.raises(NotFound, match="erased"):
        town.says(town.people[3], types.TITLE_LIKED, town.titles[0])
    shutil.rmtree(services.settings.sums)
    backup.rename(services.settings.sums)
    training.train(services)
    assert services.sums.statistics()[1].history(town.people[3]) is None
    assert_same(kept(services.sums), recounted(services))


def test_sums_that_were_cut_short_are_counted_anew_and_the_report_says_so(town: Town) -> None:
    services = town.services
    (file,) = services.settings.sums.glob("[0-9]*/following.f64")
    file.write_bytes(b"")
    town.happens(5)
    assert "'following' is missing or cut short" in training.train(services).summed
    (services.settings.sums / "ledger.db").write_bytes(b"this is a letter" * 1000)
    town.happens(5)
    assert "what was kept cannot be used" in training.train(services).summed
    assert_same(kept(services.sums), recounted(services))
