"""From a click to the end of a film, on one device and on the next: what is played is known, and goes on elsewhere."""

import json

from tests.integration.conftest import PASSWORD, certify
from tests.integration.playback.conftest import V1, make_beat

from cinoche.bootstrap import installation_secret
from cinoche.jobs import training
from cinoche.jobs.erasure import resume
from cinoche.kit.personal import Subject
from cinoche.playback.adapters.sessions_sql import SqlPlaySessions
from cinoche.playback.models import Beat
from cinoche.playback.sessions import PlaySessions

QUALITY = {"startup_ms": 400, "stalls": 2, "stalled_ms": 1500, "dropped_frames": 7, "bitrate_kbps": 900}


def events_of(cinema, viewer):
    subject = cinema.services.privacy.pseudonym(viewer.profile_id)
    return [each.event for each in cinema.services.log.read_subject(subject)]


def told(cinema, viewer):
    return [(each.type, each.data.get("position_s", 0.0)) for each in events_of(cinema, viewer)]


def plays_of(cinema, profile_id):
    exported = cinema.services.privacy.export(Subject(profile_id=profile_id))
    return [record["title_id"] for holder, record in exported if holder == "play sessions"]


def test_a_click_gives_all_that_a_player_needs(cinema, ada):
    heat = cinema.title("Heat")
    asset = cinema.screen(heat, credits_at_s=950.0)
    answer = cinema.ask_to_play(ada, heat)
    assert answer.status_code == 201
    session = answer.json()
    assert session["title"]["title_id"] == heat
    assert session["dash"] == f"/media/{session['token']}/{asset.asset_id}/manifest.mpd"
    assert session["hls"].endswith("/master.m3u8")
    assert session["poster"].endswith("/poster.jpg")
    assert (session["position_s"], session["duration_s"], session["credits_at_s"]) == (0.0, 1_000.0, 950.0)
    assert session["chapters"] == [{"start_s": 0.0, "name": "One"}]
    assert session["rungs"] == [{"height": 480, "bandwidth": 900_000}]
    assert [each["language"] for each in session["audio"]] == ["en", "fr"]
    assert [each["url"].rpartition("/text/")[2] for each in session["captions"]] == ["en.vtt", "fr.vtt"]
    assert (session["audio_language"], session["caption_language"]) == ("en", None)
    assert (session["series"], session["next"], session["heartbeat_s"]) == (None, None, 10.0)
    assert int(answer.headers["Cinoche-As-Of"]) == cinema.services.log.end()
    assert told(cinema, ada) == [("playback.started", 0.0)]


def test_where_one_device_stopped_another_goes_on(cinema, ada):
    heat = cinema.title("Heat")
    cinema.screen(heat)
    player = cinema.player(ada, heat)
    for second in (10, 20, 30):
        cinema.clock.pass_s(10)
        assert player.at(second)["goes_on"]
    cinema.clock.pass_s(3)
    closed = player.at(33.5, "closed")
    assert not closed["goes_on"]
    there = cinema.come_back(ada.email)
    assert cinema.player(there, heat).session["position_s"] == 33.5
    assert cinema.player(there, heat, from_start=True).session["position_s"] == 0.0
    [watched] = ada.items("history")
    assert (watched["title_id"], watched["duration_s"]) == (heat, 1_000.0)


def test_the_log_hears_of_steps_and_stops_and_not_of_every_beat(cinema, ada):
    heat = cinema.title("Heat")
    cinema.screen(heat)
    player = cinema.player(ada, heat)
    for second in range(1, 26):
        cinema.clock.pass_s(1)
        player.at(second)
    cinema.clock.pass_s(1)
    player.at(26, "paused")
    player.at(26, "paused")
    player.at(400, "seeking")
    assert told(cinema, ada) == [
        ("playback.started", 0.0),
        ("playback.progressed", 10.0),
        ("playback.progressed", 20.0),
        ("playback.progressed", 26.0),
    ]


