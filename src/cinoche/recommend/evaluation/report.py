"""What an evaluation found, as data and as a plain table."""

import resource
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from cinoche.recommend.evaluation.metrics import Interval

BEYOND: Final = ("debiased_ndcg@10", "coverage", "gini", "novelty", "diversity", "calibration_error")
"""The metrics beyond accuracy, which stand in a table of their own."""

BAR: Final = "popular-7d"
"""The model that every other is compared with."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a model costs: CPU seconds to fit, the process's peak memory by then, and the time of one request."""

    fit_cpu_s: float
    peak_rss_mb: float
    request_p50_ms: float
    request_p99_ms: float


@dataclass(frozen=True, slots=True)
class Data:
    """What was evaluated on, after the protocol's own filters; ``sha256`` is the file's."""

    users: int
    items: int
    interactions: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelReport:
    """One model's metrics and costs.

    ``learning`` says how often it learnt on the way, where a protocol walks; ``picks`` is how many titles were named,
    where a protocol asks with several numbers of them, ``picker`` the list that was shown to name titles of. ``ratio``
    is how many times as good as the bar it is on the same people, with the paired interval.
    """

    name: str
    metrics: Mapping[str, Interval]
    cost: Cost
    learning: str | None = None
    picks: int | None = None
    picker: str | None = None
    ratio: Mapping[str, Interval] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """By how much one model is better than another on the same questions, with its paired interval."""

    name: str
    learning: str
    than: str
    than_learning: str
    metric: str
    difference: Interval


@dataclass(frozen=True, slots=True)
class Report:
    """One evaluation: a protocol, a seed, the data and a row for each model, compared with the model ``bar``."""

    protocol: str
    seed: int
    data: Data
    models: Sequence[ModelReport]
    comparisons: Sequence[Comparison] = ()
    bar: str = BAR

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON."""
        return {
            "protocol": self.protocol,
            "seed": self.seed,
            "data": asdict(self.data),
            "models": [
                {
                    "name": model.name,
                    **_asked(model),
                    "metrics": {name: asdict(value) for name, value in model.metrics.items()},
                    "cost": asdict(model.cost),
                    **({"ratio": {name: asdict(value) for name, value in model.ratio.items()}} if model.ratio else {}),
                }
                for model in self.models
            ],
            **({"comparisons": [asdict(each) for each in self.comparisons]} if self.comparisons else {}),
        }


def _asked(model: ModelReport) -> dict[str, Any]:
    """What this row of a protocol was asked with, where its rows differ in that."""
    asked = {"learning": model.learning, "picks": model.picks, "picker": model.picker}
    return {name: value for name, value in asked.items() if value is not None}


def table(report: Report) -> str:
    """The report as lines of text: one row a model, each metric with its 95 % interval."""
    data = report.data
    title = (
        f"{report.protocol}: {data.users:,} users, {data.items:,} items, {data.interactions:,} interactions,"
        f" seed {report.seed}"
    )
    accurate = _aligned(cells(report))
    rest = _aligned(cells(report, is_beyond=True))
    return "\n".join([title, *accurate, *map(_compared, report.comparisons), *(["", *rest] if rest else [])])


def markdown(report: Report) -> str:
    """The report as tables in Markdown."""
    tables = [cells(report), cells(report, is_beyond=True)]
    return "\n\n".join(
        "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])
        for head, *rows in (each for each in tables if each)
    )


def _compared(one: Comparison) -> str:
    """One comparison as a sentence."""
    found = one.difference
    this, that = f"{one.name} {one.learning}", f"{one.than} {one.than_learning}"
    return f"{this} over {that}: {one.metric} {found.value:+.4f} [{found.low:+.4f}, {found.high:+.4f}]"


def cells(report: Report, *, is_beyond: bool = False) -> list[list[str]]:
    """The cells of a table, its head first: accuracy, costs and the ratio to the bar, or what lies beyond accuracy."""
    names = [name for name in _names(report) if (name in BEYOND) is is_beyond]
    if not names:
        return []
    fields = list(dict.fromkeys(name for model in report.models for name in _asked(model)))
    head = ["model", *fields, *names]
    lines = [[model.name, *(str(_asked(model).get(each, "")) for each in fields)] for model in report.models]
    for line, model in zip(lines, report.models, strict=True):
        line += [spelled(model.metrics[name]) if name in model.metrics else "" for name in names]
    if is_beyond:
        return [head, *lines]
    has_ratio = any(model.ratio for model in report.models)
    head += ["fit CPU-s", "peak MB", "p50 ms", "p99 ms", *([f"× {report.bar}"] if has_ratio else [])]
    for line, model in zip(lines, report.models, strict=True):
        cost = model.cost
        line += [f"{cost.fit_cpu_s:.1f}", f"{cost.peak_rss_mb:.0f}"]
        line += [f"{cost.request_p50_ms:.2f}", f"{cost.request_p99_ms:.2f}"]
        if has_ratio:
            line.append(spelled(next(iter(model.ratio.values())), places=2))
    return [head, *lines]


def _names(report: Report) -> list[str]:
    return list(dict.fromkeys(name for model in report.models for name in model.metrics))


def spelled(one: Interval, places: int = 4) -> str:
    """A value, and its interval where it has one."""
    value, low, high = (f"{each:.{places}f}" for each in (one.value, one.low, one.high))
    return value if one.low == one.high else f"{value} [{low}, {high}]"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def peak_rss_mb() -> float:
    """The most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
