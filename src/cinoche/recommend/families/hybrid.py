"""The hybrid: a title is what it is made of, so that one that nobody has watched yet is scored like any other."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from cinoche.recommend.families.base import Arrays, Ground, TitleFacts
from cinoche.recommend.families.factors import Projected
from cinoche.recommend.families.matrix import likes
from cinoche.recommend.scorers import Warm
from cinoche.recommend.statistics import Layout

if TYPE_CHECKING:
    from scipy.sparse import csr_array

QUERIES: Final = "queries"
TARGETS: Final = "targets"
BIAS: Final = "bias"


@dataclass(frozen=True)
class Hybrid:
    """Vectors of features instead of titles (as LightFM, Kula 2015), learnt by the WARP loss.

    A title's features are itself (when it is warm), its genres, decade, tags and people; a person's are the titles
    liked, with theirs, so that anybody's history is folded in by a sum.
    """

    factors: int = 64
    rate: float = 0.1
    reg: float = 1e-5
    sweeps: int = 10
    tries: int = 30
    most_features: int = 10_000
    bias_share: float = 1.0
    name: ClassVar[str] = "hybrid"

    def fit(self, ground: Ground) -> Arrays:
        """Descend, person after person, and compose every title of the catalogue from its features."""
        from cinoche.recommend.families.descent import Descent

        layout = ground.layout
        made_of = features_of(ground.facts, layout, self.most_features)
        matrix = likes(ground.interactions, layout)
        descent = Descent(self.factors, self.rate, self.reg, self.sweeps, self.tries)
        asking, answering = descent.learn(matrix, made_of[layout.warm_items], ground.seed)
        targets = made_of @ answering
        return {
            QUERIES: np.ascontiguousarray(made_of @ asking, np.float32),
            TARGETS: np.ascontiguousarray(targets[:, :-1], np.float32),
            BIAS: np.ascontiguousarray(targets[:, -1], np.float32),
        }

    def scorer(self, arrays: Arrays, n_items: int) -> Projected:
        """A history is the sum of its titles' vectors; titles beyond the known features score their bias alone."""
        everything = np.arange(n_items, dtype=np.int32)
        bias = arrays[BIAS] * np.float32(self.bias_share)
        return Projected(arrays[QUERIES], arrays[TARGETS], Warm(everything, everything), self.name, bias, True)


def features_of(facts: Sequence[TitleFacts], layout: Layout, most: int) -> "csr_array[np.float32]":
    """One row a title: 1 for itself where it is warm, and 1 divided among what it shares with other titles."""
    from scipy.sparse import csr_array, hstack

    words = [_words(each) for each in facts] or [[] for _ in range(layout.n_items)]
    counts = Counter(word for row in words for word in row)
    shared = [word for word, n in sorted(counts.items(), key=lambda each: (-each[1], each[0])) if n > 1]
    column = {word: k for k, word in enumerate(shared[:most])}
    known = [[column[word] for word in row if word in column] for row in words]
    lengths = np.array([len(row) for row in known], np.int64)
    columns = np.array([each for row in known for each in row], np.int32)
    values = np.repeat(1.0 / np.maximum(lengths, 1), lengths)
    parts = csr_array((values, columns, np.r_[0, np.cumsum(lengths)]), shape=(len(words), len(column)))
    warm = layout.place >= 0
    itself = csr_array(
        (warm[warm].astype(np.float64), layout.place[warm], np.r_[0, np.cumsum(warm)]),
        shape=(layout.n_items, layout.n_warm),
    )
    return csr_array(hstack([itself, parts]), dtype=np.float32)


def _words(title: TitleFacts) -> list[str]:
    decade = [f"decade:{title.year // 10 * 10}"] if title.year else []
    kinds = (("genre", title.genres), ("tag", title.tags), ("person", title.people))
    return sorted({*decade, *(f"{kind}:{value}" for kind, values in kinds for value in values)})
