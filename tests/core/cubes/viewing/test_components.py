"""Principal components and minimum noise fractions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.viewing.components import Components, Covariance, fit_components
from s3fn_core.errors import CubeError
from s3fn_core.progress import run


def scene(lines: int = 60, samples: int = 50, bands: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """A smooth pattern with a spectrum of its own, under noise far stronger in one other band."""
    rng = np.random.default_rng(0)
    pattern = gaussian_filter(rng.normal(size=(lines, samples)), 8)
    pattern /= pattern.std()
    spectrum = np.linspace(-1, 1, bands)
    noise = rng.normal(0, 0.2, (lines, samples, bands))
    noise[:, :, 5] *= 50
    return (10 + pattern[:, :, None] * spectrum + noise).astype(np.float32), pattern


def scores(components: Components, values: np.ndarray) -> np.ndarray:
    return components(values[:, :, list(components.bands)])


def test_covariance_by_blocks_is_that_of_the_whole() -> None:
    rows = np.random.default_rng(1).normal(1e6, 1, (500, 4)).cumsum(axis=1)
    covariance = Covariance(4)
    for block in np.split(rows, [3, 3, 100, 101]):
        covariance.add(block)
    np.testing.assert_allclose(covariance.mean, rows.mean(axis=0))
    np.testing.assert_allclose(covariance.matrix, np.cov(rows.T), rtol=1e-6)


def test_mnf_puts_the_signal_before_noise_that_pca_takes_for_signal() -> None:
    values, pattern = scene()
    mnf = run(fit_components(Cube(values, "x"), "mnf"))
    pca = run(fit_components(Cube(values, "x"), "pca"))
    assert np.abs(pca.matrix[:, 0]).argmax() == 5  # the strongest variance is noise
    found = np.corrcoef(scores(mnf, values)[:, :, 0].ravel(), pattern.ravel())[0, 1]
    assert abs(found) > 0.98
    # Signal over noise along the pattern's spectrum without the noisy band; what the pattern itself
    # changes from pixel to pixel counts as noise too.
    ratio = np.sum(np.delete(np.linspace(-1, 1, 12), 5) ** 2) / 0.2**2
    ratio /= 1 + ratio * np.diff(pattern, axis=1).var() / 2
    assert mnf.values[0] == pytest.approx(ratio, rel=0.1)
    assert np.abs(mnf.values[1:]).max() < 0.15
    assert np.all(np.diff(mnf.values) <= 0)


def test_noise_has_unit_variance_in_every_minimum_noise_fraction() -> None:
    values, _ = scene()
    shown = scores(run(fit_components(Cube(values, "x"), "mnf")), values)
    noise = np.diff(shown, axis=1).reshape(-1, shown.shape[2]) / np.sqrt(2)
    np.testing.assert_allclose(np.cov(noise.T), np.eye(shown.shape[2]), atol=0.02)


def test_principal_components_are_uncorrelated_and_have_the_variance_they_say() -> None:
    values, _ = scene()
    pca = run(fit_components(Cube(values, "x"), "pca", count=5))
    covariance = np.cov(scores(pca, values).reshape(-1, 5).T)
    np.testing.assert_allclose(np.diag(covariance), pca.values, rtol=1e-3)
    assert np.abs(covariance - np.diag(np.diag(covariance))).max() < 1e-3 * pca.values[0]


def test_background_missing_pixels_and_bad_bands_do_not_count() -> None:
    values, _ = scene()
    clean = run(fit_components(Cube(values[10:], "x"), "pca"))
    spoiled = np.concatenate([values, np.full((60, 50, 1), np.nan, np.float32)], axis=2)
    spoiled[:10] = 0
    spoiled[5, 5, :3] = np.nan
    good = np.arange(13) < 12
    found = run(fit_components(Cube(spoiled, "x", good_bands=good), "pca"))
    assert found.bands == tuple(range(12))
    np.testing.assert_allclose(found.matrix, clean.matrix, atol=1e-4)


def test_repeated_bands_do_no_harm() -> None:
    values, pattern = scene()
    twice = np.concatenate([values, values], axis=2)
    shown = scores(run(fit_components(Cube(twice, "x"), "mnf", count=3)), twice)
    assert abs(np.corrcoef(shown[:, :, 0].ravel(), pattern.ravel())[0, 1]) > 0.98


@pytest.mark.parametrize("method", ["pca", "mnf"])
def test_what_cannot_be_fitted_is_said(method: str) -> None:
    for values in (np.zeros((20, 20, 4)), np.full((20, 20, 4), np.nan), np.full((20, 20, 4), 0.5)):
        with pytest.raises(CubeError, match=method.upper()):
            run(fit_components(Cube(values.astype(np.float32), "x"), method))
    column = np.random.default_rng(0).random((50, 1, 4)).astype(np.float32)
    with pytest.raises(CubeError, match="neighbours"):
        run(fit_components(Cube(column, "x"), "mnf"))


def test_a_measured_scene(data_folder: Path) -> None:
    cube = open_cube(data_folder / "samson" / "Samson.mat")
    mnf = run(fit_components(cube, "mnf"))
    values = scores(mnf, cube.read())
    # Neighbours are alike where there is signal: the first fractions are smooth, the last are not.
    rough = np.diff(values, axis=1).var(axis=(0, 1)) / (2 * values.var(axis=(0, 1)))
    assert np.all(np.diff(rough) > 0)
    assert mnf.values[0] > 20
