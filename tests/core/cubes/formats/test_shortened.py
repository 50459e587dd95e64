"""A file that gets shorter while its cube is open is an error that says so, in every format.

The reading happens in a process of its own, since a memory map would end it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
import tifffile
from PIL import Image

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.mapped import MappedArray
from s3fn_core.cubes.treating.mask import apply_mask
from s3fn_core.errors import CubeError

SHAPE = (24, 20, 30)
WAVES = np.linspace(450, 1030, 30)
VALUES = np.random.default_rng(0).integers(1, 10_000, SHAPE).astype(np.uint16)


def netcdf(path: Path) -> None:
    with scipy.io.netcdf_file(path, "w") as file:
        for name, size in zip("yxb", SHAPE, strict=True):
            file.createDimension(name, size)
        file.createVariable("cube", "i2", tuple("yxb"))[:] = VALUES.astype(np.int16)


def hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["cube"] = VALUES


def stack(path: Path) -> None:
    path.mkdir()
    for number, band in enumerate(VALUES.transpose(2, 0, 1)):
        Image.fromarray(band).save(path / f"band{number:02}.png")


WRITERS: dict[str, Callable[[Path], object]] = {
    "bil.hdr": lambda path: write_envi(VALUES, path, WAVES, interleave="bil"),
    "bip.hdr": lambda path: write_envi(VALUES, path, WAVES, interleave="bip"),
    "bsq.hdr": lambda path: write_envi(VALUES, path, WAVES, interleave="bsq"),
    "gains.hdr": lambda path: write_envi(
        VALUES, path, WAVES, metadata={"data gain values": list(np.linspace(1, 2, 30))}
    ),
    "nameless.hdr": lambda path: write_envi(VALUES, path, np.where(np.arange(30) == 15, 0, WAVES)),
    "array.npy": lambda path: np.save(path, VALUES),
    "columns.npy": lambda path: np.save(path, np.asfortranarray(VALUES)),
    "list.npy": lambda path: np.save(path, VALUES.reshape(-1, 30)),
    "stored.npz": lambda path: np.savez(path, cube=VALUES),
    "plain.mat": lambda path: scipy.io.savemat(path, {"cube": VALUES}),
    "four.mat": lambda path: scipy.io.savemat(path, {"cube": VALUES.reshape(-1, 30)}, format="4"),
    "planes.tif": lambda path: tifffile.imwrite(path, VALUES.transpose(2, 0, 1), photometric="minisblack"),
    "packed.tif": lambda path: tifffile.imwrite(path, VALUES.transpose(2, 0, 1), compression="zlib"),
    "classic.nc": netcdf,
    "group.h5": hdf5,
    "stack": stack,
}
MAPPED = [name for name in WRITERS if name.endswith((".hdr", ".npy", ".npz", ".mat"))]

READ = """
import json, sys
from pathlib import Path
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import CubeError
cube = open_cube(sys.argv[1])
lines, samples, bands = cube.shape
cube.band(1)
for file in json.loads(sys.argv[2]):
    with open(file, "r+b") as opened:
        opened.truncate(int(Path(file).stat().st_size * float(sys.argv[3])))
whole = slice(None)
for look in (
    lambda: cube.read(),
    lambda: cube.band(bands - 1),
    lambda: cube.spectrum(lines - 1, samples - 1),
    lambda: cube.window(slice(lines - 2, lines), whole, [0, bands - 1]),
    lambda: cube.data[lines - 1, samples - 1, bands - 1],
    lambda: cube.data[:, 3],
):
    try:
        look()
        print("read")
    except CubeError as error:
        print(error)
"""


def written(folder: Path, name: str) -> tuple[Path, list[Path]]:
    """The cube's path, and the files that hold its values."""
    path = folder / name
    WRITERS[name](path)
    if path.is_dir():
        return path, sorted(path.iterdir())
    return path, [path.with_suffix(".img") if path.suffix == ".hdr" else path]


