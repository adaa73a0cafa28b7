"""Training: find the blend's weights on a slice held out in time, then fit on everything."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cinoche.kit.errors import Invalid
from cinoche.recommend.artefact import ONBOARDING, PEOPLE, Draft, Recipe, TitleFacts, make_scorers
from cinoche.recommend.blend import SEEDS, SHORT, WARM, Blend
from cinoche.recommend.families import ALWAYS, RANKER, UNORDERED, Ground, family
from cinoche.recommend.families.sums import SequenceRidge
from cinoche.recommend.gate import SOLVED, Choir, Gate
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.ranking_facts import facts_of
from cinoche.recommend.scorers import ALIKE, CONTENT, CROWD, EASE, POPULAR, SEQUENCE_RIDGE, Scorer
from cinoche.recommend.statistics import Floats, Statistics
from cinoche.recommend.training.content import content_features
from cinoche.recommend.training.fit import DEFAULT_BLEND, Fit, Params, fit, in_order
from cinoche.recommend.training.mixing import chorus_of, crowd_of, find_gate
from cinoche.recommend.training.onboarding import telling_titles
from cinoche.recommend.training.ranking import Learnt, Lessons, held_out, learn, walked
from cinoche.recommend.training.split import MIN_CASES, Split, seeds, short, validation_split
from cinoche.recommend.training.tune import Bench, search
from cinoche.recommend.training.walk import LIVE, Walk

GATE_QUESTIONS: Final = 1500
"""How many questions the gate's weights are found on at most."""

LESSONS: Final = 12_000
"""How many questions the ranker is learnt on at most."""

LEAST_SOLVED: Final = 0.05
"""The weight that what was solved always has: where nobody lately did anything alike, it is all there is."""

Progress = Callable[[str, float], None]
"""Called with the stage's name and the share done, 0 to 1."""

Blends = dict[str, dict[str, float]]


LEAST: Final[Mapping[str, Mapping[str, float]]] = {
    WARM: {EASE: 0.15, POPULAR: 0.02, CONTENT: 0.02},
    SHORT: {EASE: 0.15, POPULAR: 0.02, CONTENT: 0.02},
    SEEDS: {EASE: 0.3, CONTENT: 0.05, ALIKE: 0.1},
}
"""What is never quite left out: without it nothing would speak for a history of nothing or of unknown titles, and rows
that say "because you watched" would have nothing to say. It costs a little accuracy where popularity predicts best."""


def silent(stage: str, share: float) -> None:
    """Report no progress."""


