"""Spectra of the labelled pixels of each class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import run
from s3fn_core.types import FloatArray
from s3fn_core.words.class_spectra import SAMPLE, class_spectra

CLASSES = ClassSet().added("soil").added("tree").added("water")


def test_each_class_has_the_mean_of_its_labelled_pixels() -> None:
    stored = np.random.default_rng(0).integers(1, 9000, (30, 20, 6)).astype(np.int16)
    stored[2, 3, 1] = -1
    good = np.array([True, True, True, True, True, False])
    cube = Cube(stored, "scene", scale=1e-4, nodata=-1, good_bands=good)
    ids = np.zeros((30, 20), np.uint8)
    ids[1:5, 2:6] = 1
    ids[20:, ::3] = 2
    ids[0, 0] = 200  # without a class
    found = run(class_spectra(cube, ids, CLASSES))
    assert list(found) == [1, 2]
    for class_id, one in found.items():
        spectra = cube.read()[ids == class_id]
        assert one.count == len(spectra)
        np.testing.assert_allclose(one.spectra[:, :5], spectra[:, :5])
        np.testing.assert_allclose(one.mean[:5], np.nanmean(spectra[:, :5], 0), rtol=1e-5)
        np.testing.assert_allclose(one.deviation[:5], np.nanstd(spectra[:, :5], 0), rtol=1e-4)
        assert np.isnan(one.mean[5])
        assert np.isnan(one.spectra[:, 5]).all()


def test_many_pixels_are_sampled_and_background_is_left_out() -> None:
    values = np.random.default_rng(0).uniform(0.1, 0.9, (60, 60, 4)).astype(np.float32)
    values[:, 50:] = 0
    ids = np.ones((60, 60), np.uint8)
    ids[:5, 50:] = 3  # nothing but background
    found = run(class_spectra(Cube(values, "half"), ids, CLASSES))
    assert list(found) == [1]
    assert found[1].count == 60 * 60 - 50
    assert 0.7 * SAMPLE < len(found[1].spectra) < SAMPLE
    assert found[1].spectra.all()


def test_labels_of_another_extent_are_refused() -> None:
    cube = Cube(np.ones((3, 4, 2), np.float32), "small")
    with pytest.raises(LabelError, match="3 x 4 pixels, its labels 4 x 3"):
        run(class_spectra(cube, np.ones((4, 3), np.uint8), CLASSES))
    assert run(class_spectra(cube, np.zeros((3, 4), np.uint8), CLASSES)) == {}


def test_little_is_read_between_scattered_labels() -> None:
    class Counting:
        """A stored array that knows how much of it was read."""

        shape, dtype, read = (300, 300, 3), np.dtype(np.float32), 0

        def __getitem__(self, key: Any) -> FloatArray:
            block: FloatArray = np.ones(self.shape, np.float32)[key]
            Counting.read += block.size
            return block

    ids = np.zeros((300, 300), np.uint8)
    ids[::30, ::30] = 1
    ids[10:30, 100:140] = 2
    found = run(class_spectra(Cube(Counting(), "large"), ids, CLASSES))
    assert found[1].count == len(found[1].spectra)
    assert found[2].count > len(found[2].spectra)
    assert Counting.read < 40 * 3 * (100 + SAMPLE)
