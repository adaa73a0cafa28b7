"""Text as people type it: folded to what stays the same when accents, case and punctuation differ."""

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)
_NOT_WORD = re.compile(r"[\W_]+")


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
