"""Maps of objects on their way to other programs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.cube import Georeference
from s3fn_core.errors import LabelError
from s3fn_core.labels.exchange import read_objects, write_objects


@pytest.mark.parametrize("name", ["o.tif", "o.hdr", "o.npy"])
@pytest.mark.parametrize("highest", [3, 300, 70_000])
def test_numbers_come_back_whatever_their_size(tmp_path: Path, name: str, highest: int) -> None:
    objects = np.zeros((5, 7), np.int32)
    objects[1:3, 2:5] = highest
    write_objects(objects, tmp_path / name)
    np.testing.assert_array_equal(read_objects(tmp_path / name, shape=(5, 7)), objects)


def test_a_geotiff_keeps_its_place(tmp_path: Path) -> None:
    import rasterio

    place = Georeference(rasterio.CRS.from_epsg(32632).to_wkt(), (30.0, 0, 5e5, 0, -30.0, 5e6))
    write_objects(np.ones((2, 3), np.int32), tmp_path / "o.tif", place)
    with rasterio.open(tmp_path / "o.tif") as file:
        assert file.crs.to_epsg() == 32632
        assert tuple(file.transform)[:6] == place.transform


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"\.bmp"):
        write_objects(np.ones((2, 3), int), tmp_path / "o.bmp")
    with pytest.raises(LabelError, match="renumber"):
        write_objects(np.full((2, 3), -1), tmp_path / "o.tif")
    with pytest.raises(LabelError, match="cannot be written"):
        write_objects(np.ones((2, 3), int), tmp_path / "missing" / "o.npy")
