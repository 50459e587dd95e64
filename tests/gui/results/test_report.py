"""Reports from the window: as HTML and as PDF, with what only the window knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.report.repeating import prepare, read_recipe
from s3fn_gui.results.report.jobs import Beside, reporting
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube, snapshot
from tests.gui.support import LINES, SAMPLES, Hands, put_labels


@pytest.fixture
def trained(hands: Hands, scene_file: Path) -> Hands:
    """A scene with a quick model of two classes, trained in the window."""
    hands.open_file(scene_file)
    session, item = hands.session, hands.session.cubes.current
    assert item is not None
    for name in ("rise", "fall"):
        class_edits.add_class(session, name)
    ids = np.zeros((LINES, SAMPLES), np.uint8)
    ids[::3, 4:16:4], ids[::3, 24:36:4] = 1, 2
    put_labels(session, item, ids)
    session.set_train_settings(replace(session.train_settings, preset="quick", device="cpu"))
    hands.trigger("train.start")
    hands.until(lambda: session.model is not None and item.prediction is not None, 60_000)
    return hands


def test_a_report_is_written_as_a_page_and_as_pdf(trained: Hands, tmp_path: Path) -> None:
    assert not trained.window.actions_by_id["file.open_report"].isEnabled()
    page = trained.ask.paths["report"] = tmp_path / "report.html"
    trained.trigger("file.report")
    trained.until(lambda: "Report written" in trained.message, 60_000)
    recipe = read_recipe(page)
    assert [entry.entry["name"] for entry in recipe.cubes] == ["scene"]
    repeat = prepare(recipe, tmp_path)
    item = trained.session.cubes.current
    assert item is not None
    assert np.array_equal(repeat.data[0].labels, item.labels.ids)
    assert repeat.differences == ()
    assert trained.window.actions_by_id["file.open_report"].isEnabled()

    paper = trained.ask.paths["report"] = tmp_path / "report.pdf"
    trained.trigger("file.report")
    trained.until(lambda: "report.pdf" in trained.message, 60_000)
    assert paper.read_bytes().startswith(b"%PDF-")


def test_a_map_that_is_shown_is_not_drawn_again(trained: Hands, tmp_path: Path) -> None:
    session, item = trained.session, trained.session.cubes.current
    assert session.model is not None
    assert item is not None

    def steps(item: OpenCube) -> set[str]:
        given = ([item], session.train_settings, Beside(), None, tmp_path / "r.html")
        return {progress.step for progress in reporting(session.model, "m", *given)}  # type: ignore[arg-type]

    assert "features" not in steps(item)
    other = snapshot(item)
    other.prediction = None
    assert "features" in steps(other)


def test_a_report_tells_of_labels_that_changed(trained: Hands, tmp_path: Path) -> None:
    item = trained.session.cubes.current
    assert item is not None
    put_labels(trained.session, item, np.ones((LINES, SAMPLES), np.uint8))
    trained.ask.paths["report"] = tmp_path / "report.html"
    trained.trigger("file.report")
    trained.until(lambda: "cannot be repeated" in trained.message, 60_000)
    assert "not those that the model was trained on" in trained.message


def test_a_report_replaces_no_file_without_a_question(trained: Hands, tmp_path: Path) -> None:
    kept = trained.ask.paths["report"] = tmp_path / "report.html"
    kept.write_text("mine")
    trained.ask.sure = False
    trained.trigger("file.report")
    assert trained.ask.asked[-1] == "Replace report.html?"
    assert kept.read_text() == "mine"
