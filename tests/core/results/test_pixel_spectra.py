"""Mean and examples of some pixels."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.errors import CubeError
from s3fn_core.progress import run
from s3fn_core.results import pixel_spectra as module
from s3fn_core.results.pixel_spectra import EXAMPLES, pixel_spectra
from tests.core.model.scenes import stripes


def test_mean_deviation_and_examples_are_those_of_the_pixels() -> None:
    cube = stripes()
    pixels = np.argwhere(np.arange(cube.samples)[None] % 7 == np.arange(20)[:, None] % 7)
    spectra = cube.read()[tuple(pixels.T)]
    found = run(pixel_spectra(cube, pixels))
    np.testing.assert_allclose(found.mean, spectra.mean(0), rtol=1e-5)
    np.testing.assert_allclose(found.deviation, spectra.std(0), rtol=1e-4)
    assert found.examples.shape == (EXAMPLES, cube.bands)
    assert all((spectra == one).all(1).any() for one in found.examples)
    alone = run(pixel_spectra(cube, pixels[:1]))
    np.testing.assert_array_equal(alone.examples, spectra[:1])


def test_of_many_pixels_some_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    cube = stripes()
    monkeypatch.setattr(module, "MOST_PIXELS", 3)
    pixels = np.argwhere(np.ones((10, 1), bool))
    found = run(pixel_spectra(cube, pixels))
    np.testing.assert_allclose(found.mean, cube.read()[[0, 4, 9], 0].mean(0), rtol=1e-5)


def test_without_pixels_there_is_nothing_to_read() -> None:
    with pytest.raises(CubeError, match="no pixel"):
        run(pixel_spectra(stripes(), np.zeros((0, 2), int)))
