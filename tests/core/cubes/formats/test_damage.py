"""Damaged files of every format end in a cube, or in an error that names the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import rasterio
import tifffile
from affine import Affine
from PIL import Image
from scipy.io import netcdf_file, savemat

from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import CubeError
from tests.core.cubes.formats.test_matlab import save73

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


def geotiff(path: Path, **profile: object) -> None:
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=8,
        width=9,
        count=12,
        dtype="uint16",
        nodata=3,
        crs="EPSG:32633",
        transform=Affine(30, 0, 3e5, 0, -30, 5e6),
        **profile,
    ) as file:
        file.write(PLANES)
        for band in file.indexes:
            file.update_tags(band, wavelength=str(WAVES[band - 1]), wavelength_units="nm")


def pages(path: Path, **options: object) -> None:
    tifffile.imwrite(path, PLANES, photometric="minisblack", **options)


def matlab(path: Path, **options: object) -> None:
    content = {"cube": VALUES, "wavelength": WAVES, "name": "scene", "cell": np.array([1, "b"], "O")}
    savemat(path, content, **options)


def image(path: Path) -> None:
    Image.fromarray(PLANES[0]).save(path)
    Image.fromarray(PLANES[1]).save(path.with_name("second.png"))


WRITERS: dict[str, Callable[[Path], None]] = {
    "a.h5": hdf5,
    "a.nc": classic,
    "a.npy": lambda path: np.save(path, VALUES),
    "a.npz": lambda path: np.savez(path, cube=VALUES, wavelength=WAVES),
    "a.mat": matlab,
    "packed.mat": lambda path: matlab(path, do_compression=True),
    "old.mat": lambda path: savemat(path, {"Y": VALUES.reshape(72, 12)}, format="4"),
    "new.mat": lambda path: save73(path, cube=VALUES, wavelength=WAVES),
    "a.tif": geotiff,
    "packed.tif": lambda path: geotiff(
        path, compress="deflate", tiled=True, blockxsize=16, blockysize=16, interleave="pixel"
    ),
    "pages.tif": pages,
    "packed_pages.tif": lambda path: pages(path, compression="zlib"),
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


# rasterio stumbles over damaged texts as it logs them.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.qt_no_exception_capture
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
    assert refused >= MUTATIONS // 20


@pytest.mark.parametrize("name", ["a.tif", "packed.tif", "pages.tif", "packed_pages.tif"])
def test_a_tiff_that_promises_an_image_without_end(tmp_path: Path, name: str) -> None:
    """Width, length, samples, and the sizes of strips and tiles; GDAL would read for minutes."""
    path = tmp_path / name
    WRITERS[name](path)
    whole = path.read_bytes()
    refused = 0
    for tag in (256, 257, 277, 278, 322, 323):
        for size in (60_000, 2**31 - 1):
            path.write_bytes(whole)
            with tifffile.TiffFile(path, mode="r+b") as file:
                stated = file.pages.first.tags.get(tag)
                if stated is None or (stated.dtype == 3 and size > 65_535):
                    continue  # it has no such tag, or one that cannot say this
                stated.overwrite(size)
            try:
                cube = open_cube(path)
            except CubeError as error:
                refused += name in str(error)
            else:  # the rows of a strip may be more than there are
                assert cube.shape == VALUES.shape
    assert refused >= 2


def test_a_heap_on_which_hdf5_goes_round_for_ever(tmp_path: Path) -> None:
    """The unit of the wavelengths is a text in a heap, with an object of no size."""
    path = tmp_path / "a.h5"
    hdf5(path)
    content = bytearray(path.read_bytes())
    heap = content.index(b"GCOL\x01")
    for place in range(heap + 16, heap + 4096, 8):  # sizes of objects, among other things
        changed = bytearray(content)
        changed[place : place + 8] = bytes(8)
        path.write_bytes(changed)
        try:
            open_cube(path).read()
        except CubeError as error:
            assert "a.h5" in str(error)  # noqa: PT017 (either way is right)


def test_a_header_that_never_ends(tmp_path: Path) -> None:
    header = b"{'descr': '<f8', 'shape': (2, 3, (\n"
    (tmp_path / "x.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    with pytest.raises(CubeError, match=r"x\.npy"):
        open_cube(tmp_path / "x.npy")
