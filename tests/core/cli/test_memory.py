"""What the program does where memory runs out, with real limits on a real process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from s3fn_core.memory import is_out_of_memory, what_did_not_fit

PROGRAM = """
import json, resource, sys
from pathlib import Path
import numpy as np
import torch
from s3fn_core.cli import run
folder, action, room, preset = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
torch.set_num_threads(1)
side = 160
left = np.arange(side) < side // 2
noise = np.random.default_rng(0).random((side, side, 30))
np.save(folder / "cube.npy", (0.3 * noise + np.where(left, 0.1, 0.5)[None, :, None]).astype(np.float32))
labels = np.where(left, 1, 2)[None, :].repeat(side, 0).astype(np.uint8)
np.save(folder / "many.npy", labels)
labels[3:] = 0
np.save(folder / "few.npy", labels)
classes = [{"id": 1, "name": "dark"}, {"id": 2, "name": "bright"}]
(folder / "classes.json").write_text(json.dumps({"version": 1, "classes": classes}))
def train(labels):
    return run(["train", f"{folder}/cube.npy", "--labels", f"{folder}/{labels}.npy", "--preset", preset,
        "--classes", f"{folder}/classes.json", "--out", f"{folder}/model.s3fn", "--epochs", "1",
        "--split", "random", "--device", "cpu", "--overwrite"])
def predict(out):
    return run(["predict", f"{folder}/model.s3fn", f"{folder}/cube.npy", "--out", f"{folder}/{out}",
        "--device", "cpu", "--overwrite"])
assert (train("few"), predict("before")) == (0, 0)  # everything is imported, too
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + (room << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
print("here it ends", file=sys.stderr)
sys.exit(train("many") if action == "train" else predict("after"))
"""


def limited(folder: Path, action: str, room: int, preset: str = "pixel") -> tuple[int, str]:
    """Exit status and last words of a command that gets `room` MiB more than a small one before it."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), action, str(room), preset],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    before, _, told = done.stderr.rpartition("here it ends\n")
    assert before, done.stderr
    return done.returncode, told.splitlines()[-1] if told else ""


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs limits of address space")


@linux
def test_a_training_that_does_not_fit(tmp_path: Path) -> None:
    status, told = limited(tmp_path, "train", 16)
    assert status == 2
    assert "There is not enough memory for" in told
    assert "at once. Use --device cpu" in told
    assert "unexpected" not in told


@linux
def test_a_map_is_made_of_smaller_tiles(tmp_path: Path) -> None:
    status, told = limited(tmp_path, "predict", 16)
    assert status == 0, told
    before, after = (np.load(tmp_path / name / "cube_classes.npy") for name in ("before", "after"))
    np.testing.assert_array_equal(before, after)


@linux
def test_a_map_that_does_not_fit(tmp_path: Path) -> None:
    status, told = limited(tmp_path, "predict", 0)
    assert status == 2
    assert "emory" in told
    assert "Close other programs" in told or "close other programs" in told
    assert "unexpected" not in told


def test_what_libraries_say() -> None:
    for allocate in (lambda: np.empty(1 << 50), lambda: torch.empty(1 << 50)):
        with pytest.raises((MemoryError, RuntimeError)) as caught:
            allocate()
        assert is_out_of_memory(caught.value)
        assert what_did_not_fit(caught.value).startswith("There is not enough memory for ")
    late = ValueError("something else")
    late.__cause__ = MemoryError()
    assert is_out_of_memory(late)
    card = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total ...")
    assert what_did_not_fit(card) == "There is not enough memory for 20.00 GiB at once"
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not is_out_of_memory(FileNotFoundError(2, "No such file"))
