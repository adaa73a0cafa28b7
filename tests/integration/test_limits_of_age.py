"""What a limited profile can reach: nothing above its limit, by no route, and no title that nobody certified."""

import pytest
from fastapi.testclient import TestClient
from tests.integration.conftest import PASSWORD, certify
from tests.integration.test_api_lists import ids, walk

from cinoche.accounts.service import DEMO_OPERATOR

V1 = "/api/v1"
CHOICE = f"{V1}/sessions/current/profile"
LIMIT = 10


@pytest.fixture
def certified(town):
    """A town whose titles have certifications, some of them."""
    certify(town.services)
    return town


@pytest.fixture
def faces(certified):
    return certified.services.catalog.faces().faces


@pytest.fixture
def fit(faces):
    """The titles that a child of ten may see."""
    return {face.title_id for face in faces if face.min_age is not None and face.min_age <= LIMIT}


@pytest.fixture
def unfit(faces, fit):
    """Titles above the limit, and some that nobody certified."""
    above = [face for face in faces if face.min_age is not None and face.title_id not in fit]
    return [*above, *[face for face in faces if face.min_age is None][:5]]


@pytest.fixture
def parent(certified):
    return certified.viewer("parent@example.org")


@pytest.fixture
def child(certified, parent):
    """A session of the parent's account in which a child watches."""
    added = parent.client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()
    child = certified.come_back(parent.email)
    child.profile_id = added["profile_id"]
    assert child.client.put(CHOICE, json={"profile_id": child.profile_id}).status_code == 200
    return child


def test_lists_hold_what_the_child_may_see_whatever_age_is_asked_for(child, parent, fit, faces):
    assert set(ids(walk(child.client, f"{V1}/titles", limit=7))) == fit
    assert set(ids(walk(child.client, f"{V1}/titles", limit=100, max_age=21))) == fit
    youngest = set(ids(walk(child.client, f"{V1}/titles", limit=100, max_age=0)))
    assert youngest == {face.title_id for face in faces if face.min_age == 0}
    assert len(walk(parent.client, f"{V1}/titles", limit=100)) == len(faces)


def test_a_title_above_the_limit_is_not_there_by_any_address(child, parent, unfit, refused):
    nothing = child.client.get(f"{V1}/titles/nothing").json()
    for face in unfit:
        for path in (f"{V1}/titles/{face.title_id}", f"{V1}/titles/{face.title_id}/similar"):
            assert parent.client.get(path).status_code == 200
            refused(child.client.get(path), 404)
        for shelf, body in (("ratings", {"rating": 5}), ("watchlist", None), ("reviews", {"text": "Ha."})):
            refused(child.client.put(child.path(shelf, face.title_id), json=body), 404)
        said = child.client.get(f"{V1}/titles/{face.title_id}").json()
        assert said["detail"].replace(face.title_id, "nothing") == nothing["detail"]
        assert said["remedy"] == nothing["remedy"]


def test_search_finds_what_the_child_may_see_and_fills_its_list(child, parent, fit, unfit):
    for face in unfit:
        assert set(ids(child.client.get(f"{V1}/search", params={"q": face.name}).json()["items"])) <= fit
    everywhere = child.client.get(f"{V1}/search", params={"q": "Invented", "limit": 5}).json()["items"]
    assert len(everywhere) == 5
    assert set(ids(everywhere)) <= fit


def test_what_is_recommended_is_fit_for_the_child(child, fit, certified):
    for title_id in sorted(fit)[:3]:
        child.tell("title.rated", title_id, rating=5)
        similar = child.client.get(f"{V1}/titles/{title_id}/similar", params={"limit": 100}).json()["items"]
        assert similar
        assert set(ids(similar)) <= fit
    assert set(ids(child.items("recommendations", n=100))) <= fit
    rows = child.get("home").json()["rows"]
    assert {item["title_id"] for row in rows for item in row["items"]} <= fit


def test_the_open_recommendations_know_a_child_by_its_session(child, certified, fit, unfit, refused):
    url, liked = f"{V1}/recommendations", sorted(fit)[:1]
    answer = child.client.post(url, json={"liked": liked, "n": 100})
    assert set(ids(answer.json()["items"])) <= fit
    everybody = certified.client.post(url, json={"liked": liked, "n": 100}).json()["items"]
    assert set(ids(everybody)) - fit
    for face in unfit:
        body = refused(child.client.post(url, json={"liked": [face.title_id]}), 404, "body.liked[0]")
        assert face.name not in str(body)
    stale = {"Authorization": "Bearer nonsense"}
    assert certified.client.post(url, json={"liked": liked}, headers=stale).status_code == 200


