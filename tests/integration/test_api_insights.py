"""What operators see of what was watched: figures that follow the log, and a table that no spreadsheet runs."""

import csv
import io

import pytest
from tests.integration.conftest import PASSWORD, Town, Viewer

from cinoche.accounts.service import DEMO_OPERATOR
from cinoche.catalog.models import Kind, TitleRecord

V1 = "/api/v1"


@pytest.fixture
def operator(town: Town) -> Viewer:
    """Somebody who runs the place."""
    town.services.accounts.ensure_demo(PASSWORD)
    return town.come_back(DEMO_OPERATOR)


def insights(operator: Viewer, **asked: str):
    answer = operator.client.get(f"{V1}/studio/insights", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def watch(viewer: Viewer, title_id: str) -> None:
    viewer.send(
        viewer.event("playback.started", title_id, duration_s=6000, envelope={"time": "2026-01-10T10:00:00Z"}),
        viewer.event(
            "playback.completed",
            title_id,
            position_s=6000,
            duration_s=6000,
            envelope={"time": "2026-01-10T11:40:00Z"},
        ),
    )


def test_imported_stars_are_no_plays(operator):
    found = insights(operator, since="2023-01-01", until="2023-12-31")
    assert (found["plays"], found["hours"], found["completion"], found["viewers"]) == (0, 0, None, None)
    assert len(found["days"]) == 365
    assert {"Comedy", "Crime"} <= set(found["genres"])


def test_the_very_next_figures_have_what_was_watched(operator, ada, town):
    heat = town.title("Heat")
    for viewer in (ada, *(town.viewer() for _ in range(4))):
        watch(viewer, heat)
    found = insights(operator, since="2026-01-10", until="2026-01-10")
    assert (found["plays"], found["completion"], found["viewers"], found["plays_before"]) == (5, 1, 5, 0)
    assert found["hours"] == pytest.approx(5 * 6000 / 3600, abs=1e-3)
    assert [(each["title_id"], each["name"], each["plays"]) for each in found["titles"]] == [(heat, "Heat", 5)]
    assert insights(operator, since="2026-01-10", until="2026-01-10", genre="Comedy")["plays"] == 0
    after = insights(operator, since="2026-01-11", until="2026-01-11")
    assert (after["plays"], after["plays_before"], after["completion_before"]) == (0, 5, 1)


def test_a_profile_that_left_is_in_no_figure(operator, ada, town):
    watch(ada, town.title("Heat"))
    span = {"since": "2026-01-10", "until": "2026-01-10"}
    assert insights(operator, **span)["plays"] == 1
    other = ada.client.post(f"{V1}/profiles", json={"name": "Bob"}).json()["profile_id"]
    assert ada.client.delete(ada.path()).status_code == 204
    assert other
    assert insights(operator, **span)["plays"] == 0


def test_the_table_has_the_same_figures_and_no_cell_that_a_spreadsheet_would_run(operator, ada, town):
    name = '=HYPERLINK("http://example.org","free")'
    with town.services.catalog.writing() as writer:
        writer.put([TitleRecord("trap", Kind.FILM, name, 2026, "movielens")])
    watch(ada, "trap")
    answer = operator.client.get(f"{V1}/studio/insights.csv", params={"since": "2026-01-10", "until": "2026-01-11"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [line["section"] for line in lines] == ["total", "total before", "day", "day", "title"]
    assert (lines[0]["plays"], lines[2]["key"], lines[2]["plays"]) == ("1", "2026-01-10", "1")
    assert lines[4]["name"] == f"'{name}"
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line.values())


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"since": "yesterday"}, None),
        ({"since": "2026-02-30"}, None),
        ({"since": "2026-01-02", "until": "2026-01-01"}, "query.since"),
        ({"since": "1990-01-01", "until": "2026-01-01"}, "query.since"),
        ({"until": "0001-01-01"}, "query.since"),
    ],
)
@pytest.mark.parametrize("path", ["insights", "insights.csv"])
def test_days_that_are_none_are_refused(operator, refused, asked, where, path):
    refused(operator.client.get(f"{V1}/studio/{path}", params=asked), 422, where)


@pytest.mark.parametrize("path", ["insights", "insights.csv"])
def test_only_operators_may_look(ada, refused, path):
    refused(ada.client.get(f"{V1}/studio/{path}"), 403)
