"""What can be played: assets, the jobs that make them, and the store that keeps their files."""

import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from cinoche.kit.clock import DAY_S, HOUR_S, Clock, system_clock
from cinoche.kit.errors import Conflict, NotFound
from cinoche.kit.ids import random_id
from cinoche.kit.text import printable
from cinoche.playback.adapters.sql import SqlMedia
from cinoche.playback.models import Asset
from cinoche.playback.ports import MediaStore
from cinoche.playback.work import ACTIVE, Job, JobState, LogLine, Stage, Wish

LEASE_S: Final = 30.0
"""For how long a job stays with a worker that says nothing."""

RETIRED_FOR_S: Final = 6 * HOUR_S
"""For how long the files of a replaced asset stay: longer than anybody watches one film."""

JOBS_KEPT_S: Final = 30 * DAY_S
WORK_KEPT_S: Final = 7 * DAY_S
"""For how long what a failed job had finished is kept for a retry."""

JOBS_SHOWN: Final = 500

Mark = Callable[[str, bool], object]
"""Says in the catalogue whether a title can be played here."""


class Media:
    """The media of an installation.

    ``work`` is the folder in which jobs keep what they have made so far, ``uploads`` that of files that come in.
    """

    def __init__(
        self, tables: SqlMedia, store: MediaStore, *, folder: Path, mark: Mark, clock: Clock = system_clock
    ) -> None:
        self.tables = tables
        self.store = store
        self.clock = clock
        self.work = folder.absolute() / "media-work"
        self.incoming = folder.absolute() / "uploads"
        self._mark = mark

    def asset_of(self, title_id: str) -> Asset | None:
        """Find what can be played of a title."""
        return self.tables.find_asset(title_id)

    def assets(self) -> Sequence[Asset]:
        """List all assets, the newest first."""
        return self.tables.assets()

    def publish(self, asset: Asset) -> None:
        """Make an asset that of its title, for everybody at once; its files are in the store already."""
        self.tables.put_asset(asset, now=self.clock())
        self._mark(asset.title_id, True)

    def remove(self, title_id: str) -> int:
        """Remove what can be played of a title; tell how many bytes that gave back. Raises NotFound and Conflict."""
        asset = self.tables.find_asset(title_id)
        if asset is None:
            raise NotFound(
                f"nothing can be played of the title {title_id[:64]!r}.",
                where="title_id",
                remedy="`cinoche media list` tells what can be.",
            )
        job = self.active_job(title_id)
        if job is not None:
            raise Conflict(
                f"job {job.job_id} is working on this title.",
                where="title_id",
                remedy="Wait for it, or cancel it first.",
            )
        self._mark(title_id, False)
        self.tables.drop_asset(title_id, now=self.clock())
        freed = self.store.remove(asset.asset_id)
        self.tables.forget_retired(asset.asset_id)
        return freed

    def enqueue(
        self,
        title_id: str,
        file_name: str,
        wish: Wish,
        *,
        job_id: str | None = None,
        bring: tuple[Path, Path] | None = None,
    ) -> Job:
        """Add a job to the queue. Raises Conflict, naming the job, when the title has one that is not over.

        ``bring`` moves a file into the job's folder, before anybody can claim the job and only if it is accepted.
        """
        now = self.clock()
        job = Job(
            job_id=job_id or random_id(),
            title_id=title_id,
            file_name=printable(file_name)[-255:],
            wish=wish,
            state=JobState.QUEUED,
            stage=Stage.WAITING,
            progress=0.0,
            attempts=0,
            not_before=now,
            trouble=None,
            created_at=now,
            started_at=None,
            watchable_at=None,
            ended_at=None,
        )
        other = self.tables.add_job(job, bring=bring)
        if other is not None:
            raise Conflict(
                f"job {other.job_id} ({other.file_name}) is already working on this title.",
                where="title_id",
                remedy="Wait for it, or cancel it first.",
            )
        self.tables.write(job.job_id, now, f"Asked for: {job.file_name}.")
        return job

    def job(self, job_id: str) -> Job:
        """Get a job; raises NotFound."""
        job = self.tables.find_job(job_id)
        if job is None:
            raise NotFound(
                f"there is no job {job_id[:64]!r}.", where="job_id", remedy="`cinoche media jobs` lists them."
            )
        return job

    def jobs(self) -> Sequence[Job]:
        """List jobs, the newest first."""
        return self.tables.jobs(JOBS_SHOWN)

    def active_job(self, title_id: str) -> Job | None:
        """Find the job of a title that still has something to do."""
        return self.tables.find_active(title_id)

    def lines(self, job_id: str) -> Sequence[LogLine]:
        """List what a job wrote."""
        return self.tables.lines(job_id)

    def retry(self, job_id: str) -> Job:
        """Put a job that failed or was cancelled back into the queue; what it had finished is not done again."""
        job = self.job(job_id)
        anew = {"state": JobState.QUEUED, "stage": Stage.WAITING, "attempts": 0, "trouble": None, "ended_at": None}
        if not self.tables.change(job_id, [JobState.FAILED, JobState.CANCELLED], not_before=self.clock(), **anew):
            other = self.active_job(job.title_id)
            if other is not None and other.job_id != job_id:
                raise Conflict(
                    f"job {other.job_id} is already working on this title.", where="job_id", remedy="Wait for it."
                )
            raise Conflict(f"the job is {job.state.value}.", where="job_id", remedy="Only one that failed is retried.")
        self.tables.write(job_id, self.clock(), "Asked to try again.")
        return self.job(job_id)

    def cancel(self, job_id: str) -> Job:
        """Stop a job: its worker notices within seconds, what was published stays. Raises Conflict when it is over."""
        job = self.job(job_id)
        over = {"state": JobState.CANCELLED, "worker": None, "lease_until": None, "ended_at": self.clock()}
        if not self.tables.change(job_id, sorted(ACTIVE), **over):
            raise Conflict(f"the job is {job.state.value}.", where="job_id", remedy="There is nothing to cancel.")
        self.tables.write(job_id, self.clock(), "Cancelled.")
        return self.job(job_id)

    def folder_of(self, job_id: str) -> Path:
        """Name the folder in which a job keeps what it has made so far."""
        return self.work / job_id

    def clear(self, job_id: str) -> None:
        """Throw away what a job has made so far."""
        shutil.rmtree(self.folder_of(job_id), ignore_errors=True)

    def tidy(self) -> None:
        """Remove what nobody needs any more: files of replaced assets, folders of jobs that are long over."""
        now = self.clock()
        for asset_id in self.tables.retired(now - RETIRED_FOR_S):
            self.store.remove(asset_id)
            self.tables.forget_retired(asset_id)
        self.tables.drop_ended(now - JOBS_KEPT_S)
        with suppress(FileNotFoundError):
            for folder in sorted(self.work.iterdir()):
                if self._is_forgotten(folder, now):
                    shutil.rmtree(folder, ignore_errors=True)

    def _is_forgotten(self, folder: Path, now: float) -> bool:
        job = self.tables.find_job(folder.name)
        if job is None:
            return folder.stat().st_mtime < time.time() - HOUR_S  # an upload's folder is there before its job
        return job.state not in ACTIVE and (job.ended_at or now) < now - WORK_KEPT_S
