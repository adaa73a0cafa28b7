"""The families that are solved from sums over people: popularity, EASE, the sequence-aware ridge; and plain content."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from cinoche.kit.clock import DAY_S
from cinoche.recommend import scorers
from cinoche.recommend.counting import count
from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.scorers import Warm
from cinoche.recommend.solve import factorise, solve_ease, solve_ridge
from cinoche.recommend.statistics import (
    HEAD_BINS,
    OF_PAIRS,
    OF_TITLES,
    TAIL_BIN,
    Bin,
    Doubles,
    Floats,
    Statistics,
)

ITEMS: Final = "items"
WEIGHTS: Final = "weights"
SCORES: Final = "scores"
COUNTS: Final = "counts"
DECAYED: Final = "decayed"
RECENT: Final = "recent"
FEATURES: Final = "features"


@dataclass(frozen=True)
class Popular:
    """What lasts: everybody's likes, those of this year first. It keeps the counts that pages read, too."""

    name: ClassVar[str] = scorers.POPULAR

    def fit(self, ground: Ground) -> Arrays:
        """Count likes: of all time, decayed by each half-life, and of the last week."""
        sums = _titles(ground)
        found = {
            COUNTS: sums.arrays[COUNTS],
            DECAYED: _decayed(sums, ground),
            RECENT: _recent(sums, ground),
            SCORES: np.log1p(_lasting(sums, ground)),
        }
        return {name: each.astype(np.float32) for name, each in found.items()}

    def scorer(self, arrays: Arrays, n_items: int) -> scorers.Popular:  # noqa: ARG002
        """The same list for everybody."""
        return scorers.Popular(arrays[SCORES], self.name)


@dataclass(frozen=True)
class PopularWeek:
    """What people liked in the last seven days, then what lasts."""

    name: ClassVar[str] = scorers.POPULAR_7D

    def fit(self, ground: Ground) -> Arrays:
        """Count the likes of the last week; without times all days are one."""
        sums = _titles(ground)
        lasting = _lasting(sums, ground)
        tie = 0.5 * lasting / max(float(lasting.max(initial=0.0)), 1e-12)
        return {SCORES: np.log1p(_recent(sums, ground) + tie).astype(np.float32)}

    def scorer(self, arrays: Arrays, n_items: int) -> scorers.Popular:  # noqa: ARG002
        """The same list for everybody."""
        return scorers.Popular(arrays[SCORES], self.name)


def _titles(ground: Ground) -> Statistics:
    if ground.sums is not None:
        return ground.sums
    return count(ground.layout, ground.interactions.users, ground.interactions.entries, OF_TITLES)


def _decayed(sums: Statistics, ground: Ground) -> Doubles:
    is_timed = ground.interactions.is_timed
    halves = sums.layout.half_lives_s
    return np.stack([sums.decayed(each) if is_timed else sums.arrays[COUNTS] for each in halves])


def _lasting(sums: Statistics, ground: Ground) -> Doubles:
    year = sums.layout.half_lives_s.index(365 * DAY_S)
    return np.asarray(_decayed(sums, ground)[year] + 0.01 * sums.arrays[COUNTS], np.float64)


def _recent(sums: Statistics, ground: Ground) -> Doubles:
    return sums.recent(7) if ground.interactions.is_timed else sums.arrays[COUNTS]


@dataclass(frozen=True)
class Ease:
    """EASE (Steck 2019): the item-to-item matrix that best rebuilds every history from itself."""

    reg: float = 200.0
    name: ClassVar[str] = scorers.EASE

    def fit(self, ground: Ground) -> Arrays:
        """Count what is liked together, and solve."""
        sums = ground.counted(OF_PAIRS)
        return {ITEMS: sums.layout.warm_items, WEIGHTS: solve_ease(sums.arrays["together"], self.reg)}

    def scorer(self, arrays: Arrays, n_items: int) -> scorers.Ease:
        """Each title of a history votes through the matrix."""
        return scorers.Ease(arrays[WEIGHTS], Warm.of(arrays[ITEMS], n_items))


@dataclass(frozen=True)
class SequenceRidge:
    """The sequence-aware ridge: what comes next, from decayed histories, by one joint solve.

    The ``joint_titles`` most watched have a feature in each head bin, the others one in the tail bin; beyond the
    ``most_titles`` most watched, titles are left to the other families, as cost and memory grow with the square.
    ``query_…`` are the decays asked with, which are tuned apart from those trained with.
    """

    reg: float = 300.0
    joint_titles: int = 1500
    most_titles: int = 6000
    head_bins: tuple[Bin, ...] = HEAD_BINS
    tail_bin: Bin = TAIL_BIN
    query_head_bins: tuple[Bin, ...] = HEAD_BINS
    query_tail_bin: Bin = TAIL_BIN
    name: ClassVar[str] = scorers.SEQUENCE_RIDGE

    def fit(self, ground: Ground) -> Arrays:
        """Count what follows what, and solve."""
        sums = ground.counted(["gram"], **self.layout())
        factor = factorise(sums.arrays["gram"], self.reg)
        known = sums.layout.warm_items[: sums.layout.n_ordered]
        del sums  # one matrix at a time
        following = ground.counted(["following"], **self.layout()).arrays["following"]
        return {ITEMS: known, WEIGHTS: solve_ridge(factor, following)}

    def layout(self) -> dict[str, Any]:
        """What it asks of the layout of the sums, besides the warm titles."""
        return {
            "joint_titles": self.joint_titles,
            "head_bins": self.head_bins,
            "tail_bin": self.tail_bin,
            "most_ordered": self.most_titles,
        }

    def scorer(self, arrays: Arrays, n_items: int) -> scorers.SequenceRidge:
        """The latest titles vote, each by its age in the sequence."""
        items = arrays[ITEMS]
        bins = (*self.query_head_bins, self.query_tail_bin)
        n_joint = min(self.joint_titles, len(items))
        return scorers.SequenceRidge(arrays[WEIGHTS], Warm.of(items, n_items), n_joint, bins)


@dataclass(frozen=True)
class Content:
    """Likeness of what titles are made of: what is left for titles that few have watched."""

    name: ClassVar[str] = scorers.CONTENT

    def fit(self, ground: Ground) -> Arrays:
        """Keep the titles' features; where none are known, every title is like no other."""
        nothing: Floats = np.zeros((ground.n_items, 1), np.float32)
        return {FEATURES: nothing if ground.content is None else ground.content}

    def scorer(self, arrays: Arrays, n_items: int) -> scorers.Content:  # noqa: ARG002
        """The cosine with the history's titles."""
        return scorers.Content(arrays[FEATURES])
