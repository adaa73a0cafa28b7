"""An account, the profiles that watch on it, and the sessions that are signed in to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, Self

LANGUAGES: Final = ("en", "fr")
"""The languages that Cinoche speaks."""

AVATARS: Final = ("comet", "fern", "lantern", "otter", "paper", "reel", "saffron", "tide")
"""The pictures that a profile may have."""

PROFILES_PER_ACCOUNT: Final = 5
KIDS_MAX_AGE: Final = 10
"""What a child's profile may see when nobody says otherwise: titles for ages up to this one."""

SESSIONS_PER_ACCOUNT: Final = 50
"""How many sign-ins an account holds at once; one more ends the one that was used least lately."""

OLDEST_LIMIT: Final = 21
"""The highest age that a certification asks for anywhere; a limit above it would limit nothing."""


class Role(StrEnum):
    """What an account may do: watch, or also run the service."""

    VIEWER = "viewer"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in."""

    account_id: str
    email: str
    role: Role
    language: str
    created_at: float


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a profile likes to watch; a language or a height that is None is left to the player."""

    autoplay: bool = True
    quality_cap: int | None = None
    audio_language: str | None = None
    caption_language: str | None = None
    caption_size: str = "medium"
    caption_ground: str = "veil"
    caption_ink: str = "paper"
    shortcuts: bool = True

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> Self:
        """Read what was kept; what an older or a newer version knew otherwise takes its default."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in (kept or {}).items() if name in known})


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody who watches; ``max_age`` is the highest certification they may see, None for all of them.

    ``language`` is None until one was chosen: pages and sentences are then in the browser's.
    """

    profile_id: str
    account_id: str
    name: str
    avatar: str
    language: str | None
    is_kids: bool
    max_age: int | None
    created_at: float
    has_pin: bool = False
    preferences: Preferences = field(default_factory=Preferences)

    @property
    def is_limited(self) -> bool:
        """Whether there are titles that it may not see."""
        return self.is_kids or self.max_age is not None


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in on one device; it ends at ``expires_at`` unless it is used and renewed before.

    ``profile`` is who watches, None as long as nobody has said. ``max_age`` is what may be seen: the limit of the
    profile. Where nobody is chosen it is None, unless a profile of the account has a PIN: then it is the widest among
    the profiles that anybody can choose without one.
    """

    session_id: str
    account: Account
    created_at: float
    renewed_at: float
    expires_at: float
    profile: Profile | None = None
    max_age: int | None = None

    @property
    def profile_id(self) -> str | None:
        """The profile that the session watches as."""
        return None if self.profile is None else self.profile.profile_id

    def may_name(self, profile: Profile) -> bool:
        """Whether it may speak for a profile of its account that it has not chosen, or for the one that it has."""
        if profile.profile_id == self.profile_id:
            return True
        return not profile.has_pin and not (self.profile is not None and self.profile.is_limited)


@dataclass(frozen=True, slots=True)
class Device:
    """A session as the account's owner sees it: ``last_used_at`` is its last renewal, so a day coarse."""

    session_id: str
    label: str
    created_at: float
    last_used_at: float


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long a session lives: so long after its last renewal, renewed at most so often, never longer than so."""

    idle_s: float = 30 * 86_400.0
    renew_after_s: float = 86_400.0
    absolute_s: float = 365 * 86_400.0


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """How many failed sign-ins are borne within a sliding window, before the next tries are refused unheard.

    ``pair`` counts one e-mail from one address, ``address`` one address whatever the e-mail, ``email`` one e-mail
    whatever the address. The last is the loosest, and it spares the addresses where the account is signed in already:
    if it were tight and blind, anybody could lock somebody else out by failing in their name.
    """

    window_s: float = 900.0
    pair: int = 10
    address: int = 50
    email: int = 200


@dataclass(frozen=True, slots=True)
class PinLimits:
    """How many wrong PINs a profile bears within a sliding window, from all devices together."""

    window_s: float = 900.0
    wrong: int = 5


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in, as the table of failures knows it: keyed hashes, no e-mail and no address."""

    email_hash: str
    address_hash: str
    at: float
