"""Many people's histories as columns: what training reads and what the sums are over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from cinoche.recommend.statistics import History, Ints, Longs


@dataclass(frozen=True)
class People:
    """Histories laid end to end; ``bounds`` tells where each person's begins, and where the last ends."""

    subjects: Sequence[str]
    bounds: Longs
    entries: History

    @classmethod
    def of(cls, histories: Mapping[str, History]) -> Self:
        """Lay histories end to end; those of nothing are left out."""
        kept = {subject: history for subject, history in histories.items() if len(history)}
        lengths = [len(history) for history in kept.values()]
        return cls(list(kept), np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), _joined(kept.values()))

    def __len__(self) -> int:
        return len(self.subjects)

    @property
    def users(self) -> Ints:
        """The number of the person of each entry."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.bounds))

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The number of each person."""
        return {subject: number for number, subject in enumerate(self.subjects)}

    def history(self, subject: str) -> History | None:
        """One person's history, where there is one."""
        number = self.number.get(subject)
        return None if number is None else self.entries.at(slice(self.bounds[number], self.bounds[number + 1]))

    def only(self, chosen: npt.NDArray[np.bool_]) -> "People":
        """The chosen people, by their numbers."""
        if chosen.all():
            return self
        lengths = np.diff(self.bounds)
        entries = self.entries.at(np.repeat(chosen, lengths))
        subjects = [subject for subject, is_chosen in zip(self.subjects, chosen.tolist(), strict=True) if is_chosen]
        return People(subjects, np.concatenate([[0], np.cumsum(lengths[chosen])]).astype(np.int64), entries)

    def among(self, subjects: Collection[str]) -> npt.NDArray[np.bool_]:
        """Which people are among these."""
        return np.fromiter((subject in subjects for subject in self.subjects), np.bool_, len(self))

    def and_also(self, others: "People") -> "People":
        """These people and others, who must not be among them."""
        entries = _joined([self.entries, others.entries])
        bounds = np.concatenate([self.bounds, self.bounds[-1] + others.bounds[1:]])
        return People([*self.subjects, *others.subjects], bounds, entries)

    def keep(self, entries: npt.NDArray[np.bool_]) -> "People":
        """The same people with the chosen entries alone."""
        if entries.all():
            return self
        before = np.concatenate([[0], np.cumsum(entries)]).astype(np.int64)
        return People(self.subjects, before[self.bounds], self.entries.at(entries))

    def any_of_each(self, entries: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which people have at least one of the chosen entries."""
        before = np.concatenate([[0], np.cumsum(entries)])[self.bounds]
        return np.array([last > first for first, last in pairwise(before.tolist())], np.bool_)


def _joined(histories: Collection[History]) -> History:
    if not histories:
        return History.of([])
    return History(
        np.concatenate([each.items for each in histories]),
        np.concatenate([each.weights for each in histories]),
        np.concatenate([each.times for each in histories]),
    )
