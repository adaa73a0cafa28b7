from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cinoche.events.adapters.memory import MemoryEventLog
from cinoche.events.models import Event
from cinoche.kit.errors import NotFound, Unavailable
from cinoche.kit.personal import PersonalData, Subject
from cinoche.kit.sql import open_engine
from cinoche.privacy.adapters.sql import METADATA, SqlPersons
from cinoche.privacy.service import Privacy


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path}/privacy.db")
    METADATA.create_all(opened)
    yield opened
    opened.dispose()


@dataclass
class Hours:
    """A timer that passes only when one waits."""

    now: float = 100.0
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.waited.append(seconds)


@pytest.fixture
def hours() -> Hours:
    return Hours()


def open_privacy(engine: Engine, hours: Hours, *holders: PersonalData) -> Privacy:
    return Privacy(SqlPersons(engine), holders, clock=lambda: 1e9, timer=hours, wait=hours.wait)


@pytest.fixture
def privacy(engine: Engine, hours: Hours) -> Privacy:
    return open_privacy(engine, hours)


def test_a_profile_keeps_its_pseudonym_and_the_pseudonym_says_nothing_of_it(
    engine: Engine, hours: Hours, privacy: Privacy
) -> None:
    ada, bob = privacy.pseudonym("profile-ada"), privacy.pseudonym("profile-bob")
    assert ada == privacy.pseudonym("profile-ada") == open_privacy(engine, hours).pseudonym("profile-ada")
    assert ada != bob
    assert len(ada) == 26
    assert "ada" not in ada


def test_many_profiles_are_named_at_once_and_the_same_a_second_time(privacy: Privacy) -> None:
    names = [f"movielens/{number}" for number in range(1_201)]
    first = privacy.pseudonyms([*names, names[0]], scope="movielens")
    assert list(first) == names
    assert len(set(first.values())) == len(names)
    assert privacy.pseudonyms(names[::-1], scope="movielens") == first
    assert privacy.pseudonym(names[7], scope="movielens") == first[names[7]]


def test_two_processes_that_name_a_profile_at_once_agree(engine: Engine, hours: Hours) -> None:
    here, there = open_privacy(engine, hours), open_privacy(engine, hours)
    drawn = here._draw("ada", "account")
    assert there.pseudonym("ada") != drawn.pseudonym
    assert SqlPersons(engine).add_missing([drawn])["ada"].pseudonym == there.pseudonym("ada")


def test_a_sealed_text_is_read_by_its_person_s_key_alone(privacy: Privacy) -> None:
    ada, bob = privacy.pseudonym("ada"), privacy.pseudonym("bob")
    token = privacy.seal(ada, "J’ai adoré.")
    assert "ador" not in token
    assert token != privacy.seal(ada, "J’ai adoré.")
    assert privacy.unseal(ada, token) == "J’ai adoré."
    assert privacy.unseal(bob, token) is None
    assert privacy.unseal(ada, token[:-6] + "AAAA==") is None
    assert privacy.unseal(ada, "J’ai adoré.") is None
    assert privacy.unseal("nobody", token) is None


def test_a_keyed_id_is_stable_and_differs_from_person_to_person(privacy: Privacy) -> None:
    ada, bob = privacy.pseudonym("ada"), privacy.pseudonym("bob")
    first = privacy.keyed_id(ada, "movielens", "6", "4.0")
    assert first == privacy.keyed_id(ada, "movielens", "6", "4.0")
    assert len({first, privacy.keyed_id(ada, "movielens", "64.0"), privacy.keyed_id(bob, "movielens", "6", "4.0")}) == 3


def test_a_key_does_not_show_in_a_report(privacy: Privacy) -> None:
    privacy.pseudonym("ada")
    person = privacy._persons.by_profile(["ada"])["ada"]
    assert person.data_key.hex() not in repr(person)
    assert repr(person.data_key) not in repr(person)
    assert [record for _, record in privacy.export(Subject(profile_id="ada"))] == [
        {
            "pseudonym": person.pseudonym,
            "profile_id": "ada",
            "scope": "account",
            "created_at": "2001-09-09T01:46:40.000Z",
        }
    ]


def test_an_erased_person_is_not_brought_back_by_what_another_process_remembers(engine: Engine, hours: Hours) -> None:
    here, there = open_privacy(engine, hours), open_privacy(engine, hours)
    ada = there.pseudonym("ada")
    token = there.seal(ada, "secret")
    assert there.unseal(ada, token) == "secret"
    here.erase(Subject(profile_id="ada"))
    with pytest.raises(NotFound):
        there.seal(ada, "a late review")
    assert there.unseal(ada, token) is None
    with pytest.raises(NotFound):
        there.keyed_id(ada, "x")
    assert there.pseudonym("ada") != ada


def test_nobody_is_given_the_pseudonym_while_its_erasure_is_under_way(engine: Engine, hours: Hours) -> None:
    class Slow(MemoryEventLog):
        def erase(self, subject: Subject) -> int:
            with pytest.raises(NotFound):
                there.pseudonym("ada")
            with pytest.raises(NotFound):
                there.seal(subject.pseudonym or "", "late")
            return super().erase(subject)

    there = open_privacy(engine, hours)
    there.pseudonym("ada")
    here = open_privacy(engine, hours, Slow())
    assert here.erase(Subject(profile_id="ada")) == {"events": 0, "privacy": 1}
    assert hours.waited == [1.0]


def test_an_erasure_asks_every_holder_and_the_key_goes_last(engine: Engine, hours: Hours) -> None:
    log = MemoryEventLog()
    privacy = open_privacy(engine, hours, log)
    ada = privacy.pseudonym("ada")
    text = privacy.seal(ada, "my review")
    log.append([Event("test", "1", "title.reviewed", ada, 1.0, {"title_id": "heat", "text": text})])
    exported = list(privacy.export(Subject(profile_id="ada")))
    assert [name for name, _ in exported] == ["events", "privacy"]
    assert exported[0][1]["data"]["text"] == "my review"
    assert privacy.erase(Subject(pseudonym=ada)) == {"events": 1, "privacy": 1}
    assert privacy.erase(Subject(pseudonym=ada)) == {"events": 0, "privacy": 0}
    assert list(privacy.export(Subject(profile_id="ada"))) == []


def test_an_erasure_that_broke_off_is_finished_by_the_next(engine: Engine, hours: Hours) -> None:
    class Broken(MemoryEventLog):
        is_broken = True

        def erase(self, subject: Subject) -> int:
            if self.is_broken:
                raise Unavailable("down")
            return super().erase(subject)

    log = Broken()
    privacy = open_privacy(engine, hours, log)
    privacy.pseudonym("ada")
    with pytest.raises(Unavailable):
        privacy.erase(Subject(profile_id="ada"))
    log.is_broken = False
    assert privacy.erase(Subject(profile_id="ada")) == {"events": 0, "privacy": 1}


def test_an_erased_key_is_not_in_any_byte_of_the_files(privacy: Privacy, tmp_path: Path) -> None:
    for number in range(50):
        privacy.pseudonym(f"profile-{number}")
    person = privacy._persons.by_profile(["profile-7"])["profile-7"]
    traces = [person.data_key, person.pseudonym.encode()]
    assert all(trace in _bytes(tmp_path) for trace in traces)
    privacy.erase(Subject(profile_id="profile-7"))
    assert not [trace for trace in traces if trace in _bytes(tmp_path)]
    assert b"profile-8" in _bytes(tmp_path)


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())
