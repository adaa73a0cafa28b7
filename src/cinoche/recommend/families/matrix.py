"""Who liked what as one sparse matrix, and sparse rows that keep the strongest entries: what several families share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import Floats, Ints, Layout, Longs

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array


def likes(interactions: Interactions, layout: Layout) -> "csr_array[np.float32]":
    """One row a person with at least one liked warm title, one column a warm title; the weight of each like."""
    from scipy.sparse import csr_array

    places = layout.place[interactions.items]
    kept = (interactions.weights > 0) & (places >= 0)
    people, places = interactions.users[kept], places[kept]
    starts = np.flatnonzero(np.r_[True, people[1:] != people[:-1]]) if len(people) else np.empty(0, np.int64)
    bounds = np.r_[starts, len(people)].astype(np.int32)
    found = csr_array((interactions.weights[kept], places, bounds), shape=(len(starts), layout.n_warm))
    found.sum_duplicates()
    return found


def blocks_of_pairs(matrix: "csr_array[np.float32]", width: int = 256) -> Iterator[tuple[slice, Floats]]:
    """Give how much every title (row) is liked together with each title of a block (column), block by block.

    The whole would be one square of titles; a block needs only ``width`` of its columns in memory.
    """
    columns: csc_array[np.float32] = matrix.tocsc()
    transposed = matrix.T.tocsr()
    for start in range(0, matrix.shape[1], width):
        block = slice(start, min(start + width, matrix.shape[1]))
        yield block, np.asarray((transposed @ columns[:, block]).toarray(), np.float32)


def spans(starts: npt.NDArray[np.integer], lengths: npt.NDArray[np.integer]) -> Longs:
    """Lay out the positions of several runs, one after the other."""
    total = int(lengths.sum())
    jumps = np.repeat(starts - np.r_[0, np.cumsum(lengths)[:-1]], lengths)
    return np.asarray(jumps + np.arange(total), np.int64)


def strongest(values: Floats, k: int) -> Longs:
    """The rows of the ``k`` largest positive values of each column, as flat row and column pairs in a stable order."""
    n = min(k, len(values))
    chosen = np.argpartition(-values, n - 1, axis=0)[:n] if n else np.empty((0, values.shape[1]), np.int64)
    chosen = np.sort(chosen, axis=0)
    columns = np.broadcast_to(np.arange(values.shape[1]), chosen.shape)
    flat = np.stack([chosen.T.ravel(), columns.T.ravel()])
    kept: Longs = flat[:, values[flat[0], flat[1]] > 0].astype(np.int64)
    return kept


def by_row(rows: Longs, columns: Longs, values: npt.NDArray[Any], n: int) -> tuple[Longs, Ints, Floats]:
    """Lay entries out row by row: where each row starts, the column and the value of each entry."""
    order = np.lexsort((columns, rows))
    bounds = np.r_[0, np.cumsum(np.bincount(rows, minlength=n))].astype(np.int64)
    return bounds, columns[order].astype(np.int32), values[order].astype(np.float32)
