"""A machine that dies and a disk that fills up: what was finished is kept, and nothing is half-published."""

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.integration.media.conftest import TITLE

from cinoche.bootstrap import Services
from cinoche.jobs import media as jobs
from cinoche.kit.errors import Unavailable
from cinoche.playback import encode, pipeline
from cinoche.playback.pipeline import run_job
from cinoche.playback.service import RETIRED_FOR_S
from cinoche.playback.tools import Limits
from cinoche.playback.verify import verify
from cinoche.playback.work import JobState, Stage

WORKER = """
import sys
from pathlib import Path
from cinoche.bootstrap import open_services
from cinoche.jobs.media import work_through
from cinoche.settings import read_settings
with open_services(read_settings(data_dir=Path(sys.argv[1]))) as services:
    work_through(services, forever=False)
"""


def files_of(services: Services, job_id: str) -> dict[str, int]:
    folder = services.media.folder_of(job_id)
    return {path.name: path.stat().st_ino for path in folder.glob("*.mp4")}


def test_a_job_killed_in_mid_encode_goes_on_and_does_nothing_twice(cinema: Services, films: Path) -> None:
    job = jobs.add(cinema, TITLE, films / "tall.mp4", detach=True)
    command = [sys.executable, "-c", WORKER, str(cinema.settings.data_dir)]
    with subprocess.Popen(command, start_new_session=True) as worker:
        until = time.monotonic() + 60
        rest = cinema.media.folder_of(job.job_id) / "video-720.mp4.part"
        while not rest.exists() and time.monotonic() < until:
            time.sleep(0.002)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    before = cinema.media.job(job.job_id)
    assert before.state is JobState.RUNNING
    assert before.watchable_at is not None, "what is watchable stays so"
    asset = cinema.media.asset_of(TITLE)
    assert asset is not None
    assert verify(cinema.media.store, asset) == []
    kept = files_of(cinema, job.job_id)
    assert "video-480.mp4" in kept
    assert "video-720.mp4" not in kept

    now = cinema.clock()
    assert cinema.media.tables.claim("next", now, now + 30) is None, "the dead worker's lease still runs"
    mine = cinema.media.tables.claim("next", now + 31, now + 90)
    assert mine is not None
    seen: dict[str, int] = {}
    done = run_job(
        cinema.media, mine, "next", watch=lambda *_: seen.update(files_of(cinema, job.job_id)), patient=False
    )
    assert done.state is JobState.DONE
    assert seen["video-480.mp4"] == kept["video-480.mp4"], "the early encoding was kept"
    ready = cinema.media.asset_of(TITLE)
    assert ready is not None
    assert [each.height for each in ready.renditions] == [720, 480]
    assert verify(cinema.media.store, ready) == []


def test_a_worker_that_is_asked_to_stop_puts_its_job_back_where_it_stood(cinema: Services, films: Path) -> None:
    job = jobs.add(cinema, TITLE, films / "tall.mp4", detach=True)
    folder = cinema.media.folder_of(job.job_id)
    stopping = WORKER.replace(
        "import sys\n", "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit())\n"
    )
    with subprocess.Popen([sys.executable, "-c", stopping, str(cinema.settings.data_dir)]) as worker:
        until = time.monotonic() + 60
        while not _within(folder) and time.monotonic() < until:
            time.sleep(0.002)
        worker.terminate()
        worker.wait()
    after = cinema.media.job(job.job_id)
    assert (after.state, after.attempts) == (JobState.QUEUED, 0)
    now = cinema.clock()
    assert cinema.media.tables.claim("next", now, now + 30) is not None


def test_a_worker_that_lost_its_job_takes_nothing_from_the_one_that_has_it(cinema: Services, films: Path) -> None:
    job = jobs.add(cinema, TITLE, films / "small.mp4", detach=True)
    media, now = cinema.media, cinema.clock()
    slow = media.tables.claim("slow", now, now + 30)
    assert slow is not None
    assert media.tables.claim("quick", now + 31, now + 90) is not None
    media.store.put(f"{job.job_id}/poster.jpg", films / "small.mp4")
    assert run_job(media, slow, "slow", watch=lambda *_: None, patient=False).state is JobState.RUNNING
    assert list(media.store.list("")) == [f"{job.job_id}/poster.jpg"]
    media.cancel(job.job_id)
    run_job(media, slow, "slow", watch=lambda *_: None, patient=False)
    assert list(media.store.list("")) == [], "of a job that is over, nothing half-published stays"


