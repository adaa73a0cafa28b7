"""Looking around over HTTP: search, people, genres, picks and the open routes, under the viewer's limit."""

from typing import Any

import pytest
from tests.integration.conftest import Town, Viewer, certify

from cinoche.catalog.models import MOVIELENS, VEGA, Credit, Person, TitleRecord, person_id_of

V1 = "/api/v1"
LIMIT = 10
MANN = person_id_of("Michael Mann")


@pytest.fixture
def town(town: Town) -> Town:
    """A town where some films have certifications, and some a director."""
    certify(town.services)
    faces = {face.external["movielens"]: face for face in town.services.catalog.faces().faces}
    parts = (Credit(Person(MANN, "Michael Mann"), "director"), Credit(Person("p-actor", "An Actor"), "actor", "Hero"))
    with town.services.catalog.writing() as writer:
        writer.put(
            TitleRecord(
                face.title_id,
                face.kind,
                face.name,
                face.year,
                "movielens",
                credits=parts,
                facts_from={"credits": VEGA.source},
            )
            for face in (faces["1"], faces["2"], faces["8"])
        )
    return town


@pytest.fixture
def child(town: Town, ada: Viewer) -> Viewer:
    """A session of the account in which a child watches."""
    added = ada.client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()
    child = town.come_back(ada.email)
    child.profile_id = added["profile_id"]
    choice = child.client.put(f"{V1}/sessions/current/profile", json={"profile_id": child.profile_id})
    assert choice.status_code == 200
    return child


def fit(town: Town) -> set[str]:
    faces = town.services.catalog.faces().faces
    return {face.title_id for face in faces if face.min_age is not None and face.min_age <= LIMIT}


