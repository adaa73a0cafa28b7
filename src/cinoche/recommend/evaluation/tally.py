"""Ranking for every case, and the row of a report that comes of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from cinoche.recommend.evaluation import beyond
from cinoche.recommend.evaluation.beyond import DEPTH, Known
from cinoche.recommend.evaluation.metrics import Interval, Ranked, interval, quotient, quotient_ratio, ratio
from cinoche.recommend.evaluation.report import BEYOND, Cost, ModelReport
from cinoche.recommend.scorers import top
from cinoche.recommend.statistics import Doubles, Floats, History
from cinoche.recommend.training.tune import Case

LISTS: Final = (10,)
LONG_LISTS: Final = (20, 50)
"""How long the lists are on which recall and precision are measured: of one page, or of several."""


Asked = tuple[int | None, str | None]
"""How many titles people named, or which list they were shown to name titles of."""


class Scoring(Protocol):
    """What is judged: anything that scores the whole catalogue for a history."""

    def score(self, history: History) -> Floats:
        """Score every title."""
        ...


@dataclass
class Tally:
    """What one model has shown so far, round by round."""

    ranked: list[Ranked] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    errors: list[Doubles] = field(default_factory=list)
    request_s: list[Doubles] = field(default_factory=list)
    fit_cpu_s: list[float] = field(default_factory=list)
    peak_rss_mb: float = 0.0

    def add(self, model: Scoring, cases: Sequence[Case], known: Known, n: int) -> None:
        """Rank for these cases, one request at a time."""
        ranked, seconds = rank(model, cases, len(known.counts), n)
        self.ranked.append(ranked)
        self.known.append(known)
        self.request_s.append(seconds)
        if known.genres is not None:
            self.errors.append(beyond.calibration_error(ranked, cases, known.genres))


def rank(model: Scoring, cases: Sequence[Case], n_items: int, n: int) -> tuple[Ranked, Doubles]:
    """Rank the whole catalogue for each case, one request at a time, what was seen left out."""
    tops = np.full((len(cases), n), -1, np.int64)
    seconds = np.zeros(len(cases))
    for k, case in enumerate(cases):
        started = time.perf_counter()
        scores = model.score(case.history).copy()
        scores[case.history.items] = -np.inf
        scores[case.hidden] = -np.inf
        best = top(scores, n)
        seconds[k] = time.perf_counter() - started
        tops[k, : len(best)] = np.where(np.isneginf(scores[best]), -1, best)
    return Ranked.of(tops, [case.targets for case in cases], n_items), seconds


def row(name: str, tally: Tally, bar: Tally, *, n: int, seed: int, asked: Asked = (None, None)) -> ModelReport:
    """The row of one model; ``bar`` is what the model beside which it is judged has shown."""
    metrics = _accuracy(tally, n, seed) | _beyond(tally, seed)
    main = f"ndcg@{n}"
    versus = {
        main: ratio([each.ndcg(n) for each in tally.ranked], [each.ndcg(n) for each in bar.ranked], seed),
        f"debiased_ndcg@{DEPTH}": quotient_ratio(_debiased(tally), _debiased(bar), seed),
    }
    p50, p99 = np.quantile(np.concatenate(tally.request_s), [0.5, 0.99]) * 1000
    cost = Cost(float(np.mean(tally.fit_cpu_s)), tally.peak_rss_mb, float(p50), float(p99))
    return ModelReport(name, metrics, cost, picks=asked[0], picker=asked[1], ratio=versus)


def _accuracy(tally: Tally, n: int, seed: int) -> dict[str, Interval]:
    lists = LISTS if n <= max(LISTS) else LONG_LISTS
    found = {"hr@10": interval([one.hit_rate(10) for one in tally.ranked], seed)} if lists is LISTS else {}
    for length in lists:
        found[f"recall@{length}"] = interval([one.recall(length) for one in tally.ranked], seed)
        found[f"precision@{length}"] = interval([one.precision(length) for one in tally.ranked], seed)
    return found | {f"ndcg@{n}": interval([one.ndcg(n) for one in tally.ranked], seed)}


def _beyond(tally: Tally, seed: int) -> dict[str, Interval]:
    both = list(zip(tally.ranked, tally.known, strict=True))
    found: dict[str, Interval] = {
        f"debiased_ndcg@{DEPTH}": quotient(_debiased(tally), seed),
        "coverage": whole([one.coverage(DEPTH, known.n_titles) for one, known in both]),
        "gini": whole([beyond.gini(one, known) for one, known in both]),
        "novelty": interval([beyond.novelty(one, known) for one, known in both], seed),
    }
    with_genres = [(one, known.genres) for one, known in both if known.genres is not None]
    if with_genres:
        found["diversity"] = interval([beyond.diversity(one, genres) for one, genres in with_genres], seed)
        found["calibration_error"] = interval(tally.errors, seed)
    return {name: found[name] for name in BEYOND if name in found}


def _debiased(tally: Tally) -> list[tuple[Doubles, Doubles]]:
    return [one.debiased(DEPTH, known.worth) for one, known in zip(tally.ranked, tally.known, strict=True)]


def whole(values: Sequence[float]) -> Interval:
    """What all lists together have: drawing people again would only make it look worse, so there is no interval."""
    mean = float(np.mean(values))
    return Interval(mean, mean, mean)