def test_a_film_whose_catalogue_could_not_be_told_is_told_of_by_the_next_try(
    cinema: Services, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise Unavailable("another process has been writing for too long.")

    with monkeypatch.context() as locked:
        locked.setattr(cinema.media, "_mark", busy)
        with pytest.raises(Unavailable):
            jobs.add(cinema, TITLE, films / "small.mp4")
    (job,) = cinema.media.jobs()
    cinema.media.retry(job.job_id)
    assert jobs.see_through(cinema.media, job.job_id).state is JobState.DONE
    face = cinema.catalog.faces().get(TITLE)
    assert face is not None
    assert face.has_media


def test_a_removal_that_is_cut_short_leaves_no_file_for_ever(
    cinema: Services, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise Unavailable("the disk failed.")

    jobs.add(cinema, TITLE, films / "small.mp4")
    with monkeypatch.context() as failing:
        failing.setattr(cinema.media.store, "remove", broken)
        with pytest.raises(Unavailable):
            cinema.media.remove(TITLE)
    assert list(cinema.media.store.list("")) != []
    later = cinema.clock() + RETIRED_FOR_S + 1
    monkeypatch.setattr(cinema.media, "clock", lambda: later)
    cinema.media.tidy()
    assert list(cinema.media.store.list("")) == []


def test_what_can_be_watched_already_is_not_written_anew_when_the_rest_comes(cinema: Services, films: Path) -> None:
    first: dict[str, tuple[int, int]] = {}

    def look(stage: Stage, _progress: float) -> None:
        asset = cinema.media.asset_of(TITLE)
        if stage is Stage.ENCODING_REST and asset is not None and not first:
            first.update(written(cinema, asset.asset_id))

    job = jobs.add(cinema, TITLE, films / "tall.mp4", detach=True)
    now = cinema.clock()
    mine = cinema.media.tables.claim("one", now, now + 60)
    assert mine is not None
    assert run_job(cinema.media, mine, "one", watch=look, patient=False).state is JobState.DONE
    segments = {key: file for key, file in first.items() if key.endswith(".m4s")}
    assert segments
    assert segments.items() <= written(cinema, job.job_id).items()


def written(services: Services, asset_id: str) -> dict[str, tuple[int, int]]:
    """Tell of each file of an asset which one it is, and when it was last written."""
    store = services.media.store
    found = {key: path.stat() for key in store.list(asset_id) if (path := store.path(key)) is not None}
    return {key: (each.st_ino, each.st_mtime_ns) for key, each in found.items()}


def test_no_program_outlives_a_worker_that_is_killed(cinema: Services, films: Path) -> None:
    job = jobs.add(cinema, TITLE, films / "tall.mp4", detach=True)
    folder = cinema.media.folder_of(job.job_id)
    with subprocess.Popen([sys.executable, "-c", WORKER, str(cinema.settings.data_dir)]) as worker:
        until = time.monotonic() + 60
        while not (running := _within(folder)) and time.monotonic() < until:
            time.sleep(0.002)
        worker.kill()
        worker.wait()
    assert running
    until = time.monotonic() + 10
    while _within(folder) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _within(folder)


def _within(folder: Path) -> list[str]:
    """List the processes whose working folder this is."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if Path(process, "cwd").readlink() == folder:
                found.append(process.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("step", ["encode_rungs", "package"])
def test_a_disk_that_fills_up_fails_the_job_publishes_nothing_and_a_retry_goes_on(
    cinema: Services, films: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The kernel refuses what a program writes beyond 20 kB of one file, as it does on a full disk."""
    home = encode if step == "encode_rungs" else pipeline
    whole = getattr(home, step)

    def on_a_full_disk(*words: Any, limits: Limits, **more: Any) -> None:
        whole(*words, limits=replace(limits, file_bytes=20_000), **more)

    with monkeypatch.context() as full:
        full.setattr(home, step, on_a_full_disk)
        with pytest.raises(Unavailable, match="disk is full") as caught:
            jobs.add(cinema, TITLE, films / "tall.mp4")
    assert "retry" in str(caught.value)
    (job,) = cinema.media.jobs()
    assert job.state is JobState.FAILED
    assert job.trouble is not None
    assert job.trouble.is_passing
    assert cinema.media.asset_of(TITLE) is None
    assert list(cinema.media.store.list("")) == []
    kept = files_of(cinema, job.job_id)
    assert ("video-480.mp4" in kept) == (step == "package"), "what was finished is kept, and only that"

    cinema.media.retry(job.job_id)
    assert jobs.see_through(cinema.media, job.job_id).state is JobState.DONE
    asset = cinema.media.asset_of(TITLE)
    assert asset is not None
    assert verify(cinema.media.store, asset) == []


def test_a_worker_waits_before_it_tries_a_full_disk_again(
    cinema: Services, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere")

    jobs.add(cinema, TITLE, films / "small.mp4", detach=True)
    monkeypatch.setattr(cinema.media.store, "put", full)
    for attempt in range(1, pipeline.MOST_ATTEMPTS + 1):
        assert jobs.work_through(cinema, forever=False) == 1
        (job,) = cinema.media.jobs()
        assert job.attempts == attempt
        assert job.trouble is not None
        assert job.trouble.message == "the disk is full."
        if attempt < pipeline.MOST_ATTEMPTS:
            assert job.state is JobState.QUEUED
            assert job.not_before - cinema.clock() > pipeline.FIRST_WAIT_S * 4 ** (attempt - 1) - 10
            assert jobs.work_through(cinema, forever=False) == 0
            cinema.media.tables.change(job.job_id, [JobState.QUEUED], not_before=0.0)
    assert job.state is JobState.FAILED
