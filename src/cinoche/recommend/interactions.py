"""Interactions: who did what when, as columns; what every fit and every split reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from cinoche.kit.errors import Invalid
from cinoche.recommend.statistics import Doubles, Floats, History, Ints, Longs


@dataclass(frozen=True)
class Interactions:
    """Columns of one row an interaction: each user's rows together, oldest first.

    ``weights`` are signed: 1 a full positive, negative a dislike. Without real times (``is_timed`` false), ``times``
    hold each row's place in its user's order.
    """

    users: Ints
    items: Ints
    weights: Floats
    times: Doubles
    is_timed: bool = True

    @classmethod
    def of(
        cls,
        users: npt.ArrayLike,
        items: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
        times: npt.ArrayLike | None = None,
        *,
        is_timed: bool = True,
    ) -> Self:
        """Sort rows by user, then time; rows of equal time keep their order."""
        user, item = np.asarray(users, np.int32).reshape(-1), np.asarray(items, np.int32).reshape(-1)
        weight = np.ones(len(user), np.float32) if weights is None else np.asarray(weights, np.float32)
        time = np.arange(len(user), dtype=np.float64) if times is None else np.asarray(times, np.float64)
        _check(user, item, weight, time)
        order = np.lexsort((time, user))
        return cls(user[order], item[order], weight[order], time[order], is_timed and times is not None)

    def __len__(self) -> int:
        return len(self.users)

    @cached_property
    def bounds(self) -> Longs:
        """Where each user's rows start, and the end of the last."""
        if not len(self.users):
            return np.zeros(1, np.int64)
        starts = np.flatnonzero(self.users[1:] != self.users[:-1]) + 1
        return np.concatenate([[0], starts, [len(self.users)]]).astype(np.int64)

    @property
    def n_users(self) -> int:
        """How many users have at least one row."""
        return len(self.bounds) - 1

    @property
    def entries(self) -> History:
        """All histories, laid end to end."""
        return History(self.items, self.weights, self.times)

    def history(self, k: int) -> History:
        """The history of the k-th user."""
        rows = slice(self.bounds[k], self.bounds[k + 1])
        return History(self.items[rows], self.weights[rows], self.times[rows])

    def histories(self) -> Iterator[History]:
        """Each user's history in turn."""
        return (self.history(k) for k in range(self.n_users))

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Interactions":
        """The chosen rows."""
        columns = (self.users[chosen], self.items[chosen], self.weights[chosen], self.times[chosen])
        return Interactions(*columns, is_timed=self.is_timed)

    def first_of_each(self) -> "Interactions":
        """One row a user and item, the first: what comes later can take nothing away from what was known before."""
        _, rows = np.unique(self._pairs(), return_index=True)
        return self._only(rows)

    def last_of_each(self) -> "Interactions":
        """One row a user and item, the last: what the user says of it now."""
        _, rows = np.unique(self._pairs()[::-1], return_index=True)
        return self._only(len(self) - 1 - rows)

    def _pairs(self) -> Longs:
        return self.users.astype(np.int64) * (int(self.items.max(initial=0)) + 1) + self.items

    def _only(self, rows: npt.NDArray[np.integer]) -> "Interactions":
        if len(rows) == len(self):
            return self
        chosen = np.zeros(len(self), np.bool_)
        chosen[rows] = True
        return self.where(chosen)

    def counts(self, n_items: int) -> Longs:
        """How many users liked each item."""
        return np.bincount(self.items[self.weights > 0], minlength=n_items).astype(np.int64)

    def place_from_end(self) -> Longs:
        """How many rows of the same user follow each row."""
        place: Longs = np.repeat(self.bounds[1:], np.diff(self.bounds)) - 1 - np.arange(len(self))
        return place


def _check(users: Ints, items: Ints, weights: Floats, times: Doubles) -> None:
    if len({len(users), len(items), len(weights), len(times)}) > 1:
        lengths = f"{len(users)}, {len(items)}, {len(weights)} and {len(times)}"
        raise Invalid(f"The columns have {lengths} rows.", where="interactions", remedy="Give columns of one length.")
    if items.min(initial=0) < 0:
        raise Invalid("An item is negative.", where="interactions", remedy="Give each item as the index of its title.")
    for name, column in (("weight", weights), ("time", times)):
        if not np.isfinite(column).all():
            row = int(np.flatnonzero(~np.isfinite(column))[0])
            raise Invalid(f"The {name} is not a number.", where=f"interactions, row {row}", remedy="Leave the row out.")
