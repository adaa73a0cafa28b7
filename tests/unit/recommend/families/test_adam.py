"""Adam, against the same steps done by hand."""

import numpy as np
import pytest

pytest.importorskip("jax", reason="the extra `neural` is not installed")

from cinoche.recommend.families.adam import adam, still, warmed


def test_a_step_moves_against_the_gradient_by_the_rate() -> None:
    params = {"matrix": np.full((2, 2), 3.0, np.float32), "bias": np.zeros(2, np.float32)}
    gradients = {"matrix": np.full((2, 2), 0.1, np.float32), "bias": np.array([0.1, -0.1], np.float32)}
    moved, moments = adam(params, gradients, still(params), np.float32(0.01), decay=0.0)
    np.testing.assert_allclose(moved["matrix"], 3.0 - 0.01, atol=1e-5)
    np.testing.assert_allclose(moved["bias"], [-0.01, 0.01], atol=1e-5)
    assert int(moments.steps) == 1


def test_many_steps_are_those_of_the_paper() -> None:
    rng = np.random.default_rng(0)
    param = rng.standard_normal((3, 2)).astype(np.float32)
    expected, first, second = param.astype(np.float64), np.zeros((3, 2)), np.zeros((3, 2))
    params, moments = {"x": param}, still({"x": param})
    for step in range(1, 8):
        gradient = (0.1 * rng.standard_normal((3, 2))).astype(np.float32)
        params, moments = adam(params, {"x": gradient}, moments, np.float32(0.05), decay=0.02)
        first, second = 0.9 * first + 0.1 * gradient, 0.98 * second + 0.02 * gradient.astype(np.float64) ** 2
        mean, spread = first / (1 - 0.9**step), np.sqrt(second / (1 - 0.98**step))
        expected -= 0.05 * (mean / (spread + 1e-8) + 0.02 * expected)
    np.testing.assert_allclose(params["x"], expected, rtol=2e-3, atol=1e-5)


def test_a_gradient_longer_than_one_is_shortened() -> None:
    params = {"x": np.zeros(4, np.float32)}
    _, moments = adam(params, {"x": np.full(4, 50.0, np.float32)}, still(params), np.float32(0.1), decay=0.0)
    np.testing.assert_allclose(moments.first["x"], 0.1 * 0.5, rtol=1e-5)


def test_the_rate_rises_then_falls_to_nothing() -> None:
    rates = list(warmed(0.4, 100, 0.1))
    assert rates[0] == pytest.approx(0.04)
    assert max(rates) == pytest.approx(0.4)
    assert rates[-1] < 0.001
    assert len(rates) == 100
