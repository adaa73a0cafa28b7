"""Reading parquet some row groups at a time."""

from pathlib import Path
from typing import Any, Final

from cinoche.kit.errors import Invalid, Unavailable
from cinoche.recommend.evaluation.columns import SHAPES, Columns, choose

ROWS: Final = 1 << 19
"""How many rows are read together."""


def read_parquet(path: Path, columns: Columns, rows: int = ROWS) -> None:
    """Read a parquet file into the columns; raises Invalid with the row and the reason where it is not one."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise Unavailable(
            "Reading parquet needs pyarrow.",
            where=str(path),
            remedy='Install it with `pip install "cinoche[parquet]"`.',
        ) from error
    first = 1
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            chosen = {name: names[k] for name, k in choose(names, str(path)).items()}
            for batch in file.iter_batches(rows, columns=list(chosen.values())):
                _add(path, columns, {name: batch.column(each) for name, each in chosen.items()}, first)
                first += batch.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise Invalid(f"This is not a whole parquet file ({error}).", where=str(path), remedy=SHAPES) from error


def _add(path: Path, columns: Columns, found: dict[str, Any], first: int) -> None:
    for name, column in found.items():
        if column.null_count:
            row = column.is_null().to_pylist().index(True)
            raise Invalid(f"The {name} is missing.", where=f"{path}:{row + first}", remedy=SHAPES)
    for name, codes in (("user", columns.users), ("item", columns.items)):
        encoded = found[name].dictionary_encode() if not hasattr(found[name], "dictionary") else found[name]
        codes.add_encoded(encoded.indices.to_numpy(), map(str, encoded.dictionary.to_pylist()))
    if "rating" in found:
        columns.add_ratings(_numbers(found["rating"]), first)
    for name in ("time", "order"):
        if name in found:
            columns.add_times(_numbers(found[name]), name, first)
            break


def _numbers(column: Any) -> Any:
    """A column as an array of numbers, moments as seconds since 1970; as plain values where it is neither."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", kind.tz)).cast(pa.int64()).to_numpy(zero_copy_only=False) / 1e6
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return column.to_numpy(zero_copy_only=False).astype("float64")
    return column.to_pylist()
