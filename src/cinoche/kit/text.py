"""Text as people type it: folded for comparison, and shown without what a terminal would obey."""

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)
_NOT_WORD = re.compile(r"[\W_]+")
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def fold(text: str) -> str:
    """Fold a text for comparison: no accents, no case, no punctuation, single spaces.

    >>> fold("L’Œuvre au Noir")
    'l oeuvre au noir'
    >>> fold("WALL·E") == fold("Wall-E") == "wall e"
    True
    """
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    spelled = letters.translate(_LIGATURES).replace("&", " and ")
    return _NOT_WORD.sub(" ", spelled.casefold()).strip()


def printable(text: str) -> str:
    r"""Spell out what a terminal obeys or cannot write: control characters, turns of direction, halves of characters.

    >>> printable("film\x1b[2J.mp4")
    'film\\u001b[2J.mp4'
    """
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
