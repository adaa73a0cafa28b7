"""Make films playable: by hand with `cinoche media add`, and by the worker of a server."""

import math
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cinoche.bootstrap import Services, open_services
from cinoche.kit import telemetry
from cinoche.kit.clock import HOUR_S
from cinoche.kit.errors import CinocheError, Invalid, Unavailable
from cinoche.kit.ids import random_id
from cinoche.kit.processes import die_with
from cinoche.kit.progress import Progress, silent
from cinoche.kit.text import printable
from cinoche.playback import shown
from cinoche.playback.languages import check_tag
from cinoche.playback.models import Asset
from cinoche.playback.pipeline import run_job
from cinoche.playback.service import LEASE_S, Media
from cinoche.playback.tools import taken_away, tell_of_cage
from cinoche.playback.uploads import Uploads
from cinoche.playback.verify import verify
from cinoche.playback.work import ACTIVE, Job, JobState, Stage, Wish
from cinoche.settings import Settings

LOOK_EVERY_S: Final = 1.0
_NICENESS: Final = 10
STEP: Final = "Film"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at one asset found; nothing is wrong when ``found`` is empty."""

    title_id: str
    name: str
    found: Sequence[str]

    def line(self) -> str:
        """Say it in one line."""
        return f"{'LOOK' if self.found else 'ok  '}  {self.name}: {'; '.join(self.found) or 'whole'}"


def add(
    services: Services,
    title: str,
    file: Path,
    *,
    audio: Sequence[str] = (),
    captions: Sequence[str] = (),
    credits_at_s: float | None = None,
    detach: bool = False,
    progress: Progress = silent,
) -> Job:
    """Make a file the film of a title; wait for its end unless detached. What ended the job is raised here."""
    _check_file(file)
    if credits_at_s is not None and not 0 < credits_at_s < math.inf:
        raise Invalid(f"credits do not begin at {credits_at_s:g} s.", where="--credits-at", remedy="Give a second.")
    wish = Wish(
        source=str(file.absolute()),
        audio=_by_language(audio, "--audio"),
        captions=_by_language(captions, "--captions"),
        credits_at_s=credits_at_s,
    )
    job = services.media.enqueue(find_title(services, title), file.name, wish)
    return job if detach else see_through(services.media, job.job_id, progress=progress)


def find_title(services: Services, text: str) -> str:
    """Find a title by its id, or by the name of a film or series; raises NotFound, or Conflict for several."""
    if services.catalog.faces().get(text) is not None:
        return text
    return services.catalog.names().resolve(text).title_id


def see_through(media: Media, job_id: str, *, progress: Progress = silent) -> Job:
    """Do a job here, or wait for the worker that has it; raises what ended it."""
    worker = f"command-{os.getpid()}-{random_id()[:6]}"

    def show(stage: Stage, share: float) -> None:
        progress(f"{STEP}: {stage.value}", round(100 * share), 100)

    while (job := media.job(job_id)).state in ACTIVE:
        now = media.clock()
        mine = media.tables.claim(worker, now, now + LEASE_S, job_id)
        if mine is not None:
            run_job(media, mine, worker, watch=show, patient=False)
        else:
            show(job.stage, job.progress)
            time.sleep(LOOK_EVERY_S / 2)
    show(job.stage, job.progress)
    if job.trouble is not None and job.state is JobState.FAILED:
        kind = Unavailable if job.trouble.is_passing else Invalid
        raise kind(job.trouble.message, where=job.trouble.where, remedy=job.trouble.remedy)
    return job


def verify_all(services: Services, title: str | None = None) -> Sequence[Verdict]:
    """Look at the files of one title's asset, or of all."""
    media = services.media
    wanted = find_title(services, title) if title is not None else None
    assets = [each for each in media.assets() if wanted in {None, each.title_id}]
    return [Verdict(each.title_id, name_of(services, each.title_id), verify(media.store, each)) for each in assets]


