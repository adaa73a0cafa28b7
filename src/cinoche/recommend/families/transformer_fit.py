"""The training of the transformer, with JAX. Nothing that serves imports this."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import eigsh

from cinoche.recommend.families import transformer as served
from cinoche.recommend.families.adam import Moments, adam, still, warmed
from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.statistics import Floats, History, Ints, Longs

Params = Mapping[str, Any]
Batch = Mapping[str, Any]

_ROUND: Final = 128
"""Vocabularies are padded to a multiple of this, so that a step is compiled once for catalogues of nearly one size."""

_NEVER: Final = -1e9

_CEILING: Final = 60.0
"""Logits are cut here, far above where they live, so that no maximum need be found before `exp`."""

_NEAR: Final = 10

_HELD: Final = 1000
_HELD_SHARE: Final = 0.2
"""How many people's last title is held out to know when to stop, and of how many people at most."""

_CHANCE: Final = 0.15
"""How far by chance two epochs differ on one held-out title."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shape:
    """What a step is compiled for."""

    heads: int
    dropout: float
    decay: float


@dataclass(frozen=True)
class People:
    """Everybody's liked titles end to end, as places, a start before each person's; and the last of some, held out."""

    tokens: Longs
    weights: Floats
    bounds: Longs
    held: list[tuple[History, int]]

    @classmethod
    def of(cls, ground: Ground, rng: np.random.Generator) -> "People":
        """Read the liked warm titles, and hold out the last of some people who have three or more."""
        layout = ground.layout
        rows = ground.interactions
        rows = rows.where((rows.weights > 0) & (layout.place[rows.items] >= 0))
        lengths = np.diff(rows.bounds)
        enough = np.flatnonzero(lengths >= 3)
        chosen = np.sort(rng.permutation(enough)[: min(_HELD, int(_HELD_SHARE * rows.n_users))])
        held = [(rows.history(int(k)).at(slice(-1)), int(rows.items[rows.bounds[k + 1] - 1])) for k in chosen]
        kept = np.ones(len(rows), np.bool_)
        kept[rows.bounds[chosen + 1] - 1] = False
        rows = rows.where(kept)
        starts = rows.bounds[:-1]
        tokens = np.insert(layout.place[rows.items].astype(np.int64), starts, layout.n_warm)
        weights = np.insert(rows.weights, starts, 0).astype(np.float32)
        return cls(tokens, weights, rows.bounds + np.arange(rows.n_users + 1), held)

    def met(self, at: Longs, titles: Ints) -> npt.NDArray[np.bool_]:
        """Whether the person of each of these tokens has met each title by then (told of the first of equal ones)."""
        people, slots = np.unique(np.searchsorted(self.bounds, at, side="right") - 1, return_inverse=True)
        starts, lengths = self.bounds[people], np.diff(self.bounds)[people]
        rows = np.repeat(np.arange(len(people)), lengths)
        index = np.arange(len(rows)) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        column = np.full(int(self.tokens.max(initial=0)) + 1, -1)
        column[titles[::-1]] = np.arange(len(titles))[::-1]
        columns = column[self.tokens[index]]
        named = columns >= 0
        first = np.full((len(people), len(titles)), np.iinfo(np.int64).max)
        first[rows[named], columns[named]] = index[named]
        return first[slots] <= at[:, None]

    def stretch(self, longest: int, rng: np.random.Generator) -> tuple[Longs, Longs]:
        """A run of at most so many of everybody's tokens, people in any order: which tokens, and whose they are."""
        order = rng.permutation(len(self.bounds) - 1)
        lengths = np.diff(self.bounds)[order]
        taken = np.minimum(lengths, longest + 1)
        first = self.bounds[order] + rng.integers(0, lengths - taken + 1)
        whose = np.repeat(np.arange(len(order)), taken)
        within = np.arange(len(whose)) - np.repeat(np.cumsum(taken) - taken, taken)
        return first[whose] + within, whose


