"""How the ranker is learnt: what the trees find, and when they are not heard."""

import numpy as np
import pytest

from cinoche.recommend.ranking import KINDS, MANY
from cinoche.recommend.training.ranking import Lessons, learn

pytest.importorskip("lightgbm", reason="the extra `ranker` is not installed")

SIZE = 30


def lessons(n: int = 600, *, is_learnable: bool = True, seed: int = 0) -> Lessons:
    """Whoever asks is of one kind or another, and that says whether the highest or the lowest of a column is right."""
    rng = np.random.default_rng(seed)
    kind = np.repeat(rng.integers(0, 2, n), SIZE)
    values = rng.normal(size=n * SIZE)
    wanted = np.where(kind == 1, values, -values).reshape(n, SIZE)
    right = np.zeros((n, SIZE), np.float32)
    chosen = wanted.argmax(1) if is_learnable else rng.integers(0, SIZE, n)
    right[np.arange(n), chosen] = 1.0
    base = rng.normal(size=n * SIZE).astype(np.float32) * 0.1
    rows = np.stack([base, values, kind], axis=1).astype(np.float32)
    kinds = np.full(n, KINDS.index(MANY), np.int64)
    return Lessons(("base", "value", "kind"), rows, base, right.ravel(), np.full(n, SIZE, np.int64), kinds)


def test_the_trees_find_what_no_sum_could() -> None:
    found = learn(lessons(), 0)
    assert found is not None
    assert found.before < 0.3
    assert found.after > 0.65
    assert found.ranker.speaks == {MANY}
    fresh = lessons(seed=1)
    gains = fresh.gains(found.ranker.scale * fresh.base + found.ranker.trees.score(fresh.rows))
    assert gains.mean() > 0.65


def test_the_same_lessons_and_seed_grow_the_same_trees() -> None:
    one, other = learn(lessons(), 0), learn(lessons(), 0)
    assert one is not None
    assert other is not None
    for name, array in one.arrays.items():
        np.testing.assert_array_equal(array, other.arrays[name])


def test_where_there_is_nothing_to_find_there_are_no_trees() -> None:
    assert learn(lessons(is_learnable=False), 0) is None


def test_too_few_lessons_teach_nothing() -> None:
    assert learn(lessons(150), 0) is None


def test_where_too_few_were_judged_the_trees_are_not_heard() -> None:
    some = lessons()
    kinds = some.kinds.copy()
    kinds[-10:] = KINDS.index("few")
    found = learn(Lessons(some.columns, some.rows, some.base, some.right, some.sizes, kinds), 0)
    assert found is not None
    assert found.ranker.speaks == {MANY}


def test_chances_and_gains_are_of_each_question_alone() -> None:
    two = Lessons(
        ("base",), np.zeros((5, 1), np.float32), np.zeros(5, np.float32), np.array([0, 1, 0, 0, 1], np.float32),
        np.array([2, 3]), np.array([2, 2]),
    )  # fmt: skip
    np.testing.assert_allclose(two.chances(np.array([0.0, 0.0, 100.0, 0.0, 0.0]))[:3], [0.5, 0.5, 1.0])
    np.testing.assert_allclose(two.gains(np.array([0.0, 1.0, 5.0, 4.0, 3.0], np.float32)), [1.0, 1 / np.log2(4.0)])
    assert len(two.part(np.array([False, True])).rows) == 3
