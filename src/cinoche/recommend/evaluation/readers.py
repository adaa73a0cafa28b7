"""Reading a ratings file of any usual shape, or refusing it with its line and the reason."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from cinoche.kit.errors import Invalid, Unavailable
from cinoche.recommend.statistics import Doubles, Floats, Ints

SHAPES: Final = (
    "Write a MovieLens file (csv with userId,movieId,rating,timestamp, or .dat with ::), or csv or parquet with the"
    " columns user,item,rating and time or order."
)

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "user": ("user", "userid", "user_id"),
    "item": ("item", "itemid", "item_id", "movieid", "movie_id"),
    "rating": ("rating",),
    "time": ("time", "timestamp"),
    "order": ("order",),
}
_DAT: Final = ("user", "item", "rating", "time")

Columns = dict[str, Sequence[Any]]


@dataclass(frozen=True)
class Ratings:
    """A ratings file: users and items as numbers, in the file's order.

    ``ratings`` is None where the file has none (every row is then a positive); ``times`` hold seconds since 1970, or
    each row's place in its user's order where ``is_timed`` is false. ``names`` are how the file calls its items, and
    ``genres`` has one row an item with a 1 for each genre, where a movies file is beside it.
    """

    users: Ints
    items: Ints
    ratings: Doubles | None
    times: Doubles
    is_timed: bool
    sha256: str
    names: tuple[str, ...] = ()
    genres: Floats | None = None

    def __len__(self) -> int:
        return len(self.users)

    @property
    def threshold(self) -> float:
        """The rating from which a row is a positive: 80 % of the highest in the file (4 of 5, 8 of 10)."""
        return 0.8 * float(self.ratings.max()) if self.ratings is not None else 0.0


def read_ratings(path: Path) -> Ratings:
    """Read a ratings file; raises Invalid with the line and the reason where it is not one."""
    if not path.is_file():
        raise Invalid("There is no such file.", where=str(path), remedy=SHAPES)
    suffix = path.suffix.lower()
    columns = _parquet(path) if suffix in (".parquet", ".pq") else _text(path, suffix)
    if not len(columns["user"]):
        raise Invalid("The file has no rows.", where=str(path), remedy=SHAPES)
    return _ratings(columns, path)


def _ratings(columns: Columns, path: Path) -> Ratings:
    first = 1 if path.suffix.lower() in (".dat", ".data", ".parquet", ".pq") else 2
    ratings = _numbers(columns["rating"], "rating", path, first) if "rating" in columns else None
    if "time" in columns:
        times, is_timed = _times(columns["time"], path, first), True
    elif "order" in columns:
        times, is_timed = _numbers(columns["order"], "order", path, first), False
    else:
        times, is_timed = np.arange(len(columns["user"]), dtype=np.float64), False
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    users, _ = _codes(columns["user"])
    items, names = _codes(columns["item"])
    return Ratings(users, items, ratings, times, is_timed, digest, tuple(map(str, names)))


def _codes(values: Iterable[Any]) -> tuple[Ints, Iterable[Any]]:
    codes: dict[Any, int] = {}
    return np.array([codes.setdefault(value, len(codes)) for value in values], np.int32), codes


def _numbers(values: Sequence[Any], name: str, path: Path, first: int) -> Doubles:
    try:
        numbers = np.array(values, np.float64)
    except (ValueError, TypeError):
        numbers = np.array([_number(value) for value in values])
    bad = np.flatnonzero(~np.isfinite(numbers))
    if len(bad):
        where, value = f"{path}:{bad[0] + first}", values[int(bad[0])]
        raise Invalid(f"The {name} {str(value)[:40]!r} is not a number.", where=where, remedy=SHAPES)
    return numbers


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _times(values: Sequence[Any], path: Path, first: int) -> Doubles:
    head = values[0]
    if isinstance(head, str) and not _is_number(head):
        return _numbers([_moment(value) for value in values], "time", path, first)
    if isinstance(head, datetime):
        return _numbers([_seconds(value) for value in values], "time", path, first)
    return _numbers(values, "time", path, first)


def _is_number(text: str) -> bool:
    return np.isfinite(_number(text)) or text.strip().lower() == "nan"


def _moment(text: str) -> float:
    try:
        return _seconds(datetime.fromisoformat(text))
    except ValueError:
        return float("nan")


def _seconds(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _parquet(path: Path) -> Columns:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise Unavailable(
            "Reading parquet needs pyarrow.",
            where=str(path),
            remedy='Install it with `pip install "cinoche[parquet]"`.',
        ) from error
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise Invalid(f"This is not a whole parquet file ({error}).", where=str(path), remedy=SHAPES) from error
    chosen = _choose(table.column_names, path)
    columns = {}
    for name, k in chosen.items():
        column = table.column(k)
        if column.null_count:
            row = next(r for r, value in enumerate(column.to_pylist()) if value is None)
            raise Invalid(f"The {name} is missing.", where=f"{path}:{row + 1}", remedy=SHAPES)
        columns[name] = column.to_pylist()
    return columns


def _text(path: Path, suffix: str) -> Columns:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Invalid("The file is not UTF-8 text.", where=f"{path}:{line}", remedy=SHAPES) from error
    if "\x00" in text:
        raise Invalid("The file is not text.", where=str(path), remedy=SHAPES)
    if suffix == ".dat":
        return _rows((line.split("::") for line in text.splitlines()), dict(zip(_DAT, range(4), strict=True)), path, 1)
    if suffix in (".data", ".tsv", ".tab"):
        return _separated(text, "\t", path)
    return _separated(text, ",", path)


def _separated(text: str, separator: str, path: Path) -> Columns:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        head = next(reader, None)
        if head is None:
            raise Invalid("The file is empty.", where=str(path), remedy=SHAPES)
        if path.suffix.lower() == ".data":
            return _rows([head, *reader], dict(zip(_DAT, range(4), strict=True)), path, 1)
        return _rows(reader, _choose(head, path), path, 2)
    except csv.Error as error:
        raise Invalid(f"The row cannot be read ({error}).", where=f"{path}:{reader.line_num}", remedy=SHAPES) from error


def _rows(rows: Iterable[list[str]], chosen: Mapping[str, int], path: Path, first: int) -> Columns:
    whole = list(rows)
    least = max(chosen.values()) + 1
    lengths = np.fromiter(map(len, whole), np.int64, len(whole))
    for k in np.flatnonzero(lengths < least):
        if k == len(whole) - 1 and not any(whole[k]):
            whole.pop()  # a last empty line ends many files
            break
        reason = f"The row has {lengths[k]} columns where {least} are needed; the file may be cut short."
        raise Invalid(reason, where=f"{path}:{k + first}", remedy=SHAPES)
    columns: Columns = {name: [row[k] for row in whole] for name, k in chosen.items()}
    for name in ("user", "item"):
        if "" in columns[name]:
            line = columns[name].index("") + first
            raise Invalid(f"The {name} is missing.", where=f"{path}:{line}", remedy=SHAPES)
    return columns


def _choose(head: Sequence[str], path: Path) -> dict[str, int]:
    folded = [name.strip().casefold() for name in head]
    found = {name: folded.index(known) for name, all_known in _NAMES.items() for known in all_known if known in folded}
    for name in ("user", "item"):
        if name not in found:
            listed = ", ".join(head[:8])[:120]
            raise Invalid(f"There is no column for the {name} among: {listed}.", where=f"{path}:1", remedy=SHAPES)
    return found
