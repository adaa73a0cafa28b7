"""The genres of titles, where a MovieLens movies file stands beside the ratings."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from cinoche.recommend.statistics import Floats

_FILES: Final = ("movies.csv", "movies.dat")
_NONE: Final = "(no genres listed)"


def genres_beside(ratings: Path, names: Sequence[str]) -> Floats | None:
    """One row a title with a 1 for each genre, in the order of ``names``; None where no movies file is there.

    A title that the file does not know, or whose row cannot be read, has no genre.
    """
    found = next((path for name in _FILES if (path := ratings.parent / name).is_file()), None)
    if found is None:
        return None
    known = {_plain(name): genres for name, genres in _rows(found)}
    listed = sorted({genre for genres in known.values() for genre in genres})
    if not listed:
        return None
    place = {genre: k for k, genre in enumerate(listed)}
    table = np.zeros((len(names), len(listed)), np.float32)
    for row, name in enumerate(names):
        table[row, [place[genre] for genre in known.get(_plain(name), ())]] = 1.0
    return table


def _plain(name: str) -> str:
    """A name as one file and another may write it: 0000628 is 628."""
    return name.lstrip("0")


def _rows(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.reader(file) if path.suffix == ".csv" else (line.rstrip("\r\n").split("::") for line in file)
        for row in rows:
            if len(row) >= 3 and row[-1] != "genres":
                yield row[0], tuple(genre for genre in row[-1].split("|") if genre and genre != _NONE)