def train(
    interactions: Interactions,
    titles: Sequence[TitleFacts],
    *,
    as_of: float,
    offset: int,
    params: Params | None = None,
    progress: Progress = silent,
    sums: Statistics | None = None,
    aside: Path | None = None,
    marks: npt.NDArray[np.uint64] | None = None,
    texts: npt.NDArray[np.int8] | None = None,
) -> Draft:
    """Train every scorer and the blend on what happened up to ``as_of``; nothing later is read.

    An interaction's item is the index of a title in ``titles``. Works from nothing at all up: with no interactions
    there is only content, and popularity is zero. ``sums`` are those kept of exactly these interactions, so that they
    need not be counted; ``marks`` is each user's mark, by which live scorers know them again; ``texts`` are synopses as
    an encoder gave them. In the folder ``aside``, large arrays wait for the draft to be published.
    """
    chosen = params or Params()
    past = interactions.where(interactions.times <= as_of) if interactions.is_timed else interactions
    past = past.last_of_each()
    if past.items.max(initial=-1) >= len(titles):
        raise Invalid("An interaction names a title not given.", where="interactions", remedy="Give all titles.")
    progress("content", 0.0)
    content = content_features(titles)
    progress("validation", 0.1)
    split = validation_split(past, chosen.validation_share, users=chosen.validation_users, seed=chosen.seed)
    blend = starting_blend(in_order({*ALWAYS, *chosen.families} - {RANKER}))
    metrics: dict[str, float] = {}
    gate: dict[str, tuple[float, ...]] = {}
    learnt: Learnt | None = None
    if split is not None:
        early = fit(
            ground_of(split.known, len(titles), split.as_of, chosen, content, titles, texts), chosen, aside=aside
        )
        progress("weights", 0.4)
        solved = {name: each for name, each in early.scorers.items() if name != CROWD}
        blend, metrics = find_weights(split, solved, _worth(split, len(titles)), seed=chosen.seed)
        gate = _gate(past, split, early.scorers, Blend(solved, blend), len(titles))
        if RANKER in chosen.families:
            began = time.process_time()
            learnt = learn(_lessons(past, split, early, Blend(solved, blend), gate, titles), chosen.seed)
            metrics |= {f"cpu_s/{RANKER}": round(time.process_time() - began, 3), **_judged(learnt)}
        del early
    progress("fit", 0.6)
    ground = replace(ground_of(past, len(titles), as_of, chosen, content, titles, texts), sums=sums)
    final = fit(ground, chosen, aside=aside)
    progress("done", 1.0)
    metrics |= {"users": past.n_users, "interactions": len(past), **costs(final)}
    blend = {name: {one: w for one, w in weights.items() if one in final.scorers} for name, weights in blend.items()}
    columns = () if learnt is None else learnt.columns
    recipe = Recipe({name: dict(hyper) for name, hyper in final.families.items()}, blend, gate, columns)
    arrays = {**final.arrays, ONBOARDING: telling_titles(past, len(titles), seed=chosen.seed)}
    arrays |= {} if marks is None else {PEOPLE: marks}
    if learnt is not None:
        arrays |= {f"{RANKER}.{name}": array for name, array in learnt.arrays.items()}
    return Draft(arrays, titles, recipe, as_of, offset, chosen.as_dict(), metrics)


def _gate(
    past: Interactions, split: Split, scorers: Mapping[str, Scorer], solved: Blend, n_items: int
) -> dict[str, tuple[float, ...]]:
    """Find the gate's weights by a walk from where the validation begins; none where there is too little to walk."""
    if not past.is_timed or CROWD not in scorers:
        return {}
    walk = Walk(past, split.as_of, np.inf, GATE_QUESTIONS)
    if len(walk.asked) < MIN_CASES or split.known.times.max(initial=-np.inf) >= split.as_of:
        return {}
    choir = Choir(chorus_of(scorers[CROWD]), solved, n_items)
    found = find_gate(walk, choir, [scorers[CROWD]], LIVE)
    least = {name: tuple(max(each, LEAST_SOLVED) for each in row) for name, row in found.items() if name == SOLVED}
    return {**found, **least}


def _lessons(
    past: Interactions,
    split: Split,
    early: Fit,
    solved: Blend,
    gate: Mapping[str, tuple[float, ...]],
    titles: Sequence[TitleFacts],
) -> Lessons:
    """What the ranker is learnt on: a walk from where the validation begins, or its people where nothing is walked.

    The crowd is opened anew, as it stood before it was walked through to find the gate's weights.
    """
    n_items = len(titles)
    years = np.array([title.year or 0 for title in titles], np.float32)
    content = early.scorers.get(CONTENT)
    counts = split.known.counts(n_items).astype(np.float32)
    if not gate:
        return held_out(split.cases, solved, facts_of(None, counts, content, years))
    hyper = {name: dict(early.families[name]) for name in (CROWD,)}
    crowd = crowd_of(make_scorers(early.arrays, Recipe(hyper, {}), n_items)[CROWD])
    answers = Gate(Choir(crowd, solved, n_items), gate)
    walk = Walk(past, split.as_of, np.inf, LESSONS)
    return walked(walk, answers, facts_of(crowd, counts, content, years), [crowd], LIVE)


def _judged(learnt: Learnt | None) -> dict[str, float]:
    if learnt is None:
        return {}
    return {"validation/before-ranker": round(learnt.before, 4), "validation/ranker": round(learnt.after, 4)}


