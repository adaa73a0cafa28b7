"""The bytes of a film: whole, in part, to who may have them, and to nobody a few seconds after that has ended."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.conftest import PASSWORD
from tests.integration.playback.conftest import SEGMENT, V1

from cinoche.playback import tokens

VIDEO = "video/480/00001.m4s"
STOPS_WITHIN_S = 10.0


@pytest.fixture
def player(cinema, ada):
    cinema.screen(cinema.title("Heat"))
    return cinema.player(ada, cinema.title("Heat"))


def test_a_segment_is_served_whole_with_what_caches_need(player):
    answer = player.get(VIDEO)
    assert (answer.status_code, answer.content) == (200, SEGMENT)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["cache-control"] == "private, max-age=43200, immutable"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(SEGMENT))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_every_kind_of_file_says_what_it_is(player):
    kinds = {
        "manifest.mpd": "application/dash+xml",
        "master.m3u8": "application/vnd.apple.mpegurl",
        "audio/fr/00001.m4s": "audio/mp4",
        "text/fr.vtt": "text/vtt; charset=utf-8",
        "poster.jpg": "image/jpeg",
    }
    for path, kind in kinds.items():
        answer = player.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert player.get("manifest.mpd").headers["cache-control"] == "private, max-age=5"


def test_head_says_what_get_would_without_the_bytes(player):
    for path in (VIDEO, "manifest.mpd"):
        got, head = player.get(path), player.cinema.client.head(player.base + path)
        assert (head.status_code, head.content) == (200, b"")
        own = {"x-request-id", "date"}
        assert {k: v for k, v in head.headers.items() if k not in own} == {
            k: v for k, v in got.headers.items() if k not in own
        }
    part = player.cinema.client.head(player.base + VIDEO, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.headers["content-length"]) == (200, str(len(SEGMENT)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(first=st.integers(0, 5_000), last=st.none() | st.integers(0, 5_000))
def test_a_range_is_that_slice_of_the_file(player, first, last):
    answer = player.get(VIDEO, Range=f"bytes={first}-{'' if last is None else last}")
    if last is not None and last < first:
        assert (answer.status_code, answer.content) == (200, SEGMENT)
    elif first >= len(SEGMENT):
        assert answer.status_code == 416
    else:
        expected = SEGMENT[first : None if last is None else last + 1]
        assert (answer.status_code, answer.content) == (206, expected)
        assert answer.headers["content-range"] == f"bytes {first}-{first + len(expected) - 1}/{len(SEGMENT)}"
        assert answer.headers["content-length"] == str(len(expected))


def test_a_suffix_a_bad_range_and_one_beyond_the_end(player, refused):
    suffix = player.get(VIDEO, Range="bytes=-10")
    assert (suffix.status_code, suffix.content) == (206, SEGMENT[-10:])
    for bad in ("bytes=a-b", "lines=1-2", "bytes=0-1,4-5"):
        assert (player.get(VIDEO, Range=bad).status_code, player.get(VIDEO, Range=bad).content) == (200, SEGMENT)
    beyond = player.get(VIDEO, Range="bytes=4096-")
    refused(beyond, 416, "Range")
    assert beyond.headers["content-range"] == "bytes */4096"


@pytest.mark.parametrize(
    "asked",
    [
        f"bytes=0-{'9' * 5_000}",
        f"bytes={'9' * 5_000}-",
        "bytes=-" + "0" * 5_000,
        "bytes=" + ",".join(f"{n}-{n}" for n in range(1_000)),
        "bytes=-",
        "bytes=--1",
        "bytes=0x0-0x1",
        "bytes=٠-١".encode(),
    ],
)
def test_a_range_that_nobody_means_costs_nothing_and_brings_the_whole(player, asked):
    answer = player.get(VIDEO, Range=asked)
    assert (answer.status_code, answer.content) == (200, SEGMENT)
    head = player.cinema.client.head(player.base + VIDEO, headers={"Range": asked})
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("asked", ["bytes=999999999999999999-", "bytes=-0", "bytes=4096-999999999999999999"])
def test_a_range_without_a_byte_is_refused_however_large(player, refused, asked):
    refused(player.get(VIDEO, Range=asked), 416, "Range")


def test_a_copy_that_is_still_good_is_not_sent_again(player):
    etag = player.get(VIDEO).headers["etag"]
    for known in (etag, f'W/{etag}, "other"', "*"):
        again = player.get(VIDEO, If_None_Match=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert player.get(VIDEO, If_None_Match='"other"').status_code == 200
    assert player.get(VIDEO, Range="bytes=0-1", If_Range=etag).status_code == 206
    assert player.get(VIDEO, Range="bytes=0-1", If_Range='"other"').status_code == 200


def test_a_segment_beyond_the_end_is_not_there(player, refused):
    for path in ("video/480/00003.m4s", "video/999/00001.m4s", "", "video", "video/480/", "video/480/00001.m4s/"):
        refused(player.get(path), 404, "path")


def test_no_path_leads_out_of_the_asset(player, cinema, refused):
    other = cinema.screen(cinema.title("Alien"))
    base = player.base.removesuffix("/")
    for path in (
        f"/..%2f{other.asset_id}/manifest.mpd",
        f"/%2e%2e/{other.asset_id}/manifest.mpd",
        "/..%2f..%2f..%2fsecret",
        "/%2fetc/passwd",
        "//etc/passwd",
        "/video%5c480%5c00001.m4s",
        "/video/480/00001.m4s%00.jpg",
        "/.hidden",
        "/video/%2e/480/00001.m4s",
        "/" + "a/" * 400,
    ):
        answer = cinema.client.get(base + path)
        assert answer.status_code in {403, 404}, path


def test_a_link_in_the_store_leads_nowhere(player, cinema, refused):
    inside = cinema.services.media.store.path(f"{player.base.split('/')[3]}/{VIDEO}")
    (inside.parent / "link.m4s").symlink_to(cinema.services.settings.data_dir / "secret")
    refused(player.get("video/480/link.m4s"), 404, "path")


def test_forged_foreign_and_expired_tokens_are_told_apart_from_good_ones(player, cinema, refused):
    other = cinema.screen(cinema.title("Alien"))
    token = player.session["token"]
    own_asset = player.base.split("/")[3]
    for forged in (token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), "1.2.3", "é", token.upper()):
        refused(cinema.client.get(f"/media/{forged}/{own_asset}/{VIDEO}"), 403, "token")
    foreign = refused(cinema.client.get(f"/media/{token}/{other.asset_id}/{VIDEO}"), 403, "token")
    assert "not given out" in foreign["detail"]
    key = tokens.derive_key(bytes(32))
    elsewhere = tokens.sign(key, player.session["play_session_id"], own_asset, int(cinema.clock.now) + 1_000)
    refused(cinema.client.get(f"/media/{elsewhere}/{own_asset}/{VIDEO}"), 403, "token")
    cinema.clock.pass_s(12 * 3_600 + 1)
    assert "expired" in refused(player.get(VIDEO), 403, "token")["detail"]


def end_session(cinema, player):
    player.viewer.client.delete(f"{V1}/sessions/current")


def end_all_sessions(cinema, player):
    cinema.come_back(player.viewer.email).client.delete(f"{V1}/sessions")


def change_password(cinema, player):
    body = {"current_password": PASSWORD, "new_password": "another long sentence"}
    changed = cinema.come_back(player.viewer.email).client.put(f"{V1}/me/password", json=body)
    assert changed.status_code == 204


def erase_profile(cinema, player):
    player.viewer.client.post(f"{V1}/profiles", json={"name": "Bob"})
    assert player.viewer.client.delete(player.viewer.path()).status_code == 204


def remove_device(cinema, player):
    there = cinema.come_back(player.viewer.email)
    _, device = there.client.get(f"{V1}/devices").json()["items"]
    assert there.client.delete(f"{V1}/devices/{device['session_id']}").status_code == 204


def delete_account(cinema, player):
    answer = cinema.come_back(player.viewer.email).client.post(f"{V1}/me/deletion", json={"password": PASSWORD})
    assert answer.status_code == 204


def choose_a_child(cinema, player):
    client = player.viewer.client
    child = client.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()["profile_id"]
    assert client.put(f"{V1}/sessions/current/profile", json={"profile_id": child}).status_code == 200


def stop_playing(cinema, player):
    assert player.stop().status_code == 204


ENDS = [end_session, end_all_sessions, change_password, remove_device, choose_a_child, stop_playing]


@pytest.mark.parametrize("end", [*ENDS, erase_profile, delete_account])
def test_what_ends_the_session_stops_its_media_within_ten_seconds_in_every_worker(
    open_cinema, cinema, player, end, refused
):
    other = open_cinema()
    assert player.get(VIDEO).status_code == 200
    assert other.client.get(player.base + VIDEO).status_code == 200
    end(cinema, player)
    cinema.clock.pass_s(STOPS_WITHIN_S / 2)
    for client in (cinema.client, other.client):
        assert "has ended" in refused(client.get(player.base + VIDEO), 403, "token")["detail"]
    assert player.at(30)["goes_on"] is False


def test_who_sends_no_heartbeat_is_served_no_more_and_one_brings_it_back(player, cinema, refused):
    cinema.clock.pass_s(200)
    assert player.get(VIDEO).status_code == 200
    cinema.clock.pass_s(200)
    assert "heartbeat" in refused(player.get(VIDEO), 403, "token")["detail"]
    assert player.at(30)["goes_on"]
    assert player.get(VIDEO).status_code == 200


def test_a_proxy_may_ask_whether_an_address_is_good(player, cinema, refused):
    def check(uri):
        return cinema.client.get("/media-check", headers={"X-Original-URI": uri})

    assert check(player.base).status_code == 204
    assert check(player.base + VIDEO).status_code == 204
    for bad in ("", "/", "/media", f"/media/{player.session['token']}", player.base.replace("/media/", "/other/")):
        refused(check(bad), 403)
    refused(check(player.base.replace(".", "..", 1)), 403, "token")
    player.stop()
    refused(check(player.base), 403, "token")


def test_media_that_lie_elsewhere_are_served_the_same(open_cinema, refused):
    cinema = open_cinema(media_url="memory://")
    cinema.screen(cinema.title("Heat"))
    player = cinema.player(cinema.viewer(), cinema.title("Heat"))
    whole = player.get(VIDEO)
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, SEGMENT, "video/mp4")
    part = player.get(VIDEO, Range="bytes=10-19")
    assert (part.status_code, part.content) == (206, SEGMENT[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(SEGMENT)}"
    head = cinema.client.head(player.base + VIDEO)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(SEGMENT)))
    refused(player.get(VIDEO, Range="bytes=9999-"), 416, "Range")
    refused(player.get("video/480/00009.m4s"), 404, "path")


def test_the_validator_is_the_one_that_nginx_makes(player, cinema):
    found = cinema.services.media.store.path(f"{player.base.split('/')[3]}/{VIDEO}")
    os.utime(found, (1_700_000_000.75, 1_700_000_000.75))
    assert player.get(VIDEO).headers["etag"] == '"6553f100-1000"'
