"""Columns of a ratings file as they grow block by block: compact arrays, and every name held once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from cinoche.kit.errors import Invalid
from cinoche.recommend.statistics import Doubles, Ints

T = TypeVar("T", bound=np.generic)

SHAPES: Final = (
    "Write a MovieLens file (csv with userId,movieId,rating,timestamp, or .dat with ::), or csv or parquet with the"
    " columns user,item,rating and time or order."
)

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "user": ("user", "userid", "user_id"),
    "item": ("item", "itemid", "item_id", "movieid", "movie_id"),
    "rating": ("rating",),
    "time": ("time", "timestamp"),
    "order": ("order",),
}


@dataclass
class Codes:
    """Names as numbers, in the order in which they are first met."""

    codes: dict[str, int] = field(default_factory=dict)
    parts: list[Ints] = field(default_factory=list)

    def add(self, values: Iterable[str]) -> None:
        """Add a row for each value."""
        codes = self.codes
        self.parts.append(np.array([codes.setdefault(value, len(codes)) for value in values], np.int32))

    def add_encoded(self, places: npt.NDArray[np.integer], names: Iterable[str]) -> None:
        """Add rows that say at which place of some names theirs stands."""
        codes = self.codes
        table = np.array([codes.setdefault(name, len(codes)) for name in names], np.int32)
        self.parts.append(table[places])


@dataclass
class Columns:
    """A file's columns so far. Ratings are float32, times and orders float64."""

    path: str
    users: Codes = field(default_factory=Codes)
    items: Codes = field(default_factory=Codes)
    ratings: list[npt.NDArray[np.float32]] = field(default_factory=list)
    times: list[Doubles] = field(default_factory=list)
    has_times: bool = False
    is_dated: bool | None = None

    def add_ratings(self, values: Sequence[object] | npt.NDArray[np.floating], first: int) -> None:
        """Add ratings; ``first`` is the line of the first of them."""
        self.ratings.append(self._finite(values, "rating", first).astype(np.float32))

    def add_times(self, values: Sequence[object] | npt.NDArray[np.floating], name: str, first: int) -> None:
        """Add times or orders: numbers, or moments where the file's first one is a moment."""
        self.has_times = name == "time"
        if isinstance(values, np.ndarray):
            self.is_dated = False
            numbers: Sequence[object] | npt.NDArray[np.floating] = values
        else:
            if self.is_dated is None:
                self.is_dated = name == "time" and isinstance(values[0], str) and not _is_number(values[0])
            numbers = [_seconds_of(value) for value in values] if self.is_dated else values
        self.times.append(self._finite(numbers, name, first, shown=values).astype(np.float64))

    def _finite(
        self,
        values: Sequence[object] | npt.NDArray[np.floating],
        name: str,
        first: int,
        shown: Sequence[object] | npt.NDArray[np.floating] | None = None,
    ) -> npt.NDArray[np.floating]:
        try:
            numbers = np.asarray(values, np.float64)
        except (ValueError, TypeError):
            numbers = np.array([_number(value) for value in values])
        bad = np.flatnonzero(~np.isfinite(numbers))
        if len(bad):
            row = int(bad[0])
            value = (values if shown is None else shown)[row]
            where = f"{self.path}:{row + first}"
            raise Invalid(f"The {name} {str(value)[:40]!r} is not a number.", where=where, remedy=SHAPES)
        return numbers


def choose(head: Sequence[str], path: str) -> dict[str, int]:
    """Find the columns of a ratings file by their names; raises Invalid where one that is needed is missing."""
    folded = [name.strip().casefold() for name in head]
    found = {name: folded.index(known) for name, all_known in NAMES.items() for known in all_known if known in folded}
    for name in ("user", "item"):
        if name not in found:
            listed = ", ".join(head[:8])[:120]
            raise Invalid(f"There is no column for the {name} among: {listed}.", where=f"{path}:1", remedy=SHAPES)
    return found


def joined(parts: list[npt.NDArray[T]]) -> npt.NDArray[T]:
    """Lay parts end to end and let go of them."""
    whole = np.concatenate(parts)
    parts.clear()
    return whole


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _is_number(text: str) -> bool:
    return bool(np.isfinite(_number(text))) or text.strip().lower() == "nan"


def _seconds_of(value: object) -> float:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return float("nan")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
