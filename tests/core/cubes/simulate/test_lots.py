"""Trays of a lot: counts that calibrate to what lies there, and truth that is exact."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.simulate.detector import LARGEST, Detector, drift
from s3fn_core.cubes.simulate.lots import FOREIGN, SAMPLES, SENSOR, TRAY, LotTray, lot_tray
from s3fn_core.cubes.treating.calibrate import Calibration, reflectance
from s3fn_core.cubes.treating.references import Reference


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector.of(SENSOR, SAMPLES, np.random.default_rng(0), dead=0.003)


@pytest.fixture(scope="module")
def tray(detector: Detector) -> LotTray:
    return lot_tray(detector, (0, 1), foreign=2)


def calibrated(tray: LotTray) -> np.ndarray:
    white, dark = (
        Reference.of_cube(Cube(counts, name, wavelengths=SENSOR.wavelengths))
        for counts, name in ((tray.white, "white"), (tray.dark, "dark"))
    )
    return reflectance(tray.cube, Calibration(white, dark, maximum=LARGEST)).read()


def test_objects_are_17_to_26_pixels_wide_and_some_are_strange(tray: LotTray) -> None:
    numbers = np.unique(tray.objects[tray.objects > 0])
    assert len(numbers) == 20
    for number in numbers:
        mask = tray.objects == number
        assert len(np.unique(tray.truth[mask])) == 1
        assert (tray.truth[mask][0] == 0) == (number in tray.foreign)
        long = max(np.ptp(np.argwhere(mask), axis=0)) + 1
        assert 16 <= long <= 26
    assert set(tray.foreign.values()) <= set(FOREIGN)


def test_spots_are_1_to_5_per_cent_of_a_fruit(tray: LotTray) -> None:
    spotted = np.unique(tray.objects[tray.spots])
    assert 2 <= len(spotted) <= 15
    for number in spotted:
        mask = tray.objects == number
        assert 0.005 < tray.spots[mask].mean() <= 0.06
        assert number not in tray.foreign


def test_counts_calibrate_to_reflectance(tray: LotTray, detector: Detector) -> None:
    values = calibrated(tray)
    background = values[tray.objects == 0]
    assert np.nanmean(background) == pytest.approx(TRAY, abs=0.002)
    fruit = values[tray.truth > 0]
    assert 0.1 < np.nanmean(fruit) < 0.6


def test_dead_elements_give_the_same_count_whatever_they_see(tray: LotTray, detector: Detector) -> None:
    counts = np.asarray(tray.cube.data)
    assert 0.001 < detector.dead.mean() < 0.006
    assert np.ptp(counts[:, detector.dead], axis=0).max() == 0
    assert (np.ptp(counts[:, ~detector.dead], axis=0) > 0).all()


def test_lamps_drift_by_3_per_cent_at_most() -> None:
    for seed in range(5):
        changed = drift(80, 0.03, np.random.default_rng(seed))
        assert np.abs(changed - 1).max() == pytest.approx(0.03)
    np.testing.assert_array_equal(drift(80, 0.0, np.random.default_rng(0)), 1)
