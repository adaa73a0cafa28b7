"""Reading a ratings file of any usual shape, or refusing it with its line and the reason.

Files are read block by block into compact arrays: 20 bytes a row, and each name once.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation.columns import SHAPES, Columns, joined
from cinoche.recommend.evaluation.parquet_blocks import read_parquet
from cinoche.recommend.evaluation.text_blocks import read_text
from cinoche.recommend.statistics import Doubles, Floats, Ints


@dataclass(frozen=True)
class Ratings:
    """A ratings file: users and items as numbers, in the file's order.

    ``ratings`` is None where the file has none (every row is then a positive); ``times`` hold seconds since 1970, or
    each row's place in its user's order where ``is_timed`` is false. ``names`` are how the file calls its items, and
    ``genres`` has one row an item with a 1 for each genre, where a movies file is beside it.
    """

    users: Ints
    items: Ints
    ratings: Floats | Doubles | None
    times: Doubles
    is_timed: bool
    sha256: str
    names: tuple[str, ...] = ()
    genres: Floats | None = None

    def __len__(self) -> int:
        return len(self.users)

    @property
    def threshold(self) -> float:
        """The rating from which a row is a positive: 80 % of the highest in the file (4 of 5, 8 of 10)."""
        return 0.8 * float(self.ratings.max()) if self.ratings is not None else 0.0


def read_ratings(path: Path) -> Ratings:
    """Read a ratings file; raises Invalid with the line and the reason where it is not one."""
    if not path.is_file():
        raise Invalid("There is no such file.", where=str(path), remedy=SHAPES)
    columns, digest = Columns(str(path)), hashlib.sha256()
    if path.suffix.lower() in (".parquet", ".pq"):
        read_parquet(path, columns)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    else:
        read_text(path, columns, digest)
    if not sum(map(len, columns.users.parts)):
        raise Invalid("The file has no rows.", where=str(path), remedy=SHAPES)
    return _ratings(columns, digest.hexdigest())


def _ratings(columns: Columns, sha256: str) -> Ratings:
    users, items = joined(columns.users.parts), joined(columns.items.parts)
    ratings = joined(columns.ratings) if columns.ratings else None
    times = joined(columns.times) if columns.times else np.arange(len(users), dtype=np.float64)
    return Ratings(users, items, ratings, times, columns.has_times, sha256, tuple(columns.items.codes))
