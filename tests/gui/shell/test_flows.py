"""From an action to its result: files, words, projects, errors, closing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from s3fn_core.cubes.cube import Layout
from s3fn_core.cubes.formats import write_envi
from s3fn_core.cubes.spectra.library import SpectralLibrary, write_library
from s3fn_core.cubes.treating.treatment import Mask, Treatment
from s3fn_core.labels.classes import Description, write_classes
from s3fn_core.progress import Operation, Progress
from s3fn_core.project import Project
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_gui.model.training.flow import obstacle
from s3fn_gui.session import class_edits
from s3fn_gui.session.messages import explain
from s3fn_gui.shell.window import MainWindow, make_window
from s3fn_gui.words.description_edits import describe_class, put_description
from tests.core.cubes.spectra.instrument_files import ECOSTRESS, ECOSTRESS_ROWS, SVC, SVC_ROWS, write_asd
from tests.core.model.models import small, untrained
from tests.gui.support import (
    LINES,
    SAMPLES,
    WAVELENGTHS,
    Hands,
    put_away,
    put_labels,
    scene_array,
    scene_cube,
    write_scene,
)
from tests.llm_server import KEY, LLMServer


@pytest.fixture
def server() -> Iterator[LLMServer]:
    """A language model on this computer."""
    with LLMServer() as running:
        yield running


@pytest.fixture
def writer(hands: Hands, server: LLMServer, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """A class to describe, and a language model to do it."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    hands.window.settings.llm = LLMSettings(base_url=server.base_url, model="test-model")
    class_edits.add_class(hands.session, "soil")
    describe_class(hands.session, 1, "mine")
    return hands


# --- files ------------------------------------------------------------------------------------


def test_a_cube_opens_from_its_file(hands: Hands, scene_file: Path) -> None:
    hands.open_file(scene_file)
    item = hands.session.cubes.current
    assert item is not None
    assert item.cube.shape == scene_array().shape
    assert hands.window.windowTitle() == "scene[*] – S3FN"
    assert hands.window.settings.recent == (str(scene_file),)


def test_a_cube_that_is_open_keeps_its_labels(hands: Hands, scene_file: Path) -> None:
    hands.open_file(scene_file)
    item = hands.session.cubes.current
    class_edits.add_class(hands.session, "soil")
    hands.states.painting.begin_stroke((3, 3), erase=False)
    hands.states.painting.end_stroke()
    painted = hands.count(1)
    hands.open_scene()
    hands.window.flows.opening.open_cube(scene_file)
    hands.until(lambda: "open already" in hands.message)
    assert hands.session.cubes.current is item
    assert hands.count(1) == painted > 0
    assert hands.session.undo_stack.canUndo()


def test_several_cubes_are_opened_one_after_the_other(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f"tray_{number}.npy" for number in (1, 2, 3)]
    for path in paths:
        np.save(path, scene_array())
    monkeypatch.setattr(hands.ask, "open_files", lambda *_: paths)
    hands.trigger("file.open")
    assert len(hands.window.runner.active) == 1  # side by side, the fastest would come first
    hands.until(lambda: len(hands.session.cubes.items) == len(paths))
    assert [item.cube.name for item in hands.session.cubes.items] == ["tray_1", "tray_2", "tray_3"]


def test_a_file_that_is_no_cube_gives_a_clear_message(hands: Hands, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir")
    hands.ask.paths["cube"] = path
    hands.trigger("file.open")
    hands.until(lambda: hands.message)
    assert "letter.txt is not a cube that this program knows" in hands.message
    assert hands.session.cubes.current is None


def test_a_flat_image_is_no_cube(hands: Hands, tmp_path: Path) -> None:
    np.save(tmp_path / "flat.npy", np.zeros((20, 20, 1), np.float32))
    hands.window.flows.opening.open_cube(tmp_path / "flat.npy")
    hands.until(lambda: hands.message)
    assert hands.session.cubes.current is None


def test_a_cube_without_values_says_so(hands: Hands, tmp_path: Path) -> None:
    empty = np.full_like(scene_array(), np.nan)
    hands.open_file(write_envi(empty, tmp_path / "empty.hdr", WAVELENGTHS))
    assert "hold no values" in hands.message


def test_repairs_while_opening_are_told(hands: Hands, scene_file: Path) -> None:
    data = scene_file.with_suffix(".img")
    data.write_bytes(data.read_bytes()[:-1000])
    hands.open_file(scene_file)
    assert "shorter than the header promises" in hands.message


def test_files_can_be_dropped_on_the_window(hands: Hands, scene_file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(scene_file))])
    event = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    hands.window.dropEvent(event)
    hands.until(lambda: hands.session.cubes.current)


