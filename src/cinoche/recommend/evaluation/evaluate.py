"""`evaluate`: every model on one file by one protocol, with intervals and costs."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from cinoche.kit.errors import Invalid
from cinoche.recommend.blend import Blend
from cinoche.recommend.evaluation.metrics import Interval, Ranked, interval
from cinoche.recommend.evaluation.protocols import FOLD_IN, Plan, Round, plan
from cinoche.recommend.evaluation.readers import Ratings, read_ratings
from cinoche.recommend.evaluation.report import Cost, Data, ModelReport, Report, peak_rss_mb
from cinoche.recommend.evaluation.stream import LIMIT, STREAM, stream
from cinoche.recommend.families import FAMILIES
from cinoche.recommend.scorers import CONTENT, EASE, POPULAR, POPULAR_7D, SEQUENCE_RIDGE, Scorer, top
from cinoche.recommend.statistics import Doubles, Floats, History
from cinoche.recommend.training.fit import Fit, Params, fit
from cinoche.recommend.training.split import Split
from cinoche.recommend.training.train import ground_of, only_warm
from cinoche.recommend.training.tune import Case
from cinoche.recommend.training.walk import LIVE

BLEND: Final = "blend"
BLENDED: Final = (POPULAR_7D, POPULAR, EASE, SEQUENCE_RIDGE)
"""What the blend is made of here: everything that is a sum."""

MODELS: Final = (*(name for name in FAMILIES if name not in {POPULAR, CONTENT}), BLEND)
"""The models that can be evaluated, in the order of the report; last week's popularity is always one of them."""

Say = Callable[[str, float], None]


class Scoring(Protocol):
    """What is judged: anything that scores the whole catalogue for a history."""

    def score(self, history: History) -> Floats:
        """Score every title."""
        ...


@dataclass
class _Tally:
    """What one model has shown so far, round by round."""

    ranked: list[Ranked] = field(default_factory=list)
    catalogues: list[int] = field(default_factory=list)
    request_s: list[Doubles] = field(default_factory=list)
    fit_cpu_s: list[float] = field(default_factory=list)
    peak_rss_mb: float = 0.0


def evaluate(
    file: Path,
    protocol: str,
    models: Iterable[str] = MODELS,
    seed: int = 0,
    *,
    learning: Sequence[str] = (LIVE,),
    limit: int = LIMIT,
    params: Params | None = None,
    progress: Say = lambda _stage, _share: None,
) -> Report:
    """Judge models on a ratings file by full ranking; the blend's weights never see what is tested on.

    ``learning`` and ``limit`` are of the protocol `stream`.
    """
    chosen = _choose(models)
    progress("read", 0.0)
    ratings = read_ratings(file)
    if protocol == STREAM:
        return stream(ratings, chosen, seed, learning=learning, limit=limit, params=params, progress=progress)
    return evaluate_ratings(ratings, protocol, chosen, seed, params=params, progress=progress)


def evaluate_ratings(
    ratings: Ratings,
    protocol: str,
    models: Sequence[str] = MODELS,
    seed: int = 0,
    *,
    params: Params | None = None,
    progress: Say = lambda _stage, _share: None,
) -> Report:
    """Judge models on ratings already read."""
    chosen = replace(params or Params(), seed=seed)
    if protocol == FOLD_IN:
        chosen = replace(chosen, min_ratings=1)
    laid = plan(ratings, protocol, seed=seed, validation_users=chosen.validation_users)
    tallies = {name: _Tally() for name in _choose(models)}
    for k, one in enumerate(laid.rounds):
        if one.test.cases:
            _judge(laid, one, chosen, tallies, _within(progress, k, len(laid.rounds)))
    progress("done", 1.0)
    rows = laid.interactions
    data = Data(rows.n_users, len(np.unique(rows.items)), len(rows), ratings.sha256)
    return Report(protocol, seed, data, [_report(laid, name, tally, seed) for name, tally in tallies.items()])


def _within(progress: Say, k: int, n: int) -> Say:
    """Report the k-th of n rounds as its part of the whole."""
    return lambda stage, share: progress(f"{k + 1} of {n}: {stage}" if n > 1 else stage, (k + share) / n)


