"""What is wrong is refused, with the place and the remedy, and nothing of it is kept."""

import base64
import json
import time
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from cinoche.api.access import ACCESS, Access
from cinoche.api.intake import MAX_BATCH
from cinoche.kit.paging import encode_cursor

V1 = "/api/v1"
JSON = {"Content-Type": "application/json"}
NASTY = [
    "' OR 1=1 --", "'; DROP TABLE events; --", "../../etc/passwd", "..\\..\\x", "%00", "\0", "a\r\nSet-Cookie: x=1",
    "\u202e", "<script>", "{{7*7}}", "${x}", "%", "_", "é" * 300, "😀", "a" * 5_000, "{}", "-1", "null",
]  # fmt: skip
SHELVES = ("history", "ratings", "watchlist", "reviews")


def at(time_s):
    return datetime.fromtimestamp(time_s, UTC).isoformat()


def quoted(text):
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.fixture
def unchanged(town):
    """Check that the log has not grown."""
    end = town.services.log.end()
    yield
    assert town.services.log.end() == end


@pytest.fixture
def heat(town):
    return town.title("Heat")


# Who comes


def test_a_token_of_another_house_is_refused(ada, open_town, refused):
    stranger = open_town("elsewhere").viewer(ada.email)
    ada.client.headers["Authorization"] = stranger.client.headers["Authorization"]
    refused(ada.get("home"), 401)
    refused(ada.send(), 401)


def test_a_token_that_was_signed_out_is_refused_by_every_worker(ada, open_town, refused):
    other = TestClient(open_town().client.app, headers=ada.client.headers)
    assert other.get(ada.path("home")).status_code == 200
    assert ada.client.delete(f"{V1}/sessions").status_code == 204
    refused(other.get(ada.path("home")), 401)
    refused(ada.get("home"), 401)


def test_an_expired_or_forged_token_is_refused(ada, town, refused):
    token = ada.client.headers["Authorization"]
    for forged in (token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), token + "=", token.upper()):
        refused(ada.client.get(ada.path("home"), headers={"Authorization": forged}), 401)
    with town.services.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sessions SET expires_at = created_at + 0.001")
    refused(ada.get("home"), 401)


@pytest.mark.parametrize(("method", "path"), [key for key, access in ACCESS.items() if access is not Access.OPEN])
def test_a_stranger_gets_no_further_whatever_they_bring(town, method, path, refused):
    url = path.replace("{profile_id}", "x").replace("{title_id}", "x")
    for body in (b"{", b"\xff", b'{"events": [' + b"[" * 50_000, b"x" * 5_000_000):
        refused(town.client.request(method, url, content=body, headers=JSON), 401)


def test_somebody_elses_profile_is_not_there(ada, town, heat, refused, unchanged):
    eve = town.viewer()
    mine, eve.profile_id = eve.profile_id, ada.profile_id
    for place in ("", "home", "recommendations", *SHELVES):
        refused(eve.get(*([place] if place else [])), 404, "profile_id")
    for place in ("ratings", "watchlist", "reviews", "history"):
        refused(eve.client.delete(eve.path(place, heat)), 404, "profile_id")
    refused(eve.client.put(eve.path("ratings", heat), json={"rating": 5}), 404, "profile_id")
    refused(eve.client.put(eve.path("watchlist", heat)), 404, "profile_id")
    refused(eve.client.put(eve.path("reviews", heat), json={"text": "x"}), 404, "profile_id")
    refused(eve.client.patch(eve.path(), json={"name": "Eve"}), 404, "profile_id")
    refused(eve.client.delete(eve.path()), 404, "profile_id")
    theirs = eve.event("title.rated", heat, rating=5)
    eve.profile_id = mine
    problem = refused(eve.send(eve.event("title.liked", heat), theirs), 404, "body.events[1].data.profile_id")
    assert "/profiles" in problem["remedy"]


# Batches


def test_more_events_than_a_batch_holds_are_refused(ada, heat, refused, unchanged):
    event = ada.event("title.liked", heat)
    for count in (MAX_BATCH + 1, 10_000):
        problem = refused(ada.send(*[{**event, "id": str(n)} for n in range(count)]), 413)
        assert "several" in problem["remedy"]


