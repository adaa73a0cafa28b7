"""Assets, media jobs and uploads in a relational database."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import text as sql_text
from sqlalchemy.exc import IntegrityError

from cinoche.kit.sql import upsert
from cinoche.playback.models import Asset, AssetState, AudioTrack, Chapter, Rendition, TextTrack
from cinoche.playback.work import ACTIVE, Job, JobState, LogLine, Stage, Trouble, Upload, Wish

METADATA: Final = MetaData()

ASSETS: Final = Table(
    "assets",
    METADATA,
    Column("asset_id", String(64), primary_key=True),
    Column("title_id", String(64), nullable=False, unique=True),
    Column("state", String(12), nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("dash", String(200), nullable=False),
    Column("hls", String(200), nullable=False),
    Column("poster", String(200)),
    Column("trickplay", String(200)),
    Column("tracks", Text, nullable=False, comment="JSON: renditions, audio, text, chapters"),
    Column("credits_at_s", Float),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", Float, nullable=False),
    comment="What can be played of a title: one row per title, naming files of the media store.",
)

RETIRED: Final = Table(
    "retired_assets",
    METADATA,
    Column("asset_id", String(64), primary_key=True),
    Column("retired_at", Float, nullable=False),
    comment="Assets that another took the place of; their files stay until nobody can be watching them.",
)

_IS_ACTIVE: Final = sql_text("state IN ('queued', 'running')")

JOBS: Final = Table(
    "media_jobs",
    METADATA,
    Column("job_id", String(64), primary_key=True),
    Column("title_id", String(64), nullable=False, index=True),
    Column("file_name", String(255), nullable=False),
    Column("wish", Text, nullable=False, comment="JSON: the file, further tracks, chapters"),
    Column("state", String(12), nullable=False, index=True),
    Column("stage", String(20), nullable=False),
    Column("progress", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Float, nullable=False, comment="when it may be tried (again)"),
    Column("place", Float, nullable=False, comment="the smaller, the sooner"),
    Column("worker", String(64), comment="who holds the lease"),
    Column("lease_until", Float),
    Column("trouble", Text, comment="JSON: message, where, remedy"),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("watchable_at", Float),
    Column("ended_at", Float),
    Index("one_active_job_a_title", "title_id", unique=True, sqlite_where=_IS_ACTIVE, postgresql_where=_IS_ACTIVE),
    comment="The work of making files playable.",
)

LOG: Final = Table(
    "media_job_log",
    METADATA,
    Column("n", Integer, primary_key=True),
    Column("job_id", String(64), ForeignKey("media_jobs.job_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("text", String(1000), nullable=False),
)

UPLOADS: Final = Table(
    "uploads",
    METADATA,
    Column("upload_id", String(64), primary_key=True),
    Column("title_id", String(64), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", String(64)),
    Column("touched_at", Float, nullable=False),
    comment="Files that come in pieces.",
)

_DRAWN_FROM: Final = 1e9
"""The first place of demo reels: behind whatever somebody asks for."""

LONGEST_LINE: Final = 1_000
_ACTIVE: Final = sorted(ACTIVE)


class _Tracks(msgspec.Struct, frozen=True):
    renditions: tuple[Rendition, ...]
    audio: tuple[AudioTrack, ...]
    text: tuple[TextTrack, ...]
    chapters: tuple[Chapter, ...]


class SqlMedia:
    """The tables of media, in whatever database the engine speaks to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find_asset(self, title_id: str) -> Asset | None:
        """Find what can be played of a title."""
        with self._engine.connect() as connection:
            row = connection.execute(select(ASSETS).where(ASSETS.c.title_id == title_id)).first()
        return _asset(row) if row else None

    def assets(self) -> Sequence[Asset]:
        """List all assets, the newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(ASSETS).order_by(ASSETS.c.created_at.desc(), ASSETS.c.asset_id))
            return [_asset(row) for row in rows]

    def put_asset(self, asset: Asset, *, now: float) -> None:
        """Make an asset that of its title; another that was there is retired."""
        row = _asset_row(asset)
        with self._engine.begin() as connection:
            _retire(connection, asset.title_id, now, but=asset.asset_id)
            connection.execute(
                delete(ASSETS).where(ASSETS.c.title_id == asset.title_id, ASSETS.c.asset_id != asset.asset_id)
            )
            upsert(connection, ASSETS, [row], keys=["asset_id"])

    def drop_asset(self, title_id: str, *, now: float) -> None:
        """Forget what can be played of a title; the asset is retired, until its files are gone."""
        with self._engine.begin() as connection:
            _retire(connection, title_id, now)
            connection.execute(delete(ASSETS).where(ASSETS.c.title_id == title_id))

    def retired(self, before: float) -> Sequence[str]:
        """List the assets that were retired before a time."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(RETIRED.c.asset_id).where(RETIRED.c.retired_at <= before)))

    def forget_retired(self, asset_id: str) -> None:
        """Forget an asset whose files are gone."""
        with self._engine.begin() as connection:
            connection.execute(delete(RETIRED).where(RETIRED.c.asset_id == asset_id))

    def add_job(self, job: Job, *, bring: tuple[Path, Path] | None = None) -> Job | None:
        """Add a job, unless its title has one with something to do: then give that one.

        ``bring`` moves a file, from and to: a job that is there has its file, and where none could be added the file
        still lies where it lay.
        """
        try:
            with self._engine.begin() as connection:
                there = connection.execute(_active(job.title_id)).first()
                if there is not None:
                    return _job(there)
                connection.execute(insert(JOBS).values(**_job_row(job), place=_next_place(connection, job)))
                if bring is not None:
                    _lend(*bring)
        except IntegrityError:  # somebody was faster, where one transaction does not wait for another
            faster = self.find_active(job.title_id)
            if faster is None:
                raise
            return faster
        if bring is not None:
            with suppress(OSError):  # it has another name by now; what forgets uploads takes this one away as well
                bring[0].unlink()
        return None

    def find_job(self, job_id: str) -> Job | None:
        """Find a job."""
        with self._engine.connect() as connection:
            row = connection.execute(select(JOBS).where(JOBS.c.job_id == job_id)).first()
        return _job(row) if row else None

    def find_active(self, title_id: str) -> Job | None:
        """Find the job of a title that still has something to do."""
        with self._engine.connect() as connection:
            row = connection.execute(_active(title_id)).first()
        return _job(row) if row else None

    def jobs(self, limit: int) -> Sequence[Job]:
        """List jobs, the newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(JOBS).order_by(JOBS.c.created_at.desc(), JOBS.c.place.desc()).limit(limit))
            return [_job(row) for row in rows]

    def lines(self, job_id: str) -> Sequence[LogLine]:
        """List what a job wrote."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(LOG.c.at, LOG.c.text).where(LOG.c.job_id == job_id).order_by(LOG.c.n))
            return [LogLine(*row) for row in rows]

    def write(self, job_id: str, at: float, text: str) -> None:
        """Write a line of a job."""
        with self._engine.begin() as connection:
            connection.execute(insert(LOG).values(job_id=job_id, at=at, text=text[:LONGEST_LINE]))

    def claim(self, worker: str, now: float, until: float, job_id: str | None = None) -> Job | None:
        """Take the next job that waits or whose lease is over (or the one named), and lease it until a time.

        Those go first of which nothing can be watched yet; among them, and among the others, those by their places.
        """
        wanted = select(JOBS.c.job_id).where(_free(now))
        if job_id is not None:
            wanted = wanted.where(JOBS.c.job_id == job_id)
        with self._engine.begin() as connection:
            found = connection.scalar(wanted.order_by(JOBS.c.watchable_at.is_not(None), JOBS.c.place).limit(1))
            if found is None:
                return None
            taken = {"state": JobState.RUNNING, "worker": worker, "lease_until": until}
            connection.execute(
                update(JOBS)
                .where(JOBS.c.job_id == found)
                .values(
                    **taken,
                    attempts=JOBS.c.attempts + 1,
                    started_at=func.coalesce(JOBS.c.started_at, now),
                    trouble=None,
                )
            )
            return _job(connection.execute(select(JOBS).where(JOBS.c.job_id == found)).one())

    def has_work(self, now: float) -> bool:
        """Tell whether a job could be claimed, without asking for the right to write."""
        with self._engine.connect() as connection:
            return connection.scalar(select(JOBS.c.job_id).where(_free(now)).limit(1)) is not None

    def beat(self, job_id: str, holder: str, /, **values: Any) -> bool:
        """Say that a worker is still at a job, and how far; False when the job is no longer its."""
        mine = (JOBS.c.job_id == job_id, JOBS.c.worker == holder, JOBS.c.state == JobState.RUNNING)
        with self._engine.begin() as connection:
            return connection.execute(update(JOBS).where(*mine).values(**values)).rowcount > 0

    def leave(self, job_id: str, worker: str, *, trouble: Trouble | None = None, **values: Any) -> bool:
        """End a worker's hold of a job; False when it was no longer its."""
        said = None if trouble is None else msgspec.json.encode(trouble).decode()
        return self.beat(job_id, worker, worker=None, lease_until=None, trouble=said, **values)

    def stand_back(self, job_id: str, holder: str) -> bool:
        """Put a job back into the queue; that was no attempt that failed."""
        values = {"state": JobState.QUEUED, "worker": None, "lease_until": None, "attempts": JOBS.c.attempts - 1}
        return self.beat(job_id, holder, **values)

    def has_fresh(self, now: float, *, is_asked_for: bool = False) -> bool:
        """Tell whether a job waits of which nothing can be watched yet (and that somebody asked for)."""
        fresh = and_(JOBS.c.state == JobState.QUEUED, JOBS.c.not_before <= now, JOBS.c.watchable_at.is_(None))
        if is_asked_for:
            fresh = and_(fresh, JOBS.c.place < _DRAWN_FROM)
        with self._engine.connect() as connection:
            return connection.scalar(select(JOBS.c.job_id).where(fresh).limit(1)) is not None

    def change(self, job_id: str, among: Sequence[JobState], **values: Any) -> bool:
        """Change a job that is in one of some states; False when it is not, or its title has one that is active."""
        here = (JOBS.c.job_id == job_id, JOBS.c.state.in_(among))
        try:
            with self._engine.begin() as connection:
                return connection.execute(update(JOBS).where(*here).values(**values)).rowcount > 0
        except IntegrityError:
            return False

    def drop_ended(self, before: float) -> Sequence[str]:
        """Forget jobs that ended before a time; give their ids."""
        over = and_(JOBS.c.state.not_in(_ACTIVE), JOBS.c.ended_at <= before)
        with self._engine.begin() as connection:
            gone = list(connection.scalars(select(JOBS.c.job_id).where(over)))
            connection.execute(delete(LOG).where(LOG.c.job_id.in_(gone)))
            connection.execute(delete(JOBS).where(JOBS.c.job_id.in_(gone)))
        return gone

    def add_upload(self, upload: Upload) -> None:
        """Add an upload."""
        with self._engine.begin() as connection:
            connection.execute(insert(UPLOADS).values({name: getattr(upload, name) for name in Upload.__slots__}))

    def find_upload(self, upload_id: str) -> Upload | None:
        """Find an upload."""
        with self._engine.connect() as connection:
            row = connection.execute(select(UPLOADS).where(UPLOADS.c.upload_id == upload_id)).first()
        return Upload(*row) if row else None

    def touch_upload(self, upload_id: str, now: float) -> None:
        """Note that something came."""
        with self._engine.begin() as connection:
            connection.execute(update(UPLOADS).where(UPLOADS.c.upload_id == upload_id).values(touched_at=now))

    def drop_upload(self, upload_id: str) -> bool:
        """Forget an upload; False when there was none."""
        with self._engine.begin() as connection:
            return connection.execute(delete(UPLOADS).where(UPLOADS.c.upload_id == upload_id)).rowcount > 0

    def stale_uploads(self, before: float) -> Sequence[str]:
        """List the uploads to which nothing came since a time."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(UPLOADS.c.upload_id).where(UPLOADS.c.touched_at <= before)))

    def pending_bytes(self) -> int:
        """Add up the sizes of the files that are coming; those that became a job have come."""
        coming = select(func.coalesce(func.sum(UPLOADS.c.size_bytes), 0)).where(
            UPLOADS.c.upload_id.not_in(select(JOBS.c.job_id))
        )
        with self._engine.connect() as connection:
            return int(connection.scalar(coming) or 0)


def _lend(source: Path, target: Path) -> None:
    """Give a file a second name, or, on a disk whose files have but one, another name."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        source.replace(target)


