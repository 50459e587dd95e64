"""Angles, regions that grow from a pixel, superpixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.similar import angle_image, grown, spectral_angles, superpixels
from s3fn_core.errors import CubeError
from s3fn_core.progress import run

NM = np.linspace(450.0, 900.0, 12)


def patches() -> Cube:
    """Two materials in four quarters, at different brightness, with a background row."""
    rise, fall = np.linspace(0.1, 0.7, 12), np.linspace(0.7, 0.1, 12)
    data = np.empty((24, 24, 12), np.float32)
    data[:12, :12], data[:12, 12:] = rise, fall
    data[12:, :12], data[12:, 12:] = 0.5 * fall, 0.5 * rise
    data += np.random.default_rng(1).normal(0, 0.004, data.shape)
    data[-2:] = 0
    return Cube(data, "patches", wavelengths=NM)


@given(st.floats(0.01, 100.0))
def test_brightness_does_not_count(factor: float) -> None:
    spectrum = patches().spectrum(3, 3)
    assert spectral_angles(spectrum * np.float32(factor), spectrum) == pytest.approx(0, abs=2e-3)


def test_angles_are_those_of_the_arccosine() -> None:
    one, other = np.array([1.0, 0.0], np.float32), np.array([1.0, 1.0], np.float32)
    assert spectral_angles(other, one) == pytest.approx(np.pi / 4, abs=1e-6)
    assert np.isnan(spectral_angles(np.zeros(2, np.float32), one))
    assert np.isnan(spectral_angles(np.array([np.nan, 1], np.float32), one))


def test_a_region_grows_to_the_border_of_the_material() -> None:
    angles = run(angle_image(patches(), (3, 3)))
    assert np.isnan(angles[-2:]).all()
    region = grown(angles, (3, 3), 0.1)
    expected = np.zeros((24, 24), bool)
    expected[:12, :12] = True
    assert (region == expected).all()  # the darker patch of the same material is not connected
    assert grown(angles, (3, 3), 0.0).sum() >= 1
    assert (angles[12:22, 12:] < 0.1).all()


def test_a_region_cannot_begin_on_the_background() -> None:
    with pytest.raises(CubeError, match="nothing was measured"):
        run(angle_image(patches(), (23, 3)))


def test_bad_bands_do_not_count() -> None:
    cube = patches()
    data = np.array(cube.data)
    data[:, :, 5] = np.random.default_rng(2).normal(0, 50, data.shape[:2])
    noisy = Cube(data, "noisy", wavelengths=NM, good_bands=np.arange(12) != 5)
    assert grown(run(angle_image(noisy, (3, 3))), (3, 3), 0.1).sum() == 144


def test_superpixels_keep_to_materials_and_leave_the_background_out() -> None:
    numbers = run(superpixels(patches(), 36))
    assert not numbers[-2:].any()
    assert (numbers[:-2] > 0).all()
    assert 8 <= len(np.unique(numbers)) - 1 <= 40
    quarter = np.zeros((24, 24), int)
    quarter[:12, 12:], quarter[12:, :12], quarter[12:, 12:] = 1, 2, 3
    for number in range(1, numbers.max() + 1):
        counts = np.bincount(quarter[numbers == number], minlength=4)
        assert counts.max() >= 0.9 * counts.sum()
