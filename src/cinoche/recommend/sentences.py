"""Evidence and headings as sentences, in French and English, for whoever shows the page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from cinoche.catalog.genres import IN_FRENCH
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
        rows.PLAYABLE: "Playable here, right now",
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
        rows.PLAYABLE: "À voir ici tout de suite",
    },
}

_BECAUSE_WATCHED: Final[Mapping[str, str]] = {
    ENGLISH: "Because you watched {title}",
    FRENCH: "Parce que vous avez vu {title}",
}
"""What the heading says where nobody said that they like the title."""

_REASONS: Mapping[str, Mapping[str, str]] = {
    ENGLISH: {
        rows.SEED: "Because you liked {title}.",
        rows.WATCHED: "Because you watched {title}.",
        rows.KIN: "Goes with {title}.",
        rows.SAME_DIRECTOR: "Also by {name}.",
        rows.SAME_GENRES: "{genres}, as in {title}.",
        rows.PROGRESS: "You stopped at {percent}%.",
        rows.NEXT: "Follows {title}, which you have seen.",
        rows.LISTED: "You put it on your list.",
        rows.TREND: "Watched or rated by {count} people this week.",
        rows.POPULAR: "Liked by {count} people here.",
        rows.TASTE: "{percent}% of what you like is {name}.",
        rows.GEM: "Liked by only {count} people so far.",
        rows.WITH_PERSON: "With {name}: {count} titles you liked.",
        rows.SEEN: "You have seen it to the end.",
        rows.PLAYS_HERE: "Plays here: {length}.",
    },
    FRENCH: {
        rows.SEED: "Parce que vous avez aimé {title}.",
        rows.WATCHED: "Parce que vous avez vu {title}.",
        rows.KIN: "Va bien avec {title}.",
        rows.SAME_DIRECTOR: "Aussi de {name}.",
        rows.SAME_GENRES: "{genres}, comme {title}.",
        rows.PROGRESS: "Vous en étiez à {percent} %.",
        rows.NEXT: "La suite de {title}, que vous avez vu.",
        rows.LISTED: "Vous l’avez mis dans votre liste.",
        rows.TREND: "Vu ou noté par {count} personnes cette semaine.",
        rows.POPULAR: "Aimé par {count} personnes ici.",
        rows.TASTE: "{percent} % de ce que vous aimez : {name}.",
        rows.GEM: "Aimé par seulement {count} personnes jusqu’ici.",
        rows.WITH_PERSON: "Avec {name} : {count} titres que vous avez aimés.",
        rows.SEEN: "Vous l’avez vu jusqu’au bout.",
        rows.PLAYS_HERE: "Se regarde ici : {length}.",
    },
}

_WITHOUT_VALUE: Mapping[str, Mapping[str, str]] = {
    ENGLISH: {
        rows.PROGRESS: "You have started it.",
        rows.TREND: "Watched or rated lately.",
        rows.POPULAR: "Chosen from the whole catalogue.",
        rows.GEM: "Liked by few people so far.",
        rows.PLAYS_HERE: "Plays here.",
    },
    FRENCH: {
        rows.PROGRESS: "Vous l’avez commencé.",
        rows.TREND: "Vu ou noté récemment.",
        rows.POPULAR: "Choisi dans tout le catalogue.",
        rows.GEM: "Aimé par peu de monde jusqu’ici.",
        rows.PLAYS_HERE: "Se regarde ici.",
    },
}
"""What is said where there is no number, or one too small to be said."""

_OF_ONE: Mapping[str, Mapping[str, str]] = {
    ENGLISH: {rows.WITH_PERSON: "With {name}, as in a title you liked."},
    FRENCH: {rows.WITH_PERSON: "Avec {name}, comme dans un titre que vous avez aimé."},
}
"""What is said where the number is one."""

_PURPOSES: Mapping[str, Mapping[str, str]] = {
    ENGLISH: {
        rows.CONTINUE_WATCHING: "Where you stopped, the latest first.",
        rows.TOP_PICKS: "What suits best what you watched and liked.",
        rows.BECAUSE: "The titles most like {title}.",
        rows.MY_LIST: "What you put on your list, the latest first.",
        rows.TRENDING: "Most watched and rated lately by people here.",
        rows.GENRE: "{percent}% of what you like is {name}.",
        rows.HIDDEN_GEMS: "What suits your taste and few people have found.",
        rows.PERSON: "{count} titles that you liked have {name} in common.",
        rows.WATCH_AGAIN: "You liked it, and it has been more than two weeks.",
        rows.PLAYABLE: "These titles play here. The others can be rated, listed and searched.",
    },
    FRENCH: {
        rows.CONTINUE_WATCHING: "Là où vous en étiez, du plus récent au plus ancien.",
        rows.TOP_PICKS: "Ce qui va le mieux avec ce que vous avez vu et aimé.",
        rows.BECAUSE: "Les titres les plus proches de {title}.",
        rows.MY_LIST: "Ce que vous avez mis dans votre liste, du plus récent au plus ancien.",
        rows.TRENDING: "Les plus vus et les plus notés ici ces derniers temps.",
        rows.GENRE: "{percent} % de ce que vous aimez : {name}.",
        rows.HIDDEN_GEMS: "À votre goût, et encore peu connu.",
        rows.PERSON: "Vous avez aimé {count} titres avec {name}.",
        rows.WATCH_AGAIN: "Vous avez aimé, et c’était il y a plus de deux semaines.",
        rows.PLAYABLE: "Ces titres se regardent ici. Les autres peuvent être notés, mis de côté, cherchés.",
    },
}
"""Why a row is on the page."""

_OF_ANYBODY: Final[Mapping[str, str]] = {
    ENGLISH: "What people here like most of this genre.",
    FRENCH: "Ce que l’on aime le plus ici dans ce genre.",
}
"""What a row of a genre says to somebody whose taste is not known."""

_NOTHING_KNOWN: Final[Mapping[str, str]] = {
    ENGLISH: "Nothing known here speaks for it yet.",
    FRENCH: "Rien de connu ici ne parle encore pour ce titre.",
}

LONGEST_PURPOSE: Final = 120
"""A row's sentence is one line: a name that would not fit leaves it shorter."""


