"""Damaged label files end in a label map or in an error that names the file."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import tifffile

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange import WRITTEN_SUFFIXES, read_label_file, write_labels
from s3fn_core.labels.rasters import quiet_rasterio

MUTATIONS = 200  # `make fuzz` reads many more
MEMORY = 64 << 20
SHAPE = (12, 17)
CLASSES = ClassSet().added("soil").added("Wälder").added("water")
IDS = np.random.default_rng(3).integers(0, 4, SHAPE).astype(np.uint8)


def mutated(whole: bytes, kind: int, random: np.random.Generator) -> bytes:
    """Cut it, change single bytes, overwrite a stretch, or repeat one."""
    content = bytearray(whole)
    start = int(random.integers(0, len(content)))
    size = int(random.integers(1, 40))
    if kind == 0:
        return bytes(content[:start])
    if kind == 1:
        for place in random.integers(0, min(len(content), 1500), random.integers(1, 6)):
            content[place] = random.integers(0, 256)
    elif kind == 2:
        content[start : start + size] = random.bytes(size)
    else:
        content[start:start] = content[start : start + size]
    return bytes(content)


@pytest.mark.filterwarnings("ignore")  # libraries warn of what they find
@pytest.mark.qt_no_exception_capture  # rasterio fails to log what GDAL says of broken text
@pytest.mark.parametrize("sized", [True, False], ids=["of a cube", "alone"])
@pytest.mark.parametrize("suffix", WRITTEN_SUFFIXES)
def test_damage_ends_in_a_map_or_an_error(suffix: str, sized: bool, tmp_path: Path) -> None:
    path = tmp_path / f"map{suffix}"
    write_labels(IDS, path, CLASSES)
    assert read_label_file(path, shape=SHAPE).ids.any()
    files = list(tmp_path.iterdir())
    wholes = {file: file.read_bytes() for file in files}
    random = np.random.default_rng(7)
    refused, unnamed = 0, list[str]()
    tracemalloc.start()
    for index in range(MUTATIONS // 2):
        victim = files[index % len(files)]
        victim.write_bytes(mutated(wholes[victim], index // len(files) % 4, random))
        try:
            read = read_label_file(path, shape=SHAPE if sized else None)
            assert not sized or read.ids.shape == SHAPE
        except LabelError as error:
            refused += 1
            unnamed += [] if path.name in str(error) else [str(error)]
        victim.write_bytes(wholes[victim])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not unnamed
    assert refused >= MUTATIONS // 40
    assert peak < MEMORY


@pytest.mark.filterwarnings("ignore")
@pytest.mark.qt_no_exception_capture
@pytest.mark.parametrize("flips", [1, 2])
@pytest.mark.parametrize("suffix", [".tif", ".png", ".h5"])
def test_no_flipped_bits_change_ids_where_the_format_has_a_checksum(
    suffix: str, flips: int, tmp_path: Path
) -> None:
    path = tmp_path / f"map{suffix}"
    write_labels(IDS, path, CLASSES)
    whole = path.read_bytes()
    cases = np.random.default_rng(1).integers(0, 8 * len(whole), (400, flips)).tolist()
    if suffix == ".tif":
        cases += [[8 * whole.index(bytes([tag, 1, 3, 0])) + bit] for tag in (2, 3, 83) for bit in range(16)]
    for case in cases:
        damaged = bytearray(whole)
        for bit in case:
            damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            ids = read_label_file(path, shape=SHAPE).ids
        except LabelError:
            continue
        np.testing.assert_array_equal(ids, IDS)


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "zlib", "rowsperstrip": 5},
        {"compression": "zlib", "tile": (16, 16)},
        {"tile": (16, 32)},
        {"rowsperstrip": 7},
        {"bigtiff": True},
        {"byteorder": ">"},
    ],
    ids=repr,
)
@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_whole_files_of_other_programs_are_read(options: dict[str, Any], dtype: str, tmp_path: Path) -> None:
    ids = np.random.default_rng(2).integers(0, 4, (37, 45)).astype(dtype)
    tifffile.imwrite(tmp_path / "x.tif", ids, photometric="minisblack", **options)
    np.testing.assert_array_equal(read_label_file(tmp_path / "x.tif", shape=ids.shape).ids, ids)


def test_a_heap_without_end_is_refused(tmp_path: Path) -> None:
    """Without the check of the heaps HDF5 would never come back from this file."""
    path = tmp_path / "map.h5"
    write_labels(IDS, path, CLASSES)
    content = bytearray(path.read_bytes())
    place = content.index(b"GCOL") + 16
    while any(content[place : place + 2]):
        size = int.from_bytes(content[place + 8 : place + 16], "little")
        place += 16 + -(-size // 8) * 8
    content[place + 8 : place + 16] = bytes(8)  # the free rest has no size
    path.write_bytes(content)
    with pytest.raises(LabelError, match=r"map\.h5 .*heap of texts is damaged"):
        read_label_file(path, shape=SHAPE)


@pytest.mark.parametrize(
    "options",
    [
        {"compress": "lzw"},
        {"compress": "deflate", "predictor": 2, "tiled": True, "blockxsize": 16, "blockysize": 16},
        {"compress": "deflate", "sparse_ok": True, "blockysize": 4},
        {"compress": "packbits", "interleave": "band"},
        {"nbits": 4},
        {"nbits": 2, "compress": "deflate"},
    ],
    ids=repr,
)
def test_whole_files_of_gdal_are_read(options: dict[str, Any], tmp_path: Path) -> None:
    ids = np.random.default_rng(2).integers(0, 4, (37, 45)).astype(np.uint8)
    ids[8:16] = 0  # strips that a sparse file leaves out
    profile = {"driver": "GTiff", "count": 1, "dtype": "uint8", "height": 37, "width": 45}
    with quiet_rasterio(), rasterio.open(tmp_path / "x.tif", "w", **profile, **options) as target:
        target.write(ids, 1)
    np.testing.assert_array_equal(read_label_file(tmp_path / "x.tif", shape=ids.shape).ids, ids)