def test_the_end_is_told_once_at_92_percent_or_at_the_credits(cinema, ada):
    heat, alien = cinema.title("Heat"), cinema.title("Alien")
    cinema.screen(heat)
    cinema.screen(alien, credits_at_s=800.0)
    for title_id, before, after in ((heat, 919, 920), (alien, 799, 800)):
        player = cinema.player(ada, title_id)
        cinema.clock.pass_s(700)
        player.at(before)
        cinema.clock.pass_s(10)
        assert not next(item for item in ada.items("history") if item["title_id"] == title_id)["is_played"]
        player.at(after)
        cinema.clock.pass_s(60)
        player.at(after + 50)
        player.at(1_000, "ended")
        player.at(1_000, "closed")
        item = next(item for item in ada.items("history") if item["title_id"] == title_id)
        assert item["is_played"]
        assert not item["in_progress"]
        assert cinema.player(ada, title_id).session["position_s"] == 0.0
    completed = [each for each in told(cinema, ada) if each[0] == "playback.completed"]
    assert completed == [("playback.completed", 920.0), ("playback.completed", 800.0)]


def test_closing_early_is_giving_up_and_closing_later_is_not(cinema, ada):
    heat, alien = cinema.title("Heat"), cinema.title("Alien")
    for title_id, position_s in ((heat, 200), (alien, 400)):
        cinema.screen(title_id)
        player = cinema.player(ada, title_id)
        cinema.clock.pass_s(300)
        player.at(position_s, "closed")
    assert [each for each in told(cinema, ada) if each[1]] == [
        ("playback.abandoned", 200.0),
        ("playback.progressed", 400.0),
    ]


def test_a_player_that_closes_before_it_played_says_nothing_against_the_film(cinema, ada):
    cinema.screen(cinema.title("Heat"))
    player = cinema.player(ada, cinema.title("Heat"))
    cinema.clock.pass_s(2)
    player.at(0, "closed")
    assert told(cinema, ada) == [("playback.started", 0.0)]


def test_a_message_that_comes_twice_counts_once(cinema, ada):
    cinema.screen(cinema.title("Heat"))
    player = cinema.player(ada, cinema.title("Heat"))
    cinema.clock.pass_s(60)
    message = [make_beat(10, ago_s=30), make_beat(20, ago_s=20), make_beat(30, ago_s=10)]
    player.beats(*message, quality=QUALITY)
    after = told(cinema, ada)
    assert [position for _, position in after] == [0.0, 10.0, 20.0, 30.0]
    player.at(60)
    once = told(cinema, ada)
    player.beats(*message, quality=QUALITY)
    player.beats(*message[:1])
    assert told(cinema, ada) == once
    metrics = cinema.client.get("/metrics").text
    assert "cinoche_playback_stalls_total 2.0" in metrics
    assert "cinoche_playback_stalled_seconds_total 1.5" in metrics
    assert "cinoche_playback_dropped_frames_total 7.0" in metrics
    assert "cinoche_playback_startup_seconds_count 1.0" in metrics


def test_beats_that_had_to_wait_are_dated_when_they_were(cinema, ada):
    cinema.screen(cinema.title("Heat"))
    player = cinema.player(ada, cinema.title("Heat"))
    started_at = cinema.clock.now
    cinema.clock.pass_s(100)
    player.beats(make_beat(50, ago_s=50), make_beat(20, ago_s=80), make_beat(90, ago_s=10_000))
    progressed = [each for each in events_of(cinema, ada) if each.type == "playback.progressed"]
    assert [(each.time_s - started_at, each.data["position_s"]) for each in progressed] == [(20, 20), (50, 50)]
    assert ada.items("history")[0]["position_s"] == 50


def test_a_closing_page_can_say_goodbye_with_send_beacon(cinema, ada):
    cinema.screen(cinema.title("Heat"))
    player = cinema.player(ada, cinema.title("Heat"))
    cinema.clock.pass_s(500)
    body = {"token": player.session["token"], "beats": [make_beat(450, "closed")]}
    goodbye = cinema.client.post(
        f"{V1}/play-sessions/{player.session['play_session_id']}/heartbeats",
        content=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Origin": "http://testserver",
            "Sec-Fetch-Site": "same-origin",
            "Sec-Fetch-Mode": "no-cors",
        },
    )
    assert goodbye.json()["goes_on"] is False
    assert ada.items("history")[0]["position_s"] == 450


