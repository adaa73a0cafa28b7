"""EASE for catalogues whose square of titles would not fit: each title is rebuilt from the few nearest to it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.families.matrix import blocks_of_pairs, by_row, likes, strongest
from cinoche.recommend.families.sparse import SparseRows
from cinoche.recommend.scorers import Warm
from cinoche.recommend.statistics import Doubles, Floats, Layout

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ITEMS: Final = "items"
BOUNDS: Final = "bounds"
COLUMNS: Final = "columns"
VALUES: Final = "values"


@dataclass(frozen=True)
class EaseSparse:
    """One small ridge a title: from the ``neighbours`` nearest of the ``head`` most watched, to that title.

    With all titles as neighbours this is EASE (Steck 2019). The sums between the head's titles are one dense square of
    ``head² · 4`` bytes; those with the ``most_titles`` of the whole catalogue are read a block of columns at a time. A
    title outside the head votes by ``together / (likes + reg)``, the first term of its ridge.
    """

    reg: float = 200.0
    neighbours: int = 300
    shrink: float = 20.0
    head: int = 10_000
    most_titles: int = 60_000
    tail_votes: int = 50
    name: ClassVar[str] = "ease-sparse"

    def fit(self, ground: Ground) -> Arrays:
        """Count the head's square, then solve title by title."""
        layout = Layout.choose(
            ground.counts,
            as_of=ground.as_of,
            min_ratings=ground.min_ratings,
            joint_titles=0,
            warm_titles=self.most_titles,
        )
        matrix = likes(ground.interactions, layout)
        n_head = min(self.head, layout.n_warm)
        square = _square(matrix[:, :n_head])
        strength = np.asarray(matrix.power(2).sum(axis=0), np.float32).ravel()
        found: list[Doubles] = [np.empty((3, 0))]
        for block, together in blocks_of_pairs(matrix):
            found.append(self._solve(together, square, strength, block))
            found.append(self._tail(together[n_head:], strength, block, n_head))
        del square  # what was kept is laid out in a room of its size
        rows, columns, values = np.concatenate(found, axis=1)
        bounds, places, kept = by_row(rows.astype(np.int64), columns.astype(np.int64), values, layout.n_warm)
        return {ITEMS: layout.warm_items, BOUNDS: bounds, COLUMNS: places, VALUES: kept}

    def _solve(self, together: Floats, square: Floats, strength: Floats, block: slice) -> Doubles:
        """The ridges of a block of titles, as rows, columns and values."""
        from scipy.linalg.lapack import sposv

        n_head = len(square)
        near = _alike(together[:n_head], strength[:n_head], strength[block], block.start, self.shrink)
        rows, columns = strongest(near, self.neighbours)
        starts = np.searchsorted(columns, np.arange(together.shape[1] + 1))
        values = np.zeros(len(rows), np.float32)
        for k in range(together.shape[1]):
            mine = rows[starts[k] : starts[k + 1]]
            if not len(mine):
                continue
            left = square[np.ix_(mine, mine)]
            left[np.diag_indices(len(mine))] += np.float32(self.reg)
            _, solved, info = sposv(left, together[mine, k], lower=1, overwrite_a=1)
            if not info:
                values[starts[k] : starts[k + 1]] = solved
        return np.stack([rows, columns + block.start, values]).astype(np.float64)

    def _tail(self, together: Floats, strength: Floats, block: slice, n_head: int) -> Doubles:
        """What titles outside the head say of a block, for the few that each title of the block is nearest to."""
        near = _alike(together, strength[n_head:], strength[block], block.start - n_head, self.shrink)
        rows, columns = strongest(near, self.tail_votes)
        values = together[rows, columns] / (strength[n_head + rows] + self.reg)
        return np.stack([rows + n_head, columns + block.start, values]).astype(np.float64)

    def scorer(self, arrays: Arrays, n_items: int) -> SparseRows:
        """Each title of a history votes through the rows that were kept."""
        warm = Warm.of(arrays[ITEMS], n_items)
        return SparseRows(arrays[BOUNDS], arrays[COLUMNS], arrays[VALUES], warm, self.name)


def _square(matrix: "csr_array[np.float32]") -> Floats:
    """How much every two titles are liked together, as one dense square."""
    n = matrix.shape[1]
    square = np.zeros((n, n), np.float32)
    for block, together in blocks_of_pairs(matrix):
        square[:, block] = together
    return square


def _alike(together: Floats, ours: Floats, theirs: Floats, start: int, shrink: float) -> Floats:
    """The shrunk cosine of titles (rows) with a block (columns) that begins at the row ``start``; 0 with itself."""
    alike = np.asarray(together / (np.sqrt(np.outer(ours, theirs)) + shrink), np.float32)
    rows = np.arange(start, start + together.shape[1])
    inside = (rows >= 0) & (rows < len(together))
    alike[rows[inside], np.flatnonzero(inside)] = 0.0
    return alike
