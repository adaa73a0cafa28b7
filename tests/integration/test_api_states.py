"""What a profile did with one title, why it is proposed, and its series: every answer as of what was acknowledged."""

from typing import Any

import pytest
from tests.integration.conftest import Town, Viewer

from cinoche.catalog.models import UNITED_STATES, Certification, Kind, TitleRecord

V1 = "/api/v1"
SERIES, EPISODES = "reels", ["reels-1", "reels-2", "reels-3"]
LASTS_S = 60


def state_of(viewer: Viewer, title_id: str) -> dict[str, Any]:
    answer = viewer.get("titles", title_id)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def row_of(viewer: Viewer, kind: str) -> dict[str, Any] | None:
    page = viewer.get("home").json()
    return next((row for row in page["rows"] if row["kind"] == kind), None)


def do(viewer: Viewer, method: str, *parts: str, json: object = None) -> int:
    answer = viewer.client.request(method, viewer.path(*parts), json=json)
    assert answer.status_code == 204, answer.text
    return int(answer.headers["Cinoche-As-Of"])


def record(title_id: str, kind: Kind, number: int | None = None, age: int | None = None) -> TitleRecord:
    return TitleRecord(
        title_id=title_id,
        kind=kind,
        name="Night Reels" if kind is Kind.SERIES else f"Part {number}",
        year=2026,
        source="movielens",
        parent_id=None if kind is Kind.SERIES else SERIES,
        number=number,
        length_s=None if kind is Kind.SERIES else LASTS_S,
        genres=("Comedy",),
        certification=None if age is None else Certification(UNITED_STATES, "PG" if age < 17 else "R", age),
    )


@pytest.fixture
def reels(town: Town) -> Town:
    """A house with a series of three episodes that play, the last of which is not for children."""
    with town.services.catalog.writing() as writer:
        writer.put([record(SERIES, Kind.SERIES, age=8)])
        writer.put([record(each, Kind.EPISODE, n, 8 if n < 3 else 17) for n, each in enumerate(EPISODES, start=1)])
        writer.mark_media(EPISODES, has_media=True)
    return town


def watch(viewer: Viewer, title_id: str, position_s: float) -> None:
    viewer.tell("playback.started", title_id, position_s=0, duration_s=LASTS_S)
    viewer.tell("playback.progressed", title_id, position_s=position_s, duration_s=LASTS_S)


def test_a_title_that_nothing_was_done_with_has_an_empty_state(ada, town):
    assert state_of(ada, town.title("Heat")) == {
        "title_id": town.title("Heat"),
        **dict.fromkeys(("rating", "thumb", "review", "duration_s", "watched_at")),
        **dict.fromkeys(("is_listed", "is_dismissed", "is_played", "in_progress"), False),
        "position_s": 0,
    }


def test_the_state_of_a_title_has_all_that_was_done_with_it(ada, town):
    heat = town.title("Heat")
    ada.tell("playback.progressed", heat, position_s=600, duration_s=6000)
    do(ada, "PUT", "ratings", heat, json={"rating": 4.5})
    do(ada, "PUT", "reviews", heat, json={"text": "Slow, and right."})
    do(ada, "PUT", "watchlist", heat)
    state = state_of(ada, heat)
    assert (state["rating"], state["review"], state["is_listed"]) == (4.5, "Slow, and right.", True)
    assert (state["position_s"], state["duration_s"], state["in_progress"]) == (600, 6000, True)
    assert state["watched_at"]


def test_a_thumb_and_a_dismissal_are_given_and_taken_back_apart(ada, town):
    heat = town.title("Heat")
    do(ada, "PUT", "thumbs", heat, json={"thumb": "up"})
    assert state_of(ada, heat)["thumb"] == "up"
    first = do(ada, "PUT", "thumbs", heat, json={"thumb": "down"})
    assert do(ada, "PUT", "dismissals", heat) > first
    assert (state_of(ada, heat)["thumb"], state_of(ada, heat)["is_dismissed"]) == ("down", True)
    do(ada, "DELETE", "dismissals", heat)
    assert (state_of(ada, heat)["thumb"], state_of(ada, heat)["is_dismissed"]) == ("down", False)
    do(ada, "PUT", "dismissals", heat)
    do(ada, "DELETE", "thumbs", heat)
    assert (state_of(ada, heat)["thumb"], state_of(ada, heat)["is_dismissed"]) == (None, True)


@pytest.mark.parametrize("body", [{"thumb": "sideways"}, {"thumb": None}, {}, {"thumb": "up", "more": 1}])
def test_a_thumb_points_up_or_down(ada, town, refused, body):
    refused(ada.client.put(ada.path("thumbs", town.title("Heat")), json=body), 422)


def test_a_dismissal_changes_the_very_next_list_and_is_undone(ada):
    before = ada.items("recommendations", n=5)
    first = before[0]["title_id"]
    offset = do(ada, "PUT", "dismissals", first)
    answer = ada.get("recommendations", n=40)
    assert int(answer.headers["Cinoche-As-Of"]) >= offset
    assert first not in {item["title_id"] for item in answer.json()["items"]}
    do(ada, "DELETE", "dismissals", first)
    assert ada.items("recommendations", n=5) == before


def test_a_cleared_history_is_empty_at_once_stays_so_and_leaves_the_stars(ada, town, open_town):
    heat, alien = town.title("Heat"), town.title("Alien")
    for title_id in (heat, alien):
        ada.tell("playback.progressed", title_id, position_s=600, duration_s=6000)
    do(ada, "PUT", "ratings", heat, json={"rating": 5})
    assert row_of(ada, "continue_watching")
    end = town.services.log.end()
    assert do(ada, "DELETE", "history") == end + 2
    assert ada.items("history") == []
    assert row_of(ada, "continue_watching") is None
    assert do(ada, "DELETE", "history") == town.services.log.end() == end + 2
    assert state_of(ada, heat)["rating"] == 5
    assert open_town().come_back(ada.email).items("history") == []
    ada.tell("playback.progressed", heat, position_s=60, duration_s=6000)
    assert [item["title_id"] for item in ada.items("history")] == [heat]