def _active(title_id: str) -> Select[Any]:
    return select(JOBS).where(JOBS.c.title_id == title_id, JOBS.c.state.in_(_ACTIVE))


def _next_place(connection: Connection, job: Job) -> float:
    """Find the place behind all jobs of its sort: films that somebody asked for, or demo reels."""
    is_drawn = job.wish.reel is not None
    alike = JOBS.c.place >= _DRAWN_FROM if is_drawn else JOBS.c.place < _DRAWN_FROM
    last = connection.scalar(select(func.max(JOBS.c.place)).where(alike))
    return float(last if last is not None else _DRAWN_FROM if is_drawn else 0.0) + 1


def _free(now: float) -> ColumnElement[bool]:
    waits = and_(JOBS.c.state == JobState.QUEUED, JOBS.c.not_before <= now)
    return or_(waits, and_(JOBS.c.state == JobState.RUNNING, JOBS.c.lease_until <= now))


def _retire(connection: Connection, title_id: str, now: float, *, but: str = "") -> None:
    old = connection.scalars(select(ASSETS.c.asset_id).where(ASSETS.c.title_id == title_id, ASSETS.c.asset_id != but))
    upsert(connection, RETIRED, [{"asset_id": each, "retired_at": now} for each in old.all()], keys=["asset_id"])


