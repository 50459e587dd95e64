from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.model.learning.splits import margin_mask, object_of, random_folds, split_folds


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


@settings(max_examples=25)
@given(seed=st.integers(0, 60), patch=st.integers(1, 12), labelled=st.floats(0.05, 1))
def test_objects_never_straddle_training_and_test(seed: int, patch: int, labelled: float) -> None:
    """Two cubes of objects that touch each other; some objects lie in both."""
    rng = np.random.default_rng(seed)
    tiles = rng.permutation(np.arange(24) % 20 + 1).reshape(2, 3, 4)
    maps = list(np.kron(tiles, np.ones((1, 9, 9), int)))
    pixels = np.argwhere((rng.random((2, 27, 36)) < labelled) & (np.stack(maps) > 0))
    targets = np.arange(len(pixels)) % 2
    split = split_folds(pixels, targets, patch, 4, seed, maps)
    if not split:
        return
    assert "whole objects" in split.reason
    number = object_of(pixels, maps)
    np.testing.assert_array_equal(split.units[:, None] == split.units, number[:, None] == number)
    for fold in range(4):
        test = split.folds == fold
        train = split.training(pixels, test)
        assert not np.intersect1d(number[test], number[train]).size
        for cube, line, sample in pixels[train]:  # no pixel of a tested object in any patch
            top, left = max(line - patch // 2, 0), max(sample - patch // 2, 0)
            seen = maps[cube][top : line + patch // 2 + 1, left : sample + patch // 2 + 1]
            assert not np.isin(seen, number[test]).any()


def test_the_margin_reaches_round_the_whole_object_not_its_labels_only() -> None:
    objects = np.zeros((10, 30), int)
    objects[:, :10], objects[:, 12:] = 1, 2
    pixels = np.array([[0, 5, 1], [0, 5, 13], [0, 5, 20]])
    test = np.array([True, False, False])
    assert margin_mask(pixels, test, 9).tolist() == [False, True, True]
    assert margin_mask(pixels, test, 9, [objects]).tolist() == [False, False, True]


def test_pixels_beside_the_objects_are_dealt_by_blocks() -> None:
    objects = np.zeros((40, 200), int)
    objects[5:15, 5:15], objects[5:15, 100:110], objects[5:15, 180:190] = 7, 8, 9
    labels = np.where(objects > 0, 1, 2)[::4, ::4]
    lines, samples = np.indices(labels.shape) * 4
    pixels = np.stack([np.zeros(labels.size, int), lines.ravel(), samples.ravel()], 1)
    split = split_folds(pixels, labels.ravel() - 1, 5, 4, 0, [objects])
    assert "whole objects and, where there is none, blocks of" in split.reason
    assert len(np.unique(split.units)) > 3 + 4


def test_a_class_on_one_object_cannot_be_held_out() -> None:
    objects = np.repeat([[1, 1, 2, 3]], 4, 0).repeat(20, 0).repeat(20, 1)
    pixels = np.array([[0, 3, 3], [0, 30, 9], [0, 5, 50], [0, 70, 70]])
    split = split_folds(pixels, np.array([0, 0, 1, 1]), 5, 4, 0, [objects])
    assert not split
    assert "at least two objects" in split.reason


@given(seed=st.integers(0, 40), folds=st.integers(2, 5))
def test_random_folds_divide_every_class_evenly(seed: int, folds: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = np.stack([np.zeros(70, int), *rng.integers(0, 60, (2, 70))], 1)
    targets = np.arange(70) % 3
    split = random_folds(pixels, targets, folds, seed)
    for k in range(3):
        sizes = np.bincount(split.folds[targets == k], minlength=folds)
        assert np.ptp(sizes) <= 1
    test = split.folds == 0
    np.testing.assert_array_equal(split.training(pixels, test), ~test)
    assert len(np.unique(split.units)) <= 4  # squares of 32 pixels, not single ones
    assert "no margin" in split.reason


def test_a_single_pixel_cannot_be_dealt_at_random() -> None:
    split = random_folds(np.array([[0, 0, 0], [0, 9, 9], [0, 7, 7]]), np.array([0, 1, 1]), 4, 0)
    assert not split
    assert "label at least two of every class" in split.reason
