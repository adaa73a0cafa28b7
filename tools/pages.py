"""Every page of the site: one table for the tests in a browser, for screenshots, and for who wants to see them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Who = Literal["nobody", "account", "viewer", "operator"]
"""Who opens a page: nobody; somebody signed in who has not said who watches; a profile; an operator."""

WIDTHS: Final[Sequence[tuple[int, int]]] = ((390, 844), (768, 1024), (1440, 900), (1920, 1080))
"""Phone, tablet, desktop, television."""

THEMES: Final = {"soiree": "dark", "matinee": "light"}
"""Each theme of the site, and the preference of the browser that chooses it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its address, with names of titles and people to fill in, and who it is for."""

    name: str
    address: str
    who: Who


PAGES: Final[Sequence[Page]] = (
    Page("front", "/", "nobody"),
    Page("sign-in", "/sign-in", "nobody"),
    Page("sign-up", "/sign-up", "nobody"),
    Page("not-found", "/no/such/page", "nobody"),
    Page("profiles", "/profiles", "account"),
    Page("manage-profiles", "/profiles/manage", "account"),
    Page("welcome", "/welcome", "viewer"),
    Page("home", "/home", "viewer"),
    Page("title", "/titles/{film}", "viewer"),
    Page("series", "/titles/{series}", "viewer"),
    Page("unavailable", "/titles/{other}", "viewer"),
    Page("player", "/watch/{film}", "viewer"),
    Page("search", "/search?q=the", "viewer"),
    Page("person", "/people/{person}", "viewer"),
    Page("genres", "/genres", "viewer"),
    Page("genre", "/genres/Comedy", "viewer"),
    Page("my-list", "/my-list", "viewer"),
    Page("history", "/history", "viewer"),
    Page("account", "/account", "viewer"),
    Page("studio", "/studio", "operator"),
    Page("studio-titles", "/studio/titles", "operator"),
    Page("studio-media", "/studio/media", "operator"),
    Page("studio-health", "/studio/health", "operator"),
    Page("studio-experiments", "/studio/experiments", "operator"),
    Page("studio-insights", "/studio/insights", "operator"),
)