def _asset_row(asset: Asset) -> Mapping[str, Any]:
    tracks = _Tracks(asset.renditions, asset.audio, asset.text, asset.chapters)
    plain = {name: getattr(asset, name) for name in Asset.__slots__ if name in ASSETS.c}
    return {**plain, "state": asset.state.value, "tracks": msgspec.json.encode(tracks).decode()}


def _asset(row: Row[Any]) -> Asset:
    tracks = msgspec.json.decode(row.tracks, type=_Tracks)
    plain = {name: getattr(row, name) for name in Asset.__slots__ if name in ASSETS.c}
    return Asset(
        **{**plain, "state": AssetState(row.state)},
        renditions=tracks.renditions,
        audio=tracks.audio,
        text=tracks.text,
        chapters=tracks.chapters,
    )


def _job_row(job: Job) -> Mapping[str, Any]:
    row = {name: getattr(job, name) for name in Job.__slots__}
    return {
        **row,
        "wish": msgspec.json.encode(job.wish).decode(),
        "state": job.state.value,
        "stage": job.stage.value,
        "trouble": None,
    }


def _job(row: Row[Any]) -> Job:
    plain = {name: getattr(row, name) for name in Job.__slots__}
    return Job(
        **{
            **plain,
            "wish": msgspec.json.decode(row.wish, type=Wish),
            "state": JobState(row.state),
            "stage": Stage(row.stage),
            "trouble": msgspec.json.decode(row.trouble, type=Trouble) if row.trouble else None,
        }
    )