@pytest.mark.parametrize("place", [0, 499, 999])
def test_one_bad_event_keeps_a_whole_batch_out(ada, heat, refused, unchanged, place):
    batch = [ada.event("title.liked", heat) for _ in range(1_000)]
    batch[place] = ada.event("title.rated", heat, rating=9)
    refused(ada.send(*batch), 422, f"body.events[{place}].data.rating")


def test_a_body_of_five_megabytes_is_refused(ada, refused, unchanged):
    body = b'{"events": [' + b" " * 5_000_000 + b"]}"
    problem = refused(ada.client.post(f"{V1}/events", content=body, headers=JSON), 413, "body")
    assert "less" in problem["remedy"]
    refused(ada.client.put(ada.path("reviews", "x"), content=body, headers=JSON), 413, "body")
    refused(ada.client.post(f"{V1}/recommendations", content=body, headers=JSON), 413, "body")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"x"', b"{}", b'{"events": null}', b'{"events": {}}', b'{"events": [1]}', b"\xff\xfe",
     b'{"events": ' + b"[" * 100_000, b'{"events": [], "more": 1}', b'{"events": [{}]}', b'{"events": [NaN]}',
     b'{"events": [{"id": "\\ud800", "source": "s", "type": "title.liked", "data": {}}]}',
     b'{"events": [{"id": "a", "source": "s", "type": "title.liked", "data": {"profile_id": "\\udc00x"}}]}',
     b'{"events": [{"id": "\xed\xa0\x80", "source": "s", "type": "title.liked", "data": {}}]}'],
)  # fmt: skip
def test_a_batch_that_is_not_what_is_asked_for_is_refused(ada, body, refused, unchanged):
    problem = refused(ada.client.post(f"{V1}/events", content=body, headers=JSON), 422)
    assert problem["where"].startswith("body")


def test_events_that_do_not_say_that_they_are_json_are_refused(ada, refused, unchanged):
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = ada.client.post(f"{V1}/events", content=b'{"events": []}', headers={"Content-Type": kind})
        refused(answer, 422, "Content-Type")


# Envelopes


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"id": ""}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"id": "a\0b"}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"id": "a\n"}, "id"),
        ({"id": 7}, "id"),
        ({"id": None}, "id"),
        ({"source": ""}, "source"),
        ({"source": "x" * 201}, "source"),
        ({"source": "\x7f"}, "source"),
        ({"source": "cinoche:import"}, "source"),
        ({"source": "cinoche:api"}, "source"),
        ({"type": "title.exploded"}, "type"),
        ({"type": ""}, "type"),
        ({"type": "x" * 201}, "type"),
        ({"type": "TITLE.RATED"}, "type"),
        ({"specversion": "0.3"}, "specversion"),
        ({"specversion": 1.0}, "specversion"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2020-01-01T00:00:00"}, "time"),
        ({"time": "1969-12-31T23:59:59Z"}, "time"),
        ({"time": "0001-01-01T00:00:00+23:59"}, "time"),
        ({"time": "9999-12-31T23:59:59-23:59"}, "time"),
        ({"time": "9" * 100}, "time"),
        ({"time": 1_700_000_000}, "time"),
        ({"subject": "x" * 201}, "subject"),
        ({"data": None}, "data"),
        ({"data": []}, "data"),
        ({"data": {}}, "data.profile_id"),
        ({"data": {"profile_id": 7}}, "data.profile_id"),
    ],
)
def test_an_envelope_that_is_wrong_is_refused_where_it_is_wrong(ada, heat, changes, where, refused, unchanged):
    good = ada.event("title.rated", heat, rating=5)
    refused(ada.send({**good, **changes}), 422, f"body.events[0].{where}")


def test_an_unknown_attribute_is_refused(ada, heat, refused, unchanged):
    problem = refused(ada.send({**ada.event("title.liked", heat), "extra": 1}), 422, "body.events[0]")
    assert "extra" in problem["detail"]


