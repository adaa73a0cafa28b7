"""The language of sentences: what the request asks for, else that of the profile."""

from fastapi import Request

from cinoche.accounts.models import Profile
from cinoche.kit.accepts import preferred


def language_for(request: Request, profile: Profile) -> str:
    """Choose the language of the sentences about a profile: a page that is read in one language says all in it."""
    return preferred(request.headers.get("accept-language", "")) or profile.language
