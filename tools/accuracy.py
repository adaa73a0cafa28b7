"""Write the tables of docs/explanation/accuracy.md from the reports beside it, or measure those first.

``python -m tools.accuracy`` writes the page; ``--run NAME=FILE`` evaluates a ratings file by the protocols it carries
(``--protocol`` and ``--model`` choose) and keeps the reports; ``--check`` fails where the page is not what the reports
say.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation import PROTOCOLS, evaluate
from cinoche.recommend.evaluation.report import BAR, BEYOND
from cinoche.recommend.training.walk import DAILY, FROZEN, LIVE

PAGE: Final = Path(__file__).parents[1] / "docs" / "explanation" / "accuracy.md"
REPORTS: Final = PAGE.parent / "reports"
PEERS: Final = REPORTS / "peers.json"
LOWER_IS_BETTER: Final = frozenset({"rmse", "mae", "gini", "calibration_error"})

_BLOCK: Final = re.compile(r"(<!-- table: (?P<name>[a-z-]+) -->\n).*?(<!-- /table -->)", re.DOTALL)

Report = Mapping[str, Any]
Reports = Mapping[tuple[str, str], Report]


def main() -> int:
    """Measure what is asked for, then write the page or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", action="append", default=[], metavar="NAME=FILE")
    parser.add_argument("--protocol", action="append", choices=PROTOCOLS)
    parser.add_argument("--model", action="append", help="what is evaluated besides last week's popularity")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    for pair in given.run:
        name, _, file = pair.partition("=")
        measure(name, Path(file), given.protocol or PROTOCOLS, given.model or ())
    before = PAGE.read_text(encoding="utf-8")
    after = filled(before, read_reports(REPORTS), msgspec.json.decode(PEERS.read_bytes()))
    if given.check:
        return int(after != before)
    PAGE.write_text(after, encoding="utf-8")
    return 0


def measure(name: str, file: Path, protocols: Sequence[str], models: Sequence[str] = ()) -> None:
    """Evaluate one file by each protocol it can carry, and keep the reports; by default of what takes little time."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    for protocol in protocols:
        try:
            report = evaluate(file, protocol, models, learning=(LIVE, DAILY, FROZEN))
        except Invalid as error:
            sys.stderr.write(f"{name}, {protocol}: {error}\n")
            continue
        encoded = msgspec.json.encode(report.as_dict())
        (REPORTS / f"{name}.{protocol}.json").write_bytes(msgspec.json.format(encoded, indent=1) + b"\n")


def read_reports(folder: Path) -> Reports:
    """Read all reports, by the name of the data set and the protocol."""
    found = {}
    for path in sorted(folder.glob("*.*.json")):
        name, protocol, _ = path.name.rsplit(".", 2)
        found[name, protocol] = msgspec.json.decode(path.read_bytes())
    return found


def filled(page: str, reports: Reports, peers: Sequence[Mapping[str, Any]]) -> str:
    """Fill every block of the page that is marked as a table."""

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        lines = losses(reports, peers) if name == "losses" else by_protocol(name, reports)
        return f"{match[1]}\n{chr(10).join(lines)}\n\n{match[3]}"

    return _BLOCK.sub(block, page)


def by_protocol(protocol: str, reports: Reports) -> Iterator[str]:
    """Give the tables of one protocol, a data set after another."""
    mine = {name: report for (name, of), report in reports.items() if of == protocol}
    if not mine:
        yield "No report yet."
    for place, (name, report) in enumerate(mine.items()):
        data = report["data"]
        counts = f"{data['users']:,} people, {data['items']:,} titles, {data['interactions']:,} rows"
        yield f"{'' if not place else chr(10)}**{name}** ({counts})\n"
        yield from _table(report)


def _table(report: Report) -> Iterator[str]:
    models = report["models"]
    names = list(dict.fromkeys(name for model in models for name in model["metrics"]))
    names = [name for name in names if name not in BEYOND] + [name for name in BEYOND if name in names]
    fields = [each for each in ("picks", "learning") if any(each in model for model in models)]
    has_ratio = any("ratio" in model for model in models)
    head = ["model", *fields, *names, *([f"× {BAR}"] if has_ratio else []), "fit CPU-s", "p50 ms"]
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for model in models:
        cost = model["cost"]
        row = [model["name"], *(str(model.get(each, "")) for each in fields)]
        row += [_spelled(model["metrics"].get(name), 4) for name in names]
        if has_ratio:
            row.append(_spelled(next(iter(model.get("ratio", {}).values()), None), 2))
        row += [f"{cost['fit_cpu_s']:.1f}", f"{cost['request_p50_ms']:.2f}"]
        yield f"| {' | '.join(row)} |"


def _spelled(one: Mapping[str, float] | None, places: int) -> str:
    if one is None:
        return ""
    value, low, high = (f"{one[each]:.{places}f}".replace("0.", ".", 1) for each in ("value", "low", "high"))
    return value if one["low"] == one["high"] else f"{value} [{low}, {high}]"


def losses(reports: Reports, peers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """List where somebody else is better than the best of ours, or nobody of ours is surely above the bar."""
    rows = [*_against_peers(reports, peers), *_against_the_bar(reports)]
    if not rows:
        yield "Nowhere in what was measured."
        return
    yield "| data set | protocol | metric | our best | who is better | theirs | where theirs is from |"
    yield "|---|---|---|---|---|---|---|"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _against_peers(reports: Reports, peers: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    for peer in peers:
        name, protocol, metric = peer["set"], peer["protocol"], peer["metric"]
        report = reports.get((name, protocol))
        best = _best(report, metric) if report else None
        if best is None:
            continue
        ours, found = best
        behind = peer["value"] - found["value"]
        if (-behind if metric in LOWER_IS_BETTER else behind) > 0:
            theirs = f"{peer['value']:.3f}".replace("0.", ".", 1)
            yield [name, protocol, metric, f"{ours} {_spelled(found, 3)}", peer["model"], theirs, peer["from"]]


def _against_the_bar(reports: Reports) -> Iterator[list[str]]:
    for (name, protocol), report in reports.items():
        for picks in sorted({model.get("picks", -1) for model in report["models"]}):
            models = [each for each in report["models"] if each.get("picks", -1) == picks and each.get("ratio")]
            ours = [each for each in models if each["name"] != BAR]
            if not ours:
                continue
            metric = next(iter(ours[0]["ratio"]))
            best = max(ours, key=lambda each: each["metrics"][metric]["value"])
            if best["ratio"][metric]["low"] > 1:
                continue
            bar = next(each for each in models if each["name"] == BAR)["metrics"][metric]
            asked = protocol if picks < 0 else f"{protocol}, {picks} picks"
            times = _spelled(best["ratio"][metric], 2)
            said = f"{best['name']} {_spelled(best['metrics'][metric], 3)}"
            yield [name, asked, metric, said, f"{BAR}, or as good", _spelled(bar, 3), f"this report: {times} times it"]


def _best(report: Report, metric: str) -> tuple[str, Mapping[str, float]] | None:
    ours = [each for each in report["models"] if each["name"] != BAR and metric in each["metrics"]]
    if not ours:
        return None
    sign = -1 if metric in LOWER_IS_BETTER else 1
    best = max(ours, key=lambda each: sign * each["metrics"][metric]["value"])
    return best["name"], best["metrics"][metric]


if __name__ == "__main__":
    sys.exit(main())