def get(viewer: Viewer, path: str, **params: Any) -> Any:
    answer = viewer.client.get(f"{V1}/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["title_id"] for item in items]


def test_a_search_finds_titles_people_and_genres(ada: Viewer, town: Town) -> None:
    found = get(ada, "search", q="heat")
    assert found["items"][0]["title_id"] == town.title("Heat")
    assert found["items"][0]["directors"] == ["Michael Mann"]
    assert found["read_as"] is None
    people = get(ada, "search", q="mann")["people"]
    assert people == [{"person_id": MANN, "name": "Michael Mann", "titles": 3, "roles": ["director"]}]
    assert get(ada, "search", q="comédie")["genres"] == [{"genre": "Comedy", "titles": 20}]


def test_a_search_says_how_it_read_what_was_mistyped(ada: Viewer, town: Town) -> None:
    found = get(ada, "search", q="the matrx")
    assert (ids(found["items"]), found["read_as"]) == ([town.title("The Matrix")], "The Matrix")
    assert get(ada, "search", q="Michel Man")["read_as"] == "Michael Mann"


def test_a_person_has_a_page_with_the_newest_part_first(ada: Viewer, town: Town) -> None:
    page = get(ada, f"people/{MANN}")
    assert (page["name"], page["titles"], page["roles"]) == ("Michael Mann", 3, ["director"])
    assert [part["year"] for part in page["parts"]] == [1998, 1992, 1991]
    assert {(part["role"], part["character"]) for part in page["parts"]} == {("director", None)}
    actor = get(ada, "people/p-actor")
    assert {(part["role"], part["character"]) for part in actor["parts"]} == {("actor", "Hero")}


def test_nobody_is_found_where_nobody_is(ada: Viewer, refused) -> None:
    refused(ada.client.get(f"{V1}/people/nobody"), 404, "person_id")


def test_genres_are_counted(ada: Viewer) -> None:
    assert get(ada, "genres") == {"items": [{"genre": each, "titles": 20} for each in ("Comedy", "Crime", "Thriller")]}


@pytest.mark.parametrize("sort", ["name", "newest", "known"])
@pytest.mark.parametrize("limit", [3, 100])
def test_titles_come_whole_in_every_order(ada: Viewer, town: Town, sort: str, limit: int) -> None:
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = get(ada, "titles", sort=sort, limit=limit, **({"cursor": cursor} if cursor else {}))
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(ids(items)) == sorted(town.titles())
    if sort == "newest":
        assert [item["year"] for item in items] == sorted((item["year"] for item in items), reverse=True)
    if sort == "known":
        _, catalogue = town.services.recommender.laid_out()
        counts = [float(catalogue.counts[catalogue.position[each]]) for each in ids(items)]
        assert counts == sorted(counts, reverse=True)
        assert counts[0] > counts[-1]


def test_a_cursor_of_one_order_is_refused_by_another(ada: Viewer, refused) -> None:
    cursor = get(ada, "titles", sort="newest", limit=1)["next"]
    refused(ada.client.get(f"{V1}/titles", params={"sort": "known", "cursor": cursor}), 422, "cursor")
    refused(ada.client.get(f"{V1}/titles", params={"sort": "best"}), 422, "query.sort")


def test_titles_are_listed_by_whether_they_can_be_watched(ada: Viewer, town: Town) -> None:
    heat = town.title("Heat (1991)")
    assert get(ada, "titles", media=True)["items"] == []
    with town.services.catalog.writing() as writer:
        writer.mark_media([heat], has_media=True)
    assert ids(get(ada, "titles", media=True)["items"]) == [heat]
    assert len(get(ada, "titles", media=False, limit=100)["items"]) == 39


def test_picks_are_the_titles_that_tell_tastes_apart(ada: Viewer, town: Town) -> None:
    telling = town.services.recommender.model().telling
    picked = get(ada, "onboarding/picks", n=12)["items"]
    assert len(set(ids(picked))) == 12
    assert ids(picked)[: len(telling)] == list(telling)[:12]
    assert get(ada, "onboarding/picks", n=12)["items"] == picked
    assert len(get(ada, "onboarding/picks")["items"]) == 24


def test_a_child_sees_nothing_above_its_limit_wherever_it_looks(child: Viewer, town: Town, refused) -> None:
    seen = fit(town)
    assert 0 < len(seen) < 40
    for sort in ("name", "newest", "known"):
        assert set(ids(get(child, "titles", sort=sort, limit=100)["items"])) == seen
    assert set(ids(get(child, "onboarding/picks", n=60)["items"])) == seen
    assert get(child, "genres")["items"] == [{"genre": "Comedy", "titles": len(seen)}]
    for text in ("a", "heat", "invented", "film"):
        assert set(ids(get(child, "search", q=text, limit=100)["items"])) <= seen
        assert set(ids(get(child, "public/names", q=text)["items"])) <= seen
    assert get(child, "search", q="the matrx")["read_as"] is None
    assert get(child, "search", q="crime")["genres"] == []
    assert get(child, "search", q="mann")["people"][0]["titles"] == 1
    page = get(child, f"people/{MANN}")
    assert (page["titles"], ids(page["parts"])) == (1, [town.title("Alien")])


def test_a_person_whose_titles_are_all_above_the_limit_is_not_there(child: Viewer, town: Town, refused) -> None:
    with town.services.catalog.writing() as writer:
        face = town.services.catalog.faces().get(town.title("The Matrix"))
        assert face is not None
        other = (Credit(Person("p-other", "Somebody Other"), "director"),)
        writer.put([TitleRecord(face.title_id, face.kind, face.name, face.year, "movielens", credits=other)])
    refused(child.client.get(f"{V1}/people/p-other"), 404, "person_id")
    assert get(child, "search", q="Somebody Other")["people"] == []


def test_anybody_may_complete_a_name(town: Town) -> None:
    answer = town.client.get(f"{V1}/public/names", params={"q": "amé"})
    assert answer.status_code == 200
    assert answer.json()["items"] == [{"title_id": town.title("Amelie"), "name": "Amelie", "year": 1994}]
    assert len(town.client.get(f"{V1}/public/names", params={"q": "inv"}).json()["items"]) == 8


def test_anybody_may_see_the_collection_in_figures(town: Town) -> None:
    figures = town.client.get(f"{V1}/public/collection").json()
    assert (figures["titles"], figures["films"], figures["series"], figures["people"]) == (40, 40, 0, 2)
    assert (figures["first_year"], figures["last_year"]) == (1991, 2030)
    assert {"decade": 2000, "titles": 10} in figures["decades"]
    assert figures["genres"][0] == {"genre": "Comedy", "titles": 20}
    assert figures["attributions"] == [MOVIELENS.attribution, VEGA.attribution]
    version = figures["version"]
    with town.services.catalog.writing() as writer:
        writer.mark_media([town.title("Alien")], has_media=True)
    after = town.client.get(f"{V1}/public/collection").json()
    assert after["with_media"] == 1
    assert after["version"] != version


def test_the_open_routes_are_asked_so_often_and_no_more(open_town, refused) -> None:
    town = open_town()
    answers = [town.client.get(f"{V1}/public/names", params={"q": "x"}) for _ in range(241)]
    assert [each.status_code for each in answers[:240]] == [200] * 240
    refused(answers[240], 429)


@pytest.mark.parametrize("path", ["search", "public/names"])
@pytest.mark.parametrize("params", [{}, {"q": ""}, {"q": "x" * 201}])
def test_words_that_are_none_are_refused(ada: Viewer, path: str, params: dict[str, str], refused) -> None:
    refused(ada.client.get(f"{V1}/{path}", params=params), 422, "query.q")


@pytest.mark.parametrize("n", [0, 61, "x"])
def test_a_number_of_picks_that_is_none_is_refused(ada: Viewer, n: Any, refused) -> None:
    refused(ada.client.get(f"{V1}/onboarding/picks", params={"n": n}), 422, "query.n")
