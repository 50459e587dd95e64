from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.errors import LabelError
from s3fn_core.model.dataset import (
    LabelledCube,
    labelled_pixels,
    mirror,
    read_patches,
    spectra_by_line,
)
from s3fn_core.model.splits import margin_mask, split_folds

from .scenes import classes, some_labels, stripes, truth


@given(size=st.integers(1, 9), reach=st.integers(0, 30))
def test_mirror_is_numpy_s_reflect_padding(size: int, reach: int) -> None:
    row = np.arange(size)
    expected = np.pad(row, reach, mode="reflect") if size > 1 else np.zeros(2 * reach + 1)
    np.testing.assert_array_equal(row[mirror(np.arange(-reach, size + reach), size)], expected)


def test_patches_are_mirrored_at_the_border() -> None:
    cube = stripes(8, 12)
    padded = np.pad(np.asarray(cube.data), ((2, 2), (2, 2), (0, 0)), mode="reflect")
    patch = read_patches(cube, np.array([[0, 0], [7, 11], [3, 5]]), 5)
    np.testing.assert_array_equal(patch[0], padded[0:5, 0:5])
    np.testing.assert_array_equal(patch[1], padded[7:12, 11:16])
    np.testing.assert_array_equal(patch[2], padded[3:8, 5:10])


def test_labels_on_background_do_not_count() -> None:
    cube = stripes()
    labels = truth(cube)
    labels[-1, :] = 1
    pixels, targets = labelled_pixels([LabelledCube(cube, labels)], classes())
    assert pixels[:, 1].max() == cube.lines - 3
    assert len(targets) == (cube.lines - 2) * cube.samples


@given(seed=st.integers(0, 50), patch=st.integers(1, 12), folds=st.integers(2, 5))
def test_no_training_patch_holds_a_test_pixel(seed: int, patch: int, folds: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = np.stack([np.zeros(80, int), *rng.integers(0, 60, (2, 80))], 1)
    targets = np.arange(80) % 3
    split = split_folds(pixels, targets, patch, folds, seed)
    assert split
    for fold in range(folds):
        test = split.folds == fold
        train = margin_mask(pixels, test, patch)
        assert not (train & test).any()
        gap = np.abs(pixels[train, None, 1:] - pixels[None, test, 1:]).max(2)
        assert gap.size == 0 or gap.min() > patch // 2


def test_every_class_is_dealt_to_several_folds() -> None:
    rng = np.random.default_rng(1)
    pixels = np.stack([np.zeros(90, int), *rng.integers(0, 100, (2, 90))], 1)
    targets = np.arange(90) % 3
    split = split_folds(pixels, targets, 5, 4, 0)
    assert all(len(np.unique(split.folds[targets == k])) == 4 for k in range(3))


def test_whole_cubes_are_dealt_where_there_are_enough() -> None:
    pixels = np.array([[cube, line, 3] for cube in range(4) for line in range(6)])
    targets = pixels[:, 1] % 2
    split = split_folds(pixels, targets, 5, 4, 0)
    assert "whole cubes" in split.reason
    assert all(len(np.unique(split.folds[pixels[:, 0] == c])) == 1 for c in range(4))


def test_a_class_in_one_place_cannot_be_held_out() -> None:
    pixels = np.array([[0, 3, 3], [0, 3, 4], [0, 40, 40], [0, 70, 9]])
    split = split_folds(pixels, np.array([0, 0, 1, 1]), 5, 4, 0)
    assert not split
    assert "two separate places" in split.reason


def test_label_errors_name_what_is_wrong() -> None:
    cube = stripes()
    labels = some_labels(cube)
    data = [LabelledCube(cube, labels)]
    with pytest.raises(LabelError, match="No labelled pixels: third"):
        labelled_pixels(data, classes().added("third"))
    with pytest.raises(LabelError, match="uses id 2"):
        labelled_pixels(data, classes().added("third").removed(2))
    with pytest.raises(LabelError, match="at least two classes"):
        labelled_pixels(data, classes().removed(2))
    with pytest.raises(LabelError, match="must agree"):
        LabelledCube(cube, labels[:-1])


@given(seed=st.integers(0, 30), count=st.integers(0, 40))
def test_spectra_of_single_pixels_whatever_their_order(seed: int, count: int) -> None:
    cube = stripes(9, 11)
    pixels = np.random.default_rng(seed).integers(0, [9, 11], (count, 2))
    found = np.full((count, cube.bands), np.nan, np.float32)
    for places, spectra in spectra_by_line(cube, pixels):
        found[places] = spectra
    np.testing.assert_array_equal(found, np.asarray(cube.data)[pixels[:, 0], pixels[:, 1]])


def test_a_cube_without_labels_may_stand_beside_one_that_has_some() -> None:
    cube = stripes()
    bare = LabelledCube(cube, np.zeros(cube.shape[:2], np.uint8))
    pixels, _ = labelled_pixels([bare, LabelledCube(cube, some_labels(cube))], classes())
    assert (pixels[:, 0] == 1).all()
