"""iALS: factors of people and titles by alternating least squares, with the regularisation that makes it strong."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.families.factors import Solved
from cinoche.recommend.families.matrix import likes
from cinoche.recommend.scorers import Warm
from cinoche.recommend.statistics import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ITEMS: Final = "items"
FACTORS: Final = "factors"
GRAM: Final = "gram"


@dataclass(frozen=True)
class Ials:
    """Implicit alternating least squares (Hu, Koren and Volinsky 2008), regularised as Rendle and others did in 2021.

    Each like is asked to score 1, every pair of a person and a title 0 with weight ``unobserved``. A vector is held
    back by ``reg · (likes + unobserved · others) ** reg_power``: with the power 1, in proportion to its likes.
    """

    factors: int = 128
    reg: float = 0.005
    unobserved: float = 0.3
    reg_power: float = 1.0
    sweeps: int = 8
    spread: float = 0.1
    name: ClassVar[str] = "ials"

    def fit(self, ground: Ground) -> Arrays:
        """Solve for people, then for titles, in turn, from a seeded start."""
        layout = ground.layout
        matrix = likes(ground.interactions, layout)
        width = min(self.factors, max(layout.n_warm, 1))
        start = np.random.default_rng(ground.seed).standard_normal((layout.n_warm, width))
        titles = (start * self.spread / np.sqrt(width)).astype(np.float32)
        transposed = matrix.T.tocsr()
        for _ in range(self.sweeps):
            people = self._solve(matrix, titles)
            titles = self._solve(transposed, people)
        gram = titles.T.astype(np.float64) @ titles
        values, turn = np.linalg.eigh(gram)
        return {
            ITEMS: layout.warm_items,
            FACTORS: np.ascontiguousarray(titles @ turn, np.float32),
            GRAM: np.maximum(values, 0.0).astype(np.float32),
        }

    def _solve(self, rows: "csr_array[np.float32]", fixed: Floats) -> Floats:
        """The vector of each row, given those of the columns."""
        from scipy.linalg.blas import ssyrk
        from scipy.linalg.lapack import sposv

        n, width = rows.shape[0], fixed.shape[1]
        solved = np.zeros((n, width), np.float32)
        base = self.unobserved * (fixed.T @ fixed)
        lengths = np.diff(rows.indptr)
        held = self.reg * (lengths + self.unobserved * len(fixed)) ** self.reg_power
        diagonal = np.diag_indices(width)
        for k in np.flatnonzero(lengths):
            span = slice(rows.indptr[k], rows.indptr[k + 1])
            mine, weights = fixed[rows.indices[span]], rows.data[span]
            left = ssyrk(1.0, (mine * np.sqrt(weights)[:, None]).T, lower=1)
            left += base
            left[diagonal] += held[k]
            _, found, info = sposv(left, mine.T @ weights, lower=1, overwrite_a=1)
            if not info:
                solved[k] = found
        return solved

    def scorer(self, arrays: Arrays, n_items: int) -> Solved:
        """A history is folded in by one solve."""
        warm = Warm.of(arrays[ITEMS], n_items)
        return Solved(arrays[FACTORS], arrays[GRAM], warm, self.name, self.unobserved, self.reg, self.reg_power)
