"""Files that would take all memory or time end in one clear error, at once."""

from __future__ import annotations

import os
import time
import tracemalloc
from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from s3fn_core.cubes.formats import open_cube, variables_of
from s3fn_core.errors import CubeError
from tests.core.cubes.formats.envi.envi_bytes import text

LONGEST_S, MOST_BYTES = 20, 64 << 20  # of a computer that is busy; the bombs are 512 MB


def refused(path: Path, match: str) -> None:
    started = time.perf_counter()
    tracemalloc.start()
    try:
        with pytest.raises(CubeError, match=match):
            open_cube(path)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - started < LONGEST_S


@pytest.fixture(scope="module")
def nothing() -> np.ndarray:
    return np.zeros((512, 1024, 1024), np.uint8)


def test_an_archive_that_swells(tmp_path: Path, nothing: np.ndarray) -> None:
    np.savez_compressed(tmp_path / "x.npz", cube=nothing)
    refused(tmp_path / "x.npz", r"x\.npz.*which no measured cube does")


def test_a_matlab_file_that_swells(tmp_path: Path, nothing: np.ndarray) -> None:
    savemat(tmp_path / "x.mat", {"cube": nothing}, do_compression=True)
    refused(tmp_path / "x.mat", r"x\.mat.*which no measured cube does")


@pytest.mark.parametrize("suffix", ["h5", "mat"])
def test_a_matrix_that_swells(tmp_path: Path, suffix: str) -> None:
    with h5py.File(tmp_path / f"x.{suffix}", "w") as file:
        file.create_dataset("cube", (10**7, 200), "f8", chunks=(1000, 200), compression="gzip")
    refused(tmp_path / f"x.{suffix}", "which no measured cube does")


def test_a_scene_of_a_million_by_a_million(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("cube", (10**6, 10**6, 30), "u2", chunks=(16, 16, 30))
    refused(tmp_path / "x.h5", r"x\.h5 states 1000000 x 1000000 pixels")
    header = text({"lines": "1000000", "samples": "1000000", "bands": "2", "data type": "1"})
    (tmp_path / "y.hdr").write_text(header)
    with (tmp_path / "y.img").open("wb") as file:
        file.truncate(2 * 10**12)  # holes take no space
    refused(tmp_path / "y.hdr", r"y\.hdr states 1000000 x 1000000 pixels")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("suffix", ["hdr", "npy", "mat", "h5", "tif", "png"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, suffix: str) -> None:
    os.mkfifo(tmp_path / f"x.{suffix}")
    refused(tmp_path / f"x.{suffix}", "is a pipe or a device")
    with pytest.raises(CubeError, match="is a pipe or a device"):
        variables_of(tmp_path / f"x.{suffix}")


def test_a_pipe_as_the_data_of_a_header(tmp_path: Path) -> None:
    (tmp_path / "x.hdr").write_text(text())
    os.mkfifo(tmp_path / "x.img")
    refused(tmp_path / "x.hdr", "data file is missing")


@pytest.mark.parametrize("deep", [100, 2000])
def test_groups_without_end_take_no_time(tmp_path: Path, deep: int) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["cube"] = np.random.default_rng(0).random((5, 6, 7))
        group = file
        for _ in range(deep):
            group = group.create_group("g")
        group["g"] = file  # and round again
    started = time.perf_counter()
    cube = open_cube(tmp_path / "x.h5")
    assert time.perf_counter() - started < LONGEST_S
    assert cube.shape == (5, 6, 7)
    assert any("nested deeper" in note for note in cube.notes)
