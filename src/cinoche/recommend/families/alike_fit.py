"""What makes two titles alike is learnt from the titles that people like together, pair by pair.

The features of a pair are what its titles share: words of each kind, the meaning of their synopses, how near their
numbers are, and how many people like the second. A logistic regression finds what each is worth to tell the titles
that are most liked together with one from all others; for titles that nobody has met, what is learnt holds all the
same, as it names no title.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.families.base import Ground
from cinoche.recommend.families.glossary import KINDS, Glossary, Lists
from cinoche.recommend.families.numbers import NUMBERS, Steps, steps, with_unknown
from cinoche.recommend.statistics import Doubles, Floats, Longs

TEXT: Final = "text"
FAME: Final = "fame"
KERNELS: Final = tuple((number, k) for number in range(len(NUMBERS)) for k in range(len(NUMBERS[number].reaches)))
FEATURES: Final = (*KINDS, TEXT, FAME, *(f"{NUMBERS[number].name}-{k}" for number, k in KERNELS))
N_NEVER_LESS: Final = len(KINDS) + 2
"""The first features are never worth less than nothing: to share something does not make titles unlike."""

MOST_SEEDS: Final = 300
MOST_TITLES: Final = 1_500
"""How many titles pairs are made from: each seed with each title."""

FEWEST: Final = 60
"""With fewer titles that are known well, nothing is learnt."""

DOUBT: Final = 5.0
"""How many people more than expected must like two titles together before that counts."""

USUAL: Final[Mapping[str, float]] = {
    "genre": 1.5, "tag": 5.0, "person": 5.0, "name": 1.0, "plot": 1.0, TEXT: 1.3, FAME: 1.0, "year-1": 2.5,
    "year-3": 0.5, "length-1": 0.8, "votes-1": 2.0,
}  # fmt: skip
"""What features are worth where too little is known to learn it: near to what MovieLens teaches."""

_ROUNDS: Final = 12
_REG: Final = 1e-4
_FLAT: Final = 1e-5
"""A feature that varies less than this says nothing."""


@dataclass(frozen=True)
class Descriptions:
    """Titles as they are compared: words, steps of numbers, unit vectors of synopses (0 where there is none)."""

    glossary: Glossary
    words: Lists
    steps: Steps
    text: Floats
    fame: Floats

    def __len__(self) -> int:
        return len(self.steps)

    def pairs(self, seeds: Longs, titles: Longs) -> Floats:
        """The features of each seed with each title."""
        found = np.zeros((len(FEATURES), len(seeds), len(titles)), np.float32)
        for kind in range(len(KINDS)):
            found[kind] = self._shared(kind, seeds, titles)
        found[len(KINDS)] = self.text[seeds] @ self.text[titles].T
        found[len(KINDS) + 1] = self.fame[titles]
        for k, (number, reach) in enumerate(KERNELS):
            table, at = self.kernels(number)[reach], self.steps[:, number]
            found[N_NEVER_LESS + k] = table[np.ix_(at[seeds], at[titles])]
        return found

    def kernels(self, number: int) -> Doubles:
        """How near steps of a number are, a table for each reach, with what is not known as their last."""
        return np.stack([with_unknown(each, self.steps[:, number]) for each in NUMBERS[number].kernels()])

    def _shared(self, kind: int, seeds: Longs, titles: Longs) -> Floats:
        from scipy.sparse import csr_array

        values = np.where(self.glossary.kinds[self.words.columns] == kind, self.words.values, np.float32(0))
        shape = (len(self), max(len(self.glossary.marks), 1))
        table = csr_array((values, self.words.columns, self.words.starts), shape=shape)
        return np.asarray((table[seeds] @ table[titles].T).toarray(), np.float32)


def learn(ground: Ground, described: Descriptions, *, least: int, neighbours: int) -> dict[str, float]:
    """Find what each feature of a pair is worth; the usual worths where too few titles are known well."""
    counts = ground.counts
    known = np.flatnonzero(counts >= least)
    known = np.sort(known[np.argsort(-counts[known], kind="stable")[:MOST_TITLES]])
    if len(known) < FEWEST or len(known) <= 2 * neighbours:
        return dict(USUAL)
    rng = np.random.default_rng(ground.seed)
    seeds = np.sort(rng.permutation(len(known))[:MOST_SEEDS])
    wanted = liked_together(ground, known, known[seeds], neighbours)
    is_right = np.zeros((len(seeds), len(known)), np.bool_)
    np.put_along_axis(is_right, wanted, values=True, axis=1)
    is_other = known[seeds][:, None] != known[None, :]
    pairs = described.pairs(known[seeds], known)[:, is_other]
    return dict(zip(FEATURES, _regress(pairs, is_right[is_other]).tolist(), strict=True))


def liked_together(ground: Ground, titles: Longs, seeds: Longs, n: int) -> Longs:
    """The places among ``titles`` of the ``n`` that are liked together with each seed most beyond what chance gives.

    The measure is the lift with doubt: people who like both, over those expected and a few more.
    """
    from scipy.sparse import csr_array

    place = np.full(ground.n_items, -1, np.int64)
    place[titles] = np.arange(len(titles))
    rows = ground.interactions
    liked = (rows.weights > 0) & (place[rows.items] >= 0)
    _, people = np.unique(rows.users[liked], return_inverse=True)
    ones = np.ones(int(liked.sum()), np.float32)
    table = csr_array((ones, (people, place[rows.items[liked]])), shape=(int(people.max(initial=0)) + 1, len(titles)))
    table.data[:] = 1.0
    own = place[seeds]
    both = np.asarray((table[:, own].T @ table).toarray(), np.float64)
    counts = ground.counts[titles].astype(np.float64)
    lift = both / (np.outer(counts[own], counts) / max(rows.n_users, 1) + DOUBT)
    lift[np.arange(len(own)), own] = -1.0
    return np.argsort(-lift, axis=1, kind="stable")[:, :n].astype(np.int64)


def _regress(pairs: Floats, is_right: npt.NDArray[np.bool_]) -> Doubles:
    """A logistic regression by Newton's steps; features that come out below nothing where they may not are left out."""
    spread = pairs.std(axis=1, dtype=np.float64)
    used = np.flatnonzero(spread > _FLAT)
    found = np.zeros(len(pairs))
    while len(used):
        scaled = ((pairs[used] - pairs[used].mean(1, keepdims=True)) / spread[used, None]).astype(np.float64)
        worth = _newton(scaled, is_right.astype(np.float64))
        is_bad = (worth < 0) & (used < N_NEVER_LESS)
        if not is_bad.any():
            found[used] = worth / spread[used]
            break
        used = used[~is_bad]
    return found


