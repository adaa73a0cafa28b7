"""The context memory: every position of everybody's history is a row, and a request asks those most like its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import Doubles, Floats, History, Ints, Longs

if TYPE_CHECKING:
    from cinoche.recommend.contexts import Contexts, Measure
    from cinoche.recommend.kernels import Asked

_STEEP: Final = 10_000.0
"""What all votes together are worth before their logarithm is taken."""


@dataclass(frozen=True)
class Memory:
    """A memory of contexts. Nothing is trained: learning is an append, forgetting a delete, merging a concatenation.

    A row's context is the ``lags`` events before it, the one ``l`` before the latest counting ``1 / (1 + l / spread)``.
    Titles that few have seen say more: by their inverse frequency to the power ``rarity``. Long contexts lose by their
    length to the power ``norm_power``. The ``rows`` most similar vote by their similarity to the ``power``, each for
    its next titles that the asker has not seen, by the ``votes``. A row's vote halves with every ``half_life_s``
    (0: never). At most ``longest`` events of one title are read, and ``most`` events kept, the newest.
    """

    lags: int = 40
    spread: float = 3.0
    rarity: float = 0.6
    norm_power: float = 0.8
    rows: int = 8000
    power: float = 4.0
    votes: tuple[float, ...] = (1.0, 0.3)
    half_life_s: float = 0.0
    longest: int = 20_000
    most: int = 2_000_000
    name: ClassVar[str] = "memory"

    @property
    def kernel(self) -> Floats:
        """What each lag counts."""
        return (1.0 / (1.0 + np.arange(self.lags) / self.spread)).astype(np.float32)

    @property
    def measure(self) -> "Measure":
        """How similarity is measured."""
        from cinoche.recommend.contexts import Measure

        return Measure(self.kernel, self.norm_power, self.half_life_s * self.power, self.most)

    def fit(self, ground: Ground) -> Arrays:
        """Lay the events out; that is all."""
        from cinoche.recommend.contexts import lay_out

        return lay_out(ground.interactions, ground.n_items, self.measure)

    def scorer(self, arrays: Arrays, n_items: int) -> "Remembering":
        """Ask the memory."""
        return Remembering(self, arrays, n_items)


class Remembering:
    """Asks a memory, and lets it learn and forget. One question at a time: others wait for their turn.

    A score is the logarithm of a title's share of the votes. The first question opens the memory, which loads numba.
    """

    def __init__(self, family: Memory, arrays: Arrays, n_items: int) -> None:
        self.family = family
        self.name = family.name
        self._arrays = arrays
        self._n_items = n_items
        self._turn = Lock()
        self._similar: Floats = np.zeros(0, np.float32)
        self._found: tuple[Longs, Floats] = (np.zeros(0, np.int64), np.zeros(0, np.float32))
        self._last: tuple[History, Longs, Floats] | None = None

    @cached_property
    def contexts(self) -> "Contexts":
        """The rows themselves."""
        from cinoche.recommend.contexts import Contexts

        return Contexts(self._arrays, self._n_items, self.family.measure)

    def votes(self, history: History) -> Doubles:
        """What the rows most like this history's end say: votes for every title, none for those of the history."""
        from cinoche.recommend.kernels import vote

        with self._turn:
            votes = np.zeros(self.contexts.n_items)
            rows, values = self._nearest(history)
            shares, seen = np.array(self.family.votes), self._seen(history)
            vote(votes, rows, values, self.family.power, shares, seen, self.contexts.fitted, self.contexts.late)
        return votes

    def score(self, history: History) -> Floats:
        """The logarithm of each title's share of the votes."""
        return _logarithm(self.votes(history))

    def explain(self, history: History, items: Items) -> Floats:
        """What each title's score would lose if an entry had not been there and the same rows were asked.

        Entries beyond the longest lag lose nothing. As a score is a logarithm, the losses do not add up to it.
        """
        from cinoche.recommend.kernels import leave_out

        index = np.asarray(items, np.int64)
        losses = np.zeros((len(history), len(index)), np.float32)
        whole = self.votes(history)
        with self._turn:
            asked, places = self._asked(history)
            if not len(places) or not len(index) or not whole.any():
                return losses
            contexts = self.contexts
            votes, totals = np.zeros((len(places), len(index))), np.zeros(len(places))
            columns, entries = (np.full(contexts.n_items, -1, np.int32) for _ in range(2))
            columns[index] = np.arange(len(index), dtype=np.int32)
            entries[asked.items] = np.arange(len(places), dtype=np.int32)
            leave_out(
                votes, totals, columns, entries, asked, self.family.kernel, *self._nearest(history), self.family.power,
                np.array(self.family.votes), self._seen(history), contexts.fitted, contexts.late,
            )  # fmt: skip
        without = votes[:, columns[index]] / np.maximum(totals, 1e-300)[:, None]
        losses[places] = np.log1p(_STEEP * whole[index] / whole.sum()) - np.log1p(_STEEP * without)
        return losses

    def learn(self, persons: Ints, items: Ints, weights: Floats, times: Doubles) -> None:
        """Append events in the order in which they happened; those of titles that are new make place for them."""
        with self._turn:
            self._last = None
            self.contexts.widen(int(np.max(items, initial=-1)) + 1)
            rows: Sequence[tuple[int, int, float, float]] = list(
                zip(persons.tolist(), items.tolist(), weights.tolist(), times.tolist(), strict=True)
            )
            for row in rows:
                self.contexts.learn(*row)

    def forget(self, person: int) -> None:
        """Score from now on as if this person had never been."""
        with self._turn:
            self._last = None
            self.contexts.forget(person)

    def _seen(self, history: History) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
        seen = np.zeros(self.contexts.n_items, np.uint8)
        seen[history.items] = 1
        return seen

    def _asked(self, history: History) -> "tuple[Asked, Longs]":
        """The latest titles of the history, newest first, with what each says, and their places in it."""
        from cinoche.recommend.kernels import Asked

        contexts, kernel = self.contexts, self.family.kernel
        places = np.flatnonzero(history.weights)[::-1][: len(kernel)]
        items = history.items[places].astype(np.int32)
        rare = np.log(1.0 + contexts.n_people / (1.0 + contexts.counts[items])) ** self.family.rarity
        return Asked(items, (kernel[: len(places)] * history.weights[places] * rare).astype(np.float32)), places

    def _nearest(self, history: History) -> tuple[Longs, Floats]:
        """The rows most like the history's end, and how much; the asker's own are left out."""
        if self._last is not None and self._last[0] is history:
            return self._last[1:]
        rows, values = self._search(history)
        self._last = (history, rows, values)
        return rows, values

    def _search(self, history: History) -> tuple[Longs, Floats]:
        from cinoche.recommend import kernels

        contexts, n = self.contexts, self.contexts.n_rows
        if len(self._similar) < n:
            self._similar = np.zeros(n + contexts.n_late, np.float32)
        similar, scales, base = self._similar, contexts.scales, contexts.n_fitted
        asked, _ = self._asked(history)
        similar[:n] = 0.0
        taken = np.zeros(len(asked.items), np.int64)
        kernel, longest = self.family.kernel, self.family.longest
        kernels.add_late(similar[base:n], scales[base:], contexts.late, asked, kernel, taken, longest)
        kernels.add_fitted(similar, scales, contexts.fitted, asked, kernel, taken, longest)
        for begin, end in contexts.spans(history.person) if history.person >= 0 else ():
            similar[begin:end] = 0.0
        return self._strongest(similar, scales, n)

    def _strongest(self, similar: Floats, scales: Floats, n: int) -> tuple[Longs, Floats]:
        from cinoche.recommend.kernels import collect, keep_best, threshold

        wanted = self.family.rows
        least = threshold(similar, scales, n, wanted)
        found = collect(similar, scales, n, least, *self._found)
        if least > 0.0 and found < wanted:
            found = collect(similar, scales, n, 0.0, *self._found)
            least = 0.0
        if found > len(self._found[0]):
            self._found = np.zeros(2 * found, np.int64), np.zeros(2 * found, np.float32)
            found = collect(similar, scales, n, least, *self._found)
        rows, values = self._found
        kept = keep_best(rows, values, found, wanted)
        return rows[:kept].copy(), values[:kept].copy()


def _logarithm(votes: Doubles) -> Floats:
    total = float(votes.sum())
    if total <= 0.0:
        return np.zeros(len(votes), np.float32)
    return np.log1p(votes * (_STEEP / total)).astype(np.float32)
