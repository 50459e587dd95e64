"""Display transforms of spectra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.cubes.spectra.transforms import TRANSFORMS, Settings, transform
from s3fn_core.errors import CubeError

NM = np.array([400.0, 405, 412, 430, 431, 450, 500, 520, 600, 700])  # uneven steps


def test_raw_values_are_what_was_stored() -> None:
    stored = np.array([0.0, 1250, 10000])
    shown = transform(stored * 1e-4, "raw", settings=Settings(scale=1e-4))
    np.testing.assert_allclose(shown, stored, rtol=1e-6)
    np.testing.assert_array_equal(transform(stored, "reflectance"), stored)


def test_the_derivative_of_a_line_is_its_slope_per_nm_whatever_the_steps() -> None:
    line = 0.1 + 0.003 * (NM - 400)
    np.testing.assert_allclose(transform(line, "derivative", wavelengths=NM), 0.003, rtol=1e-5)
    parabola = (NM - 400) ** 2
    shown = transform(parabola, "derivative", wavelengths=NM)
    np.testing.assert_allclose(shown[1:-1], 2 * (NM[1:-1] - 400), rtol=1e-5)  # exact inside


def test_the_order_of_the_bands_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    spectra = rng.random((5, 4, len(NM)))
    order = rng.permutation(len(NM))
    for kind in ("derivative", "savitzky_golay", "continuum_removed", "snv"):
        settings = Settings(window=5)
        sorted_ = transform(spectra, kind, wavelengths=NM, settings=settings)
        mixed = transform(spectra[..., order], kind, wavelengths=NM[order], settings=settings)
        np.testing.assert_allclose(mixed, sorted_[..., order], rtol=1e-5)


def test_bands_of_the_same_wavelength_count_as_one() -> None:
    waves = np.array([400.0, 500, 500, 600])
    shown = transform([0.1, 0.1, 0.3, 0.3], "derivative", wavelengths=waves)
    np.testing.assert_allclose(shown, 0.001, rtol=1e-5)


@pytest.mark.parametrize("kind", TRANSFORMS)
def test_bad_bands_are_missing_and_do_not_reach_the_others(kind: str) -> None:
    spectra = np.random.default_rng(1).random((3, len(NM))) + 0.1
    good = np.ones(len(NM), bool)
    good[[2, 6]] = False
    spoiled = spectra.copy()
    spoiled[:, ~good] = 1e6
    options = {"good_bands": good, "settings": Settings(window=3, degree=1)}
    shown = transform(spoiled, kind, wavelengths=NM, **options)
    assert np.isnan(shown[:, ~good]).all()
    alone = transform(spectra[:, good], kind, wavelengths=NM[good], settings=options["settings"])
    np.testing.assert_array_equal(shown[:, good], alone)
    with_gap = spectra[0].copy()
    with_gap[~good] = np.nan  # missing values in one spectrum are treated the same
    both = transform([with_gap, spectra[1]], kind, wavelengths=NM, settings=options["settings"])
    np.testing.assert_array_equal(both[0, good], alone[0])
    assert np.isfinite(both[1]).all()


def test_savitzky_golay_keeps_a_polynomial_and_calms_noise() -> None:
    x = np.arange(101.0)
    parabola = 3 + 0.2 * x - 0.01 * x**2
    np.testing.assert_allclose(transform(parabola, "savitzky_golay"), parabola, atol=1e-4)
    noise = np.random.default_rng(2).normal(0, 1, 2000)
    # The variance left by an 11-point quadratic is its middle weight, 89/429.
    left = transform(noise, "savitzky_golay").var()
    assert left == pytest.approx(89 / 429, abs=0.03)
    assert np.isfinite(transform([1.0, 2, 4, 3], "savitzky_golay")).all()  # fewer than the window
    for window, degree in ((4, 2), (3, 3), (5, -1)):
        with pytest.raises(CubeError, match="odd window"):
            Settings(window=window, degree=degree)


def test_snv_has_mean_0_and_deviation_1_and_forgets_the_lighting() -> None:
    spectrum = np.random.default_rng(3).random(50)
    shown = transform([spectrum, 0.3 + 2 * spectrum], "snv")
    np.testing.assert_allclose(shown.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(shown.std(axis=1, ddof=1), 1, rtol=1e-5)
    np.testing.assert_allclose(shown[0], shown[1], rtol=1e-4)
    assert np.isnan(transform(np.full(7, 0.1), "snv")).all()


def test_a_convex_spectrum_is_its_own_continuum() -> None:
    dome = 1 - ((NM - 550) / 400) ** 2
    np.testing.assert_allclose(transform(dome, "continuum_removed", wavelengths=NM), 1, rtol=1e-6)


def test_the_depth_of_an_absorption_is_what_continuum_removal_leaves() -> None:
    waves = np.arange(2000.0, 2401, 10)
    slope = 0.2 + 0.0005 * (waves - 2000)
    band = slope * (1 - 0.3 * np.exp(-0.5 * ((waves - 2200) / 20) ** 2))
    shown = transform(band, "continuum_removed", wavelengths=waves)
    assert shown.min() == pytest.approx(0.7, abs=1e-3)
    assert waves[shown.argmin()] == 2200


@given(hnp.arrays(np.float64, (3, len(NM)), elements=st.floats(0.01, 1)))
def test_a_continuum_lies_above_its_spectrum(spectra: np.ndarray) -> None:
    shown = transform(spectra, "continuum_removed", wavelengths=NM)
    assert shown.max() <= 1 + 1e-6
    np.testing.assert_allclose(shown[:, [0, -1]], 1, rtol=1e-6)


def test_what_is_not_defined_is_missing() -> None:
    assert np.isnan(transform(np.zeros(len(NM)), "continuum_removed", wavelengths=NM)).all()
    assert np.isnan(transform([0.5], "derivative", wavelengths=NM[:1])).all()
    assert np.isnan(transform(np.full((2, 3), np.nan), "snv")).all()
    assert transform(np.empty((0, 3)), "snv").shape == (0, 3)


def test_a_transform_that_needs_wavelengths_says_so() -> None:
    with pytest.raises(CubeError, match="First derivative: the wavelengths"):
        transform(np.ones(4), "derivative")
    with pytest.raises(CubeError, match='no transform "log"'):
        transform(np.ones(4), "log")


def test_bad_bands_may_be_written_as_in_a_bbl() -> None:
    spectrum, flags = np.linspace(0.1, 0.5, 10), np.arange(10) % 3 > 0
    shown = transform(spectrum, "snv", good_bands=flags.astype(int))
    np.testing.assert_array_equal(shown, transform(spectrum, "snv", good_bands=flags))
    with pytest.raises(CubeError, match="each of the 10 bands"):
        transform(spectrum, "snv", good_bands=np.flatnonzero(flags))
