"""One fit: from interactions to the arrays of the scorers."""

import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cinoche.kit.clock import DAY_S
from cinoche.recommend.artefact import Recipe, make_scorers
from cinoche.recommend.blend import SEEDS, SHORT, WARM
from cinoche.recommend.scorers import CONTENT, EASE, POPULAR, POPULAR_7D, SEQUENCE_RIDGE, Scorer
from cinoche.recommend.statistics import (
    HEAD_BINS,
    OF_PAIRS,
    OF_SEQUENCES,
    OF_TITLES,
    TAIL_BIN,
    Bin,
    Floats,
    Layout,
    Statistics,
)
from cinoche.recommend.training.counting import count
from cinoche.recommend.training.interactions import Interactions
from cinoche.recommend.training.solve import solve_ease, solve_ridge

DEFAULT_BLEND: Mapping[str, Mapping[str, float]] = {
    WARM: {EASE: 1.0, SEQUENCE_RIDGE: 0.5, POPULAR: 0.2, POPULAR_7D: 0.1, CONTENT: 0.1},
    SHORT: {EASE: 1.0, SEQUENCE_RIDGE: 0.3, POPULAR: 0.3, POPULAR_7D: 0.1, CONTENT: 0.2},
    SEEDS: {EASE: 1.0, SEQUENCE_RIDGE: 0.0, POPULAR: 0.0, POPULAR_7D: 0.0, CONTENT: 0.3},
}
"""The blend where there is too little data to find one; the search starts here."""


@dataclass(frozen=True, slots=True)
class Params:
    """Every hyper-parameter of a training.

    ``ease_reg`` and ``ridge_reg`` are the two regularisations. Titles with fewer than ``min_ratings`` positives, or
    beyond the ``warm_titles`` most watched, are left to content and popularity; the ``joint_titles`` most watched have
    joint bins in the ridge, the others one. ``query_head_bins`` and ``query_tail_bin`` hold the decays asked with.
    """

    ease_reg: float = 200.0
    ridge_reg: float = 300.0
    min_ratings: int = 5
    warm_titles: int = 10_000
    joint_titles: int = 1500
    head_bins: tuple[Bin, ...] = HEAD_BINS
    tail_bin: Bin = TAIL_BIN
    query_head_bins: tuple[Bin, ...] = HEAD_BINS
    query_tail_bin: Bin = TAIL_BIN
    validation_share: float = 0.1
    validation_users: int = 1000
    seed: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The parameters as plain data, for the manifest."""
        return asdict(self)


@dataclass(frozen=True)
class Fit:
    """The arrays of one fit and the scorers over them; ``cpu_s`` is what each part cost."""

    arrays: Mapping[str, npt.NDArray[Any]]
    scorers: Mapping[str, Scorer]
    recipe: Recipe
    cpu_s: Mapping[str, float]


def fit(
    interactions: Interactions,
    n_items: int,
    *,
    as_of: float,
    params: Params,
    content: Floats | None = None,
    names: Collection[str] = (EASE, SEQUENCE_RIDGE),
) -> Fit:
    """Count, then solve the named scorers (popularity and content cost nothing and are always there).

    What happened after ``as_of`` must have been left out before.
    """
    layout = Layout.choose(
        interactions.counts(n_items), as_of=as_of, min_ratings=params.min_ratings, joint_titles=params.joint_titles,
        warm_titles=params.warm_titles, head_bins=params.head_bins, tail_bin=params.tail_bin,
    )  # fmt: skip
    users, entries = interactions.users, interactions.entries
    clock = _Stopwatch()
    arrays: dict[str, npt.NDArray[Any]] = {}
    arrays |= _popularity(count(layout, users, entries, OF_TITLES), is_timed=interactions.is_timed)
    arrays |= {"warm_items": layout.warm_items, "content": _or_nothing(content, n_items)}
    clock.lap(POPULAR)
    none = Layout(np.full(n_items, -1, np.int32), 0, 0, as_of)
    pairs = count(layout if EASE in names else none, users, entries, OF_PAIRS)
    arrays["ease"] = solve_ease(pairs.arrays["together"], params.ease_reg)
    del pairs
    clock.lap(EASE)
    sequences = count(layout if SEQUENCE_RIDGE in names else none, users, entries, OF_SEQUENCES)
    arrays["ridge"] = solve_ridge(sequences, params.ridge_reg)
    del sequences
    clock.lap(SEQUENCE_RIDGE)
    bins = tuple((b.first, b.last, b.decay) for b in (*params.query_head_bins, params.query_tail_bin))
    recipe = Recipe(layout.n_joint, bins, {name: dict(weights) for name, weights in DEFAULT_BLEND.items()})
    scorers = make_scorers(arrays, recipe)
    kept = {name: scorer for name, scorer in scorers.items() if name in (*names, POPULAR, POPULAR_7D, CONTENT)}
    return Fit(arrays, kept, recipe, clock.laps)


class _Stopwatch:
    """CPU seconds of this process between laps."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._at = time.process_time()

    def lap(self, name: str) -> None:
        now = time.process_time()
        self.laps[name] = now - self._at
        self._at = now


def _or_nothing(content: Floats | None, n_items: int) -> Floats:
    return np.zeros((n_items, 1), np.float32) if content is None else content


def _popularity(statistics: Statistics, *, is_timed: bool) -> dict[str, Floats]:
    """The counts that popularity, trending and hidden gems need; without times all days are one."""
    layout, counts = statistics.layout, statistics.arrays["counts"]
    decayed = np.stack([statistics.decayed(half_life) if is_timed else counts for half_life in layout.half_lives_s])
    recent = statistics.recent(7) if is_timed else counts
    lasting = decayed[layout.half_lives_s.index(365 * DAY_S)] + 0.01 * counts
    tie = 0.5 * lasting / max(float(lasting.max(initial=0.0)), 1e-12)
    columns = {
        "counts": counts,
        "decayed": decayed,
        "recent": recent,
        "popular_7d": np.log1p(recent + tie),
        "popular": np.log1p(lasting),
    }
    return {name: column.astype(np.float32) for name, column in columns.items()}
