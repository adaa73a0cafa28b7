"""The ranker's trees, learnt on a slice held out in time: which of the first titles of an answer was the next one.

The trees start from the answer's own chances and learn what to add to their logarithms (a conditional logit, boosted).
They are first learnt on the earlier part of the slice and judged on the rest: where they are no better than the answer
without them, they are not heard, and where that is everywhere, there are none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.blend import Scored
from cinoche.recommend.families import RANKER
from cinoche.recommend.families.base import bring
from cinoche.recommend.gate import Gated
from cinoche.recommend.ranking import (
    FIRST,
    KINDS,
    SCALE,
    SPEAKS,
    Answers,
    Facts,
    Look,
    Ranker,
    kind_of,
    look,
    ranker_of,
)
from cinoche.recommend.scorers import Scorer
from cinoche.recommend.statistics import Doubles, Floats, History, Longs
from cinoche.recommend.training.tune import Case
from cinoche.recommend.training.walk import Walk
from cinoche.recommend.trees import Forest

LEAST_LESSONS: Final = 200
"""With fewer questions whose answer was among the first titles, trees would learn by heart."""

JUDGED: Final = 0.2
"""The last part of the slice, on which the trees are judged."""

LEAST_JUDGED: Final = 20
"""A situation in which fewer were judged is left to the answer without the trees."""

SURE: Final = 2.0
"""How many standard errors trees must be better by to be heard."""

SCALES: Final = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0)
DEPTH: Final = 10


@dataclass(frozen=True)
class Growth:
    """How the trees are grown."""

    rounds: int = 250
    rate: float = 0.06
    leaves: int = 31
    least_rows: int = 300
    reg: float = 10.0
    columns_share: float = 0.3
    rows_share: float = 0.8


@dataclass(frozen=True)
class Lessons:
    """Questions with their answers: each one's rows end to end, what stood for them before, and which was right.

    ``sizes`` is each question's number of rows; ``kinds`` its situation, by number. What stood for them
    ``are_chances``, by their logarithms, or levels without a unit.
    """

    columns: tuple[str, ...]
    rows: Floats
    base: Floats
    right: Floats
    sizes: Longs
    kinds: Longs
    are_chances: bool = False

    def __len__(self) -> int:
        return len(self.sizes)

    def part(self, chosen: npt.NDArray[np.bool_]) -> "Lessons":
        """Some of the questions."""
        rows = np.repeat(chosen, self.sizes)
        return Lessons(
            self.columns,
            self.rows[rows],
            self.base[rows],
            self.right[rows],
            self.sizes[chosen],
            self.kinds[chosen],
            self.are_chances,
        )

    @property
    def starts(self) -> Longs:
        """Where each question's rows begin."""
        return np.cumsum(self.sizes) - self.sizes

    def chances(self, levels: Doubles) -> Doubles:
        """Each row's chance among the rows of its question."""
        most = np.maximum.reduceat(levels, self.starts)
        raised = np.exp(levels - np.repeat(most, self.sizes))
        return np.asarray(raised / np.repeat(np.add.reduceat(raised, self.starts), self.sizes))

    def gains(self, levels: Floats) -> Doubles:
        """Each question's nDCG of its first right row, where rows stand in the order of these levels."""
        gains = np.zeros(len(self))
        for k, (start, size) in enumerate(zip(self.starts.tolist(), self.sizes.tolist(), strict=True)):
            own = levels[start : start + size]
            best = own[self.right[start : start + size] > 0]
            place = int((own > best.max()).sum()) if len(best) else DEPTH
            gains[k] = 1.0 / np.log2(place + 2.0) if place < DEPTH else 0.0
        return gains


class _Notebook:
    """Collects questions with their answers."""

    def __init__(self, answers: Answers, facts: Facts) -> None:
        self._answers = answers
        self._facts = facts
        self._looks: list[tuple[Look, Floats, int]] = []
        self._are_chances = False

    def note(self, history: History, targets: Longs) -> None:
        """Note a question; one whose answer is not among the first titles teaches nothing."""
        answer: Scored | Gated = self._answers.scored(history)
        seen = look(answer.likes or answer, self._facts, FIRST)
        self._are_chances = isinstance(answer, Gated)
        right = np.isin(seen.items, targets).astype(np.float32)
        if right.any():
            self._looks.append((seen, right / right.sum(), KINDS.index(kind_of(history))))

    def lessons(self) -> Lessons:
        """All that was noted."""
        columns = tuple(dict.fromkeys(name for seen, _, _ in self._looks for name in seen.table))
        rows = [seen.rows(columns) for seen, _, _ in self._looks]
        return Lessons(
            columns,
            np.concatenate(rows) if rows else np.zeros((0, len(columns)), np.float32),
            np.concatenate([np.zeros(0, np.float32), *(seen.base for seen, _, _ in self._looks)]),
            np.concatenate([np.zeros(0, np.float32), *(right for _, right, _ in self._looks)]),
            np.array([len(seen.items) for seen, _, _ in self._looks], np.int64),
            np.array([kind for _, _, kind in self._looks], np.int64),
            self._are_chances,
        )


