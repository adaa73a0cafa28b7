"""The compiled descent against the same steps taken one by one in plain arithmetic."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from cinoche.recommend.families.descent import Descent
from cinoche.recommend.statistics import Doubles

MASK = (1 << 64) - 1


def drawn(state: int) -> int:
    """A xorshift step."""
    state ^= (state << 13) & MASK
    state ^= state >> 7
    return state ^ (state << 17) & MASK


def rival(
    descent: Descent, liked: Doubles, answers: Doubles, mine: Doubles, near: Doubles, state: int
) -> tuple[int, float, int]:
    """The first title drawn that is not liked and stands too near, and what the pair counts."""
    for attempt in range(1, max(descent.tries, 1) + 1):
        state = drawn(state)
        other = (state >> 11) % len(answers)
        margin = mine @ (near - answers[other])
        if liked[other] or (descent.tries and margin >= 1.0):
            continue
        return other, np.log(max(1, len(answers) // attempt)) if descent.tries else 1 / (1 + np.exp(margin)), state
    return 0, 0.0, state


def by_hand(descent: Descent, liked: Doubles, made_of: Doubles, seed: int) -> tuple[Doubles, Doubles]:
    """One title at a time, in float64."""
    rng = np.random.default_rng(seed)
    n, d = made_of.shape[1], descent.width
    asking = 0.1 * rng.standard_normal((n, d))
    answering = np.hstack([0.1 * rng.standard_normal((n, d)), np.zeros((n, 1))])
    moved = {"asking": np.ones(n), "answering": np.ones(n)}
    state = int(rng.integers(1, 1 << 62))

    def move(title: int, table: Doubles, energy: Doubles, slope: Doubles) -> None:
        for feature in np.flatnonzero(made_of[title]):
            share, step = made_of[title, feature], descent.rate / np.sqrt(energy[feature])
            energy[feature] += share**2 * (slope @ slope) / len(slope)
            table[feature] += step * (share * slope - descent.reg * table[feature])

    for _ in range(descent.sweeps):
        for person in rng.permutation(len(liked)):
            titles = np.flatnonzero(liked[person])
            if len(titles) < 2:
                continue
            asked = made_of[titles] @ asking
            pulled = np.zeros((len(titles), d))
            for at, title in enumerate(titles):
                mine = np.r_[(asked.sum(0) - asked[at]) / np.sqrt(len(titles) - 1), 1.0]
                near = made_of[title] @ answering
                other, weight, state = rival(descent, liked[person], made_of @ answering, mine, near, state)
                if weight:
                    far = made_of[other] @ answering
                    pulled[at] = weight * (near - far)[:d] / np.sqrt(len(titles) - 1) / len(titles)
                    move(title, answering, moved["answering"], weight * mine)
                    move(other, answering, moved["answering"], -weight * mine)
            for at, title in enumerate(titles):
                move(title, asking, moved["asking"], pulled.sum(0) - pulled[at])
    return asking, answering


@pytest.mark.parametrize("tries", [0, 5], ids=["BPR", "WARP"])
def test_it_takes_the_steps_of_its_formula(dense: Doubles, tries: int) -> None:
    rng = np.random.default_rng(1)
    made_of = np.hstack([np.eye(12), (rng.random((12, 3)) < 0.5) / 2])
    descent = Descent(width=4, rate=0.1, reg=0.01, sweeps=3, tries=tries)
    found = descent.learn(csr_array(dense.astype(np.float32)), csr_array(made_of.astype(np.float32)), seed=7)
    for ours, expected in zip(found, by_hand(descent, dense, made_of, 7), strict=True):
        np.testing.assert_allclose(ours, expected, atol=2e-4)
