"""Editing a cube's metadata with keys, clipboard and mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTextBrowser,
    QToolButton,
    QWidget,
)

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import write_envi
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.cubes.treating.treatment import Mask, Metadata, Treatment
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.cubes.metadata.band_table import BAND, GOOD, WAVELENGTH, BandTable
from s3fn_gui.cubes.metadata.dialog import MetadataDialog
from s3fn_gui.session.cube import OpenCube
from tests.gui.support import BANDS, WAVELENGTHS, Hands, scene_array

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
NM = np.linspace(500.0, 1600.0, BANDS)  # 100 nm apart
WidgetT = TypeVar("WidgetT", bound=QWidget)


class Editor:
    """The dialog over the scene, with fingers."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        hands.trigger("cube.metadata")
        found = hands.window.findChild(MetadataDialog)
        assert isinstance(found, MetadataDialog)
        self.dialog = found
        self.draft = found.draft
        hands.until(lambda: self.find("metadata_waiting", QLabel).text() != "Reading…")

    def find(self, name: str, kind: type[WidgetT]) -> WidgetT:
        found = self.dialog.findChild(kind, name)
        assert isinstance(found, kind), name
        return found

    def click(self, name: str) -> None:
        button = self.dialog.findChild(QPushButton, name) or self.find(name, QToolButton)
        assert button.isEnabled(), name
        QTest.mouseClick(button, LEFT)

    def type(self, name: str, text: str) -> None:
        """Replace what stands in a field."""
        box = self.dialog.findChild(QComboBox, name)
        field = self.find(name, QLineEdit) if box is None else box.lineEdit()
        field.selectAll()
        QTest.keyClicks(field, text) if text else QTest.keyClick(field, Qt.Key.Key_Delete)

    def text(self, name: str) -> str:
        box = self.dialog.findChild(QComboBox, name)
        return self.find(name, QLineEdit).text() if box is None else box.currentText()

    def drag(
        self, start: float, stop: float, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE
    ) -> None:
        """Across the plot, from one place on its axis to another."""
        QApplication.processEvents()
        viewport = self.dialog.bands.plot.plot.viewport()
        QTest.mousePress(viewport, button, keys, self.place(start))
        for place in (self.place((start + stop) / 2), self.place(stop)):
            event = QMouseEvent(
                QEvent.Type.MouseMove,
                QPointF(place),
                QPointF(viewport.mapToGlobal(place)),
                Qt.MouseButton.NoButton,
                button,
                keys,
            )
            QApplication.sendEvent(viewport, event)
        QTest.mouseRelease(viewport, button, keys, self.place(stop))

    def place(self, along: float) -> QPoint:
        plot: Any = self.dialog.bands.plot.plot
        box = plot.getViewBox()
        height = sum(box.viewRange()[1]) / 2
        return QPoint(plot.mapFromScene(box.mapViewToScene(QPointF(along, height))))

    def paste(self, text: str) -> None:
        QApplication.clipboard().setText(text)
        self.click("metadata_paste")

    @property
    def table(self) -> BandTable:
        return self.find("metadata_bands", BandTable)

    def cell(self, row: int, column: int, role: Any = Qt.ItemDataRole.DisplayRole) -> Any:
        model = self.table.model()
        return model.data(model.index(row, column), role)

    def click_cell(self, row: int, column: int) -> None:
        """In the middle of a cell, or on its box."""
        table = self.table
        rect = table.visualRect(table.model().index(row, column))
        where = rect.center() if column != GOOD else QPoint(rect.left() + 10, rect.center().y())
        QTest.mouseClick(table.viewport(), LEFT, pos=where)

    @property
    def bad(self) -> list[int]:
        """Bad bands, from 1."""
        return [int(band) + 1 for band in np.flatnonzero(~self.draft.good)]

    @property
    def message(self) -> str:
        return self.find("metadata_message", QLabel).text()

    @property
    def can_ok(self) -> bool:
        return self.find("metadata_ok", QPushButton).isEnabled()

    def ok(self) -> None:
        self.click("metadata_ok")
        assert not self.dialog.is_open


