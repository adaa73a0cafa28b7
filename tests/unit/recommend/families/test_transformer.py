"""The transformer's scorer over weights drawn at random: what it answers needs no training to be checked."""

import subprocess
import sys

import numpy as np
import pytest

from cinoche.kit.errors import Unavailable
from cinoche.recommend.families import Arrays, Ground, family
from cinoche.recommend.families import transformer as served
from cinoche.recommend.families.transformer import Attention, Transformer
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import History

N = 40
LENGTH = 12
HISTORY = History.of([3, 9, 4, 30, 31, 8], [1.0, 0.3, -1.0, 1.0, 1.0, 1.0])


def drawn(dim: int = 8, blocks: int = 2, heads: int = 2, n: int = N, seed: int = 0) -> dict[str, np.ndarray]:
    """The arrays of a transformer that knows all titles but the last."""
    rng = np.random.default_rng(seed)
    sizes = {
        served.EMBEDDING: (n, dim),
        served.BIAS: (n - 1,),
        served.DISTANCE: (blocks, heads, LENGTH),
        served.QKV: (blocks, dim, 3 * dim),
        served.OUT: (blocks, dim, dim),
        served.WIDEN: (blocks, dim, 2 * dim),
        served.NARROW: (blocks, 2 * dim, dim),
        served.NORMS: (blocks, 2, 2, dim),
        served.LAST_NORM: (2, dim),
    }
    arrays = {name: rng.standard_normal(size).astype(np.float32) for name, size in sizes.items()}
    return {**arrays, served.ITEMS: np.arange(n - 1, dtype=np.int32)}


def scorer(arrays: Arrays | None = None) -> Attention:
    return Transformer().scorer(arrays or drawn(), N)


def without(history: History, entry: int) -> History:
    return history.at(np.arange(len(history)) != entry)


@pytest.mark.parametrize(
    "history",
    [HISTORY, History.of([7]), History.of(np.arange(LENGTH)), History.of(np.arange(30)), History.of([5, 39])],
    ids=["some", "one", "just as long", "longer", "an unknown title"],
)
def test_a_vote_is_what_the_score_loses_without_the_entry(history: History) -> None:
    one, items = scorer(), [0, 5, 33]
    votes = one.explain(history, items)
    whole = one.score(history)[items]
    for entry in range(len(history)):
        lost = whole - one.score(without(history, entry))[items]
        np.testing.assert_allclose(votes[entry], lost, atol=2e-4)


def test_leaving_out_the_strongest_entry_lowers_the_score() -> None:
    one, item = scorer(), 20
    strongest = int(one.explain(HISTORY, [item])[:, 0].argmax())
    assert one.score(without(HISTORY, strongest))[item] < one.score(HISTORY)[item]


def test_reasons_are_of_the_history_asked_about_whichever_was_before() -> None:
    one, other = scorer(), History.of([1, 2, 3])
    first, second = one.explain(HISTORY, [20]), one.explain(other, [20])
    np.testing.assert_array_equal(one.explain(HISTORY, [20]), first)
    np.testing.assert_array_equal(one.explain(other, [20]), second)
    np.testing.assert_array_equal(one.explain(other, [5]), scorer().explain(other, [5]))


def test_only_the_latest_titles_are_attended_to_and_their_order_matters() -> None:
    one = scorer()
    late = np.arange(LENGTH) + 5
    np.testing.assert_array_equal(
        one.score(History.of([1, 2, 3, *late])), one.score(History.of([30, 31, 32, 33, *late]))
    )
    assert not np.allclose(one.score(History.of(late)), one.score(History.of(late[::-1])))


def test_a_dislike_lowers_the_titles_like_it_and_raises_none() -> None:
    arrays = drawn()
    arrays[served.EMBEDDING][21] = arrays[served.EMBEDDING][20]
    one = scorer(arrays)
    before = one.score(History.of([1, 2]))
    after = one.score(History.of([1, 20, 2], [1.0, -1.0, 1.0]))
    assert (after <= before + 1e-6).all()
    assert after[21] < before[21] - 0.1


