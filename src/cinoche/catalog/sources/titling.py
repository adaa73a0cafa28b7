"""Titles as catalogues write them, read into names as people say them.

Catalogues sort by name, so they write ``Matrix, The (1999)``; and they put what else a title is called into brackets:
``Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)``.
"""

import re
from dataclasses import dataclass
from typing import Final

from cinoche.catalog.models import EARLIEST_YEAR, LATEST_YEAR, Kind
from cinoche.catalog.names import say

_YEAR = re.compile(r"\s*\(([0-9]{4})(?:\s*([-–])\s*(?:[0-9]{4})?)?\s*\)\s*$")
_ALSO = re.compile(r"^\s*(?:a\.?\s?k\.?\s?a\.?|also known as)\s+", re.IGNORECASE)
_PART_OF_NAME: Final = re.compile(
    r"^(?:(?:part|vol|volume|episode|chapter|no)\b.*|[0-9]{1,2}|[ivx]+)$", re.IGNORECASE | re.DOTALL
)
_GOES_ON: Final = re.compile(r"(?:\b(?:or|and|of)|[:&-])$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Naming:
    """What a catalogue's way of writing a title says: its name, the year, what else it is called, and what it is."""

    name: str
    year: int | None = None
    others: tuple[str, ...] = ()
    kind: Kind = Kind.FILM


def read_title(text: str) -> Naming:
    """Read a title as catalogues write it; a span of years (``2006–2007``) makes it a series.

    >>> read_title("Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)")
    Naming(name='Amelie', year=2001, others=("Le Fabuleux destin d'Amélie Poulain",), kind=<Kind.FILM: 'film'>)
    """
    text = " ".join(text.split())
    year, kind = None, Kind.FILM
    found = _YEAR.search(text)
    if found and found.start() > 0 and EARLIEST_YEAR <= int(found[1]) <= LATEST_YEAR:
        year = int(found[1])
        kind = Kind.SERIES if found[2] else Kind.FILM
        text = text[: found.start()]
    name, brackets = _peel(text)
    spoken = say(name)
    others = (say(_ALSO.sub("", bracket)) for bracket in brackets)
    return Naming(spoken, year, tuple(dict.fromkeys(each for each in others if each not in {spoken, ""})), kind)


def _peel(text: str) -> tuple[str, list[str]]:
    """Take the brackets off the end, as long as a name is left and they are not part of it."""
    brackets: list[str] = []
    while text.endswith(")"):
        start = _opening(text)
        head, inside = text[: max(start, 0)].rstrip(), text[start + 1 : -1].strip()
        if not head or _PART_OF_NAME.match(inside) or _GOES_ON.search(head) or text[start - 1] != " ":
            break
        brackets.insert(0, inside)
        text = head
    return text, brackets


def _opening(text: str) -> int:
    """Find the bracket that the last one closes; -1 when there is none."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return -1
