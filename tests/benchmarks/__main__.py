"""Run the benchmarks and write docs/benchmarks.md: `python -m tests.benchmarks [--only NAME] [--with accuracy]`."""

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.benchmarks.figures import FIGURES, SLOW
from tests.benchmarks.lab import Lab
from tests.benchmarks.report import Row, page, read
from tests.benchmarks.serving import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Measure what was asked for; the page is written when everything was. One that breaks does not stop the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=FIGURES, metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--with", action="append", choices=sorted(SLOW), dest="also", default=[], metavar="NAME")
    parser.add_argument("--write", action="store_true", help="with --only: write these rows into the page")
    parser.add_argument("--folder", type=Path, default=ROOT, help="a folder on the disk to measure")
    asked = parser.parse_args()
    names = asked.only or [name for name in FIGURES if name not in SLOW or name in asked.also]
    rows: list[tuple[str, Row]] = []
    broken = 0
    with tempfile.TemporaryDirectory(dir=asked.folder, prefix=".bench-") as folder:
        lab = Lab(Path(folder))
        disk = lab.disk
        for name in names:
            began = time.perf_counter()
            try:
                for row in FIGURES[name](lab):
                    rows.append((name, row))
                    sys.stdout.write(f"{name:11} {row.what}: {row.measured}  [{row.target}]  {row.beside}\n")
                    sys.stdout.flush()
            except Exception as error:  # noqa: BLE001 - the others are still worth their while
                traceback.print_exc()
                rows.append((name, Row("it broke", "", f"{type(error).__name__}: {error}".replace("\n", " ")[:200])))
                broken += 1
            sys.stdout.write(f"{name:11} took {time.perf_counter() - began:.0f} s\n")
    if asked.write or not asked.only:
        known = {} if not asked.only else read(PAGE.read_text(encoding="utf-8"))
        for name in names:
            known[name] = [row for measured, row in rows if measured == name]
        ordered = [(name, row) for name in FIGURES for row in known.get(name, ())]
        PAGE.write_text(page(ordered, disk), encoding="utf-8")
        sys.stdout.write(f"written: {PAGE.relative_to(ROOT)}\n")
    return broken


if __name__ == "__main__":
    sys.exit(main())
