"""Adam with decoupled weight decay (Loshchilov & Hutter 2019), over any tree of JAX arrays."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

Tree = Any
"""A tree of arrays, as JAX calls it: the parameters of a model."""

_FIRST: Final = 0.9
_SECOND: Final = 0.98
_EPS: Final = 1e-8
_LONGEST: Final = 1.0


class Moments(NamedTuple):
    """The running means of the gradients and of their squares, and how many steps they have seen."""

    first: Tree
    second: Tree
    steps: jax.Array


def still(params: Tree) -> Moments:
    """No step done yet."""
    return Moments(jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params), jnp.zeros((), jnp.int32))


def adam(
    params: Tree, gradients: Tree, moments: Moments, rate: np.float32 | jax.Array, decay: float
) -> tuple[Tree, Moments]:
    """One step; a gradient longer than 1 is shortened to it, and arrays of one dimension do not decay."""
    length = jnp.sqrt(sum(jnp.vdot(each, each) for each in jax.tree.leaves(gradients)))
    scale = _LONGEST / jnp.maximum(length, _LONGEST)
    steps = moments.steps + 1
    first = jax.tree.map(lambda m, g: _FIRST * m + (1 - _FIRST) * scale * g, moments.first, gradients)
    second = jax.tree.map(lambda v, g: _SECOND * v + (1 - _SECOND) * (scale * g) ** 2, moments.second, gradients)
    # The means start at zero: early ones are too small by these factors.
    wide = jnp.sqrt(1 - _SECOND**steps) / (1 - _FIRST**steps)

    def moved(p: jax.Array, m: jax.Array, v: jax.Array) -> jax.Array:
        return p - rate * (wide * m / (jnp.sqrt(v) + _EPS) + (decay * p if p.ndim > 1 else 0.0))

    return jax.tree.map(moved, params, first, second), Moments(first, second, steps)


def warmed(rate: float, steps: int, share: float = 0.05) -> Iterator[np.float32]:
    """The rate of each step: up in a straight line over the first share of them, then down along a cosine to zero."""
    up = max(1, round(share * steps))
    for step in range(steps):
        down = 0.5 * (1 + np.cos(np.pi * (step - up) / max(steps - up, 1)))
        yield np.float32(rate * (min(1.0, (step + 1) / up) if step < up else down))
