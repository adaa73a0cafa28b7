"""What is not a film is refused, and says why; what is only unusual is made playable."""

import math
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from tests.integration.media.conftest import TITLE, draw, ffmpeg

from cinoche.bootstrap import Services
from cinoche.jobs import media as jobs
from cinoche.kit.errors import CinocheError, Conflict, Invalid
from cinoche.playback.probe import MOST_TRACKS, probe
from cinoche.playback.tools import Limits, program, run
from cinoche.playback.verify import verify
from cinoche.playback.work import JobState, Wish

Refusal = Callable[[Path], CinocheError]


def test_what_is_no_video_is_refused(refusal: Refusal, tmp_path: Path, cinema: Services) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear film, " * 1000)
    error = refusal(letter)
    assert isinstance(error, Invalid)
    assert "not a film" in error.message
    assert error.where == "letter.mp4"
    (job,) = cinema.media.jobs()
    assert job.state is JobState.FAILED
    assert job.trouble is not None
    assert job.trouble.message == error.message
    assert any("not a film" in line.text for line in cinema.media.lines(job.job_id))


def test_an_empty_file_is_refused(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert "empty" in refusal(tmp_path / "empty.mp4").message


def test_sound_without_a_picture_is_refused(refusal: Refusal, films: Path) -> None:
    assert "no picture" in refusal(films / "sound-only.m4a").message


def test_a_film_without_its_index_is_refused(refusal: Refusal, films: Path, tmp_path: Path) -> None:
    whole = (films / "tall.mp4").read_bytes()
    (tmp_path / "torn.mp4").write_bytes(whole[: len(whole) // 2])
    assert "moov" in refusal(tmp_path / "torn.mp4").message


def test_a_film_cut_short_is_refused(refusal: Refusal, tmp_path: Path) -> None:
    whole = draw(tmp_path / "long.mp4", size="160x90", seconds=20, more=("-movflags", "+faststart")).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 3])
    assert "cut short" in refusal(tmp_path / "cut.mp4").message


def test_a_film_of_no_length_is_refused(refusal: Refusal, tmp_path: Path) -> None:
    assert refusal(draw(tmp_path / "none.mp4", seconds=0.0001, more=("-frames:v", "0", "-an"))).message


def test_twenty_gigabytes_of_nothing_are_refused_at_once(refusal: Refusal, tmp_path: Path) -> None:
    with (tmp_path / "vast.mp4").open("wb") as file:
        file.truncate(20 << 30)
    began = time.process_time()
    assert "not a film" in refusal(tmp_path / "vast.mp4").message
    assert time.process_time() - began < 5


def test_a_silent_film_plays(cinema: Services, films: Path) -> None:
    assert jobs.add(cinema, TITLE, films / "silent.mp4").state is JobState.DONE
    asset = cinema.media.asset_of(TITLE)
    assert asset is not None
    assert asset.audio == ()
    assert verify(cinema.media.store, asset) == []


def test_a_film_of_240_frames_a_second_plays_at_60(cinema: Services, films: Path) -> None:
    jobs.add(cinema, TITLE, films / "fast.mp4")
    asset = cinema.media.asset_of(TITLE)
    assert asset is not None
    path = cinema.media.store.path(f"{asset.asset_id}/{asset.hls}")
    assert path is not None
    assert "FRAME-RATE=60.000" in path.read_text()
    assert verify(cinema.media.store, asset) == []


@pytest.mark.parametrize(
    "name", ["-i.mp4", "concat:a|b.mp4", "%03d.mp4", "a b'\"$(x);.mp4", "film:http.mp4", "é\n.mp4"]
)
def test_no_name_of_a_file_is_taken_for_an_order(cinema: Services, films: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "films in a folder").mkdir()
    odd = tmp_path / "films in a folder" / name
    odd.write_bytes((films / "silent.mp4").read_bytes())
    assert jobs.add(cinema, TITLE, odd).state is JobState.DONE


def test_two_jobs_on_one_title_do_not_meet(cinema: Services, films: Path) -> None:
    first = cinema.media.enqueue(TITLE, "first.mp4", Wish(source=str(films / "small.mp4")))
    with pytest.raises(Conflict, match=first.job_id):
        jobs.add(cinema, TITLE, films / "small.mp4")
    cinema.media.cancel(first.job_id)
    assert jobs.add(cinema, TITLE, films / "small.mp4").state is JobState.DONE


PLAYLISTS = {
    "hls.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{address}\n#EXTINF:2,\n{canary}\n#EXT-X-ENDLIST\n",
    "list.mp4": "ffconcat version 1.0\nfile '{canary}'\nfile '{address}'\n",
    "session.mp4": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n",
    "dash.mp4": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>'
    "<Representation><BaseURL>{address}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "smil.mp4": '<?xml version="1.0"?><imf xlink:href="{address}"/>',
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_hostile_playlist_opens_no_network_and_no_other_file(
    refusal: Refusal, films: Path, tmp_path: Path, name: str
) -> None:
    came: list[object] = []
    canary = tmp_path / "canary.mp4"
    canary.write_bytes((films / "small.mp4").read_bytes())
    read_at = canary.stat().st_atime_ns
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ear = threading.Thread(target=lambda: came.append(server.accept()[0].close()), daemon=True)
        ear.start()
        text = PLAYLISTS[name].format(address=f"http://127.0.0.1:{port}/x.ts", canary=f"file://{canary}", port=port)
        (tmp_path / name).write_text(text)
        assert "not a film" in refusal(tmp_path / name).message
        assert came == []
        socket.create_connection(("127.0.0.1", port)).close()
        ear.join(10)
        assert len(came) == 1, "the listener does hear who comes"
    assert canary.stat().st_atime_ns == read_at


def test_even_a_program_that_wants_the_network_has_none(tmp_path: Path) -> None:
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/film.mp4"
        with pytest.raises(CinocheError):
            run([program("ffprobe"), "-v", "error", address], folder=tmp_path, limits=Limits(wall_s=5), what="probe")
        with pytest.raises(TimeoutError):
            came.append(server.accept())
    assert came == []


def test_a_film_that_says_more_of_itself_than_it_can_mean_is_refused(
    refusal: Refusal, films: Path, tmp_path: Path
) -> None:
    (tmp_path / "facts").write_text(";FFMETADATA1\n" + "".join(f"fact{n}={'w' * (1 << 20)}\n" for n in range(20)))
    facts = ("-f", "ffmetadata", "-i", str(tmp_path / "facts"), "-map_metadata", "1")
    ffmpeg("-i", str(films / "silent.mp4"), *facts, "-c", "copy", str(tmp_path / "wordy.mkv"))
    assert "found no end" in refusal(tmp_path / "wordy.mkv").message


def test_of_a_film_with_a_hundred_sounds_some_are_taken_and_the_rest_is_said(films: Path, tmp_path: Path) -> None:
    sounds = [word for _ in range(100) for word in ("-map", "0:a")]
    ffmpeg("-i", str(films / "small.mp4"), "-map", "0:v", *sounds, "-c", "copy", str(tmp_path / "choir.mkv"))
    film = probe(tmp_path, "choir.mkv", shown="choir.mkv")
    assert len(film.audio) == MOST_TRACKS
    assert film.notes == (f"Left out all sounds and texts but {MOST_TRACKS} of each.",)


@pytest.mark.parametrize("second", [-1.0, 0.0, math.nan, math.inf])
def test_credits_begin_at_a_second_of_the_film(cinema: Services, films: Path, second: float) -> None:
    with pytest.raises(Invalid, match="--credits-at"):
        jobs.add(cinema, TITLE, films / "small.mp4", credits_at_s=second)
    assert cinema.media.jobs() == []


def test_credits_after_the_end_of_the_film_are_refused(cinema: Services, films: Path) -> None:
    with pytest.raises(Invalid, match="before its credits at 400 s"):
        jobs.add(cinema, TITLE, films / "small.mp4", credits_at_s=400)
    assert cinema.media.asset_of(TITLE) is None


def test_the_name_of_a_file_gives_no_orders_to_a_terminal(cinema: Services, films: Path, tmp_path: Path) -> None:
    film = tmp_path / "film\x1b]0;owned\x07\n\u202e.mp4"
    film.write_bytes((films / "small.mp4").read_bytes())
    job = jobs.add(cinema, TITLE, film, detach=True)
    said = [jobs.job_line(cinema, job), *(line.text for line in cinema.media.lines(job.job_id))]
    assert len(said) == 2
    assert all(line.isprintable() for line in said)
    nowhere = tmp_path / os.fsdecode(b"film\xff.mp4")
    nowhere.write_bytes(b"film")
    with pytest.raises(Invalid, match="not UTF-8"):
        jobs.add(cinema, TITLE, nowhere)


def test_what_a_job_says_is_json(cinema: Services, films: Path) -> None:
    job = jobs.add(cinema, TITLE, films / "small.mp4", detach=True)
    assert msgspec.json.decode(msgspec.json.encode(jobs.job_dict(cinema, job)))["state"] == "queued"
