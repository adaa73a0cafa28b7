"""Figures are a fold of the log: however it is cut, the same; who was erased is in none of them."""

from datetime import date
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.catalog.models import Face, Faces, Kind
from cinoche.catalog.series import ordered
from cinoche.events import types
from cinoche.events.adapters.memory import MemoryEventLog
from cinoche.events.models import Event
from cinoche.insights.models import Figures, RowFigures
from cinoche.insights.service import LONGEST_DAYS, Insights
from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.kit.errors import Invalid
from cinoche.kit.personal import Subject

DAY = date(2026, 11, 20)
AT = 20_777 * DAY_S
"""The first instant of that day."""

FACES = (
    Face("heat", "Heat", 1995, Kind.FILM, genres=("Crime",)),
    Face("amelie", "Amélie", 2001, Kind.FILM, genres=("Comedy",)),
    Face("show", "A Show", 2020, Kind.SERIES, genres=("Comedy",)),
    Face("one", "One", 2020, Kind.EPISODE, parent_id="show", number=1),
    Face("two", "Two", 2020, Kind.EPISODE, parent_id="show", number=2),
)
CATALOGUE = Faces(1, FACES, {face.title_id: at for at, face in enumerate(FACES)}, children=ordered(FACES))
_numbers = count()


def event(type_name: str, title_id: str = "heat", *, who: str = "ada", at: float = AT, **data: object) -> Event:
    return Event("test", str(next(_numbers)), type_name, who, at, {types.TITLE_ID: title_id, **data})


def shown(*title_ids: str, who: str = "ada", at: float = AT, kind: str = "trending") -> Event:
    return Event("test", str(next(_numbers)), types.ROW_SHOWN, who, at, {"kind": kind, types.TITLE_IDS: [*title_ids]})


def told(*events: Event) -> Insights:
    log = MemoryEventLog()
    log.append(events).result()
    return Insights(log, lambda: CATALOGUE, clock=lambda: AT + HOUR_S)


def figures(*events: Event, **asked: object) -> Figures:
    return told(*events).figures(**{"since": DAY, "until": DAY, **asked})  # type: ignore[arg-type]


def watched(title_id: str = "heat", *, who: str = "ada", at: float = AT, hours: float = 1.0) -> list[Event]:
    lasts = {"duration_s": 2 * HOUR_S, "play_session_id": f"{who}-{title_id}-{at}"}
    return [
        event(types.PLAYBACK_STARTED, title_id, who=who, at=at, **lasts),
        event(types.PLAYBACK_PROGRESSED, title_id, who=who, at=at + hours * HOUR_S, position_s=hours * HOUR_S, **lasts),
    ]


def test_a_play_session_is_one_play_however_many_events_tell_of_it() -> None:
    found = figures(*watched(), *watched(at=AT + 3 * HOUR_S, hours=2))
    assert (found.now.total.plays, found.now.total.hours, found.now.total.completion) == (2, 3.0, 0.5)
    assert found.now.days[DAY].plays == 2


def test_without_sessions_each_start_is_a_play() -> None:
    start, on = types.PLAYBACK_STARTED, types.PLAYBACK_PROGRESSED
    found = figures(
        event(start), event(on, at=AT + 600, position_s=600.0), event(start, at=AT + 700), event(on, at=AT + 710)
    )
    assert found.now.total.plays == 2
    assert found.now.total.watched_s == 600


def test_stars_and_lists_are_no_plays() -> None:
    found = figures(event(types.TITLE_RATED, rating=5.0), event(types.WATCHLIST_ADDED), shown("heat"))
    assert (found.now.total.plays, found.now.total.completion, found.titles) == (0, None, [])


def test_a_pause_a_seek_and_a_late_event_add_nothing_that_was_not_watched() -> None:
    on, one = types.PLAYBACK_PROGRESSED, {"play_session_id": "one"}
    found = figures(
        event(types.PLAYBACK_STARTED, **one),
        event(on, at=AT + 100, position_s=100.0, **one),
        event(on, at=AT + 5_000, position_s=100.0, **one),
        event(on, at=AT + 5_010, position_s=4_000.0, **one),
        event(on, at=AT + 5_020, position_s=10.0, **one),
        event(on, at=AT + 50, position_s=50.0, **one),
    )
    assert found.now.total.watched_s == 110


def test_the_span_before_is_as_long_and_ends_where_this_one_begins() -> None:
    events = [*watched(at=AT - DAY_S), *watched(at=AT - 2 * DAY_S), *watched(at=AT + DAY_S), *watched()]
    found = figures(*events, since=date(2026, 11, 19))
    assert [each.plays for each in found.now.days.values()] == [1, 1]
    assert [(day.day, each.plays) for day, each in found.before.days.items()] == [(17, 0), (18, 1)]


