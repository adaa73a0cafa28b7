"""The accounts in a relational database: their tables, and the statements of coming in and of profiles.

Passwords are kept as Argon2id hashes, session tokens as SHA-256 digests, and failed sign-ins as keyed hashes of the
e-mail and the address: what a stolen copy of these tables holds opens nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

import sqlalchemy as sa

from cinoche.accounts.models import (
    PROFILES_PER_ACCOUNT,
    SESSIONS_PER_ACCOUNT,
    Account,
    Attempt,
    Preferences,
    Profile,
    Role,
    Session,
    SignInLimits,
)
from cinoche.kit.errors import Conflict, NotFound, Unauthorized

METADATA = sa.MetaData()

_ID = sa.String(26)
_DIGEST = sa.String(64)
_INSTANT: sa.Double[float] = sa.Double()

ACCOUNTS = sa.Table(
    "accounts",
    METADATA,
    sa.Column("account_id", _ID, primary_key=True),
    sa.Column("email", sa.String(254), nullable=False, unique=True),
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("created_at", _INSTANT, nullable=False),
    sa.Column("leaving_at", _INSTANT),
    sa.CheckConstraint("role IN ('viewer', 'operator')", name="accounts_role"),
)

# `slot` is what makes a sixth profile impossible, however many requests ask at once: the database itself has five.
PROFILES = sa.Table(
    "profiles",
    METADATA,
    sa.Column("profile_id", _ID, primary_key=True),
    sa.Column("account_id", _ID, sa.ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    sa.Column("slot", sa.SmallInteger, nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("avatar", sa.String(20), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("is_kids", sa.Boolean, nullable=False),
    sa.Column("max_age", sa.SmallInteger),
    sa.Column("created_at", _INSTANT, nullable=False),
    sa.Column("leaving_at", _INSTANT),
    sa.Column("pin_hash", sa.String(255)),
    sa.Column("preferences", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("account_id", "slot", name="profiles_slot_once"),
    sa.CheckConstraint(f"slot BETWEEN 1 AND {PROFILES_PER_ACCOUNT}", name="profiles_slot"),
)

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("session_id", _ID, primary_key=True),
    sa.Column("token_hash", _DIGEST, nullable=False, unique=True),
    sa.Column("account_id", _ID, sa.ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("address_hash", _DIGEST, nullable=False),
    sa.Column("created_at", _INSTANT, nullable=False),
    sa.Column("renewed_at", _INSTANT, nullable=False),
    sa.Column("expires_at", _INSTANT, nullable=False, index=True),
    sa.Column("profile_id", _ID),
    sa.Column("label", sa.String(40)),
)

PIN_FAILURES = sa.Table(
    "pin_failures",
    METADATA,
    sa.Column("failure_id", _ID, primary_key=True),
    sa.Column("profile_id", _ID, sa.ForeignKey("profiles.profile_id", ondelete="CASCADE"), nullable=False),
    sa.Column("failed_at", _INSTANT, nullable=False),
    sa.Index("pin_failures_by_profile", "profile_id", "failed_at"),
)

SIGN_IN_FAILURES = sa.Table(
    "sign_in_failures",
    METADATA,
    sa.Column("failure_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("email_hash", _DIGEST, nullable=False),
    sa.Column("address_hash", _DIGEST, nullable=False),
    sa.Column("failed_at", _INSTANT, nullable=False, index=True),
    sa.Index("sign_in_failures_by_email", "email_hash", "failed_at"),
    sa.Index("sign_in_failures_by_address", "address_hash", "failed_at"),
)

_a, _p, _s, _f = ACCOUNTS.c, PROFILES.c, SESSIONS.c, SIGN_IN_FAILURES.c
_ACCOUNT = (_a.account_id, _a.email, _a.role, _a.language, _a.created_at)
_PROFILE = (
    *(_p[name] for name in Profile.__dataclass_fields__ if name not in {"has_pin", "preferences"}),
    _p.pin_hash.is_not(None).label("has_pin"),
    _p.preferences,
)
_DEFAULTS: Final = Preferences()
_NO_LIMIT: Final = 99
_NOT_CHOSEN: Final = ""
"""A language that nobody chose, in a column that takes no null: to let it, SQLite would build the table anew."""

_open = PROFILES.alias("open_profiles").c
_WIDEST: Final = sa.func.max(sa.case((_open.pin_hash.is_(None), sa.func.coalesce(_open.max_age, _NO_LIMIT))))
_OPEN_TO_ALL: Final = (
    sa.select(sa.case((sa.func.count(_open.pin_hash) == 0, _NO_LIMIT), else_=sa.func.coalesce(_WIDEST, 0)))
    .where(_open.account_id == _s.account_id, _open.leaving_at.is_(None))
    .correlate(SESSIONS)
    .scalar_subquery()
)
"""What a session may see that has chosen nobody: all, until a profile has a PIN; then what one without may see."""

_SESSIONS: Final = (
    sa.select(
        *(_s.session_id, _s.created_at, _s.renewed_at, _s.expires_at),
        *_ACCOUNT,
        sa.case((_p.profile_id.is_(None), _OPEN_TO_ALL), else_=_p.max_age),
        *_PROFILE,
    )
    .join_from(SESSIONS, ACCOUNTS, _s.account_id == _a.account_id)
    .outerjoin(
        PROFILES,
        sa.and_(_p.profile_id == _s.profile_id, _p.account_id == _s.account_id, _p.leaving_at.is_(None)),
    )
    .where(_s.expires_at > sa.bindparam("now"), _a.leaving_at.is_(None))
)
_SESSION: Final = _SESSIONS.where(_s.token_hash == sa.bindparam("token_hash"))
_SESSION_BY_ID: Final = _SESSIONS.where(_s.session_id == sa.bindparam("session_id"))
_PROFILE_OF: Final = sa.select(*_PROFILE).where(
    _p.account_id == sa.bindparam("account_id"), _p.profile_id == sa.bindparam("profile_id"), _p.leaving_at.is_(None)
)
_PROFILES_OF: Final = (
    sa.select(*_PROFILE)
    .where(_p.account_id == sa.bindparam("account_id"), _p.leaving_at.is_(None))
    .order_by(_p.created_at, _p.slot)
)
_TRIES_FOR_A_SLOT: Final = 10


def no_profile() -> NotFound:
    """Say that a profile is not there, or somebody else's: the two look alike from outside."""
    return NotFound(
        "There is no such profile.", where="profile_id", remedy="GET /api/v1/profiles lists those of the account."
    )


