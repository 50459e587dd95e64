"""Class sets of absurd size end in one clear error, at once."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s3fn_core.cli import run
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import LONGEST_NAME, LONGEST_TEXT, ClassSet, LabelClass, read_classes
from s3fn_core.labels.exchange import read_label_file
from tests.core.labels.exchange.test_envi import HEADER, map_of

MANY = 100_000


def written(folder: Path, *records: dict[str, Any]) -> Path:
    path = folder / "classes.json"
    path.write_text(json.dumps({"version": 1, "classes": list(records)}))
    return path


@pytest.mark.parametrize(
    "records",
    [
        [{"id": i + 1, "name": f"class {i}"} for i in range(MANY)],
        [{"id": 1, "name": "soil"}] * MANY,
        [{"id": i % 255 + 1, "name": f"class {i}"} for i in range(MANY)],
    ],
    ids=["numbered", "the same", "all ids"],
)
def test_a_hundred_thousand_classes(records: list[dict[str, Any]], tmp_path: Path) -> None:
    path = written(tmp_path, *records)
    started = time.process_time()
    with pytest.raises(LabelError, match=r"classes\.json: 100,000 classes are too many"):
        read_classes(path)
    assert time.process_time() - started < 1
    classes = tuple(LabelClass(i % 255 + 1, str(i), "#000000") for i in range(MANY))
    started = time.process_time()
    with pytest.raises(LabelError, match="100,000 classes are too many"):
        ClassSet(classes)
    assert time.process_time() - started < 0.5


def test_a_hundred_thousand_names_in_a_label_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ", ".join(f"class of {i}" for i in range(MANY))
    header = HEADER.partition("class names")[0] + f"class names = {{{names}}}\n"
    path = map_of(tmp_path, header)
    started = time.process_time()
    assert len(read_label_file(path, shape=(3, 4)).classes) == MANY - 1
    assert time.process_time() - started < 2
    np.save(tmp_path / "cube.npy", np.ones((3, 4, 5), np.float32))
    classes = written(tmp_path, {"id": 1, "name": "soil"})
    command = ["describe", "--classes", str(classes), "--source", "measured", "--out", f"{tmp_path}/o.json"]
    started = time.process_time()
    assert run([*command, "--cube", f"{tmp_path}/cube.npy", "--labels", str(path)]) == 2
    assert time.process_time() - started < 3
    assert 'calls its class 1 "class of 1"' in capsys.readouterr().err


def test_names_of_a_thousand_letters(tmp_path: Path) -> None:
    path = written(tmp_path, {"id": 1, "name": "x" * 1000})
    with pytest.raises(LabelError, match=r"Class 1 has a name of 1,000 letters .*at most 200") as caught:
        read_classes(path)
    assert len(str(caught.value)) < 300
    assert ClassSet().added("x" * LONGEST_NAME)


def test_texts_of_ten_megabytes(tmp_path: Path) -> None:
    path = written(tmp_path, {"id": 1, "name": "soil", "descriptions": ["brown " * 1_700_000]})
    started = time.process_time()
    with pytest.raises(LabelError, match=r'description of "soil" has 10,200,000 letters') as caught:
        read_classes(path)
    assert time.process_time() - started < 1
    assert len(str(caught.value)) < 300
    path = written(tmp_path, {"id": 1, "name": "soil", "descriptions": ["brown " * (LONGEST_TEXT // 6)]})
    assert read_classes(path)
