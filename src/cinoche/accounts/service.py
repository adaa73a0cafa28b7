"""Signing up, in and out, and the profiles of an account: the rules, over the tables of ``adapters/sql.py``.

Hashing a password takes a tenth of a second and 64 MiB: ``sign_up``, ``sign_in``, ``change_password`` and
``ensure_demo`` belong in a thread. Every other method is a statement or two.
"""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from cinoche.accounts import names
from cinoche.accounts.adapters.leaving import LeavingTables
from cinoche.accounts.adapters.sql import AccountTables, no_profile
from cinoche.accounts.devices import label_of
from cinoche.accounts.models import (
    AVATARS,
    KIDS_MAX_AGE,
    Account,
    Attempt,
    PinLimits,
    Preferences,
    Profile,
    Role,
    Session,
    SessionLife,
    SignInLimits,
)
from cinoche.accounts.passwords import LONGEST_BYTES, Passwords, check_password
from cinoche.accounts.watching import Watching
from cinoche.kit.clock import Clock, system_clock
from cinoche.kit.errors import Conflict, Forbidden, Limited, Unauthorized
from cinoche.kit.ids import random_id
from cinoche.kit.personal import PersonalData, Subject

if TYPE_CHECKING:
    from sqlalchemy import Engine

DEMO_VIEWER: Final = "demo@cinoche.example"
DEMO_OPERATOR: Final = "studio@cinoche.example"

_LONGEST_TOKEN: Final = 128


