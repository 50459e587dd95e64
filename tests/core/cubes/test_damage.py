"""Damaged HDF5, NetCDF, NumPy and PNG files end in a cube, or in an error that names the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image
from scipy.io import netcdf_file

from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import CubeError

MUTATIONS = 120
VALUES = np.random.default_rng(0).integers(0, 4000, (8, 9, 12)).astype(np.uint16)
PLANES = np.ascontiguousarray(np.moveaxis(VALUES, 2, 0))
WAVES = np.linspace(400, 900, 12)


def hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("g/cube", data=VALUES, chunks=(4, 4, 12), compression="gzip")
        file["g/cube"].attrs["_FillValue"] = np.int16(3)
        file["g/wavelength"] = WAVES
        file["g/wavelength"].attrs["units"] = "nm"


def classic(path: Path) -> None:
    with netcdf_file(path, "w") as file:
        for name, size in zip("byx", PLANES.shape, strict=True):
            file.createDimension(name, size)
        cube = file.createVariable("cube", "f4", ("b", "y", "x"))
        cube[:], cube.scale_factor = PLANES, 0.5
        file.createVariable("wavelength", "f8", ("b",))[:] = WAVES


def image(path: Path) -> None:
    Image.fromarray(PLANES[0]).save(path)
    Image.fromarray(PLANES[1]).save(path.with_name("second.png"))


WRITERS: dict[str, Callable[[Path], None]] = {
    "a.h5": hdf5,
    "a.nc": classic,
    "a.npy": lambda path: np.save(path, VALUES),
    "a.npz": lambda path: np.savez(path, cube=VALUES, wavelength=WAVES),
    "first.png": image,
}


def mutated(whole: bytes, kind: int, random: np.random.Generator) -> bytes:
    """Cut it, change single bytes of its head, or overwrite a stretch."""
    content = bytearray(whole)
    if kind == 0:
        return bytes(content[: random.integers(0, len(content))])
    if kind == 1:
        for place in random.integers(0, min(len(content), 1500), random.integers(1, 6)):
            content[place] = random.integers(0, 256)
    else:
        start = int(random.integers(0, len(content) - 40))
        size = int(random.integers(1, 40))
        content[start : start + size] = random.bytes(size)
    return bytes(content)


@pytest.mark.parametrize("name", WRITERS)
def test_damage_ends_in_a_cube_or_an_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    target = tmp_path if name == "first.png" else path
    assert open_cube(target).read().size
    whole = path.read_bytes()
    random = np.random.default_rng(7)
    refused, unnamed = 0, list[str]()
    for index in range(MUTATIONS):
        path.write_bytes(mutated(whole, index % 3, random))
        try:
            cube = open_cube(target)
            assert np.isfinite(cube.spectrum(0, 0)).size == cube.bands
            if cube.lines * cube.samples * cube.bands < 10**6:
                cube.read()
        except CubeError as error:
            refused += 1
            unnamed += [] if name in str(error) or str(target) in str(error) else [str(error)]
    assert not unnamed
    assert refused >= MUTATIONS // 10


def test_a_header_that_never_ends(tmp_path: Path) -> None:
    header = b"{'descr': '<f8', 'shape': (2, 3, (\n"
    (tmp_path / "x.npy").write_bytes(
        b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    )
    with pytest.raises(CubeError, match=r"x\.npy"):
        open_cube(tmp_path / "x.npy")