@pytest.mark.parametrize(
    ("suffix", "way"),
    [
        *((suffix, "opened") for suffix in (".csv", ".hdr", ".sli")),
        (".hdr", "dropped"),
        (".sli", "dropped on a cube"),
    ],
)
def test_a_spectral_library_goes_to_the_spectra(
    hands: Hands, scene_file: Path, tmp_path: Path, suffix: str, way: str
) -> None:
    if way == "dropped on a cube":
        hands.open_file(scene_file)
        hands.until(lambda: hands.session.cubes.current)
    library = SpectralLibrary(("ash", "oak"), np.array([400.0, 500, 600, 700]), np.ones((2, 4), np.float32))
    path = write_library(library, tmp_path / f"trees{suffix}").with_suffix(suffix)
    if way == "opened":
        hands.window.flows.opening.open_cube(path)
    else:
        hands.window.flows.opening.open_any([path])
    hands.until(lambda: hands.session.spectra.kept)
    assert [kept.name for kept in hands.session.spectra.kept] == ["ash", "oak"]


@pytest.mark.parametrize(
    ("name", "way"),
    [
        *((name, "opened") for name in ("leaf.asd", "leaf.sig", "leaf.spectrum.txt", "folder")),
        ("leaf.asd", "dropped"),
        ("folder", "dropped"),
        ("folder", "dropped on a cube"),
    ],
)
def test_spectra_of_instruments_go_to_the_spectra(
    hands: Hands, scene_file: Path, tmp_path: Path, name: str, way: str
) -> None:
    if way == "dropped on a cube":
        hands.open_file(scene_file)
        hands.until(lambda: hands.session.cubes.current)
    folder = tmp_path / "folder"
    folder.mkdir()
    path = write_asd(folder / "leaf.asd", np.array([1.0, 2]), np.array([4.0, 4]))
    if name != "leaf.asd":
        path = folder if name == "folder" else tmp_path / name
    if name == "leaf.sig":
        path.write_text(SVC + SVC_ROWS)
    elif name == "leaf.spectrum.txt":
        path.write_text(ECOSTRESS + ECOSTRESS_ROWS)
    if way == "opened":
        hands.window.flows.opening.open_cube(path)
    else:
        hands.window.flows.opening.open_any([path])
    hands.until(lambda: hands.session.spectra.kept)
    (kept,) = hands.session.spectra.kept
    assert kept.name == ("Quartz SiO2" if name == "leaf.spectrum.txt" else "leaf")


def test_pixels_without_a_shape_can_be_rearranged(hands: Hands, tmp_path: Path) -> None:
    pixels = scene_array().reshape(-1, scene_array().shape[2])
    np.save(tmp_path / "list.npy", pixels)
    hands.open_file(tmp_path / "list.npy")
    item = hands.session.cubes.current
    assert item is not None
    assert len(item.cube.layouts) > 1
    assert "pixels arranged as" in hands.message
    hands.ask.chosen_layout = Layout(20, 60)
    hands.trigger("view.layout")
    hands.until(lambda: (now := hands.session.cubes.current) and now.cube.lines == 20)
    assert len(hands.session.cubes.items) == 1


