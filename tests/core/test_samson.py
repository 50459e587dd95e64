"""A real scene through the command line: train on 20 pixels per class, map it, measure it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cli import run
from tests import samson

Answer = dict[str, object]


def s3fn(*arguments: str | Path) -> Answer:
    """What the program answers."""
    program = Path(sys.executable).with_name("s3fn")
    command = [str(program), *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: Answer = json.loads(done.stdout)
    return answer


def s3fn_here(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Answer:
    """The same without another start of the program."""
    assert run([*map(str, arguments), "--json"]) == 0
    answer: Answer = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.slow
def test_samson_from_twenty_pixels_per_class(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cube = (data_folder / "samson" / "Samson.mat").resolve()
    train, test = samson.draw(samson.ground_truth(data_folder), 20, seed=0)
    monkeypatch.chdir(tmp_path)
    np.save(tmp_path / "train.npy", train)
    np.save(tmp_path / "test.npy", test)
    classes = {
        "version": 1,
        "classes": [
            {"id": 1, "name": "soil", "descriptions": ["Brightens steadily towards the infrared."]},
            {"id": 2, "name": "tree", "descriptions": ["Absorbs red light, bright beyond 720 nm."]},
            {"id": 3, "name": "water", "descriptions": ["Dark, darkest in the near infrared."]},
        ],
    }
    (tmp_path / "classes.json").write_text(json.dumps(classes))

    trained = s3fn(
        "train",
        cube,
        "--labels",
        "train.npy",
        "--classes",
        "classes.json",
        "--out",
        "samson.s3fn",
        "--device",
        "cpu",
    )
    assert trained["oa"] >= 0.9
    assert trained["count"] == 60
    assert "cross-validation" in str(trained["split"])

    s3fn_here(capsys, "predict", "samson.s3fn", cube, "--out", "maps", "--format", "npy")
    predicted = np.load(tmp_path / "maps" / "Samson_classes.npy")
    known = test > 0
    overall = float((predicted[known] == test[known]).mean())
    assert overall >= 0.9

    measured = s3fn_here(capsys, "evaluate", "samson.s3fn", cube, "--labels", "test.npy")
    assert measured["oa"] == pytest.approx(overall)
    assert measured["count"] == known.sum()
