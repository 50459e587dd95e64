"""What the program does where memory runs out, with real limits on a real process."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from s3fn_core.memory import is_out_of_memory, what_did_not_fit

PROGRAM = """
import json, os, resource, sys
from pathlib import Path
import numpy as np
import torch
from s3fn_core.cli import run
folder = Path(sys.argv[1])
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
    return run(["train", f"{folder}/cube.npy", "--labels", f"{folder}/{labels}.npy", "--preset", "pixel",
        "--classes", f"{folder}/classes.json", "--out", f"{folder}/{labels}.s3fn", "--epochs", "1",
        "--split", "random", "--device", "cpu"])
def predict(out):
    return run(["predict", f"{folder}/few.s3fn", f"{folder}/cube.npy", "--out", f"{folder}/{out}",
        "--device", "cpu"])
assert (train("few"), predict("before")) == (0, 0)  # everything is imported, too
for action, room in json.loads(sys.argv[2]):
    child = os.fork()  # far quicker than to import and train everything again
    if child == 0:
        said = os.open(folder / f"{action} {room}", os.O_WRONLY | os.O_CREAT)
        os.dup2(said, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + (room << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        os._exit(train("many") if action == "train" else predict(f"after {room}"))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
COMMANDS = (("train", 16), ("predict", 16), ("predict", 0))


@dataclass(frozen=True)
class Endings:
    """Exit status and last words of commands that get some MiB more than a small one before them."""

    folder: Path
    status: dict[tuple[str, int], int]

    def told(self, action: str, room: int) -> str:
        lines = (self.folder / f"{action} {room}").read_text("utf-8").splitlines()
        return lines[-1] if lines else ""


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> Endings:
    folder = tmp_path_factory.mktemp("limited")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), json.dumps(COMMANDS)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [int(line) for line in done.stdout.splitlines()[-len(COMMANDS) :]]
    return Endings(folder, dict(zip(COMMANDS, found, strict=True)))


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs limits of address space")


@linux
def test_a_training_that_does_not_fit(endings: Endings) -> None:
    told = endings.told("train", 16)
    assert endings.status["train", 16] == 2
    assert "There is not enough memory for" in told
    assert "at once. Use --device cpu" in told
    assert "unexpected" not in told


@linux
def test_a_map_is_made_of_smaller_tiles(endings: Endings) -> None:
    assert endings.status["predict", 16] == 0, endings.told("predict", 16)
    before, after = (np.load(endings.folder / name / "cube_classes.npy") for name in ("before", "after 16"))
    np.testing.assert_array_equal(before, after)


@linux
def test_a_map_that_does_not_fit(endings: Endings) -> None:
    told = endings.told("predict", 0)
    assert endings.status["predict", 0] == 2
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