@pytest.mark.parametrize("share", ["0.5", "0"])
@pytest.mark.parametrize("name", WRITERS)
def test_what_is_missing_is_said(name: str, share: str, tmp_path: Path) -> None:
    path, files = written(tmp_path, name)
    told = subprocess.run(
        [sys.executable, "-c", READ, str(path), json.dumps([str(file) for file in files]), share],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[4],
    )
    assert told.returncode == 0, told.stderr
    said = told.stdout.splitlines()
    assert len(said) == 6
    assert any(str(path.stem) in line for line in said)
    if name in MAPPED:
        assert all("shorter" in line for line in said)


def test_a_large_map_is_looked_at_before_it_is_touched(tmp_path: Path) -> None:
    path = write_envi(np.zeros((256, 512, 64), np.uint16), tmp_path / "large.hdr", interleave="bip")
    cube = open_cube(path)
    with path.with_suffix(".img").open("r+b") as file:
        file.truncate(4096)
    with pytest.raises(CubeError, match=r"large\.img has become shorter"):
        cube.band(60)
    with pytest.raises(CubeError, match="shorter"):
        apply_mask(cube, np.ones(cube.shape[:2], np.int32)).spectrum(200, 200)


@pytest.mark.parametrize("interleave", ["bil", "bip", "bsq"])
def test_a_file_that_is_copied_again_and_again_never_ends_the_process(
    interleave: str, tmp_path: Path
) -> None:
    path = write_envi(VALUES, tmp_path / "scene.hdr", interleave=interleave)
    data = path.with_suffix(".img")
    content, cube, done = data.read_bytes(), open_cube(path), threading.Event()

    def copy() -> None:
        while not done.is_set():
            data.write_bytes(content)

    copying = threading.Thread(target=copy)
    copying.start()
    failed = 0
    for number in range(3000):
        try:
            cube.band(number % 30), cube.spectrum(number % 24, 3), cube.read()
        except CubeError:
            failed += 1
    done.set()
    copying.join()
    np.testing.assert_array_equal(cube.data[:, :, :], VALUES)
    print(f"{failed} of 3000 readings failed")


@pytest.fixture(params=["bil", "bip", "bsq"], scope="module")
def mapped(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Cube, np.ndarray]:
    """A cube that is larger than what is read at once, and its values."""
    values = np.random.default_rng(1).integers(0, 9, (40, 700, 90)).astype(">u2")
    path = tmp_path_factory.mktemp("mapped") / "scene.hdr"
    write_envi(values.astype(np.uint16), path, interleave=request.param, byte_order=1)
    return open_cube(path), values


@pytest.mark.parametrize(
    "key",
    [
        np.s_[:, :, :],
        np.s_[...],
        np.s_[3],
        np.s_[-1, 2:5],
        np.s_[:, :, 7],
        np.s_[:, :, [7]],
        np.s_[:, :, [3, 50, 80]],
        np.s_[:, :, 5:60],
        np.s_[10:20, :, ::-1],
        np.s_[::3, ::2, ::5],
        np.s_[5:5, :, :],
        np.s_[39, 699, 89],
        np.s_[:, 600:, 1],
    ],
)
def test_every_window_is_what_numpy_gives(key: object, mapped: tuple[Cube, np.ndarray]) -> None:
    cube, values = mapped
    assert isinstance(cube.data, MappedArray)
    found = cube.data[key]
    np.testing.assert_array_equal(found, values[key])  # type: ignore[index]
    np.testing.assert_array_equal(np.asarray(cube.data), values)


def test_files_are_closed_with_their_cube(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", VALUES)
    handles = Path("/proc/self/fd")
    if not handles.is_dir():
        pytest.skip("needs /proc")
    before = len(list(handles.iterdir()))
    for _ in range(20):
        open_cube(tmp_path / "a.npy").band(2)
    assert len(list(handles.iterdir())) <= before + 1