def fit(family: "served.Transformer", ground: Ground) -> Arrays:
    """Train until nothing more is learned, and give the arrays of the best epoch."""
    rng = np.random.default_rng(ground.seed)
    n = ground.layout.n_warm
    people = People.of(ground, rng)
    params = _begin(family, n, people, rng)
    best = _export(family, params, n, ground)
    if len(people.tokens) - len(people.bounds) + 1 < 2:
        return {**best, served.ITEMS: best[served.ITEMS][:0]}
    shape = Shape(family.heads, family.dropout, family.decay)
    moments = still(params)
    draws = _Negatives.of(people, n, family.negatives)
    steps = len(people.stretch(family.stretch, np.random.default_rng(0))[0]) // (family.rows * family.length) + 1
    rates = warmed(family.rate, steps * family.epochs)
    most, stale = -np.inf, 0
    for epoch in range(family.epochs):
        for batch in _batches(family, people, draws, rng):
            params, moments = _step(params, moments, batch, next(rates), shape)
        now = _export(family, params, n, ground)
        worth = _worth(family, now, ground, people)
        _log.debug("transformer, epoch %s: %.4f on held-out titles", epoch + 1, worth)
        # As the rate falls later epochs are the steadier ones: only one that is worse beyond chance is passed over.
        best, stale = (now, 0) if worth >= most - _CHANCE / np.sqrt(max(len(people.held), 1)) else (best, stale + 1)
        most = max(most, worth)
        if stale >= family.patience:
            break
    return best


@dataclass(frozen=True)
class _Negatives:
    """Titles drawn to be told apart from the right ones: half by how often they are liked, half evenly."""

    shares: npt.NDArray[np.float64]
    n: int

    @classmethod
    def of(cls, people: People, n_titles: int, n: int) -> "_Negatives":
        counts = np.bincount(people.tokens, minlength=n_titles + 1)[:n_titles]
        return cls(0.5 * counts / max(counts.sum(), 1) + 0.5 / n_titles, n)

    def draw(self, rng: np.random.Generator) -> tuple[Ints, Floats]:
        """The titles, each once, and what its logit owes to how often it is drawn; what is left over counts nothing."""
        found = np.searchsorted(np.cumsum(self.shares), rng.random(self.n) * self.shares.sum(), side="right")
        found, times = np.unique(np.minimum(found, len(self.shares) - 1), return_counts=True)
        owed = np.log(self.n * self.shares[found] / times)
        spare = (0, self.n - len(found))
        return np.pad(found, spare).astype(np.int32), np.pad(owed, spare, constant_values=-_NEVER).astype(np.float32)