class AccountTables:
    """Every statement on the accounts' tables; a method that writes is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add_account(self, account: Account, password_hash: str, profiles: Sequence[Profile]) -> None:
        """Add an account with its first profiles; raises Conflict when the e-mail has one."""
        rows = [_values(profile) | {"slot": slot} for slot, profile in enumerate(profiles, start=1)]
        try:
            with self._engine.begin() as tx:
                tx.execute(ACCOUNTS.insert(), asdict(account) | {"password_hash": password_hash})
                if rows:
                    tx.execute(PROFILES.insert(), rows)
        except sa.exc.IntegrityError:
            raise Conflict(
                "There is an account with this e-mail already.", where="email", remedy="Sign in, or use another e-mail."
            ) from None

    def find_account(self, *, email: str | None = None, account_id: str | None = None) -> tuple[Account, str] | None:
        """Find an account and its password's hash; one on its way out is still found by its id."""
        match = (
            sa.and_(_a.email == email, _a.leaving_at.is_(None)) if email is not None else _a.account_id == account_id
        )
        with self._engine.connect() as read:
            row = read.execute(sa.select(*_ACCOUNT, _a.password_hash).where(match)).one_or_none()
        return (_account(row[:5]), row[5]) if row else None

    def change_password(self, account_id: str, password_hash: str, *, keep_session_id: str | None) -> None:
        """Replace a password's hash and end every session but one."""
        with self._engine.begin() as tx:
            tx.execute(ACCOUNTS.update().where(_a.account_id == account_id).values(password_hash=password_hash))
            ended = SESSIONS.delete().where(_s.account_id == account_id)
            tx.execute(ended.where(_s.session_id != keep_session_id) if keep_session_id else ended)

    def find_session(self, token_hash: str, now: float) -> Session | None:
        """Find the session of a token and its account, in one statement."""
        with self._engine.connect() as read:
            row = read.execute(_SESSION, {"token_hash": token_hash, "now": now}).one_or_none()
        return _session(row) if row else None

    def session_of_id(self, session_id: str, now: float) -> Session | None:
        """Find a session by its own id."""
        with self._engine.connect() as read:
            row = read.execute(_SESSION_BY_ID, {"session_id": session_id, "now": now}).one_or_none()
        return _session(row) if row else None

    def sessions_of(self, account_id: str, now: float) -> Sequence[Mapping[str, Any]]:
        """List the sessions of an account that have not expired, newest first, without what could open them."""
        columns = (_s.session_id, _s.created_at, _s.renewed_at, _s.expires_at, _s.profile_id, _s.label)
        chosen = sa.select(*columns).where(_s.account_id == account_id, _s.expires_at > now)
        with self._engine.connect() as read:
            return [dict(row) for row in read.execute(chosen.order_by(_s.created_at.desc())).mappings()]

    def renew_session(self, session_id: str, *, now: float, expires_at: float) -> None:
        """Let a session live longer."""
        with self._engine.begin() as tx:
            tx.execute(
                SESSIONS.update().where(_s.session_id == session_id).values(renewed_at=now, expires_at=expires_at)
            )

    def end_sessions(self, account_id: str, session_id: str | None = None) -> int:
        """End one session of an account, or all of them; tell how many."""
        ended = SESSIONS.delete().where(_s.account_id == account_id)
        with self._engine.begin() as tx:
            return tx.execute(ended.where(_s.session_id == session_id) if session_id else ended).rowcount

    def refused_until(self, attempt: Attempt, limits: SignInLimits, account_id: str | None) -> float | None:
        """Tell until when tries like this one are refused; None when this one may be heard."""
        with self._engine.connect() as read:
            return _refused_until(read, attempt, limits, account_id)

    def fail(self, attempt: Attempt, limits: SignInLimits, account_id: str | None) -> float | None:
        """Count a failed try, unless tries are refused by now: then tell until when, and count nothing."""
        with self._engine.begin() as tx:
            until = _refused_until(tx, attempt, limits, account_id)
            if until is None:
                tx.execute(SIGN_IN_FAILURES.delete().where(_f.failed_at <= attempt.at - limits.window_s))
                tx.execute(
                    SIGN_IN_FAILURES.insert().values(
                        email_hash=attempt.email_hash, address_hash=attempt.address_hash, failed_at=attempt.at
                    )
                )
            return until

    def open_session(
        self,
        session: Session,
        token_hash: str,
        attempt: Attempt,
        limits: SignInLimits,
        *,
        checked_hash: str,
        label: str,
    ) -> float | None:
        """Keep a new session, unless tries are refused by now: then tell until when, and keep nothing.

        The count is taken again here, after the password was found right: of a hundred guesses sent at once, all would
        have passed the count taken before. A password that was changed meanwhile is no longer right.
        """
        account_id = session.account.account_id
        with self._engine.begin() as tx:
            until = _refused_until(tx, attempt, limits, account_id)
            if until is not None:
                return until
            mine = sa.select(_a.password_hash).where(_a.account_id == account_id, _a.leaving_at.is_(None))
            current = tx.execute(mine).scalar_one_or_none()
            if current != checked_hash:
                raise Unauthorized("The password was changed a moment ago.", remedy="Sign in with the new one.")
            tx.execute(SESSIONS.delete().where(_s.expires_at <= attempt.at))
            _make_room(tx, account_id)
            tx.execute(
                SESSIONS.insert().values(
                    session_id=session.session_id,
                    token_hash=token_hash,
                    account_id=account_id,
                    address_hash=attempt.address_hash,
                    created_at=session.created_at,
                    renewed_at=session.renewed_at,
                    expires_at=session.expires_at,
                    label=label,
                )
            )
            return None

    def purge(self, *, sessions_before: float, failures_before: float) -> int:
        """Delete the sessions and failures that are over; tell how many."""
        with self._engine.begin() as tx:
            ended = tx.execute(SESSIONS.delete().where(_s.expires_at <= sessions_before)).rowcount
            wrong_pins = PIN_FAILURES.delete().where(PIN_FAILURES.c.failed_at <= failures_before)
            failed = SIGN_IN_FAILURES.delete().where(_f.failed_at <= failures_before)
            return ended + sum(tx.execute(statement).rowcount for statement in (failed, wrong_pins))

    def rehash(self, account_id: str, *, before: str, after: str) -> None:
        """Replace a hash by one of the same password with today's parameters."""
        with self._engine.begin() as tx:
            same = (_a.account_id == account_id, _a.password_hash == before)
            tx.execute(ACCOUNTS.update().where(*same).values(password_hash=after))

    def profiles_of(self, account_id: str) -> list[Profile]:
        """List the profiles of an account, oldest first."""
        with self._engine.connect() as read:
            return [profile_from(row) for row in read.execute(_PROFILES_OF, {"account_id": account_id})]

    def find_profile(self, account_id: str, profile_id: str) -> Profile | None:
        """Find a profile of this account."""
        with self._engine.connect() as read:
            row = read.execute(_PROFILE_OF, {"account_id": account_id, "profile_id": profile_id}).one_or_none()
        return profile_from(row) if row else None

    def add_profile(self, profile: Profile) -> None:
        """Add a profile in the lowest free slot; raises Conflict when there is none."""
        for _ in range(_TRIES_FOR_A_SLOT):
            try:
                with self._engine.begin() as tx:
                    taken = set(tx.execute(sa.select(_p.slot).where(_p.account_id == profile.account_id)).scalars())
                    free = [slot for slot in range(1, PROFILES_PER_ACCOUNT + 1) if slot not in taken]
                    if not free:
                        break
                    tx.execute(PROFILES.insert(), _values(profile) | {"slot": free[0]})
                    return
            except sa.exc.IntegrityError:
                continue  # Somebody took the slot between the look and the leap.
        raise Conflict(
            f"An account has at most {PROFILES_PER_ACCOUNT} profiles.", remedy="Delete one first, or change one."
        )

    def change_profile(self, account_id: str, profile_id: str, change: Callable[[Profile], Profile]) -> Profile:
        """Read a profile, change it and write it back, in one transaction; raises NotFound."""
        with self._engine.begin() as tx:
            key = {"account_id": account_id, "profile_id": profile_id}
            row = tx.execute(_PROFILE_OF, key).one_or_none()
            if row is None:
                raise no_profile()
            changed = change(profile_from(row))
            tx.execute(PROFILES.update().where(_p.profile_id == profile_id).values(**_values(changed)))
        return changed

    def profile_rows(self, *, account_id: str | None, profile_id: str | None) -> list[dict[str, Any]]:
        """List the profiles of an account, or one profile, those on their way out included."""
        chosen = sa.select(*_PROFILE).order_by(_p.created_at, _p.slot)
        if account_id is not None:
            chosen = chosen.where(_p.account_id == account_id)
        if profile_id is not None:
            chosen = chosen.where(_p.profile_id == profile_id)
        with self._engine.connect() as read:
            return [{**row, "language": row["language"] or None} for row in read.execute(chosen).mappings()]


