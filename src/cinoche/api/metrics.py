"""Counts and durations of requests, of all workers together, in the format of Prometheus."""

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

from cinoche.bootstrap import Services as House
from cinoche.kit.errors import CinocheError
from cinoche.playback.sessions import Quality
from cinoche.recommend import health
from cinoche.recommend.experiments import report

MEDIA_TYPE: Final = "text/plain; version=1.0.0; charset=utf-8"
_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_STARTUP_BUCKETS_S: Final = (0.1, 0.2, 0.4, 0.6, 0.8, 1.2, 2.0, 4.0, 8.0, 16.0)
_BITRATE_BUCKETS_KBPS: Final = (250, 500, 1_000, 2_000, 3_000, 5_000, 8_000, 12_000, 20_000)
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
        self._startup = Histogram(
            "cinoche_playback_startup_seconds",
            "Time from the click to the first frame, as players tell it.",
            buckets=_STARTUP_BUCKETS_S,
            registry=self.registry,
        )
        self._bitrate = Histogram(
            "cinoche_playback_bitrate_kbps",
            "The bitrate that plays, at each message of heartbeats.",
            buckets=_BITRATE_BUCKETS_KBPS,
            registry=self.registry,
        )
        self._stalls = Counter("cinoche_playback_stalls", "Times that a picture stood still.", registry=self.registry)
        self._stalled = Counter(
            "cinoche_playback_stalled_seconds", "Time that pictures stood still.", registry=self.registry
        )
        self._dropped = Counter(
            "cinoche_playback_dropped_frames", "Frames that players could not show.", registry=self.registry
        )

    def observe_playback(self, quality: Quality) -> None:
        """Count how well pictures arrive: nobody's in particular."""
        if quality.startup_ms is not None:
            self._startup.observe(quality.startup_ms / 1_000)
        if quality.bitrate_kbps is not None:
            self._bitrate.observe(quality.bitrate_kbps)
        self._stalls.inc(quality.stalls)
        self._stalled.inc(quality.stalled_ms / 1_000)
        self._dropped.inc(quality.dropped_frames)

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
    _add_figures(registry, house)
    _add_experiments(registry, house)
    return registry


def _add_experiments(registry: CollectorRegistry, house: House) -> None:
    """Add what came of each arm, as it was last drawn; of few profiles nothing."""
    drawn = report.read(house.settings.data_dir)
    names = ("experiment", "arm")
    rates = Gauge("cinoche_experiment_rate", "Share played from, as the report defines it.", names, registry=registry)
    counts = Gauge("cinoche_experiment_shown", "Rows or titles that an arm's profiles saw.", names, registry=registry)
    for each in drawn.reports if drawn else ():
        for arm in each.arms:
            if arm.rate is not None and arm.shown is not None:
                rates.labels(each.experiment.experiment_id, arm.name).set(arm.rate)
                counts.labels(each.experiment.experiment_id, arm.name).set(arm.shown)


def _add_figures(registry: CollectorRegistry, house: House) -> None:
    """Add how what is shown fares, as it was last drawn."""
    drawn = health.read(house.settings.data_dir)
    if drawn is None:
        return
    for name, sentence in _FIGURES.items():
        value = getattr(drawn, name)
        if value is not None:
            Gauge(f"cinoche_recommend_{name}", sentence, registry=registry).set(value)
    ctr = Gauge("cinoche_recommend_ctr", "Share of rows shown that were played from.", _BY, registry=registry)
    ends = Gauge("cinoche_recommend_completion", "Share of these plays that reached the end.", _BY, registry=registry)
    for by, rates in (("row", drawn.by_row), ("position", drawn.by_position), ("scorer", drawn.by_scorer)):
        for name, rate in rates.items():
            if rate.ctr is not None:
                ctr.labels(by, name).set(rate.ctr)
            if rate.completion is not None:
                ends.labels(by, name).set(rate.completion)


_BY: Final = ("by", "name")
_FIGURES: Final[Mapping[str, str]] = {
    "coverage": "Share of the titles that somebody was shown in 30 days.",
    "gini": "How unequally titles are shown: 0 alike, 1 one alone.",
    "novelty": "How unknown what is shown is, in bits.",
    "long_tail": "Share of what is shown beyond the titles that gather most likes.",
    "calibration_error": "How far genres shown are from genres played, 0 to 1.",
    "taste_drift": "How far genres played last week are from those before, 0 to 1.",
    "at": "When these figures were drawn, in seconds since 1970.",
}


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
    (
        "cinoche_model_lag_events",
        "Events that the recommender's model has not learned.",
        lambda h: max(h.log.end() - h.recommender.model().offset, 0),
    ),
    (
        "cinoche_model_is_stale",
        "1 while the model still knows somebody who was erased.",
        lambda h: float(h.sums.is_stale()),
    ),
    ("cinoche_catalog_titles", "Titles in the catalogue.", lambda h: len(h.catalog.faces().faces)),
)
