"""The gate: is what would be published worse than what is? Both are judged on likes that neither has seen.

Where enough people liked something since the published model was trained, it is judged as it is on that, beside a
training with the new parameters on what it knew. Where too little has happened since, both recipes are trained on all
but the last tenth of the likes and judged on that; equal recipes are then equal, and nothing is trained.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import msgspec
import numpy as np

from cinoche.recommend.artefact import Manifest, Model, TitleFacts
from cinoche.recommend.evaluation.metrics import difference
from cinoche.recommend.evaluation.tally import Scoring, rank
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.registry import Verdict
from cinoche.recommend.statistics import Doubles, Floats, History, Ints
from cinoche.recommend.training.fit import Params
from cinoche.recommend.training.split import MIN_CASES, Split, split_by_time
from cinoche.recommend.training.train import Progress, silent, train

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
    current: Model,
    progress: Progress = silent,
) -> Verdict:
    """Judge a training with these parameters against the published model, by the protocol `time`."""
    past = interactions.where(interactions.times <= as_of) if interactions.is_timed else interactions
    past = past.last_of_each()
    since = _split(past, current.manifest.as_of, params)
    if since is not None:
        return _compared(since, titles, params, _Published.of(current, titles), current.version, progress)
    before = params_of(current.manifest)
    if before == params:
        return Verdict(True, "the same recipe, and too little has happened since to judge it", METRIC)
    liked = past.times[past.weights > 0]
    split = _split(past, float(np.quantile(liked, 1 - SHARE)), params) if len(liked) else None
    if split is None:
        return Verdict(True, "too few people to judge on", METRIC, against=current.version)
    theirs = Model.of(train(split.known, titles, as_of=split.as_of, offset=0, params=before)).blend
    return _compared(split, titles, params, theirs, current.version, progress)


def params_of(manifest: Manifest) -> Params:
    """The parameters that a published model was trained with; those that it does not name are the usual ones."""
    names = {each.name for each in fields(Params)}
    found = {name: value for name, value in manifest.params.items() if name in names}
    return msgspec.convert(msgspec.to_builtins(found), Params)


@dataclass(frozen=True)
class _Published:
    """A published model, asked in the numbers of the titles of now; titles that it does not know come last."""

    model: Model
    theirs: Ints
    n_items: int

    @classmethod
    def of(cls, model: Model, titles: Sequence[TitleFacts]) -> "_Published":
        return cls(model, np.array([model.index.get(each.title_id, -1) for each in titles], np.int32), len(titles))

    def score(self, history: History) -> Floats:
        """Score every title of now."""
        known = history.where(self.theirs[history.items] >= 0)
        scores = self.model.blend.score(replace(known, items=self.theirs[known.items]))
        return np.where(self.theirs >= 0, scores[np.maximum(self.theirs, 0)], scores.min(initial=0.0) - 1).astype(
            np.float32
        )


def _split(past: Interactions, cut: float, params: Params) -> Split | None:
    if not past.is_timed:
        return None
    split = split_by_time(past, cut, until=np.inf, users=params.validation_users, seed=params.seed)
    return split if len(split.cases) >= MIN_CASES else None


def _compared(
    split: Split, titles: Sequence[TitleFacts], params: Params, theirs: Scoring, against: str, progress: Progress
) -> Verdict:
    ours = Model.of(train(split.known, titles, as_of=split.as_of, offset=0, params=params, progress=progress)).blend
    found, before = _values(ours, split, len(titles)), _values(theirs, split, len(titles))
    return _verdict(found, before, against, params.seed)


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