def test_a_series_plays_its_next_episode_and_says_what_follows(cinema, ada):
    series, episodes = cinema.series()
    for number, episode in enumerate(episodes):
        player = cinema.player(ada, series)
        assert player.session["title"]["title_id"] == episode
        assert player.session["series"]["title_id"] == series
        following = player.session["next"]
        if number + 1 < len(episodes):
            assert (following["title_id"], following["season"], following["number"]) == (
                episodes[number + 1],
                1,
                number + 2,
            )
        else:
            assert following is None
        cinema.clock.pass_s(400)
        player.at(300)
        assert cinema.player(ada, series).session["title"]["title_id"] == episode
        player = cinema.player(ada, series)
        assert player.session["position_s"] == 300
        cinema.clock.pass_s(700)
        player.at(990, "ended")
    assert cinema.player(ada, series).session["title"]["title_id"] == episodes[0]
    assert cinema.player(ada, "season").session["title"]["title_id"] == episodes[0]


def test_audio_and_captions_follow_the_profile(cinema, ada):
    cinema.screen(cinema.title("Heat"))
    heat = cinema.title("Heat")
    ada.client.patch(ada.path(), json={"language": "fr"})
    session = cinema.player(ada, heat).session
    assert (session["audio_language"], session["caption_language"]) == ("fr", None)
    taste = {"audio_language": "en", "caption_language": "fr", "quality_cap": 480}
    assert ada.client.patch(ada.path(), json={"preferences": taste}).status_code == 200
    session = cinema.player(ada, heat).session
    assert (session["audio_language"], session["caption_language"]) == ("en", "fr")
    assert session["preferences"]["quality_cap"] == 480


def test_what_cannot_be_played_here_says_so(cinema, ada, refused):
    body = refused(cinema.ask_to_play(ada, cinema.title("Alien")), 404, "title_id")
    assert "not available here" in body["detail"]
    refused(cinema.ask_to_play(ada, "nothing"), 404, "title_id")
    stranger = cinema.viewer()
    stranger.profile_id = ada.profile_id
    cinema.screen(cinema.title("Heat"))
    refused(cinema.ask_to_play(stranger, cinema.title("Heat")), 404, "profile_id")


def test_a_child_starts_nothing_above_its_limit(cinema, ada, refused):
    faces = cinema.services.catalog.faces().faces
    titles = {age: next(face.title_id for face in faces if face.min_age == age) for age in (0, 8, 13, 17, None)}
    for title_id in titles.values():
        cinema.screen(title_id)
    child = ada.client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()["profile_id"]
    noe = type(ada)(ada.client, child, ada.email)
    for age, title_id in titles.items():
        answer = cinema.ask_to_play(noe, title_id)
        if age is not None and age <= 10:
            assert answer.status_code == 201
        else:
            assert "no such title" in refused(answer, 404, "title_id")["detail"]


def test_a_session_in_which_a_child_watches_names_no_other_profile_and_a_pin_is_asked_for(cinema, ada, refused):
    heat = cinema.title("Heat")
    cinema.screen(heat)
    child = ada.client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()["profile_id"]
    ada.client.put(f"{V1}/sessions/current/profile", json={"profile_id": child})
    refused(cinema.ask_to_play(ada, heat), 403, "profile_id")
    grown_up = cinema.come_back(ada.email)
    pin = {"pin": "1234", "password": PASSWORD}
    assert grown_up.client.put(grown_up.path("pin"), json=pin).status_code == 200
    there = cinema.come_back(ada.email)
    refused(cinema.ask_to_play(there, heat), 403, "profile_id")
    chosen = {"profile_id": ada.profile_id, "pin": "1234"}
    assert there.client.put(f"{V1}/sessions/current/profile", json=chosen).status_code in {200, 204}
    assert cinema.ask_to_play(there, heat).status_code == 201


def test_what_an_adult_plays_stops_when_a_child_is_chosen_on_the_device(cinema, ada):
    heat = cinema.title("Heat")
    cinema.screen(heat)
    child = ada.client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()["profile_id"]
    player, elsewhere = cinema.player(ada, heat), cinema.player(cinema.come_back(ada.email), heat)
    assert player.get("manifest.mpd").status_code == 200
    assert ada.client.put(f"{V1}/sessions/current/profile", json={"profile_id": child}).status_code == 200
    cinema.clock.pass_s(3)
    assert player.get("manifest.mpd").status_code == 403
    assert not player.at(5)["goes_on"]
    assert elsewhere.at(5)["goes_on"]


