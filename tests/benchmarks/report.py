"""Rows of figures, and the page that they are written to."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

_COLUMNS = ("benchmark", "what", "target", "measured", "beside")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what was measured, what was asked for, what was found, and what to read it beside."""

    what: str
    target: str
    measured: str
    beside: str = ""

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Self:
        """Take a row of another benchmark."""
        return cls(row["measure"], row["target"], row["result"])


def p50_p99(values: Sequence[float], unit: str = "ms") -> str:
    """Say the middle and the slow end of times in seconds."""
    scale = {"ms": 1e3, "µs": 1e6, "s": 1.0}[unit]
    p50, p99 = np.percentile(np.array(values) * scale, [50, 99])
    return f"p50 {p50:.2f} {unit}, p99 {p99:.2f} {unit}"


def fdatasync_s(path: Path, times: int = 300) -> list[float]:
    """Take the seconds that the disk needs to make 4 KiB durable, again and again."""
    from tests.benchmarks.serving import timed

    found: list[float] = []
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    for _ in range(times):
        os.write(file, bytes(4096))
        with timed(found):
            os.fdatasync(file)
    os.close(file)
    path.unlink()
    return found


def page(rows: Iterable[tuple[str, Row]], disk: str) -> str:
    """Write the page."""
    cores = os.cpu_count()
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    machine = f"{cores} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = [
        "# Benchmarks",
        "",
        "<!-- Written by `make bench`; do not edit. -->",
        "",
        "Machines differ, so read ratios and CPU seconds first, and times beside what the disk takes alone. Nothing",
        "here is asserted by a test; what must hold (no answer stale, nothing acknowledged lost) is, in tests/.",
        "",
        f"- Machine: {machine}, SQLite {sqlite3.sqlite_version}; load average at the end {load}.",
        f"- Its disk makes 4 KiB durable (fdatasync) in {disk}.",
        "- `make bench` runs all but the slow ones; `python -m tests.benchmarks --with accuracy` runs that too,",
        "  `--only NAME` one alone, `--only NAME --write` renews its rows here: rows may come from different runs.",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        "|---|---|---|---|---|",
        *(f"| {name} | {row.what} | {row.target} | {row.measured} | {row.beside} |" for name, row in rows),
    ]
    return "\n".join(lines) + "\n"


def read(text: str) -> dict[str, list[Row]]:
    """Read the rows of a page back, by the benchmark that they are of."""
    found: dict[str, list[Row]] = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == len(_COLUMNS) and cells != list(_COLUMNS):
            found.setdefault(cells[0], []).append(Row(*cells[1:]))
    return found