def scene(tmp_path: Path, **known: Any) -> Path:
    cube = Cube(scene_array(), "scene", wavelengths=NM, **known)
    return write_envi(cube, tmp_path / "scene.hdr")


@pytest.fixture
def item(hands: Hands, tmp_path: Path) -> OpenCube:
    hands.open_file(scene(tmp_path))
    assert hands.session.cubes.current is not None
    return hands.session.cubes.current


@pytest.fixture
def editor(hands: Hands, item: OpenCube) -> Editor:
    return Editor(hands)


# --- wavelengths -------------------------------------------------------------------------------


def test_ok_is_one_undo_step(hands: Hands, editor: Editor, item: OpenCube) -> None:
    editor.paste("\n".join(f"{value:g}" for value in WAVELENGTHS.round(2)))
    editor.ok()
    assert np.allclose(item.cube.wavelengths, WAVELENGTHS.round(2))
    assert item.cube.path == item.source.path
    assert hands.session.undo_stack.undoText() == "Edit metadata"
    assert hands.session.undo_stack.count() == 1
    hands.trigger("edit.undo")
    assert np.array_equal(item.cube.wavelengths, NM)
    assert item.treatment.metadata is None


def test_nothing_changed_is_no_step(hands: Hands, editor: Editor) -> None:
    editor.ok()
    assert not hands.session.undo_stack.canUndo()


def test_cancel_changes_nothing(hands: Hands, editor: Editor, item: OpenCube) -> None:
    editor.type("metadata_scale", "0.5")
    editor.dialog.reject()
    assert item.treatment.is_empty
    assert not hands.session.undo_stack.canUndo()


def test_what_equals_the_file_again_is_no_edit(hands: Hands, editor: Editor, item: OpenCube) -> None:
    editor.type("metadata_scale", "0.5")
    editor.ok()
    assert item.treatment.metadata is not None
    again = Editor(hands)
    assert again.text("metadata_scale") == "0.5"
    again.paste("\n".join(f"{value / 1000:g}" for value in NM))  # the same ones in µm
    again.click("metadata_scale_reset")
    again.ok()
    assert item.treatment.metadata is None


def test_wrong_counts_are_told_and_block(editor: Editor) -> None:
    editor.paste("400 410 420")
    assert editor.message == "3 numbers for 12 bands: give one per band, or none."
    assert not editor.can_ok
    assert editor.find("metadata_wavelengths_edited", QLabel).isVisible()
    editor.paste(" ".join(str(400 + 10 * i) for i in range(14)))
    assert "14 numbers for 12 bands" in editor.message
    assert editor.table.model().rowCount() == 14
    assert editor.cell(13, BAND) == "surplus"
    editor.click("metadata_wavelengths_reset")
    assert editor.can_ok
    assert editor.message == ""


def test_odd_wavelengths_warn_and_do_not_block(editor: Editor) -> None:
    values = NM.copy()
    values[4] = values[3]
    editor.paste("\n".join(f"{value:g}" for value in values))
    assert "repeats at band 5" in editor.message
    assert editor.can_ok


def test_a_unit_that_was_wrong(editor: Editor, item: OpenCube) -> None:
    editor.paste("\n".join(f"{0.4 + 0.1 * i:.1f}".replace(".", ",") for i in range(BANDS)))
    assert editor.text("metadata_unit") == "µm"
    assert "taken as µm" in editor.message
    editor.find("metadata_unit", QComboBox).textActivated.emit("cm-1")
    assert editor.can_ok
    editor.paste("\n".join(f"{1e7 / value:.4f}" for value in NM))
    editor.find("metadata_unit", QComboBox).textActivated.emit("cm-1")
    editor.ok()
    assert item.cube.wavelengths is not None
    assert np.allclose(item.cube.wavelengths, NM, atol=0.01)


def test_a_cell_is_typed_into(editor: Editor, item: OpenCube) -> None:
    editor.click_cell(1, WAVELENGTH)
    QTest.keyClicks(editor.table.viewport(), "6")
    field = editor.table.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "12,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert editor.cell(1, WAVELENGTH) == "612.5"
    assert editor.cell(1, WAVELENGTH, Qt.ItemDataRole.FontRole).bold()
    assert editor.cell(2, WAVELENGTH, Qt.ItemDataRole.FontRole) is None
    assert editor.dialog.isVisible()
    model = editor.table.model()
    assert not model.setData(model.index(1, WAVELENGTH), "abc")
    assert model.setData(model.index(0, WAVELENGTH), "")
    assert "11 numbers for 12 bands" in editor.message
    editor.click("metadata_none")
    editor.ok()
    assert item.cube.wavelengths is None


