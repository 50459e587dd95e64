"""A model's ONNX file gives the probabilities and the novelty of its own map."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from s3fn_core.cli import run as s3fn
from s3fn_core.cubes.cube import Cube
from s3fn_core.deploy import onnx_file
from s3fn_core.deploy.onnx_file import export_onnx
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import Description
from s3fn_core.model.applying.inference import predict
from s3fn_core.model.applying.scoring import heard
from s3fn_core.model.checkpoint import S3FNModel, save_model
from s3fn_core.model.dataset import LabelledCube, read_mirrored
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from tests.core.cli.test_cli import Captured
from tests.core.model.models import small, untrained
from tests.core.model.scenes import QUICK, classes, some_labels, stripes

RISING = "Expected reflectance: 500 nm 10 %, 700 nm 27 %, 960 nm 50 %."
DIPPED = "Expected reflectance: 500 nm 40 %, 680 nm 15 %, 960 nm 40 %."
DARK = "Expected reflectance: 500 nm 2 %, 700 nm 2 %, 960 nm 2 %."


@cache
def scene() -> Cube:
    """With a missing value, and a corner that no label is like."""
    cube = stripes(lines=20, samples=24)
    values = np.array(cube.read())
    values[3, 4, 5] = np.nan
    values[:4, :4] = 0.02
    return Cube(values, "stripes", wavelengths=cube.wavelengths, reflectance=True)


@cache
def of_pixels() -> S3FNModel:
    """Network, experts, words, a class that is known by its words alone, novelty."""
    words = classes().added("shade")
    for number, text in enumerate((RISING, DIPPED, DARK), 1):
        words = words.changed(number, descriptions=(Description(text),))
    labels = some_labels(scene(), 12)
    labels[:4, :4] = 0
    return run(train([LabelledCube(scene(), labels)], words, QUICK, device="cpu")).model


@cache
def of_objects() -> S3FNModel:
    """The paper's network, whose patches are even."""
    return untrained(small("paper"), scene())


@pytest.mark.parametrize("make", [of_pixels, of_objects])
def test_the_file_says_what_the_map_says(make: Callable[[], S3FNModel], tmp_path: Path) -> None:
    model, cube = make(), scene()
    assert (make is of_pixels) == bool(model.word_classes and model.experts and model.novelty)
    done = run(export_onnx(model, tmp_path / "model.onnx"))
    assert done.difference <= 1e-4
    session = onnxruntime.InferenceSession(str(done.path), providers=["CPUExecutionProvider"])
    words, _ = heard(model, cube)
    given = {
        "spectra": patches(cube, done.side),
        "words_scale": np.array(0 if words is None else words.scale, np.float32),
    }
    probability, novelty = session.run(["probability", "novelty"], given)
    wanted = run(predict(model, cube, device="cpu", probabilities=True, smooth=False))
    assert wanted.probabilities is not None
    shape = cube.shape[:2]
    np.testing.assert_allclose(probability.reshape(*shape, -1), wanted.probabilities, atol=1e-4)
    assert set(np.unique(wanted.ids)) >= ({0, 1, 2, 3} if make is of_pixels else {0})
    if wanted.novelty is not None:
        np.testing.assert_allclose(novelty.reshape(shape) ** 2, wanted.novelty**2, rtol=1e-4, atol=1e-5)


def patches(cube: Cube, side: int) -> np.ndarray[Any, Any]:
    """Around every pixel, the border mirrored."""
    reach = side // 2
    block = read_mirrored(cube, -reach, -reach, cube.lines + 2 * reach, cube.samples + 2 * reach)
    views = np.lib.stride_tricks.sliding_window_view(block, (side, side), (0, 1))
    return np.ascontiguousarray(
        views.transpose(0, 1, 3, 4, 2).reshape(-1, side, side, cube.bands), np.float32
    )


def test_the_command_describes_the_file_and_says_what_is_left_out(tmp_path: Path, capsys: Captured) -> None:
    model = replace(of_objects(), smoothing=4.0, metrics={"held_out": {"oa": 0.9}, "split": "blocks"})
    save_model(model, tmp_path / "model.s3fn")
    out = str(tmp_path / "model.onnx")
    assert (
        s3fn(["export-model", str(tmp_path / "model.s3fn"), "--format", "onnx", "--out", out, "--json"]) == 0
    )
    said = capsys.readouterr()
    assert "note: not in the graph: smoothing of the map (strength 4)" in said.err
    told = json.loads(said.out)
    assert told["left_out"]
    known = {entry.key: entry.value for entry in onnx.load(out).metadata_props}
    assert [c["name"] for c in json.loads(known["classes"])] == ["rising", "dipped"]
    assert json.loads(known["wavelengths_nm"]) == pytest.approx(scene().wavelengths)
    assert known["patch_side"] == str(told["patch_side"]) == "17"
    assert known["held_out_oa"] == "0.9"


def test_another_answer_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_file, "TOLERANCE", -1.0)
    with pytest.raises(ExportError, match="differ by"):
        run(export_onnx(of_objects(), tmp_path / "model.onnx"))
    assert list(tmp_path.iterdir()) == []


def test_missing_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxscript", None)
    with pytest.raises(ExportError, match=r"need onnxscript, which is not installed.*s3fn\[onnx\]"):
        run(export_onnx(of_objects(), tmp_path / "model.onnx"))
