"""Passwords: which ones are accepted, and how they are kept (Argon2id, so that a stolen table is slow to try)."""

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from cinoche.kit.errors import Invalid
from cinoche.kit.text import fold

SHORTEST: Final = 10
LONGEST_BYTES: Final = 1_024
FEWEST_CHARACTERS: Final = 4
"""How many different characters a password must have: ``aaaaaaaaaaaa`` is twelve long and worth nothing."""

_COMMON_WORDS: Final = """
1234567890 0123456789 9876543210 12345678910 1234567891 1q2w3e4r5t qwertyuiop azertyuiop asdfghjkl1
password12 password123 password1234 passw0rd123 motdepasse motdepasse1 motdepasse123 jetaime123
iloveyou12 iloveyou123 welcome123 bienvenue1 administrator letmein123 changeme123 qwerty12345
qwerty123456 azerty12345 azerty123456 football123 baseball123 sunshine123 princess123 superman123
trustno1trustno1 abcdefghij abcdefghijk abc1234567 cinoche123 cinocheclub streaming1
"""
COMMON: Final = frozenset(_COMMON_WORDS.split())
"""The passwords of ten characters and more that lists of leaked ones begin with."""


class Passwords:
    """Hashes passwords and checks them. Each call takes about a tenth of a second and 64 MiB: use a thread."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        # The second set that RFC 9106 recommends: 3 passes over 64 MiB in 4 lanes.
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)

    def hash(self, password: str) -> str:
        """Hash a password with a salt of its own."""
        return self._hasher.hash(_bytes(password))

    def matches(self, hashed: str, password: str) -> bool:
        """Whether this is the password that was hashed."""
        try:
            return self._hasher.verify(hashed, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False

    def waste(self, password: str) -> None:
        """Take the time that a check takes, so that an unknown e-mail answers no faster than a known one."""
        self._hasher.hash(_bytes(password))

    def is_outdated(self, hashed: str) -> bool:
        """Whether it was hashed with other parameters than those of today."""
        return self._hasher.check_needs_rehash(hashed)


def check_password(password: str, email: str, *, where: str = "password") -> None:
    """Refuse a password that is too short, too long, the e-mail itself, or among those that are tried first."""
    if len(password) < SHORTEST:
        raise Invalid(
            "The password is too short.", where=where, remedy=f"Use at least {SHORTEST} characters; a sentence is fine."
        )
    if len(_bytes(password)) > LONGEST_BYTES:
        raise Invalid("The password is too long.", where=where, remedy=f"Use at most {LONGEST_BYTES:,} bytes.")
    plain = fold(password)
    if plain in {fold(email), fold(email.partition("@")[0])}:
        raise Invalid("The password is the e-mail.", where=where, remedy="Use one that nobody can read off the other.")
    if plain in COMMON or len(set(password)) < FEWEST_CHARACTERS:
        raise Invalid(
            "This password is among the first that anybody would try.",
            where=where,
            remedy="Use a sentence, or what a password manager draws.",
        )


def _bytes(password: str) -> bytes:
    try:
        # An accent typed on two systems may come as one character or as two: NFC makes them one (RFC 8265).
        return unicodedata.normalize("NFC", password).encode()
    except UnicodeEncodeError:
        raise Invalid("The password is not a text.", where="password", remedy="Send it as UTF-8.") from None
