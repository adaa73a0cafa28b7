"""A deep autoencoder of histories (Mult-VAE's likelihood), trained with JAX and served by numpy alone."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from cinoche.recommend import scorers
from cinoche.recommend.families.base import Arrays, Ground, bring
from cinoche.recommend.families.dislikes import lowered
from cinoche.recommend.scorers import Items, Warm, weighted_rows
from cinoche.recommend.statistics import Floats, History, Longs

ITEMS: Final = "items"
ENCODER: Final = "encoder"
WIDEN: Final = "widen"
SHIFT: Final = "shift"
NARROW: Final = "narrow"
DECODER: Final = "decoder"
BIAS: Final = "bias"
"""What a fit keeps: the warm titles; a row each that says what it adds to a taste; the deep layer's weights; a row each
that says which tastes like it; and how likely each title is."""

EXPLAINED: Final = 1000
"""How many of the latest titles `explain` speaks for."""


@dataclass(frozen=True)
class Autoencoder:
    """A taste of ``dim`` numbers that rebuilds the history it was made of, through a deep layer of ``deep`` units.

    The likelihood is multinomial and the taste is drawn (Liang et al. 2018, Mult-VAE); ``kl`` is the weight of its
    distance from a standard normal for each title of the history (Shenbin et al. 2020, RecVAE). Histories are read with
    a share of ``dropout`` of their titles left out.
    """

    dim: int = 256
    deep: int = 512
    rows: int = 128
    epochs: int = 32
    patience: int = 4
    rate: float = 5e-3
    dropout: float = 0.5
    kl: float = 0.002
    decay: float = 1e-4
    dislike: float = 0.3
    kind: ClassVar[str] = "factors"
    name: ClassVar[str] = scorers.AUTOENCODER

    def fit(self, ground: Ground) -> Arrays:
        """Train; where nobody liked two titles, every score is zero. Needs JAX."""
        found: Arrays = bring("cinoche.recommend.families.autoencoder_fit", self.name, "neural").fit(self, ground)
        return found

    def scorer(self, arrays: Arrays, n_items: int) -> "Decoder":
        """Read the history into a taste, and ask which titles it likes."""
        return Decoder(arrays, Warm.of(arrays[ITEMS], n_items), self.dislike)


@dataclass(frozen=True)
class Decoder:
    """The trained autoencoder as a scorer. Dislikes are not read: each lowers the titles like it."""

    arrays: Arrays
    warm: Warm
    dislike: float
    name: str = scorers.AUTOENCODER

    def score(self, history: History) -> Floats:
        """How likely each title is to be in the history, in log-odds up to a constant."""
        if not len(self.warm.items):
            return np.zeros(len(self.warm.place), np.float32)
        entries, places = self._liked(history)
        weights = history.weights[entries]
        total = weighted_rows(self.arrays[ENCODER], places, weights)
        decoder = self.arrays[DECODER]
        scores = decoder @ self._taste(total[None], np.square(weights).sum()[None])[0] + self.arrays[BIAS]
        if (history.weights < 0).any():
            scores = scores - lowered(history, self.warm, decoder, decoder, self.dislike).sum(0)
        return self.warm.spread(scores)

    def explain(self, history: History, items: Items) -> Floats:
        """By how much each title's score falls when an entry is left out: exact, for dislikes and the latest 1,000."""
        columns = self.warm.place[np.asarray(items, np.int64)]
        votes = np.zeros((len(history), len(columns)), np.float32)
        if not len(self.warm.items) or not len(history):
            return votes
        asked = self.arrays[DECODER][np.maximum(columns, 0)]
        votes -= lowered(history, self.warm, self.arrays[DECODER], asked, self.dislike)
        entries, places = self._liked(history)
        weights = history.weights[entries]
        total = weighted_rows(self.arrays[ENCODER], places, weights)
        squares = np.square(weights)
        late = slice(-EXPLAINED, None)
        without = total - weights[late, None] * self.arrays[ENCODER][places[late]]
        lengths = squares.sum() - squares[late]
        if len(entries) == 1:
            # Of one title nothing is left: not the rounding of it.
            without, lengths = np.zeros_like(without), np.zeros_like(lengths)
        moved = self._taste(total[None], squares.sum()[None]) - self._taste(without, lengths)
        votes[entries[late]] = moved @ asked.T
        return np.where((columns >= 0)[None, :], votes, np.float32(0))

    def _liked(self, history: History) -> tuple[Longs, Longs]:
        places = self.warm.place[history.items].astype(np.int64)
        entries = np.flatnonzero((places >= 0) & (history.weights > 0))
        return entries, places[entries]

    def _taste(self, total: Floats, squares: Floats) -> Floats:
        """What sums of the encoder's rows, divided by the length of the history as a vector, become."""
        linear = total / np.sqrt(np.maximum(squares, np.float32(1e-6)))[:, None]
        wide = np.maximum(linear @ self.arrays[WIDEN] + self.arrays[SHIFT], 0)
        taste: Floats = linear + wide @ self.arrays[NARROW]
        return taste
