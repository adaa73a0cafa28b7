"""What the routes are given to work with: built once by ``bootstrap``, held by the application."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from fastapi import Request

from cinoche.accounts.service import Accounts
from cinoche.bootstrap import Services as House
from cinoche.kit.errors import Unavailable

Check = Callable[[], object]
"""Raises a CinocheError when a part that requests need cannot answer."""


@dataclass(frozen=True, kw_only=True)
class Services:
    """The services that routes call, and the few settings of the door itself."""

    accounts: Accounts
    erase_profile: Callable[[str, str], object]
    """Erase all that is known of a profile (account id, profile id), but for its row in accounts."""

    erase_account: Callable[[str], object]
    """Erase an account and all that is known of its profiles, its row in accounts last."""

    house: House | None = None
    """Every service behind the door; None where the door is tried alone."""

    checks: Mapping[str, Check] = field(default_factory=dict)
    """What ``/readyz`` asks, by name."""

    rates: Mapping[str, str] = field(default_factory=dict)
    """Other rates than the routes' own, by the name of the limit: ``{"sign-up": "5/hour"}``."""

    metrics_dir: Path | None = None
    """The folder that all workers share for their counts; None counts one process alone."""

    secure_cookies: bool = False
    """Whether cookies are marked Secure even where a request came by plain HTTP (behind a proxy that ends TLS)."""

    trusted_proxies: frozenset[str] = frozenset()
    """The addresses of proxies whose ``X-Forwarded-For`` is believed."""

    allowed_origins: frozenset[str] = frozenset()
    """Further origins whose pages may use a session cookie, like ``https://films.example``."""

    def welcome_profile(self, profile_id: str) -> None:
        """Draw a new profile's pseudonym now, in a thread that may wait, so that no page has to write one."""
        if self.house is not None:
            with suppress(Unavailable):  # it is drawn when it is first needed, then
                self.house.privacy.pseudonym(profile_id)


def services_of(request: Request) -> Services:
    """Get the services of the application that a request came to."""
    return cast("Services", request.app.state.services)


def house_of(request: Request) -> House:
    """Get every service of the house, for the routes of titles and of viewing."""
    return cast("House", services_of(request).house)