def ground_of(
    interactions: Interactions,
    n_items: int,
    as_of: float,
    params: Params,
    content: Floats | None = None,
    facts: Sequence[TitleFacts] = (),
    texts: npt.NDArray[np.int8] | None = None,
) -> Ground:
    """What the families are fitted on, with the parameters that they share."""
    return Ground(
        interactions, n_items, as_of, content, facts, params.min_ratings, params.warm_titles, params.seed, texts=texts
    )


def sums_layout(params: Params) -> dict[str, Any]:
    """What the families of a training ask of the layout of the sums, besides the warm titles."""
    one = family(SEQUENCE_RIDGE, params.hyper.get(SEQUENCE_RIDGE))
    return one.layout() if isinstance(one, SequenceRidge) else {}


def costs(fitted: Fit) -> dict[str, float]:
    """What each family of a fit cost: CPU seconds, and megabytes of arrays."""
    megabytes = dict.fromkeys(fitted.cpu_s, 0.0)
    for name, array in fitted.arrays.items():
        megabytes[name.split(".", 1)[0]] += array.nbytes / 1e6
    seconds = {f"cpu_s/{name}": round(spent, 3) for name, spent in fitted.cpu_s.items()}
    return seconds | {f"megabytes/{name}": round(size, 3) for name, size in megabytes.items()}


def find_weights(
    split: Split, scorers: Mapping[str, Scorer], worth: Floats, *, seed: int, n: int = 10
) -> tuple[Blends, dict[str, float]]:
    """Find the weights of each situation on the held-out people, and how good the blend is there.

    What titles are says little of a taste that is known from long histories, and its likeness is not asked for there.
    """
    unordered = {name: one for name, one in scorers.items() if name in UNORDERED}
    long = {name: one for name, one in scorers.items() if name != ALIKE}
    benches = {
        WARM: Bench.of(split.cases, long, worth),
        SHORT: Bench.of(short(split.cases), scorers, worth),
        SEEDS: Bench.of(seeds(split.cases, seed=seed) or short(split.cases), unordered, worth),
    }
    start = starting_blend(list(scorers))
    weights = {name: search(bench, start[name], n) for name, bench in benches.items()}
    for name, floor in LEAST.items():
        for scorer, least in _led_by(leading(scorers), floor).items():
            if scorer in scorers:
                weights[name][scorer] = max(weights[name].get(scorer, 0.0), least)
    return weights, {f"validation/{name}": round(bench.value(weights[name], n), 4) for name, bench in benches.items()}


def starting_blend(names: Collection[str]) -> Blends:
    """The blend of these families where there is too little data to find one; the search starts here."""
    lead = leading(names)
    blends = {situation: _led_by(lead, weights) for situation, weights in DEFAULT_BLEND.items()}
    return {
        situation: {name: weight for name, weight in weights.items() if name in names}
        for situation, weights in blends.items()
    }


def leading(names: Iterable[str]) -> str:
    """The family that speaks for any history: EASE where it is trained, else the first to which order says nothing."""
    at_hand = {*names} - {CONTENT, ALIKE}
    return next((name for name in (EASE, *UNORDERED) if name in at_hand), EASE)


def _led_by(lead: str, weights: Mapping[str, float]) -> dict[str, float]:
    return {(lead if name == EASE else name): weight for name, weight in weights.items()}


def _worth(split: Split, n_items: int) -> Floats:
    """What finding each title is worth: less the more people know it, as they need no help to find it.

    Plain counting would reward what everybody watches anyway, most of all where histories begin by rating hits.
    """
    worth: Floats = (1.0 / np.sqrt(1.0 + split.known.counts(n_items))).astype(np.float32)
    return worth


def only_warm(split: Split, scorers: Mapping[str, Scorer], *, n: int) -> Blends:
    """The weights of full histories alone, used in every situation: what an evaluation needs."""
    found = dict(DEFAULT_BLEND[WARM])
    if split.cases:
        found = search(Bench.of(split.cases, scorers), found, n)
    return {WARM: found, SHORT: found, SEEDS: found}
