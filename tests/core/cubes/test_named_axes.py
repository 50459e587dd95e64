"""Cubes as arrays of xarray: the same values, read where they are used, at their wavelengths and places."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import xarray

from s3fn_core.cubes.cube import Cube, Georeference
from s3fn_core.errors import CubeError

VALUES = np.arange(5 * 4 * 3, dtype=np.float32).reshape(5, 4, 3)
PLACE = Georeference("LOCAL_CS[]", (2.0, 0.0, 100.0, 0.0, -2.0, 50.0))


@dataclass
class Watched:
    """An array that notes what is read of it."""

    values: np.ndarray[Any, Any] = field(default_factory=lambda: VALUES)
    read: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.values.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        kind: np.dtype[Any] = self.values.dtype
        return kind

    def __getitem__(self, key: Any) -> np.ndarray[Any, Any]:
        found: np.ndarray[Any, Any] = self.values[key]
        self.read += found.size
        return found


def cube(data: Any = VALUES) -> Cube:
    return Cube(
        data,
        "field",
        wavelengths=np.array([500.0, 600.0, 700.0]),
        good_bands=np.array([True, False, True]),
        georeference=PLACE,
        reflectance=True,
    )


def test_values_wavelengths_and_places_are_those_of_the_cube() -> None:
    found = cube().to_xarray()
    assert isinstance(found, xarray.DataArray)
    assert found.dims == ("line", "sample", "band")
    assert found.dtype == np.float32
    assert found.name == "field"
    np.testing.assert_array_equal(found.values, np.asarray(cube()))
    assert found.wavelength.values.tolist() == [500, 600, 700]
    assert found.wavelength.attrs["units"] == "nm"
    assert found.good_band.values.tolist() == [True, False, True]
    assert found.x.values.tolist() == [101, 103, 105, 107]
    assert found.y.values.tolist() == [49, 47, 45, 43, 41]
    assert found.attrs == {"long_name": "reflectance", "crs_wkt": "LOCAL_CS[]"}


@pytest.mark.parametrize(
    "key", [{"line": 2}, {"sample": slice(1, 3), "band": 2}, {"line": slice(None, None, 2), "sample": -1}]
)
def test_a_part_is_the_same_part_and_nothing_else_is_read(key: dict[str, Any]) -> None:
    watched = Watched()
    lazy = cube(watched).to_xarray()
    assert watched.read == 0
    part = lazy.isel(key)
    wanted = cube().to_xarray().load().isel(key)
    xarray.testing.assert_identical(part.compute(), wanted)
    assert watched.read < VALUES.size


def test_a_turned_image_and_one_without_anything_known_have_no_such_coordinates() -> None:
    turned = cube().with_(georeference=Georeference("LOCAL_CS[]", (1.0, 0.5, 0.0, 0.5, -1.0, 0.0)))
    assert set(turned.to_xarray().coords) == {"wavelength", "good_band"}
    assert set(Cube(VALUES, "plain").to_xarray().coords) == {"good_band"}


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(CubeError, match=r"s3fn\[xarray\]"):
        cube().to_xarray()