def _batches(
    family: "served.Transformer", people: People, draws: _Negatives, rng: np.random.Generator
) -> Iterator[Batch]:
    """One epoch: everybody's stretches laid end to end and cut into rows, so that hardly anything is padding."""
    at, whose = people.stretch(family.stretch, rng)
    size = family.rows * family.length
    n = -(-(len(at) - 1) // size) * size
    pad = n - len(at) + 1
    tokens = np.pad(people.tokens[at], (0, pad)).astype(np.int32)
    whose = np.pad(whose, (0, pad), constant_values=-1).astype(np.int32)
    weights = np.where(whose[1:] == whose[:-1], np.pad(people.weights[at], (0, pad))[1:], 0).astype(np.float32)
    here = np.pad(at, (0, pad - 1), mode="edge")
    columns: Batch = {"token": tokens[:-1], "target": tokens[1:], "whose": whose[:-1], "weight": weights}
    for start in range(0, n, size):
        negatives, owed = draws.draw(rng)
        cut = {k: v[start : start + size].reshape(family.rows, family.length) for k, v in columns.items()}
        met = people.met(here[start : start + size], negatives)
        seed = np.uint32(rng.integers(1 << 32))
        yield {**cut, "negatives": negatives, "owed": owed, "met": met, "seed": seed}


@partial(jax.jit, static_argnames="shape", donate_argnums=(0, 1))
def _step(params: Params, moments: Moments, batch: Batch, rate: np.float32, shape: Shape) -> tuple[Params, Moments]:
    gradients = jax.grad(_loss)(params, batch, shape)
    return adam(params, gradients, moments, rate, shape.decay)


def _loss(params: Params, batch: Batch, shape: Shape) -> jax.Array:
    """The cross-entropy of each next title among those drawn, which stand for all that the person has not met yet.

    What somebody has met is never recommended to them: told apart from it, the model would learn little else.
    """
    hidden = _hidden(params, batch, shape)
    hidden = hidden.reshape(-1, hidden.shape[-1])
    target, weight = batch["target"].reshape(-1), batch["weight"].reshape(-1)
    table, bias = params["embedding"], params["bias"]
    right = (hidden * table[target]).sum(-1) + bias[target]
    drawn = batch["negatives"]
    others = hidden @ table[drawn].T + (bias[drawn] - batch["owed"])
    others = jnp.where(batch["met"] | (drawn[None, :] == target[:, None]), _NEVER, jnp.minimum(others, _CEILING))
    right = jnp.minimum(right, _CEILING)
    lost = jnp.log(jnp.exp(right) + jnp.exp(others).sum(-1)) - right
    mean: jax.Array = (weight * lost).sum() / jnp.maximum(weight.sum(), 1.0)
    return mean


def _hidden(params: Params, batch: Batch, shape: Shape) -> jax.Array:
    token, whose = batch["token"], batch["whose"]
    rows, length = token.shape
    place = jnp.arange(length)
    apart = place[:, None] - place[None, :]
    allowed = (whose[:, :, None] == whose[:, None, :]) & (apart >= 0)
    x = _drop(params["embedding"][token], batch["seed"], 0, shape.dropout)
    for b, block in enumerate(params["blocks"]):
        made = _norm(x, block["norm"][0]) @ block["qkv"]
        queries, keys, values = made.reshape(rows, length, 3, shape.heads, -1).transpose(2, 0, 3, 1, 4)
        logits = jnp.einsum("bhld,bhmd->bhlm", queries, keys) / np.sqrt(queries.shape[-1])
        logits += block["distance"][:, jnp.maximum(apart, 0)]
        attention = jax.nn.softmax(jnp.where(allowed[:, None], logits, _NEVER), -1)
        seen = jnp.einsum("bhlm,bhmd->bhld", attention, values).transpose(0, 2, 1, 3).reshape(rows, length, -1)
        x += _drop(seen @ block["out"], batch["seed"], 2 * b + 1, shape.dropout)
        wide = jax.nn.relu(_norm(x, block["norm"][1]) @ block["widen"])
        x += _drop(wide @ block["narrow"], batch["seed"], 2 * b + 2, shape.dropout)
    return _norm(x, params["last_norm"])


def _norm(x: jax.Array, scale_shift: jax.Array) -> jax.Array:
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * scale_shift[0] + scale_shift[1]


def _drop(x: jax.Array, seed: jax.Array, layer: int, rate: float) -> jax.Array:
    """Dropout whose bits are a hash of the place: the generators of JAX cost more than the layer on a CPU."""
    if rate == 0:
        return x
    bits = jax.lax.iota(jnp.uint32, x.size) * jnp.uint32(2654435761) + seed + jnp.uint32(layer) * jnp.uint32(40503)
    for shift, factor in ((16, 2246822507), (13, 3266489909)):
        bits = (bits ^ (bits >> shift)) * jnp.uint32(factor)
    bits ^= bits >> 16
    kept = bits.reshape(x.shape) >= jnp.uint32(rate * 2**32)
    return jnp.where(kept, x / (1 - rate), 0.0)


def _begin(family: "served.Transformer", n: int, people: People, rng: np.random.Generator) -> Params:
    """Draw the first parameters."""
    d, w = family.dim, family.dim * family.widen

    def drawn(*size: int, scale: float) -> Floats:
        return (scale * rng.standard_normal(size)).astype(np.float32)

    unit = np.stack([np.ones(d, np.float32), np.zeros(d, np.float32)])
    blocks = [
        {
            "norm": np.stack([unit, unit]),
            "qkv": drawn(d, 3 * d, scale=d**-0.5),
            "distance": np.zeros((family.heads, family.length), np.float32),
            "out": drawn(d, d, scale=d**-0.5 / family.blocks),
            "widen": drawn(d, w, scale=d**-0.5),
            "narrow": drawn(w, d, scale=w**-0.5 / family.blocks),
        }
        for _ in range(family.blocks)
    ]
    size = -(-(n + 1) // _ROUND) * _ROUND
    embedding, bias = drawn(size, d, scale=d**-0.5), np.zeros(size, np.float32)
    near, likely = _neighbourhood(people, n, d, rng)
    embedding[:n, : near.shape[1]], bias[:n] = near, likely
    params = {
        "embedding": embedding,
        "bias": bias,
        "last_norm": unit,
        "blocks": blocks,
    }
    started: Params = jax.tree.map(jnp.asarray, params)
    return started


def _neighbourhood(people: People, n: int, d: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """An embedding in which titles watched close together are alike already, and how likely each title is.

    The leading eigenvectors of how much more often two titles stand within a few places than chance would have it.
    """
    tokens, bounds = people.tokens, people.bounds
    whose = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    near = sparse.csr_array((n + 1, n + 1), dtype=np.float64)
    for lag in range(1, _NEAR + 1):
        same = np.flatnonzero(whose[lag:] == whose[:-lag])
        pair = (np.full(len(same), 1 / lag), (tokens[same], tokens[same + lag]))
        near = near + sparse.coo_array(pair, near.shape).tocsr()
    near = (near + near.T)[:n, :n].tocoo()
    total = np.maximum(np.asarray(near.sum(1)).ravel(), 1e-9)
    surprise = np.log(np.maximum(near.data, 1e-12) * total.sum() / (total[near.row] * total[near.col]))
    kept = sparse.csr_array((np.maximum(surprise, 0), (near.row, near.col)), (n, n))
    counts = np.bincount(tokens, minlength=n + 1)[:n] + 1.0
    found = np.zeros((n, 0))
    if n > 2 and kept.nnz:
        values, vectors = eigsh(kept, min(d, n - 2), v0=rng.standard_normal(n), rng=rng)
        found = vectors * np.sqrt(np.maximum(values, 0))
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return found.astype(np.float32), np.log(counts * n / counts.sum()).astype(np.float32)


def _export(family: "served.Transformer", params: Params, n: int, ground: Ground) -> dict[str, npt.NDArray[Any]]:
    """The arrays as numpy reads them: no padding, the queries' scale inside the weights."""
    plain = jax.tree.map(np.asarray, params)
    blocks = plain["blocks"]
    scale = np.ones(3 * family.dim, np.float32)
    scale[: family.dim] = (family.dim // family.heads) ** -0.5
    return {
        served.ITEMS: ground.layout.warm_items,
        served.EMBEDDING: plain["embedding"][: n + 1].copy(),
        served.BIAS: plain["bias"][:n].copy(),
        served.DISTANCE: np.stack([each["distance"] for each in blocks]),
        served.QKV: np.stack([each["qkv"] * scale for each in blocks]),
        served.OUT: np.stack([each["out"] for each in blocks]),
        served.WIDEN: np.stack([each["widen"] for each in blocks]),
        served.NARROW: np.stack([each["narrow"] for each in blocks]),
        served.NORMS: np.stack([each["norm"] for each in blocks]),
        served.LAST_NORM: plain["last_norm"].copy(),
    }


def _worth(family: "served.Transformer", arrays: Arrays, ground: Ground, people: People) -> float:
    """How high the held-out titles stand, by the scorer that will serve: 1 / log2(1 + rank), the mean."""
    scorer = family.scorer(arrays, ground.n_items)
    gains = []
    for history, target in people.held:
        scores = scorer.score(history).copy()
        scores[history.items] = -np.inf
        gains.append(1 / np.log2(2 + np.count_nonzero(scores > scores[target])))
    return float(np.mean(gains)) if gains else 0.0