def test_what_plays_stops_when_its_limit_falls_below_it_or_an_operator_withdraws_it(cinema, ada):
    faces = cinema.services.catalog.faces().faces
    adult = next(face.title_id for face in faces if face.min_age == 17)
    for change in (
        lambda: ada.client.patch(ada.path(), json={"max_age": 13}),
        lambda: cinema.services.catalog.studio.change(adult, {"is_withdrawn": True}),
    ):
        ada.client.patch(ada.path(), json={"max_age": None})
        cinema.screen(adult)
        player = cinema.player(ada, adult)
        assert player.get("manifest.mpd").status_code == 200
        change()
        cinema.clock.pass_s(3)
        assert player.get("manifest.mpd").status_code == 403
        assert not player.at(5)["goes_on"]


def test_a_child_for_whom_there_is_no_room_is_told_no_name_above_its_limit(open_cinema, refused):
    cinema = open_cinema(streams_per_account=1)
    certify(cinema.services)
    faces = cinema.services.catalog.faces().faces
    adult, fit = (next(face.title_id for face in faces if face.min_age == age) for age in (17, 0))
    cinema.screen(adult)
    cinema.screen(fit)
    ada = cinema.viewer()
    cinema.player(cinema.come_back(ada.email), adult)
    child = ada.client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()["profile_id"]
    assert "playing" not in refused(cinema.ask_to_play(type(ada)(ada.client, child, ada.email), fit), 409)
    assert refused(cinema.ask_to_play(ada, fit), 409)["playing"][0]["title_id"] == adult


def test_the_page_of_a_series_and_a_click_on_it_start_the_same_episode(cinema, ada):
    series, episodes = cinema.series(4)
    marks = {series: "G", episodes[0]: "R"}
    for title_id, mark in marks.items():
        cinema.services.catalog.studio.change(title_id, {"certification": mark})
    cinema.services.media.remove(episodes[1])
    child = ada.client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()["profile_id"]
    noe = type(ada)(ada.client, child, ada.email)
    for viewer, first in ((ada, episodes[0]), (noe, episodes[2])):
        for expected in (first, episodes[2] if viewer is ada else episodes[3]):
            page = viewer.get(f"titles/{series}/seasons").json()
            player = cinema.player(viewer, series)
            assert player.session["title"]["title_id"] == page["resume_title_id"] == expected
            cinema.clock.pass_s(900)
            player.at(990, "ended")


def test_an_episode_is_for_nobody_who_may_not_see_its_series(cinema, ada, refused):
    series, episodes = cinema.series(1)
    child = ada.client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()["profile_id"]
    noe = type(ada)(ada.client, child, ada.email)
    ada.client.put(f"{V1}/sessions/current/profile", json={"profile_id": child})
    listed = {"kind": "episode", "limit": 100}
    for above, mark, is_seen in ((None, "G", False), ("R", "G", False), ("G", "G", True), ("G", None, True)):
        cinema.services.catalog.studio.change(series, {"certification": above})
        cinema.services.catalog.studio.change(episodes[0], {"certification": mark})
        assert ada.client.get(f"{V1}/titles/{episodes[0]}").status_code == (200 if is_seen else 404)
        assert cinema.ask_to_play(noe, episodes[0]).status_code == (201 if is_seen else 404)
        found = [each["title_id"] for each in ada.client.get(f"{V1}/titles", params=listed).json()["items"]]
        assert found == (episodes if is_seen else [])


def test_four_devices_may_play_at_once_and_a_fifth_is_told_which(open_cinema, refused):
    cinema = open_cinema(streams_per_account=2)
    heat = cinema.title("Heat")
    cinema.screen(heat)
    ada = cinema.viewer()
    devices = [ada, cinema.come_back(ada.email), cinema.come_back(ada.email)]
    first, second = (cinema.player(device, heat) for device in devices[:2])
    body = refused(cinema.ask_to_play(devices[2], heat), 409)
    assert [each["play_session_id"] for each in body["playing"]] == [
        first.session["play_session_id"],
        second.session["play_session_id"],
    ]
    assert {each["name"] for each in body["playing"]} == {"Heat"}
    assert all(each["device"] for each in body["playing"])
    assert first.stop().status_code == 204
    assert first.get("manifest.mpd").status_code == 403
    assert cinema.player(devices[2], heat).get("manifest.mpd").status_code == 200
    refused(cinema.ask_to_play(devices[0], heat), 409)


