"""Play sessions in a relational database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

import sqlalchemy as sa

from cinoche.kit.personal import PersonalData, Subject
from cinoche.kit.shred import shred
from cinoche.playback.models import PlaySession

METADATA: Final = sa.MetaData()

_ID = sa.String(26)
_INSTANT: sa.Double[float] = sa.Double()

PLAY_SESSIONS: Final = sa.Table(
    "play_sessions",
    METADATA,
    sa.Column("play_session_id", _ID, primary_key=True),
    sa.Column("account_id", _ID, nullable=False, index=True),
    sa.Column("profile_id", _ID, nullable=False, index=True),
    sa.Column("session_id", _ID, nullable=False),
    sa.Column("title_id", sa.String(64), nullable=False),
    sa.Column("asset_id", sa.String(64), nullable=False),
    sa.Column("duration_s", _INSTANT, nullable=False),
    sa.Column("completes_at_s", _INSTANT, nullable=False),
    sa.Column("started_at", _INSTANT, nullable=False),
    sa.Column("expires_at", _INSTANT, nullable=False, index=True),
    sa.Column("seen_at", _INSTANT, nullable=False),
    sa.Column("ended_at", _INSTANT),
    sa.Column("position_s", _INSTANT, nullable=False),
    sa.Column("told_position_s", _INSTANT, nullable=False),
    sa.Column("told_at", _INSTANT, nullable=False),
    sa.Column("is_completed", sa.Boolean, nullable=False),
    sa.Column("beats", sa.Text, nullable=False, comment="digests of the latest heartbeats, by spaces"),
    sa.Column("stalls", sa.Integer, nullable=False),
    sa.Column("stalled_ms", _INSTANT, nullable=False),
    sa.Column("dropped_frames", sa.Integer, nullable=False),
    sa.Column("has_begun", sa.Boolean, nullable=False, comment="whether the time to its first frame was told"),
    sa.Column(
        "is_replaced",
        sa.Boolean,
        nullable=False,
        server_default=sa.false(),
        comment="whether its device began another title",
    ),
    sa.Column(
        "completions",
        sa.Integer,
        nullable=False,
        server_default=sa.text("0"),
        comment="how often its end was told",
    ),
    comment="From play to stop. Rows go when their addresses have expired.",
)

_c: Final = PLAY_SESSIONS.c
_COLUMNS: Final = tuple(_c[each.name] for each in fields(PlaySession))
_FIND: Final = sa.select(*_COLUMNS).where(_c.play_session_id == sa.bindparam("play_session_id"))


class SqlPlaySessions(PersonalData):
    """Every statement on play sessions; a method that writes is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(self, play_session_id: str) -> PlaySession | None:
        """Find a play session, whether it goes on or not."""
        with self._engine.connect() as read:
            row = read.execute(_FIND, {"play_session_id": play_session_id}).one_or_none()
        return PlaySession(*row) if row else None

    def start(self, wanted: PlaySession, *, at_once: int, seen_after: float) -> Sequence[PlaySession]:
        """Add a play session in the place of its device's other one, and forget those that have expired.

        Where the account plays ``at_once`` others already (heard of after ``seen_after``), nothing is added and these
        are told.
        """
        now = wanted.started_at
        with self._engine.begin() as tx:
            others = _playing(tx, wanted, seen_after)
            if len(others) >= at_once:
                return others
            tx.execute(PLAY_SESSIONS.delete().where(_c.expires_at <= now))
            same = (_c.account_id == wanted.account_id, _c.session_id == wanted.session_id, _c.ended_at.is_(None))
            tx.execute(PLAY_SESSIONS.update().where(*same).values(ended_at=now, is_replaced=True))
            tx.execute(PLAY_SESSIONS.insert(), asdict(wanted))
        return ()

    def move(
        self,
        play_session_id: str,
        change: Callable[[PlaySession, int], PlaySession],
        *,
        seen_after: float,
    ) -> PlaySession | None:
        """Read a play session, change it and write it back, in one transaction; None where there is none.

        ``change`` is given the play session, and how many others of its account play.
        """
        with self._engine.begin() as tx:
            row = tx.execute(_FIND, {"play_session_id": play_session_id}).one_or_none()
            if row is None:
                return None
            before = PlaySession(*row)
            after = change(before, len(_playing(tx, before, seen_after)))
            if after != before:
                tx.execute(PLAY_SESSIONS.update().where(_c.play_session_id == play_session_id).values(**asdict(after)))
        return after

    def end(self, play_session_ids: Sequence[str], now: float) -> int:
        """End play sessions; tell how many of them went on."""
        going_on = (_c.play_session_id.in_(play_session_ids), _c.ended_at.is_(None))
        with self._engine.begin() as tx:
            return tx.execute(PLAY_SESSIONS.update().where(*going_on).values(ended_at=now)).rowcount

    def purge(self, now: float) -> int:
        """Forget the play sessions that have expired; tell how many."""
        with self._engine.begin() as tx:
            return tx.execute(PLAY_SESSIONS.delete().where(_c.expires_at <= now)).rowcount

    @property
    def holder(self) -> str:
        """The name of the holder, as reports show it."""
        return "play sessions"

    @property
    def tables(self) -> frozenset[str]:
        """The tables with personal columns that this holder answers for."""
        return frozenset({PLAY_SESSIONS.name})

    def export(self, subject: Subject) -> Iterator[Mapping[str, Any]]:
        """Yield the play sessions of a profile, or of an account where the subject names no profile."""
        match = _of(subject)
        if match is None:
            return
        with self._engine.connect() as read:
            rows = read.execute(sa.select(*_COLUMNS).where(match).order_by(_c.started_at)).mappings().all()
        yield from (dict(row) for row in rows)

    def erase(self, subject: Subject) -> int:
        """Delete the play sessions of a profile or an account, down to the bytes."""
        match = _of(subject)
        if match is None:
            return 0
        with self._engine.begin() as tx:
            erased = tx.execute(PLAY_SESSIONS.delete().where(match)).rowcount
        shred(self._engine)
        return erased


def _of(subject: Subject) -> sa.ColumnElement[bool] | None:
    if subject.profile_id is not None:
        return _c.profile_id == subject.profile_id
    return None if subject.account_id is None else _c.account_id == subject.account_id


def _playing(connection: sa.Connection, beside: PlaySession, seen_after: float) -> Sequence[PlaySession]:
    """List the play sessions that the account's other devices hold a lease for, the oldest first."""
    others = sa.select(*_COLUMNS).where(
        _c.account_id == beside.account_id,
        _c.session_id != beside.session_id,
        _c.ended_at.is_(None),
        _c.seen_at > seen_after,
    )
    return [PlaySession(*row) for row in connection.execute(others.order_by(_c.started_at))]
