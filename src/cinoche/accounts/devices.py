"""What a device is called in the list of an account's devices: the family of its browser and of its system, no more.

What a browser says of itself can tell one person from another among many; two families cannot, and only they are kept.
"""

from collections.abc import Mapping, Sequence
from typing import Final

BROWSERS: Final[Sequence[tuple[str, str]]] = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What names a browser, the most particular first: nearly all of them say Safari, and many of those Chrome."""

SYSTEMS: Final[Sequence[tuple[str, str]]] = (
    ("Tizen", "Samsung TV"),
    ("Web0S", "LG TV"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)

_SAYS_BROWSER: Final = "Mozilla/"
_LONGEST: Final = 1_000
_WORDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "en": ("on", "A browser", "An app"),
    "fr": ("sur", "Un navigateur", "Une application"),
}


def label_of(user_agent: str, language: str) -> str:
    """Name a device after what it says of itself.

    >>> label_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "en")
    'Firefox on Linux'
    >>> label_of("curl/8.5.0", "fr")
    'Une application'
    """
    joint, a_browser, an_app = _WORDS.get(language, _WORDS["en"])
    said = user_agent[:_LONGEST]
    if not said.startswith(_SAYS_BROWSER):
        return an_app
    browser, system = _first(said, BROWSERS), _first(said, SYSTEMS)
    if system is None:
        return browser or a_browser
    return f"{browser or a_browser} {joint} {system}"


def unnamed(language: str) -> str:
    """Name a device that nothing is known of."""
    return _WORDS.get(language, _WORDS["en"])[1]


def _first(said: str, families: Sequence[tuple[str, str]]) -> str | None:
    return next((name for mark, name in families if mark in said), None)
