"""What every event log promises, asked of each adapter."""

import multiprocessing
import secrets
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinoche.events.adapters import ADAPTERS
from cinoche.events.models import Appended, Event, Recorded
from cinoche.events.ports import EventLog
from cinoche.kit.errors import Invalid, NotFound, Unavailable
from cinoche.kit.personal import PersonalData, Subject, mark_of
from cinoche.kit.urls import adapter_for

WAIT_S = 30.0


class HoldingLog(EventLog, PersonalData):
    """What the adapters are: a log that is also a holder of personal data."""


def open_log(url: str) -> HoldingLog:
    return adapter_for(url, ADAPTERS, setting="CINOCHE_EVENTS_URL").open(url)


@pytest.fixture(params=["memory", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/events.db"


@pytest.fixture
def log(url: str) -> Iterator[HoldingLog]:
    opened = open_log(url)
    yield opened
    opened.close()


def event(event_id: str, *, source: str = "test", subject: str = "ada", rating: float = 4.0) -> Event:
    return Event(source, event_id, "title.rated", subject, 1_500_000_000.25, {"title_id": "heat", "rating": rating})


def batch(prefix: str, size: int, *, subject: str = "ada") -> list[Event]:
    return [event(f"{prefix}-{number}", subject=subject) for number in range(size)]


def append(log: EventLog, *events: Event) -> Appended:
    return log.append(events).result(WAIT_S)


def ids(found: Sequence[Recorded]) -> list[str]:
    return [each.event.id for each in found]


def test_events_come_back_as_they_were_in_the_order_they_came(log: HoldingLog) -> None:
    first = Event("web", "1", "title.reviewed", "ada", 1.5, {"text": "é\u0000ö", "deep": {"a": [1, None]}}, 2, "1.0")
    second = event("2")
    append(log, first)
    append(log, second)
    assert log.read(0).events == [Recorded(1, first), Recorded(2, second)]


def test_the_answer_tells_what_was_new_and_how_far_the_log_reaches(log: HoldingLog) -> None:
    assert append(log, event("a"), event("b")) == Appended(2, 0, 2)
    assert append(log, event("b"), event("c")) == Appended(1, 1, 3)
    assert append(log, event("a"), event("c")) == Appended(0, 2, 3)
    assert append(log) == Appended(0, 0, 3)
    assert log.end() == 3


def test_a_duplicate_within_a_batch_is_kept_once(log: HoldingLog) -> None:
    assert append(log, event("a", rating=1), event("b"), event("a", rating=5)) == Appended(2, 1, 2)
    found = log.read(0).events
    assert ids(found) == ["a", "b"]
    assert found[0].event.data["rating"] == 1


def test_source_and_id_alone_decide_what_is_a_duplicate(log: HoldingLog) -> None:
    append(log, event("a"))
    assert append(log, event("a", subject="bob", rating=1)).duplicates == 1
    assert append(log, event("a", source="other")).accepted == 1
    assert append(log, event("st", source="te"), event("t", source="tes")).accepted == 2
    assert log.read(0).events[0].event == event("a")


@pytest.mark.parametrize(
    "bad",
    [
        Event("test", "nan", "title.rated", "ada", float("nan"), {}),
        Event("test", "", "title.rated", "ada", 1.0, {}),
        Event("test", "half", "title.rated", "\ud800", 1.0, {}),
    ],
    ids=["a time that is no number", "no id", "half a character"],
)
def test_a_bad_event_takes_its_batch_with_it_and_no_other(log: HoldingLog, bad: Event) -> None:
    before = log.append(batch("before", 3))
    with pytest.raises(Invalid):
        append(log, event("a"), bad, event("b"))
    after = log.append(batch("after", 3))
    assert before.result(WAIT_S).accepted == after.result(WAIT_S).accepted == 3
    assert [each.offset for each in log.read(0).events] == [1, 2, 3, 4, 5, 6]


def test_many_threads_append_without_losing_or_repeating(log: HoldingLog) -> None:
    answers: list[Appended] = []

    def work(name: int) -> None:
        answers.extend(append(log, *batch(f"{name}-{turn}", 7)) for turn in range(20))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = log.read(0).events
    assert [each.offset for each in found] == list(range(1, 8 * 20 * 7 + 1))
    assert len(set(ids(found))) == 8 * 20 * 7
    assert sorted(answer.offset for answer in answers) == list(range(7, 8 * 20 * 7 + 1, 7))
    by_offset = {each.offset: each.event.id.rsplit("-", 1)[0] for each in found}
    assert all(len({by_offset[answer.offset - back] for back in range(7)}) == 1 for answer in answers)


def _child(url: str, name: str, turns: int) -> None:
    log = open_log(url)
    for turn in range(turns):
        append(log, *batch(f"{name}-{turn}", 5))
    log.close()


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_many_processes_append_to_one_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/events.db"
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_child, args=(url, str(name), 20)) for name in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join(WAIT_S)
        assert child.exitcode == 0
    log = open_log(url)
    found = log.read(0).events
    log.close()
    assert [each.offset for each in found] == list(range(1, 301))
    assert len(set(ids(found))) == 300


def test_a_reader_sees_every_offset_below_the_one_it_sees(log: HoldingLog) -> None:
    futures = [log.append(batch(f"{turn}", 3)) for turn in range(50)]
    seen: list[int] = []
    while len(seen) < 150:
        tail = log.read(seen[-1] if seen else 0, limit=7)
        seen.extend(each.offset for each in tail.events)
        assert not tail.events or len(tail.events) == 7 or tail.offset == seen[-1]
    assert seen == list(range(1, 151))
    assert all(future.result(WAIT_S).accepted == 3 for future in futures)


def test_what_was_acknowledged_is_in_the_next_read(log: HoldingLog) -> None:
    reached = 0
    for turn in range(100):
        acknowledged = append(log, event(f"{turn}")).offset
        tail = log.read(reached)
        assert tail.offset >= acknowledged
        assert ids(tail.events) == [f"{turn}"]
        reached = tail.offset


def test_reading_in_pages_replays_the_whole_log(log: HoldingLog) -> None:
    append(log, *batch("x", 25))
    replayed: list[str] = []
    reached = 0
    while (tail := log.read(reached, limit=10)).events:
        replayed += ids(tail.events)
        reached = tail.offset
    assert replayed == ids(log.read(0).events)
    assert tail.offset == reached == 25


def test_reading_past_the_end_finds_nothing_and_says_where_the_end_is(log: HoldingLog) -> None:
    assert (log.read(0).events, log.read(0).offset) == ((), 0) or not log.read(0).events
    append(log, event("a"))
    assert not log.read(1).events
    assert log.read(1).offset == log.read(99).offset == 1


def test_one_person_s_events_are_read_alone(log: HoldingLog) -> None:
    for turn in range(5):
        append(log, event(f"a{turn}", subject="ada"), event(f"b{turn}", subject="bob"))
    assert ids(log.read_subject("ada")) == ["a0", "a1", "a2", "a3", "a4"]
    assert [each.offset for each in log.read_subject("bob", after=2, until=8)] == [4, 6, 8]
    assert not log.read_subject("nobody")
    assert log.read_subject("ada")[0].event.subject == "ada"


def test_consumers_remember_how_far_they_have_come(log: HoldingLog) -> None:
    assert log.committed("library") == 0
    log.commit("library", 7)
    log.commit("trainer", 3)
    log.commit("library", 9)
    assert (log.committed("library"), log.committed("trainer"), log.committed("other")) == (9, 3, 0)


def test_a_load_is_one_batch_of_batches(log: HoldingLog) -> None:
    append(log, event("x-1"))
    answer = log.load(batch(f"{turn}", 10) + batch("x", 2) for turn in range(5))
    assert answer == Appended(51, 9, 52)
    assert len(log.read(0).events) == 52


def test_a_load_that_breaks_leaves_nothing_behind(log: HoldingLog) -> None:
    def broken() -> Iterator[list[Event]]:
        yield batch("a", 10, subject="new")
        raise RuntimeError("the file ends here")

    append(log, event("before"))
    with pytest.raises(RuntimeError, match="ends here"):
        log.load(broken())
    assert ids(log.read(0).events) == ["before"]
    assert append(log, event("after", subject="new")).offset == 2
    assert ids(log.read_subject("new")) == ["after"]


def test_a_closed_log_has_answered_everybody_and_takes_nothing_more(log: HoldingLog) -> None:
    futures = [log.append(batch(f"{turn}", 10)) for turn in range(20)]
    log.close()
    assert [future.result(0).accepted for future in futures] == [10] * 20
    with pytest.raises(Unavailable, match="closed"):
        log.append([event("late")])
    log.close()


def test_a_person_takes_everything_along(log: HoldingLog) -> None:
    append(log, event("a", subject="ada"), event("b", subject="bob"), event("c", subject="ada"))
    exported = list(log.export(Subject(pseudonym="ada")))
    assert [each["id"] for each in exported] == ["a", "c"]
    assert exported[0]["data"] == {"title_id": "heat", "rating": 4.0}
    assert exported[0]["time"] == "2017-07-14T02:40:00.250Z"
    assert log.holder == "events"
    assert "events" in log.tables


def test_an_erased_person_is_gone_and_their_offsets_never_come_back(log: HoldingLog) -> None:
    append(log, event("a", subject="ada"), event("b", subject="bob"), event("c", subject="ada"))
    assert log.erase(Subject(pseudonym="ada")) == 2
    assert log.erase(Subject(pseudonym="ada")) == 0
    assert log.erase(Subject(profile_id="ada")) == 0
    assert not log.read_subject("ada")
    assert not list(log.export(Subject(pseudonym="ada")))
    assert [each.offset for each in log.read(0).events] == [2]
    assert (log.end(), log.read(0).offset) == (3, 3)
    assert append(log, event("d", subject="bob")).offset == 4


def test_nothing_that_comes_late_brings_an_erased_person_back(log: HoldingLog) -> None:
    append(log, event("a", subject="ada"), event("b", subject="bob"))
    log.erase(Subject(pseudonym="ada"))
    with pytest.raises(NotFound, match="erased"):
        append(log, event("late", subject="ada"))
    with pytest.raises(NotFound, match="erased"):
        append(log, event("of bob", subject="bob"), event("of ada", subject="ada"))
    with pytest.raises(NotFound, match="erased"):
        log.load([[event("loaded", subject="ada")]])
    assert append(log, event("c", subject="bob")).offset == 3
    assert ids(log.read(0).events) == ["b", "c"]


def test_a_batch_that_waits_while_its_person_is_erased_is_refused_and_its_neighbours_are_kept(log: HoldingLog) -> None:
    append(log, event("a", subject="ada"))
    log.erase(Subject(pseudonym="ada"))
    late, other = log.append([event("late", subject="ada")]), log.append([event("b", subject="bob")])
    assert other.result(WAIT_S).accepted == 1
    with pytest.raises(NotFound):
        late.result(WAIT_S)


def test_an_erasure_outlives_the_process_that_did_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/events.db"
    log = open_log(url)
    append(log, event("a"))
    log.erase(Subject(pseudonym="ada"))
    log.close()
    again = open_log(url)
    with pytest.raises(NotFound, match="erased"):
        append(again, event("late"))
    again.close()


def test_a_reader_of_the_tail_is_told_of_erasures_and_whom_to_forget(log: HoldingLog) -> None:
    append(log, event("a"), event("b", subject="bob"), event("c", subject="cleo"))
    before = log.read(0).erasures
    assert log.read(99).erasures == before
    log.erase(Subject(pseudonym="ada"))
    between = log.read(99).erasures
    log.erase(Subject(pseudonym="bob"))
    assert before < between < log.read(0).erasures == log.erasures()
    assert log.erased_since(before) == [mark_of("ada"), mark_of("bob")]
    assert log.erased_since(between) == [mark_of("bob")]
    assert not log.erased_since(log.erasures())


def test_the_people_of_a_stretch_of_the_log_are_named(log: HoldingLog) -> None:
    append(
        log, event("a", subject="bob"), event("b", subject="ada"), event("c", subject="bob"), event("d", subject="z")
    )
    assert log.subjects() == ["ada", "bob", "z"]
    assert log.subjects(after=2) == ["bob", "z"]
    assert log.subjects(after=1, until=3) == ["ada", "bob"]
    assert not log.subjects(after=4)


identities = st.tuples(st.sampled_from(["web", "tv", ""]), st.sampled_from("abcdefgh"))
batches_of_identities = st.lists(st.lists(identities, max_size=8), max_size=6)


def test_who_sums_up_the_log_can_tell_that_somebody_was_erased(log: HoldingLog) -> None:
    append(log, event("a"), event("b", subject="bob"))
    before = log.erasures()
    append(log, event("c"))
    assert log.erasures() == before
    log.erase(Subject(pseudonym="ada"))
    assert log.erasures() > before


@pytest.mark.parametrize("scheme", ["memory", "sqlite"])
@given(batches=batches_of_identities)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_log_is_the_first_of_each_identity_in_order(
    scheme: str, batches: list[list[tuple[str, str]]], tmp_path: Path
) -> None:
    url = "memory://" if scheme == "memory" else f"sqlite:///{tmp_path}/{secrets.token_hex(4)}.db"
    log = open_log(url)
    expected: dict[tuple[str, str], float] = {}
    number = 0.0
    for each in batches:
        events = []
        for source, event_id in each:
            number += 1
            events.append(event(event_id, source=source or "x", rating=number))
            expected.setdefault((source or "x", event_id), number)
        answer = append(log, *events)
        assert answer.accepted + answer.duplicates == len(events)
        assert answer.offset == len(expected)
    found = log.read(0).events
    log.close()
    assert [((e.event.source, e.event.id), e.event.data["rating"]) for e in found] == list(expected.items())
    assert [each.offset for each in found] == list(range(1, len(expected) + 1))


def test_a_reopened_file_holds_everything(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deep/folder/events.db"
    log = open_log(url)
    append(log, *batch("a", 10))
    log.commit("library", 5)
    log.close()
    again = open_log(url)
    assert (again.end(), again.committed("library"), len(again.read(0).events)) == (10, 5, 10)
    assert append(again, event("a-3")).duplicates == 1
    again.close()
