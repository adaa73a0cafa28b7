"""Evidence and headings as sentences, in French and English, for whoever shows the page."""

from collections.abc import Callable, Mapping
from typing import Final

from cinoche.recommend import rows
from cinoche.recommend.rows import Evidence, Row

FRENCH: Final = "fr"
ENGLISH: Final = "en"

NameOf = Callable[[str], str]
"""Tells the name of a title from its id."""

_HEADINGS: Mapping[str, Mapping[str, str]] = {
    ENGLISH: {
        rows.CONTINUE_WATCHING: "Continue watching",
        rows.TOP_PICKS: "Top picks for you",
        rows.BECAUSE: "Because you liked {title}",
        rows.MY_LIST: "My list",
        rows.TRENDING: "Trending now",
        rows.GENRE: "{name}",
        rows.HIDDEN_GEMS: "Hidden gems for you",
        rows.PERSON: "More with {name}",
        rows.WATCH_AGAIN: "Watch again",
    },
    FRENCH: {
        rows.CONTINUE_WATCHING: "Reprendre",
        rows.TOP_PICKS: "Notre sélection pour vous",
        rows.BECAUSE: "Parce que vous avez aimé {title}",
        rows.MY_LIST: "Ma liste",
        rows.TRENDING: "Tendances du moment",
        rows.GENRE: "{name}",
        rows.HIDDEN_GEMS: "Des pépites pour vous",
        rows.PERSON: "Avec {name}",
        rows.WATCH_AGAIN: "À revoir",
    },
}

_REASONS: Mapping[str, Mapping[str, str]] = {
    ENGLISH: {
        rows.SEED: "Because you liked {title}.",
        rows.KIN: "Goes with {title}.",
        rows.PROGRESS: "You stopped at {percent} %.",
        rows.LISTED: "You put it on your list.",
        rows.TREND: "Watched or rated by {count} people this week.",
        rows.POPULAR: "Liked by {count} people here.",
        rows.TASTE: "{percent} % of what you like is {name}.",
        rows.GEM: "Liked by only {count} people so far.",
        rows.WITH_PERSON: "With {name}: {count} titles you liked.",
        rows.SEEN: "You have seen it to the end.",
    },
    FRENCH: {
        rows.SEED: "Parce que vous avez aimé {title}.",
        rows.KIN: "Va bien avec {title}.",
        rows.PROGRESS: "Vous en étiez à {percent} %.",
        rows.LISTED: "Vous l’avez mis dans votre liste.",
        rows.TREND: "Vu ou noté par {count} personnes cette semaine.",
        rows.POPULAR: "Aimé par {count} personnes ici.",
        rows.TASTE: "{percent} % de ce que vous aimez : {name}.",
        rows.GEM: "Aimé par seulement {count} personnes jusqu’ici.",
        rows.WITH_PERSON: "Avec {name} : {count} titres que vous avez aimés.",
        rows.SEEN: "Vous l’avez vu jusqu’au bout.",
    },
}

_WITHOUT_VALUE: Mapping[str, Mapping[str, str]] = {
    ENGLISH: {
        rows.PROGRESS: "You have started it.",
        rows.TREND: "Watched or rated lately.",
        rows.POPULAR: "Chosen from the whole catalogue.",
        rows.GEM: "Liked by few people so far.",
    },
    FRENCH: {
        rows.PROGRESS: "Vous l’avez commencé.",
        rows.TREND: "Vu ou noté récemment.",
        rows.POPULAR: "Choisi dans tout le catalogue.",
        rows.GEM: "Aimé par peu de monde jusqu’ici.",
    },
}
"""What is said where there is no number, or one too small to be said."""

_GENRES_IN_FRENCH: Final[Mapping[str, str]] = {
    "Adventure": "Aventure",
    "Children": "Jeunesse",
    "Comedy": "Comédie",
    "Crime": "Policier",
    "Documentary": "Documentaire",
    "Drama": "Drame",
    "Fantasy": "Fantastique",
    "Film-Noir": "Film noir",
    "Horror": "Horreur",
    "Musical": "Comédie musicale",
    "Mystery": "Mystère",
    "Sci-Fi": "Science-fiction",
    "War": "Guerre",
}
"""Genres whose French name is not the English one."""


def genre_name(genre: str, language: str) -> str:
    """Say a genre, in a language (``fr`` or ``en``)."""
    return _GENRES_IN_FRENCH.get(genre, genre) if language == FRENCH else genre


def heading(row: Row, name_of: NameOf, language: str) -> str:
    """Say what a row is, in a language (``fr`` or ``en``)."""
    about = row.about
    title = name_of(about.title_id) if about and about.title_id else ""
    return _HEADINGS[language][row.kind].format(title=title, name=_name(about, language) if about else "")


def reason(evidence: Evidence, name_of: NameOf, language: str) -> str:
    """Say why a title stands where it stands, in a language (``fr`` or ``en``)."""
    value = evidence.value
    if value is None and (plain := _WITHOUT_VALUE[language].get(evidence.kind)):
        return plain
    return _REASONS[language][evidence.kind].format(
        title=name_of(evidence.title_id) if evidence.title_id else "",
        name=_name(evidence, language),
        percent=round(100 * (value or 0.0)),
        count=round(value or 0.0),
    )


def _name(evidence: Evidence, language: str) -> str:
    name = evidence.name or ""
    return genre_name(name, language) if evidence.kind == rows.TASTE else name