def profile_from(row: Sequence[Any]) -> Profile:
    """Make a profile of its row."""
    *plain, has_pin, preferences = row
    values = (*plain, bool(has_pin), Preferences.of(preferences) if preferences else _DEFAULTS)
    read = Profile(*values)
    return read if read.language else replace(read, language=None)


def _values(profile: Profile) -> dict[str, Any]:
    """Write a profile as its row; its PIN is not its own to change."""
    values = asdict(profile) | {"language": profile.language or _NOT_CHOSEN}
    del values["has_pin"]
    return values


def _account(row: Sequence[Any]) -> Account:
    return Account(row[0], row[1], Role(row[2]), row[3], row[4])


def _session(row: Sequence[Any]) -> Session:
    max_age, profile = row[9], row[10:]
    watcher = None if profile[0] is None else profile_from(profile)
    values = (row[0], _account(row[4:9]), *row[1:4], watcher, None if max_age == _NO_LIMIT else max_age)
    return Session(*values)


def _make_room(connection: sa.Connection, account_id: str) -> None:
    """End the sessions of an account that were used least lately, so that there is room for one more."""
    mine = sa.select(_s.session_id).where(_s.account_id == account_id).order_by(_s.renewed_at.desc(), _s.session_id)
    ended = list(connection.execute(mine.offset(SESSIONS_PER_ACCOUNT - 1)).scalars())
    if ended:
        connection.execute(SESSIONS.delete().where(_s.session_id.in_(ended)))


