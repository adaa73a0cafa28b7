"""The gate: is what would be published worse than what is? Both are fitted on the past and judged on what followed.

What is compared are recipes. The new one is a whole training on what happened before the cut, its weights found on a
slice of that; the published one is its families, hyper-parameters and weights, fitted on the same rows. What was
published may have found its weights on the slice it is judged on: where there is doubt it is in its favour.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from cinoche.kit.errors import Invalid, Unavailable
from cinoche.recommend.artefact import Manifest, Model, TitleFacts
from cinoche.recommend.blend import Blend
from cinoche.recommend.evaluation.metrics import difference
from cinoche.recommend.evaluation.tally import Scoring, rank
from cinoche.recommend.families import FAMILIES
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.registry import Verdict
from cinoche.recommend.statistics import Doubles
from cinoche.recommend.training.content import content_features
from cinoche.recommend.training.fit import Params, fit
from cinoche.recommend.training.split import MIN_CASES, Split, split_by_time
from cinoche.recommend.training.train import Progress, ground_of, silent, train

SHARE: Final = 0.1
"""The last share of the likes, on which both are judged."""

TOLERANCE: Final = 0.05
"""How much worse on average, in parts of the published one's value, is still taken for chance."""

N: Final = 10
METRIC: Final = f"time/ndcg@{N}"


def judge(
    interactions: Interactions,
    titles: Sequence[TitleFacts],
    *,
    as_of: float,
    params: Params,
    current: Manifest,
    progress: Progress = silent,
) -> Verdict:
    """Judge a training with these parameters against the published recipe, by `time` on the last tenth of the likes."""
    past = interactions.where(interactions.times <= as_of) if interactions.is_timed else interactions
    split = _split(past.last_of_each(), params)
    if split is None:
        return Verdict(True, "too few people to judge on", METRIC, against=current.version)
    progress("gate", 0.0)
    try:
        theirs = _published(split, titles, params, current)
    except (Invalid, Unavailable) as error:
        return Verdict(True, f"the one before cannot be fitted any more ({error})", METRIC, against=current.version)
    progress("gate", 0.5)
    ours = Model.of(train(split.known, titles, as_of=split.as_of, offset=0, params=params)).blend
    found, before = _values(ours, split, len(titles)), _values(theirs, split, len(titles))
    return _verdict(found, before, current.version, params.seed)


def _split(past: Interactions, params: Params) -> Split | None:
    liked = past.times[past.weights > 0]
    if not past.is_timed or not len(liked):
        return None
    cut = float(np.quantile(liked, 1 - SHARE))
    split = split_by_time(past, cut, until=np.inf, users=params.validation_users, seed=params.seed)
    return split if len(split.cases) >= MIN_CASES else None


def _published(split: Split, titles: Sequence[TitleFacts], params: Params, current: Manifest) -> Blend:
    recipe = current.recipe
    known = {name: hyper for name, hyper in recipe.families.items() if name in FAMILIES}
    if len(known) < len(recipe.families):
        gone = sorted(set(recipe.families) - set(known))
        raise Invalid(f"There is no model {gone[0]!r} any more.", where="model")
    theirs = replace(
        params,
        hyper=known,
        families=tuple(known),
        min_ratings=int(current.params.get("min_ratings", params.min_ratings)),
        warm_titles=int(current.params.get("warm_titles", params.warm_titles)),
    )
    ground = ground_of(split.known, len(titles), split.as_of, theirs, content_features(titles), titles)
    return Blend(fit(ground, theirs).scorers, recipe.blend)


def _values(model: Scoring, split: Split, n_items: int) -> Doubles:
    ranked, _ = rank(model, split.cases, n_items, N)
    return ranked.ndcg(N)


def _verdict(ours: Doubles, theirs: Doubles, against: str, seed: int) -> Verdict:
    lead = difference([ours], [theirs], seed)
    current, candidate = float(theirs.mean()), float(ours.mean())
    is_worse = lead.high < 0 or lead.value < -TOLERANCE * current
    reason = "worse than the one before" if is_worse else "not worse than the one before"
    said = f"{reason}: {candidate:.4f} against {current:.4f} on {len(ours):,} people"
    return Verdict(
        not is_worse, said, METRIC, len(ours), current, candidate, (lead.value, lead.low, lead.high), against
    )