def name_of(services: Services, title_id: str) -> str:
    """Say the name of a title, or its id where the catalogue has it no more."""
    return services.catalog.faces().name_of(title_id)


def asset_dict(services: Services, asset: Asset) -> Mapping[str, Any]:
    """Give an asset as plain values."""
    return shown.asset_dict(asset, name_of(services, asset.title_id))


def asset_line(asset: Mapping[str, Any]) -> str:
    """Say in one line what can be played of a title."""
    heights = "/".join(map(str, asset["heights"]))
    tracks = f"sound {', '.join(asset['audio']) or 'none'}; text {', '.join(asset['captions']) or 'none'}"
    size = f"{asset['size_bytes'] / 1e6:.1f} MB"
    return f"{asset['title_name']}: {asset['state']}, {asset['duration_s']:.0f} s, {heights}; {tracks}; {size}"


def job_line(services: Services, job: Job) -> str:
    """Say in one line how a job stands."""
    trouble = f": {job.trouble.message}" if job.trouble is not None else ""
    name = name_of(services, job.title_id)
    return f"{job.job_id}  {job.state.value:9} {job.progress:4.0%}  {name} ({job.file_name}){trouble}"


def job_dict(services: Services, job: Job) -> Mapping[str, Any]:
    """Give a job as plain values."""
    return shown.job_dict(job, name_of(services, job.title_id))


def work(settings: Settings, parent: int) -> None:
    """Do the jobs of the queue, one at a time and behind everything else, until SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    die_with(parent)
    os.nice(_NICENESS)
    telemetry.configure(settings.log_format, level=settings.log_level)
    tell_of_cage(taken_away())
    with open_services(settings) as services:
        work_through(services, forever=True)


def work_through(services: Services, *, forever: bool) -> int:
    """Do the jobs of the queue until it is empty, or forever; tell how many were done."""
    worker, done, tidied_at = f"worker-{os.getpid()}-{random_id()[:6]}", 0, -HOUR_S
    uploads = Uploads(services.media, largest=services.settings.upload_bytes)
    while True:
        try:
            if time.monotonic() - tidied_at >= HOUR_S:
                tidied_at = time.monotonic()
                services.media.tidy()
                uploads.tidy()
            job = _next(services.media, worker)
            if job is not None:
                run_job(services.media, job, worker, watch=_say_nothing, patient=True)
                done += 1
            elif not forever:
                return done
        except CinocheError as error:
            telemetry.get_logger().warning("media worker waits", reason=str(error))
            job = None
        except Exception as error:  # noqa: BLE001 - it is logged, and the next round tries again
            name = type(error).__name__
            telemetry.get_logger().error("media worker broke", error=name, frames=telemetry.frames_of(error))
            job = None
        if job is None:
            time.sleep(LOOK_EVERY_S)


def _next(media: Media, worker: str) -> Job | None:
    now = media.clock()
    return media.tables.claim(worker, now, now + LEASE_S) if media.tables.has_work(now) else None


def _say_nothing(_stage: Stage, _progress: float) -> None:
    """Show nothing: how far a job is stands in its row."""


def _check_file(file: Path) -> None:
    try:
        str(file).encode()
    except UnicodeEncodeError:
        remedy = "Rename it, or its folder."
        raise Invalid("its name is not UTF-8.", where=printable(str(file)), remedy=remedy) from None
    if not file.is_file():
        raise Invalid("there is no such file.", where=str(file), remedy="Name a film that is on this machine.")
    if not file.stat().st_size:
        raise Invalid("the file is empty.", where=str(file), remedy="Copy it again.")


def _by_language(given: Sequence[str], option: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for text in given:
        language, _, file = text.partition("=")
        if not file:
            raise Invalid(f"{text[:60]!r} names no language.", where=option, remedy=f"Write it like {option} fr=FILE.")
        _check_file(Path(file))
        found[check_tag(language, where=option)] = str(Path(file).absolute())
    return found
