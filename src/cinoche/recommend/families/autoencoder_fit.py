"""The training of the autoencoder, with JAX. Nothing that serves imports this."""

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

from cinoche.recommend.families import autoencoder as served
from cinoche.recommend.families.adam import Moments, adam, still, warmed
from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.scorers import Warm, top
from cinoche.recommend.statistics import History, Longs

Params = Mapping[str, Any]
Batch = Mapping[str, Any]

_ROUND: Final = 128
"""Vocabularies are padded to a multiple of this, so that a step is compiled once for catalogues of nearly one size."""

_HELD: Final = 500
_HELD_SHARE: Final = 0.1
"""How many people are held out to know when to stop, and of how many at most."""

_ASKED: Final = 0.2
"""The share of their titles that is asked for."""

_SPREAD: Final = 1.2
"""How large the first embeddings are: as likes need them to stand out from what everybody likes."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shape:
    """What a step is compiled for."""

    dropout: float
    kl: float
    decay: float


Held = list[tuple[History, Longs]]
"""People held out: what is known of them, as places, and which of their titles are asked for."""


def fit(family: "served.Autoencoder", ground: Ground) -> Arrays:
    """Train until nothing more is learned, and give the arrays of the best epoch."""
    rng = np.random.default_rng(ground.seed)
    people = _people(ground)
    n = ground.layout.n_warm
    lengths = np.diff(people.indptr)
    if not len(lengths) or lengths.max() < 2:
        return {**_export(_begin(family, people, rng), n, ground), served.ITEMS: ground.layout.warm_items[:0]}
    held, people = _hold_out(people, rng)
    params = _begin(family, people, rng)
    moments = still(params)
    shape = Shape(family.dropout, family.kl, family.decay)
    rates = warmed(family.rate, family.epochs * -(-people.shape[0] // family.rows))
    best = _export(params, n, ground)
    most, stale = _worth(family, best, held), 0
    for epoch in range(family.epochs):
        for batch in _batches(family, people, rng):
            params, moments = _step(params, moments, batch, next(rates), shape)
        now = _export(params, n, ground)
        worth = _worth(family, now, held)
        _log.debug("autoencoder, epoch %s: %.4f on held-out people", epoch + 1, worth)
        best, most, stale = (now, worth, 0) if worth > most else (best, most, stale + 1)
        if stale >= family.patience:
            break
    return best


def _people(ground: Ground) -> sparse.csr_array:
    """Who likes which warm title, and how much; columns are padded."""
    rows, layout = ground.interactions, ground.layout
    rows = rows.where((rows.weights > 0) & (layout.place[rows.items] >= 0))
    size = -(-max(layout.n_warm, 1) // _ROUND) * _ROUND
    whose = np.repeat(np.arange(rows.n_users), np.diff(rows.bounds))
    found = sparse.csr_array((rows.weights, (whose, layout.place[rows.items])), (rows.n_users, size), dtype=np.float32)
    found.sum_duplicates()
    return found


def _hold_out(people: sparse.csr_array, rng: np.random.Generator) -> tuple[Held, sparse.csr_array]:
    order = rng.permutation(people.shape[0])
    n = min(_HELD, int(_HELD_SHARE * people.shape[0]))
    held: Held = []
    for k in np.sort(order[:n]):
        row = slice(people.indptr[k], people.indptr[k + 1])
        places, weights = people.indices[row], people.data[row]
        is_asked = rng.random(len(places)) < _ASKED
        if is_asked.any() and not is_asked.all():
            held.append((History.of(places[~is_asked], weights[~is_asked]), places[is_asked].astype(np.int64)))
    return held, people[np.sort(order[n:])]


def _batches(family: "served.Autoencoder", people: sparse.csr_array, rng: np.random.Generator) -> Iterator[Batch]:
    """Everybody once, in any order; the last batch is filled up with nobody."""
    order = rng.permutation(people.shape[0])
    for start in range(0, len(order), family.rows):
        whole = np.zeros((family.rows, people.shape[1]), np.float32)
        chosen = order[start : start + family.rows]
        whole[: len(chosen)] = people[chosen].toarray()
        kept = rng.random(whole.shape, np.float32) >= family.dropout
        yield {
            "whole": whole,
            "read": whole * kept,
            "noise": rng.standard_normal((family.rows, family.dim), np.float32),
        }


@partial(jax.jit, static_argnames="shape", donate_argnums=(0, 1))
def _step(params: Params, moments: Moments, batch: Batch, rate: np.float32, shape: Shape) -> tuple[Params, Moments]:
    gradients = jax.grad(_loss)(params, batch, shape)
    return adam(params, gradients, moments, rate, shape.decay)


def _loss(params: Params, batch: Batch, shape: Shape) -> jax.Array:
    """The multinomial likelihood of the whole history, given what was read of it, and what the taste tells too much."""
    read, whole = batch["read"], batch["whole"]
    linear = (read @ params["encoder"]) / jnp.sqrt(jnp.maximum((read**2).sum(-1, keepdims=True), 1e-6))
    wide = jax.nn.relu(linear @ params["widen"] + params["shift"])
    centre = linear + wide @ params["narrow"]
    log_variance = jnp.clip(wide @ params["doubt"] + params["doubt_shift"], -12.0, 4.0)
    taste = centre + jnp.exp(0.5 * log_variance) * batch["noise"]
    likely = jax.nn.log_softmax(taste @ params["decoder"].T + params["bias"], -1)
    amount = whole.sum(-1)
    lost = -(whole * likely).sum(-1)
    apart = 0.5 * (centre**2 + jnp.exp(log_variance) - 1 - log_variance).sum(-1)
    mean: jax.Array = (lost + shape.kl * amount * apart).sum() / jnp.maximum(amount.sum(), 1.0)
    return mean


def _begin(family: "served.Autoencoder", people: sparse.csr_array, rng: np.random.Generator) -> Params:
    """Begin as the best linear autoencoder of this many numbers (PureSVD); the deep layer begins as next to nothing."""
    size, d, w = people.shape[1], family.dim, family.deep
    counts = np.asarray(people.sum(0)).ravel().astype(np.float64)
    likely = np.log(counts + 1.0)
    vectors = 0.01 * rng.standard_normal((size, d))
    if people.nnz:
        scaled = people.multiply(1 / np.sqrt(counts + 10.0)[None, :]).tocsr().astype(np.float64)
        found, n = (scaled.T @ scaled).tocsr(), min(d, size - 1)
        values, leading = eigsh(found, n, v0=rng.standard_normal(size), rng=rng)
        vectors[:, :n] = leading * (np.maximum(values, 0) / max(values.max(), 1e-9)) ** 0.25
    params = {
        "encoder": _SPREAD * vectors * np.sqrt(size / d),
        "widen": rng.standard_normal((d, w)) * d**-0.5,
        "shift": np.zeros(w),
        "narrow": rng.standard_normal((w, d)) * 0.1 * w**-0.5,
        "doubt": rng.standard_normal((w, d)) * 0.1 * w**-0.5,
        "doubt_shift": np.full(d, -4.0),
        "decoder": _SPREAD * vectors * np.sqrt(size / d),
        "bias": likely - likely[counts > 0].mean() if people.nnz else likely,
    }
    started: Params = jax.tree.map(lambda each: jnp.asarray(each, jnp.float32), params)
    return started


def _export(params: Params, n: int, ground: Ground) -> dict[str, npt.NDArray[Any]]:
    """The arrays as numpy reads them, without the padding and without what only training needs."""
    plain = {name: np.array(each) for name, each in params.items()}
    return {
        served.ITEMS: ground.layout.warm_items,
        served.ENCODER: plain["encoder"][:n],
        served.WIDEN: plain["widen"],
        served.SHIFT: plain["shift"],
        served.NARROW: plain["narrow"],
        served.DECODER: plain["decoder"][:n],
        served.BIAS: plain["bias"][:n],
    }


def _worth(family: "served.Autoencoder", arrays: Arrays, held: Held) -> float:
    """How well the scorer that will serve finds what is asked of the people held out: nDCG over the first hundred."""
    n = len(arrays[served.ENCODER])
    scorer = served.Decoder(arrays, Warm.of(np.arange(n, dtype=np.int32), n), family.dislike)
    gains = 1 / np.log2(np.arange(2, 102))
    found = []
    for history, asked in held:
        scores = scorer.score(history).copy()
        scores[history.items] = -np.inf
        hits = np.isin(top(scores, 100), asked)
        found.append((hits * gains[: len(hits)]).sum() / gains[: len(asked)].sum())
    return float(np.mean(found)) if found else 0.0
