"""The large sums as files: one array of float64 each, mapped, with a checksum that is a sum itself.

A cell's bits count times an odd number of its own, modulo 2⁶⁴. So the checksum of a file of gigabytes follows a few
changed cells without reading the others, and no single cell can change unseen.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from cinoche.recommend.counting import let_go
from cinoche.recommend.statistics import Doubles, Longs

BLOCK: Final = 1 << 21
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_ONE: Final = np.uint64(1)


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a file: the shape of its array and its checksum."""

    shape: tuple[int, ...]
    checksum: int

    @property
    def cells(self) -> int:
        """How many numbers it has."""
        return int(np.prod(self.shape, dtype=np.int64))


def path_of(folder: Path, name: str) -> Path:
    """Tell where a sum is kept."""
    return folder / f"{name}.f64"


def create(folder: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Doubles]:
    """Make files of zeros, which take no room on the disk until something is counted."""
    for name, shape in shapes.items():
        with path_of(folder, name).open("wb") as file:
            file.truncate(8 * int(np.prod(shape, dtype=np.int64)))
    return {name: map_file(folder, name, shape) for name, shape in shapes.items()}


def map_file(folder: Path, name: str, shape: tuple[int, ...]) -> Doubles:
    """Map a file to be read and changed in place; one without cells is an empty array."""
    if 0 in shape:
        return np.zeros(shape)
    array: Doubles = np.memmap(path_of(folder, name), np.float64, "r+", shape=shape)
    return array


def is_whole(folder: Path, name: str, kept: Kept) -> bool:
    """Tell whether a file has the length it was left with."""
    try:
        return path_of(folder, name).stat().st_size == 8 * kept.cells
    except OSError:
        return False


def checksum(array: Doubles) -> int:
    """Add up all cells' bits, each times its own odd number."""
    flat = array.reshape(-1)
    total = 0
    for first, part in _blocks(flat):
        index = np.arange(first, first + len(part), dtype=np.int64)
        total += _weigh(index, np.ascontiguousarray(part))
    let_go(array)
    return total % 2**64


def moved(before: int, index: Longs, old: Doubles, new: Doubles) -> int:
    """Tell the checksum after some cells have changed."""
    return (before - _weigh(index, old) + _weigh(index, new)) % 2**64


def _weigh(index: Longs, values: Doubles) -> int:
    odd = (index.astype(np.uint64) * _ODD << _ONE) | _ONE
    return int(np.sum(odd * values.view(np.uint64), dtype=np.uint64))


def _blocks(flat: npt.NDArray[np.float64]) -> Iterator[tuple[int, Doubles]]:
    for first in range(0, len(flat), BLOCK):
        yield first, flat[first : first + BLOCK]
