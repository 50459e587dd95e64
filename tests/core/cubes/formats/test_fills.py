"""Fill values that no file declares: what is absurd for it is missing, and what is not stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.mapped import MappedArray
from s3fn_core.cubes.simulate import simulate

REFLECTANCE = simulate("fruit", lines=32, samples=32).cube.read()[:24, :20, :30].clip(0.001)
DN = np.round(REFLECTANCE * 10_000).astype(np.uint16)


def filled(values: np.ndarray, fill: float, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Values with a fill, and what should come of them."""
    stored, expected = values.copy(), values.astype(np.float64)
    place: Any = {
        "corner": np.s_[0, :3],
        "swath": np.s_[:, :14],
        "one": np.s_[5, 6, 7],
        "bands": np.s_[2:9, :, 3],
    }
    stored[place[where]], expected[place[where]] = fill, np.nan
    return stored, expected


def check(path: Path, expected: np.ndarray) -> None:
    cube = open_cube(path)
    np.testing.assert_allclose(cube.read(), expected, rtol=1e-6)
    assert any("missing" in note for note in cube.notes), cube.notes


@pytest.mark.parametrize("fill", [9.969209968386869e36, -3.4028234663852886e38, 1e20, -9999, -1e34, 12345.0])
@pytest.mark.parametrize("where", ["corner", "swath", "one", "bands"])
def test_numbers_of_another_size(tmp_path: Path, fill: float, where: str) -> None:
    stored, expected = filled(REFLECTANCE.astype(np.float32), fill, where)
    np.save(tmp_path / "x.npy", stored)
    check(tmp_path / "x.npy", expected)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["cube"] = stored.astype(np.float64)
    check(tmp_path / "x.h5", expected)


@pytest.mark.parametrize("where", ["corner", "swath"])
@pytest.mark.parametrize(
    ("fill", "kind"), [(65535, "u2"), (-9999, "i2"), (-32768, "i2"), (-99, "f4"), (-1, "f4")]
)
def test_numbers_that_fill_pixels(tmp_path: Path, fill: float, kind: str, where: str) -> None:
    values = REFLECTANCE if kind == "f4" else DN
    stored, expected = filled(values.astype(kind), fill, where)
    cube = open_cube(write_envi(stored, tmp_path / "x.hdr"))
    assert cube.nodata == fill
    assert isinstance(cube.data, MappedArray)  # and editable like any other no-data value
    np.testing.assert_allclose(cube.read(), expected, rtol=1e-6)


def test_several_at_once_beside_a_declared_one(tmp_path: Path) -> None:
    stored, expected = filled(REFLECTANCE.astype(np.float32), 1e20, "corner")
    stored[10], stored[11], stored[12, 4] = -9999, 1e35, -555
    expected[10], expected[11], expected[12, 4] = np.nan, np.nan, np.nan
    write_envi(stored, tmp_path / "x.hdr", metadata={"data ignore value": -555})
    check(tmp_path / "x.hdr", expected)


def test_beyond_what_was_looked_at(tmp_path: Path) -> None:
    stored = np.tile(REFLECTANCE, (10, 10, 2)).astype(np.float32)
    expected = stored.astype(np.float64)
    for line, fill in ((0, 1e20), (1, 7e19), (3, -5e25)):
        stored[line, 3], expected[line, 3] = fill, np.nan
    check(write_envi(stored, tmp_path / "x.hdr"), expected)


@pytest.mark.parametrize("kind", ["glint", "dark", "saturated", "labels", "zero", "negative"])
def test_what_was_measured_stays(tmp_path: Path, kind: str) -> None:
    stored = DN.astype(np.int32)
    if kind == "glint":
        stored[4, 5] *= 40
    elif kind == "dark":
        stored = np.random.default_rng(0).poisson(100, DN.shape)
        stored[3, 3, 3] = 65535  # a hot element
    elif kind == "saturated":
        stored[4:8, 5:9, :20] = 65535
    elif kind == "labels":
        stored = np.arange(DN.size).reshape(DN.shape) % 9
        stored[2] = 100
    elif kind == "zero":
        stored[:9] = 0
    else:
        stored[stored < 300] -= 400
    cube = open_cube(write_envi(stored.astype(np.int32), tmp_path / "x.hdr"))
    np.testing.assert_array_equal(cube.read(), stored.astype(np.float32))
    assert cube.notes == ()


@pytest.mark.parametrize("fill", [-1, -99])
def test_a_negative_number_that_is_all_of_some_pixels(tmp_path: Path, fill: int) -> None:
    stored = np.random.default_rng(3).integers(300, 6000, (12, 10, 6)).astype(np.int16)
    stored[3, 4:7] = fill
    np.save(tmp_path / "x.npy", stored)
    cube = open_cube(tmp_path / "x.npy")
    np.testing.assert_array_equal(np.isnan(cube.read()), stored == fill)
    assert any("counts as missing" in note for note in cube.notes)
    stored[3, 4:7, 0] = 400  # a dark value of some bands
    np.save(tmp_path / "y.npy", stored)
    assert not np.isnan(open_cube(tmp_path / "y.npy").read()).any()


@pytest.mark.parametrize("fill", [-32767, -9999])
def test_a_usual_mark_counts_where_it_stands_once(tmp_path: Path, fill: int) -> None:
    stored = np.random.default_rng(3).integers(300, 6000, (12, 10, 6)).astype(np.int16)
    stored[3, 4, 2] = fill
    np.save(tmp_path / "x.npy", stored)
    np.testing.assert_array_equal(np.isnan(open_cube(tmp_path / "x.npy").read()), stored == fill)
