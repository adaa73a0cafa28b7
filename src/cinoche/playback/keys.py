"""The names of files in a media store: relative, plain, and never a way out of it."""

import re
from typing import Final

from cinoche.kit.errors import Invalid

LONGEST_KEY: Final = 500
_KEY: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*", re.ASCII)


def is_key(key: str) -> bool:
    """Tell whether a text is a key: parts of plain letters between slashes, none of which begins with a dot."""
    return len(key) <= LONGEST_KEY and _KEY.fullmatch(key) is not None


def check_key(key: str) -> str:
    """Give a key back; raises Invalid when it is none."""
    if not is_key(key):
        raise Invalid(
            f"{key[:80]!r} cannot name a file here.",
            where="key",
            remedy="Write it of letters, digits, '.', '_' and '-', its parts between slashes.",
        )
    return key


def is_under(key: str, prefix: str) -> bool:
    """Tell whether a key is the prefix itself or lies in the folder that the prefix names."""
    folder = prefix.rstrip("/")
    return not folder or key == folder or key.startswith(f"{folder}/")
