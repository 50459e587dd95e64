"""What keeps a training on hundreds of cubes within bounds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Threshold, make_mask
from s3fn_core.model.dataset import read_patches, spectra_by_line
from s3fn_core.model.experts.scene import blocks_of
from s3fn_core.model.preprocess import Bands
from s3fn_core.progress import run

MB = 1 << 20
OPENING = """
import resource, sys
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
from s3fn_core.cubes.formats import open_cube
cubes = [open_cube(sys.argv[1]) for _ in range(80)]
print(len(cubes), float(cubes[-1].window(0, 0).sum()))
"""


def mapped(path: Path) -> int:
    """Bytes of a file that this process holds in memory."""
    found, counts = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if "-" in line.split(" ", 1)[0]:
            counts = line.endswith(path.name)
        elif counts and line.startswith("Rss:"):
            found += int(line.split()[1]) * 1024
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel what is in memory")
def test_pages_of_a_cube_that_was_read_are_let_go(tmp_path: Path) -> None:
    path = tmp_path / "large.npy"
    np.save(path, np.ones((160, 160, 200), np.float32))
    cube = open_cube(path)
    places = np.argwhere(np.ones((20, 20), bool)) * 8
    (np.asarray(cube.data.base)[::8, ::8, 0]).sum()  # type: ignore[attr-defined] # as scattered reads do
    assert mapped(path) > MB
    read_patches(cube, places, 5)
    assert mapped(path) < MB
    (np.asarray(cube.data.base)[::8, ::8, 0]).sum()  # type: ignore[attr-defined]
    assert sum(len(found) for found, _ in spectra_by_line(cube, places)) == 400
    assert mapped(path) < MB
    assert run(make_mask(cube, Recipe(Threshold(Band(3), low=0.5)))).all()
    assert mapped(path) < MB


def test_of_many_cubes_the_middle_is_looked_at() -> None:
    values = np.zeros((60, 60, 4), np.float32)
    values[20:40, 20:40] = 0.5
    cubes = [Cube(values, f"fruit {number}") for number in range(300)]
    blocks = list(blocks_of(cubes, Bands.of(cubes[0])))
    assert len(blocks) == 300
    assert all(valid_pixels(block).all() for block in blocks)
    assert sum(block.shape[0] * block.shape[1] for block in blocks) < 20_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_more_cubes_can_be_open_than_a_process_may_have_files_at_first(tmp_path: Path) -> None:
    np.save(tmp_path / "cube.npy", np.ones((4, 5, 6), np.float32))
    command = [sys.executable, "-c", OPENING, str(tmp_path / "cube.npy")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.stdout.strip(), done.returncode) == ("80 6.0", 0), done.stderr
