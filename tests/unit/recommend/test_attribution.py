"""Rows find the plays that came of them: the last row that showed a title, within a day, once a title."""

from collections.abc import Sequence
from itertools import count

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.recommend.attribution import Attribution, Outcome, What

NOW = 1_700_000_000.0
_numbers = count()


def slate(*title_ids: str, who: str = "ada", slate_id: str = "s1", at: float = NOW, **row: object) -> Event:
    n = len(title_ids)
    whole = {
        "kind": "top_picks", "position": 0, types.TITLE_IDS: list(title_ids), "places": list(range(n)),
        "propensities": [1.0] * n, **row,
    }  # fmt: skip
    data = {
        "slate_id": slate_id, "scorer": "blend", "model": "v1", "experiment_id": "bold", "arm": "a", types.ROWS: [whole]
    }  # fmt: skip
    return Event("test", str(next(_numbers)), types.SLATE_SHOWN, who, at, data)


def play(title_id: str, who: str = "ada", at: float = NOW + HOUR_S, kind: str = types.PLAYBACK_STARTED) -> Event:
    return Event("test", str(next(_numbers)), kind, who, at, {types.TITLE_ID: title_id})


def fold(*events: Event, most_rows: int = 100) -> Sequence[Outcome]:
    attribution = Attribution(most_rows)
    return [outcome for event in events for outcome in attribution.fold(event)]


def what(*events: Event) -> list[tuple[str, list[str]]]:
    return [(each.what.name, each.title_ids) for each in fold(*events)]


def test_a_row_is_seen_and_then_played_from() -> None:
    seen, played, ended = fold(slate("heat", "alien"), play("heat"), play("heat", kind=types.PLAYBACK_COMPLETED))
    assert [each.what for each in (seen, played, ended)] == [What.SEEN, What.PLAYED, What.COMPLETED]
    assert seen.row is played.row is ended.row
    assert (seen.row.scorer, seen.row.model, seen.row.experiment_id, seen.row.arm) == ("blend", "v1", "bold", "a")
    assert (played.title_ids, ended.row.played, ended.row.completed) == (["heat"], {"heat"}, {"heat"})


def test_more_of_a_row_is_the_same_row_and_nothing_of_it_counts_twice() -> None:
    found = what(slate("heat", "alien"), slate("alien", "brazil"), slate("heat"), slate("heat", slate_id="s2"))
    assert found == [("SEEN", ["heat", "alien"]), ("MORE", ["brazil"]), ("MORE", []), ("SEEN", ["heat"])]


def test_the_last_row_that_showed_a_title_has_its_play() -> None:
    found = fold(slate("heat"), slate("heat", slate_id="s2", at=NOW + 60), play("heat"), play("heat"))
    assert [each.what for each in found] == [What.SEEN, What.SEEN, What.PLAYED]
    assert found[2].row.slate_id == "s2"


def test_plays_of_others_of_yesterday_and_from_nowhere_are_of_no_row() -> None:
    late = play("heat", at=NOW + DAY_S + 1)
    assert len(fold(slate("heat"), play("heat", who="bob"), late, play("alien"), play("heat", at=NOW - 1))) == 1


def test_chances_and_what_a_title_is_owed_to_are_kept_where_they_say_something() -> None:
    [seen] = fold(slate("heat", "alien", "brazil", propensities=[1.0, 0.25, 0.5], owed_to=["", "drawn", ""]))
    assert seen.row.chances == {"alien": 0.25, "brazil": 0.5}
    assert seen.row.owed_to == {"alien": "drawn"}
    assert seen.row.places == {"alien": 1, "brazil": 2}


def test_memory_is_bounded_and_the_oldest_goes_first() -> None:
    people = [f"viewer {n}" for n in range(5)]
    found = fold(*(slate("heat", who=each) for each in people), *(play("heat", each) for each in people), most_rows=3)
    assert sum(each.what is What.PLAYED for each in found) == 3