def genre_name(genre: str, language: str) -> str:
    """Say a genre, in a language (``fr`` or ``en``)."""
    return IN_FRENCH.get(genre, genre) if language == FRENCH else genre


def heading(row: Row, name_of: NameOf, language: str) -> str:
    """Say what a row is, in a language (``fr`` or ``en``)."""
    about = row.about
    title = name_of(about.title_id) if about and about.title_id else ""
    is_watched = about is not None and about.kind == rows.WATCHED
    words = _BECAUSE_WATCHED[language] if is_watched else _HEADINGS[language][row.kind]
    return words.format(title=title, name=_name(about, language) if about else "")


def purpose(row: Row, name_of: NameOf, language: str) -> str:
    """Say why a row is on the page, in a language (``fr`` or ``en``), on one line."""
    about = row.about
    if row.kind == rows.GENRE and (about is None or about.value is None):
        return _OF_ANYBODY[language]
    title = name_of(about.title_id) if about and about.title_id else ""
    value = (about.value if about else None) or 0.0
    said = _PURPOSES[language][row.kind].format(
        title=title,
        name=_name(about, language) if about else "",
        percent=round(100 * value),
        count=round(value),
    )
    return said if len(said) <= LONGEST_PURPOSE else f"{said[: LONGEST_PURPOSE - 2].rstrip()}…"


def explanation(language: str) -> str:
    """Say that nothing speaks for a title, in a language (``fr`` or ``en``)."""
    return _NOTHING_KNOWN[language]


def reason(evidence: Evidence, name_of: NameOf, language: str) -> str:
    """Say why a title stands where it stands, in a language (``fr`` or ``en``)."""
    value = evidence.value
    if value is None and (plain := _WITHOUT_VALUE[language].get(evidence.kind)):
        return plain
    sentences = _OF_ONE if value == 1 and evidence.kind in _OF_ONE[language] else _REASONS
    return sentences[language][evidence.kind].format(
        title=name_of(evidence.title_id) if evidence.title_id else "",
        name=_name(evidence, language),
        percent=round(100 * (value or 0.0)),
        count=round(value or 0.0),
        genres=_genres(evidence.genres, language),
        length=_length(evidence, language) if evidence.kind == rows.PLAYS_HERE else "",
    )


def _genres(genres: Sequence[str], language: str) -> str:
    """Say several genres: ``Crime and drama``."""
    names = [genre_name(each, language).lower() for each in genres]
    said = (" et " if language == FRENCH else " and ").join(names)
    return said[:1].upper() + said[1:]


def _length(evidence: Evidence, language: str) -> str:
    """Say how long something lasts, and its genre where it has one: ``45 s, Drama``."""
    minutes, seconds = divmod(round(evidence.value or 0.0), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        lasts = f"{hours} h {minutes:02}"
    elif minutes:
        lasts = f"{minutes} min {seconds:02} s" if seconds and minutes < _EXACT_BELOW else f"{minutes} min"
    else:
        lasts = f"{seconds} s"
    return f"{lasts}, {genre_name(evidence.name, language).lower()}" if evidence.name else lasts


_EXACT_BELOW: Final = 10
"""Minutes below which the seconds of a length are said too."""


def _name(evidence: Evidence, language: str) -> str:
    name = evidence.name or ""
    return genre_name(name, language) if evidence.kind == rows.TASTE else name