def test_a_title_that_the_training_did_not_know_scores_nothing_and_changes_nothing() -> None:
    one = scorer()
    np.testing.assert_array_equal(one.score(History.of([1, 39, 2])), one.score(History.of([1, 2])))
    assert one.score(History.of([1, 2]))[39] == 0
    assert one.explain(History.of([1, 2]), [39]).tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize("name", ["transformer", "autoencoder"])
def test_to_fit_without_jax_is_refused_with_the_extra_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, f"cinoche.recommend.families.{name}_fit", raising=False)
    monkeypatch.delitem(sys.modules, "cinoche.recommend.families.adam", raising=False)
    monkeypatch.setitem(sys.modules, "jax", None)
    rows = Interactions.of([0, 0], [0, 1], None, [1.0, 2.0])
    with pytest.raises(Unavailable, match=rf"fit the model '{name}', jax is needed.*cinoche\[neural\]"):
        family(name).fit(Ground(rows, 2, 3.0, min_ratings=1))


def test_serving_loads_neither_jax_nor_scipy() -> None:
    code = (
        "import sys; from cinoche.recommend import artefact; from cinoche.recommend.families import family;"
        "family('transformer'); family('autoencoder');"
        "print(sorted({'jax', 'scipy', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


class TestTraining:
    """What JAX makes."""

    @pytest.fixture(autouse=True)
    def _jax(self) -> None:
        pytest.importorskip("jax", reason="the extra `neural` is not installed")

    def test_a_title_is_met_from_its_place_on_by_its_person_alone(self) -> None:
        from cinoche.recommend.families.transformer_fit import People

        start = 9
        people = People(np.array([start, 4, 7, start, 7, 4, 2]), np.ones(7, np.float32), np.array([0, 3, 7]), [])
        met = people.met(np.array([1, 2, 3, 4, 5]), np.array([4, 7, 8, 0, 0], np.int32))
        assert met.astype(int).tolist() == [
            [1, 0, 0, 0, 0],
            [1, 1, 0, 0, 0],
            [0, 0, 0, 0, 0],
            [0, 1, 0, 0, 0],
            [1, 1, 0, 0, 0],
        ]

    def test_stretches_are_runs_of_one_person_each_and_no_longer_than_asked(self) -> None:
        from cinoche.recommend.families.transformer_fit import People

        bounds = np.array([0, 3, 50, 53])
        people = People(np.arange(53), np.ones(53, np.float32), bounds, [])
        at, whose = people.stretch(10, np.random.default_rng(0))
        person = np.searchsorted(bounds, at, side="right") - 1
        for one in np.unique(whose):
            run = at[whose == one]
            assert (np.diff(run) == 1).all()
            assert len(np.unique(person[whose == one])) == 1
            assert len(run) == min(11, np.diff(bounds)[person[whose == one][0]])
        assert sorted(np.unique(person)) == [0, 1, 2]

    def test_numpy_serves_what_jax_trained(self) -> None:
        from cinoche.recommend.families import transformer_fit as training

        small = Transformer(dim=8, length=LENGTH, rows=1, epochs=1)
        rows = Interactions.of(np.repeat(np.arange(5), 9), np.random.default_rng(0).permutation(45) % N)
        ground = Ground(rows, N, 0.0, min_ratings=1)
        rng = np.random.default_rng(0)
        n = ground.layout.n_warm
        params = training._begin(small, n, training.People.of(ground, rng), rng)
        params["blocks"][0]["distance"] = rng.standard_normal((2, LENGTH)).astype(np.float32)
        tokens = np.array([[n, 3, 8, 1, 9, 4, 0, 0, 0, 0, 0, 0]], np.int32)
        batch = {"token": tokens, "whose": np.array([[0] * 6 + [-1] * 6], np.int32), "seed": np.uint32(0)}
        hidden = np.asarray(training._hidden(params, batch, training.Shape(2, 0.0, 0.0)))[0, 5]
        arrays = training._export(small, params, n, ground)
        scores = small.scorer(arrays, N).score(History.of(ground.layout.warm_items[tokens[0, 1:6]]))
        expected = arrays[served.EMBEDDING][:-1] @ hidden + arrays[served.BIAS]
        np.testing.assert_allclose(scores[ground.layout.warm_items], expected, atol=1e-4)
