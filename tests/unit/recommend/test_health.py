"""How the recommender fares: rows find the plays that came of them, and figures say what they are named for."""

import numpy as np
import pytest

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.recommend import health as figures
from cinoche.recommend.attribution import Attribution
from cinoche.recommend.health import Exposure, Rate, Titles, coverage, distance, gini, health, long_tail, novelty

NOW = 1_700_000_000.0


def shown(*title_ids: str, who: str = "ada", kind: str = "top_picks", at: float = NOW, **more: object) -> Event:
    data = {types.TITLE_IDS: list(title_ids), "kind": kind, "position": 0, "scorer": "blend", **more}
    return Event("test", "x", types.ROW_SHOWN, who, at, data)


def played(title_id: str, who: str = "ada", at: float = NOW + HOUR_S, kind: str = types.PLAYBACK_STARTED) -> Event:
    return Event("test", "x", kind, who, at, {types.TITLE_ID: title_id})


def ended(title_id: str, who: str = "ada", at: float = NOW + 2 * HOUR_S) -> Event:
    return played(title_id, who, at, types.PLAYBACK_COMPLETED)


def exposure(*events: Event) -> Exposure:
    fold = Exposure()
    for event in events:
        fold.fold(event)
    return fold


def test_a_play_within_a_day_counts_for_the_row_that_showed_its_title_last() -> None:
    fold = exposure(
        shown("heat", kind="trending", position=2), shown("heat", "alien"), played("heat"), ended("heat"),
        shown("alien", who="bob"), played("heat", who="bob"),
    )  # fmt: skip
    assert fold.rates(0) == {"top_picks": Rate(2, 1, 1), "trending": Rate(1, 0, 0)}
    assert fold.rates(1) == {"0": Rate(2, 1, 1), "2": Rate(1, 0, 0)}
    assert fold.rates(2) == {"blend": Rate(3, 1, 1)}


def test_a_row_counts_one_play_and_none_of_another_day_or_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    late = exposure(shown("heat"), played("heat", at=NOW + DAY_S + 1))
    assert late.rates(0)["top_picks"].played == 0
    early = exposure(shown("heat"), played("heat", at=NOW - 1))
    assert early.rates(0)["top_picks"].played == 0
    twice = exposure(shown("heat", "alien"), played("heat"), played("alien"))
    assert twice.rates(0)["top_picks"].played == 1


def test_pages_that_the_server_signed_are_counted_like_rows_that_others_show() -> None:
    row = {"kind": "top_picks", "position": 1, types.TITLE_IDS: ["heat"], "places": [0], "propensities": [1.0]}
    seen = Event("test", "x", types.SLATE_SHOWN, "ada", NOW, {"slate_id": "s", "scorer": "blend", types.ROWS: [row]})
    more = Event(
        "test", "y", types.SLATE_SHOWN, "ada", NOW + 60,
        {"slate_id": "s", "scorer": "blend", types.ROWS: [{**row, types.TITLE_IDS: ["heat", "alien"]}]},
    )  # fmt: skip
    fold = exposure(seen, more, played("alien"), ended("alien"))
    assert fold.rates(0) == {"top_picks": Rate(1, 1, 1)}
    assert fold.shown() == {"heat": 1, "alien": 1}
    assert fold.daily() == {int(NOW // DAY_S): Rate(1, 1, 1)}


def test_names_that_nobody_knows_are_counted_as_one() -> None:
    fold = exposure(
        *(shown("heat", kind=f"row {n}", scorer=f"scorer {n}") for n in range(9)), shown("heat", scorer=None)
    )
    assert fold.rates(0) == {"other": Rate(9, 0, 0), "top_picks": Rate(1, 0, 0)}
    assert fold.rates(2) == {"other": Rate(10, 0, 0)}


def test_what_waits_for_a_play_is_bounded_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "Attribution", lambda: Attribution(3))
    fold = exposure(
        *(shown("heat", who=f"viewer {n}") for n in range(5)), *(played("heat", f"viewer {n}") for n in range(5))
    )
    assert fold.rates(0) == {"top_picks": Rate(5, 3, 0)}


def test_days_before_the_window_are_let_go() -> None:
    fold = exposure(shown("heat", at=NOW - 31 * DAY_S), shown("alien"))
    fold.let_go(NOW)
    assert fold.shown() == {"alien": 1}


def test_the_figures_of_a_house_where_nothing_happened_are_none() -> None:
    drawn = health(Exposure(), Titles(["heat"], {}, {}, 0), NOW)
    assert (drawn.impressions, drawn.coverage, drawn.gini, drawn.novelty, drawn.long_tail) == (
        0,
        None,
        None,
        None,
        None,
    )
    assert drawn.calibration_error is drawn.taste_drift is None
    assert Rate(0, 0, 0).ctr is Rate(3, 0, 0).completion is None


def test_the_figures_say_what_was_shown_and_played() -> None:
    titles = Titles(
        ["heat", "alien", "brazil", "amelie"],
        {"heat": ("Crime",), "alien": ("Horror",), "brazil": ("Comedy", "Crime"), "amelie": ("Comedy",)},
        {"heat": 9, "alien": 3, "brazil": 0},
        people=9,
    )
    fold = exposure(
        shown("heat", "alien"), shown("heat", "brazil"), played("heat"), played("amelie", at=NOW - 20 * DAY_S)
    )
    drawn = health(fold, titles, NOW)
    assert (drawn.impressions, drawn.plays) == (4, 2)
    assert drawn.coverage == pytest.approx(0.75)
    assert drawn.long_tail == pytest.approx(0.25)
    assert drawn.calibration_error == pytest.approx(0.375)
    assert drawn.taste_drift == pytest.approx(1.0)
    assert drawn.by_row["top_picks"].ctr == pytest.approx(0.5)


def test_each_figure_on_its_own() -> None:
    assert coverage(np.array([1.0, 0.0])) == pytest.approx(0.5)
    assert gini(np.array([4.0, 4.0])) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.75)
    assert novelty(np.array([1.0]), np.array([3.0]), 7) == pytest.approx(1.0)
    assert long_tail(np.array([1.0, 1.0]), np.array([0.0, 0.0])) == pytest.approx(1.0)
    assert distance({"A": 1.0}, {"B": 1.0}) == pytest.approx(1.0)
    assert distance({}, {"B": 1.0}) is None
