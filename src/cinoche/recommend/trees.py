"""Regression trees as plain arrays, walked by one compiled loop: to ask them, no library that grows them is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from cinoche.recommend.families.chronicle import compiled
from cinoche.recommend.statistics import Doubles, Floats, Ints

ROOTS: Final = "roots"
COLUMNS: Final = "columns"
LIMITS: Final = "limits"
BRANCHES: Final = "branches"
LEAVES: Final = "leaves"


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees end to end. ``roots`` is the node that each begins with, or the leaf, where that is all there is of it.

    A node sends a row to the left where its ``columns``' value is at most its ``limits``. A branch (left, right) that
    is negative leads to a leaf, -1 to the first.
    """

    roots: Ints
    columns: Ints
    limits: Doubles
    branches: Ints
    leaves: Doubles

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """The trees that these arrays keep; nothing is copied."""
        return cls(arrays[ROOTS], arrays[COLUMNS], arrays[LIMITS], arrays[BRANCHES], arrays[LEAVES])

    @classmethod
    def grown(cls, trees: Sequence[Mapping[str, Any]]) -> Self:
        """Lay out trees that are given as nested mappings, as LightGBM dumps them."""
        made = _Layout([], [], [], [])
        roots = [made.add(tree["tree_structure"]) for tree in trees]
        return cls(
            np.array(roots, np.int32),
            np.array(made.columns, np.int32),
            np.array(made.limits, np.float64),
            np.array(made.branches, np.int32).reshape(-1, 2),
            np.array(made.leaves, np.float64),
        )

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays that keep them."""
        return {
            ROOTS: self.roots, COLUMNS: self.columns, LIMITS: self.limits, BRANCHES: self.branches, LEAVES: self.leaves,
        }  # fmt: skip

    def score(self, table: Floats) -> Floats:
        """What all trees together say of each row of a table."""
        scores = np.zeros(len(table))
        _walk(self.roots, self.columns, self.limits, self.branches, self.leaves, table, scores)
        return scores.astype(np.float32)


@dataclass(slots=True)
class _Layout:
    columns: list[int]
    limits: list[float]
    branches: list[tuple[int, int]]
    leaves: list[float]

    def add(self, node: Mapping[str, Any]) -> int:
        """Add a node and all below it; tell its number."""
        if "split_feature" not in node:
            self.leaves.append(float(node["leaf_value"]))
            return -len(self.leaves)
        place = len(self.columns)
        self.columns.append(int(node["split_feature"]))
        self.limits.append(float(node["threshold"]))
        self.branches.append((0, 0))
        self.branches[place] = (self.add(node["left_child"]), self.add(node["right_child"]))
        return place


@compiled
def _walk(roots, columns, limits, branches, leaves, table, scores):  # type: ignore[no-untyped-def]
    for tree in range(len(roots)):
        for row in range(len(table)):
            node = roots[tree]
            while node >= 0:
                node = branches[node, 0 if table[row, columns[node]] <= limits[node] else 1]
            scores[row] += leaves[-node - 1]
