"""What a client says that it takes: encodings, and languages."""

from collections.abc import Collection
from typing import Final

SPOKEN: Final = ("en", "fr")
"""The languages of the interface and of its sentences."""

_LONGEST: Final = 200
_MOST_TAGS: Final = 20


def choose_encoding(accepted: str | None, offered: Collection[str]) -> str:
    """Choose the encoding to send, by what a client accepts: br, gzip, or "" for none."""
    wanted: dict[str, bool] = {}
    for part in (accepted or "").lower().split(","):
        name, _, parameters = part.partition(";")
        wanted[name.strip()] = not _is_zero(parameters)
    anything = wanted.get("*", False)
    return next((each for each in ("br", "gzip") if each in offered and wanted.get(each, anything)), "")


def _is_zero(parameters: str) -> bool:
    key, _, value = parameters.strip().partition("=")
    return key.strip() == "q" and not value.strip().strip("0.")


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
