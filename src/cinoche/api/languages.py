"""The language of sentences: what the request asks for, else that of the profile, else English."""

from typing import Final

from fastapi import Request

from cinoche.accounts.models import Profile
from cinoche.kit.accepts import preferred

DEFAULT: Final = "en"


def language_for(request: Request, profile: Profile) -> str:
    """Choose the language of the sentences about a profile: a page that is read in one language says all in it."""
    return preferred(request.headers.get("accept-language", "")) or profile.language or DEFAULT


def own_language(request: Request, profile: Profile) -> str:
    """Tell the language of a person: the one that their profile chose, else what the request asks for."""
    return profile.language or language_for(request, profile)
