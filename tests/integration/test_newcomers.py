"""A title that just came: at the next request it has titles like it, and those who like these are shown it."""

import time

from tests.integration.conftest import Town, Viewer

from cinoche.catalog.models import Kind
from cinoche.jobs import training
from cinoche.recommend import texts
from cinoche.recommend.facts import facts_of

V1 = "/api/v1"


def test_a_title_that_enters_has_neighbours_and_is_recommended_within_a_second(town: Town, ada: Viewer) -> None:
    faces = {face.external["movielens"]: face for face in town.services.catalog.faces().faces}
    liked = faces["1"]
    entered = time.perf_counter()
    created = town.services.catalog.studio.create(
        Kind.FILM,
        {
            "name": "A Late Arrival",
            "year": liked.year,
            "genres": list(liked.genres),
            "synopsis": "Somebody comes late.",
        },
        parent_id=None,
        number=None,
    )
    title_id = created.face.title_id
    answer = ada.client.get(f"{V1}/titles/{title_id}/similar", params={"limit": 5})
    assert time.perf_counter() - entered < 1.0
    assert answer.status_code == 200
    found = answer.json()["items"]
    assert len(found) == 5
    assert all(item["evidence"]["text"] for item in found)
    french = ada.client.get(f"{V1}/titles/{title_id}/similar", params={"limit": 5, "language": "fr"}).json()["items"]
    assert [each["title_id"] for each in french] == [each["title_id"] for each in found]
    assert french[0]["evidence"]["text"] != found[0]["evidence"]["text"]
    listed = ada.client.post(f"{V1}/recommendations", json={"liked": [found[0]["title_id"]], "n": 30}).json()["items"]
    assert title_id in {item["title_id"] for item in listed}


def test_synopses_of_the_catalogue_reach_the_training(town: Town) -> None:
    title_id = town.services.catalog.faces().faces[0].title_id
    town.services.catalog.studio.change(title_id, {"synopsis": "A lighthouse keeper waits for a ship."})
    (known,) = facts_of(town.services.catalog, [title_id])
    assert known.synopsis == "A lighthouse keeper waits for a ship."
    assert facts_of(town.services.catalog, ["nothing"]) == []
    training.train(town.services)
    store = texts.TextStore(town.services.settings.texts)
    assert store.find([known]).any() == texts.is_installed()