def test_a_clock_far_ahead_is_refused_and_a_little_ahead_is_now(ada, town, heat, refused):
    wrong = ada.event("title.liked", heat, envelope={"time": at(time.time() + 3_600)})
    problem = refused(ada.send(wrong), 422, "body.events[0].time")
    assert "clock" in problem["remedy"]
    assert "3600 s" in problem["detail"] or "3599 s" in problem["detail"]
    before = time.time()
    offset = ada.send(ada.event("title.liked", heat, envelope={"time": at(before + 30)})).json()["offset"]
    [recorded] = town.services.log.read(offset - 1).events
    assert before <= recorded.event.time_s <= time.time()
    late = ada.event("title.disliked", heat, envelope={"time": at(before - 86_400), "subject": "anything"})
    assert ada.send(late).json()["accepted"] == 1
    told = town.services.library.state(recorded.event.subject, heat)
    assert told.reaction == 1


# What happened


@pytest.mark.parametrize(
    ("type_name", "changes", "where"),
    [
        ("title.rated", {"rating": 0.4}, "rating"),
        ("title.rated", {"rating": 5.1}, "rating"),
        ("title.rated", {"rating": "5"}, "rating"),
        ("title.rated", {"rating": True}, "rating"),
        ("title.rated", {"rating": None}, "rating"),
        ("title.rated", {}, ""),
        ("title.rated", {"rating": 5, "stars": 5}, ""),
        ("title.liked", {"title_id": "nothing"}, "title_id"),
        ("title.liked", {"title_id": ""}, "title_id"),
        ("title.liked", {"title_id": "x" * 65}, "title_id"),
        ("title.liked", {"title_id": 7}, "title_id"),
        ("title.liked", {"title_id": ["a"]}, "title_id"),
        ("title.liked", {"rating": 5}, ""),
        ("playback.progressed", {"position_s": -1}, "position_s"),
        ("playback.progressed", {"position_s": 1e9}, "position_s"),
        ("playback.progressed", {"position_s": 1, "duration_s": 0}, "duration_s"),
        ("playback.progressed", {"play_session_id": ""}, "play_session_id"),
        ("title.reviewed", {"text": ""}, "text"),
        ("title.reviewed", {"text": "x" * 10_001}, "text"),
        ("title.reviewed", {"text": "x", "sentiment": 2}, "sentiment"),
        ("row.shown", {"kind": "trending"}, ""),
    ],
)
def test_data_that_do_not_fit_are_refused_where_they_do_not(ada, heat, type_name, changes, where, refused, unchanged):
    event = ada.event(type_name, heat)
    event["data"] |= changes
    refused(ada.send(event), 422, f"body.events[0].data{'.' if where else ''}{where}")


def test_a_row_that_was_shown_names_titles_that_are_there(ada, heat, refused):
    event = ada.event("row.shown", heat)
    event["data"] = {"profile_id": ada.profile_id, "kind": "trending", "title_ids": [heat, "nothing"]}
    refused(ada.send(event), 422, "body.events[0].data.title_ids[1]")
    event["data"]["title_ids"] = [heat]
    assert ada.send(event).json()["accepted"] == 1


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_a_number_that_is_none_is_refused(ada, heat, word, refused, unchanged):
    text = json.dumps({"events": [ada.event("title.rated", heat, rating=4321)]}).replace("4321", word)
    refused(ada.client.post(f"{V1}/events", content=text.encode(), headers=JSON), 422)
    body = f'{{"rating": {word}}}'.encode()
    refused(ada.client.put(ada.path("ratings", heat), content=body, headers=JSON), 422)


# One title at a time


@pytest.mark.parametrize(
    "body", [{"rating": 0.4}, {"rating": 5.1}, {"rating": "5"}, {"rating": None}, {}, [], None, {"rating": 5, "x": 1}]
)
def test_stars_out_of_bounds_are_refused(ada, heat, body, refused, unchanged):
    problem = refused(ada.client.put(ada.path("ratings", heat), json=body), 422)
    assert problem["where"].startswith("body")