def test_labels_are_imported_and_wrong_ones_refused(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    np.save(tmp_path / "small.npy", np.ones((4, 4), np.uint8))
    hands.ask.paths["labels"] = tmp_path / "small.npy"
    hands.trigger("file.import_labels")
    hands.until(lambda: hands.message)
    assert "4 x 4" in hands.message
    assert "30 x 40" in hands.message
    ids = np.zeros((30, 40), np.uint8)
    ids[:, :5] = 3
    np.save(tmp_path / "good.npy", ids)
    hands.ask.paths["labels"] = tmp_path / "good.npy"
    hands.trigger("file.import_labels")
    hands.until(lambda: "good.npy imported" in hands.message)
    assert hands.count(3) == 150
    assert hands.session.classes.ids == (3,)


def test_what_a_map_assumes_is_told(hands: Hands, tmp_path: Path) -> None:
    np.save(tmp_path / "blind.npy", scene_array())
    hands.open_file(tmp_path / "blind.npy")
    item = hands.session.cubes.current
    assert item is not None
    hands.session.set_model(untrained(small("pixel"), scene_cube()))
    hands.window.flows.mapping.predict()
    hands.until(lambda: item.prediction)
    assert "taken for those of the model, 450 to 900 nm" in hands.message


def test_a_map_of_old_values_is_left_out(hands: Hands) -> None:
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    hands.session.set_model(untrained(small("pixel"), scene_cube()))
    hands.window.flows.mapping.predict()
    mask = Mask(np.ones(item.labels.shape, np.int32))
    hands.session.push_treatment(item, Treatment(mask=mask), "Mask")
    hands.until(lambda: "closed in the meantime" in hands.message)
    assert item.prediction is None


def test_classes_go_out_and_come_in(hands: Hands, tmp_path: Path) -> None:
    class_edits.add_class(hands.session, "soil")
    describe_class(hands.session, 1, "dark")
    path = tmp_path / "classes.json"
    hands.ask.paths |= {"classes target": path, "classes": path}
    hands.trigger("file.export_classes")
    assert json.loads(path.read_text())["classes"][0]["descriptions"][0]["text"] == "dark"
    hands.trigger("label.delete_class")
    hands.trigger("file.import_classes")
    assert hands.session.classes[1].text == "dark"
    path.write_text("{}")
    hands.trigger("file.import_classes")
    assert "not a class set" in hands.message


# --- words ------------------------------------------------------------------------------------


def test_classes_of_a_file_replace_no_written_words_unasked(hands: Hands, tmp_path: Path) -> None:
    class_edits.add_class(hands.session, "soil")
    describe_class(hands.session, 1, "of the file")
    path = hands.ask.paths["classes"] = tmp_path / "classes.json"
    write_classes(hands.session.classes, path)
    hands.trigger("file.import_classes")
    assert not any("Replace" in question for question in hands.ask.asked)  # the words are the same
    describe_class(hands.session, 1, "what I wrote")
    hands.ask.sure = False
    hands.trigger("file.import_classes")
    assert hands.ask.asked[-1].startswith("Replace the hand-written description of soil with that in")
    assert hands.session.classes[1].text == "what I wrote"
    hands.ask.sure = True
    hands.trigger("file.import_classes")
    assert hands.session.classes[1].text == "of the file"


def test_a_generated_description_replaces_the_old_one_undoably(writer: Hands) -> None:
    pieces: list[str] = []
    writer.states.generation.arrived.connect(lambda _, piece: pieces.append(piece))
    writer.trigger("words.generate")
    writer.until(lambda: not writer.states.generation.running)
    found = writer.session.classes[1].descriptions
    assert found[0].source == "llm"
    assert "mixture of minerals" in found[0].text
    assert len(pieces) > 3
    assert [v[0].text for v in writer.session.history[1]] == ["mine"]
    writer.trigger("edit.undo")
    assert writer.session.classes[1].text == "mine"


def test_stopping_a_generation_loses_nothing(writer: Hands, server: LLMServer) -> None:
    server.mode = "stall"
    writer.trigger("words.generate")
    writer.until(lambda: writer.states.generation.classes[1].text)
    started = time.monotonic()
    writer.trigger("words.cancel")
    writer.until(lambda: not writer.states.generation.running)
    assert time.monotonic() - started < 1.0
    assert writer.session.classes[1].text == "mine"
    assert writer.find("description_editor").toPlainText() == "mine"  # type: ignore[attr-defined]


def test_without_a_key_there_is_a_clear_message_and_nothing_is_lost(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyring.get_password", lambda service, user: None)
    hands.window.settings.llm = LLMSettings()  # OpenAI's, which wants a key
    class_edits.add_class(hands.session, "soil")
    describe_class(hands.session, 1, "mine")
    hands.trigger("words.generate")
    hands.until(lambda: hands.message)
    assert "key" in hands.message
    assert hands.session.classes[1].text == "mine"
    assert hands.window.actions_by_id["words.generate"].isEnabled()


@pytest.mark.parametrize("mode", ["wrong key", "not json", "cut"])
def test_a_failing_language_model_loses_nothing(writer: Hands, server: LLMServer, mode: str) -> None:
    server.mode = mode  # type: ignore[assignment]
    writer.trigger("words.generate")
    writer.until(lambda: not writer.states.generation.running)
    assert "unexpected" not in writer.message
    assert writer.message
    assert writer.session.classes[1].text == "mine"


# --- projects ---------------------------------------------------------------------------------


def test_a_project_is_saved_and_opened(hands: Hands, scene_file: Path, tmp_path: Path) -> None:
    hands.open_file(scene_file)
    class_edits.add_class(hands.session, "soil")
    describe_class(hands.session, 1, "bright")
    put_description(hands.session, 1, (Description.now("dark"),), "Describe it anew")
    hands.states.painting.begin_stroke((3, 3), erase=False)
    hands.states.painting.end_stroke()
    folder = tmp_path / "work.s3fnproj"
    hands.ask.paths |= {"project target": folder, "project": folder}
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    assert hands.window.windowTitle() == "work[*] – S3FN"
    painted = hands.count(1)
    hands.session.clear()
    hands.trigger("file.open_project")
    hands.until(lambda: hands.session.cubes.current)
    assert hands.count(1) == painted
    assert hands.session.classes[1].text == "dark"
    assert hands.find("description_history").isEnabled()
    assert not hands.session.dirty


def test_a_closed_cube_leaves_the_project_and_a_missing_one_stays(
    hands: Hands, scene_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "b").mkdir()
    other = write_scene(tmp_path / "b")
    hands.open_file(scene_file)
    hands.open_file(other)
    folder = tmp_path / "work.s3fnproj"
    hands.ask.paths |= {"project target": folder, "project": folder}
    hands.trigger("file.save")
    hands.until(lambda: hands.session.project)
    scene_file.unlink()
    hands.trigger("file.open_project")
    hands.until(lambda: "missing" in hands.message)
    assert len(hands.session.cubes.items) == 1
    hands.trigger("file.close_cube")
    class_edits.add_class(hands.session, "soil")
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    assert [entry.name for entry in Project.load(folder).missing] == ["scene"]
    assert len(Project.load(folder).cubes) == 1


def test_a_folder_that_is_no_project_leaves_everything_as_it_is(hands: Hands, tmp_path: Path) -> None:
    hands.open_scene()
    hands.ask.paths["project"] = tmp_path
    hands.trigger("file.open_project")
    hands.until(lambda: hands.message)
    assert "is not a project" in hands.message
    assert hands.session.cubes.current is not None


# --- training that cannot start ---------------------------------------------------------------


def test_training_says_what_is_missing(hands: Hands) -> None:
    hands.open_scene()
    class_edits.add_class(hands.session, "soil")
    hands.trigger("train.start")
    assert "at least two classes" in hands.message
    class_edits.add_class(hands.session, "water")
    hands.states.painting.begin_stroke((3, 3), erase=False)
    hands.states.painting.end_stroke()
    hands.trigger("train.start")
    assert hands.message.startswith("soil has no labelled pixels")
    assert not hands.states.training.running


def test_a_class_whose_words_state_a_spectrum_needs_no_labels(hands: Hands) -> None:
    hands.open_scene()
    item, ids = hands.session.cubes.items[0], np.zeros((LINES, SAMPLES), np.uint8)
    ids[:4, :4], ids[6:10, :4] = 1, 2
    put_labels(hands.session, item, ids)
    class_edits.add_class(hands.session, "water")
    assert obstacle(hands.session).startswith("water has no labelled pixels")
    words = Description("Expected reflectance: 450 nm 6 %, 600 nm 3 %, 900 nm 1 %.")
    put_description(hands.session, hands.session.classes.ids[-1], (words,), "Describe")
    assert obstacle(hands.session) == ""


def test_there_is_nothing_to_export_before_a_map(hands: Hands) -> None:
    hands.open_scene()
    assert not hands.window.actions_by_id["file.export"].isEnabled()
    hands.window.flows.export.export()
    assert "no map yet" in hands.message


# --- errors and closing -----------------------------------------------------------------------


def test_an_unexpected_error_names_the_log_and_has_details(hands: Hands) -> None:
    report = explain(ZeroDivisionError("division by zero"), "training")
    assert "unexpected error (ZeroDivisionError)" in report.text
    assert "s3fn" in report.text
    assert "division by zero" in report.details
    hands.session.report(report.level, report.text, report.details)
    assert hands.find("message_details").isVisible()
    hands.find("message_close").click()  # type: ignore[attr-defined]
    assert hands.message == ""


@pytest.mark.parametrize("allocate", [lambda: np.empty(1 << 50), lambda: np.ones(1 << 50).tolist()])
def test_a_job_that_does_not_fit_says_what_would(hands: Hands, allocate: Callable[[], object]) -> None:
    hands.window.runner.start("map", "Mapping scene", allocate, lambda _: None)
    hands.until(lambda: "not enough memory" in hands.message)
    assert hands.message.startswith("Mapping scene: There is not enough memory for ")
    assert "device cpu" in hands.message
    assert "unexpected" not in hands.message


def test_an_error_of_a_thread_reaches_the_bar(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.window.errors._hook(ValueError, ValueError("odd"), None)
    hands.until(lambda: "Unexpected error (ValueError)" in hands.message)


def endless() -> Operation[None]:
    """Works until it is stopped."""
    while True:
        time.sleep(0.01)
        yield Progress("work", 0.5)


def test_closing_during_a_job_stops_it(hands: Hands) -> None:
    hands.window.runner.start("work", "Working", endless, print)
    hands.until(lambda: hands.window.runner.active)
    started = time.monotonic()
    assert hands.window.close()
    assert time.monotonic() - started < 1.5
    assert not hands.window.isVisible()


def test_closing_asks_about_a_training_and_goes_on_where_it_is_kept(hands: Hands) -> None:
    job = hands.window.runner.start("train", "Training", endless, print, makes="work")
    hands.ask.sure = False
    assert not hands.window.close()
    assert "Training is still running" in hands.ask.asked[-1]
    assert job.is_active
    hands.ask.sure = True
    assert hands.window.close()


@pytest.mark.parametrize("makes", ["work", "file"])
def test_another_project_asks_about_work_but_not_about_files(
    hands: Hands, tmp_path: Path, makes: Literal["work", "file"]
) -> None:
    job = hands.window.runner.start("work", "Working", endless, print, makes=makes)
    hands.ask.sure = False
    hands.window.flows.project.open(tmp_path / "other.s3fnproj")
    assert job.is_active
    assert ("Working is still running. Stop and lose the progress?" in hands.ask.asked) is (makes == "work")


def test_closing_during_a_training_asks(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3fn_gui.model.training.flow.train_and_map", lambda *_: endless())
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    for name, column in (("rise", 0), ("fall", SAMPLES // 2)):
        new = class_edits.add_class(hands.session, name)
        box = (2, column + 2, 12, column + 12)
        hands.session.push_labels(item, item.labels.edit(box, np.ones((10, 10), bool), new), "Paint")
    hands.trigger("train.start")
    hands.ask.sure = False
    assert not hands.window.close()
    assert "Training is still running" in hands.ask.asked[-1]
    assert hands.states.training.running
    hands.ask.sure = True
    assert hands.window.close()


def test_closing_asks_about_changes(hands: Hands, scene_file: Path, tmp_path: Path) -> None:
    hands.open_file(scene_file)
    class_edits.add_class(hands.session, "soil")
    hands.ask.save_changes = "cancel"
    assert not hands.window.close()
    hands.ask.save_changes = "save"
    hands.ask.paths["project target"] = tmp_path / "kept.s3fnproj"
    hands.window.close()
    hands.until(lambda: not hands.window.isVisible())
    assert (tmp_path / "kept.s3fnproj" / "project.json").is_file()


def test_long_texts_in_the_status_bar_make_no_window_wider(hands: Hands) -> None:
    hands.open_scene()
    least = hands.window.minimumSizeHint().width()
    for name in ("status_hint", "status_position", "status_job"):
        hands.find(name, QLabel).setText("Somewhat longer than there is room for " * 5)  # type: ignore[attr-defined]
    QApplication.processEvents()
    assert hands.window.minimumSizeHint().width() == least


def test_the_status_bar_cancels_the_running_job_that_it_shows(hands: Hands) -> None:
    hands.window.runner.start("look", "Looking", endless, print, brief=True)
    assert not hands.find("status_cancel").isVisible()
    hands.window.runner.start("work", "Working", endless, print)
    hands.until(lambda: hands.find("status_cancel").isVisible())
    assert hands.find("status_job", QLabel).text() == "Working"  # type: ignore[attr-defined]
    hands.window.runner.cancel("look")
    hands.find("status_cancel").click()  # type: ignore[attr-defined]
    hands.until(lambda: not hands.window.runner.active)


def test_the_band_can_still_be_chosen_in_a_small_window(hands: Hands) -> None:
    hands.open_scene()
    hands.window.resize(1024, 700)
    hands.until(lambda: hands.window.width() == 1024)
    assert hands.find("band_slider").width() >= 60
    assert hands.find("cube_list").width() >= 120


def test_the_layout_of_the_window_is_remembered(window: MainWindow, qtbot: QtBot) -> None:
    window.docks["cubes"].close()
    window.close()
    again = make_window(window.settings)
    assert again.docks["cubes"].isHidden()
    put_away(again)


def test_the_window_opens_without_the_heavy_libraries() -> None:
    program = (
        "import os, sys; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from s3fn_gui.shell.window import make_window\n"
        "window = make_window(); window.show()\n"
        "print([n for n in ('torch', 'transformers', 'openai', 'sklearn') if n in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"
    assert "Traceback" not in done.stderr


def test_hovering_outside_of_the_image_is_nothing(hands: Hands) -> None:
    hands.open_scene()
    for position in ((-1, 0), (0, SAMPLES), (99, 99)):
        hands.session.cubes.hover(position)
        assert hands.session.view.hover is None
