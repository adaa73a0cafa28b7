from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from cinoche.events import types
from cinoche.events.adapters.memory import MemoryEventLog
from cinoche.events.models import Event
from cinoche.kit.errors import Invalid
from cinoche.kit.paging import Page, encode_cursor
from cinoche.kit.personal import Subject
from cinoche.kit.sql import open_engine
from cinoche.library.adapters.sql import METADATA, SqlTitleStates
from cinoche.library.models import TitleState, apply
from cinoche.library.service import Library


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path}/library.db")
    METADATA.create_all(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def log() -> MemoryEventLog:
    return MemoryEventLog()


@pytest.fixture
def library(log: MemoryEventLog, engine: Engine) -> Library:
    return Library(log, SqlTitleStates(engine), unseal=lambda subject, token: f"{subject} wrote {token}")


_NUMBERS = iter(range(10**9))


def happened(type_name: str, title_id: str, time_s: float, *, subject: str = "ada", **data: Any) -> Event:
    return Event("test", str(next(_NUMBERS)), type_name, subject, time_s, {"title_id": title_id, **data})


def rated(title_id: str, time_s: float, rating: float = 4.0, *, subject: str = "ada") -> Event:
    return happened(types.TITLE_RATED, title_id, time_s, subject=subject, rating=rating)


def some_events() -> list[Event]:
    return [
        happened(types.PLAYBACK_STARTED, "heat", 10.0, duration_s=100.0),
        happened(types.PLAYBACK_PROGRESSED, "heat", 11.0, position_s=50.0, duration_s=100.0),
        happened(types.PLAYBACK_COMPLETED, "alien", 12.0, position_s=99.0),
        rated("alien", 13.0, 4.5),
        happened(types.TITLE_REVIEWED, "alien", 14.0, text="sealed", sentiment=0.5),
        happened(types.WATCHLIST_ADDED, "ran", 15.0),
        happened(types.TITLE_DISMISSED, "cars", 16.0),
        happened(types.TITLE_LIKED, "ran", 17.0),
        rated("heat", 18.0, 1.0, subject="bob"),
        Event("test", "shown", types.ROW_SHOWN, "ada", 19.0, {"kind": "top", "title_ids": ["heat"]}),
    ]


def test_a_read_is_fresh_whether_the_states_have_caught_up_or_not(log: MemoryEventLog, library: Library) -> None:
    log.append(some_events())
    before = library.states("ada")
    assert set(before) == {"heat", "alien", "ran", "cars"}
    assert library.catch_up(limit=4) == 4
    assert library.states("ada") == before
    assert library.catch_up() == 6
    assert library.catch_up() == 0
    assert library.states("ada") == before
    assert library.state("ada", "heat") == before["heat"]
    assert library.states("bob")["heat"].rating == 1.0
    assert library.states("nobody") == {}
    assert library.state("nobody", "heat") == TitleState("heat")


def test_every_register_is_stored_as_it_is(log: MemoryEventLog, library: Library, engine: Engine) -> None:
    values = [f.name for f in fields(TitleState)]
    state = TitleState("heat", *(float(number) for number in range(1, len(values))))  # type: ignore[arg-type]
    store = SqlTitleStates(engine)
    full = TitleState(
        **{name: getattr(state, name) for name in values}
        | {"reaction": -1, "review": "r", "is_listed": True, "is_dismissed": False}
    )
    changed = TitleState("heat", rating=0.5, is_dismissed=True, dismissed_at=3.25)
    with store.step() as step:
        step.save({("ada", "heat"): full}, {}, 1)
    assert store.of_title("ada", "heat") == (1, full)
    with store.step() as step:
        step.save({}, {("ada", "heat"): changed}, 2)
    assert store.of_subject("ada") == (2, [changed])


def test_many_places_are_found_exactly(engine: Engine) -> None:
    store = SqlTitleStates(engine)
    places = [(f"s{subject:02}", f"t{title:03}") for subject in range(45) for title in range(0, 90, 1 + subject % 7)]
    with store.step() as step:
        step.save({place: TitleState(place[1], rating=1.0) for place in places[::2]}, {}, 1)
    with store.step() as step:
        assert sorted(step.find(sorted(places))) == sorted(places[::2])
        assert step.find([]) == {}
        assert list(step.find([places[0]])) == [places[0]]


places_and_times = st.tuples(st.sampled_from(["ada", "bob"]), st.sampled_from("abc"), st.integers(1, 30))
types_of_events = st.sampled_from(
    [types.TITLE_LIKED, types.TITLE_DISMISSED, types.PLAYBACK_STARTED, types.WATCHLIST_ADDED]
)


@given(told=st.lists(st.tuples(types_of_events, places_and_times), max_size=20), limit=st.integers(1, 7))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_stored_states_are_the_fold_of_the_log(
    engine: Engine, told: list[tuple[str, tuple[str, str, int]]], limit: int
) -> None:
    log = MemoryEventLog()
    library = Library(log, SqlTitleStates(engine))
    library.rebuild()
    expected: dict[tuple[str, str], TitleState] = {}
    for type_name, (subject, title_id, time_s) in told:
        each = happened(type_name, title_id, float(time_s), subject=subject)
        log.append([each])
        place = (subject, title_id)
        expected[place] = apply(expected.get(place) or TitleState(title_id), each)
    while library.catch_up(limit):
        pass
    stored = {(who, s.title_id): s for who in ("ada", "bob") for s in SqlTitleStates(engine).of_subject(who)[1]}
    assert stored == expected
    assert library.rebuild() == len(told)
    assert {(who, t): s for who in ("ada", "bob") for t, s in library.states(who).items()} == expected


def test_a_step_that_breaks_leaves_states_and_offset_together(
    log: MemoryEventLog, library: Library, engine: Engine
) -> None:
    def breaking_step() -> None:
        with store.step() as step:
            step.save({("ada", "heat"): TitleState("heat", rating=1.0)}, {}, 7)
            raise RuntimeError("the power went")

    log.append(some_events())
    store = SqlTitleStates(engine)
    with pytest.raises(RuntimeError, match="power"):
        breaking_step()
    assert store.of_subject("ada") == (0, [])
    assert library.catch_up() == 10


def test_a_rebuilt_library_is_the_same(log: MemoryEventLog, library: Library) -> None:
    log.append(some_events())
    library.catch_up()
    before = library.states("ada")
    assert library.rebuild() == 10
    assert library.states("ada") == before
    assert library.catch_up() == 0


def test_another_log_in_the_old_one_s_place_is_folded_from_its_start(log: MemoryEventLog, engine: Engine) -> None:
    log.append(some_events())
    Library(log, SqlTitleStates(engine)).catch_up()
    other = MemoryEventLog()
    other.append([rated("ran", 1.0)])
    library = Library(other, SqlTitleStates(engine))
    assert library.catch_up() == 1
    assert set(library.states("ada")) == {"ran"}


def test_the_store_is_moved_while_the_log_is_read(log: MemoryEventLog, engine: Engine) -> None:
    library = Library(log, SqlTitleStates(engine))

    class Racing(SqlTitleStates):
        def of_subject(self, subject: str) -> tuple[int, list[TitleState]]:
            offset, _ = super().of_subject(subject)
            library.catch_up()
            return offset, list(super().of_subject(subject)[1])

    log.append([rated("heat", 1.0, 2.0), rated("heat", 1.0, 3.0)])
    assert Library(log, Racing(engine)).states("ada")["heat"].rating == 3.0


Lister = Callable[..., Page[TitleState]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("history", ["alien", "heat"]),
        ("ratings", ["alien"]),
        ("watchlist", ["ran"]),
        ("reviews", ["alien"]),
    ],
)
def test_each_list_has_what_belongs_to_it_latest_first(
    log: MemoryEventLog, library: Library, name: str, expected: list[str]
) -> None:
    log.append(some_events())
    page = getattr(library, name)("ada")
    assert [state.title_id for state in page.items] == expected
    assert page.next is None