def test_the_fewest_and_the_most_stars_are_accepted(ada, heat):
    for stars in (0.5, 5, 5.0, 3.7):
        assert ada.client.put(ada.path("ratings", heat), json={"rating": stars}).status_code == 204
        assert ada.items("ratings")[0]["rating"] == stars


def test_the_longest_review_is_kept_whole_and_a_longer_one_refused(ada, heat, refused):
    text = "🎬" * 10_000
    assert ada.client.put(ada.path("reviews", heat), json={"text": text}).status_code == 204
    assert ada.items("reviews")[0]["text"] == text
    refused(ada.client.put(ada.path("reviews", heat), json={"text": text + "x"}), 422, "body.text")
    refused(ada.client.put(ada.path("reviews", heat), json={"text": ""}), 422, "body.text")
    lone = ada.client.put(ada.path("reviews", heat), content=b'{"text": "\\ud800"}', headers=JSON)
    refused(lone, 422)
    assert ada.items("reviews")[0]["text"] == text


@pytest.mark.parametrize("text", NASTY)
def test_nasty_characters_in_addresses_find_nothing_and_harm_nothing(ada, town, text, refused, unchanged):
    place = quoted(text)
    for url in (f"titles/{place}", f"titles/{place}/similar", f"profiles/{place}/home", f"profiles/{place}/ratings"):
        refused(ada.client.get(f"{V1}/{url}"), 404)
    for shelf in ("ratings", "watchlist", "reviews", "history"):
        refused(ada.client.delete(ada.path(shelf, place)), 404)
    refused(ada.client.put(ada.path("ratings", place), json={"rating": 5}), 404)
    refused(ada.client.put(ada.path("reviews", place), json={"text": text}), 404)
    for name in ("genre", "person"):
        answer = ada.client.get(f"{V1}/titles", params={name: text})
        assert answer.status_code == 422 or answer.json() == {"items": [], "next": None}
    for name in ("cursor", "limit", "kind", "year_from", "max_age"):
        refused(ada.client.get(f"{V1}/titles", params={name: text}), 422)
    for shelf in SHELVES:
        refused(ada.get(shelf, cursor=text), 422)
    refused(ada.get("recommendations", n=text), 422, "query.n")
    assert ada.client.get(f"{V1}/search", params={"q": text}).status_code in {200, 422}
    answer = town.client.post(f"{V1}/recommendations", json={"liked": [text]})
    assert answer.status_code in {404, 422}
    event = ada.event("title.rated", text, rating=5)
    refused(ada.send(event), 422)
    refused(ada.send({**event, "type": text}), 422)


@pytest.mark.parametrize("raw", ["%FF", "%C0%AF", "%ED%A0%80", "a%2Fb", "%2e%2e", "..%2f..%2fsecret"])
def test_an_address_that_is_no_text_finds_nothing(ada, raw, refused):
    for url in (f"{V1}/titles/{raw}", f"{V1}/profiles/{raw}/home", ada.path("ratings", raw)):
        answer = ada.client.request("DELETE" if "ratings" in url else "GET", url)
        assert answer.status_code in {404, 405}, answer.text
    assert ada.client.get(f"{V1}/search?q={raw}").status_code == 200


# Lists


@pytest.mark.parametrize(
    "params",
    [{"limit": 0}, {"limit": -1}, {"limit": 101}, {"limit": 10**30}, {"limit": "1.5"}, {"limit": ""}, {"limit": "x"}],
)
def test_a_limit_out_of_range_is_refused(ada, params, refused):
    for shelf in SHELVES:
        refused(ada.get(shelf, **params), 422, "query.limit")
    refused(ada.client.get(f"{V1}/titles", params=params), 422, "query.limit")
    refused(ada.client.get(f"{V1}/search", params={"q": "x", **params}), 422, "query.limit")


def test_how_many_are_wanted_is_bounded(ada, refused):
    for n in (0, -1, 501, "x"):
        refused(ada.get("recommendations", n=n), 422, "query.n")
    for params in ({"rows": 0}, {"rows": -3}, {"row_length": 0}, {"row_length": 61}):
        refused(ada.get("home", **params), 422, f"query.{next(iter(params))}")
    assert len(ada.items("recommendations", n=500)) <= 40
    assert ada.get("home", rows=1, row_length=1).status_code == 200


