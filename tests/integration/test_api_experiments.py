"""An experiment from its start to its report, over HTTP: pages by arm, what is seen of them, and who may look."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.integration.conftest import PASSWORD, Town, Viewer

from cinoche.accounts.service import DEMO_OPERATOR
from cinoche.events import types
from cinoche.jobs import experiments as at_the_terminal
from cinoche.jobs import training
from cinoche.jobs.erasure import erase_profile
from cinoche.jobs.health import HealthWatch
from cinoche.kit.errors import NotFound
from cinoche.recommend import artefact

EXPERIMENTS = "/api/v1/studio/experiments"
BOLD = {"experiment_id": "bold", "arms": [{"name": "control"}, {"name": "bold", "diversity": 1.0}]}


@pytest.fixture
def operator(town: Town) -> TestClient:
    """Somebody who runs the place."""
    town.services.accounts.ensure_demo(PASSWORD)
    return town.come_back(DEMO_OPERATOR).client


def visit(viewer: Viewer, town: Town) -> dict[str, Any]:
    """Look at the top picks of a page and play the first to the end; gives what the log keeps of the look."""
    viewer.tell("title.rated", town.title("Heat"), rating=5)
    page = viewer.get("home").json()
    number, row = next((at, each) for at, each in enumerate(page["rows"]) if each["kind"] == "top_picks")
    title_ids = [item["title_id"] for item in row["items"]]
    seen = {"row": number, "position": number, "title_ids": title_ids}
    told = viewer.client.post(viewer.path("impressions"), json={"slate": page["slate"], "rows": [seen]})
    assert told.status_code == 204, told.text
    viewer.tell("playback.started", title_ids[0], duration_s=6_000)
    viewer.tell("playback.completed", title_ids[0], duration_s=6_000, position_s=6_000)
    pseudonym = town.services.privacy.pseudonym(viewer.profile_id)
    events = [each.event.data for each in town.services.log.read_subject(pseudonym)]
    data: dict[str, Any] = next(each for each in events if "slate_id" in each)
    return data


def test_experiments_are_for_operators(ada: Viewer, town: Town, refused) -> None:
    for client, status in ((ada.client, 403), (TestClient(town.client.app), 401)):
        refused(client.get(EXPERIMENTS), status)
        refused(client.post(EXPERIMENTS, json=BOLD), status)
        refused(client.post(f"{EXPERIMENTS}/bold/stop"), status)


def test_nobody_can_declare_one_as_an_event(ada: Viewer, refused) -> None:
    event = ada.event("experiment.started", "x", experiment_id="bold", kind="ab", arms=BOLD["arms"])
    refused(ada.send(event), 422)


def test_from_the_start_to_the_report(operator: TestClient, town: Town) -> None:
    started = operator.post(EXPERIMENTS, json=BOLD)
    assert started.status_code == 201, started.text
    assert (started.json()["verdict"], started.json()["stopped_at"]) == ("too_few", None)
    by_arm = dict.fromkeys(("control", "bold"), 0)
    while min(by_arm.values()) < 5:
        seen = visit(town.viewer(), town)
        assert seen["experiment_id"] == "bold"
        by_arm[seen["arm"]] += 1
    HealthWatch(town.services).draw()
    body = operator.get(EXPERIMENTS).json()
    assert body["versions"] == artefact.versions(town.services.settings.artefacts)
    assert "blend" in body["scorers"]
    [bold] = body["items"]
    counted = {arm["name"]: (arm["profiles"], arm["shown"], arm["played"]) for arm in bold["arms"]}
    assert counted == {name: (n, n, n) for name, n in by_arm.items()}
    assert all(arm["low"] < arm["rate"] == 1.0 for arm in bold["arms"])
    text = town.client.get("/metrics").text
    assert 'cinoche_experiment_rate{arm="bold",experiment="bold"} 1.0' in text
    stopped = operator.post(f"{EXPERIMENTS}/bold/stop").json()
    assert stopped["stopped_at"] is not None
    assert stopped["arms"] == bold["arms"]
    assert "experiment_id" not in visit(town.viewer(), town)


def test_what_is_interleaved_says_whom_each_title_is_owed_to(operator: TestClient, town: Town) -> None:
    arms = [{"name": "now"}, {"name": "popular", "scorer": "popular"}]
    operator.post(EXPERIMENTS, json={"experiment_id": "duel", "kind": "interleaved", "arms": arms})
    seen = visit(town.viewer(), town)
    [row] = seen[types.ROWS]
    assert set(row["owed_to"]) == {"now", "popular"}
    assert len(row["owed_to"]) == len(row[types.TITLE_IDS])
    assert "arm" not in seen


def test_refusals_say_what_there_is(operator: TestClient, refused) -> None:
    def declared(**changed: object) -> dict[str, Any]:
        return {**BOLD, **changed}

    arms = [{"name": "a"}, {"name": "b", "scorer": "nothing"}]
    assert "popular" in refused(operator.post(EXPERIMENTS, json=declared(arms=arms)), 422)["remedy"]
    refused(operator.post(EXPERIMENTS, json=declared(arms=[{"name": "a"}, {"name": "b", "version": "x"}])), 404)
    refused(operator.post(EXPERIMENTS, json=declared(share=0)), 422)
    refused(operator.post(EXPERIMENTS, json=declared(experiment_id="No spaces")), 422)
    refused(operator.post(f"{EXPERIMENTS}/nothing/stop"), 404)
    assert operator.post(EXPERIMENTS, json=BOLD).status_code == 201
    refused(operator.post(EXPERIMENTS, json=BOLD), 422)


def test_who_is_erased_leaves_the_figures(operator: TestClient, town: Town) -> None:
    operator.post(EXPERIMENTS, json=BOLD)
    viewers = [town.viewer() for _ in range(4)]
    for each in viewers:
        visit(each, town)
    watch = HealthWatch(town.services)
    before = watch.draw().by_row["top_picks"].shown
    erase_profile(town.services, "account", viewers[0].profile_id)
    assert watch.draw().by_row["top_picks"].shown == before - 1


def test_a_version_that_is_tried_is_kept_by_trainings(operator: TestClient, ada: Viewer, town: Town) -> None:
    first = artefact.current_version(town.services.settings.artefacts)
    arms = [{"name": "now"}, {"name": "before", "version": first}]
    assert operator.post(EXPERIMENTS, json={"experiment_id": "versions", "arms": arms}).status_code == 201
    for stars in (1, 2, 3, 4):
        ada.tell("title.rated", town.title("Alien"), rating=stars)
        training.train(town.services)
    assert first in artefact.versions(town.services.settings.artefacts)
    town.services.experiments.stop("versions")
    ada.tell("title.rated", town.title("Alien"), rating=5)
    training.train(town.services)
    assert first not in artefact.versions(town.services.settings.artefacts)


def test_the_terminal_tells_the_same(town: Town) -> None:
    services = town.services
    started = at_the_terminal.start(services, "bold", ["control", "bold: diversity=1"], share=0.5, is_interleaved=False)
    assert started.arms[1].diversity == 1.0
    visit(town.viewer(), town)
    found = at_the_terminal.look(services, "bold")
    assert found.reports[0].experiment == started
    with pytest.raises(NotFound, match="no experiment"):
        at_the_terminal.look(services, "nothing")