def _choose(models: Iterable[str]) -> list[str]:
    wanted = set(models) or set(MODELS)
    unknown = sorted(wanted - set(MODELS))
    if unknown:
        raise Invalid(f"There is no model {unknown[0]!r}.", where="model", remedy=f"Choose among {', '.join(MODELS)}.")
    return [name for name in MODELS if name in wanted | {POPULAR_7D}]


def _judge(laid: Plan, one: Round, params: Params, tallies: dict[str, _Tally], progress: Say) -> None:
    """Fit what the round's models need and rank for every case."""
    needs = {*(BLENDED if BLEND in tallies else ()), *tallies} - {BLEND}
    weights: dict[str, dict[str, float]] = {}
    search_s = 0.0
    if BLEND in tallies:
        progress("weights", 0.0)
        started = time.process_time()
        weights = _weights(laid, one.validation, params)
        search_s = time.process_time() - started
    progress("fit", 0.4)
    fitted = _fit(laid, one.test, params, needs)
    candidates: dict[str, Scoring] = dict(fitted.scorers)
    if BLEND in tallies:
        candidates[BLEND] = Blend(fitted.scorers, weights)
    catalogue = int((one.test.known.counts(laid.n_items) > 0).sum())
    for k, (name, tally) in enumerate(tallies.items()):
        progress(f"rank by {name}", 0.7 + 0.3 * k / len(tallies))
        tally.fit_cpu_s.append(_cpu_s(name, fitted, search_s))
        tally.catalogues.append(catalogue)
        tally.peak_rss_mb = peak_rss_mb()
        ranked, seconds = _rank(candidates[name], one.test.cases, laid)
        tally.ranked.append(ranked)
        tally.request_s.append(seconds)


def _weights(laid: Plan, validation: Split, params: Params) -> dict[str, dict[str, float]]:
    early = _fit(laid, validation, params, BLENDED)
    ours: dict[str, Scorer] = {name: early.scorers[name] for name in BLENDED}
    return only_warm(validation, ours, n=laid.n)


def _fit(laid: Plan, split: Split, params: Params, names: Iterable[str]) -> Fit:
    return fit(ground_of(split.known, laid.n_items, split.as_of, params), params, names)


def _cpu_s(name: str, fitted: Fit, search_s: float) -> float:
    parts = fitted.cpu_s
    if name == BLEND:
        return search_s + sum(parts[each] for each in BLENDED)
    return parts[name]


def _rank(model: Scoring, cases: Sequence[Case], laid: Plan) -> tuple[Ranked, Doubles]:
    """Rank the whole catalogue for each case, one request at a time, what was seen left out."""
    tops = np.full((len(cases), laid.n), -1, np.int64)
    seconds = np.zeros(len(cases))
    for k, case in enumerate(cases):
        started = time.perf_counter()
        scores = model.score(case.history).copy()
        scores[case.history.items] = -np.inf
        best = top(scores, laid.n)
        seconds[k] = time.perf_counter() - started
        tops[k, : len(best)] = best
    return Ranked.of(tops, [case.targets for case in cases], laid.n_items), seconds


def _report(laid: Plan, name: str, tally: _Tally, seed: int) -> ModelReport:
    ranked = tally.ranked

    def over(per_case: Callable[[Ranked], Doubles]) -> Interval:
        return interval([per_case(one) for one in ranked], seed)

    if laid.protocol == FOLD_IN:
        metrics = {
            "recall@20": over(lambda one: one.recall(20)),
            "recall@50": over(lambda one: one.recall(50)),
            "ndcg@100": over(lambda one: one.ndcg(100)),
        }
    else:
        metrics = {"hr@10": over(lambda one: one.hit_rate(10)), "ndcg@10": over(lambda one: one.ndcg(10))}
    shown = float(np.mean([one.coverage(10, n) for one, n in zip(ranked, tally.catalogues, strict=True)]))
    metrics["coverage"] = Interval(shown, shown, shown)
    p50, p99 = np.quantile(np.concatenate(tally.request_s), [0.5, 0.99]) * 1000
    cost = Cost(float(np.mean(tally.fit_cpu_s)), tally.peak_rss_mb, float(p50), float(p99))
    return ModelReport(name, metrics, cost)
