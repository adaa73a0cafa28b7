"""A machine that dies and a disk that fills up: what was finished is kept, and nothing is half-published."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.integration.media.conftest import TITLE

from cinoche.bootstrap import Services
from cinoche.jobs import media as jobs
from cinoche.playback.pipeline import run_job
from cinoche.playback.verify import verify
from cinoche.playback.work import JobState

WORKER = """
import sys
from pathlib import Path
from cinoche.bootstrap import open_services
from cinoche.jobs.media import work_through
from cinoche.settings import read_settings
with open_services(read_settings(data_dir=Path(sys.argv[1]))) as services:
    work_through(services, forever=False)
"""

FULL = """
import resource, sys
from pathlib import Path
from cinoche.bootstrap import open_services
from cinoche.jobs.media import see_through
from cinoche.kit.errors import Unavailable
from cinoche.settings import read_settings
limit = int(sys.argv[3])
with open_services(read_settings(data_dir=Path(sys.argv[1]))) as services:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        see_through(services.media, sys.argv[2])
    except Unavailable as error:
        print(error)
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


@pytest.mark.parametrize("limit", [60_000, 250_000], ids=["while encoding", "later"])
def test_a_full_disk_fails_the_job_publishes_nothing_and_a_retry_goes_on(
    cinema: Services, films: Path, limit: int
) -> None:
    job = jobs.add(cinema, TITLE, films / "tall.mp4", detach=True)
    command = [sys.executable, "-c", FULL, str(cinema.settings.data_dir), job.job_id, str(limit)]
    child = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert child.returncode == 0, child.stderr
    assert "disk is full" in child.stdout
    failed = cinema.media.job(job.job_id)
    asset = cinema.media.asset_of(TITLE)
    if asset is None:
        assert list(cinema.media.store.list("")) == []
    else:
        assert verify(cinema.media.store, asset)[:1] in (
            [],
            [f for f in verify(cinema.media.store, asset) if "bytes" in f],
        )
    if failed.state is JobState.RUNNING:
        pytest.fail("the job still says that it runs")
    cinema.media.retry(job.job_id)
    assert jobs.see_through(cinema.media, job.job_id).state is JobState.DONE
    ready = cinema.media.asset_of(TITLE)
    assert ready is not None
    assert verify(cinema.media.store, ready) == []
