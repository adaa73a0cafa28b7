"""Trees as arrays: they say what the library that grew them says, and keep nothing else."""

import numpy as np
import pytest

from cinoche.recommend.trees import Forest

LEAF = {"leaf_value": 0.5}
SPLIT = {
    "split_feature": 1,
    "threshold": 2.0,
    "left_child": {"leaf_value": -1.0},
    "right_child": {"split_feature": 0, "threshold": 0.0, "left_child": LEAF, "right_child": {"leaf_value": 3.0}},
}


def test_each_row_goes_left_where_it_is_at_most_the_limit_and_trees_add_up() -> None:
    forest = Forest.grown([{"tree_structure": SPLIT}, {"tree_structure": {"leaf_value": 10.0}}])
    table = np.array([[9.0, 2.0], [0.0, 2.1], [0.1, 7.0]], np.float32)
    assert forest.score(table).tolist() == [9.0, 10.5, 13.0]
    again = Forest.of(forest.arrays())
    np.testing.assert_array_equal(again.score(table), forest.score(table))


def test_no_trees_and_no_rows_say_nothing() -> None:
    assert Forest.grown([]).score(np.ones((2, 3), np.float32)).tolist() == [0.0, 0.0]
    assert Forest.grown([{"tree_structure": SPLIT}]).score(np.zeros((0, 2), np.float32)).shape == (0,)


def test_trees_say_what_the_library_that_grew_them_says() -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="the extra `ranker` is not installed")
    rng = np.random.default_rng(0)
    table = rng.normal(size=(2000, 6)).astype(np.float32)
    wanted = table[:, 0] * (table[:, 1] > 0) + np.abs(table[:, 2])
    data = lightgbm.Dataset(table, wanted, params={"verbose": -1, "use_missing": False})
    grower = lightgbm.train(
        {"verbose": -1, "num_threads": 1, "use_missing": False, "boost_from_average": False}, data, 40
    )
    forest = Forest.grown(grower.dump_model()["tree_info"])
    strangers = rng.normal(size=(500, 6)).astype(np.float32)
    np.testing.assert_allclose(forest.score(strangers), grower.predict(strangers), atol=1e-5)
