"""Item neighbours: titles are alike when the same people liked both, chance likeness shrunk away."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.families.matrix import blocks_of_pairs, by_row, likes, strongest
from cinoche.recommend.families.sparse import SparseRows
from cinoche.recommend.scorers import Warm
from cinoche.recommend.statistics import Floats

ITEMS: Final = "items"
BOUNDS: Final = "bounds"
COLUMNS: Final = "columns"
VALUES: Final = "values"


@dataclass(frozen=True)
class ItemKnn:
    """The ``neighbours`` nearest of each title by shrunk cosine vote for it.

    ``shrink`` is how many people a likeness needs before it is half believed, in the terms of the cosine's
    denominator; ``power`` sharpens what is left.
    """

    neighbours: int = 100
    shrink: float = 20.0
    power: float = 1.0
    name: ClassVar[str] = "item-knn"

    def fit(self, ground: Ground) -> Arrays:
        """Compare every title with every other, a block of columns at a time, and keep the nearest."""
        layout = ground.layout
        matrix = likes(ground.interactions, layout)
        lengths = np.sqrt(np.asarray(matrix.power(2).sum(axis=0)).ravel())
        found = [np.empty((3, 0))]
        for block, together in blocks_of_pairs(matrix):
            alike = self._alike(together, lengths, block)
            rows, columns = strongest(alike, self.neighbours)
            found.append(np.stack([rows, columns + block.start, alike[rows, columns]]))
        rows, columns, values = np.concatenate(found, axis=1)
        bounds, places, kept = by_row(rows.astype(np.int64), columns.astype(np.int64), values, layout.n_warm)
        return {ITEMS: layout.warm_items, BOUNDS: bounds, COLUMNS: places, VALUES: kept}

    def _alike(self, together: Floats, lengths: Floats, block: slice) -> Floats:
        alike = together / (np.outer(lengths, lengths[block]) + self.shrink)
        alike[np.arange(block.start, block.stop), np.arange(block.stop - block.start)] = 0.0
        return np.asarray(alike**self.power, np.float32)

    def scorer(self, arrays: Arrays, n_items: int) -> SparseRows:
        """Each title of a history votes for those it is near to."""
        warm = Warm.of(arrays[ITEMS], n_items)
        return SparseRows(arrays[BOUNDS], arrays[COLUMNS], arrays[VALUES], warm, self.name)