def _newton(features: Doubles, right: Doubles) -> Doubles:
    n = len(right)
    rows = np.concatenate([features, np.ones((1, n))])
    penalty = np.full(len(rows), _REG * n)
    penalty[-1] = 0.0
    worth = np.zeros(len(rows))
    worth[-1] = np.log(right.mean() / (1 - right.mean()))
    for _ in range(_ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(worth @ rows, -30.0, 30.0)))
        slope = rows @ (right - chance) - penalty * worth
        bend = (rows * (chance * (1 - chance))) @ rows.T + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        worth += step
        if np.abs(step).max() < 1e-6:
            break
    return worth[:-1]


def described_texts(texts: npt.NDArray[np.int8] | None, n: int, size: int) -> tuple[Floats, Floats, Floats]:
    """Unit vectors of ``size`` numbers for the texts of ``n`` titles, their mean, and the axes they are told on.

    Directions along which texts differ most are kept; texts are measured from their mean, which says nothing.
    """
    if texts is None or not texts.any():
        return np.zeros((n, 0), np.float32), np.zeros(0, np.float32), np.zeros((0, 0), np.float32)
    has = texts.any(axis=1)
    whole = unit(texts[has].astype(np.float32))
    mean = whole.mean(0)
    centred = whole - mean
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes = np.ascontiguousarray(vectors[:, ::-1][:, : min(size, len(whole))])
    found = np.zeros((n, axes.shape[1]), np.float32)
    found[has] = unit(centred @ axes)
    return found, mean, axes


def unit(rows: Floats) -> Floats:
    """The rows, each of length 1 (0 where it was)."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    found: Floats = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return found


def described(
    ground: Ground, text: Floats, glossary: Glossary, said: Sequence[Mapping[str, Sequence[str]]]
) -> Descriptions:
    """Describe the titles of a ground."""
    fame = np.log1p(ground.counts).astype(np.float32)
    return Descriptions(glossary, Lists.of([glossary.describe(each) for each in said]), steps(ground.facts), text, fame)