def test_one_number_in_an_empty_table_is_too_few(editor: Editor) -> None:
    editor.click("metadata_none")
    model = editor.table.model()
    assert model.setData(model.index(3, WAVELENGTH), "700")
    assert "1 number for 12 bands" in editor.message
    assert model.setData(model.index(3, WAVELENGTH), "")
    assert editor.can_ok


def test_the_clipboard_by_keys(editor: Editor) -> None:
    editor.table.setFocus()
    QTest.keyClick(editor.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().split() == [f"{value:g}" for value in NM]
    QApplication.clipboard().setText("nothing")
    QTest.keyClick(editor.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "no number" in editor.message
    assert editor.can_ok


def test_even_wavelengths(editor: Editor, item: OpenCube) -> None:
    assert not editor.find("metadata_even_first", QLineEdit).isVisible()
    editor.click("metadata_even")
    assert editor.text("metadata_even_first") == "500"
    editor.type("metadata_even_second", "x")
    editor.click("metadata_even_fill")
    assert "two numbers" in editor.message
    editor.type("metadata_even_first", "400")
    editor.type("metadata_even_second", "2,5")
    editor.find("metadata_even_kind", QComboBox).setCurrentText("step")
    editor.click("metadata_even_fill")
    editor.ok()
    assert item.cube.wavelengths is not None
    assert np.allclose(item.cube.wavelengths, 400 + 2.5 * np.arange(BANDS))


def test_wavelengths_of_another_file(hands: Hands, editor: Editor, tmp_path: Path) -> None:
    other = Cube(np.ones((4, 5, BANDS), np.float32), "other", wavelengths=WAVELENGTHS)
    hands.ask.paths["wavelengths"] = write_envi(other, tmp_path / "other.hdr")
    editor.click("metadata_load")
    hands.until(lambda: "other.hdr" in editor.message)
    assert np.allclose(editor.draft.centres, WAVELENGTHS)
    path = tmp_path / "list.txt"
    path.write_text("nothing")
    hands.ask.paths["wavelengths"] = path
    editor.click("metadata_load")
    hands.until(lambda: "no number" in editor.message)
    assert editor.can_ok


# --- bad bands ---------------------------------------------------------------------------------


def test_dragging_marks_bad_and_good_again(editor: Editor, item: OpenCube) -> None:
    editor.drag(680, 1020)
    assert editor.bad == [3, 4, 5, 6]
    assert editor.text("metadata_bad_bands") == "3-6"
    assert editor.dialog.bands.plot.shaded == [(650.0, 1050.0)]
    editor.drag(1450, 1300)
    assert editor.bad == [3, 4, 5, 6, 9, 10]
    editor.drag(780, 920, RIGHT)
    assert editor.bad == [3, 6, 9, 10]
    editor.drag(1280, 1420, LEFT, SHIFT)
    assert editor.bad == [3, 6]
    assert editor.cell(2, GOOD, Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    editor.ok()
    assert np.flatnonzero(~item.cube.good_bands).tolist() == [2, 5]


def test_a_drag_between_two_bands_marks_the_nearest(editor: Editor) -> None:
    editor.drag(820, 830)
    assert editor.bad == [4]


def test_a_drag_can_be_taken_back_while_it_lasts(editor: Editor) -> None:
    viewport = editor.dialog.bands.plot.plot.viewport()
    QApplication.processEvents()
    QTest.mousePress(viewport, LEFT, NONE, editor.place(680))
    for along, bad in ((1020, [3, 4, 5, 6]), (820, [3, 4])):
        place = editor.place(along)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(place),
            QPointF(viewport.mapToGlobal(place)),
            Qt.MouseButton.NoButton,
            LEFT,
            NONE,
        )
        QApplication.sendEvent(viewport, event)
        assert editor.bad == bad
    QTest.mouseRelease(viewport, LEFT, NONE, editor.place(820))


def test_bad_bands_are_typed(editor: Editor) -> None:
    editor.type("metadata_bad_bands", "1-2, 900-1100 nm")
    assert editor.bad == [1, 2, 5, 6, 7]
    assert editor.text("metadata_bad_bands") == "1-2, 900-1100 nm"
    editor.type("metadata_bad_bands", "1-2, 99")
    assert "no band 99" in editor.message
    assert not editor.can_ok
    assert editor.bad == [1, 2, 9]  # what could be read last
    editor.drag(680, 820)
    assert editor.text("metadata_bad_bands") == "1-4, 9"
    assert editor.can_ok
    editor.type("metadata_bad_bands", "1-12")
    assert "All bands" in editor.message
    editor.click("metadata_bands_invert")
    assert editor.bad == []
    editor.click_cell(1, GOOD)
    assert editor.bad == [2]
    editor.click("metadata_bands_reset")
    assert editor.bad == []
    assert not editor.find("metadata_good_bands_edited", QLabel).isVisible()


def test_bad_bands_are_proposed(hands: Hands, tmp_path: Path) -> None:
    array = scene_array()
    array[:, :, 0] = 7
    hands.open_file(write_envi(Cube(array, "x", wavelengths=NM), tmp_path / "x.hdr"))
    editor = Editor(hands)
    editor.type("metadata_bad_bands", "5")
    editor.click("metadata_bands_propose")
    hands.until(lambda: "Proposed" in editor.message)
    assert editor.message == "Proposed: no information in 1; water vapour in 10."
    assert editor.bad == [1, 5, 10]


# --- values ------------------------------------------------------------------------------------


def test_a_nodata_value_is_proposed(hands: Hands, tmp_path: Path) -> None:
    array = (1000 * scene_array()).astype(np.int16)
    array[:4] = array[-4:] = array[:, :4] = array[:, -4:] = 0
    hands.open_file(write_envi(Cube(array, "x", wavelengths=NM), tmp_path / "x.hdr"))
    item = hands.session.cubes.current
    assert item is not None
    editor = Editor(hands)
    assert editor.text("metadata_nodata") == "none"
    editor.click("metadata_nodata_propose")
    assert editor.text("metadata_nodata") == "0"
    assert "edge" in editor.message
    editor.find("metadata_scale", QComboBox).setCurrentIndex(2)  # as a click in its list does
    assert editor.text("metadata_scale") == "0.001"
    editor.ok()
    assert np.isnan(item.cube.spectrum(0, 0)).all()
    assert np.allclose(item.cube.spectrum(9, 9), array[9, 9] / 1000)
    assert item.source.nodata is None


def test_values_are_typed(editor: Editor) -> None:
    editor.click("metadata_nodata_propose")
    assert "looks like a no-data value" in editor.message
    editor.type("metadata_nodata", "-1e34")
    assert editor.draft.nodata == -1e34
    editor.type("metadata_nodata", "x")
    assert 'no-data value "x" is not a number' in editor.message
    assert not editor.can_ok
    editor.type("metadata_nodata", "")
    assert editor.draft.nodata is None
    assert editor.can_ok
    editor.type("metadata_scale", "1/4000")
    assert editor.draft.scale == 1 / 4000
    editor.type("metadata_scale", "-2")
    assert "positive" in editor.message
    assert not editor.can_ok
    editor.click("metadata_scale_reset")
    assert editor.can_ok
    assert editor.text("metadata_scale") == "1"


def test_back_to_what_the_file_says(hands: Hands, tmp_path: Path) -> None:
    hands.open_file(scene(tmp_path, nodata=-1.0, scale=0.5))
    item = hands.session.cubes.current
    assert item is not None
    other = Metadata(None, (False, *(True,) * (BANDS - 1)), None, 2.0)
    hands.session.push_treatment(item, Treatment(other), "Edit")
    editor = Editor(hands)
    tags = [f"metadata_{part}_edited" for part in ("wavelengths", "good_bands", "nodata", "scale")]
    assert all(editor.find(tag, QLabel).isVisible() for tag in tags)
    editor.type("metadata_bad_bands", "nonsense")
    editor.click("metadata_reset")
    assert not any(editor.find(tag, QLabel).isVisible() for tag in tags)
    assert editor.text("metadata_bad_bands") == ""
    assert editor.text("metadata_nodata") == "-1"
    editor.ok()
    assert item.treatment.is_empty


def test_an_error_of_the_treatment_stays_in_the_dialog(hands: Hands, item: OpenCube, editor: Editor) -> None:
    panel = np.ones(BANDS + 1)  # does not fit, whatever the metadata
    item.treatment = Treatment(calibration=Calibration(Reference.constant(2.0), panel=panel))
    editor.type("metadata_scale", "0.5")
    editor.click("metadata_ok")
    assert "panel" in editor.message
    assert editor.dialog.isVisible()


def test_a_calibrated_cube_needs_no_scale(hands: Hands, item: OpenCube) -> None:
    calibration = Calibration(Reference.constant(2.0))
    hands.session.push_treatment(item, Treatment(calibration=calibration), "Calibrate")
    editor = Editor(hands)
    assert not editor.find("metadata_scale", QComboBox).isEnabled()
    editor.type("metadata_bad_bands", "3")
    editor.ok()
    assert item.treatment.calibration is calibration
    assert not item.cube.good_bands[2]


def test_a_cube_that_cannot_be_read_can_be_edited(hands: Hands, tmp_path: Path) -> None:
    class Broken:
        shape = (30, 40, BANDS)
        dtype = np.dtype(np.float32)
        fine = True

        def __getitem__(self, key: Any) -> Any:
            if not self.fine:
                raise OSError("the disk is gone")
            return scene_array()[key]

    data = Broken()
    hands.session.cubes.add(prepare(Cube(data, "x", wavelengths=NM)))
    item = hands.session.cubes.current
    assert item is not None
    hands.until(lambda: not hands.window.runner.active)
    data.fine = False
    editor = Editor(hands)
    assert "the disk is gone" in editor.message
    editor.click("metadata_bands_propose")
    editor.type("metadata_bad_bands", "2")
    editor.ok()
    assert not item.cube.good_bands[1]


def test_the_dialog_fits_small_screens(editor: Editor) -> None:
    hint = editor.dialog.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 640


# --- the panel ---------------------------------------------------------------------------------


def test_the_panel_tells_what_is_the_analysts_own(hands: Hands, item: OpenCube) -> None:
    shown = hands.find("cube_information", QTextBrowser)
    assert isinstance(shown, QTextBrowser)
    assert "edited" not in shown.toPlainText()
    objects = np.zeros((item.cube.lines, item.cube.samples), np.int32)
    objects[:15] = 1
    objects[:3] = 2
    hands.session.push_treatment(
        item,
        Treatment(
            Metadata(tuple(NM + 1), (True,) * BANDS, -7.0, 0.5),
            Calibration(Reference.constant(2.0, "panel at"), panel=np.array([0.99])),
            Mask(objects),
        ),
        "Treat",
    )
    words = " ".join(shown.toPlainText().split())
    assert "501 to 1601 nm edited" in words
    assert "-7 edited" in words
    assert words.count("edited") == 2
    assert "Scale" not in words
    assert "White panel at 2 Dark constant 0 Panel × 0.99" in words
    assert "2 objects on 50 % of the image" in words
    hands.trigger("cube.copy_information")
    copied = QApplication.clipboard().text()
    assert "Range: 501 to 1601 nm (edited)\n" in copied
    assert "501, 601, 701" in copied
    assert str(item.path) in copied


def test_the_menu_of_the_information(hands: Hands, item: OpenCube) -> None:
    shown = hands.find("cube_information", QTextBrowser)
    assert isinstance(shown, QTextBrowser)
    shown.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    names = [action.objectName() for action in menu.actions()]
    assert names[-2:] == ["cube.copy_information", "cube.metadata"]
    menu.close()


def test_the_button_of_the_panel_opens_the_editor(hands: Hands, item: OpenCube) -> None:
    button = hands.find("metadata_edit", QPushButton)
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)
    assert hands.window.findChild(MetadataDialog) is not None
    hands.session.cubes.remove(item.key)
    assert not button.isEnabled()
