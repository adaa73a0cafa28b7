"""Training: works from nothing up, never reads the future, and finds the structure that a small world has."""

from pathlib import Path

import numpy as np
import pytest

from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import Invalid
from cinoche.recommend.artefact import Model, TitleFacts, open_current, publish
from cinoche.recommend.blend import SITUATIONS
from cinoche.recommend.scorers import top
from cinoche.recommend.statistics import History
from cinoche.recommend.training import Interactions, Params, train

AS_OF = 1_700_000_000.0
N = 60
PARAMS = Params(hyper={"ease": {"reg": 20.0}, "sequence-ridge": {"reg": 20.0, "joint_titles": 30}})


def titles(n: int = N) -> list[TitleFacts]:
    genres = ("Drama", "Comedy", "War")
    return [TitleFacts(f"t{k}", f"Title {k}", 1950 + k, (genres[k * 3 // max(n, 1)],)) for k in range(n)]


def world(n_users: int = 300, seed: int = 0, until: float = AS_OF) -> Interactions:
    """People who stay in one third of the catalogue and mostly take the next title, over the last 100 days."""
    rng = np.random.default_rng(seed)
    users, items, times = [], [], []
    for user in range(n_users):
        third, at = rng.integers(3), rng.integers(20)
        path = np.unique((at + np.cumsum(rng.integers(1, 3, 10))) % 20, return_index=True)
        walked = path[0][np.argsort(path[1])] + 20 * third
        started = until - 100 * DAY_S * rng.random()
        users += [user] * len(walked)
        items += walked.tolist()
        times += (started + np.arange(len(walked)) * DAY_S).tolist()
    return Interactions.of(users, items, None, times)


def same(a: Model, b: Model) -> bool:
    return (
        all(np.array_equal(a.arrays[name], b.arrays[name]) for name in a.arrays) and a.blend.weights == b.blend.weights
    )


def test_training_finds_the_thirds_and_the_next_title() -> None:
    model = Model.of(train(world(), titles(), as_of=AS_OF, offset=3, params=PARAMS))
    assert model.offset == 3
    history = History.of([22, 23, 25])
    scores = model.blend.score(history)
    scores[history.items] = -np.inf
    assert set(top(scores, 5) // 20) == {1}
    assert set(top(model.scorers["sequence-ridge"].score(history), 3)) & {26, 27}
    assert model.manifest.params["hyper"]["ease"]["reg"] == 20.0


def test_the_future_changes_nothing() -> None:
    past, later = world(), world(100, seed=5, until=AS_OF + 300 * DAY_S)
    later = later.where(later.times > AS_OF)
    rng = np.random.default_rng(0)

    def with_future(items: np.ndarray) -> Model:
        columns = (np.r_[past.users, later.users], np.r_[past.items, items], None, np.r_[past.times, later.times])
        return Model.of(train(Interactions.of(*columns), titles(), as_of=AS_OF, offset=0, params=PARAMS))

    alone = Model.of(train(past, titles(), as_of=AS_OF, offset=0, params=PARAMS))
    assert len(later) > 100
    assert same(alone, with_future(later.items))
    assert same(alone, with_future(rng.permutation(later.items)))


def test_training_twice_gives_the_same_version(tmp_path: Path) -> None:
    first, second = (train(world(), titles(), as_of=AS_OF, offset=1, params=PARAMS) for _ in range(2))
    assert publish(tmp_path, first) == publish(tmp_path, second)


@pytest.mark.parametrize(
    ("users", "items"), [([], []), ([0], [0]), ([0, 0], [0, 1]), ([0, 1], [2, 2]), ([0] * 30, list(range(30)))]
)
@pytest.mark.parametrize("n_titles", [30, 31])
def test_nearly_nothing_can_be_trained_on(tmp_path: Path, users: list[int], items: list[int], n_titles: int) -> None:
    few = Interactions.of(users, items, None, [AS_OF - 10.0 * k for k in range(len(users))][::-1])
    publish(tmp_path, train(few, titles(n_titles), as_of=AS_OF, offset=0))
    model = open_current(tmp_path)
    for history in (History.of([]), History.of([3]), History.of([1, 2, 3, 4], [1.0, -1.0, 1.0, 1.0])):
        for is_ordered in (True, False):
            scores = model.blend.score(history, is_ordered=is_ordered)
            assert scores.shape == (n_titles,)
            assert np.isfinite(scores).all()


def test_no_titles_at_all_can_be_trained_on() -> None:
    model = Model.of(train(Interactions.of([], []), [], as_of=AS_OF, offset=0))
    assert len(model.blend.score(History.of([]))) == 0


def test_popular_7d_is_the_last_week_then_what_lasts() -> None:
    times = [AS_OF - DAY_S, AS_OF - 30 * DAY_S, AS_OF - 31 * DAY_S, AS_OF - 300 * DAY_S]
    rows = Interactions.of([0, 1, 2, 3], [5, 6, 6, 7], None, times)
    model = Model.of(train(rows, titles(), as_of=AS_OF, offset=0))
    assert top(model.scorers["popular-7d"].score(History.of([])), 3).tolist() == [5, 6, 7]


def test_a_title_that_few_have_watched_is_reached_by_its_content() -> None:
    rows = world()
    rare = rows.where(rows.items != 25)
    model = Model.of(train(rare, titles(), as_of=AS_OF, offset=0, params=PARAMS))
    assert 25 not in model.arrays["ease.items"]
    alone = model.blend.score(History.of([25]), is_ordered=False)
    assert set(top(alone, 6) // 20) == {1}


def test_every_situation_has_weights_that_answer_an_empty_history() -> None:
    model = Model.of(train(world(), titles(), as_of=AS_OF, offset=0, params=PARAMS))
    assert set(model.blend.weights) == set(SITUATIONS)
    assert model.blend.score(History.of([])).std() > 0


def test_where_there_is_only_an_order_the_last_rows_are_held_out() -> None:
    rows = world()
    ordered = Interactions.of(rows.users, rows.items, None, -rows.place_from_end().astype(float), is_timed=False)
    draft = train(ordered, titles(), as_of=AS_OF, offset=0, params=PARAMS)
    assert draft.metrics["validation/warm"] > 0.3


def test_interactions_are_sorted_and_can_keep_one_row_of_each_pair() -> None:
    rows = Interactions.of([1, 0, 1, 1], [5, 2, 6, 5], [1, 1, 1, -1], [10.0, 5.0, 20.0, 30.0])
    assert rows.users.tolist() == [0, 1, 1, 1]
    assert rows.items.tolist() == [2, 5, 6, 5]
    assert rows.last_of_each().weights.tolist() == [1, 1, -1]
    assert rows.last_of_each().history(1).items.tolist() == [6, 5]
    assert rows.first_of_each().history(1).items.tolist() == [5, 6]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (([0, 1], [0]), "2, 1, 2 and 2 rows"),
        (([0], [-1]), "An item is negative"),
        (([0], [0], [float("nan")]), r"row 0: The weight is not a number"),
        (([0, 0], [0, 1], None, [1.0, float("inf")]), r"row 1: The time is not a number"),
    ],
)
def test_interactions_that_make_no_sense_are_refused(columns: tuple[list[int], ...], reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        Interactions.of(*columns)


def test_an_interaction_with_an_unknown_title_is_refused() -> None:
    with pytest.raises(Invalid, match="a title not given"):
        train(Interactions.of([0], [5], None, [1.0]), titles(3), as_of=AS_OF, offset=0)
