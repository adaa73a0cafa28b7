"""The Studio over HTTP: operators list, add, change and withdraw titles, and viewers see it with the next answer."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.integration.conftest import PASSWORD, Town, Viewer

from cinoche.accounts.service import DEMO_OPERATOR
from cinoche.jobs import imports
from cinoche.playback.work import Wish

V1 = "/api/v1"
TITLES = f"{V1}/studio/titles"


@pytest.fixture
def operator(town: Town) -> TestClient:
    """Somebody who runs the place."""
    town.services.accounts.ensure_demo(PASSWORD)
    return town.come_back(DEMO_OPERATOR).client


def table(operator: TestClient, **asked: Any) -> Any:
    answer = operator.get(TITLES, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def change(operator: TestClient, title_id: str, **facts: Any) -> Any:
    answer = operator.patch(f"{TITLES}/{title_id}", json=facts)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_studio_is_for_operators(ada: Viewer, town: Town, refused) -> None:
    alien = town.title("Alien")
    for client, status in ((ada.client, 403), (TestClient(town.client.app), 401)):
        refused(client.get(TITLES), status)
        refused(client.post(TITLES, json={"name": "X"}), status)
        refused(client.patch(f"{TITLES}/{alien}", json={"year": 2000}), status)


def test_the_table_shows_every_title_with_what_operators_ask(operator: TestClient, ada: Viewer, town: Town) -> None:
    alien = town.title("Alien")
    ada.send(ada.event("playback.started", alien, duration_s=6_000))
    page = table(operator, limit=1)
    assert page["total"] == 40
    (row,) = page["items"]
    assert (row["title_id"], row["plays"], row["media"], row["is_withdrawn"]) == (alien, 1, "none", False)
    assert row["synopsis"] is None
    assert row["updated_at"].endswith("Z")
    assert table(operator, limit=1, sort="plays")["items"][0]["title_id"] == alien
    second = table(operator, limit=1, cursor=page["next"])["items"]
    assert second[0]["name"] == "Amelie"


def test_the_table_is_filtered(operator: TestClient, town: Town) -> None:
    assert table(operator, q="matrix")["total"] == 1
    assert table(operator, q=town.title("Alien"))["items"][0]["name"] == "Alien"
    assert table(operator, genre="Comedy", kind="film", withdrawn=False)["total"] == 20
    assert table(operator, kind="series")["total"] == table(operator, withdrawn=True)["total"] == 0


def test_the_table_says_how_the_media_of_each_title_stand(operator: TestClient, town: Town) -> None:
    alien, amelie = town.title("Alien"), town.title("Amelie")
    town.services.media.enqueue(alien, "alien.mkv", Wish())
    cancelled = town.services.media.enqueue(amelie, "amelie.mkv", Wish())
    town.services.media.cancel(cancelled.job_id)
    assert [row["title_id"] for row in table(operator, media="queued")["items"]] == [alien]
    assert table(operator, media="none")["total"] == 39
    assert table(operator, media="ready")["total"] == table(operator, media="failed")["total"] == 0


def test_an_edit_is_seen_by_every_worker_and_survives_the_import(
    operator: TestClient, ada: Viewer, town: Town, open_town, release
) -> None:
    alien, other = town.title("Alien"), TestClient(open_town().client.app, headers=ada.client.headers)
    assert other.get(f"{V1}/titles/{alien}").json()["name"] == "Alien"
    facts = {
        "name": "Alien, the First",
        "year": 1979,
        "genres": ["Horror"],
        "certification": "R",
        "length_s": 7_020,
        "synopsis": "Nobody hears you.",
        "directors": ["Ridley Scott"],
    }
    changed = change(operator, alien, **facts)
    assert facts.items() <= changed.items()
    for client in (ada.client, other):
        title = client.get(f"{V1}/titles/{alien}").json()
        assert facts.items() <= title.items()
        assert {title["sources"][field] for field in facts} == {"house"}
        found = client.get(f"{V1}/search", params={"q": "ridley"}).json()
        assert [person["name"] for person in found["people"]] == ["Ridley Scott"]
    path = release / "movies.csv"
    newer = path.read_text("utf-8").replace("Alien (1992)", "Alien again (1993)").replace("Hamlet (1996)", "Ham (1996)")
    path.write_text(newer, "utf-8")
    assert imports.import_movielens(town.services, str(release)).changed_rows
    assert town.title("Ham")
    assert facts.items() <= ada.client.get(f"{V1}/titles/{alien}").json().items()


def test_a_withdrawn_title_is_hidden_by_every_route_and_comes_back(
    operator: TestClient, ada: Viewer, town: Town, refused
) -> None:
    alien, heat = town.title("Alien"), town.title("Heat (1991)")
    ada.client.put(ada.path("ratings", alien), json={"rating": 5})
    ada.client.put(ada.path("watchlist", alien))
    assert change(operator, alien, is_withdrawn=True)["is_withdrawn"]
    for path in (f"titles/{alien}", f"titles/{alien}/similar"):
        refused(ada.client.get(f"{V1}/{path}"), 404)
    for path, params in (
        ("titles", {"limit": 100}),
        ("search", {"q": "alien"}),
        ("onboarding/picks", {"n": 60}),
        ("public/names", {"q": "alien"}),
        (f"titles/{heat}/similar", {"limit": 100}),
        (f"profiles/{ada.profile_id}/home", {}),
        (f"profiles/{ada.profile_id}/recommendations", {"n": 500}),
        (f"profiles/{ada.profile_id}/ratings", {}),
        (f"profiles/{ada.profile_id}/watchlist", {}),
    ):
        answer = ada.client.get(f"{V1}/{path}", params=params)
        assert answer.status_code == 200, answer.text
        assert f'"title_id":"{alien}"' not in answer.text, path
    refused(town.client.post(f"{V1}/recommendations", json={"liked": [alien]}), 404)
    refused(ada.send(ada.event("playback.started", alien, duration_s=60)), 422)
    assert town.client.get(f"{V1}/public/collection").json()["titles"] == 39
    assert table(operator, withdrawn=True)["items"][0]["title_id"] == alien
    change(operator, alien, is_withdrawn=False)
    assert ada.client.get(f"{V1}/titles/{alien}").json()["is_withdrawn"] is False
    assert [item["title_id"] for item in ada.items("ratings")] == [alien]


def test_a_series_is_built_part_by_part(operator: TestClient, ada: Viewer) -> None:
    def add(**facts: Any) -> Any:
        answer = operator.post(TITLES, json=facts)
        assert answer.status_code == 201, answer.text
        return answer.json()

    series = add(name="A Series", kind="series", year=2026, genres=["Drama"], certification="PG", directors=["Me"])
    season = add(name="Season 1", kind="season", parent_id=series["title_id"], number=1)
    episode = add(name="Pilot", kind="episode", parent_id=season["title_id"], number=1)
    assert (series["directors"], series["plays"], series["media"]) == (["Me"], 0, "none")
    shown = ada.client.get(f"{V1}/titles/{episode['title_id']}").json()
    assert (shown["parent_id"], shown["number"], shown["certification"]) == (season["title_id"], 1, "PG")
    found = ada.client.get(f"{V1}/search", params={"q": "a series"}).json()["items"]
    assert [face["title_id"] for face in found] == [series["title_id"]]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": ""}, "body.name"),
        ({"name": "   "}, "body.name"),
        ({"name": None}, "body.name"),
        ({"name": 7}, "body.name"),
        ({"year": 1700}, "body.year"),
        ({"year": "1999"}, "body.year"),
        ({"genres": ["x" * 61]}, "body.genres.0"),
        ({"genres": [str(n) for n in range(21)]}, "body.genres"),
        ({"certification": "X"}, "body.certification"),
        ({"length_s": 0}, "body.length_s"),
        ({"synopsis": "x" * 4_001}, "body.synopsis"),
        ({"directors": [" "]}, "body.directors.0"),
        ({"is_withdrawn": None}, "body.is_withdrawn"),
        ({"title_id": "other"}, "body.title_id"),
    ],
)
def test_what_is_no_fact_is_refused_with_its_place(
    operator: TestClient, town: Town, body: dict[str, Any], where: str, refused
) -> None:
    version = town.services.catalog.version()
    problem = refused(operator.patch(f"{TITLES}/{town.title('Alien')}", json=body), 422)
    places = [problem["where"], *(each["where"] for each in problem.get("errors", []))]
    assert where in places, problem
    assert town.services.catalog.version() == version


def test_what_cannot_be_added_is_refused_with_its_place(operator: TestClient, town: Town, refused) -> None:
    alien = town.title("Alien")
    refused(operator.post(TITLES, json={"name": "Alien", "year": 1992}), 409, "body.name")
    refused(operator.post(TITLES, json={"name": "E", "kind": "episode"}), 422, "body.parent_id")
    refused(operator.post(TITLES, json={"name": "E", "kind": "episode", "parent_id": alien, "number": 1}), 422)
    refused(operator.post(TITLES, json={"name": "E", "kind": "season", "parent_id": "x", "number": 1}), 404)
    refused(operator.post(TITLES, json={"name": "E", "kind": "play"}), 422)
    refused(operator.patch(f"{TITLES}/nothing", json={"year": 2000}), 404, "title_id")
    refused(operator.get(TITLES, params={"sort": "best"}), 422)
    refused(operator.get(TITLES, params={"media": "lost"}), 422)
    refused(operator.get(TITLES, params={"cursor": "x"}), 422, "cursor")
