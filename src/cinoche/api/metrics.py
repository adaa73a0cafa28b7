"""Counts and durations of requests, of all workers together, in the format of Prometheus."""

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

from cinoche.bootstrap import Services as House
from cinoche.kit.errors import CinocheError

MEDIA_TYPE: Final = "text/plain; version=1.0.0; charset=utf-8"
_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """What is measured. With a folder, each worker counts in files of its own there, and any of them adds them up."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
            # The client library chooses where values live when it is imported, by this variable: choose again.
            if os.environ.get(_VARIABLE) != str(directory) or values.ValueClass is values.MutexValue:
                os.environ[_VARIABLE] = str(directory)
                values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "cinoche_http_request_duration_seconds",
            "Time from a request's arrival to the end of its answer.",
            ("method", "route", "status"),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )

    def observe(self, method: str, route: str, status: int, duration_s: float) -> None:
        """Count a request under its route's template: an address would name people, and there is no end of them."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).observe(duration_s)

    def scrape(self, house: House | None = None) -> bytes:
        """Write the counts of all workers, and where the house stands: its log, who follows it, its model."""
        together = self.registry
        if self._directory is not None:
            together = CollectorRegistry()
            MultiProcessCollector(together, path=str(self._directory))  # type: ignore[no-untyped-call]
        return generate_latest(together) + (generate_latest(_standing(house)) if house is not None else b"")


def _standing(house: House) -> CollectorRegistry:
    registry = CollectorRegistry()
    for name, sentence, read in _GAUGES:
        with contextlib.suppress(CinocheError):
            Gauge(name, sentence, registry=registry).set(read(house))
    return registry


_GAUGES: Final[Sequence[tuple[str, str, Callable[[House], float]]]] = (
    ("cinoche_log_end_offset", "Offset of the last event in the log.", lambda h: h.log.end()),
    ("cinoche_library_offset", "Offset that the library's stored rows include.", lambda h: h.library.offset),
    (
        "cinoche_model_offset",
        "Offset that the recommender's model has learned.",
        lambda h: h.recommender.model().offset,
    ),
    (
        "cinoche_model_age_seconds",
        "Seconds since the recommender's model was trained.",
        lambda h: h.clock() - h.recommender.model().manifest.as_of,
    ),
    ("cinoche_catalog_titles", "Titles in the catalogue.", lambda h: len(h.catalog.faces().faces)),
)
