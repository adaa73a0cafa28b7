"""The weights of the gate, found by expectation-maximisation: how often each scorer was the one to have known."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from cinoche.kit.errors import Invalid
from cinoche.recommend.gate import EDGES_S, Chorus, span_of
from cinoche.recommend.scorers import Scorer
from cinoche.recommend.statistics import Doubles, Longs
from cinoche.recommend.training.walk import Walk

if TYPE_CHECKING:
    from cinoche.recommend.families.crowd import CrowdScorer

STEPS: Final = 200
STEADY: Final = 1e-7
BACKGROUND: Final = 1e-3
"""A title whose chance is less than this is in nobody's list: no voice is to be believed for having half known it."""

PRIOR_CASES: Final = 50.0
"""How many cases of all spans together stand behind the weights of each one: a span with few cases is like the rest."""


def mix(chances: Doubles, prior: Doubles | None = None, strength: float = 0.0) -> Doubles:
    """Find the weights under which what happened was likeliest: one row a case, one column a scorer.

    ``prior`` weights are believed as much as ``strength`` cases.
    """
    n = chances.shape[1]
    known = chances[chances.sum(1) > 0]
    pull = np.zeros(n) if prior is None else strength * prior
    weights = np.full(n, 1.0 / n) if prior is None else prior.copy()
    if not len(known):
        return weights
    for _ in range(STEPS):
        parts = known * np.maximum(weights, 1e-12)
        found = (parts / parts.sum(1, keepdims=True)).sum(0) + pull
        found /= found.sum()
        if np.abs(found - weights).max() < STEADY:
            return np.asarray(found)
        weights = found
    return weights


def gate_weights(
    names: Sequence[str], chances: Doubles, spans: Longs, n_spans: int = len(EDGES_S) + 1
) -> dict[str, tuple[float, ...]]:
    """Find the weights of each span: those of all cases together, moved by the cases of the span."""
    with_background = np.hstack([chances, np.full((len(chances), 1), BACKGROUND)])
    everywhere = mix(with_background)
    rows = [mix(with_background[spans == span], everywhere, PRIOR_CASES)[:-1] for span in range(n_spans)]
    rows = [row / row.sum() if row.sum() > 0 else np.full(len(names), 1.0 / len(names)) for row in rows]
    return {name: tuple(float(row[k]) for row in rows) for k, name in enumerate(names)}


def chorus_of(scorer: Scorer) -> Chorus:
    """A scorer as the chorus that it must be."""
    if not (hasattr(scorer, "voices") and hasattr(scorer, "shares")):
        raise Invalid(f"The model {scorer.name!r} has no voices.", where="model", remedy="Mix those of `crowd`.")
    return cast("Chorus", scorer)


def crowd_of(scorer: Scorer) -> "CrowdScorer":
    """A scorer as the crowd that it must be."""
    if not hasattr(scorer, "chronicle") or not hasattr(scorer, "voices"):
        raise Invalid(f"The model {scorer.name!r} keeps no chronicle.", where="model", remedy="Rank what `crowd` says.")
    return cast("CrowdScorer", scorer)


def find_gate(walk: Walk, chorus: Chorus, learners: Sequence[Scorer], mode: str) -> dict[str, tuple[float, ...]]:
    """Walk through a stretch and find how much each voice is to be believed a while after somebody's last event."""
    chances, spans = [], []
    for question in walk.questions(learners, mode):
        if question.is_known:
            votes = chorus.votes(question.history)
            chances.append(votes[:, question.target] / chorus.totals(votes))
            spans.append(span_of(question.history))
    table = np.array(chances, np.float64).reshape(len(spans), len(chorus.voices))
    return gate_weights(chorus.voices, table, np.array(spans, np.int64))
