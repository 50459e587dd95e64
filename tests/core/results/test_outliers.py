"""Pixels that do not look like their class are found; the others are left in peace."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.regions import label_regions
from s3fn_core.progress import run
from s3fn_core.results.outliers import find_outliers

BANDS = 20


def scene() -> tuple[Cube, np.ndarray]:
    generator = np.random.default_rng(4)
    rise, fall = np.linspace(0.1, 0.7, BANDS), np.linspace(0.7, 0.1, BANDS)
    brightness = generator.uniform(0.4, 1.0, (30, 40, 1))
    left = np.arange(40)[None, :, None] < 20
    data = np.where(left, rise, fall) * brightness + generator.normal(0, 0.005, (30, 40, BANDS))
    ids = np.zeros((30, 40), np.uint8)
    ids[5:15, 5:15] = 1
    ids[5:15, 25:35] = 2
    return Cube(data.astype(np.float32), "scene"), ids


def test_slips_of_the_brush_are_found() -> None:
    cube, ids = scene()
    assert len(run(find_outliers(cube, ids)).lines) <= 2  # shading is not an outlier
    ids[20, 22:25] = 1  # three pixels of the other material
    found = run(find_outliers(cube, ids))
    assert {(20, 22), (20, 23), (20, 24)} <= set(zip(found.lines, found.samples, strict=True))
    assert len(found.lines) <= 5
    assert (np.diff(found.angles) <= 0).all()
    assert set(found.limits) == {1, 2}


def test_missing_spectra_come_first_and_small_classes_are_passed_over() -> None:
    cube, ids = scene()
    data = np.array(cube.data)
    data[6, 6] = np.nan
    data[7, 7] = 0
    ids[28, 1:4] = 3
    found = run(find_outliers(Cube(data, "holes"), ids))
    assert {(6, 6), (7, 7)} == set(zip(found.lines[:2], found.samples[:2], strict=True))
    assert 3 not in found.limits


def test_no_labels_no_outliers() -> None:
    cube, ids = scene()
    found = run(find_outliers(cube, np.zeros_like(ids)))
    assert not len(found.lines)
    assert not found.limits


def test_regions_are_connected_and_of_one_class() -> None:
    ids = np.array([[1, 1, 0, 2], [0, 2, 0, 0], [2, 0, 0, 1]], np.uint8)
    numbers, classes = label_regions(ids)
    assert numbers.tolist() == [[1, 1, 0, 2], [0, 3, 0, 0], [3, 0, 0, 4]]
    assert classes.tolist() == [0, 1, 2, 2, 1]
    assert label_regions(np.zeros((2, 2), np.uint8))[1].tolist() == [0]
