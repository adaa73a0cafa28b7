"""BPR: vectors that put what a person liked above what they did not, learnt pair by pair."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.families.factors import Projected
from cinoche.recommend.families.matrix import likes
from cinoche.recommend.scorers import Warm

ITEMS: Final = "items"
QUERIES: Final = "queries"
TARGETS: Final = "targets"
BIAS: Final = "bias"


@dataclass(frozen=True)
class Bpr:
    """Bayesian personalised ranking (Rendle and others 2009) over two vectors a title.

    A person is the sum of the vectors of what they liked, over the root of their number, rather than a vector of their
    own: what is learnt is what scores a history never seen.
    """

    factors: int = 64
    rate: float = 0.1
    reg: float = 1e-5
    sweeps: int = 20
    name: ClassVar[str] = "bpr"

    def fit(self, ground: Ground) -> Arrays:
        """Descend, person after person, each like against a title drawn at random."""
        from scipy.sparse import eye_array

        from cinoche.recommend.families.descent import Descent

        layout = ground.layout
        descent = Descent(self.factors, self.rate, self.reg, self.sweeps)
        alone = eye_array(layout.n_warm, dtype=np.float32, format="csr")
        asking, answering = descent.learn(likes(ground.interactions, layout), alone, ground.seed)
        return {
            ITEMS: layout.warm_items,
            QUERIES: asking,
            TARGETS: np.ascontiguousarray(answering[:, :-1]),
            BIAS: np.ascontiguousarray(answering[:, -1]),
        }

    def scorer(self, arrays: Arrays, n_items: int) -> Projected:
        """A history is the sum of its titles' vectors."""
        warm = Warm.of(arrays[ITEMS], n_items)
        return Projected(arrays[QUERIES], arrays[TARGETS], warm, self.name, arrays[BIAS], is_averaged=True)
