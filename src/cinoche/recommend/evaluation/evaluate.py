"""`evaluate`: every model on one file by one protocol, with intervals and costs."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from cinoche.kit.errors import Invalid
from cinoche.recommend.blend import Blend
from cinoche.recommend.evaluation import alike
from cinoche.recommend.evaluation.beyond import Known
from cinoche.recommend.evaluation.facts import facts_beside, read_facts
from cinoche.recommend.evaluation.genres import genres_beside
from cinoche.recommend.evaluation.protocols import ALIKE as ALIKE_PROTOCOL
from cinoche.recommend.evaluation.protocols import COLD, FOLD_IN, STREAM, Plan, plan
from cinoche.recommend.evaluation.rating import RATING, chosen_predictors, rate
from cinoche.recommend.evaluation.readers import Ratings, read_ratings
from cinoche.recommend.evaluation.report import Data, Report, peak_rss_mb
from cinoche.recommend.evaluation.rounds import Round
from cinoche.recommend.evaluation.stream import LIMIT, STREAMED, stream
from cinoche.recommend.evaluation.tally import Asked, Scoring, Tally, row
from cinoche.recommend.families import BEST, BLENDED, EXTRAS, FAMILIES, TitleFacts
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.ranking import Ranking
from cinoche.recommend.ranking_facts import CountFacts
from cinoche.recommend.scorers import ALIKE, CONTENT, POPULAR, POPULAR_7D, Scorer
from cinoche.recommend.statistics import Floats
from cinoche.recommend.training.fit import Fit, Params, fit
from cinoche.recommend.training.ranking import Learnt, held_out, learn
from cinoche.recommend.training.split import Split
from cinoche.recommend.training.train import ground_of, only_warm
from cinoche.recommend.training.walk import LIVE

MIXED: Final[Mapping[str, tuple[str, ...]]] = {"blend": BLENDED, "best": BEST}
"""The models that are mixed from others, and what each may be made of."""

RANKED: Final = frozenset({"best"})
"""The mixed models that have a ranker on top, where it helps."""

MODELS: Final = (*(name for name in FAMILIES if name not in {POPULAR, CONTENT, ALIKE}), *MIXED)
"""The models that can be evaluated, in the order of the report; last week's popularity is always one of them."""

DEFAULT_MODELS: Final = tuple(name for name in MODELS if name not in {*EXTRAS, "best"})
"""Those that are evaluated where none is named: what the core install can fit, in seconds rather than minutes."""

Say = Callable[[str, float], None]


def evaluate(
    file: Path,
    protocol: str,
    models: Iterable[str] = (),
    seed: int = 0,
    *,
    learning: Sequence[str] = (LIVE,),
    limit: int = LIMIT,
    params: Params | None = None,
    facts: Path | None = None,
    progress: Say = lambda _stage, _share: None,
) -> Report:
    """Judge models on a ratings file by full ranking; the blend's weights never see what is tested on.

    Without ``models``, those are judged that take little time by the protocol. ``learning`` and ``limit`` are of the
    protocol `stream`; ``facts`` is a file of what is known of the titles, for the protocol `alike`.
    """
    chosen = _check(protocol, models)
    progress("read", 0.0)
    ratings = read_ratings(file)
    if protocol == ALIKE_PROTOCOL:
        known = facts_beside(file, ratings.names) if facts is None else read_facts(facts, ratings.names)
        return evaluate_ratings(ratings, protocol, chosen, seed, params=params, facts=known, progress=progress)
    ratings = replace(ratings, genres=genres_beside(file, ratings.names))
    if protocol == STREAM:
        return stream(ratings, chosen, seed, learning=learning, limit=limit, params=params, progress=progress)
    return evaluate_ratings(ratings, protocol, chosen, seed, params=params, progress=progress)


def evaluate_ratings(
    ratings: Ratings,
    protocol: str,
    models: Sequence[str] = (),
    seed: int = 0,
    *,
    params: Params | None = None,
    facts: Sequence[TitleFacts] = (),
    progress: Say = lambda _stage, _share: None,
) -> Report:
    """Judge models on ratings already read; ``facts`` are what is known of each item, for the protocol `alike`."""
    chosen = replace(params or Params(), seed=seed)
    names = _check(protocol, models)
    if protocol == ALIKE_PROTOCOL:
        return alike.alike(ratings, facts, names, seed, params=params, progress=progress)
    if protocol == RATING:
        return rate(ratings, names, seed, progress=progress)
    if protocol == STREAM:
        return stream(ratings, names, seed, params=params, progress=progress)
    if protocol in {FOLD_IN, COLD}:
        chosen = replace(chosen, min_ratings=1)
    laid = plan(ratings, protocol, seed=seed, validation_users=chosen.validation_users)
    tallies: dict[Asked, dict[str, Tally]] = {}
    fits = _Fits(laid, chosen, names)
    for k, one in enumerate(laid.rounds):
        if one.test.cases:
            some = tallies.setdefault((one.picks, one.picker), {name: Tally() for name in names})
            _judge(fits, one, some, _within(progress, k, len(laid.rounds)), ratings.genres)
    progress("done", 1.0)
    rows = laid.interactions
    data = Data(rows.n_users, len(np.unique(rows.items)), len(rows), ratings.sha256)
    found = [
        row(name, tally, some[POPULAR_7D], n=laid.n, seed=seed, asked=asked)
        for asked, some in tallies.items()
        for name, tally in some.items()
    ]
    return Report(protocol, seed, data, found)


