"""Files with several arrays: what can be chosen, by the heads alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import netcdf_file, savemat

from s3fn_core.cubes.formats import open_cube, variables_of, write_envi
from s3fn_core.errors import CubeError
from tests.core.cubes.formats.test_matlab import save73

RNG = np.random.default_rng(0)
CONTENT = {
    "raw": RNG.integers(0, 4000, (12, 14, 20)).astype(np.uint16),
    "reflectance": RNG.random((12, 14, 20)),
    "dark": RNG.random((2, 14, 20)).astype(np.float32),
    "labels": np.ones((12, 14), np.uint8),
    "wavelengths": np.linspace(400, 900, 20),
    "gain": np.array(2.0),
}


def hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        for name, values in CONTENT.items():
            file[f"group/{name}"] = values


def netcdf(path: Path) -> None:
    with netcdf_file(path, "w") as file:
        for name, values in CONTENT.items():
            values = values.astype(np.int16) if values.dtype == np.uint16 else values
            dimensions = [f"{name}_{axis}" for axis in range(values.ndim)]
            for dimension, size in zip(dimensions, values.shape, strict=True):
                file.createDimension(dimension, size)
            dtype = "i1" if values.dtype == np.uint8 else values.dtype
            file.createVariable(name, dtype, dimensions)[...] = values


WRITERS: dict[str, Callable[[Path], None]] = {
    "a.mat": lambda path: savemat(path, CONTENT),
    "packed.mat": lambda path: savemat(path, CONTENT, do_compression=True),
    "new.mat": lambda path: save73(path, **CONTENT),
    "a.npz": lambda path: np.savez(path, **CONTENT),
    "packed.npz": lambda path: np.savez_compressed(path, **CONTENT),
    "a.h5": hdf5,
    "a.nc": netcdf,
}


@pytest.mark.parametrize("name", WRITERS)
def test_what_can_be_a_cube_is_listed(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    found = variables_of(path)
    short = [variable.name.removeprefix("group/") for variable in found]
    assert set(short) == {"raw", "reflectance", "dark", "labels"}
    assert set(short[:2]) == {"raw", "reflectance"}  # of the same size
    for variable, called in zip(found, short, strict=True):
        assert variable.shape == CONTENT[called].shape
        if name != "a.nc":
            assert variable.dtype == CONTENT[called].dtype
        assert variable.likely == (called != "labels")
        if called != "labels":
            cube = open_cube(path, variable=variable.name)
            np.testing.assert_array_equal(cube.read(), CONTENT[called].astype(np.float32))
    unasked = open_cube(path).data[:, :, :]
    np.testing.assert_array_equal(unasked, open_cube(path, variable=found[0].name).data[:, :, :])


def test_values_are_not_read_for_it(tmp_path: Path) -> None:
    path = tmp_path / "x.h5"
    with h5py.File(path, "w") as file:
        for name in ("a", "b"):
            file.create_dataset(name, (9000, 9000, 400), "f8", chunks=(8, 8, 400))
    assert [variable.shape for variable in variables_of(path)] == [(9000, 9000, 400)] * 2


def test_formats_with_one_array_list_none(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", CONTENT["raw"])
    write_envi(CONTENT["dark"], tmp_path / "y.hdr")
    assert variables_of(tmp_path / "x.npy") == ()
    assert variables_of(tmp_path / "y.hdr") == ()


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CubeError, match="gone"):
        variables_of(tmp_path / "gone.mat")
    for name in ("x.mat", "x.npz", "x.h5", "x.xyz"):
        (tmp_path / name).write_bytes(b"Dear Sir, this is not a cube at all." * 9)
        with pytest.raises(CubeError, match=name):
            variables_of(tmp_path / name)
