"""docs/python.md runs from top to bottom, and the notebook is the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docs.make_notebook import NOTEBOOK, PAGE, cells, notebook


@pytest.mark.slow
def test_the_page_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    code = [text for kind, text in cells(PAGE.read_text("utf-8")) if kind == "code"]
    for number, text in enumerate(code, 1):
        exec(compile(text, f"block {number} of {PAGE.name}", "exec"), names)
    said = capsys.readouterr().out
    assert "Model of 3 classes: unripe, perfect, overripe" in said
    assert "missing.hdr does not exist" in said
    assert (tmp_path / "map" / "tray_classes.hdr").exists()


def test_the_notebook_is_the_page() -> None:
    page = PAGE.read_text("utf-8")
    assert json.loads(NOTEBOOK.read_text("utf-8")) == notebook(page), "run python -m docs.make_notebook"
    sources = ["".join(cell["source"]) for cell in notebook(page)["cells"]]
    assert sources == [text for _, text in cells(page)]
