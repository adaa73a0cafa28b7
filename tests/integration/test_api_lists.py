"""Lists, titles and what a child sees: whole, in order, without a gap, and as they are described."""

import pytest
from tests.integration.conftest import CERTIFICATIONS, certify

from cinoche.api.access import ACCESS
from cinoche.recommend import rows
from cinoche.recommend.page import ORDER

V1 = "/api/v1"
TITLE = {"title_id", "name", "year", "kind", "length_s", "certification", "genres", "has_media"}
TITLE |= {"directors", "parent_id", "number", "poster"}


def walk(client, url, **params):
    """Page through a list; give its items."""
    found, cursor = [], None
    for _ in range(100):
        answer = client.get(url, params=params | ({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page.keys() == {"items", "next"}
        assert len(page["items"]) <= params["limit"]
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found
        assert page["items"]
    raise AssertionError("the list does not end")


def ids(items):
    return [item["title_id"] for item in items]


@pytest.fixture
def busy(ada, town):
    """Somebody who has done everything with 25 titles, ten of them in the same instant."""
    events = []
    for number, title_id in enumerate(town.titles()[:25]):
        time = {"time": f"2023-01-01T00:00:{max(number, 10):02}Z"}
        events += [
            ada.event("playback.progressed", title_id, envelope=time, position_s=60),
            ada.event("title.rated", title_id, envelope=time, rating=4),
            ada.event("watchlist.added", title_id, envelope=time),
            ada.event("title.reviewed", title_id, envelope=time, text=f"Text {number}"),
        ]
    assert ada.send(*events).json()["accepted"] == 100
    return ada


@pytest.mark.parametrize("is_folded", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 25, 100])
@pytest.mark.parametrize("shelf", ["history", "ratings", "watchlist", "reviews"])
def test_what_a_profile_did_is_paged_whole(busy, town, shelf, limit, is_folded):
    if is_folded:
        town.services.library.catch_up()
    items = walk(busy.client, busy.path(shelf), limit=limit)
    assert sorted(ids(items)) == sorted(town.titles()[:25])
    assert items == busy.items(shelf, limit=100)
    assert items[0]["title_id"] == town.titles()[24]
    assert all(item.keys() > TITLE for item in items)


@pytest.mark.parametrize("limit", [1, 7, 40, 100])
def test_the_catalogue_is_paged_whole(ada, town, limit):
    items = walk(ada.client, f"{V1}/titles", limit=limit)
    assert sorted(ids(items)) == sorted(town.titles())
    assert all(item.keys() == TITLE for item in items)
    assert [item["name"] for item in items[:2]] == ["Alien", "Amelie"]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [({"genre": "Comedy"}, 20), ({"genre": "Crime"}, 20), ({"year_from": 2021}, 10), ({"year_to": 1992}, 2),
     ({"year_from": 1992, "year_to": 1994, "genre": "Comedy"}, 2), ({"kind": "film"}, 40), ({"kind": "series"}, 0),
     ({"genre": "comedy'--"}, 0), ({"person": "nobody"}, 0), ({"year_from": 2000, "year_to": 1999}, 0),
     ({"max_age": 0}, 4), ({"max_age": 12}, 8), ({"max_age": 21}, 16)],
)  # fmt: skip
def test_the_catalogue_is_filtered(ada, town, wanted, count):
    certify(town.services)
    assert len(walk(ada.client, f"{V1}/titles", limit=3, **wanted)) == count


def test_a_title_shows_all_that_is_known_of_it(ada, town, refused):
    heat = town.title("Heat")
    title = ada.client.get(f"{V1}/titles/{heat}").json()
    assert (title["title_id"], title["name"], title["year"], title["kind"]) == (heat, "Heat", 1991, "film")
    assert title["external"] == {"imdb": "tt0113271", "tmdb": "941", "movielens": "1"}
    assert "GroupLens" in str(title) or "MovieLens" in str(title["attributions"])
    refused(ada.client.get(f"{V1}/titles/nothing"), 404, "title_id")
    refused(ada.client.get(f"{V1}/titles/nothing/similar"), 404, "title_id")


def test_titles_like_one_are_not_that_one_and_say_why(ada, town):
    heat = town.title("Heat")
    body = ada.client.get(f"{V1}/titles/{heat}/similar", params={"limit": 5, "language": "fr"}).json()
    assert body["next"] is None
    assert 0 < len(body["items"]) <= 5
    assert heat not in ids(body["items"])
    assert all(item["evidence"]["title_id"] in {heat, None} for item in body["items"])


def test_search_forgives(ada, town):
    for text in ("alien", "Aliem", "ALIEN", " alien "):
        found = ada.client.get(f"{V1}/search", params={"q": text}).json()
        assert town.title("Alien") in ids(found["items"])
    nothing = ada.client.get(f"{V1}/search", params={"q": "zzzzqqqq"})
    assert nothing.json() == {"items": [], "next": None, "people": [], "genres": [], "read_as": None}


# What a child sees


def test_a_child_is_never_shown_what_is_not_certified_for_it(ada, town):
    certify(town.services)
    child = ada.client.post(f"{V1}/profiles", json={"name": "Noé"}).json()
    noe = type(ada)(ada.client, child["profile_id"], ada.email)
    marks = {"G", "PG"}
    grown_up, for_all = town.title("Heat"), town.title("Alien")
    for title_id in (grown_up, for_all):
        noe.tell("title.rated", title_id, rating=5)
        noe.tell("watchlist.added", title_id)
    noe.tell("playback.progressed", grown_up, position_s=60, duration_s=6000)
    assert ada.client.patch(noe.path(), json={"is_kids": True}).json()["max_age"] == 10
    for step in range(2):
        home = noe.get("home", row_length=60, rows=40).json()
        items = [item for row in home["rows"] for item in row["items"]]
        items += noe.items("recommendations", n=500)
        assert {item["certification"] for item in items} <= marks
        assert items
        if step == 0:
            noe.tell("title.rated", for_all, rating=4)
    adult = ada.items("recommendations", n=500)
    assert {item["certification"] for item in adult} > marks | {None}
    assert ada.client.patch(noe.path(), json={"is_kids": False}).status_code == 200
    assert None in {item["certification"] for item in noe.items("recommendations", n=500)}


def test_nothing_that_names_a_grown_up_title_is_on_a_childs_page(ada, town):
    certify(town.services)
    child = ada.client.post(f"{V1}/profiles", json={"name": "Noé"}).json()
    noe = type(ada)(ada.client, child["profile_id"], ada.email)
    restricted = {title_id for title_id in town.titles() if mark_of(town, title_id) not in {"G", "PG"}}
    for title_id in sorted(restricted)[:12]:
        noe.tell("title.rated", title_id, rating=5)
    assert ada.client.patch(noe.path(), json={"is_kids": True}).json()["max_age"] == 10
    for length in (4, 60):
        home = noe.get("home", row_length=length, rows=40).json()
        items = [item for row in home["rows"] for item in row["items"]] + noe.items("recommendations", n=500)
        named = {row["about"]["title_id"] for row in home["rows"] if row["about"]}
        named |= {item["evidence"]["title_id"] for item in items}
        assert items
        assert not named & restricted


def mark_of(town, title_id):
    return town.services.catalog.faces().get(title_id).certification


def test_the_certifications_of_these_tests_are_those_of_the_films(town):
    certify(town.services)
    marks = [face.certification for face in town.services.catalog.faces().faces]
    assert {mark: marks.count(mark) for mark, _ in CERTIFICATIONS.values()} == {"G": 4, "PG": 4, "PG-13": 4, "R": 4}


def test_sentences_are_in_the_language_that_a_request_asks_for_else_in_the_profiles(busy):
    def headings(**headers):
        return [row["title"] for row in busy.client.get(busy.path("home"), headers=headers).json()["rows"]]

    french = headings(**{"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"})
    assert french != headings()
    assert headings(**{"Accept-Language": "de"}) == headings()


def test_a_profile_that_chose_no_language_is_spoken_to_in_the_browsers(busy):
    def headings(**headers):
        return [row["title"] for row in busy.client.get(busy.path("home"), headers=headers).json()["rows"]]

    def choose(language):
        return busy.client.patch(busy.path(), json={"language": language}).json()["language"]

    english = headings()
    assert choose("fr") == "fr"
    french = headings()
    assert french != english
    assert choose(None) is None
    assert busy.client.get(f"{V1}/me").json()["profiles"][0]["language"] is None
    assert headings(**{"Accept-Language": "fr-CA"}) == french
    assert headings(**{"Accept-Language": "de"}) == headings() == english


# The description


def test_the_description_says_what_each_route_answers(town):
    document = town.client.get(f"{V1}/openapi.json").json()
    schemas = document["components"]["schemas"]
    for method, path in ACCESS:
        operation = document["paths"][path][method.lower()]
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert len(good) == 1 or (path.startswith("/media/") and good == ["200", "206"]), (method, path, good)
        answer = operation["responses"][good[0]]
        if good[0] == "204" or "/studio/uploads" in path:  # tus says everything in headers
            assert "content" not in answer, (method, path)
        elif path.endswith(".csv"):
            assert set(answer["content"]) == {"text/csv"}, (method, path)
        elif path.startswith(V1) and not path.endswith("openapi.json"):
            name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert schemas[name]["properties"]
    for name in ("Faces", "Recommended", "Suggested", "History", "Ratings", "Watchlist", "Reviews", "Profiles"):
        assert {"items", "next"} <= set(schemas[name]["required"])
    assert {"score", "scorer", "evidence", *TITLE} == set(schemas["RecommendedItem"]["required"])
    assert set(schemas["Row"]["required"]) == {"kind", "title", "sentence", "about", "items"}
    assert set(schemas["EventsAccepted"]["required"]) == {"accepted", "duplicates", "offset"}


def test_every_reference_of_the_description_leads_somewhere(town):
    document = town.client.get(f"{V1}/openapi.json").json()

    def references(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for each in node.values():
                yield from references(each)
        elif isinstance(node, list):
            for each in node:
                yield from references(each)

    found = set(references(document))
    assert found
    for reference in found:
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def test_the_description_knows_every_kind_of_row_and_of_evidence(town):
    schemas = town.client.get(f"{V1}/openapi.json").json()["components"]["schemas"]
    assert set(schemas["Row"]["properties"]["kind"]["enum"]) == set(ORDER)
    kinds = {rows.SEED, rows.PROGRESS, rows.LISTED, rows.TREND, rows.POPULAR, rows.TASTE, rows.GEM, rows.WITH_PERSON}
    kinds |= {rows.SEEN, rows.KIN, rows.NEXT, rows.PLAYS_HERE, rows.WATCHED, rows.SAME_DIRECTOR, rows.SAME_GENRES}
    assert set(schemas["Evidence"]["properties"]["kind"]["enum"]) == kinds
