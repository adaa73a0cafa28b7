"""`evaluate`: every model on one file by one protocol, with intervals and costs."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from cinoche.recommend.evaluation.stream import LIMIT, STREAM, STREAMED, stream
from cinoche.recommend.families import BEST, BLENDED, EXTRAS, FAMILIES
from cinoche.recommend.scorers import CONTENT, POPULAR, POPULAR_7D, Scorer, top
from cinoche.recommend.statistics import Doubles, Floats, History
from cinoche.recommend.training.fit import Fit, Params, fit
from cinoche.recommend.training.split import Split
from cinoche.recommend.training.train import ground_of, only_warm
from cinoche.recommend.training.tune import Case
from cinoche.recommend.training.walk import LIVE

MIXED: Final[Mapping[str, tuple[str, ...]]] = {"blend": BLENDED, "best": BEST}
"""The models that are mixed from others, and what each may be made of."""

MODELS: Final = (*(name for name in FAMILIES if name not in {POPULAR, CONTENT}), *MIXED)
"""The models that can be evaluated, in the order of the report; last week's popularity is always one of them."""

DEFAULT_MODELS: Final = tuple(name for name in MODELS if name not in {*EXTRAS, "best"})
"""Those that are evaluated where none is named: what the core install can fit, in seconds rather than minutes."""

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
    models: Iterable[str] = (),
    seed: int = 0,
    *,
    learning: Sequence[str] = (LIVE,),
    limit: int = LIMIT,
    params: Params | None = None,
    progress: Say = lambda _stage, _share: None,
) -> Report:
    """Judge models on a ratings file by full ranking; the blend's weights never see what is tested on.

    Without ``models``, those are judged that take little time by the protocol. ``learning`` and ``limit`` are of the
    protocol `stream`.
    """
    chosen = _choose(models, STREAMED if protocol == STREAM else DEFAULT_MODELS)
    progress("read", 0.0)
    ratings = read_ratings(file)
    if protocol == STREAM:
        return stream(ratings, chosen, seed, learning=learning, limit=limit, params=params, progress=progress)
    return evaluate_ratings(ratings, protocol, chosen, seed, params=params, progress=progress)


def evaluate_ratings(
    ratings: Ratings,
    protocol: str,
    models: Sequence[str] = DEFAULT_MODELS,
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


def _choose(models: Iterable[str], usual: Sequence[str] = DEFAULT_MODELS) -> list[str]:
    wanted = set(models) or set(usual)
    unknown = sorted(wanted - set(MODELS))
    if unknown:
        raise Invalid(f"There is no model {unknown[0]!r}.", where="model", remedy=f"Choose among {', '.join(MODELS)}.")
    return [name for name in MODELS if name in wanted | {POPULAR_7D}]


def _judge(laid: Plan, one: Round, params: Params, tallies: dict[str, _Tally], progress: Say) -> None:
    """Fit what the round's models need and rank for every case."""
    mixed = {name: MIXED[name] for name in tallies if name in MIXED}
    needs = {*tallies, *(member for members in mixed.values() for member in members)} - set(MIXED)
    weights: dict[str, _Found] = {}
    if mixed:
        progress("weights", 0.0)
        weights = _weights(laid, one.validation, params, mixed)
    progress("fit", 0.4)
    fitted = _fit(laid, one.test, params, needs)
    candidates: dict[str, Scoring] = dict(fitted.scorers)
    candidates |= {name: Blend(fitted.scorers, found.weights) for name, found in weights.items()}
    catalogue = int((one.test.known.counts(laid.n_items) > 0).sum())
    for k, (name, tally) in enumerate(tallies.items()):
        progress(f"rank by {name}", 0.7 + 0.3 * k / len(tallies))
        tally.fit_cpu_s.append(_cpu_s(name, fitted, weights))
        tally.catalogues.append(catalogue)
        tally.peak_rss_mb = peak_rss_mb()
        ranked, seconds = _rank(candidates[name], one.test.cases, laid)
        tally.ranked.append(ranked)
        tally.request_s.append(seconds)


@dataclass(frozen=True, slots=True)
class _Found:
    """The weights of a mixed model, and the CPU seconds of the validation fits and of the search for them."""

    weights: dict[str, dict[str, float]]
    cpu_s: float

    @property
    def members(self) -> set[str]:
        """What is left in the mix."""
        return {name for found in self.weights.values() for name, weight in found.items() if weight != 0.0}


def _weights(laid: Plan, validation: Split, params: Params, mixed: Mapping[str, tuple[str, ...]]) -> dict[str, _Found]:
    early = _fit(laid, validation, params, {member for members in mixed.values() for member in members})
    found = {}
    for name, members in mixed.items():
        started = time.process_time()
        ours: dict[str, Scorer] = {each: early.scorers[each] for each in members}
        weights = only_warm(validation, ours, n=laid.n)
        spent = time.process_time() - started
        found[name] = _Found(weights, spent + sum(early.cpu_s[each] for each in members))
    return found


def _fit(laid: Plan, split: Split, params: Params, names: Iterable[str]) -> Fit:
    return fit(ground_of(split.known, laid.n_items, split.as_of, params), params, names)


def _cpu_s(name: str, fitted: Fit, found: Mapping[str, _Found]) -> float:
    if name in found:
        return found[name].cpu_s + sum(fitted.cpu_s[each] for each in found[name].members)
    return fitted.cpu_s[name]


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
