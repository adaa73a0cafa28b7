"""What an evaluation found, as data and as a plain table."""

import resource
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cinoche.recommend.evaluation.metrics import Interval


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
    """One model's metrics and costs; ``learning`` says how often it learnt on the way, where a protocol walks."""

    name: str
    metrics: Mapping[str, Interval]
    cost: Cost
    learning: str | None = None


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
    """One evaluation: a protocol, a seed, the data and a row for each model."""

    protocol: str
    seed: int
    data: Data
    models: Sequence[ModelReport]
    comparisons: Sequence[Comparison] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON."""
        return {
            "protocol": self.protocol,
            "seed": self.seed,
            "data": asdict(self.data),
            "models": [
                {
                    "name": model.name,
                    **({"learning": model.learning} if model.learning is not None else {}),
                    "metrics": {name: asdict(value) for name, value in model.metrics.items()},
                    "cost": asdict(model.cost),
                }
                for model in self.models
            ],
            **({"comparisons": [asdict(each) for each in self.comparisons]} if self.comparisons else {}),
        }


def table(report: Report) -> str:
    """The report as lines of text: one row a model, each metric with its 95 % interval."""
    names = list(report.models[0].metrics) if report.models else []
    walks = any(model.learning is not None for model in report.models)
    head = ["model", *(["learning"] if walks else []), *names, "fit CPU-s", "peak MB", "p50 ms", "p99 ms"]
    rows = [head, *(_row(model) for model in report.models)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    data = report.data
    title = (
        f"{report.protocol}: {data.users:,} users, {data.items:,} items, {data.interactions:,} interactions,"
        f" seed {report.seed}"
    )
    return "\n".join([title, *lines, *map(_compared, report.comparisons)])


def _compared(one: Comparison) -> str:
    """One comparison as a sentence."""
    found = one.difference
    this, that = f"{one.name} {one.learning}", f"{one.than} {one.than_learning}"
    return f"{this} over {that}: {one.metric} {found.value:+.4f} [{found.low:+.4f}, {found.high:+.4f}]"


def peak_rss_mb() -> float:
    """The most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _row(model: ModelReport) -> list[str]:
    metrics = [
        f"{one.value:.4f}" if one.low == one.high else f"{one.value:.4f} [{one.low:.4f}, {one.high:.4f}]"
        for one in model.metrics.values()
    ]
    cost = model.cost
    learning = [] if model.learning is None else [model.learning]
    costs = [f"{cost.fit_cpu_s:.1f}", f"{cost.peak_rss_mb:.0f}"]
    return [model.name, *learning, *metrics, *costs, f"{cost.request_p50_ms:.2f}", f"{cost.request_p99_ms:.2f}"]