def test_a_device_that_starts_again_takes_its_own_place(open_cinema):
    cinema = open_cinema(streams_per_account=1)
    cinema.screen(cinema.title("Heat"))
    cinema.screen(cinema.title("Alien"))
    ada = cinema.viewer()
    before = cinema.player(ada, cinema.title("Heat"))
    after = cinema.player(ada, cinema.title("Alien"))
    assert not before.at(5)["goes_on"]
    assert after.at(5)["goes_on"]


def test_the_last_word_of_a_title_that_its_device_left_for_another_still_counts(open_cinema):
    cinema = open_cinema(streams_per_account=1)
    heat, alien = cinema.title("Heat"), cinema.title("Alien")
    cinema.screen(heat, duration_s=60.0)
    cinema.screen(alien)
    ada = cinema.viewer()
    before = cinema.player(ada, heat)
    cinema.clock.pass_s(50)
    before.at(50)
    cinema.clock.pass_s(8)
    cinema.player(ada, alien)
    cinema.clock.pass_s(2)
    assert before.get("manifest.mpd").status_code == 403
    assert before.beats(make_beat(58, "ended"), make_beat(58, "closed")).json()["goes_on"] is False
    assert next(item for item in ada.items("history") if item["title_id"] == heat)["is_played"]
    assert told(cinema, ada)[-1] == ("playback.completed", 58.0)
    cinema.clock.pass_s(9)
    before.beats(make_beat(10, "paused"))
    assert told(cinema, ada)[-1] == ("playback.completed", 58.0)


def test_a_title_that_was_stopped_hears_no_late_word(cinema, ada):
    cinema.screen(cinema.title("Heat"))
    player = cinema.player(ada, cinema.title("Heat"))
    cinema.clock.pass_s(300)
    player.at(300, "closed")
    cinema.clock.pass_s(2)
    player.beats(make_beat(950, "ended"))
    assert told(cinema, ada)[-1] == ("playback.progressed", 300.0)


def test_two_messages_that_reach_the_end_at_once_tell_it_once(cinema, ada):
    heat = cinema.title("Heat")
    cinema.screen(heat)
    player = cinema.player(ada, heat)
    cinema.clock.pass_s(940)
    play_session_id, token = player.session["play_session_id"], player.session["token"]
    plays = cinema.services.play_sessions
    coming = [Beat("second", "ended", 950.0, cinema.clock.now)]

    def meanwhile(session_id, profile_id):
        """Let the other message come while this one has been read and not been written."""
        while coming:
            plays.beat(play_session_id, token, [coming.pop()])
        return cinema.services.accounts.watcher(session_id, profile_id)

    other_worker(cinema, meanwhile).beat(play_session_id, token, [Beat("first", "playing", 930.0, cinema.clock.now)])
    assert [each for each in told(cinema, ada) if each[0] == "playback.completed"] == [("playback.completed", 950.0)]
    cinema.clock.pass_s(10)
    player.at(200, "seeking")
    cinema.clock.pass_s(800)
    player.at(950)
    assert [type_ for type_, _ in told(cinema, ada)].count("playback.completed") == 2


def other_worker(cinema, watcher):
    """Open the play sessions as one more process would."""
    house = cinema.services
    return PlaySessions(
        SqlPlaySessions(house.engine),
        secret=installation_secret(house.settings.data_dir),
        log=house.log,
        catalog=house.catalog,
        library=house.library,
        privacy=house.privacy,
        assets=house.media,
        watcher=watcher,
        clock=cinema.clock,
    )


