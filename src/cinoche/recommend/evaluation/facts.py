"""What is known of a file's titles besides who rated them: beside a MovieLens file, or in a file of one's own."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from cinoche.kit.errors import Invalid
from cinoche.recommend.families import TitleFacts

MOVIES: Final = ("movies.csv", "movies.dat")
TAGS: Final = "tags.csv"
FIELDS: Final = "item, name, year, genres, tags, keywords, people, synopsis, length_s, votes"
_NONE: Final = "(no genres listed)"
_YEAR = re.compile(r"(.*\S)\s*\(([12][0-9]{3})\)\s*")


class Line(msgspec.Struct, frozen=True):
    """A title in a file of facts: one JSON object a line; ``item`` is what the ratings call it."""

    item: str | int
    name: str = ""
    year: int | None = None
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    synopsis: str = ""
    length_s: int | None = None
    votes: int | None = None


def read_facts(path: Path, names: Sequence[str]) -> list[TitleFacts]:
    """Read a file of facts, one title of ``names`` after the other; raises Invalid with the line where it is none."""
    if not path.is_file():
        raise Invalid("There is no such file.", where=str(path), remedy=f"One JSON object a line: {FIELDS}.")
    known: dict[str, TitleFacts] = {}
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    one = msgspec.json.decode(line, type=Line)
                except msgspec.MsgspecError as error:
                    raise Invalid(
                        f"This is no title ({error}).", where=f"{path}, line {number}",
                        remedy=f"Write one JSON object a line: {FIELDS}.",
                    ) from error  # fmt: skip
                fields: dict[str, Any] = {name: getattr(one, name) for name in one.__struct_fields__ if name != "item"}
                known[str(one.item)] = TitleFacts(str(one.item), **fields)
    return [known.get(name) or TitleFacts(name, "") for name in names]


def facts_beside(ratings: Path, names: Sequence[str]) -> list[TitleFacts]:
    """Read the MovieLens files beside a file of ratings; raises Invalid where there is none."""
    found = next((path for name in MOVIES if (path := ratings.parent / name).is_file()), None)
    if found is None:
        raise Invalid(
            "Nothing is known of the titles.",
            where=str(ratings.parent),
            remedy=f"Put {' or '.join(MOVIES)} beside the ratings, or give --facts FILE.",
        )
    tags = _tags(ratings.parent / TAGS)
    known = {}
    for item, name, genres in _movies(found):
        match = _YEAR.fullmatch(name)
        title, year = (match[1], int(match[2])) if match else (name, None)
        known[_plain(item)] = TitleFacts(item, title, year, genres, tuple(tags.get(item, {})))
    return [known.get(_plain(name)) or TitleFacts(name, "") for name in names]


def _plain(name: str) -> str:
    return name.lstrip("0")


def _movies(path: Path) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.reader(file) if path.suffix == ".csv" else (line.rstrip("\r\n").split("::") for line in file)
        for row in rows:
            if len(row) >= 3 and row[-1] != "genres":
                yield row[0], row[1], tuple(each for each in row[-1].split("|") if each and each != _NONE)


def _tags(path: Path) -> dict[str, dict[str, None]]:
    tags: dict[str, dict[str, None]] = {}
    if path.is_file():
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            for row in csv.reader(file):
                if len(row) >= 3 and row[0] != "userId":
                    tags.setdefault(row[1], {})[row[2].lower()] = None
    return tags
