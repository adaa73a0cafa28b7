"""The recommender's health over HTTP: how fresh the model is, what is shown, and in the format of Prometheus."""

import pytest
from fastapi.testclient import TestClient
from tests.integration.conftest import PASSWORD, Town, Viewer

from cinoche.accounts.service import DEMO_OPERATOR
from cinoche.jobs import training
from cinoche.jobs.erasure import erase_profile
from cinoche.jobs.health import HealthWatch
from cinoche.recommend.health import FILE

HEALTH = "/api/v1/studio/health"


@pytest.fixture
def operator(town: Town) -> TestClient:
    """Somebody who runs the place."""
    town.services.accounts.ensure_demo(PASSWORD)
    return town.come_back(DEMO_OPERATOR).client


def watch_something(ada: Viewer, town: Town) -> None:
    alien, heat = town.title("Alien"), town.titles()[0]
    row = ada.event("row.shown", alien, kind="top_picks", title_ids=[alien, heat], position=1, scorer="blend")
    del row["data"]["title_id"]
    answer = ada.send(
        row,
        ada.event("playback.started", alien, duration_s=6_000),
        ada.event("playback.completed", alien, duration_s=6_000, position_s=6_000),
    )
    assert answer.status_code == 200, answer.text


def test_the_health_is_for_operators(ada: Viewer, town: Town, refused) -> None:
    refused(ada.client.get(HEALTH), 403)
    refused(TestClient(town.client.app).get(HEALTH), 401)


def test_before_any_figures_are_drawn_the_freshness_is_told(operator: TestClient, town: Town) -> None:
    body = operator.get(HEALTH).json()
    assert body["model_version"] == town.services.recommender.model().version
    assert body["lag_events"] == body["log_end_offset"] - body["model_offset"] == 0
    assert body["drawn_at"] is body["coverage"] is None
    assert body["rows"] == []


def test_what_was_shown_and_played_is_in_the_figures_and_in_the_metrics(
    operator: TestClient, ada: Viewer, town: Town
) -> None:
    watch_something(ada, town)
    HealthWatch(town.services).draw()
    body = operator.get(HEALTH).json()
    assert body["lag_events"] == 3
    assert (body["impressions"], body["plays"], body["coverage"]) == (2, 1, 2 / 40)
    assert body["rows"] == [{"name": "top_picks", "shown": 1, "ctr": 1.0, "completion": 1.0}]
    assert body["positions"][0]["name"] == "1"
    assert body["scorers"][0]["name"] == "blend"
    text = town.client.get("/metrics").text
    assert 'cinoche_recommend_ctr{by="row",name="top_picks"} 1.0' in text
    assert "cinoche_recommend_coverage 0.05" in text
    assert "cinoche_model_lag_events 3.0" in text
    assert "cinoche_model_is_stale 0.0" in text


def test_figures_are_drawn_anew_without_somebody_who_was_erased(ada: Viewer, operator: TestClient, town: Town) -> None:
    watch_something(ada, town)
    watch = HealthWatch(town.services)
    assert watch.draw().impressions == 2
    training.train(town.services)
    erase_profile(town.services, "account", ada.profile_id)
    assert operator.get(HEALTH).json()["is_stale"]
    assert watch.draw().impressions == 0
    training.train(town.services, only_if_needed=True)
    assert not operator.get(HEALTH).json()["is_stale"]


def test_figures_that_cannot_be_read_are_none(operator: TestClient, town: Town) -> None:
    (town.services.settings.data_dir / FILE).write_text("half")
    assert operator.get(HEALTH).json()["drawn_at"] is None
    assert "cinoche_recommend_coverage" not in town.client.get("/metrics").text
