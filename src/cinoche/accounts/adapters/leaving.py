"""Profiles and accounts on their way out: hidden first, their rows deleted last, so that no erasure is forgotten."""

import sqlalchemy as sa

from cinoche.accounts.adapters.sql import ACCOUNTS, PIN_FAILURES, PROFILES, SESSIONS, SIGN_IN_FAILURES, no_profile
from cinoche.kit.errors import Conflict

_a, _p, _s = ACCOUNTS.c, PROFILES.c, SESSIONS.c


class LeavingTables:
    """The statements about what leaves; a method that writes is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def start_leaving(self, account_id: str, profile_id: str, now: float) -> None:
        """Hide a profile, on its way out; raises NotFound, and Conflict for the last one."""
        mine = sa.select(_p.profile_id, _p.leaving_at).where(_p.account_id == account_id)
        with self._engine.begin() as tx:
            profiles = {row[0]: row[1] for row in tx.execute(mine)}
            if profile_id not in profiles:
                raise no_profile()
            if profiles[profile_id] is not None:
                return
            if sum(leaving_at is None for leaving_at in profiles.values()) == 1:
                raise Conflict(
                    "This is the account's last profile.", where="profile_id", remedy="Add another one first."
                )
            tx.execute(PROFILES.update().where(_p.profile_id == profile_id).values(leaving_at=now))
            tx.execute(_unchosen(account_id).where(_s.profile_id == profile_id))

    def delete_profile(self, profile_id: str) -> int:
        """Delete a profile's row and what hangs on it; tell whether there was one."""
        with self._engine.begin() as tx:
            owner = sa.select(_p.account_id).where(_p.profile_id == profile_id).scalar_subquery()
            tx.execute(_unchosen(owner).where(_s.profile_id == profile_id))
            tx.execute(PIN_FAILURES.delete().where(PIN_FAILURES.c.profile_id == profile_id))
            return tx.execute(PROFILES.delete().where(_p.profile_id == profile_id)).rowcount

    def leaving(self) -> list[tuple[str, str]]:
        """List the profiles whose erasure was begun and not finished, as (account id, profile id)."""
        with self._engine.connect() as read:
            chosen = sa.select(_p.account_id, _p.profile_id).where(_p.leaving_at.is_not(None))
            return [(row[0], row[1]) for row in read.execute(chosen.order_by(_p.leaving_at))]

    def start_closing(self, account_id: str, now: float) -> None:
        """Hide an account and its profiles, on their way out, and end its sessions."""
        with self._engine.begin() as tx:
            tx.execute(
                ACCOUNTS.update().where(_a.account_id == account_id, _a.leaving_at.is_(None)).values(leaving_at=now)
            )
            staying = (_p.account_id == account_id, _p.leaving_at.is_(None))
            tx.execute(PROFILES.update().where(*staying).values(leaving_at=now))
            tx.execute(SESSIONS.delete().where(_s.account_id == account_id))

    def closing(self) -> list[str]:
        """List the accounts whose erasure was begun and not finished."""
        with self._engine.connect() as read:
            chosen = sa.select(_a.account_id).where(_a.leaving_at.is_not(None))
            return list(read.execute(chosen.order_by(_a.leaving_at)).scalars())

    def delete_account(self, account_id: str, email_hash: str) -> int:
        """Delete an account and all that hangs on it; tell how many rows that were."""
        profiles = sa.select(_p.profile_id).where(_p.account_id == account_id)
        with self._engine.begin() as tx:
            # Children first: not every database here is one that cascades.
            return sum(
                tx.execute(statement).rowcount
                for statement in (
                    SIGN_IN_FAILURES.delete().where(SIGN_IN_FAILURES.c.email_hash == email_hash),
                    SESSIONS.delete().where(_s.account_id == account_id),
                    PIN_FAILURES.delete().where(PIN_FAILURES.c.profile_id.in_(profiles)),
                    PROFILES.delete().where(_p.account_id == account_id),
                    ACCOUNTS.delete().where(_a.account_id == account_id),
                )
            )


def _unchosen(account_id: "str | sa.ScalarSelect[str]") -> sa.Update:
    return SESSIONS.update().where(_s.account_id == account_id).values(profile_id=None)
