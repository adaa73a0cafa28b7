"""Plays that are kept on the disk add up to what a plain reading of the log in memory says."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.insights.models import RowFigures, Sum, day_named, day_of
from cinoche.insights.plays import Plays
from cinoche.kit.clock import DAY_S
from cinoche.library.models import PLAYED_SHARE

AT = 20_777 * DAY_S
FIRST, LAST = day_of(AT) - 2, day_of(AT) + 2
LASTS_S = 6_000.0
_numbers = count()


@dataclass
class PlainPlay:
    """A play, with all that was ever told of it."""

    subject: str
    title_id: str
    started_at: float
    at: float
    position_s: float
    watched_s: float = 0.0
    is_completed: bool = False


def plain_plays(log: list[Event]) -> list[PlainPlay]:
    """Read the plays out of a log, each by going through all that were before it."""
    plays: list[tuple[tuple[str, str, str], PlainPlay]] = []
    for event in log:
        if event.type == types.ROW_SHOWN:
            continue
        title_id, session = event.data["title_id"], event.data.get("play_session_id", "")
        key = (event.subject, title_id, session)
        play = next((each for held, each in reversed(plays) if held == key), None)
        if play is None or (event.type == types.PLAYBACK_STARTED and not session):
            at, position_s = event.time_s, event.data["position_s"]
            play = PlainPlay(event.subject, title_id, at, at, position_s)
            plays.append((key, play))
        _advance(play, event)
    return [each for _, each in plays]


def _advance(play: PlainPlay, event: Event) -> None:
    position_s = event.data["position_s"]
    if event.time_s >= play.at:
        play.watched_s += max(0.0, min(event.time_s - play.at, position_s - play.position_s))
        play.at, play.position_s = event.time_s, position_s
    if event.type == types.PLAYBACK_COMPLETED or position_s >= PLAYED_SHARE * LASTS_S:
        play.is_completed = True


def plain_rows(log: list[Event], wanted: frozenset[str]) -> dict[str, RowFigures]:
    """Say of each row whether a title of it was played within a day, by reading on from it."""
    played: set[int] = set()
    began: set[tuple[str, str, str]] = set()
    for place, event in enumerate(log):
        if event.type == types.ROW_SHOWN:
            continue
        title_id, session = event.data["title_id"], event.data.get("play_session_id", "")
        key = (event.subject, title_id, session)
        if key in began and not (event.type == types.PLAYBACK_STARTED and not session):
            continue
        began.add(key)
        for before in range(place - 1, -1, -1):
            row = log[before]
            is_of_row = row.type == types.ROW_SHOWN and row.subject == event.subject
            if is_of_row and 0 <= event.time_s - row.time_s <= DAY_S and title_id in row.data["title_ids"]:
                played.add(before)
                break
    found: dict[str, RowFigures] = {}
    for place, row in enumerate(log):
        if row.type != types.ROW_SHOWN or not FIRST <= day_of(row.time_s) <= LAST:
            continue
        if wanted & set(row.data["title_ids"]):
            kind = row.data["kind"]
            before_it = found.get(kind, RowFigures(kind, 0, 0))
            found[kind] = RowFigures(kind, before_it.shown + 1, before_it.played + (place in played))
    return found


def added_up(plays: list[PlainPlay]) -> Sum:
    """Add plays up."""
    return Sum(len(plays), sum(each.watched_s for each in plays), sum(each.is_completed for each in plays))


def _event(kind: str, who: str, at: float, data: dict[str, Any]) -> Event:
    return Event("test", str(next(_numbers)), kind, who, at, data)


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    kinds = [each for each in types.EVENT_TYPES if each.startswith("playback.")]
    people, titles = st.sampled_from(["ada", "bob", "cleo"]), st.sampled_from(["heat", "alien", "brazil"])
    events = []
    for _ in range(draw(st.integers(0, 40))):
        who, at = draw(people), AT + draw(st.integers(-150_000, 150_000))
        if draw(st.booleans()):
            shown = {"kind": draw(st.sampled_from(["trending", "genre"])), "title_ids": [draw(titles), draw(titles)]}
            events.append(_event(types.ROW_SHOWN, who, at, shown))
            continue
        session = draw(st.sampled_from([{}, {"play_session_id": "one"}, {"play_session_id": "two"}]))
        position_s = float(draw(st.integers(0, 6_000)))
        data = {"title_id": draw(titles), "position_s": position_s, "duration_s": LASTS_S, **session}
        events.append(_event(draw(st.sampled_from(kinds)), who, at, data))
    return events


@given(logs(), st.integers(1, 4), st.sets(st.sampled_from(["heat", "alien", "brazil"])), st.booleans())
def test_plays_on_the_disk_add_up_to_what_a_plain_reading_says(
    log: list[Event], most_open: int, chosen: set[str], is_all: bool
) -> None:
    kept = Plays(most_open=most_open)
    for event in log:
        kept.fold(event)
    wanted = frozenset({"heat", "alien", "brazil"} if is_all else chosen)
    is_wanted = None if is_all else wanted.__contains__
    plain = [each for each in plain_plays(log) if FIRST <= day_of(each.started_at) <= LAST and each.title_id in wanted]
    span = kept.span(FIRST, LAST, is_wanted)
    assert span.total == added_up(plain)
    assert span.people == len({each.subject for each in plain})
    for number in range(FIRST, LAST + 1):
        assert span.days[day_named(number)] == added_up([each for each in plain if day_of(each.started_at) == number])
    assert span.titles == {
        title_id: added_up([each for each in plain if each.title_id == title_id])
        for title_id in {each.title_id for each in plain}
    }
    assert {each.kind: each for each in kept.rows(FIRST, LAST, is_wanted)} == plain_rows(log, wanted)


def test_an_event_of_a_play_that_left_the_memory_long_ago_still_counts_for_it() -> None:
    kept = Plays(most_open=10)
    for number in range(500):
        data = {"title_id": "heat", "position_s": 0.0, "duration_s": LASTS_S, "play_session_id": str(number)}
        kept.fold(_event(types.PLAYBACK_STARTED, "ada", AT + number, data))
    late = {"title_id": "heat", "position_s": 6_000.0, "duration_s": LASTS_S, "play_session_id": "3"}
    kept.fold(_event(types.PLAYBACK_COMPLETED, "ada", AT + 6_003, late))
    assert kept.span(FIRST, LAST, None).total == Sum(500, 6_000.0, 1)
    assert kept.of_title("heat") == 500


@pytest.mark.parametrize("most_open", [1, 2, 1_000])
def test_of_plays_without_a_session_the_last_one_goes_on(most_open: int) -> None:
    kept = Plays(most_open=most_open)
    start, on = types.PLAYBACK_STARTED, types.PLAYBACK_PROGRESSED
    for kind, title_id, at, position_s in (
        (start, "heat", 0, 0.0), (on, "heat", 60, 60.0), (start, "alien", 70, 0.0),
        (start, "heat", 100, 0.0), (start, "brazil", 110, 0.0), (on, "heat", 130, 30.0),
    ):  # fmt: skip
        data = {"title_id": title_id, "position_s": position_s, "duration_s": LASTS_S}
        kept.fold(_event(kind, "ada", AT + at, data))
    assert kept.span(FIRST, LAST, None).titles["heat"] == Sum(2, 90.0, 0)