class Accounts(PersonalData):
    """The accounts of an installation. ``secret`` keys what is counted of e-mails and addresses: same for all workers.

    A limit counts failed sign-ins only, in a table that every worker shares, keyed by hashes: see ``SignInLimits``.
    """

    def __init__(
        self,
        engine: "Engine",
        *,
        secret: bytes,
        clock: Clock = system_clock,
        passwords: Passwords | None = None,
        life: SessionLife | None = None,
        limits: SignInLimits | None = None,
        pin_limits: PinLimits | None = None,
    ) -> None:
        self._tables = AccountTables(engine)
        self._leaving = LeavingTables(engine)
        self._secret = secret
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._life = life or SessionLife()
        self._limits = limits or SignInLimits()
        self._pin_limits = pin_limits or PinLimits()
        self.watching = Watching(engine, clock=clock, passwords=self._passwords, limits=self._pin_limits)
        """Who watches in which session, and on which devices."""

    def sign_up(
        self, email: str, password: str, *, language: str = "en", name: str | None = None, role: Role = Role.VIEWER
    ) -> Account:
        """Open an account with a first profile; raises Invalid, and Conflict when the e-mail has an account."""
        email = names.clean_email(email)
        check_password(password, email)
        names.check_language(language)
        name = names.clean_name(name) if name is not None else names.name_from_email(email)
        now = self._clock()
        account = Account(random_id(), email, role, language, now)
        self._tables.add_account(account, self._passwords.hash(password), [_first_profile(account, name)])
        return account

    def sign_in(self, email: str, password: str, *, address: str = "", user_agent: str = "") -> tuple[Session, str]:
        """Open a session and draw its token, which is shown once and kept nowhere.

        Of ``user_agent`` two families are kept, as the device's label; see ``devices.label_of``.

        Raises Unauthorized when the e-mail or the password is wrong, without saying which, and Limited after too many
        failures.
        """
        attempt = self._attempt(email, address)
        account, hashed = self._verify(attempt, email, password)
        now, token = self._clock(), secrets.token_urlsafe(32)
        session = Session(random_id(), account, now, now, self._expiry(now, now))
        until = self._tables.open_session(
            session,
            _digest(token),
            replace(attempt, at=now),
            self._limits,
            checked_hash=hashed,
            label=label_of(user_agent, account.language),
        )
        self._refuse(until, now)
        return session, token

    def session(self, token: str) -> Session:
        """Tell whose token this is: one statement, always fresh; raises Unauthorized when it is nobody's any more."""
        found = self.find_session(token)
        if found is None:
            raise Unauthorized("This session has ended, or never was.", remedy="Sign in again: POST /api/v1/sessions.")
        return found

    def watcher(self, session_id: str, profile_id: str) -> Profile | None:
        """Get the profile that something goes on for in a session, without its token.

        None once the session has ended or may not speak for that profile any more.
        """
        session = self._tables.session_of_id(session_id, self._clock())
        if session is None:
            return None
        profile = self._tables.find_profile(session.account.account_id, profile_id)
        return profile if profile is not None and session.may_name(profile) else None

    def find_session(self, token: str) -> Session | None:
        """Tell whose token this is, None when it is nobody's: one statement, always fresh."""
        return self._tables.find_session(_digest(token), self._clock()) if len(token) <= _LONGEST_TOKEN else None

    def is_renewable(self, session: Session) -> bool:
        """Whether it is time to let a session that is being used live longer."""
        return self._clock() - session.renewed_at >= self._life.renew_after_s

    def renew(self, session: Session) -> Session:
        """Let a session live longer from now on, up to its longest life."""
        now = self._clock()
        renewed = replace(session, renewed_at=now, expires_at=self._expiry(now, session.created_at))
        self._tables.renew_session(session.session_id, now=now, expires_at=renewed.expires_at)
        return renewed

    def sign_out(self, session: Session) -> None:
        """End one session."""
        self._tables.end_sessions(session.account.account_id, session.session_id)

    def sign_out_everywhere(self, account_id: str) -> int:
        """End every session of an account; tell how many there were."""
        return self._tables.end_sessions(account_id)

    def change_password(self, session: Session, current: str, new: str, *, address: str = "") -> None:
        """Replace the password and end every other session; a wrong current one counts as a failed sign-in."""
        email = session.account.email
        account, _ = self._verify(self._attempt(email, address), email, current)
        check_password(new, account.email, where="new_password")
        self._tables.change_password(account.account_id, self._passwords.hash(new), keep_session_id=session.session_id)

    def prove(self, session: Session, password: str, *, address: str = "") -> None:
        """Check the password of who is signed in; a wrong one counts as a failed sign-in.

        Raises Forbidden, for whoever it is stays signed in, and Limited.
        """
        email = session.account.email
        try:
            self._verify(self._attempt(email, address), email, password)
        except Unauthorized:
            raise Forbidden(
                "This is not the account's password.", where="password", remedy="Check it; capitals matter."
            ) from None

    def purge(self) -> int:
        """Delete the sessions that have expired and the failures that no limit counts any more; tell how many."""
        now, window_s = self._clock(), max(self._limits.window_s, self._pin_limits.window_s)
        return self._tables.purge(sessions_before=now, failures_before=now - window_s)

    def profiles(self, account_id: str) -> list[Profile]:
        """List the profiles of an account, oldest first."""
        return self._tables.profiles_of(account_id)

    def get_profile(self, account_id: str, profile_id: str) -> Profile:
        """Get a profile of this account; raises NotFound when it is not there, or somebody else's."""
        found = self._tables.find_profile(account_id, profile_id) if names.is_id(profile_id) else None
        if found is None:
            raise no_profile()
        return found

    def add_profile(
        self,
        account_id: str,
        *,
        name: str,
        avatar: str = AVATARS[0],
        language: str | None = None,
        is_kids: bool = False,
        max_age: int | None = None,
        preferences: Preferences | None = None,
    ) -> Profile:
        """Add a profile; raises Invalid, and Conflict when the account has five."""
        profile = Profile(
            profile_id=random_id(),
            account_id=account_id,
            name=names.clean_name(name),
            avatar=names.check_avatar(avatar),
            language=names.check_language(language),
            is_kids=is_kids,
            max_age=names.age_limit(is_kids=is_kids, max_age=max_age),
            created_at=self._clock(),
            preferences=preferences or Preferences(),
        )
        self._tables.add_profile(profile)
        return profile

    def change_profile(self, account_id: str, profile_id: str, changes: Mapping[str, Any]) -> Profile:
        """Change the named fields of a profile (all but its id, account and PIN), and leave the others.

        A profile that becomes a child's, or stops being one, takes the limit that goes with it unless one is given.
        """
        self.get_profile(account_id, profile_id)
        return self._tables.change_profile(account_id, profile_id, lambda before: _changed(before, changes))

    def start_leaving(self, account_id: str, profile_id: str) -> None:
        """Hide a profile whose data is about to be erased; raises NotFound, and Conflict for the last one.

        It may be called again for a profile whose erasure was cut short.
        """
        if not names.is_id(profile_id):
            raise no_profile()
        self._leaving.start_leaving(account_id, profile_id, self._clock())

    def finish_leaving(self, profile_id: str) -> None:
        """Delete the row of a profile whose data is erased."""
        self._leaving.delete_profile(profile_id)

    def leaving(self) -> Sequence[tuple[str, str]]:
        """List what an erasure that was cut short left behind, as (account id, profile id)."""
        return self._leaving.leaving()

    def start_closing(self, account_id: str) -> None:
        """End every session of an account whose data is about to be erased, and let nobody sign in to it any more."""
        self._leaving.start_closing(account_id, self._clock())

    def closing(self) -> Sequence[str]:
        """List the accounts whose erasure was begun and not finished."""
        return self._leaving.closing()

    def ensure_demo(self, password: str) -> None:
        """Make sure that the two demo accounts are there and open with this password; a second time changes nothing."""
        for email, role in ((DEMO_VIEWER, Role.VIEWER), (DEMO_OPERATOR, Role.OPERATOR)):
            check_password(password, email, where="demo_password")
            found = self._tables.find_account(email=email)
            if found is None:
                self._add_demo(email, role, password)
            elif not self._passwords.matches(found[1], password):
                hashed = self._passwords.hash(password)
                self._tables.change_password(found[0].account_id, hashed, keep_session_id=None)

    def has_demo(self, password: str) -> bool:
        """Whether a demo account is here that opens with this password."""
        found = (self._tables.find_account(email=email) for email in (DEMO_VIEWER, DEMO_OPERATOR))
        return any(account is not None and self._passwords.matches(account[1], password) for account in found)

    def _add_demo(self, email: str, role: Role, password: str) -> None:
        account = Account(random_id(), email, role, "en", self._clock())
        first = replace(_first_profile(account, "Camille" if role is Role.VIEWER else "Studio"), language=None)
        child = replace(
            first,
            profile_id=random_id(),
            name="Noé",
            avatar="otter",
            is_kids=True,
            max_age=names.age_limit(is_kids=True, max_age=None),
        )
        french = replace(first, profile_id=random_id(), name="Inès", avatar="lantern", language="fr")
        profiles = [first, child, french] if role is Role.VIEWER else [first]
        try:
            self._tables.add_account(account, self._passwords.hash(password), profiles)
        except Conflict:
            return  # Another worker was faster.

    @property
    def holder(self) -> str:
        """The name of the holder, as reports show it."""
        return "accounts"

    @property
    def tables(self) -> frozenset[str]:
        """The tables with personal columns that this holder answers for."""
        return frozenset({"accounts", "profiles", "sessions", "sign_in_failures", "pin_failures"})

    def export(self, subject: Subject) -> Iterator[Mapping[str, Any]]:
        """Yield the account, its profiles and its sessions, or the one profile where the subject names one."""
        if subject.profile_id is None and subject.account_id is not None:
            found = self._tables.find_account(account_id=subject.account_id)
            if found is not None:
                yield {"table": "accounts", **asdict(found[0]), "role": found[0].role.value}
                for session in self._tables.sessions_of(subject.account_id, self._clock()):
                    yield {"table": "sessions", **session}
        if subject.profile_id is not None or subject.account_id is not None:
            rows = self._tables.profile_rows(account_id=subject.account_id, profile_id=subject.profile_id)
            yield from ({"table": "profiles", **row} for row in rows)

    def erase(self, subject: Subject) -> int:
        """Erase the one profile where the subject names one, else the whole account."""
        if subject.profile_id is not None:
            rows = self._tables.profile_rows(account_id=subject.account_id, profile_id=subject.profile_id)
            return self._leaving.delete_profile(subject.profile_id) if rows else 0
        found = self._tables.find_account(account_id=subject.account_id) if subject.account_id is not None else None
        if found is None:
            return 0
        return self._leaving.delete_account(found[0].account_id, self._keyed("e-mail", found[0].email))

    def _verify(self, attempt: Attempt, email: str, password: str) -> tuple[Account, str]:
        """Tell whose e-mail and password these are; raises Unauthorized, and Limited before or after the check."""
        found = self._tables.find_account(email=_lenient(email))
        account_id = found[0].account_id if found else None
        self._refuse(self._tables.refused_until(attempt, self._limits, account_id), attempt.at)
        if self._is_right(found, password):
            assert found is not None
            return found[0], self._refreshed(*found, password)
        now = self._clock()
        self._refuse(self._tables.fail(replace(attempt, at=now), self._limits, account_id), now)
        raise Unauthorized(
            "The e-mail or the password is wrong.", remedy="Check both; capitals matter in the password."
        )

    def _is_right(self, found: tuple[Account, str] | None, password: str) -> bool:
        if len(password) > LONGEST_BYTES:
            return False
        if found is None:
            self._passwords.waste(password)
            return False
        return self._passwords.matches(found[1], password)

    def _refreshed(self, account: Account, hashed: str, password: str) -> str:
        """Hash the password again when the parameters have changed since it was hashed."""
        if not self._passwords.is_outdated(hashed):
            return hashed
        fresh = self._passwords.hash(password)
        self._tables.rehash(account.account_id, before=hashed, after=fresh)
        return fresh

    def _refuse(self, until: float | None, now: float) -> None:
        if until is not None:
            raise Limited(
                "Too many failed sign-ins.",
                retry_after_s=max(until - now, 1.0),
                remedy="Wait, then try again; the right password is refused too until then.",
            )

    def _attempt(self, email: str, address: str) -> Attempt:
        keys = self._keyed("e-mail", _lenient(email)), self._keyed("address", names.network_of(address))
        return Attempt(*keys, self._clock())

    def _keyed(self, purpose: str, value: str) -> str:
        message = f"{purpose}\x1f{value}".encode(errors="replace")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()

    def _expiry(self, now: float, created_at: float) -> float:
        return min(now + self._life.idle_s, created_at + self._life.absolute_s)


