from __future__ import annotations

import json
from pathlib import Path

import pytest

from s3fn_core.files import json_text, reason, whole_file, without_nan


def test_new_content_replaces_the_old(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for text in ("one", "two"):
        with whole_file(path) as temporary:
            temporary.write_text(text)
            assert temporary.suffix == ".txt"
            assert temporary.parent == tmp_path
        assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]


def test_interrupted_write_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def break_off() -> None:
        with whole_file(path) as temporary:
            temporary.write_text("half of the n")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_writer_that_writes_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "a.txt"):
        pass
    assert not list(tmp_path.iterdir())


def test_reason_is_never_empty() -> None:
    assert reason(FileNotFoundError(2, "No such file or directory")) == "No such file or directory"
    assert reason(OSError("a library's own words")) == "a library's own words"


def test_any_text_can_be_written_as_json(tmp_path: Path) -> None:
    content = {"Böden": ["土", "a\udce9b\\", "\u2028"]}
    (tmp_path / "file.json").write_text(json_text(content), "utf-8")
    written = (tmp_path / "file.json").read_text("utf-8")
    assert "Böden" in written
    assert json.loads(written) == content
    with pytest.raises(ValueError, match="JSON"):
        json_text(float("nan"))
    assert without_nan({"a": [float("inf"), 1.5, (float("nan"),)]}) == {"a": [None, 1.5, [None]]}