def test_a_lease_ends_when_its_heartbeats_do_and_comes_back_where_there_is_room(open_cinema, refused):
    cinema = open_cinema(streams_per_account=1)
    cinema.screen(cinema.title("Heat"))
    ada = cinema.viewer()
    there = cinema.come_back(ada.email)
    here = cinema.player(ada, cinema.title("Heat"))
    cinema.clock.pass_s(44)
    refused(cinema.ask_to_play(there, cinema.title("Heat")), 409)
    cinema.clock.pass_s(60)
    assert here.at(30)["goes_on"]
    cinema.clock.pass_s(46)
    elsewhere = cinema.player(there, cinema.title("Heat"))
    assert not here.at(60)["goes_on"]
    assert elsewhere.at(60)["goes_on"]


def test_a_device_that_was_signed_out_takes_no_place(open_cinema):
    cinema = open_cinema(streams_per_account=1)
    cinema.screen(cinema.title("Heat"))
    ada = cinema.viewer()
    there = cinema.come_back(ada.email)
    player = cinema.player(there, cinema.title("Heat"))
    assert there.client.delete(f"{V1}/sessions/current").status_code == 204
    assert cinema.player(ada, cinema.title("Heat")).at(5)["goes_on"]
    assert not player.at(5)["goes_on"]


def test_only_its_account_ends_a_play_session_and_only_its_token_tells_of_it(cinema, ada, refused):
    cinema.screen(cinema.title("Heat"))
    player, other = cinema.player(ada, cinema.title("Heat")), cinema.player(cinema.viewer(), cinema.title("Heat"))
    path = f"{V1}/play-sessions/{player.session['play_session_id']}"
    refused(other.viewer.client.delete(path), 404, "play_session_id")
    for token in (other.session["token"], "nonsense", player.session["token"] + "x", "é.é.é"):
        foreign = {"token": token, "beats": [make_beat(500)]}
        refused(cinema.client.post(f"{path}/heartbeats", json=foreign), 403, "token")
    assert told(cinema, ada) == [("playback.started", 0.0)]


def test_heartbeats_are_bounded(cinema, ada, refused):
    cinema.screen(cinema.title("Heat"))
    player = cinema.player(ada, cinema.title("Heat"))
    refused(player.beats(), 422, "body.beats")
    refused(player.beats(*[make_beat(1) for _ in range(101)]), 422, "body.beats")
    refused(player.beats(make_beat(-1)), 422)
    refused(player.beats(make_beat(1, "dancing")), 422)
    refused(player.beats({**make_beat(1), "beat_id": "x" * 70_000}), 413)
    cinema.clock.pass_s(100)
    assert player.at(80_000)["goes_on"]
    assert told(cinema, ada)[-1] == ("playback.completed", 1_000.0)


def test_an_erased_profile_plays_no_more_and_leaves_no_row(cinema, ada):
    cinema.screen(cinema.title("Heat"))
    child = ada.client.post(f"{V1}/profiles", json={"name": "Bob"}).json()["profile_id"]
    bob = type(ada)(ada.client, child, ada.email)
    player = cinema.player(bob, cinema.title("Heat"))
    assert plays_of(cinema, child) == [cinema.title("Heat")]
    assert ada.client.delete(bob.path()).status_code == 204
    assert player.at(30)["goes_on"] is False
    cinema.clock.pass_s(3)
    assert player.get("manifest.mpd").status_code == 403
    assert plays_of(cinema, child) == []


def test_play_sessions_whose_addresses_have_expired_are_forgotten_even_where_nobody_plays(cinema, ada):
    cinema.screen(cinema.title("Heat"))
    cinema.player(ada, cinema.title("Heat"))
    cinema.clock.pass_s(11 * 3_600)
    resume(cinema.services)
    assert plays_of(cinema, ada.profile_id) == [cinema.title("Heat")]
    cinema.clock.pass_s(3_601)
    resume(cinema.services)
    assert plays_of(cinema, ada.profile_id) == []


def test_what_was_played_changes_the_home(cinema, ada):
    heat = cinema.title("Heat")
    cinema.screen(heat)
    before = ada.get("home").json()
    player = cinema.player(ada, heat)
    cinema.clock.pass_s(950)
    answer = player.at(940)
    home = ada.get("home")
    assert int(home.headers["Cinoche-As-Of"]) >= answer["offset"]
    assert home.json() != before
    training.train(cinema.services)
