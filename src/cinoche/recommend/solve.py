"""The two solves: from sums over people to matrices that score."""

import numpy as np

from cinoche.recommend.statistics import Doubles, Floats, Statistics


def solve_ease(together: Doubles, reg: float) -> Floats:
    """Solve EASE: the item-to-item matrix with a zero diagonal that best rebuilds every history from itself.

    With ``P = (G + reg·I)⁻¹``, ``B[i, j] = −P[i, j] / P[j, j]`` off the diagonal (Steck 2019). The factors are float32:
    with ``reg`` on the diagonal the error is about 1e-5 of the largest weight (tested), at half the cost.
    """
    from scipy.linalg.lapack import spotrf, spotri

    n = len(together)
    if not n:
        return np.zeros((0, 0), np.float32)
    factor, info = spotrf(_regularised(together, reg).T, lower=0, overwrite_a=1)
    inverse, info2 = spotri(factor, lower=0, overwrite_c=1)
    if info or info2:
        return _ease_in_double(together, reg)
    upper = np.triu(inverse)
    inverse = upper + np.triu(upper, 1).T
    weights = np.asarray(-inverse / np.diag(inverse)[None, :], np.float32)
    np.fill_diagonal(weights, 0.0)
    return np.ascontiguousarray(weights)


def _ease_in_double(together: Doubles, reg: float) -> Floats:
    inverse = np.linalg.inv(together + reg * np.eye(len(together)))
    weights = (-inverse / np.diag(inverse)[None, :]).astype(np.float32)
    np.fill_diagonal(weights, 0.0)
    return weights


def solve_ridge(statistics: Statistics, reg: float) -> Floats:
    """Solve the sequence-aware ridge: from decayed histories (features) to the next title, ``(Gram + reg·I)⁻¹ K``."""
    from scipy.linalg.lapack import spotrf, spotrs

    gram, following = statistics.arrays["gram"], statistics.arrays["following"]
    if not following.size:
        return np.zeros(following.shape, np.float32)
    factor, info = spotrf(_regularised(gram, reg).T, lower=0, overwrite_a=1, clean=0)
    if info:
        lower = np.tril(gram)
        whole = lower + np.tril(lower, -1).T + reg * np.eye(len(gram))
        return np.linalg.solve(whole, following).astype(np.float32)
    solved, _ = spotrs(factor, np.asfortranarray(following, np.float32), lower=0, overwrite_b=1)
    return np.ascontiguousarray(solved)


def _regularised(lower: Doubles, reg: float) -> Floats:
    matrix = lower.astype(np.float32)
    matrix[np.diag_indices(len(matrix))] += np.float32(reg)
    return matrix
