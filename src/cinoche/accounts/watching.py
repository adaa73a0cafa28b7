"""Choosing who watches in a session, with a PIN where a profile has one, and the devices of an account.

Checking or setting a PIN hashes it, which takes a tenth of a second and 64 MiB: ``choose`` and ``set_pin`` belong in a
thread.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cinoche.accounts import names
from cinoche.accounts.adapters.sql import no_profile
from cinoche.accounts.adapters.watching import WatchingTables, no_device
from cinoche.accounts.devices import unnamed
from cinoche.accounts.models import Device, PinLimits, Session
from cinoche.accounts.passwords import Passwords
from cinoche.kit.clock import Clock
from cinoche.kit.errors import Conflict, Forbidden, Limited
from cinoche.kit.ids import random_id

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Watching:
    """Who watches where. Wrong PINs are counted in a table that every worker shares, so a restart forgives none."""

    def __init__(self, engine: "Engine", *, clock: Clock, passwords: Passwords, limits: PinLimits) -> None:
        self._tables = WatchingTables(engine)
        self._clock = clock
        self._passwords = passwords
        self._limits = limits

    def choose(self, session: Session, profile_id: str, pin: str | None = None) -> None:
        """Let a profile of the account watch in this session.

        Raises NotFound, Forbidden when its PIN is missing or wrong, and Limited after too many wrong ones.
        """
        if not names.is_id(profile_id):
            raise no_profile()
        account_id = session.account.account_id
        pin_hash = self._tables.pin_hash(account_id, profile_id)
        try_id = None if pin_hash is None else self._check_pin(profile_id, pin_hash, pin)
        if not self._tables.choose(account_id, session.session_id, profile_id, checked_hash=pin_hash, try_id=try_id):
            raise Conflict("The PIN was changed a moment ago.", where="pin", remedy="Choose again, with the new one.")

    def choose_nobody(self, session: Session) -> None:
        """Let nobody in particular watch in this session any more."""
        self._tables.choose_nobody(session.account.account_id, session.session_id)

    def set_pin(self, session: Session, profile_id: str, pin: str | None) -> None:
        """Give a profile a PIN, or take it away; other sessions must choose it anew, with the new one.

        Who may do this is for the caller to know. Raises NotFound and Invalid.
        """
        if not names.is_id(profile_id):
            raise no_profile()
        hashed = None if pin is None else self._passwords.hash(names.check_pin(pin))
        self._tables.set_pin(session.account.account_id, profile_id, hashed, session_id=session.session_id)

    def devices(self, session: Session) -> Sequence[Device]:
        """List the devices of the session's account: its own first, then the last used ones."""
        found = self._tables.devices(session.account.account_id, self._clock())
        named = [each if each.label else replace(each, label=unnamed(session.account.language)) for each in found]
        return sorted(named, key=lambda device: device.session_id != session.session_id)

    def rename_device(self, session: Session, session_id: str, label: str) -> Device:
        """Call a device of the account otherwise; raises NotFound and Invalid."""
        if not names.is_id(session_id):
            raise no_device()
        label = names.clean_name(label, where="label")
        return self._tables.rename_device(session.account.account_id, session_id, label, self._clock())

    def remove_device(self, session: Session, session_id: str) -> None:
        """Sign a device of the account out; raises NotFound."""
        if not names.is_id(session_id):
            raise no_device()
        self._tables.remove_device(session.account.account_id, session_id)

    def _check_pin(self, profile_id: str, pin_hash: str, pin: str | None) -> str:
        """Check a PIN and tell under which id the try was counted; raises Forbidden and Limited."""
        if pin is None:
            raise Forbidden("This profile has a PIN.", where="pin", remedy="Send it along.")
        try_id, now = random_id(), self._clock()
        until = self._tables.count_try(profile_id, try_id, now, self._limits)
        if until is not None:
            raise Limited(
                "Too many wrong PINs.",
                where="pin",
                retry_after_s=max(until - now, 1.0),
                remedy="Wait, then try again; or set another PIN with the account's password.",
            )
        if not self._passwords.matches(pin_hash, pin):
            raise Forbidden(
                "This is not the profile's PIN.",
                where="pin",
                remedy="Try again; the account's password sets another PIN.",
            )
        return try_id