def test_episodes_count_for_their_series_and_have_its_genre() -> None:
    events = [*watched("one"), *watched("two"), *watched("heat")]
    assert [(each.title_id, each.plays.plays) for each in figures(*events).titles] == [("show", 2), ("heat", 1)]
    found = figures(*events, genre="Comedy")
    assert (found.now.total.plays, [each.title_id for each in found.titles]) == (2, ["show"])
    assert told(*events).plays_of(["show", "one", "heat", "amelie"]) == {"show": 2, "one": 1, "heat": 1, "amelie": 0}


def test_fewer_than_five_viewers_are_not_numbered() -> None:
    four = [each for who in "abcd" for each in watched(who=who)]
    assert figures(*four).viewers is None
    assert figures(*four, *watched(who="e"), *watched("amelie", who="e")).viewers == 5


def test_a_row_is_played_when_a_title_of_it_is_within_a_day_by_who_saw_it() -> None:
    found = figures(
        shown("heat", "amelie", at=AT),
        shown("heat", who="bob", at=AT + 1),
        shown("two", at=AT + 2, kind="genre"),
        *watched("amelie", at=AT + HOUR_S),
        *watched("heat", who="cleo", at=AT + HOUR_S),
        *watched("two", at=AT + 1.5 * DAY_S),
    )
    assert found.rows == [RowFigures("trending", 2, 1), RowFigures("genre", 1, 0)]
    assert found.rows[0].rate == 0.5


def test_a_play_is_owed_to_the_row_that_was_seen_last() -> None:
    found = figures(shown("heat", kind="genre"), shown("heat", at=AT + 1, kind="trending"), *watched(at=AT + 2))
    assert {each.kind: each.played for each in found.rows} == {"genre": 0, "trending": 1}


def test_who_was_erased_is_in_no_figure_any_more() -> None:
    log = MemoryEventLog()
    insights = Insights(log, lambda: CATALOGUE)
    log.append([*watched(), *watched(who="bob"), shown("heat")]).result()
    assert insights.figures(since=DAY, until=DAY).now.total.plays == 2
    log.erase(Subject(pseudonym="ada"))
    found = insights.figures(since=DAY, until=DAY)
    assert (found.now.total.plays, found.now.people, found.rows) == (1, 1, [])
    assert insights.plays_of(["heat"]) == {"heat": 1}


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(2026, 2, 1), date(2026, 1, 1)), (date(2000, 1, 1), date(2026, 1, 1)), (date(1, 1, 1), date(1, 1, 2))],
)
def test_a_span_that_is_none_is_refused_with_the_reason(since: date, until: date) -> None:
    with pytest.raises(Invalid):
        told().figures(since=since, until=until)


def test_a_question_without_days_is_about_the_last_four_weeks() -> None:
    found = told(*watched()).figures()
    assert ((found.until - found.since).days, found.until) == (27, DAY)
    assert (found.now.total.plays, LONGEST_DAYS) == (1, 731)


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    kinds = st.sampled_from([*sorted(t for t in types.EVENT_TYPES if t.startswith("playback.")), types.ROW_SHOWN])
    events = []
    for _ in range(draw(st.integers(0, 25))):
        kind, who = draw(kinds), draw(st.sampled_from(["ada", "bob"]))
        title_id, at = draw(st.sampled_from(["heat", "one"])), AT + draw(st.integers(-90_000, 90_000))
        if kind == types.ROW_SHOWN:
            events.append(shown(title_id, who=who, at=at))
            continue
        session = draw(st.sampled_from([{}, {"play_session_id": "s1"}, {"play_session_id": "s2"}]))
        position_s = float(draw(st.integers(0, 6_000)))
        events.append(event(kind, title_id, who=who, at=at, position_s=position_s, duration_s=6_000.0, **session))
    return events


@given(logs(), st.lists(st.integers(0, 25), max_size=4))
def test_however_the_log_is_cut_the_figures_are_the_same(log: list[Event], cuts: list[int]) -> None:
    kept, asked = MemoryEventLog(), {"since": date(2026, 11, 18), "until": date(2026, 11, 22)}
    piecewise = Insights(kept, lambda: CATALOGUE)
    edges = [0, *sorted(min(cut, len(log)) for cut in cuts), len(log)]
    for start, stop in pairwise(edges):
        kept.append(log[start:stop]).result()
        piecewise.figures(**asked)
    assert piecewise.figures(**asked) == told(*log).figures(**asked)


@given(logs())
def test_no_more_is_watched_than_time_went_by(log: list[Event]) -> None:
    found = told(*log).figures(since=date(2026, 11, 18), until=date(2026, 11, 22))
    times = [each.time_s for each in log] or [0.0]
    assert 0 <= found.now.total.watched_s <= found.now.total.plays * (max(times) - min(times))
    assert all(each.played <= each.shown for each in found.rows)
