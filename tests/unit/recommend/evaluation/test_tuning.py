"""Tuning looks at the validation slice alone, can be taken up again, and writes what trainings read."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation import Ratings, evaluate_ratings
from cinoche.recommend.evaluation.leakage import with_another_future
from cinoche.recommend.evaluation.protocols import plan
from cinoche.recommend.evaluation.tuning import ranges, tune
from cinoche.recommend.families import FAMILIES, family, hyper_of
from cinoche.recommend.training import Params
from cinoche.recommend.training.params_file import read_params, write_params

pytest.importorskip("optuna")


def world(n_users: int = 120, n_items: int = 60) -> Ratings:
    """People of two tastes, each with some fifteen titles over a while of their own."""
    rng = np.random.default_rng(0)
    users, items, times = [], [], []
    for user in range(n_users):
        seen = rng.permutation(n_items // 2)[: rng.integers(13, 18)] + (user % 2) * (n_items // 2)
        users += [user] * len(seen)
        items += seen.tolist()
        times += (1.6e9 + 86_400.0 * (100 * rng.random() + 5 * np.arange(len(seen)))).tolist()
    return Ratings(np.array(users, np.int32), np.array(items, np.int32), None, np.array(times), True, "0" * 64)


def storage(folder: Path) -> str:
    return f"sqlite:///{folder / 'tune.db'}"


def test_what_is_found_is_no_worse_than_the_defaults_on_the_slice(tmp_path: Path) -> None:
    found = tune(world(), "time", ["ease"], storage=storage(tmp_path), trials=6)
    one = found.found["ease"]
    assert one.trials == 6
    assert one.value >= one.default_value > 0
    assert found.params.hyper["ease"] == one.hyper
    low, high = ranges("ease")["reg"]
    assert low <= one.hyper["reg"] <= high
    assert "after 6 trials" in found.lines()[0]


def test_a_search_goes_on_where_it_stopped_and_repeats_nothing(tmp_path: Path) -> None:
    first = tune(world(), "time", ["ease"], storage=storage(tmp_path), trials=3)
    again = tune(world(), "time", ["ease"], storage=storage(tmp_path), trials=3)
    assert again.found == first.found
    longer = tune(world(), "time", ["ease"], storage=storage(tmp_path), trials=5)
    assert longer.found["ease"].trials == 5
    assert longer.found["ease"].value >= first.found["ease"].value


def test_the_same_seed_finds_the_same(tmp_path: Path) -> None:
    one, other = (
        tune(world(), "next", ["ease"], storage=f"sqlite:///{tmp_path / name}", trials=4, seed=2) for name in "ab"
    )
    assert one.found == other.found


def test_the_test_period_changes_nothing_that_is_found(tmp_path: Path) -> None:
    laid = plan(world(), "time", seed=0, validation_users=1000)
    other = with_another_future(world(), laid, laid.rounds[0], 0)
    one, two = (
        tune(data, "time", ["ease"], storage=f"sqlite:///{tmp_path / name}", trials=3)
        for name, data in (("a", world()), ("b", other))
    )
    assert one.found == two.found


@pytest.mark.parametrize("name", list(FAMILIES))
def test_the_defaults_are_within_what_is_looked_at(name: str) -> None:
    defaults = hyper_of(family(name))
    for each, (low, high) in ranges(name).items():
        assert low <= defaults[each] <= high
        family(name, {each: type(defaults[each])(low)})


def test_a_family_without_hyper_parameters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="'popular' has nothing to tune"):
        tune(world(), "time", ["popular"], storage=storage(tmp_path))


def test_a_file_of_parameters_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "params.json"
    params = Params(families=("ease",), hyper={"ease": {"reg": 31.5}}, seed=3)
    write_params(path, params, {"ease": {"trials": 4}})
    assert read_params(path) == params
    assert msgspec.json.decode(path.read_bytes())["found"] == {"ease": {"trials": 4}}
    report = evaluate_ratings(world(), "next", ["ease"], params=read_params(path))
    assert report.models[1].name == "ease"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "no parameters"),
        ('{"colour": 1}', "no parameter 'colour'"),
        ('{"min_ratings": "many"}', "cannot be read"),
        ('{"hyper": {"oracle": {}}}', "no model 'oracle'"),
        ('{"hyper": {"ease": {"factors": 3}}}', "no hyper-parameter 'factors'"),
    ],
)
def test_a_file_that_is_not_of_parameters_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "params.json"
    path.write_text(content)
    with pytest.raises(Invalid, match=reason):
        read_params(path)
    with pytest.raises(Invalid, match="cannot be read"):
        read_params(tmp_path / "absent.json")
