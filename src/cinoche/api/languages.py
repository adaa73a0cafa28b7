"""The language of sentences: what the request asks for, else that of the profile, else English."""

from typing import Final

from fastapi import Request

from cinoche.accounts.models import Profile

SPOKEN: Final = ("en", "fr")
DEFAULT: Final = "en"
_LONGEST: Final = 200
_MOST_TAGS: Final = 20


def language_for(request: Request, profile: Profile) -> str:
    """Choose the language of the sentences about a profile: a page that is read in one language says all in it."""
    return preferred(request.headers.get("accept-language", "")) or profile.language or DEFAULT


def own_language(request: Request, profile: Profile) -> str:
    """Tell the language of a person: the one that their profile chose, else what the request asks for."""
    return profile.language or language_for(request, profile)


def preferred(header: str) -> str | None:
    """Find the language spoken here that an ``Accept-Language`` (RFC 9110, 12.5.4) likes best; None where it has none.

    Of two that are liked as much, the first counts. What is not understood is passed over.
    """
    liked: dict[str, float] = {}
    for part in header[:_LONGEST].split(",")[:_MOST_TAGS]:
        tag, _, weight = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in SPOKEN:
            liked[language] = max(liked.get(language, 0.0), _weight(weight))
    best = max(liked, key=lambda language: liked[language], default=None)
    return best if best is not None and liked[best] > 0 else None


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