def csrf_token(token: str) -> str:
    """Derive what a browser must send back beside its session cookie, and what another site cannot know."""
    return hmac.new(token.encode(), b"cinoche csrf", hashlib.sha256).hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _lenient(email: str) -> str:
    """Write an e-mail as it is kept; one that no account can have stays what it is, and matches none."""
    return unicodedata.normalize("NFC", email.strip()[:320]).lower().encode(errors="replace").decode()


def _first_profile(account: Account, name: str) -> Profile:
    return Profile(
        profile_id=random_id(),
        account_id=account.account_id,
        name=name,
        avatar=AVATARS[0],
        language=account.language,
        is_kids=False,
        max_age=None,
        created_at=account.created_at,
    )


def _changed(before: Profile, changes: Mapping[str, Any]) -> Profile:
    is_kids = changes.get("is_kids", before.is_kids)
    is_stricter = before.max_age is not None and before.max_age < KIDS_MAX_AGE
    kept = before.max_age if is_kids == before.is_kids or (is_kids and is_stricter) else None
    return replace(
        before,
        name=names.clean_name(changes.get("name", before.name)),
        avatar=names.check_avatar(changes.get("avatar", before.avatar)),
        language=names.check_language(changes.get("language", before.language)),
        is_kids=is_kids,
        max_age=names.age_limit(is_kids=is_kids, max_age=changes.get("max_age", kept)),
        preferences=changes.get("preferences", before.preferences),
    )
