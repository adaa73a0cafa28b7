"""Who watches in a session, the PINs of profiles, and the devices of an account: every statement about them."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from cinoche.accounts.adapters.sql import PIN_FAILURES, PROFILES, SESSIONS, no_profile
from cinoche.accounts.models import Device, PinLimits
from cinoche.kit.errors import NotFound

_p, _s, _f = PROFILES.c, SESSIONS.c, PIN_FAILURES.c
_PIN_OF: Final = sa.select(_p.pin_hash).where(
    _p.account_id == sa.bindparam("account_id"), _p.profile_id == sa.bindparam("profile_id"), _p.leaving_at.is_(None)
)


class WatchingTables:
    """The statements about choosing who watches; a method that writes is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def pin_hash(self, account_id: str, profile_id: str) -> str | None:
        """Find the hash of a profile's PIN, None where it has none; raises NotFound where there is no such profile."""
        with self._engine.connect() as read:
            return _pin_hash(read, account_id, profile_id)

    def count_try(self, profile_id: str, try_id: str, now: float, limits: PinLimits) -> float | None:
        """Count a try as failed before it is heard, unless too many have failed: then tell until when.

        Counted after, a hundred guesses that are sent at once would all be heard before the first one failed.
        """
        with self._engine.begin() as tx:
            tx.execute(PIN_FAILURES.delete().where(_f.failed_at <= now - limits.window_s))
            mine = sa.select(_f.failed_at).where(_f.profile_id == profile_id).order_by(_f.failed_at.desc())
            nth = tx.execute(mine.offset(limits.wrong - 1).limit(1)).scalar_one_or_none()
            if nth is not None:
                return float(nth) + limits.window_s
            tx.execute(PIN_FAILURES.insert().values(failure_id=try_id, profile_id=profile_id, failed_at=now))
            return None

    def choose(
        self, account_id: str, session_id: str, profile_id: str, *, checked_hash: str | None, try_id: str | None
    ) -> bool:
        """Let a profile watch in a session; False when its PIN is not the one that was checked, any more.

        Raises NotFound where there is no such profile.
        """
        with self._engine.begin() as tx:
            if _pin_hash(tx, account_id, profile_id) != checked_hash:
                return False
            if try_id is not None:
                tx.execute(PIN_FAILURES.delete().where(_f.failure_id == try_id))
            mine = (_s.account_id == account_id, _s.session_id == session_id)
            tx.execute(SESSIONS.update().where(*mine).values(profile_id=profile_id))
            return True

    def choose_nobody(self, account_id: str, session_id: str) -> None:
        """Let nobody in particular watch in a session."""
        with self._engine.begin() as tx:
            mine = (_s.account_id == account_id, _s.session_id == session_id)
            tx.execute(SESSIONS.update().where(*mine).values(profile_id=None))

    def set_pin(self, account_id: str, profile_id: str, pin_hash: str | None, *, session_id: str) -> None:
        """Replace a profile's PIN, and forget who failed at the one before; raises NotFound.

        A new PIN ends the choice of every other session: who chose the profile there did so without it.
        """
        with self._engine.begin() as tx:
            mine = (_p.account_id == account_id, _p.profile_id == profile_id, _p.leaving_at.is_(None))
            if not tx.execute(PROFILES.update().where(*mine).values(pin_hash=pin_hash)).rowcount:
                raise no_profile()
            tx.execute(PIN_FAILURES.delete().where(_f.profile_id == profile_id))
            if pin_hash is not None:
                elsewhere = (_s.account_id == account_id, _s.profile_id == profile_id, _s.session_id != session_id)
                tx.execute(SESSIONS.update().where(*elsewhere).values(profile_id=None))

    def devices(self, account_id: str, now: float) -> Sequence[Device]:
        """List the sessions of an account that have not expired, the last used first; one may have no label yet."""
        columns = (_s.session_id, _s.label, _s.created_at, _s.renewed_at)
        mine = sa.select(*columns).where(_s.account_id == account_id, _s.expires_at > now)
        with self._engine.connect() as read:
            rows = read.execute(mine.order_by(_s.renewed_at.desc(), _s.session_id)).all()
        return [Device(row[0], row[1] or "", row[2], row[3]) for row in rows]

    def rename_device(self, account_id: str, session_id: str, label: str, now: float) -> Device:
        """Give a session another label; raises NotFound."""
        mine = (_s.account_id == account_id, _s.session_id == session_id, _s.expires_at > now)
        with self._engine.begin() as tx:
            tx.execute(SESSIONS.update().where(*mine).values(label=label))
            found = tx.execute(sa.select(_s.created_at, _s.renewed_at).where(*mine)).one_or_none()
        if found is None:
            raise no_device()
        return Device(session_id, label, found[0], found[1])

    def remove_device(self, account_id: str, session_id: str) -> None:
        """End one session; raises NotFound."""
        mine = (_s.account_id == account_id, _s.session_id == session_id)
        with self._engine.begin() as tx:
            if not tx.execute(SESSIONS.delete().where(*mine)).rowcount:
                raise no_device()


def no_device() -> NotFound:
    """Say that a session is not there, or somebody else's: the two look alike from outside."""
    return NotFound(
        "There is no such device.", where="session_id", remedy="GET /api/v1/devices lists those of the account."
    )


def _pin_hash(connection: sa.Connection, account_id: str, profile_id: str) -> str | None:
    row = connection.execute(_PIN_OF, {"account_id": account_id, "profile_id": profile_id}).one_or_none()
    if row is None:
        raise no_profile()
    found: str | None = row[0]
    return found