def walked(walk: Walk, answers: Answers, facts: Facts, learners: Sequence[Scorer], mode: str) -> Lessons:
    """Questions of a walk, each asked before it happened."""
    notebook = _Notebook(answers, facts)
    for question in walk.questions(learners, mode):
        if question.is_known:
            notebook.note(question.history, np.array([question.target]))
    return notebook.lessons()


def held_out(cases: Iterable[Case], answers: Answers, facts: Facts) -> Lessons:
    """What held-out people liked next."""
    notebook = _Notebook(answers, facts)
    for case in cases:
        notebook.note(case.history, case.targets)
    return notebook.lessons()


@dataclass(frozen=True)
class Learnt:
    """The arrays of a ranker, the columns that they read, and what was measured of it where it was judged."""

    arrays: dict[str, npt.NDArray[Any]]
    columns: tuple[str, ...]
    before: float
    after: float

    @property
    def ranker(self) -> Ranker:
        """The ranker."""
        return ranker_of(self.arrays, self.columns)


def learn(lessons: Lessons, seed: int, growth: Growth | None = None) -> Learnt | None:
    """Learn the trees; None where there is too little to learn from, or where they are better nowhere."""
    if len(lessons) < LEAST_LESSONS:
        return None
    grown = growth or Growth()
    scale = 1.0 if lessons.are_chances else _scale(lessons)
    is_early = np.arange(len(lessons)) < (1.0 - JUDGED) * len(lessons)
    early, late = lessons.part(is_early), lessons.part(~is_early)
    forest = _grow(early, scale, seed, grown)
    before = late.gains(late.base)
    after = late.gains(np.float32(scale) * late.base + forest.score(late.rows))
    speaks = np.array([_is_better(before, after, late.kinds == kind) for kind in range(len(KINDS))])
    if not speaks.any():
        return None
    arrays = _grow(lessons, scale, seed, grown).arrays()
    return Learnt(
        {**arrays, SPEAKS: speaks, SCALE: np.array([scale])}, lessons.columns, float(before.mean()), float(after.mean())
    )


def _is_better(before: Doubles, after: Doubles, chosen: npt.NDArray[np.bool_]) -> bool:
    """Whether the trees help here by more than two standard errors."""
    gain = (after - before)[chosen]
    if len(gain) < LEAST_JUDGED:
        return False
    return bool(gain.mean() > SURE * gain.std() / np.sqrt(len(gain)))


def _scale(lessons: Lessons) -> float:
    """By what the answer's levels must be multiplied so that what happened is likeliest."""
    right = lessons.right > 0

    def likelihood(scale: float) -> float:
        return float(np.log(lessons.chances(scale * lessons.base.astype(np.float64))[right] + 1e-12).mean())

    return max(SCALES, key=likelihood)


def _grow(lessons: Lessons, scale: float, seed: int, growth: Growth) -> Forest:
    lightgbm = bring("lightgbm", RANKER, RANKER)
    right = lessons.right.astype(np.float64)

    def slopes(levels: Doubles, _data: object) -> tuple[Doubles, Doubles]:
        chances = lessons.chances(levels)
        return chances - right, np.maximum(chances * (1.0 - chances), 1e-6)

    data = lightgbm.Dataset(
        lessons.rows, right, init_score=scale * lessons.base.astype(np.float64), params={"verbose": -1, "max_bin": 63}
    )
    params = {
        "objective": slopes, "learning_rate": growth.rate, "num_leaves": growth.leaves,
        "min_data_in_leaf": growth.least_rows, "min_sum_hessian_in_leaf": 1.0, "lambda_l2": growth.reg,
        "feature_fraction": growth.columns_share, "bagging_fraction": growth.rows_share, "bagging_freq": 1,
        "seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1, "max_bin": 63,
        "use_missing": False,
    }  # fmt: skip
    booster = lightgbm.train(params, data, growth.rounds)
    return Forest.grown(booster.dump_model()["tree_info"])
