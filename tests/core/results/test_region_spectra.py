"""Mean spectrum and spread of regions."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.regions import label_regions, list_regions
from s3fn_core.progress import run
from s3fn_core.results import region_spectra
from s3fn_core.results.region_spectra import region_looks


def test_regions_look_like_their_pixels() -> None:
    values = np.random.default_rng(0).random((40, 30, 5)).astype(np.float32)
    values[1, 1, 2] = np.nan
    ids = np.zeros((40, 30), np.uint8)
    ids[1:5, 1:4] = 1
    ids[20:39, 10:20] = 2
    numbers, classes = label_regions(ids)
    looks = run(region_looks(Cube(values, "random"), numbers, list_regions(numbers, classes)))
    for number in (1, 2):
        spectra = values[numbers == number]
        spectra = spectra[np.isfinite(spectra).all(1)]
        np.testing.assert_allclose(looks[number].mean, spectra.mean(0), rtol=1e-5)
        np.testing.assert_allclose(looks[number].spread, spectra.std(0).mean(), rtol=1e-5)


def test_bad_bands_do_not_count_and_large_regions_are_sampled() -> None:
    values = np.ones((60, 60, 4), np.float32)
    values[..., 3] = np.random.default_rng(0).random((60, 60)) * 1000
    cube = Cube(values, "one", good_bands=np.array([True, True, True, False]))
    numbers, classes = label_regions(np.ones((60, 60), np.uint8))
    assert numbers.size > region_spectra.PIXELS_EACH
    looks = run(region_looks(cube, numbers, list_regions(numbers, classes)))
    assert looks[1].spread == 0
    assert looks[1].mean[:3].tolist() == [1, 1, 1]


def test_background_has_no_look() -> None:
    values = np.random.default_rng(0).uniform(0.4, 0.6, (8, 8, 3)).astype(np.float32)
    values[:, 5:] = 0
    ids = np.zeros((8, 8), np.uint8)
    ids[:4] = 1
    ids[6:, 6:] = 2
    numbers, classes = label_regions(ids)
    looks = run(region_looks(Cube(values, "half"), numbers, list_regions(numbers, classes)))
    np.testing.assert_allclose(looks[1].mean, values[:4, :5].mean((0, 1)), rtol=1e-5)
    np.testing.assert_allclose(looks[1].spread, values[:4, :5].std((0, 1)).mean(), rtol=1e-4)
    assert np.isnan(looks[2].mean).all()


def test_without_regions_nothing_is_read() -> None:
    numbers, classes = label_regions(np.zeros((3, 3), np.uint8))
    cube = Cube(np.ones((3, 3, 2), np.float32), "empty")
    assert run(region_looks(cube, numbers, list_regions(numbers, classes))) == {}
