"""PureSVD: the few axes along which most likes vary, and a history seen along them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.families.factors import Projected
from cinoche.recommend.families.matrix import likes
from cinoche.recommend.scorers import Warm
from cinoche.recommend.statistics import Doubles

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ITEMS: Final = "items"
QUERIES: Final = "queries"
TARGETS: Final = "targets"

LEAST_TITLES: Final = 4
"""How many titles an axis stands for at least: with more axes they rebuild the history and not what follows it."""


@dataclass(frozen=True)
class Svd:
    """The truncated singular value decomposition of who liked what (Cremonesi, Koren and Turrin 2010).

    A title's column is first divided by ``likes ** damping``, without which the first axes are of the most watched.
    A history is folded in by one product: the axes need nobody's row.
    """

    factors: int = 64
    damping: float = 0.2
    passes: int = 6
    oversampling: int = 16
    name: ClassVar[str] = "svd"

    def fit(self, ground: Ground) -> Arrays:
        """Find the axes by block power iteration from a seeded start, as the sums' eigenvectors are theirs."""
        layout = ground.layout
        matrix = likes(ground.interactions, layout)
        counts = np.asarray((matrix > 0).sum(axis=0), np.float64).ravel()
        scale = np.maximum(counts, 1.0) ** -self.damping
        axes = self._axes(matrix, scale, ground.seed)
        return {
            ITEMS: layout.warm_items,
            QUERIES: (axes * scale[:, None]).astype(np.float32),
            TARGETS: (axes / scale[:, None]).astype(np.float32),
        }

    def _axes(self, matrix: "csr_array[np.float32]", scale: Doubles, seed: int) -> Doubles:
        """The leading right singular vectors, one a column, each with its largest entry positive."""
        n = matrix.shape[1]
        factors = min(self.factors, n // LEAST_TITLES)
        width = min(factors + self.oversampling, *matrix.shape)
        if not width:
            return np.zeros((n, 0))
        found = np.random.default_rng(seed).standard_normal((n, width))
        for _ in range(self.passes):
            found, _ = np.linalg.qr(scale[:, None] * (matrix.T @ (matrix @ (scale[:, None] * found))))
        seen = matrix @ (scale[:, None] * found)
        _, turn = np.linalg.eigh(seen.T @ seen)
        axes = found @ turn[:, ::-1][:, :factors]
        signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
        return np.asarray(axes * signs, np.float64)

    def scorer(self, arrays: Arrays, n_items: int) -> Projected:
        """Each title of a history votes along the axes."""
        return Projected(arrays[QUERIES], arrays[TARGETS], Warm.of(arrays[ITEMS], n_items), self.name)
