"""What titles are made of, as one small dense matrix: genres, decade, the tags and people that several titles share."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from cinoche.recommend.artefact import TitleFacts
from cinoche.recommend.statistics import Floats

_KINDS: Final[tuple[tuple[Callable[[TitleFacts], Iterable[str]], float, int], ...]] = (
    (lambda title: title.genres, 1.0, 40),
    (lambda title: [f"{title.year // 10 * 10}s"] if title.year else [], 0.5, 20),
    (lambda title: title.tags, 0.7, 48),
    (lambda title: title.people, 0.7, 16),
)
"""What is read of a title, the weight of that kind, and how many of its most common values are kept."""


def content_features(titles: Sequence[TitleFacts]) -> Floats:
    """One row a title, of length 1 (or 0 where nothing is known): rarer values weigh more."""
    blocks = [_block([tuple(read(title)) for title in titles], weight, most) for read, weight, most in _KINDS]
    features = np.concatenate(blocks, axis=1) if blocks else np.zeros((len(titles), 1), np.float32)
    norms = np.linalg.norm(features, axis=1, keepdims=True)
    unit: Floats = np.divide(features, norms, out=np.zeros_like(features), where=norms > 0)
    return unit


def _block(values: list[tuple[str, ...]], weight: float, most: int) -> Floats:
    counts = Counter(value for row in values for value in set(row))
    shared = [value for value, n in sorted(counts.items(), key=lambda each: (-each[1], each[0])) if n > 1]
    kept = {value: k for k, value in enumerate(sorted(shared[:most]))}
    block = np.zeros((len(values), max(len(kept), 1)), np.float32)
    for row, of_title in enumerate(values):
        for value in of_title:
            if value in kept:
                block[row, kept[value]] = weight * np.sqrt(np.log(len(values) / counts[value]) + 0.1)
    return block
