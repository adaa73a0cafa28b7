"""From a newcomer's first page to a list that knows them: every answer includes what was acknowledged before it."""

from concurrent.futures import ThreadPoolExecutor

from cinoche.jobs import training

V1 = "/api/v1"


def ids(items):
    return [item["title_id"] for item in items]


def shown(home):
    return [item["title_id"] for row in home["rows"] for item in row["items"]]


def as_of(answer):
    return int(answer.headers["Cinoche-As-Of"])


def home_of(viewer, **params):
    answer = viewer.get("home", **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def row_of(home, kind):
    return next((row for row in home["rows"] if row["kind"] == kind), None)


def test_a_newcomer_gets_a_page_that_pretends_nothing(ada, town):
    answer = ada.get("home")
    page = answer.json()
    assert page["rows"]
    assert {row["kind"] for row in page["rows"]} <= {"trending", "genre"}
    assert len(shown(page)) == len(set(shown(page)))
    for row in page["rows"]:
        assert row["title"]
        for item in row["items"]:
            assert {"title_id", "name", "year", "score", "scorer", "evidence"} <= item.keys()
            assert item["evidence"]["text"]
    assert as_of(answer) == town.services.log.end()


def test_one_event_changes_the_very_next_home_and_list_and_the_evidence_names_its_title(ada, town):
    heat = town.title("Heat")
    before = ada.items("recommendations", n=40)
    home_before = home_of(ada)
    offset = ada.tell("title.rated", heat, rating=5)
    answer = ada.get("recommendations", n=40)
    after = answer.json()["items"]
    assert as_of(answer) >= offset
    assert heat in ids(before)
    assert heat not in ids(after)
    assert after[0]["evidence"]["kind"] == "seed"
    assert (after[0]["evidence"]["title_id"], after[0]["evidence"]["name"]) == (heat, "Heat")
    assert "Heat" in after[0]["evidence"]["text"]
    answer = ada.get("home")
    home_after = answer.json()
    assert as_of(answer) >= offset
    assert home_after != home_before
    assert heat not in shown(home_after)
    assert row_of(home_after, "top_picks")
    because = row_of(home_of(ada, row_length=5), "because_you_watched")
    assert "Heat" in because["title"]
    assert because["about"]["title_id"] == heat


def test_sentences_are_in_the_language_of_the_profile(ada, town):
    ada.tell("title.rated", town.title("Heat"), rating=5)
    ada.client.patch(ada.path(), json={"language": "fr"})
    assert ada.items("recommendations")[0]["evidence"]["text"] == "Parce que vous avez aimé Heat."


def test_stars_are_given_changed_and_taken_back(ada, town):
    alien = town.title("Alien")
    url = ada.path("ratings", alien)
    first = ada.client.put(url, json={"rating": 0.5})
    assert first.status_code == 204
    assert ada.items("ratings")[0]["rating"] == 0.5
    second = ada.client.put(url, json={"rating": 5})
    assert as_of(second) > as_of(first)
    [rated] = ada.items("ratings")
    assert (rated["title_id"], rated["name"], rated["year"], rated["rating"]) == (alien, "Alien", 1992, 5.0)
    assert alien not in ids(ada.items("recommendations", n=50))
    assert ada.client.delete(url).status_code == 204
    assert ada.items("ratings") == []
    assert alien in ids(ada.items("recommendations", n=50))


def test_my_list_is_kept_newest_first_and_has_its_row(ada, town):
    alien, heat = town.title("Alien"), town.title("Heat")
    for title_id in (alien, heat):
        assert ada.client.put(ada.path("watchlist", title_id)).status_code == 204
    assert ids(ada.items("watchlist")) == [heat, alien]
    assert ids(row_of(home_of(ada), "my_list")["items"]) == [heat, alien]
    assert ada.client.delete(ada.path("watchlist", heat)).status_code == 204
    assert ids(ada.items("watchlist")) == [alien]


def test_a_review_is_read_back_and_stands_nowhere_in_the_files(ada, town):
    text = "Une lenteur magnifique, as quoted nowhere else 🎬."
    assert ada.client.put(ada.path("reviews", town.title("Heat")), json={"text": text}).status_code == 204
    ada.tell("title.reviewed", town.title("Alien"), text="quoted nowhere: the second", sentiment=0.9)
    town.services.library.catch_up()
    assert [item["text"] for item in ada.items("reviews")] == ["quoted nowhere: the second", text]
    files = [file for file in town.services.settings.data_dir.rglob("*") if file.is_file()]
    assert {"events.db", "cinoche.db"} <= {file.name for file in files}
    assert not [file.name for file in files if b"magnifique" in file.read_bytes() or b"nowhere" in file.read_bytes()]
    assert ada.client.delete(ada.path("reviews", town.title("Heat"))).status_code == 204
    assert ids(ada.items("reviews")) == [town.title("Alien")]


def test_nobody_in_the_log_can_be_told_from_outside(ada, town):
    ada.tell("title.liked", town.title("Heat"))
    account_id = ada.client.get(f"{V1}/me").json()["account"]["account_id"]
    log = town.services.settings.data_dir
    kept = b"".join(file.read_bytes() for file in log.glob("events.db*"))
    assert ada.profile_id.encode() not in kept
    assert account_id.encode() not in kept


def test_history_has_progress_until_the_end_and_lets_go(ada, town):
    alien = town.title("Alien")
    ada.tell("playback.started", alien, position_s=0, duration_s=6000)
    ada.tell("playback.progressed", alien, position_s=1500.5, duration_s=6000)
    [item] = ada.items("history")
    assert (item["position_s"], item["duration_s"], item["in_progress"], item["is_played"]) == (
        1500.5,
        6000,
        True,
        False,
    )
    [watching] = row_of(home_of(ada), "continue_watching")["items"]
    assert watching["title_id"] == alien
    assert "25" in watching["evidence"]["text"]
    ada.tell("playback.progressed", alien, position_s=5600, duration_s=6000)
    [item] = ada.items("history")
    assert (item["in_progress"], item["is_played"]) == (False, True)
    assert row_of(home_of(ada), "continue_watching") is None
    assert alien not in ids(ada.items("recommendations", n=50))
    assert ada.client.delete(ada.path("history", alien)).status_code == 204
    assert ada.items("history") == []
    assert alien in ids(ada.items("recommendations", n=50))


def test_what_is_dismissed_is_not_proposed_until_it_is_restored(ada, town):
    first = ada.items("recommendations", n=1)[0]["title_id"]
    ada.tell("title.dismissed", first)
    assert first not in ids(ada.items("recommendations", n=50))
    assert first not in shown(home_of(ada))
    ada.tell("title.restored", first)
    assert first in ids(ada.items("recommendations", n=50))


def test_profiles_of_one_account_have_tastes_of_their_own(ada, town):
    heat = town.title("Heat")
    other = ada.client.post(f"{V1}/profiles", json={"name": "Bob"}).json()["profile_id"]
    before = ada.client.get(f"{V1}/profiles/{other}/recommendations").json()
    ada.tell("title.rated", heat, rating=5)
    assert ada.client.get(f"{V1}/profiles/{other}/recommendations").json() == before
    assert ada.client.get(f"{V1}/profiles/{other}/ratings").json() == {"items": [], "next": None}


def test_another_worker_answers_with_what_this_one_acknowledged(ada, town, open_town):
    other = open_town()
    there = other.come_back(ada.email)
    before = there.items("recommendations", n=40)
    for number, title_id in enumerate(town.titles()[:10]):
        offset = ada.tell("title.rated", title_id, rating=4.5)
        answer = there.get("recommendations", n=40)
        assert as_of(answer) >= offset
        assert title_id not in ids(answer.json()["items"])
        assert len(there.items("ratings", limit=50)) == number + 1
    assert there.items("recommendations", n=40) == ada.items("recommendations", n=40) != before


def test_a_restart_changes_nothing(ada, town, open_town):
    ada.tell("title.rated", town.title("Heat"), rating=5)
    ada.tell("playback.progressed", town.title("Alien"), position_s=100, duration_s=6000)
    town.services.library.catch_up()
    ada.tell("playback.progressed", town.title("Alien"), position_s=200, duration_s=6000)
    lists = ("recommendations", "history", "ratings", "watchlist", "reviews")
    before = [ada.items(name) for name in lists]
    page = home_of(ada)
    again = open_town().come_back(ada.email)
    assert [again.items(name) for name in lists] == before
    assert home_of(again, slate=page["slate"])["rows"] == page["rows"]


def test_events_are_told_once_however_often_they_are_sent(ada, town):
    event = ada.event("title.rated", town.title("Heat"), rating=5)
    other = ada.event("title.rated", town.title("Alien"), rating=4)
    end = town.services.log.end()
    assert ada.send(event).json() == {"accepted": 1, "duplicates": 0, "offset": end + 1}
    assert ada.send(event).json() == {"accepted": 0, "duplicates": 1, "offset": end + 1}
    assert ada.send(event, other, other).json() == {"accepted": 1, "duplicates": 2, "offset": end + 2}
    assert ada.send({**event, "data": other["data"]}).json() == {"accepted": 0, "duplicates": 1, "offset": end + 2}
    assert ada.send({**event, "source": "elsewhere"}).json() == {"accepted": 1, "duplicates": 0, "offset": end + 3}
    assert ada.send().json() == {"accepted": 0, "duplicates": 0, "offset": end + 3}
    assert len(ada.items("ratings")) == 2


def test_a_whole_batch_is_accepted_at_once(ada, town):
    titles = town.titles()
    batch = [
        ada.event("title.rated", titles[n % len(titles)], rating=4, envelope={"id": f"b{n}"}) for n in range(1_000)
    ]
    end = town.services.log.end()
    assert ada.send(*batch).json() == {"accepted": 1_000, "duplicates": 0, "offset": end + 1_000}
    assert len(ada.items("ratings", limit=100)) == len(titles)


def test_a_deleted_profile_is_gone_from_everywhere(ada, town, open_town, refused):
    there = open_town().come_back(ada.email)
    second = ada.client.post(f"{V1}/profiles", json={"name": "Bob"}).json()["profile_id"]
    bob = type(ada)(ada.client, second, ada.email)
    bob_there = type(ada)(there.client, second, ada.email)
    pseudonym = town.services.privacy.pseudonym(second)
    bob.tell("title.rated", town.title("Heat"), rating=5)
    bob.client.put(bob.path("reviews", town.title("Heat")), json={"text": "a secret"})
    page = home_of(bob)
    assert home_of(bob_there, slate=page["slate"])["rows"] == page["rows"]
    assert ada.client.delete(bob.path()).status_code == 204
    for viewer in (bob, bob_there):
        for place in ("home", "recommendations", "history", "ratings", "watchlist", "reviews"):
            refused(viewer.get(place), 404, "profile_id")
        refused(viewer.client.put(viewer.path("watchlist", town.title("Heat"))), 404, "profile_id")
        told = viewer.send(viewer.event("title.liked", town.title("Heat")))
        refused(told, 404, "body.events[0].data.profile_id")
    assert not town.services.log.read_subject(pseudonym)
    kept = b"".join(file.read_bytes() for file in town.services.settings.data_dir.glob("*.db*"))
    assert pseudonym.encode() not in kept


def test_a_deletion_that_was_cut_short_goes_on_when_it_is_asked_for_again(ada, town, monkeypatch):
    second = ada.client.post(f"{V1}/profiles", json={"name": "Bob"}).json()["profile_id"]
    bob = type(ada)(ada.client, second, ada.email)
    bob.tell("title.rated", town.title("Heat"), rating=5)
    pseudonym = town.services.privacy.pseudonym(second)
    with monkeypatch.context() as patch:
        patch.setattr(town.services.library, "erase", lambda _: 1 / 0)
        assert ada.client.delete(bob.path()).status_code == 500
    assert bob.get("home").status_code == 404
    assert ada.client.delete(bob.path()).status_code == 204
    assert ada.client.delete(bob.path()).status_code == 404
    assert town.services.privacy.find(second) is None
    assert not town.services.log.read_subject(pseudonym)


def test_a_page_writes_nothing(ada, town):
    end = town.services.log.end()
    town.client.get(f"{V1}/titles")
    before = {
        file: file.read_bytes() for file in town.services.settings.data_dir.glob("*.db*") if "shm" not in file.name
    }
    for place in ("home", "recommendations", "history", "ratings", "watchlist", "reviews"):
        assert ada.get(place).status_code == 200
    assert town.services.log.end() == end
    after = {
        file: file.read_bytes() for file in town.services.settings.data_dir.glob("*.db*") if "shm" not in file.name
    }
    assert after == before


def test_the_same_events_from_many_sides_at_once_count_once(ada, town, open_town):
    there = open_town().come_back(ada.email)
    titles = town.titles()
    events = [ada.event("title.rated", title_id, rating=4) for title_id in titles]
    batches = [(viewer, events[start : start + 10]) for viewer in (ada, there) * 3 for start in range(0, 40, 5)]
    end = town.services.log.end()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda each: each[0].send(*each[1]).json(), batches))
    assert sum(answer["accepted"] for answer in answers) == len(titles)
    assert {answer["accepted"] + answer["duplicates"] for answer in answers} == {5, 10}
    assert town.services.log.end() == end + len(titles)
    assert sorted(ids(ada.items("ratings", limit=100))) == sorted(titles)


def test_events_of_long_ago_and_of_odd_lengths_harm_neither_pages_nor_training(ada, town):
    titles = town.titles()
    told = []
    for number, instant in enumerate(
        ("1970-01-01T00:00:01", "1970-06-01T00:00:00", "1999-12-31T23:59:59", "2016-02-29T12:00:00")
    ):
        time = {"time": f"{instant}Z"}
        told += [
            ada.event("title.rated", titles[number], envelope=time, rating=5),
            ada.event("playback.progressed", titles[number + 9], envelope=time, position_s=86_400, duration_s=5e-324),
            ada.event("playback.abandoned", titles[number + 19], envelope=time, position_s=5e-324, duration_s=86_400),
        ]
    assert ada.send(*told).json()["accepted"] == len(told)
    before = ada.items("recommendations", n=40)
    training.train(town.services)
    town.services.library.catch_up()
    after = ada.items("recommendations", n=40)
    assert all(isinstance(item["score"], float) for item in before + after)
    assert ids(before)
    assert ids(after)
    assert len(ada.items("history")) == 8
