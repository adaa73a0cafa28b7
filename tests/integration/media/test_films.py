"""From a file to a film that plays, and what is kept of it."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import m3u8
import pytest
from mpegdash.parser import MPEGDASHParser
from tests.integration.media.conftest import TITLE, add_titles, draw, ffmpeg

from cinoche.bootstrap import Services, open_services
from cinoche.jobs import media as jobs
from cinoche.jobs.reels import add_reels, title_of
from cinoche.kit.errors import Invalid, NotFound
from cinoche.playback import pipeline
from cinoche.playback.models import Asset, AssetState
from cinoche.playback.pipeline import run_job
from cinoche.playback.reels import REELS
from cinoche.playback.verify import verify
from cinoche.playback.work import JobState, Stage, Wish
from cinoche.settings import read_settings

SRT = "1\n00:00:00,500 --> 00:00:02,000\nUn café déjà froid.\n"


def asset_of(services: Services) -> Asset:
    asset = services.media.asset_of(TITLE)
    assert asset is not None
    return asset


def folder_of(services: Services, asset: Asset) -> Path:
    path = services.media.store.path(f"{asset.asset_id}/{asset.hls}")
    assert path is not None
    return path.parent


@pytest.fixture(scope="module")
def shown(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Services, Asset]]:
    """A film with a sound and two texts of files of their own, made once: the house, and what was published."""
    folder = tmp_path_factory.mktemp("shown")
    (folder / "fr.srt").write_text(SRT, encoding="cp1252")
    (folder / "en.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:03.000\nA coffee.\n")
    ffmpeg("-i", str(films / "tall.mp4"), "-vn", "-c", "copy", str(folder / "en.m4a"))
    with open_services(read_settings(data_dir=folder / "data")) as services:
        add_titles(services, TITLE)
        job = jobs.add(
            services, TITLE.capitalize(), films / "tall.mp4", audio=[f"en={folder / 'en.m4a'}"],
            captions=[f"fr={folder / 'fr.srt'}", f"en={folder / 'en.vtt'}"], credits_at_s=3.5,
        )  # fmt: skip
        assert job.state is JobState.DONE
        assert job.watchable_at is not None
        yield services, asset_of(services)


def test_a_film_becomes_one_copy_with_two_manifests_that_agree(shown: tuple[Services, Asset]) -> None:
    cinema, film = shown
    assert verify(cinema.media.store, film) == []
    assert film.state is AssetState.READY
    assert [each.height for each in film.renditions] == [720, 480]
    assert [each.language for each in film.audio] == ["en"]
    assert sorted(each.language for each in film.text) == ["en", "fr"]
    assert film.credits_at_s == 3.5
    assert not cinema.media.work.exists() or not any(cinema.media.work.iterdir())
    face = cinema.catalog.faces().get(TITLE)
    assert face is not None
    assert face.has_media


def test_the_playlists_keep_the_rules_of_hls(shown: tuple[Services, Asset]) -> None:
    cinema, film = shown
    folder = folder_of(cinema, film)
    main = m3u8.load(str(folder / film.hls))
    assert main.is_independent_segments
    assert [each.stream_info.resolution for each in main.playlists] == [(854, 480), (1280, 720)]
    assert len(main.iframe_playlists) == 2
    for variant in main.playlists:
        assert variant.stream_info.codecs.startswith("avc1.64")
        assert int(variant.stream_info.codecs[9:11], 16) <= 42
        playlist = m3u8.load(str(folder / variant.uri))
        assert playlist.target_duration == 2
        assert [round(each.duration, 2) for each in playlist.segments] == [2.0, 2.0]
        peak = max(
            8 * (folder / variant.uri).with_name(each.uri).stat().st_size / each.duration for each in playlist.segments
        )
        assert peak <= variant.stream_info.bandwidth * 1.1
    assert {each.language for each in main.media if each.type == "SUBTITLES"} == {"fr", "en"}


def test_the_dash_manifest_names_the_same_segments_and_whole_texts(shown: tuple[Services, Asset]) -> None:
    cinema, film = shown
    folder = folder_of(cinema, film)
    manifest = MPEGDASHParser.parse(str(folder / film.dash))
    sets = manifest.periods[0].adaptation_sets
    assert {each.content_type for each in sets} == {"video", "audio", "text"}
    video = next(each for each in sets if each.content_type == "video")
    assert {each.sar for each in video.representations} == {"1:1"}
    french = (folder / "text" / "fr.vtt").read_text(encoding="utf-8")
    assert french.startswith("WEBVTT")
    assert "Un café déjà froid." in french


def test_stills_and_previews_are_there(shown: tuple[Services, Asset]) -> None:
    cinema, film = shown
    folder = folder_of(cinema, film)
    assert (folder / str(film.poster)).read_bytes()[:3] == b"\xff\xd8\xff"
    assert (folder / "sprite-001.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    assert (folder / str(film.trickplay)).read_text().count("#xywh=") == 2


def test_the_first_rung_is_published_before_the_others_and_kept(
    cinema: Services, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[AssetState, int]] = []
    publish = cinema.media.publish

    def watch(asset: Asset) -> None:
        publish(asset)
        segment = cinema.media.store.path(f"{asset.asset_id}/video/480/00001.m4s")
        assert segment is not None
        seen.append((asset.state, segment.stat().st_ino))

    monkeypatch.setattr(cinema.media, "publish", watch)
    jobs.add(cinema, TITLE, films / "tall.mp4")
    assert [state for state, _ in seen] == [AssetState.WATCHABLE, AssetState.READY]
    assert seen[0][1] == seen[1][1]


def test_a_film_that_takes_the_place_of_another_leaves_its_files_to_who_watches(cinema: Services, films: Path) -> None:
    jobs.add(cinema, TITLE, films / "small.mp4")
    old = asset_of(cinema)
    jobs.add(cinema, TITLE, films / "silent.mp4")
    assert asset_of(cinema).asset_id != old.asset_id
    assert verify(cinema.media.store, old) == []
    cinema.media.tidy()
    assert verify(cinema.media.store, old) == []
    cinema.media.clock = lambda: cinema.clock() + 7 * 3_600
    cinema.media.tidy()
    assert list(cinema.media.store.list(old.asset_id)) == []
    assert verify(cinema.media.store, asset_of(cinema)) == []


def test_what_is_damaged_is_found(cinema: Services, films: Path) -> None:
    jobs.add(cinema, TITLE, films / "small.mp4")
    asset = asset_of(cinema)
    folder = folder_of(cinema, asset)
    (folder / "video" / "180" / "00002.m4s").unlink()
    (folder / "video" / "180" / "00001.m4s").write_bytes(b"x" * 100)
    (folder / asset.dash).write_text("<MPD")
    found = " ".join(verify(cinema.media.store, asset))
    assert "00002.m4s is missing" in found
    assert "00001.m4s is damaged" in found
    assert "film.mpd is no manifest" in found
    assert "the record says" in found


def test_a_film_is_removed_with_its_files(cinema: Services, films: Path) -> None:
    jobs.add(cinema, TITLE, films / "small.mp4")
    size = asset_of(cinema).size_bytes
    assert cinema.media.remove(TITLE) == size
    assert list(cinema.media.store.list("")) == []
    with pytest.raises(NotFound):
        cinema.media.remove(TITLE)
    face = cinema.catalog.faces().get(TITLE)
    assert face is not None
    assert not face.has_media


def test_a_job_whose_worker_died_is_taken_over_when_its_lease_is_over(cinema: Services, films: Path) -> None:
    job = jobs.add(cinema, TITLE, films / "small.mp4", detach=True)
    now = cinema.clock()
    assert cinema.media.tables.claim("dead", now, now + 30) is not None
    assert cinema.media.tables.claim("alive", now + 29, now + 60) is None
    mine = cinema.media.tables.claim("alive", now + 31, now + 90)
    assert mine is not None
    assert mine.attempts == 2
    assert not cinema.media.tables.beat(job.job_id, "dead", progress=0.5)
    assert run_job(cinema.media, mine, "alive", watch=lambda *_: None, patient=False).state is JobState.DONE


def test_a_film_that_somebody_asks_for_goes_before_reels_that_wait(cinema: Services, films: Path) -> None:
    reel = cinema.media.enqueue("pier", "bars (drawn)", Wish(reel="bars"))
    film = jobs.add(cinema, TITLE, films / "small.mp4", detach=True)
    now = cinema.clock()
    claimed = [cinema.media.tables.claim("me", now, now + 30) for _ in range(2)]
    assert [each.job_id for each in claimed if each is not None] == [film.job_id, reel.job_id]


def test_what_nobody_can_watch_yet_goes_before_the_rest_of_what_can_be(cinema: Services, films: Path) -> None:
    tall = jobs.add(cinema, TITLE, films / "tall.mp4", detach=True)
    reel = cinema.media.enqueue("pier", "bars (drawn)", Wish(reel="bars"))
    now = cinema.clock()
    mine = cinema.media.tables.claim("me", now, now + 30)
    assert mine is not None
    back = run_job(cinema.media, mine, "me", watch=lambda *_: None, patient=True)
    assert (back.job_id, back.state, back.attempts) == (tall.job_id, JobState.QUEUED, 0)
    now = cinema.clock()
    claimed = [cinema.media.tables.claim("me", now, now + 30) for _ in range(2)]
    assert [each.job_id for each in claimed if each is not None] == [reel.job_id, tall.job_id]


def test_the_rest_of_a_reel_gives_way_to_a_film_that_somebody_asks_for(cinema: Services, films: Path) -> None:
    reel = cinema.media.enqueue("pier", "bars (drawn)", Wish(reel="bars"))
    folder = cinema.media.folder_of(reel.job_id)
    folder.mkdir(parents=True)
    (folder / "source").write_bytes((films / "tall.mp4").read_bytes())  # as if it were drawn already
    now = cinema.clock()
    mine = cinema.media.tables.claim("me", now, now + 30)
    assert mine is not None

    def ask(stage: Stage, _share: float) -> None:
        if stage is Stage.ENCODING_REST:
            jobs.add(cinema, TITLE, films / "small.mp4", detach=True)

    back = run_job(cinema.media, mine, "me", watch=ask, patient=True)
    assert (back.state, back.attempts) == (JobState.QUEUED, 0)
    assert back.watchable_at is not None
    assert jobs.work_through(cinema, forever=False) == 2
    film, drawn = asset_of(cinema), cinema.media.asset_of("pier")
    assert drawn is not None
    assert (film.state, drawn.state) == (AssetState.READY, AssetState.READY)
    ends = {each.title_id: each.ended_at or 0.0 for each in cinema.media.jobs()}
    assert ends[TITLE] < ends["pier"]


def test_a_job_that_is_cancelled_stops_and_publishes_nothing(cinema: Services, films: Path) -> None:
    job = jobs.add(cinema, TITLE, films / "small.mp4", detach=True)
    now = cinema.clock()
    mine = cinema.media.tables.claim("me", now, now + 30)
    assert mine is not None

    def cancel(stage: Stage, _share: float) -> None:
        if stage is Stage.ENCODING_FIRST:
            cinema.media.cancel(job.job_id)

    assert run_job(cinema.media, mine, "me", watch=cancel, patient=False).state is JobState.CANCELLED
    assert cinema.media.asset_of(TITLE) is None
    assert list(cinema.media.store.list("")) == []
    cinema.media.retry(job.job_id)
    assert jobs.see_through(cinema.media, job.job_id).state is JobState.DONE


def test_a_defect_fails_the_job_and_not_the_worker(
    cinema: Services, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    jobs.add(cinema, TITLE, films / "small.mp4", detach=True)
    monkeypatch.setattr(pipeline, "probe", broken)
    assert jobs.work_through(cinema, forever=False) == 1
    (job,) = cinema.media.jobs()
    assert job.state is JobState.FAILED
    assert job.trouble is not None
    assert "ZeroDivisionError" in job.trouble.message


def test_tracks_within_the_file_are_found(cinema: Services, films: Path, tmp_path: Path) -> None:
    (tmp_path / "fr.srt").write_text(SRT, encoding="utf-8")
    film = tmp_path / "tracks.mkv"
    ffmpeg(
        "-i", str(films / "small.mp4"), "-i", str(tmp_path / "fr.srt"), "-f", "lavfi", "-t", "4", "-i", "sine=220",
        "-map", "0:v", "-map", "0:a", "-map", "2:a", "-map", "1:s", "-c:v", "copy", "-c:a", "aac", "-c:s", "srt",
        "-metadata:s:a:0", "language=fre", "-metadata:s:a:1", "language=eng", "-metadata:s:s:0", "language=fre",
        str(film),
    )  # fmt: skip
    jobs.add(cinema, TITLE, film)
    asset = asset_of(cinema)
    assert [each.language for each in asset.audio] == ["fr", "en"]
    assert [each.language for each in asset.text] == ["fr"]
    assert verify(cinema.media.store, asset) == []


def test_a_turned_picture_with_odd_pixels_is_shown_as_it_is_meant(cinema: Services, tmp_path: Path) -> None:
    jobs.add(cinema, TITLE, draw(tmp_path / "pal.mp4", size="360x288", seconds=2, more=("-vf", "setsar=64/45")))
    (rung, *_) = asset_of(cinema).renditions
    assert abs(Fraction(rung.width, rung.height) - Fraction(16, 9)) < Fraction(1, 50)


def test_captions_that_are_none_are_refused(cinema: Services, films: Path) -> None:
    with pytest.raises(Invalid, match="captions"):
        jobs.add(cinema, TITLE, films / "small.mp4", captions=[f"fr={films / 'silent.mp4'}"])


def test_the_reels_are_asked_for_once_and_the_lightest_plays(open_house: Callable[..., Services]) -> None:
    services = open_house()
    assert add_reels(services) == len(REELS)
    assert add_reels(services) == 0
    first = next(job for job in services.media.jobs() if job.title_id == title_of(REELS[0]))
    job = jobs.see_through(services.media, first.job_id)
    assert job.state is JobState.DONE
    asset = services.media.asset_of(title_of(REELS[0]))
    assert asset is not None
    assert verify(services.media.store, asset) == []
    assert {each.language for each in asset.text} == {"fr", "en"}
    assert asset.credits_at_s == REELS[0].credits_at_s
    assert len(asset.chapters) == 3
