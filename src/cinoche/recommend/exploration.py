"""A place or two of a row are drawn at times: what is never shown is never known, and chances that are known teach."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Longs = npt.NDArray[np.intp]

TEMPERATURE = 0.2
"""How much a draw follows the scores, which are stretched onto 0 to 1: small draws the best, large draws anything."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """How often a place is drawn (``share``, 0 never), and among how many of the best that are left (``pool``)."""

    share: float = 0.0
    pool: int = 40


NEVER_DRAWN = Exploration()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A list with some of its places drawn, and for each place the chance that what stands there would."""

    places: Longs
    propensities: Sequence[float]


def explore(chosen: Longs, scores: Floats, slots: Sequence[int], exploration: Exploration, seed: str) -> Drawn:
    """Draw what stands at ``slots`` of a list from itself and the best that it leaves out.

    ``chosen`` are indices into ``scores`` (of all candidates, best first). At a slot what was chosen stays with the
    chance ``1 - share``; else one is drawn by a softmax of the scores. The propensity of a slot is the whole chance of
    what stands there, given what stands at the slots before; everywhere else it is 1. The same seed draws the same.
    """
    places, propensities = chosen.copy(), [1.0] * len(chosen)
    is_out = np.ones(len(scores), np.bool_)
    is_out[chosen] = False
    left = np.flatnonzero(is_out)[: exploration.pool]
    if exploration.share <= 0 or not len(left):
        return Drawn(places, propensities)
    draws = Random(seed)  # noqa: S311 - nothing is kept secret by it
    for slot in (each for each in slots if each < len(chosen)):
        pool = np.concatenate([places[slot : slot + 1], left])
        chances = exploration.share * softmax(scores[pool])
        chances[0] += 1 - exploration.share
        drawn = min(int(np.searchsorted(np.cumsum(chances), draws.random(), side="right")), len(pool) - 1)
        places[slot], propensities[slot] = pool[drawn], float(chances[drawn])
        left = np.delete(pool, drawn)
    return Drawn(places, propensities)


def softmax(scores: Floats) -> npt.NDArray[np.float64]:
    """Turn scores into chances that add up to 1: those of a draw at `TEMPERATURE`."""
    stretched = scores.astype(np.float64) - float(scores.max())
    span = -float(stretched.min())
    powers = np.exp(stretched / (span * TEMPERATURE)) if span > 0 else np.ones(len(scores))
    chances: npt.NDArray[np.float64] = powers / powers.sum()
    return chances
