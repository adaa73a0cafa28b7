"""The languages of tracks: their tags (BCP 47), and what they call themselves."""

import re
from collections.abc import Mapping
from typing import Final

from cinoche.kit.errors import Invalid

UNKNOWN: Final = "und"

_NAMES: Final[Mapping[str, str]] = {
    "ar": "العربية",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "hi": "हिन्दी",
    "hu": "Magyar",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sv": "Svenska",
    "tr": "Türkçe",
    "uk": "Українська",
    "zh": "中文",
    UNKNOWN: "Original",
}
_THREE: Final[Mapping[str, str]] = {
    "ara": "ar", "ces": "cs", "cze": "cs", "dan": "da", "deu": "de", "ger": "de", "ell": "el", "gre": "el", "eng": "en",
    "spa": "es", "fin": "fi", "fra": "fr", "fre": "fr", "heb": "he", "hin": "hi", "hun": "hu", "ita": "it", "jpn": "ja",
    "kor": "ko", "nob": "nb", "nld": "nl", "dut": "nl", "nor": "no", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro",
    "rus": "ru", "swe": "sv", "tur": "tr", "ukr": "uk", "zho": "zh", "chi": "zh",
}  # fmt: skip
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def tag_of(text: str | None) -> str:
    """Give the tag of a language as files write it (``fre``, ``fr-CA``); ``und`` where that says nothing."""
    given = (text or "").strip()
    short = _THREE.get(given.lower(), given)
    return short if _TAG.fullmatch(short) else UNKNOWN


def check_tag(text: str, *, where: str) -> str:
    """Give the tag of a language that somebody named; raises Invalid when it is none."""
    tag = tag_of(text)
    if tag == UNKNOWN:
        raise Invalid(f"{text[:20]!r} is not a language.", where=where, remedy="Write it like fr, en or pt-BR.")
    return tag


def name_of(tag: str) -> str:
    """Say a language in its own words, or its tag where we do not know them."""
    base, _, rest = tag.partition("-")
    name = _NAMES.get(base, tag)
    return f"{name} ({rest})" if rest and base in _NAMES else name
