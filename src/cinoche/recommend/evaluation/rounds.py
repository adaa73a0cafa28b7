"""What protocols are made of: rounds, and the rows of a file that are likes."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import Ints, Longs
from cinoche.recommend.training.split import Split

MIN_ROWS: Final = 5


@dataclass(frozen=True)
class Round:
    """One split of a protocol: fit on ``test.known``, judge on its cases; find weights on ``validation`` alone.

    ``picks`` is how many titles each person has named, or ``picker`` which list they were shown to name titles of,
    where that is what the rounds differ in.
    """

    validation: Split
    test: Split
    picks: int | None = None
    picker: str | None = None


def liked_rows(ratings: Ratings) -> Longs:
    """The rows that are likes, of users with enough of them."""
    liked = ratings.ratings >= ratings.threshold if ratings.ratings is not None else np.ones(len(ratings), np.bool_)
    return at_least(ratings, liked, users=MIN_ROWS, items=0)


def positives(ratings: Ratings, kept: Longs) -> tuple[Interactions, Ints]:
    """These rows as likes, one a user and title, their items numbered again; and the file's item of each number."""
    items, numbered = np.unique(ratings.items[kept], return_inverse=True)
    times = ratings.times[kept]
    rows = Interactions.of(ratings.users[kept], numbered, None, times, is_timed=ratings.is_timed)
    return rows.first_of_each(), items


def at_least(ratings: Ratings, kept: npt.NDArray[np.bool_], *, users: int, items: int) -> Longs:
    """The rows that are left when users and items with too few rows go, again and again until all have enough."""
    rows = np.flatnonzero(kept)
    while len(rows):
        enough = np.bincount(ratings.users[rows])[ratings.users[rows]] >= users
        enough &= np.bincount(ratings.items[rows])[ratings.items[rows]] >= items
        if enough.all():
            break
        rows = rows[enough]
    return rows
