"""Reading csv, tsv and .dat block by block: fast where a block is plain, with care and line numbers where it is not."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation.columns import SHAPES, Columns, choose

BLOCK: Final = 1 << 24
"""How many bytes are looked at together; what is read at most twice, and held once."""

_DAT: Final[Mapping[str, int]] = {"user": 0, "item": 1, "rating": 2, "time": 3}
_BOM: Final = b"\xef\xbb\xbf"


@dataclass
class _Text:
    """Where the reading of a file has come to."""

    path: Path
    columns: Columns
    digest: Any
    separator: str
    chosen: Mapping[str, int] | None = None
    width: int = 0
    line: int = 1


def read_text(path: Path, columns: Columns, digest: Any, block: int = BLOCK) -> None:
    """Read a text file into the columns; raises Invalid with the line and the reason where it is not one."""
    suffix = path.suffix.lower()
    separator = {".dat": "::", ".data": "\t", ".tsv": "\t", ".tab": "\t"}.get(suffix, ",")
    text = _Text(path, columns, digest, separator)
    for data, is_last in _blocks(path, digest, block):
        rest = data if text.line > 1 else data.removeprefix(_BOM)
        if text.chosen is None:
            rest = _begin(text, rest, has_head=suffix not in (".dat", ".data"))
        if rest and not _fast(text, rest):
            _careful(text, rest, is_last=is_last)
    if text.chosen is None and suffix not in (".dat", ".data"):
        raise Invalid("The file is empty.", where=str(path), remedy=SHAPES)


def _blocks(path: Path, digest: Any, size: int) -> Iterator[tuple[bytes, bool]]:
    """Blocks that end with a line, and whether each is the last."""
    held = b""
    with path.open("rb") as file:
        while data := file.read(size):
            digest.update(data)
            cut = data.rfind(b"\n") + 1
            if not cut:
                held += data
                continue
            whole, held = held + data[:cut], data[cut:]
            is_last = not held and not file.peek(1)
            yield whole, is_last
    if held:
        yield held, True


def _begin(text: _Text, data: bytes, *, has_head: bool) -> bytes:
    """Learn from the first line where the columns are; gives what follows the head."""
    first, _, rest = data.partition(b"\n")
    if not has_head:
        text.chosen, text.width = _DAT, first.count(text.separator.encode()) + 1
        return data
    head = next(_reader(text, _decoded(text, first)), None)
    if not head:
        raise Invalid("The file is empty.", where=str(text.path), remedy=SHAPES)
    text.chosen, text.width = choose(head, str(text.path)), len(head)
    text.line = 2
    return rest


def _fast(text: _Text, data: bytes) -> bool:
    """Read a plain block by pyarrow; false where it is missing or the block needs care, nothing being added then."""
    try:
        import pyarrow as pa
        from pyarrow import csv as fast
    except ImportError:
        return False
    columns, chosen = text.columns, text.chosen or {}
    if columns.is_dated or b'"' in data or b"\x00" in data or (text.separator == "::" and b"\t" in data):
        return False
    plain = data.replace(b"::", b"\t") if text.separator == "::" else data
    names = [f"c{k}" for k in range(text.width)]
    mark = "," if text.separator == "," else "\t"
    kinds = {name: pa.string() if name in ("user", "item") else pa.float64() for name in chosen}
    try:
        table = fast.read_csv(
            pa.BufferReader(plain),
            fast.ReadOptions(column_names=names, block_size=len(plain) + 1, use_threads=False),
            fast.ParseOptions(delimiter=mark, quote_char=False, ignore_empty_lines=False),
            fast.ConvertOptions(
                include_columns=[names[k] for k in chosen.values()],
                column_types={names[k]: kinds[name] for name, k in chosen.items()},
                strings_can_be_null=False, null_values=[],
            ),
        )  # fmt: skip
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return False
    found = {name: table.column(names[k]).combine_chunks() for name, k in chosen.items()}
    return _add_fast(text, found, len(table))


def _add_fast(text: _Text, found: Mapping[str, Any], n: int) -> bool:
    columns = text.columns
    encoded = {name: found[name].dictionary_encode() for name in ("user", "item")}
    names = {name: each.dictionary.to_pylist() for name, each in encoded.items()}
    numbers = {name: found[name].to_numpy(zero_copy_only=False) for name in found if name not in encoded}
    if any("" in each for each in names.values()) or not all(np.isfinite(each).all() for each in numbers.values()):
        return False
    for name, codes in (("user", columns.users), ("item", columns.items)):
        codes.add_encoded(encoded[name].indices.to_numpy(), names[name])
    _add_numbers(text, numbers)
    text.line += n
    return True


def _careful(text: _Text, data: bytes, *, is_last: bool) -> None:
    """Read a block row by row; raises Invalid with the line of what is wrong."""
    decoded = _decoded(text, data)
    reader = _reader(text, decoded)
    try:
        rows = list(reader)
    except csv.Error as error:
        where = f"{text.path}:{text.line - 1 + getattr(reader, 'line_num', 0)}"
        raise Invalid(f"The row cannot be read ({error}).", where=where, remedy=SHAPES) from error
    chosen = text.chosen or {}
    least = max(chosen.values()) + 1
    if is_last and rows and not any(rows[-1]):
        rows.pop()  # a last empty line ends many files
    for k, row in enumerate(rows):
        if len(row) < least:
            reason = f"The row has {len(row)} columns where {least} are needed; the file may be cut short."
            raise Invalid(reason, where=f"{text.path}:{text.line + k}", remedy=SHAPES)
    if not rows:
        return
    for name, codes in (("user", text.columns.users), ("item", text.columns.items)):
        values = [row[chosen[name]] for row in rows]
        if "" in values:
            where = f"{text.path}:{text.line + values.index('')}"
            raise Invalid(f"The {name} is missing.", where=where, remedy=SHAPES)
        codes.add(values)
    _add_numbers(text, {name: [row[k] for row in rows] for name, k in chosen.items() if name not in ("user", "item")})
    text.line += len(rows)


def _add_numbers(text: _Text, numbers: Mapping[str, Any]) -> None:
    if "rating" in numbers:
        text.columns.add_ratings(numbers["rating"], text.line)
    for name in ("time", "order"):
        if name in numbers:
            text.columns.add_times(numbers[name], name, text.line)
            break


def _decoded(text: _Text, data: bytes) -> str:
    if b"\x00" in data:
        raise Invalid("The file is not text.", where=str(text.path), remedy=SHAPES)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = text.line + data[: error.start].count(b"\n")
        raise Invalid("The file is not UTF-8 text.", where=f"{text.path}:{line}", remedy=SHAPES) from error


def _reader(text: _Text, decoded: str) -> Iterator[list[str]]:
    if text.separator == "::":
        return (line.split("::") for line in decoded.splitlines())
    return csv.reader(io.StringIO(decoded, newline=""), delimiter=text.separator, strict=True)
