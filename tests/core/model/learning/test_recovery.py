from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from s3fn_core.cli import run as cli
from s3fn_core.cubes.formats import open_cube
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import write_classes
from s3fn_core.model.checkpoint import load_model
from s3fn_core.model.config import StageConfig, TrainConfig
from s3fn_core.model.dataset import LabelledCube, labelled_pixels
from s3fn_core.model.learning import training
from s3fn_core.model.learning.fitting import Task, fit, recovering
from s3fn_core.progress import Progress, run
from tests.core.model.scenes import QUICK, classes, small_cnn, some_labels, stripes, truth

WORDS = np.eye(2, 5, dtype=np.float32)
STOPPING = StageConfig(epochs=3, batch=16, learning_rate=1e-3, patience=3)
TINY = small_cnn().with_(patch=18, stage1=STOPPING, stage2=STOPPING)
TINY = TINY.with_(network=replace(TINY.network, filters=(2, 2, 3)))
CONFIGS = {
    "pixel": QUICK,
    "object": TINY.with_(per_class=40),
    "paper": TINY.with_(network=replace(TINY.network, l2=(1e-2, 1e-3))),
}
"""With a weight average; with validation, patience and best weights; with Adam and penalties."""


def task(config: TrainConfig, words: np.ndarray = WORDS) -> Task:
    cube = stripes(60, 60) if config.network.kind == "cnn3d" else stripes()
    labels = truth(cube) if config.per_class == 40 else some_labels(cube)
    data = [LabelledCube(cube, labels)]
    return Task(labelled_pixels(data, classes()), config, words, "cpu", None)


def weights(task: Task, seen: list[Progress] | None = None) -> torch.Tensor:
    report = [].append if seen is None else seen.append
    network = run(fit(task, np.ones(len(task.labels), bool)), report).network
    return torch.cat([p.flatten() for p in network.state_dict().values()])


def broken_off(task: Task, step: str, epochs: int) -> None:
    """Run until `epochs` epochs of `step` are done, then close the operation."""
    operation = fit(task, np.ones(len(task.labels), bool))
    for progress in operation:
        if progress.step == step and progress.metrics.get("epoch") == epochs:
            break
    operation.close()
    torch.rand(5)  # whatever the program does in between


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize(("step", "epochs"), [("stage 1", 1), ("stage 2", 2)])
def test_a_resumed_training_gives_the_weights_of_an_uninterrupted_one(
    tmp_path: Path, name: str, step: str, epochs: int
) -> None:
    config = CONFIGS[name]
    whole = weights(task(config))
    state = tmp_path / "model.s3fn.partial"
    broken_off(recovering(task(config), state, every=0.0), step, epochs)
    assert list(tmp_path.iterdir()) == [state]
    seen: list[Progress] = []
    assert torch.equal(weights(recovering(task(config), state), seen), whole)
    begun = [p.metrics for p in seen if p.step == step and "epoch" in p.metrics]
    assert begun[0]["epoch"] == epochs + 1
    assert ("val_loss" in begun[0]) is (name == "object")


def test_new_words_train_only_the_projection_anew(tmp_path: Path) -> None:
    state, words = tmp_path / "state", np.flip(WORDS, 1).copy()
    weights(recovering(task(QUICK), state, every=0.0))
    seen: list[Progress] = []
    again = weights(recovering(task(QUICK, words), state), seen)
    assert {p.step for p in seen if "loss" in p.metrics} == {"stage 2"}
    assert torch.equal(again, weights(task(QUICK, words)))


def test_nothing_is_written_before_its_time(tmp_path: Path) -> None:
    weights(recovering(task(QUICK), tmp_path / "state", every=60.0))
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("states") / "state"
    broken_off(recovering(task(QUICK), path, every=0.0), "stage 1", 4)
    return path


def test_the_state_of_another_training_is_refused(state: Path) -> None:
    with pytest.raises(ModelError, match=r"another training.*delete"):
        recovering(task(QUICK.with_(seed=1)), state)
    known = task(QUICK)
    item = known.labels.data[0]
    changed = [replace(item, cube=item.cube.with_(data=np.asarray(item.cube.data) * 1.01))]
    with pytest.raises(ModelError, match="another training"):
        recovering(replace(known, labels=replace(known.labels, data=changed)), state)


@settings(max_examples=15, deadline=None)
@given(cut=st.floats(0, 0.999))
def test_a_damaged_state_is_refused(
    state: Path, cut: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = state.read_bytes()
    broken = tmp_path_factory.mktemp("broken") / "cut"
    broken.write_bytes(content[: int(cut * len(content))])
    with pytest.raises(ModelError, match="Delete it to start over"):
        recovering(task(QUICK), broken)


def test_no_flipped_bit_changes_a_state(state: Path, tmp_path: Path) -> None:
    content, broken = state.read_bytes(), tmp_path / "flipped"
    for bit in np.random.default_rng(0).integers(0, 8 * len(content), 100).tolist():
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        broken.write_bytes(damaged)
        with pytest.raises(ModelError, match=r"Delete it to start over|another training"):
            recovering(task(QUICK), broken)


def test_a_state_that_does_not_fit_the_network_is_refused(state: Path, tmp_path: Path) -> None:
    """As after a change of the program: the same settings, another network."""
    wider = task(QUICK.with_(network=replace(QUICK.network, hidden=7)))
    mixed = recovering(task(QUICK), state).recovery
    with pytest.raises(ModelError, match="Delete it to start over"):
        weights(replace(wider, recovery=mixed))


def test_a_folder_that_cannot_be_written_to_ends_no_training(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    hindered = recovering(task(QUICK), tmp_path / "file" / "state", every=0.0)
    assert torch.equal(weights(hindered), weights(task(QUICK)))
    assert hindered.recovery is not None
    assert "could not be written" in hindered.recovery.notes[0]
    assert len(hindered.recovery.notes) == 1


def test_the_command_goes_on_with_a_training_that_was_broken_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cube = stripes()
    np.save(tmp_path / "cube.npy", np.asarray(cube.data))
    np.save(tmp_path / "labels.npy", some_labels(cube))
    write_classes(classes(), tmp_path / "classes.json")
    command = ["train", f"{tmp_path}/cube.npy", "--labels", f"{tmp_path}/labels.npy", "--classes"]
    command += [f"{tmp_path}/classes.json", "--epochs", "8", "--device", "cpu", "--json", "--out"]
    assert cli([*command, f"{tmp_path}/whole.s3fn"]) == 0
    whole = json.loads(capsys.readouterr().out)

    state = tmp_path / "model.s3fn.partial"
    monkeypatch.setattr(training, "recovering", partial(recovering, every=0.0))
    data = [LabelledCube(open_cube(tmp_path / "cube.npy"), some_labels(cube))]
    operation = training.train(data, classes(), QUICK, device="cpu", resume=state)
    next(p for p in operation if "fold 2" in p.message)  # the model is fitted, a fold is measured
    operation.close()
    assert state.exists()

    assert cli([*command, f"{tmp_path}/model.s3fn", "--resume"]) == 0
    resumed = json.loads(capsys.readouterr().out)
    assert any("Continued from" in note for note in resumed["notes"])
    assert resumed["oa"] == whole["oa"]
    first, second = (load_model(tmp_path / f"{name}.s3fn").network for name in ("whole", "model"))
    for ours, known in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(ours, known)
    assert not state.exists()
