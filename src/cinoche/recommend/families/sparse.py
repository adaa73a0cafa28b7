"""The scorer of sparse item-to-item matrices: each title of a history votes for the few titles that its row keeps."""

from dataclasses import dataclass

import numpy as np

from cinoche.recommend.families.matrix import spans
from cinoche.recommend.scorers import Items, Warm
from cinoche.recommend.statistics import Floats, History, Ints, Longs


@dataclass(frozen=True, slots=True)
class SparseRows:
    """One row a warm title: the places it votes for and by how much. Only the rows of the history are read."""

    bounds: Longs
    columns: Ints
    values: Floats
    warm: Warm
    name: str

    def score(self, history: History) -> Floats:
        """The weighted sum of the history's rows; a negative weight lowers what is like that title."""
        rows, entries = self._rows(history)
        at, lengths = self._spans(rows)
        if not len(at):
            return np.zeros(len(self.warm.place), np.float32)
        votes = self.values[at] * np.repeat(history.weights[entries], lengths)
        total = np.bincount(self.columns[at], votes, minlength=len(self.warm.items))
        return self.warm.spread(total.astype(np.float32))

    def explain(self, history: History, items: Items) -> Floats:
        """Each entry's vote for each title."""
        wanted = np.asarray(items, np.int64)
        votes = np.zeros((len(history), len(wanted)), np.float32)
        rows, entries = self._rows(history)
        at, lengths = self._spans(rows)
        known = np.flatnonzero(self.warm.place[wanted] >= 0)
        if not (len(at) and len(known)):
            return votes
        dense = np.zeros((len(rows), len(self.warm.items)), np.float32)
        dense[np.repeat(np.arange(len(rows)), lengths), self.columns[at]] = self.values[at]
        found = dense[:, self.warm.place[wanted[known]]] * history.weights[entries][:, None]
        votes[np.ix_(entries, known)] = found
        return votes

    def _rows(self, history: History) -> tuple[Ints, Longs]:
        places = self.warm.place[history.items]
        entries = np.flatnonzero(places >= 0)
        return places[entries], entries

    def _spans(self, rows: Ints) -> tuple[Longs, Longs]:
        starts, lengths = self.bounds[rows], self.bounds[rows + 1] - self.bounds[rows]
        return spans(starts, lengths), lengths
