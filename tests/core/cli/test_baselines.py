"""``train --baselines``: baselines on the same held-out labels, printed and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cli import run
from s3fn_core.labels.classes import write_classes
from tests.core.model.scenes import classes, some_labels, stripes

KINDS = ["svm", "lda", "forest", "angle"]


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    cube = stripes(noise=0.1)
    np.save(tmp_path / "scene.npy", cube.read())
    np.save(tmp_path / "labels.npy", some_labels(cube, 30))
    write_classes(classes(), tmp_path / "classes.json")
    named = ("--labels", "labels.npy", "--classes", "classes.json", "--out", "model.s3fn")
    places = [part if part.startswith("--") else str(tmp_path / part) for part in ("scene.npy", *named)]
    return ["train", *places, "--epochs", "3", "--device", "cpu", "--baselines"]


def test_baselines_are_compared_with_the_model(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["rival"] for one in told["rivals"]] == KINDS
    for one in told["rivals"]:
        difference = one["difference"]
        assert one["count"] == told["count"] == difference["count"]
        assert difference["gain"] == pytest.approx(told["oa"] - one["oa"])
        assert 0 <= difference["p"] <= 1
        assert len(difference["interval"]) == 2
    assert run([*command, "--overwrite"]) == 0
    table = capsys.readouterr().out.split("same held-out labels")[1]
    assert all(name in table for name in ("model", "support vector machine", "spectral angle"))
    assert "p (McNemar)" in table


def test_the_model_is_there_where_baselines_cannot_be_measured(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    command = [part for part in command if part not in ("--epochs", "3")]
    assert run([*command, "--quick", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["rivals"] == []
    assert "Baselines cannot be measured, as nothing is held out" in said.err
