"""The two solves: from sums over people to matrices that score. Each works in one matrix, in place."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.counting import let_go
from cinoche.recommend.statistics import Floats, square, triangle

Packed = npt.NDArray[np.floating[Any]]
"""A lower triangle, row after row."""

_BLOCK: Final = 512


def solve_ease(together: Packed, reg: float) -> Floats:
    """Solve EASE: the item-to-item matrix with a zero diagonal that best rebuilds every history from itself.

    With ``P = (G + reg·I)⁻¹``, ``B[i, j] = −P[i, j] / P[j, j]`` off the diagonal (Steck 2019). The factors are float32:
    with ``reg`` on the diagonal the error is about 1e-5 of the largest weight (tested), at half the cost.
    """
    from scipy.linalg.lapack import spotrf, spotri

    matrix = _regularised(together, reg)
    if not len(matrix):
        return matrix
    factor, info = spotrf(matrix.T, lower=0, overwrite_a=1, clean=0)
    inverse, info2 = spotri(factor, lower=0, overwrite_c=1)
    if info or info2:
        del matrix, factor, inverse
        return _ease_in_double(together, reg)
    return _weights(inverse.T)


def _weights(inverse: Floats) -> Floats:
    """Turn the lower triangle of the inverse into the whole matrix of weights, in place, block by block."""
    n = len(inverse)
    scale = -1.0 / np.diag(inverse)
    for top in range(0, n, _BLOCK):
        rows = slice(top, top + _BLOCK)
        here = np.tril(inverse[rows, rows])
        inverse[rows, rows] = here + np.tril(here, -1).T
        inverse[:top, rows] = inverse[rows, :top].T
    for top in range(0, n, _BLOCK):
        inverse[top : top + _BLOCK] *= scale
    np.fill_diagonal(inverse, 0.0)
    return np.ascontiguousarray(inverse, np.float32)


def _ease_in_double(together: Packed, reg: float) -> Floats:
    lower = square(together)
    inverse = np.linalg.inv(lower + np.tril(lower, -1).T + reg * np.eye(len(lower)))
    weights = (-inverse / np.diag(inverse)[None, :]).astype(np.float32)
    np.fill_diagonal(weights, 0.0)
    return weights


@dataclass(frozen=True, slots=True)
class Factor:
    """The Cholesky factor of a regularised gram; where float32 cannot factorise it, the whole matrix in float64."""

    matrix: npt.NDArray[Any]
    is_factorised: bool


def factorise(gram: Packed, reg: float) -> Factor:
    """Factorise ``Gram + reg·I``, in the place of one float32 matrix."""
    from scipy.linalg.lapack import spotrf

    if not len(gram):
        return Factor(np.zeros((0, 0), np.float32), is_factorised=True)
    factor, info = spotrf(_regularised(gram, reg).T, lower=0, overwrite_a=1, clean=0)
    if not info:
        return Factor(factor, is_factorised=True)
    del factor
    lower = square(gram)
    return Factor(lower + np.tril(lower, -1).T + reg * np.eye(len(lower)), is_factorised=False)


def solve_ridge(factor: Factor, following: npt.NDArray[np.floating[Any]]) -> Floats:
    """Solve the sequence-aware ridge: from decayed histories (features) to the next title, ``(Gram + reg·I)⁻¹ K``.

    A float32 ``following`` that is ours to write is solved in its own place.
    """
    from scipy.linalg.lapack import spotrs

    if not following.size:
        return np.zeros(following.shape, np.float32)
    if not factor.is_factorised:
        return np.linalg.solve(factor.matrix, following).astype(np.float32)
    is_ours = following.dtype == np.float32 and following.flags.owndata
    solved = following if is_ours else np.empty(following.shape, np.float32)
    for left in range(0, following.shape[1], _BLOCK):
        columns = slice(left, left + _BLOCK)
        solved[:, columns], _ = spotrs(factor.matrix, np.asfortranarray(following[:, columns], np.float32), lower=0)
        let_go(following)
    return solved


def _regularised(packed: Packed, reg: float) -> Floats:
    """Lay a packed triangle out in the lower half of a float32 matrix (above it stands nothing of worth)."""
    n = (int(np.sqrt(8 * len(packed) + 1)) - 1) // 2
    matrix = np.zeros((n, n), np.float32)
    for row in range(n):
        matrix[row, : row + 1] = packed[triangle(row) : triangle(row + 1)]
        if row % _BLOCK == 0:
            let_go(packed)
    matrix[np.diag_indices(n)] += np.float32(reg)
    let_go(packed)
    return matrix
