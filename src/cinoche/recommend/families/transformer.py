"""A transformer over the latest titles (SASRec's shape), trained with JAX and served by numpy alone.

Positions enter only as how many titles lie between two, so that what an early title becomes does not change when a
later one is taken away: that is what makes `explain` exact and quick.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Final

import numpy as np

from cinoche.recommend import scorers
from cinoche.recommend.families.base import Arrays, Ground, bring
from cinoche.recommend.families.dislikes import lowered
from cinoche.recommend.scorers import Items, Warm
from cinoche.recommend.statistics import Floats, History, Longs

ITEMS: Final = "items"
EMBEDDING: Final = "embedding"
BIAS: Final = "bias"
DISTANCE: Final = "distance"
QKV: Final = "qkv"
OUT: Final = "out"
WIDEN: Final = "widen"
NARROW: Final = "narrow"
NORMS: Final = "norms"
LAST_NORM: Final = "last_norm"
"""What a fit keeps: the warm titles; an embedding each (the last row: the start of a history) and a bias; for each
block the attention's weights, what each distance adds to it, the wide layer's weights, and two norms' scales and
shifts; and those of the last norm."""

EXPLAINED: Final = 32
"""How many of the latest titles `explain` speaks for; it costs the square of this."""

_Past = tuple[Floats, Floats]

_NEVER: Final = np.float32(-1e9)
_EPS: Final = np.float32(1e-5)


@dataclass(frozen=True)
class Transformer:
    """What comes next after the latest ``length`` titles, by attention (SASRec, with sampled softmax).

    ``dim`` numbers describe a title; each of ``blocks`` blocks attends with ``heads`` heads and has a layer ``widen``
    times as wide. An epoch takes up to ``stretch`` titles of everybody, cut into ``rows`` of that length a step;
    training stops when ``patience`` epochs in a row were worse on held-out titles, beyond chance. ``negatives`` titles
    are drawn a step, half of them by how often they are liked; ``dislike`` is how much a disliked title lowers those
    like it.
    """

    dim: int = 64
    blocks: int = 2
    heads: int = 2
    widen: int = 2
    length: int = 64
    stretch: int = 200
    rows: int = 32
    epochs: int = 12
    patience: int = 3
    rate: float = 3e-3
    dropout: float = 0.2
    decay: float = 1e-4
    negatives: int = 256
    dislike: float = 0.3
    kind: ClassVar[str] = "factors"
    name: ClassVar[str] = scorers.TRANSFORMER

    def fit(self, ground: Ground) -> Arrays:
        """Train; without two titles in a row by anybody, every score is zero. Needs JAX."""
        found: Arrays = bring("cinoche.recommend.families.transformer_fit", self.name, "neural").fit(self, ground)
        return found

    def scorer(self, arrays: Arrays, n_items: int) -> "Attention":
        """Attend from the end of a history."""
        return Attention(arrays, Warm.of(arrays[ITEMS], n_items), self.heads, self.dislike)


@dataclass(frozen=True)
class Attention:
    """The trained transformer as a scorer. Dislikes are no part of the sequence: each lowers the titles like it."""

    arrays: Arrays
    warm: Warm
    heads: int
    dislike: float
    name: str = scorers.TRANSFORMER
    _latest: dict[bytes, Floats] = field(default_factory=dict, init=False, repr=False, compare=False)

    def score(self, history: History) -> Floats:
        """How likely each title is to be next, in log-odds up to a constant."""
        if not len(self.warm.items):
            return np.zeros(len(self.warm.place), np.float32)
        tokens, _ = self._tokens(history)
        hidden, _ = self._attend(tokens[-self._length :])
        scores = self._titles @ hidden + self.arrays[BIAS]
        if (history.weights < 0).any():
            scores = scores - lowered(history, self.warm, self._titles, self._titles, self.dislike).sum(0)
        return self.warm.spread(scores)

    def explain(self, history: History, items: Items) -> Floats:
        """By how much each title's score falls when an entry is left out.

        Exact for dislikes and for the latest 32 other entries; those before have no vote.
        """
        columns = self.warm.place[np.asarray(items, np.int64)]
        votes = np.zeros((len(history), len(columns)), np.float32)
        if not len(self.warm.items) or not len(history):
            return votes
        embedding = self._titles[np.maximum(columns, 0)]
        votes -= lowered(history, self.warm, self._titles, embedding, self.dislike)
        tokens, entries = self._tokens(history)
        n = min(len(entries), EXPLAINED, self._length)
        if n:
            votes[entries[-n:]] = self._left_out(tokens, n) @ embedding.T
        return np.where((columns >= 0)[None, :], votes, np.float32(0))

    @property
    def _titles(self) -> Floats:
        titles: Floats = self.arrays[EMBEDDING][:-1]
        return titles

    @property
    def _length(self) -> int:
        return int(self.arrays[DISTANCE].shape[-1])

    @cached_property
    def _distances(self) -> Floats:
        """What attention adds for each pair of places, for each block and head; never to what comes later."""
        place = np.arange(self._length + 1)
        apart = place[:, None] - place[None, :]
        near = self.arrays[DISTANCE][:, :, np.clip(apart, 0, self._length - 1)]
        return np.where(apart >= 0, near, _NEVER)

    def _tokens(self, history: History) -> tuple[Longs, Longs]:
        """The start and the places of the liked titles, as many as can matter; and the entries of these titles."""
        places = self.warm.place[history.items]
        entries = np.flatnonzero((places >= 0) & (history.weights > 0))
        tokens = np.concatenate([[len(self.warm.items)], places[entries]]).astype(np.int64)
        return tokens[-self._length - 1 :], entries

    def _attend(self, tokens: Longs) -> tuple[Floats, list[_Past]]:
        return self._go_on(self.arrays[EMBEDDING][tokens], [])

    def _go_on(self, x: Floats, past: Sequence[_Past]) -> tuple[Floats, list[_Past]]:
        """What the last of these titles becomes after those of the past; and the keys and values of all."""
        kept = []
        n_blocks = len(self.arrays[QKV])
        for b in range(n_blocks):
            queries, keys, values = self._project(b, x)
            if past:
                keys = np.concatenate([past[b][0], keys], axis=1)
                values = np.concatenate([past[b][1], values], axis=1)
            kept.append((keys, values))
            if b == n_blocks - 1:
                queries, x = queries[:, -1:], x[-1:]
            n, m = keys.shape[1], queries.shape[1]
            weights = queries @ keys.transpose(0, 2, 1) + self._distances[b, :, n - m : n, :n]
            weights = np.exp(weights - weights.max(-1, keepdims=True))
            weights /= weights.sum(-1, keepdims=True)
            x = x + (weights @ values).transpose(1, 0, 2).reshape(m, -1) @ self.arrays[OUT][b]
            wide = np.maximum(_norm(x, self.arrays[NORMS][b, 1]) @ self.arrays[WIDEN][b], 0)
            x = x + wide @ self.arrays[NARROW][b]
        return _norm(x[-1], self.arrays[LAST_NORM]), kept

    def _project(self, b: int, x: Floats) -> tuple[Floats, Floats, Floats]:
        made = _norm(x, self.arrays[NORMS][b, 0]) @ self.arrays[QKV][b]
        queries, keys, values = made.reshape(len(x), 3, self.heads, -1).transpose(1, 2, 0, 3)
        return queries, keys, values

    def _left_out(self, tokens: Longs, n: int) -> Floats:
        """How what the sequence becomes differs without each of the latest ``n`` tokens.

        What comes before a token does not depend on it: only what follows is computed again. The rows of a page ask
        about one history, so the latest answer is kept.
        """
        key = tokens.tobytes()
        found = self._latest.get(key)
        if found is None:
            found = self._without_each(tokens, n)
            self._latest.clear()
            self._latest[key] = found
        return found

    def _without_each(self, tokens: Longs, n: int) -> Floats:
        whole, _ = self._attend(tokens[-self._length :])
        x = self.arrays[EMBEDDING][tokens]
        _, past = self._go_on(x[:-1], [])
        moved = []
        for at in range(len(tokens) - n, len(tokens)):
            before = [(keys[:, :at], values[:, :at]) for keys, values in past]
            if at == len(tokens) - 1:
                hidden, _ = self._go_on(x[:-1], [])
            else:
                hidden, _ = self._go_on(x[at + 1 :], before)
            moved.append(whole - hidden)
        return np.stack(moved)


def _norm(x: Floats, scale_shift: Floats) -> Floats:
    centred = x - x.mean(-1, keepdims=True)
    deviation = np.sqrt(np.square(centred).mean(-1, keepdims=True) + _EPS)
    normed: Floats = centred / deviation * scale_shift[0] + scale_shift[1]
    return normed
