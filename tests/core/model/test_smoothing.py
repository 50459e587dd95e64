"""Probabilities that neighbours share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import diags_array, eye_array
from scipy.sparse.linalg import spsolve

from s3fn_core.cubes.cube import Cube
from s3fn_core.model.smoothing import Likeness, edges_of, halo, smooth

LINES, SAMPLES, CLASSES = 40, 30, 3


def scene(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities, coordinates and measured pixels."""
    rng = np.random.default_rng(seed)
    probability = rng.dirichlet(np.ones(CLASSES), (LINES, SAMPLES)).astype(np.float32)
    coordinates = rng.normal(0, 0.5, (LINES, SAMPLES, 4)).astype(np.float32)
    measured = rng.random((LINES, SAMPLES)) > 0.1
    probability[~measured] = 0
    return probability, coordinates, measured


@pytest.mark.parametrize("strength", [0.5, 2.0, 16.0])
def test_the_solution_is_that_of_the_linear_system(strength: float) -> None:
    probability, coordinates, measured = scene()
    weights = edges_of(coordinates, measured)
    laplacian = diags_array(weights.sum(axis=1)) - weights
    system = (eye_array(len(laplacian.diagonal())) + strength * laplacian).tocsc()
    exact = spsolve(system, probability.reshape(-1, CLASSES)).reshape(probability.shape)
    assert (
        np.abs(smooth(probability, edges_of(coordinates, measured), strength) - exact)[measured].max() < 0.01
    )


@given(st.floats(0.1, 8), st.integers(0, 100), st.integers(1, LINES - 1))
@settings(max_examples=20, deadline=None)
def test_parts_of_an_image_give_what_the_whole_gives(strength: float, seed: int, cut: int) -> None:
    probability, coordinates, measured = scene(seed)
    whole = smooth(probability, edges_of(coordinates, measured), strength)
    reach = halo(strength)
    upper, lower = slice(0, cut + reach), slice(max(0, cut - reach), LINES)
    above = smooth(probability[upper], edges_of(coordinates[upper], measured[upper]), strength)[:cut]
    below = smooth(probability[lower], edges_of(coordinates[lower], measured[lower]), strength)[
        cut - lower.start :
    ]
    assert np.array_equal(np.concatenate([above, below]), whole)  # maps in blocks rely on it


def test_nothing_is_carried_over_an_edge_or_from_background() -> None:
    probability = np.zeros((10, 10, 2), np.float32)
    probability[:, :5, 0] = probability[:, 5:, 1] = 1
    coordinates = np.zeros((10, 10, 1), np.float32)
    coordinates[:, 5:] = 100
    measured = np.ones((10, 10), bool)
    assert np.allclose(smooth(probability, edges_of(coordinates, measured), 8.0), probability, atol=1e-6)
    lone = np.zeros((10, 10, 2), np.float32)
    lone[..., 0] = 1
    lone[5, 5] = (0, 1)  # one pixel that its neighbours outvote
    smoothed = smooth(lone, edges_of(np.zeros_like(coordinates), measured), 8.0)
    assert smoothed[5, 5].argmax() == 0
    assert np.array_equal(smooth(lone, edges_of(np.zeros_like(coordinates), measured), 0.0), lone)
    hidden = measured.copy()
    hidden[:, 6:] = False
    blank = lone * hidden[..., None]
    assert not smooth(blank, edges_of(np.zeros_like(coordinates), hidden), 8.0)[~hidden].any()


def test_likeness_is_that_of_the_cube() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(0, 1, (20, 20, 6)).astype(np.float32) * np.array([1, 2, 3, 100, 5, 6], np.float32)
    cube = Cube(values, "x", good_bands=np.array([1, 1, 1, 0, 1, 1], bool))
    likeness = Likeness.of(cube)
    coordinates = likeness.coordinates(values)
    apart = np.square(np.diff(coordinates, axis=1)).sum(-1)
    assert np.median(apart) == pytest.approx(1, rel=0.1)
    other = values.copy()
    other[..., 3] = 0  # a bad band does not count
    assert np.array_equal(likeness.coordinates(other), coordinates)
    assert np.isfinite(Likeness.of(Cube(np.zeros((3, 3, 4), np.float32), "x")).axes).all()