def test_a_list_comes_in_pages_without_a_gap_or_a_repetition(log: MemoryEventLog, library: Library) -> None:
    log.append([rated(f"t{number:02}", 1_000.5 + number // 3) for number in range(20)])
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = library.ratings("ada", limit=6, cursor=cursor)
        seen += [state.title_id for state in page.items]
        if page.next is None:
            break
        cursor = page.next
    whole = [state.title_id for state in library.ratings("ada", limit=100).items]
    assert seen == whole
    assert sorted(seen) == [f"t{number:02}" for number in range(20)]
    assert seen[:2] == ["t18", "t19"]


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        encode_cursor("history", "a", "b"),
        encode_cursor("history", 1.0, 2.0),
        encode_cursor("history", 1.0),
        encode_cursor("ratings", 1.0, "heat"),
        encode_cursor("history", 10**400, "heat"),
    ],
)
def test_a_cursor_that_no_list_gave_is_refused(log: MemoryEventLog, library: Library, cursor: str) -> None:
    log.append(some_events())
    with pytest.raises(Invalid, match="cursor"):
        library.history("ada", cursor=cursor)


def test_a_review_is_read_with_its_key_and_stored_without(log: MemoryEventLog, library: Library) -> None:
    log.append(some_events())
    library.catch_up()
    assert library.reviews("ada").items[0].review == "ada wrote sealed"
    assert library.state("ada", "alien").review == "ada wrote sealed"
    assert library.states("ada")["alien"].review == "sealed"


def test_a_review_whose_key_is_gone_is_unreadable(log: MemoryEventLog, engine: Engine) -> None:
    library = Library(log, SqlTitleStates(engine), unseal=lambda *_: None)
    log.append(some_events())
    assert library.state("ada", "alien").review is None


def test_a_person_takes_along_what_was_done_and_nothing_else(log: MemoryEventLog, library: Library) -> None:
    log.append(some_events())
    exported = {record["title_id"]: record for record in library.export(Subject(pseudonym="ada"))}
    assert exported["cars"] == {"title_id": "cars", "is_dismissed": True, "dismissed_at": 16.0}
    assert exported["alien"]["review"] == "ada wrote sealed"
    assert list(library.export(Subject(profile_id="ada"))) == []


def test_an_erased_person_is_gone_down_to_the_bytes(log: MemoryEventLog, library: Library, tmp_path: Path) -> None:
    name = "zq7-pseudonym"
    log.append([rated(f"t{number}", 1.0, subject=name) for number in range(50)] + some_events())
    library.catch_up()
    subject = Subject(pseudonym=name)
    assert (library.holder, library.tables) == ("library", {"library_titles"})
    assert log.erase(subject) == 50
    assert library.erase(subject) == 50
    assert library.erase(subject) == library.erase(Subject()) == 0
    assert library.states(name) == {}
    assert library.catch_up() == 0
    assert name.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert len(library.states("ada")) == 4


def test_nothing_is_written_when_there_is_nothing_new(log: MemoryEventLog, library: Library, engine: Engine) -> None:
    log.append(some_events())
    assert library.catch_up() == 10
    written: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: written.append(args[2]))
    assert library.catch_up() == 0
    assert library.states("ada")
    assert [sql for sql in written if sql != "BEGIN" and not sql.startswith("SELECT")] == []
