"""What people write about themselves: e-mails, profile names, languages; cleaned, or refused with the reason."""

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from cinoche.accounts.models import AVATARS, KIDS_MAX_AGE, LANGUAGES, OLDEST_LIMIT
from cinoche.kit.errors import Invalid

LONGEST_EMAIL: Final = 254
LONGEST_LOCAL_PART: Final = 64
LONGEST_NAME: Final = 40
LONGEST_ID: Final = 26

_EMAIL = re.compile(r"[^\s\x00-\x20\x7f@<>()\[\]\\,;:\"]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_](?:[\w-]*[^\W_])?")
_PIN = re.compile("[0-9]{4}")
_JOINERS = frozenset("\u200d\ufe0f")
"""Invisible characters that emoji are made with: the only ones that a name may have."""


def clean_email(text: str) -> str:
    """Write an e-mail the one way that Cinoche knows it: trimmed, in lower case; raises Invalid when it is not one."""
    email = unicodedata.normalize("NFC", text.strip()).lower()
    local = email.partition("@")[0]
    fits = len(email) <= LONGEST_EMAIL and len(local) <= LONGEST_LOCAL_PART
    if not fits or any(_is_hidden(c) for c in email) or not _EMAIL.fullmatch(email):
        raise Invalid("This is not an e-mail address.", where="email", remedy="Write it like name@example.org.")
    return email


def clean_name(text: str, *, where: str = "name") -> str:
    """Write a name of a profile or a device with single spaces; raises Invalid when nothing is left, or too much."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= LONGEST_NAME or any(_is_hidden(c) for c in name):
        raise Invalid(
            "This is not a name that can be given.",
            where=where,
            remedy=f"Use 1 to {LONGEST_NAME} characters that can be seen.",
        )
    return name


def name_from_email(email: str) -> str:
    """Make a first profile's name from the part of the e-mail before the @."""
    words = re.sub(r"[._+-]+", " ", email.partition("@")[0]).strip()
    return clean_name((words or "Me")[:LONGEST_NAME]).title()[:LONGEST_NAME]


def check_pin(text: str) -> str:
    """Refuse a PIN that is not four digits."""
    if not _PIN.fullmatch(text):
        raise Invalid("This is not a PIN.", where="pin", remedy="Use four digits.")
    return text


def is_id(text: str) -> bool:
    """Whether a text could be an id of ours at all; one that could not is worth no look into a table."""
    return len(text) <= LONGEST_ID and text.isascii() and text.isalnum()


def check_choice(value: str, choices: Sequence[str], *, where: str) -> str:
    """Refuse a value that is not one of the choices."""
    if value not in choices:
        raise Invalid("This is not one of the choices.", where=where, remedy=f"Use one of: {', '.join(choices)}.")
    return value


def check_language(value: str | None) -> str | None:
    """Refuse a language that Cinoche does not speak; None is that of the browser."""
    return None if value is None else check_choice(value, LANGUAGES, where="language")


def check_avatar(value: str) -> str:
    """Refuse an avatar that there is no picture of."""
    return check_choice(value, AVATARS, where="avatar")


def age_limit(*, is_kids: bool, max_age: int | None) -> int | None:
    """Tell the highest certification that a profile may see; a child's profile always has one."""
    if max_age is not None and not 0 <= max_age <= OLDEST_LIMIT:
        raise Invalid("This age is out of range.", where="max_age", remedy=f"Use 0 to {OLDEST_LIMIT}, or null for all.")
    return KIDS_MAX_AGE if is_kids and max_age is None else max_age


def network_of(address: str) -> str:
    """Tell what a limit per address should count: an IPv4 address, or the /64 that one household has in IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def _is_hidden(character: str) -> bool:
    """Whether a character shows nothing: controls, surrogates, direction marks, unassigned ones."""
    return unicodedata.category(character).startswith("C") and character not in _JOINERS
