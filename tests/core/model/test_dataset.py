from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3fn_core.errors import LabelError
from s3fn_core.model.dataset import LabelledCube, labelled_pixels, mirror, read_patches, spectra_by_line
from tests.core.model.scenes import classes, some_labels, stripes, truth


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
    found = labelled_pixels([LabelledCube(cube, labels)], classes())
    pixels, targets = found.pixels, found.targets
    assert pixels[:, 1].max() == cube.lines - 3
    assert len(targets) == (cube.lines - 2) * cube.samples


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
    with pytest.raises(LabelError, match="label map of stripes is 39 x 36, the cube 40 x 36"):
        LabelledCube(cube, labels[:-1])
    with pytest.raises(LabelError, match="object map of stripes is 40 x 35"):
        LabelledCube(cube, labels, objects=labels[:, 1:])
    with pytest.raises(LabelError, match="map of test regions of stripes is 40"):
        LabelledCube(cube, labels, test=np.ones(40, bool))


@given(seed=st.integers(0, 30), count=st.integers(0, 40))
def test_spectra_of_single_pixels_whatever_their_order(seed: int, count: int) -> None:
    cube = stripes(9, 11)
    pixels = np.random.default_rng(seed).integers(0, [9, 11], (count, 2))
    found = np.full((count, cube.bands), np.nan, np.float32)
    for places, spectra in spectra_by_line(cube, pixels):
        found[places] = spectra
    np.testing.assert_array_equal(found, np.asarray(cube.data)[pixels[:, 0], pixels[:, 1]])


@given(seed=st.integers(0, 30))
def test_hidden_pixels_read_as_background_and_the_others_as_they_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cube = stripes(9, 11)
    hidden = rng.random((9, 11)) < 0.3
    blank = LabelledCube(cube, truth(cube)).without(hidden).cube
    (top, bottom), (left, right) = np.sort(rng.integers(0, [[10], [12]], (2, 2)), axis=1)
    for bands in (slice(None), [3, 0, 7]):
        window = blank.window(slice(top, bottom), slice(left, right), bands)
        expected = cube.window(slice(top, bottom), slice(left, right), bands)
        expected[hidden[top:bottom, left:right]] = 0
        np.testing.assert_array_equal(window, expected)


def test_a_cube_without_labels_may_stand_beside_one_that_has_some() -> None:
    cube = stripes()
    bare = LabelledCube(cube, np.zeros(cube.shape[:2], np.uint8))
    pixels = labelled_pixels([bare, LabelledCube(cube, some_labels(cube))], classes()).pixels
    assert (pixels[:, 0] == 1).all()