def _within(progress: Say, k: int, n: int) -> Say:
    """Report the k-th of n rounds as its part of the whole."""
    return lambda stage, share: progress(f"{k + 1} of {n}: {stage}" if n > 1 else stage, (k + share) / n)


def _check(protocol: str, models: Iterable[str]) -> list[str]:
    """The models to judge; the usual ones of the protocol where nothing else was asked for."""
    if protocol == RATING:
        return chosen_predictors(models)
    if protocol == ALIKE_PROTOCOL:
        return alike.choose(models)
    return _choose(models, STREAMED if protocol == STREAM else DEFAULT_MODELS)


def _choose(models: Iterable[str], usual: Sequence[str]) -> list[str]:
    wanted = set(models) or set(usual)
    unknown = sorted(wanted - set(MODELS))
    if unknown:
        raise Invalid(f"There is no model {unknown[0]!r}.", where="model", remedy=f"Choose among {', '.join(MODELS)}.")
    return [name for name in MODELS if name in wanted | {POPULAR_7D}]


class _Fits:
    """The fits of one evaluation; rounds that know the same share one."""

    def __init__(self, laid: Plan, params: Params, names: Collection[str]) -> None:
        self.laid = laid
        self._params = params
        self.seed = params.seed
        self._latest: tuple[Split, Fit] | None = None
        self.mixed = {name: MIXED[name] for name in names if name in MIXED}
        self.members = {member for members in self.mixed.values() for member in members}
        self.needs = {*names, *self.members} - set(MIXED)

    def of(self, split: Split, names: Collection[str]) -> Fit:
        """Fit these families on what the split knows, those apart that were fitted on it already."""
        held = self._latest
        before = held[1] if held is not None and held[0].known is split.known else None
        missing = {*names} - {*(before.scorers if before else ())}
        if before is not None and not missing:
            return before
        ground = ground_of(split.known, self.laid.n_items, split.as_of, self._params)
        found = fit(ground, self._params, missing)
        if before is not None:
            found = Fit(
                {**found.arrays, **before.arrays}, {**found.scorers, **before.scorers},
                {**found.families, **before.families}, {**found.cpu_s, **before.cpu_s},
            )  # fmt: skip
        self._latest = (split, found)
        return found


@dataclass(frozen=True, slots=True)
class _Found:
    """The weights of a mixed model, the ranker on top of it, and the CPU seconds of the search and its fits."""

    weights: dict[str, dict[str, float]]
    cpu_s: float
    learnt: Learnt | None = None

    @property
    def members(self) -> set[str]:
        """What is left in the mix."""
        return {name for found in self.weights.values() for name, weight in found.items() if weight != 0.0}

    def over(self, scorers: Mapping[str, Scorer], facts: CountFacts) -> Scoring:
        """The model that these scorers make."""
        blend = Blend(scorers, self.weights)
        return blend if self.learnt is None else Ranking(blend, self.learnt.ranker, facts)


def _judge(fits: _Fits, one: Round, tallies: dict[str, Tally], progress: Say, genres: Floats | None) -> None:
    """Fit what the round's models need and rank for every case."""
    progress("weights", 0.0)
    weights = _weights(fits, one) if fits.mixed else {}
    progress("fit", 0.4)
    fitted = fits.of(one.test, fits.needs)
    candidates: dict[str, Scoring] = dict(fitted.scorers)
    laid, rows = fits.laid, one.test.known
    facts = _facts(rows, laid.n_items)
    candidates |= {name: found.over(fitted.scorers, facts) for name, found in weights.items()}
    known = Known(rows.counts(laid.n_items), rows.n_users, None if genres is None else genres[laid.items])
    for k, (name, tally) in enumerate(tallies.items()):
        progress(f"rank by {name}", 0.7 + 0.3 * k / len(tallies))
        tally.fit_cpu_s.append(_cpu_s(name, fitted, weights))
        tally.peak_rss_mb = peak_rss_mb()
        tally.add(candidates[name], one.test.cases, known, laid.n)


def _facts(known: Interactions, n_items: int) -> CountFacts:
    return CountFacts(known.counts(n_items).astype(np.float32))


def _weights(fits: _Fits, one: Round) -> dict[str, _Found]:
    early = fits.of(one.validation, fits.members)
    is_shared = one.validation.known is one.test.known
    found = {}
    for name, members in fits.mixed.items():
        started = time.process_time()
        ours: dict[str, Scorer] = {each: early.scorers[each] for each in members}
        weights = only_warm(one.validation, ours, n=fits.laid.n)
        learnt = None
        if name in RANKED:
            facts = _facts(one.validation.known, fits.laid.n_items)
            learnt = learn(held_out(one.validation.cases, Blend(ours, weights), facts), fits.seed)
        spent = time.process_time() - started
        fits_s = 0.0 if is_shared else sum(early.cpu_s[each] for each in members)
        found[name] = _Found(weights, spent + fits_s, learnt)
    return found


def _cpu_s(name: str, fitted: Fit, found: Mapping[str, _Found]) -> float:
    if name in found:
        return found[name].cpu_s + sum(fitted.cpu_s[each] for each in found[name].members)
    return fitted.cpu_s[name]