def test_an_open_route_knows_the_child_by_its_cookie_too(certified, parent, child, fit):
    browser = TestClient(certified.client.app)
    browser.portal = certified.client.portal
    signed = browser.post(f"{V1}/sessions", json={"email": parent.email, "password": "a long sentence"}).json()
    proof = {"X-CSRF-Token": signed["csrf_token"]}
    assert browser.put(CHOICE, json={"profile_id": child.profile_id}, headers=proof).status_code == 200
    answer = browser.post(f"{V1}/recommendations", json={"liked": sorted(fit)[:1], "n": 100})
    assert set(ids(answer.json()["items"])) <= fit


def test_what_was_watched_before_the_limit_is_not_listed_under_it(parent, faces, fit):
    for face in faces[:20]:
        parent.tell("title.rated", face.title_id, rating=4)
    assert len(parent.items("ratings", limit=100)) == 20
    changed = parent.client.patch(parent.path(), json={"max_age": LIMIT})
    assert changed.status_code == 200
    parent.client.put(CHOICE, json={"profile_id": parent.profile_id})
    assert set(ids(parent.items("ratings", limit=100))) <= fit


def test_a_child_speaks_for_no_other_profile(child, parent, fit, refused):
    title_id = min(fit)
    for path in ("home", "recommendations", "history", "ratings", "watchlist", "reviews"):
        body = refused(child.client.get(parent.path(path)), 403)
        assert "sessions/current/profile" in body["remedy"]
    refused(child.client.put(parent.path("ratings", title_id), json={"rating": 5}), 403)
    refused(child.client.delete(parent.path("history", title_id)), 403)
    refused(child.send(parent.event("title.rated", title_id, rating=5)), 404, "body.events[0].data.profile_id")
    assert parent.items("ratings") == []


def test_a_profile_with_a_pin_is_spoken_for_by_who_has_chosen_it(certified, parent, refused):
    title_id = certified.titles()[0]
    answer = parent.client.put(parent.path("pin"), json={"pin": "2468", "password": "a long sentence"})
    assert answer.status_code == 200
    refused(parent.get("home"), 403)
    refused(parent.send(parent.event("title.rated", title_id, rating=5)), 404)
    parent.client.put(CHOICE, json={"profile_id": parent.profile_id, "pin": "2468"})
    assert parent.get("home").status_code == 200
    parent.tell("title.rated", title_id, rating=5)
    stranger = certified.come_back(parent.email)
    refused(stranger.get("ratings"), 403)


def test_a_session_without_a_choice_sees_no_more_than_a_child_once_the_adults_have_a_pin(certified, child, parent, fit):
    parent.client.put(parent.path("pin"), json={"pin": "2468", "password": "a long sentence"})
    undecided = certified.come_back(parent.email)
    assert set(ids(walk(undecided.client, f"{V1}/titles", limit=100))) == fit
    assert child.client.delete(CHOICE).status_code == 204
    assert set(ids(walk(child.client, f"{V1}/titles", limit=100))) == fit


def test_a_child_tells_of_a_title_above_its_limit_as_of_one_that_is_not_there(child, parent, fit, unfit, refused):
    unknown = refused(child.send(child.event("playback.started", "nothing")), 422, "body.events[0].data.title_id")
    for face in unfit:
        body = refused(child.send(child.event("playback.started", face.title_id)), 422, unknown["where"])
        assert body["detail"].replace(face.title_id, "nothing") == unknown["detail"]
        assert parent.send(parent.event("playback.started", face.title_id)).status_code == 200
    assert child.items("history") == []


def test_rows_that_were_shown_before_the_limit_are_told_all_the_same(child, fit, unfit):
    row = child.event("row.shown", "", kind="top-picks", title_ids=[min(fit), unfit[0].title_id])
    del row["data"]["title_id"]
    assert child.send(row).json()["accepted"] == 1


def test_a_child_in_an_operators_session_is_not_let_into_the_studio(certified, refused):
    certified.services.accounts.ensure_demo(PASSWORD)
    operator = certified.come_back(DEMO_OPERATOR)
    added = operator.client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()["profile_id"]
    for profile_id, status in ((added, 403), (operator.profile_id, 200)):
        assert operator.client.put(CHOICE, json={"profile_id": profile_id}).status_code == 200
        for path in ("titles", "media", "jobs", "insights", "insights.csv"):
            assert operator.client.get(f"{V1}/studio/{path}").status_code == status
        change = operator.client.patch(f"{V1}/studio/titles/{certified.titles()[0]}", json={"certification": "G"})
        assert change.status_code == status
