"""From counts to reflectance in the window: the question, the dialog, undo, and writing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.reference_sources import FromScene
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.cubes.treating.treatment import Mask, Treatment
from s3fn_gui.base import theme
from s3fn_gui.cubes.calibration.dialog import CalibrateDialog, CalibrationAnswer
from s3fn_gui.session.cube import OpenCube
from tests.gui.support import BANDS, LINES, SAMPLES, WAVELENGTHS, Hands, scene_array

DARK, WHITE = 100, 3000
SATURATED = 4095
Opener = Callable[[], CalibrateDialog]


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """Counts of the scene with its references, as a camera leaves them; the header is given."""
    truth = np.clip(scene_array(), 0, 1)
    gain = np.linspace(0.8, 1.2, SAMPLES)[:, None] * np.ones(BANDS)
    white = DARK + (WHITE - DARK) * gain
    raw = np.round(DARK + truth * (white - DARK)).astype(np.uint16)
    raw[0, :3] = SATURATED
    raw[-4:] = white.astype(np.uint16)  # a tile at the end of the scene
    folder = tmp_path / "lab"
    folder.mkdir()
    for name, values in (
        ("scan", raw),
        ("WHITEREF_scan", np.repeat(white[None], 3, axis=0).astype(np.uint16)),
        ("DARKREF_scan", np.full((3, SAMPLES, BANDS), DARK, np.uint16)),
    ):
        write_envi(values, folder / f"{name}.hdr", WAVELENGTHS)
    return folder / "scan.hdr"


def current(hands: Hands) -> OpenCube:
    item = hands.session.cubes.current
    assert item is not None
    return item


@pytest.fixture
def opener(hands: Hands, lab: Path) -> Opener:
    """Opens the dialog for the cube of the lab, and waits for the first result."""
    hands.open_file(lab)

    def opened() -> CalibrateDialog:
        dialog = CalibrateDialog(hands.window, current(hands), hands.window.runner)
        dialog.show()
        hands.until(lambda: dialog.white.source is not None)
        settled(hands, dialog)
        return dialog

    return opened


def settled(hands: Hands, dialog: CalibrateDialog) -> None:
    """Wait until everything asked for was tried and counted."""
    hands.until(
        lambda: not dialog._timer.isActive() and not hands.window.runner.active and dialog._tried is not None
    )


def told(dialog: CalibrateDialog, name: str = "calibrate_told") -> str:
    found = dialog.findChild(QLabel, name)
    assert found is not None
    return "" if found.isHidden() else found.text()


# --- the question -----------------------------------------------------------------------------


def test_references_beside_raw_counts_are_asked_about(hands: Hands, lab: Path) -> None:
    hands.open_file(lab)
    assert hands.message == "There are white and dark references next to scan."
    button = hands.find("message_action", QPushButton)
    assert isinstance(button, QPushButton)
    assert button.text() == "Calibrate…"
    button.click()
    assert hands.ask.asked[-1] == "calibration"
    assert hands.message == ""


def test_the_question_goes_with_its_cube(hands: Hands, lab: Path) -> None:
    hands.open_file(lab)
    assert hands.message
    hands.open_scene()
    assert hands.message == ""
    assert current(hands).cube.name == "scene"
    hands.session.report("info", "Something else.")
    assert hands.find("message_action").isHidden()


@pytest.mark.parametrize("case", ["reference", "reflectance", "alone"])
def test_nothing_is_asked_where_there_is_nothing_to_ask(hands: Hands, lab: Path, case: str) -> None:
    path = lab
    if case == "reference":
        path = lab.with_name("WHITEREF_scan.hdr")
    elif case == "reflectance":
        path = write_envi(scene_array(), lab.with_name("other.hdr"), WAVELENGTHS)
    else:
        for file in lab.parent.glob("*REF_*"):
            file.unlink()
    hands.open_file(path)
    assert hands.message == ""


def test_a_project_asks_nothing_and_keeps_the_references(hands: Hands, lab: Path, tmp_path: Path) -> None:
    hands.open_file(lab)
    item = current(hands)
    white = Reference(np.full((SAMPLES, BANDS), WHITE, float), "tile", notes=("seen before",))
    hands.ask.chosen_calibration = CalibrationAnswer(Calibration(white))
    hands.trigger("cube.calibrate")
    folder = tmp_path / "kept.s3fnproj"
    hands.ask.paths |= {"project target": folder, "project": folder}
    for calibrated in (True, False):
        hands.trigger("file.save")
        hands.until(lambda: not hands.session.dirty)
        before = current(hands)
        hands.trigger("file.open_project")
        hands.until(lambda before=before: hands.session.cubes.current not in (None, before))
        assert "references next to" not in hands.message
        item = current(hands)
        assert any("seen before" in note for note in item.cube.notes) == calibrated
        hands.ask.chosen_calibration = CalibrationAnswer(None)
        if calibrated:
            hands.trigger("cube.calibrate")


def test_the_panel_offers_what_makes_sense(hands: Hands, lab: Path) -> None:
    button = hands.find("calibrate_open", QPushButton)
    assert isinstance(button, QPushButton)
    hands.open_scene()
    assert button.isHidden()
    hands.open_file(lab)
    assert not button.isHidden()
    assert button.text() == "Calibrate…"
    hands.ask.chosen_calibration = CalibrationAnswer(Calibration(Reference.constant(WHITE)))
    button.click()
    assert button.text() == "Change…"


# --- applying ---------------------------------------------------------------------------------


def test_a_calibration_is_one_step_and_can_be_removed(hands: Hands, lab: Path) -> None:
    hands.open_file(lab)
    item = current(hands)
    before = lab.with_suffix(".img").read_bytes()
    hands.ask.chosen_calibration = CalibrationAnswer(
        Calibration(Reference.constant(WHITE), Reference.constant(DARK))
    )
    hands.trigger("cube.calibrate")
    assert hands.session.undo_stack.undoText() == "Calibrate to reflectance"
    expected = (item.source.read() - DARK) / (WHITE - DARK)
    np.testing.assert_allclose(item.cube.read(), expected, atol=1e-6)
    assert any("Reflectance by white constant 3000" in note for note in item.cube.notes)
    assert "Reflectance by white" in hands.find("cube_information").toPlainText()
    hands.until(lambda: item.is_drawn)
    hands.trigger("edit.undo")
    assert item.cube is item.source
    hands.trigger("edit.redo")
    hands.ask.chosen_calibration = CalibrationAnswer(None)
    hands.trigger("cube.calibrate")
    assert hands.session.undo_stack.undoText() == "Remove calibration"
    assert item.cube is item.source
    assert lab.with_suffix(".img").read_bytes() == before


def test_one_that_does_not_fit_is_told(hands: Hands, lab: Path) -> None:
    hands.open_file(lab)
    hands.ask.chosen_calibration = CalibrationAnswer(
        Calibration(Reference.spectrum([1.0, 2.0], "of another camera"))
    )
    hands.trigger("cube.calibrate")
    assert "of another camera has 2 bands" in hands.message
    assert current(hands).treatment.is_empty


# --- the dialog -------------------------------------------------------------------------------


def test_return_calibrates_wherever_one_types(opener: Opener) -> None:
    dialog = opener()
    for box in (dialog.white, dialog.dark):
        for field in box.findChildren(QWidget):
            field.setFocus()
            chosen = [
                button.objectName() for button in dialog.findChildren(QPushButton) if button.isDefault()
            ]
            assert chosen == ["calibrate_ok"]


def test_what_was_found_is_filled_in_and_gives_the_reflectance(opener: Opener) -> None:
    dialog = opener()
    assert "Found next to the cube: WHITEREF_scan.hdr, DARKREF_scan.hdr." in told(dialog, "calibrate_found")
    assert dialog.ok.isEnabled()
    dialog.ok.click()
    assert dialog.answer is not None
    calibration = dialog.answer.calibration
    assert calibration is not None
    made = Treatment(calibration=calibration).applied(dialog._item.source).read()
    np.testing.assert_allclose(made[1:-4], np.clip(scene_array(), 0, 1)[1:-4], atol=1e-3)
    assert dialog._tried is not None
    curves = dialog._tried.curves
    assert curves is not None
    np.testing.assert_allclose(curves.white, WHITE, rtol=1e-3)
    np.testing.assert_allclose(curves.dark, DARK)
    assert np.all(curves.low <= curves.mean)
    assert np.all(curves.mean <= curves.high)


def test_saturation_is_counted_from_the_level_of_the_camera(hands: Hands, opener: Opener) -> None:
    dialog = opener()
    assert told(dialog) == "No saturated pixels and no dead samples."
    dialog._choose_level(4095.0)
    settled(hands, dialog)
    assert f"at most 3 of {LINES * SAMPLES}" in told(dialog)
    picture = dialog.findChild(QLabel, "calibrate_where")
    assert picture is not None
    assert not picture.isHidden()
    image = picture.pixmap().toImage()
    mark = QColor(theme.current().error).rgb()
    marked = [(y, x) for y in range(LINES) for x in range(SAMPLES) if image.pixel(x, y) == mark]
    assert marked == [(0, 0), (0, 1), (0, 2)]
    dialog.ok.click()
    hands.ask.chosen_calibration = dialog.answer
    hands.trigger("cube.calibrate")
    assert "reflectance now" in hands.message
    assert f"at most 3 of {LINES * SAMPLES}" in hands.message


def test_a_level_that_nothing_reaches(hands: Hands, opener: Opener) -> None:
    dialog = opener()
    dialog._choose_level(5000.0)
    settled(hands, dialog)
    assert dialog.plan.maximum == 5000
    assert told(dialog) == "No saturated pixels and no dead samples."


def test_a_tile_in_the_scene_is_a_white_reference(hands: Hands, opener: Opener) -> None:
    dialog = opener()
    dialog.white.choose("lines")
    dialog.white.lines[0].setValue(LINES - 4)
    settled(hands, dialog)
    assert dialog.plan.white == FromScene((LINES - 4, LINES - 1))
    dialog.ok.click()
    assert dialog.answer is not None
    assert dialog.answer.calibration is not None
    made = Treatment(calibration=dialog.answer.calibration).applied(dialog._item.source)
    np.testing.assert_allclose(made.read()[-1], 1, atol=1e-3)
    dialog.white.samples[1].setValue(5)
    assert dialog.plan.white == FromScene((LINES - 4, LINES - 1), (0, 5))


@pytest.mark.parametrize("place", ["white", "dark", "panel"])
def test_what_does_not_fit_is_told_beside_it(
    hands: Hands, opener: Opener, tmp_path: Path, place: str
) -> None:
    dialog = opener()
    if place == "panel":
        wrong = tmp_path / "panel.csv"
        wrong.write_text("wavelength (nm),panel\n600,0.9\n700,0.9\n")
        dialog.panel.choose("file")
        dialog.panel.file.show_path(wrong)
    else:
        narrow = np.full((2, SAMPLES - 3, BANDS), 7, np.uint16)
        wrong = write_envi(narrow, tmp_path / "narrow.hdr", WAVELENGTHS)
        getattr(dialog, place).propose(wrong)
    assert not dialog.ok.isEnabled()
    settled(hands, dialog)
    assert not dialog.ok.isEnabled()
    words = "cover 600 to 700 nm" if place == "panel" else f"{SAMPLES - 3} samples"
    assert words in told(dialog, f"calibrate_{place}_problem")
    others = {"white", "dark", "panel"} - {place}
    assert not any(told(dialog, f"calibrate_{other}_problem") for other in others)
    if place == "dark":
        dialog.dark.same.setChecked(True)
        settled(hands, dialog)
        assert dialog.ok.isEnabled()
        assert not told(dialog, "calibrate_dark_problem")


def test_a_white_reference_must_be_brighter_than_the_dark_one(hands: Hands, opener: Opener) -> None:
    dialog = opener()
    dialog.white.choose("constant")
    dialog.white.number.setValue(DARK / 2)
    settled(hands, dialog)
    assert "nowhere brighter" in told(dialog, "calibrate_white_problem")
    assert not dialog.ok.isEnabled()


def test_without_a_white_reference_there_is_nothing_to_apply(hands: Hands, opener: Opener) -> None:
    dialog = opener()
    dialog.white.file.edit.clear()
    settled(hands, dialog)
    assert told(dialog) == "Choose a white reference."
    assert not dialog.ok.isEnabled()


def test_no_dark_reference_and_a_grey_panel(hands: Hands, opener: Opener) -> None:
    dialog = opener()
    dialog.dark.choose("none")
    dialog.panel.factor.setValue(0.5)
    settled(hands, dialog)
    tried = dialog._tried
    assert tried is not None
    assert tried.calibration is not None
    assert not tried.calibration.dark.values.any()
    assert tried.calibration.panel.tolist() == [0.5]


def test_the_present_references_are_shown_and_kept(hands: Hands, opener: Opener) -> None:
    first = opener()
    first._choose_level(4095.0)
    first.panel.factor.setValue(0.9)
    settled(hands, first)
    first.ok.click()
    hands.ask.chosen_calibration = first.answer
    hands.trigger("cube.calibrate")
    again = opener()
    assert again.white.box.currentText() == "Current: WHITEREF_scan"
    assert again.dark.box.currentText() == "Current: DARKREF_scan"
    assert again.panel.factor.value() == pytest.approx(0.9)
    assert again.plan.maximum == 4095
    again.ok.click()
    assert again.answer is not None
    present = current(hands).treatment.calibration
    assert present is not None
    assert again.answer.calibration is not None
    assert again.answer.calibration.white is present.white
    other = opener()
    remove = other.findChild(QPushButton, "calibrate_remove")
    assert remove is not None
    remove.click()
    assert other.answer == CalibrationAnswer(None)


def test_a_dialog_that_was_closed_leaves_no_work_behind(hands: Hands, opener: Opener) -> None:
    dialog = opener()
    dialog.panel.factor.setValue(0.5)
    dialog._timer.stop()
    dialog._try()
    dialog.reject()
    hands.until(lambda: not hands.window.runner.active)
    assert dialog.answer is None
    assert dialog._tried is None


# --- writing ----------------------------------------------------------------------------------


def test_the_treated_cube_is_written(hands: Hands, lab: Path) -> None:
    hands.open_file(lab)
    item = current(hands)
    objects = np.zeros((LINES, SAMPLES), np.int32)
    objects[:, :20] = 1
    treatment = Treatment(None, Calibration(Reference.constant(WHITE)), Mask(objects))
    hands.session.push_treatment(item, treatment, "Treat")
    target = lab.with_name("made.hdr")
    hands.ask.paths["cube target"] = target
    hands.trigger("cube.write")
    hands.until(lambda: "saved" in hands.message)
    assert "scan_masked" in hands.ask.asked
    found = open_cube(target)
    np.testing.assert_array_equal(found.read(), item.cube.read())
    assert not found.read()[:, 20:].any()
    assert found.wavelengths is not None


def test_a_cube_is_not_written_over_an_open_one(hands: Hands, lab: Path) -> None:
    other = lab.with_name("WHITEREF_scan.hdr")
    hands.open_file(other)
    hands.open_file(lab)
    content = {p.name: p.read_bytes() for p in lab.parent.iterdir()}
    for target in (lab, other):
        hands.ask.paths["cube target"] = target
        hands.trigger("cube.write")
        assert "stays as it is" in hands.message
    assert {p.name: p.read_bytes() for p in lab.parent.iterdir()} == content


def test_other_files_are_replaced_after_a_question_only(hands: Hands, lab: Path) -> None:
    hands.open_file(lab)
    target = lab.with_name("made.hdr")
    target.with_suffix(".img").write_bytes(b"mine")
    hands.ask.paths["cube target"] = target
    hands.ask.sure = False
    hands.trigger("cube.write")
    assert hands.ask.asked[-1] == "Replace made.img?"
    assert target.with_suffix(".img").read_bytes() == b"mine"
    hands.ask.sure = True
    hands.trigger("cube.write")
    hands.until(lambda: "saved" in hands.message)
    assert open_cube(target).shape == (LINES, SAMPLES, BANDS)


def test_a_cancelled_writing_leaves_nothing(hands: Hands, lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half_done, go_on = threading.Event(), threading.Event()

    def slowly(cube: Cube) -> Iterator[slice]:
        yield slice(0, 10)
        half_done.set()
        go_on.wait(30)
        yield slice(10, cube.lines)

    monkeypatch.setattr("s3fn_core.cubes.treating.writing.line_blocks", slowly)
    hands.open_file(lab)
    hands.ask.paths["cube target"] = lab.with_name("made.hdr")
    before = sorted(p.name for p in lab.parent.iterdir())
    hands.trigger("cube.write")
    hands.until(half_done.is_set)
    assert len(list(lab.parent.iterdir())) > len(before)
    hands.window.runner.cancel("write cube")
    go_on.set()
    hands.until(lambda: not hands.window.runner._threads)
    assert sorted(p.name for p in lab.parent.iterdir()) == before
    assert "saved" not in hands.message