def test_why_names_what_was_liked_and_only_what_is_so(ada, town):
    newcomer = ada.get("titles", town.titles()[0], "why").json()
    assert {fact["kind"] for fact in newcomer["facts"]} <= {"popular", "trend"}
    assert newcomer["text"]
    offset = ada.tell("title.rated", town.title("Heat"), rating=5)
    best = ada.items("recommendations", n=1)[0]
    answer = ada.get("titles", best["title_id"], "why")
    assert int(answer.headers["Cinoche-As-Of"]) >= offset
    why = answer.json()
    assert why["text"] == best["evidence"]["text"] == "Because you liked Heat."
    assert {fact["title_id"] for fact in why["facts"] if fact["kind"] == "seed"} == {town.title("Heat")}
    assert all(fact["text"].endswith(".") for fact in why["facts"])
    do(ada, "DELETE", "ratings", town.title("Heat"))
    assert ada.get("titles", best["title_id"], "why").json() != why


def test_why_is_honest_where_nothing_is_known_and_speaks_the_profile_s_language(ada, reels):
    with reels.services.catalog.writing() as writer:
        writer.mark_media(EPISODES, has_media=False)
    assert ada.get("titles", SERIES, "why").json()["facts"] == []
    english = ada.get("titles", SERIES, "why").json()["text"]
    ada.client.patch(ada.path(), json={"language": "fr"})
    assert ada.get("titles", SERIES, "why").json()["text"] != english


def test_a_series_goes_on_where_it_was_left_and_its_row_plays_with_one_click(ada, reels):
    playable = row_of(ada, "playable")
    assert [(item["title_id"], item["has_media"]) for item in playable["items"]] == [(SERIES, True)]
    assert "3 min" in playable["items"][0]["evidence"]["text"]
    assert ada.get("titles", SERIES, "seasons").json()["resume_title_id"] == EPISODES[0]
    watch(ada, EPISODES[0], 30)
    [item] = row_of(ada, "continue_watching")["items"]
    assert (item["title_id"], item["name"]) == (EPISODES[0], "Night Reels · Part 1")
    assert (item["progress"], item["position_s"]) == (0.5, 30)
    assert row_of(ada, "playable") is None
    watch(ada, EPISODES[0], 59)
    [item] = row_of(ada, "continue_watching")["items"]
    assert (item["title_id"], item["position_s"], item["evidence"]["kind"]) == (EPISODES[1], 0, "next")
    assert item["evidence"]["text"] == "Follows Night Reels · Part 1, which you have seen."
    seasons = ada.get("titles", SERIES, "seasons").json()
    assert seasons["resume_title_id"] == EPISODES[1]
    [season] = seasons["items"]
    assert [(each["title_id"], each["number"], each["is_played"]) for each in season["episodes"]] == [
        (EPISODES[0], 1, True),
        (EPISODES[1], 2, False),
        (EPISODES[2], 3, False),
    ]
    shown = {item["title_id"] for row in ada.get("home").json()["rows"] for item in row["items"]}
    assert shown & {SERIES, *EPISODES} == {EPISODES[1]}
    assert not {SERIES, *EPISODES} & {item["title_id"] for item in ada.items("recommendations", n=100)}


def test_every_row_says_why_it_is_there(ada, reels):
    ada.tell("title.rated", reels.title("Heat"), rating=5)
    for row in ada.get("home").json()["rows"]:
        assert 0 < len(row["sentence"]) <= 120


def test_what_is_no_series_has_no_seasons(ada, town, refused):
    refused(ada.get("titles", town.title("Heat"), "seasons"), 422, "title_id")


@pytest.mark.parametrize("parts", [(), ("why",), ("seasons",)])
def test_an_unknown_title_is_not_found(ada, refused, parts):
    refused(ada.get("titles", "nothing", *parts), 404, "title_id")


@pytest.mark.parametrize(("method", "what"), [("PUT", "dismissals"), ("DELETE", "dismissals"), ("DELETE", "thumbs")])
def test_nothing_is_written_about_an_unknown_title(ada, refused, method, what):
    refused(ada.client.request(method, ada.path(what, "nothing")), 404, "title_id")


def test_somebody_else_s_profile_is_not_found(ada, town, refused):
    bob = town.viewer()
    heat = town.title("Heat")
    for parts in (("titles", heat), ("titles", heat, "why"), ("titles", SERIES, "seasons")):
        refused(bob.client.get(ada.path(*parts)), 404)
    refused(bob.client.delete(ada.path("history")), 404)
    refused(bob.client.put(ada.path("thumbs", heat), json={"thumb": "up"}), 404)


def test_a_child_is_told_nothing_of_what_is_above_its_limit(ada, reels, refused):
    child = ada.client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()["profile_id"]
    noe = Viewer(ada.client, child, ada.email)
    for parts in ((), ("why",)):
        refused(noe.get("titles", reels.title("Heat"), *parts), 404, "title_id")
        refused(noe.get("titles", EPISODES[2], *parts), 404, "title_id")
    [season] = noe.get("titles", SERIES, "seasons").json()["items"]
    assert [each["title_id"] for each in season["episodes"]] == EPISODES[:2]
    watch(noe, EPISODES[1], 59)
    assert row_of(noe, "continue_watching") is None
    assert noe.get("titles", SERIES, "seasons").json()["resume_title_id"] == EPISODES[0]
