"""A real scene through the command line: train on 20 pixels per class, map it, measure it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests import samson


def s3fn(*arguments: str | Path, folder: Path) -> dict[str, object]:
    program = Path(sys.executable).with_name("s3fn")
    command = [str(program), *map(str, arguments), "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.mark.slow
def test_samson_from_twenty_pixels_per_class(data_folder: Path, tmp_path: Path) -> None:
    cube = data_folder / "samson" / "Samson.mat"
    train, test = samson.draw(samson.ground_truth(data_folder), 20, seed=0)
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
        folder=tmp_path,
    )
    assert trained["oa"] >= 0.9
    assert trained["count"] == 60
    assert "cross-validation" in str(trained["split"])

    s3fn("predict", "samson.s3fn", cube, "--out", "maps", "--format", "npy", folder=tmp_path)
    predicted = np.load(tmp_path / "maps" / "Samson_classes.npy")
    known = test > 0
    overall = float((predicted[known] == test[known]).mean())
    assert overall >= 0.9

    measured = s3fn("evaluate", "samson.s3fn", cube, "--labels", "test.npy", folder=tmp_path)
    assert measured["oa"] == pytest.approx(overall)
    assert measured["count"] == known.sum()