def _refused_until(
    connection: sa.Connection, attempt: Attempt, limits: SignInLimits, account_id: str | None
) -> float | None:
    """Look for the failure that is one too many: the n-th newest within the window, for each of the three counts."""
    by_email, by_address = _f.email_hash == attempt.email_hash, _f.address_hash == attempt.address_hash
    counts: list[tuple[int, Sequence[sa.ColumnElement[bool]]]] = [
        (limits.pair, (by_email, by_address)),
        (limits.address, (by_address,)),
    ]
    if account_id is None or not _is_known_address(connection, attempt, account_id):
        counts.append((limits.email, (by_email,)))
    times = []
    for limit, match in counts:
        recent = sa.select(_f.failed_at).where(*match, _f.failed_at > attempt.at - limits.window_s)
        nth = connection.execute(recent.order_by(_f.failed_at.desc()).offset(limit - 1).limit(1)).scalar_one_or_none()
        if nth is not None:
            times.append(nth + limits.window_s)
    return max(times, default=None)


def _is_known_address(connection: sa.Connection, attempt: Attempt, account_id: str) -> bool:
    mine = (_s.account_id == account_id, _s.address_hash == attempt.address_hash, _s.expires_at > attempt.at)
    return connection.execute(sa.select(_s.session_id).where(*mine).limit(1)).first() is not None
