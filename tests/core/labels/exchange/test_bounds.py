"""Label files that would take all memory or time, or read other files, end at once."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import rasterio
from PIL import Image
from scipy.io import savemat

from s3fn_core.errors import LabelError
from s3fn_core.labels.exchange import read_label_file

SHAPE = (12, 17)
IDS = np.random.default_rng(3).integers(0, 4, SHAPE).astype(np.uint8)
SIDE = 20_000
LONGEST_S, MOST_BYTES = 10, 300 << 20  # of a computer that is busy; the bombs are 400 MB
# (SciPy unpacks 128 KB at once, of which up to 130 MB come.)


@pytest.fixture(scope="module")
def nothing() -> np.ndarray:
    return np.zeros((SIDE, SIDE), np.uint8)


def tiff(path: Path, values: np.ndarray) -> None:
    size = {"height": values.shape[0], "width": values.shape[1]}
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype="uint8", compress="deflate", **size
    ) as target:
        target.write(values, 1)


def png(path: Path, values: np.ndarray) -> None:
    Image.fromarray(values).save(path)


def hdf5(path: Path, values: np.ndarray) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("exported_data", values.shape, "u1", chunks=(1000, 1000), compression="gzip")


def matlab(path: Path, values: np.ndarray) -> None:
    savemat(path, {"labels": values}, do_compression=True)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("write", [tiff, png, hdf5, matlab])
def test_a_map_that_swells_is_not_unpacked_for_a_small_cube(
    write: Callable[[Path, np.ndarray], None], nothing: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / f"x.{ {tiff: 'tif', png: 'png', hdf5: 'h5', matlab: 'mat'}[write] }"
    write(path, nothing)
    assert path.stat().st_size < 2 << 20
    started = time.perf_counter()
    tracemalloc.start()
    try:
        with pytest.raises(LabelError, match=path.name):
            read_label_file(path, shape=SHAPE)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - started < LONGEST_S


def test_what_swells_beside_a_map_is_not_unpacked(nothing: np.ndarray, tmp_path: Path) -> None:
    beside = {"class_ids": [1], "class_names": nothing}
    savemat(tmp_path / "x.mat", {"labels": IDS} | beside, do_compression=True)
    tracemalloc.start()
    read = read_label_file(tmp_path / "x.mat", shape=SHAPE)
    assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    tracemalloc.stop()
    np.testing.assert_array_equal(read.ids, IDS)


def test_counting_takes_no_more_than_the_map(nothing: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", nothing)
    tracemalloc.start()
    read_label_file(tmp_path / "x.npy")
    assert tracemalloc.get_traced_memory()[1] < 2 * nothing.nbytes
    tracemalloc.stop()


@pytest.mark.parametrize("deep", [100, 2000])
def test_groups_without_end_take_no_time(deep: int, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["map"] = IDS
        group = file
        for _ in range(deep):
            group = group.create_group("g")
        for number in range(20):
            group[f"{number}"] = file["g"]  # and round again
            file["g"][f"{number}"] = file
    started = time.perf_counter()
    np.testing.assert_array_equal(read_label_file(tmp_path / "x.h5", shape=SHAPE).ids, IDS)
    assert time.perf_counter() - started < LONGEST_S


@pytest.mark.parametrize("name", ["exported_data", "map"])
def test_no_other_file_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"1" * IDS.size)
    with h5py.File(tmp_path / "outer.h5", "w") as file:
        file.create_dataset(name, SHAPE, "u1", external=[(str(tmp_path / "secret"), 0, IDS.size)])
    with pytest.raises(LabelError, match="in other files"):
        read_label_file(tmp_path / "outer.h5", shape=SHAPE)
    with h5py.File(tmp_path / "inner.h5", "w") as file:
        file[name] = IDS
    with h5py.File(tmp_path / "linked.h5", "w") as file:
        file[name] = h5py.ExternalLink(str(tmp_path / "inner.h5"), name)
    with pytest.raises(LabelError, match="has no data set"):
        read_label_file(tmp_path / "linked.h5", shape=SHAPE)
    layout = h5py.VirtualLayout(SHAPE, "u1")
    layout[:] = h5py.VirtualSource(str(tmp_path / "inner.h5"), name, SHAPE, "u1")
    with h5py.File(tmp_path / "virtual.h5", "w") as file:
        file.create_virtual_dataset(name, layout)
    with pytest.raises(LabelError, match="in other files"):
        read_label_file(tmp_path / "virtual.h5", shape=SHAPE)
