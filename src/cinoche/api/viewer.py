"""Who watches in this session, and what they may see: what every route about titles or profiles asks first."""

from dataclasses import dataclass
from typing import Final, Protocol

from fastapi import Request

from cinoche.accounts.models import Profile, Session
from cinoche.api.door import account_id_of, known_session, session_of
from cinoche.api.services import services_of
from cinoche.catalog.models import is_fit
from cinoche.kit.errors import Forbidden, NotFound

CHOOSE: Final = "Choose who watches first: PUT /api/v1/sessions/current/profile."


class Certified(Protocol):
    """A title as far as a limit is concerned: ``min_age`` is None where nobody certified it."""

    @property
    def title_id(self) -> str:
        """Its id."""
        ...

    @property
    def min_age(self) -> int | None:
        """The age that its certification asks for."""
        ...


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: the chosen profile, if any, and the highest certification they may see."""

    profile: Profile | None
    max_age: int | None

    def may_see(self, face: Certified) -> bool:
        """Whether a title is shown to them; one without a certification is not for anybody with a limit."""
        return is_fit(face.min_age, self.max_age)

    def narrowest(self, max_age: int | None) -> int | None:
        """Give the lower of their limit and another one; None limits nothing."""
        limits = [limit for limit in (self.max_age, max_age) if limit is not None]
        return min(limits, default=None)


NOBODY: Final = Viewer(None, None)
"""Who comes to an open route without a session."""


def viewer_of(request: Request) -> Viewer:
    """Tell who looks, on any route: nobody where there is no session that is good. It never refuses."""
    session = known_session(request)
    if session is None:
        return NOBODY
    return Viewer(session.profile, session.max_age)


def profile_of(request: Request, profile_id: str) -> Profile:
    """Get a profile of the account for this session.

    Raises NotFound when it is not the account's, and Forbidden when it has a PIN or the session's own is limited,
    unless it is the one that the session has chosen.
    """
    session = session_of(request)
    if session.profile is not None and session.profile.profile_id == profile_id:
        return session.profile
    profile = services_of(request).accounts.get_profile(account_id_of(request), profile_id)
    check_nameable(session, profile)
    return profile


def profiles_of(request: Request) -> list[Profile]:
    """List the profiles of the account that this session may speak for."""
    session = session_of(request)
    if session.profile is not None and session.profile.is_limited:
        return [session.profile]
    profiles = services_of(request).accounts.profiles(account_id_of(request))
    return [profile for profile in profiles if not profile.has_pin or profile.profile_id == session.profile_id]


def check_nameable(session: Session, profile: Profile) -> None:
    """Refuse to speak for a profile that the session has not chosen, where that takes a choice."""
    if not session.may_name(profile):
        reason = "This profile has a PIN." if profile.has_pin else "Another profile watches in this session."
        raise Forbidden(reason, where="profile_id", remedy=CHOOSE)


def check_shown(request: Request, face: Certified) -> None:
    """Refuse a title above the limit of who looks, as if it did not exist: raises NotFound."""
    if not viewer_of(request).may_see(face):
        raise NotFound(f"there is no title {face.title_id[:64]!r}.", where="title_id", remedy="Search by its name.")


def check_no_child(request: Request) -> None:
    """Refuse what concerns the whole account to a session in which a child watches: raises Forbidden."""
    session = session_of(request)
    if session.profile is not None and session.profile.is_kids:
        raise Forbidden("A child's profile watches in this session.", remedy=CHOOSE)


def check_unlimited(request: Request) -> None:
    """Refuse what could lift a limit to a session that has one: raises Forbidden."""
    if session_of(request).max_age is not None:
        raise Forbidden(
            "This session is limited by age, so it cannot change what limits it.",
            remedy="Choose a profile without a limit first: PUT /api/v1/sessions/current/profile.",
        )
