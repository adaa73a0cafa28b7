"""The autoencoder's scorer over weights drawn at random: what it answers needs no training to be checked."""

import numpy as np
import pytest

from cinoche.recommend.families import autoencoder as served
from cinoche.recommend.families.autoencoder import Autoencoder, Decoder
from cinoche.recommend.statistics import History

N = 40
HISTORY = History.of([3, 9, 4, 30, 31, 8], [1.0, 0.3, -1.0, 1.0, 1.0, 1.0])


def drawn(dim: int = 8, deep: int = 12, n: int = N, seed: int = 0) -> dict[str, np.ndarray]:
    """The arrays of an autoencoder that knows all titles but the last."""
    rng = np.random.default_rng(seed)
    sizes = {
        served.ENCODER: (n - 1, dim),
        served.WIDEN: (dim, deep),
        served.SHIFT: (deep,),
        served.NARROW: (deep, dim),
        served.DECODER: (n - 1, dim),
        served.BIAS: (n - 1,),
    }
    arrays = {name: rng.standard_normal(size).astype(np.float32) for name, size in sizes.items()}
    return {**arrays, served.ITEMS: np.arange(n - 1, dtype=np.int32)}


def scorer() -> Decoder:
    return Autoencoder().scorer(drawn(), N)


def without(history: History, entry: int) -> History:
    return history.at(np.arange(len(history)) != entry)


@pytest.mark.parametrize("history", [HISTORY, History.of([7]), History.of(np.arange(N))], ids=["some", "one", "all"])
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


def test_a_taste_knows_no_order() -> None:
    one = scorer()
    np.testing.assert_allclose(one.score(History.of([1, 2, 3])), one.score(History.of([3, 1, 2])), atol=1e-5)


def test_a_dislike_lowers_the_titles_like_it_and_raises_none() -> None:
    arrays = drawn()
    arrays[served.DECODER][21] = arrays[served.DECODER][20]
    one = Autoencoder().scorer(arrays, N)
    before = one.score(History.of([1, 2]))
    after = one.score(History.of([1, 20, 2], [1.0, -1.0, 1.0]))
    assert (after <= before + 1e-6).all()
    assert after[21] < before[21] - 0.1