def test_a_cursor_that_was_forged_or_comes_from_another_list_is_refused(ada, town, refused):
    for title_id in town.titles()[:3]:
        ada.tell("title.rated", title_id, rating=4)
        ada.tell("playback.started", title_id, position_s=1)
    of_ratings = ada.get("ratings", limit=1).json()["next"]
    of_titles = ada.client.get(f"{V1}/titles", params={"limit": 1}).json()["next"]
    forged = [
        "x", "e30", of_ratings[:-2], of_ratings + "AAAA", encode_cursor("history", 10**310, "x"),
        encode_cursor("history", "x", 1), base64.urlsafe_b64encode(b'["history", "\\ud800", "x"]').decode(), "=", "\0",
    ]  # fmt: skip
    for cursor in (of_ratings, of_titles, *forged):
        problem = refused(ada.get("history", cursor=cursor), 422, "cursor")
        assert "next" in problem["remedy"]
    for cursor in (of_ratings, *forged):
        refused(ada.client.get(f"{V1}/titles", params={"cursor": cursor}), 422, "cursor")
    refused(ada.get("history", cursor="x" * 501), 422, "query.cursor")


# Films like these, for anybody


def like(client, *liked, **more):
    return client.post(f"{V1}/recommendations", json={"liked": list(liked), **more})


def test_titles_are_taken_by_name_by_id_and_with_typos(town):
    heat = town.title("Heat")
    for text in ("Heat", heat, "tt0113271", "tmdb:941", "movielens:1", "Heat (1991)"):
        answer = like(town.client, text, n=5)
        assert answer.status_code == 200, (text, answer.text)
        assert answer.json()["seeds"] == [{"title_id": heat, "name": "Heat", "year": 1991}]
    body = like(town.client, "the matrx", "Heat", "Heat").json()
    assert [seed["name"] for seed in body["seeds"]] == ["The Matrix", "Heat"]
    assert body["next"] is None
    assert not {seed["title_id"] for seed in body["seeds"]} & {item["title_id"] for item in body["items"]}
    assert {item["evidence"]["name"] for item in body["items"]} <= {"The Matrix", "Heat", None}


def test_an_ambiguous_name_lists_its_candidates(town, refused):
    problem = refused(like(town.client, "Heat", "Hamlet"), 409, "body.liked[1]")
    assert [(each["name"], each["year"]) for each in problem["candidates"]] == [("Hamlet", 1996), ("Hamlet", 1997)]
    assert like(town.client, problem["candidates"][0]["title_id"]).status_code == 200


def test_an_unknown_name_says_what_is_near(town, refused):
    problem = refused(like(town.client, "Alienated Men"), 404, "body.liked[0]")
    assert "Alien" in [each["name"] for each in problem["near"]]
    refused(like(town.client, "tt9999999"), 404, "body.liked[0]")


@pytest.mark.parametrize(
    "body",
    [{}, {"liked": []}, {"liked": [""]}, {"liked": "Heat"}, {"liked": ["Heat"] * 51}, {"liked": ["x" * 201]},
     {"liked": ["Heat"], "n": 0}, {"liked": ["Heat"], "n": -1}, {"liked": ["Heat"], "n": 201}, {"liked": [7]},
     {"liked": ["Heat"], "n": "5"}, {"liked": ["Heat"], "language": "de"}, {"liked": ["Heat"], "more": 1}, [], None],
)  # fmt: skip
def test_what_an_open_route_cannot_use_is_refused(town, body, refused):
    problem = refused(town.client.post(f"{V1}/recommendations", json=body), 422)
    assert problem["where"].startswith("body")


def test_an_open_route_is_not_asked_without_end(open_town, refused):
    town = open_town(open_rate="3/minute")
    assert [like(town.client, "Heat").status_code for _ in range(3)] == [200] * 3
    answer = like(town.client, "Heat")
    assert refused(answer, 429)["remedy"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
