"""What a dislike does to a network that learned from likes alone: it lowers the titles like it, and raises none."""

import numpy as np

from cinoche.recommend.scorers import Warm
from cinoche.recommend.statistics import Floats, History


def lowered(history: History, warm: Warm, titles: Floats, asked: Floats, weight: float) -> Floats:
    """By how much each entry (row) lowers each title asked about (column): a dislike, by the cosine where positive.

    ``titles`` holds the vectors of the warm titles, ``asked`` those of the titles asked about.
    """
    found = np.zeros((len(history), len(asked)), np.float32)
    places = warm.place[history.items]
    entries = np.flatnonzero((places >= 0) & (history.weights < 0))
    if len(entries):
        cosine = _unit(titles[places[entries]]) @ _unit(asked).T
        found[entries] = np.float32(-weight) * history.weights[entries, None] * np.maximum(cosine, 0)
    return found


def _unit(x: Floats) -> Floats:
    unit: Floats = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), np.float32(1e-12))
    return unit
