"""What of a page was seen: kept with the chances that the server knows, of no page but those that it sent."""

import pytest

from cinoche.events import types
from cinoche.kit.personal import Subject

V1 = "/api/v1"


@pytest.fixture
def page(ada, town):
    """Ada's page, after she said what she likes."""
    ada.tell("title.rated", town.title("Heat"), rating=5)
    return ada.get("home", row_length=15).json()


def seen(page, number=0, n=3):
    items = page["rows"][number]["items"][:n]
    return {"row": number, "position": number, "title_ids": [item["title_id"] for item in items]}


def tell(viewer, page, *rows):
    return viewer.client.post(viewer.path("impressions"), json={"slate": page["slate"], "rows": list(rows)})


def kept(town, viewer):
    pseudonym = town.services.privacy.pseudonym(viewer.profile_id)
    events = [each.event for each in town.services.log.read_subject(pseudonym)]
    return [each.data for each in events if each.type == types.SLATE_SHOWN]


def test_what_was_seen_is_kept_once_with_the_chance_of_each_title(ada, town, page):
    rows = [seen(page, 0, 12), seen(page, 1, 2)]
    for _ in range(2):
        answer = tell(ada, page, *rows)
        assert answer.status_code == 204, answer.text
    assert int(answer.headers["Cinoche-As-Of"]) == town.services.log.end()
    [data] = kept(town, ada)
    assert (data["scorer"], data["slate_id"]) == (page["rows"][0]["items"][0]["scorer"], data["slate_id"])
    for row, sent in zip(data["rows"], page["rows"], strict=False):
        items = sent["items"]
        assert (row["kind"], row["places"]) == (sent["kind"], list(range(len(row["title_ids"]))))
        assert row["title_ids"] == [item["title_id"] for item in items[: len(row["title_ids"])]]
        assert row["propensities"] == [item["propensity"] for item in items[: len(row["title_ids"])]]


def test_some_place_of_some_page_is_drawn_and_says_with_which_chance(ada, page):
    chances = {item["propensity"] for row in page["rows"] for item in row["items"]}
    assert all(0 < chance <= 1 for chance in chances)
    assert any(chance < 1 for chance in chances)


def test_a_page_is_believed_of_nobody_else_and_in_no_other_form(ada, town, page, refused):
    bob = town.viewer("bob@example.org")
    refused(tell(bob, page, seen(page)), 422, "body.slate")
    for slate in (page["slate"][:-2], "A" + page["slate"][1:], "x", "é"):
        refused(tell(ada, {"slate": slate}, seen(page)), 422, "body.slate")
    assert kept(town, ada) == kept(town, bob) == []


def test_a_row_or_a_title_that_was_not_on_the_page_is_refused_and_nothing_of_it_kept(ada, town, page, refused):
    elsewhere = page["rows"][1]["items"][0]["title_id"]
    wrong = seen(page) | {"title_ids": [elsewhere]}
    refused(tell(ada, page, seen(page, 1), wrong), 422, "body.rows[1].title_ids")
    refused(tell(ada, page, seen(page) | {"row": 999}), 422, "body.rows[0].row")
    refused(tell(ada, page, seen(page) | {"propensities": [0.001]}), 422)
    assert kept(town, ada) == []


def test_no_client_writes_the_event_itself(ada, page, refused):
    event = ada.event(types.SLATE_SHOWN, "")
    event["data"] = {"profile_id": ada.profile_id, "slate_id": "mine", "scorer": "me", "rows": []}
    body = refused(ada.send(event), 422, "body.events[0].type")
    assert "impressions" in body["remedy"]


def test_what_was_seen_goes_with_the_person(ada, town, page):
    tell(ada, page, seen(page))
    subject = Subject(profile_id=ada.profile_id)
    exported = [record for _, record in town.services.privacy.export(subject)]
    assert any(record.get("type") == types.SLATE_SHOWN for record in exported)
    pseudonym = town.services.privacy.pseudonym(ada.profile_id)
    town.services.privacy.erase(subject)
    assert list(town.services.log.read_subject(pseudonym)) == []


def test_the_studio_counts_the_rows_that_were_seen(ada, town, page):
    tell(ada, page, seen(page, 0), seen(page, 1))
    seen_rows = {each.kind: each.shown for each in town.services.insights.figures().rows}
    assert seen_rows == {page["rows"][0]["kind"]: 1, page["rows"][1]["kind"]: 1}


def test_within_a_visit_the_rows_that_were_seen_stay_and_the_others_follow(ada, town, page):
    ada.tell("title.rated", town.title("Alien"), rating=5)
    after = ada.get("home", row_length=15, slate=page["slate"], kept=1).json()
    alien = town.title("Alien")
    before = [item["title_id"] for item in page["rows"][0]["items"] if item["title_id"] != alien]
    assert [item["title_id"] for item in after["rows"][0]["items"]] == before
    titles = [item["title_id"] for row in after["rows"] for item in row["items"]]
    assert len(titles) == len(set(titles))
    assert ada.get("home", slate="nonsense", kept=3).status_code == 200
