"""The image under real mouse events."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider

from s3fn_core.types import BoolArray
from s3fn_gui.picture.canvas.outline import edge_lines, edges_of, outline
from s3fn_gui.picture.canvas.raster import IdOverlay
from s3fn_gui.session import class_edits
from s3fn_gui.shell.window import MainWindow
from tests.gui.support import BANDS, Hands


@pytest.fixture
def painting(hands: Hands) -> Hands:
    """The scene with two classes, brush of one pixel."""
    hands.open_scene()
    class_edits.add_class(hands.session, "rising")
    class_edits.add_class(hands.session, "falling")
    hands.trigger("label.brush")
    hands.session.view.set_brush(size=1)
    QApplication.processEvents()
    return hands


def turn(hands: Hands, notches: int, modifiers: Qt.KeyboardModifier) -> None:
    viewport = hands.window.cube_view.canvas.viewport()
    middle = QPointF(viewport.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(viewport.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_a_drag_paints_exactly_the_line(painting: Hands) -> None:
    painting.stroke((4, 3), (4, 12))
    item = painting.session.cubes.current
    assert item is not None
    expected = np.zeros_like(item.labels.ids)
    expected[4, 3:13] = 2
    np.testing.assert_array_equal(item.labels.ids, expected)
    assert painting.count(2) == 10
    painting.trigger("edit.undo")
    assert painting.count(2) == 0
    assert painting.session.undo_stack.undoText() == "Add class falling"


def test_the_right_button_erases(painting: Hands) -> None:
    painting.stroke((4, 3), (4, 12))
    painting.stroke((4, 3), (4, 5), Qt.MouseButton.RightButton)
    assert painting.count(2) == 7
    assert painting.session.undo_stack.undoText() == "Erase (3 px)"


def test_the_eraser_erases(painting: Hands) -> None:
    painting.stroke((4, 3), (4, 12))
    painting.trigger("label.eraser")
    painting.stroke((4, 3), (4, 12))
    assert painting.count(2) == 0


def test_escape_takes_the_stroke_back(painting: Hands) -> None:
    painting.press(4, 3)
    painting.move(4, 12)
    assert painting.count(2) == 10
    QTest.keyClick(painting.window.cube_view.canvas, Qt.Key.Key_Escape)
    assert painting.count(2) == 0
    painting.release(4, 12)
    assert painting.session.undo_stack.undoText() == "Add class falling"


def test_keys_choose_tool_class_and_size(painting: Hands, qtbot: object) -> None:
    canvas, session = painting.window.cube_view.canvas, painting.session
    painting.window.activateWindow()
    for key, check in (
        (Qt.Key.Key_E, lambda: session.view.tool == "eraser"),
        (Qt.Key.Key_B, lambda: session.view.tool == "brush"),
        (Qt.Key.Key_1, lambda: session.class_id == 1),
        (Qt.Key.Key_X, lambda: session.class_id == 2),
        (Qt.Key.Key_BracketRight, lambda: session.view.brush_size == 2),
        (Qt.Key.Key_BracketLeft, lambda: session.view.brush_size == 1),
        (Qt.Key.Key_L, lambda: not session.view.labels.visible),
    ):
        QTest.keyClick(canvas, key)
        assert check(), key


def test_inspect_pins_and_shows_the_spectrum(hands: Hands) -> None:
    hands.open_scene()
    QApplication.processEvents()
    hands.trigger("view.inspect")
    hands.move(10, 5, Qt.MouseButton.NoButton)
    assert hands.session.view.hover == (10, 5)
    cursor = hands.window.panels.spectra.cursor_line
    item = hands.session.cubes.current
    assert item is not None
    np.testing.assert_allclose(cursor.y, item.cube.spectrum(10, 5))
    assert (cursor.x[0], cursor.x[-1]) == (450.0, 900.0)
    hands.press(10, 5)
    hands.release(10, 5)
    assert item.pins == ((10, 5),)
    hands.trigger("view.clear_pins")
    assert item.pins == ()


def test_the_band_slider_shows_that_band_and_names_it(hands: Hands) -> None:
    hands.open_scene()
    slider = hands.find("band_slider", QSlider)
    assert isinstance(slider, QSlider)
    slider.setValue(BANDS - 1)
    hands.until(lambda: (p := hands.session.view.picture) and p.image.ndim == 2)
    assert hands.find("band_caption").text() == "900.0 nm, band 12 of 12"  # type: ignore[attr-defined]
    image = hands.window.cube_view.image.array
    assert image[:, :20].mean() > 2 * image[:, 20:].mean()  # the left half rises
    hands.trigger("view.colour")
    assert hands.window.cube_view.image.array.ndim == 3


def test_the_wheel_zooms_and_with_ctrl_steps_the_band(hands: Hands) -> None:
    hands.open_scene()
    QApplication.processEvents()
    before = hands.window.cube_view.box.viewRect().width()
    turn(hands, 1, Qt.KeyboardModifier.NoModifier)
    assert hands.window.cube_view.box.viewRect().width() < before
    band = hands.session.view.band
    turn(hands, -1, Qt.KeyboardModifier.ControlModifier)
    assert (hands.session.view.mode, hands.session.view.band) == ("band", band - 1)


def test_the_middle_button_moves_the_image(hands: Hands) -> None:
    hands.open_scene()
    QApplication.processEvents()
    before = hands.window.cube_view.box.viewRect().center()
    hands.press(10, 10, Qt.MouseButton.MiddleButton)
    hands.move(10, 15, Qt.MouseButton.MiddleButton)
    hands.release(10, 15, Qt.MouseButton.MiddleButton)
    moved = hands.window.cube_view.box.viewRect().center()
    assert moved.x() == pytest.approx(before.x() - 5, abs=0.3)
    assert not hands.session.undo_stack.canUndo()


def test_space_held_pans_with_any_tool(painting: Hands) -> None:
    canvas = painting.window.cube_view.canvas
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    painting.stroke((4, 3), (4, 12))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert painting.count(2) == 0


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_the_outline_encloses_what_the_brush_paints(painting: Hands, size: int) -> None:
    painting.session.view.set_brush(size=size)
    painting.stroke((15, 15), (15, 15))
    item = painting.session.cubes.current
    assert item is not None
    lines, samples = np.nonzero(item.labels.ids)
    box = outline(size).boundingRect()
    assert (box.top() + 15, box.bottom() + 15) == (lines.min(), lines.max() + 1)
    assert (box.left() + 15, box.right() + 15) == (samples.min(), samples.max() + 1)


def test_the_overlay_looks_at_the_labels_without_a_copy(window: MainWindow) -> None:
    overlay, ids = IdOverlay(), np.zeros((3, 5), np.uint8)
    overlay.set_ids(ids)
    assert overlay.array is ids


def test_a_click_on_a_class_moves_to_its_labels_unless_they_are_in_view(painting: Hands) -> None:
    painting.stroke((2, 2), (4, 2))
    box = painting.window.cube_view.box
    painting.window.panels.classes.table.cellClicked.emit(1, 1)
    box.setRange(xRange=(25, 35), yRange=(15, 25), padding=0)
    away = box.viewRect()
    painting.session.select_class(1)
    painting.window.panels.classes.table.cellClicked.emit(0, 1)
    assert box.viewRect() == away, "the class has no labels"
    painting.window.panels.classes.table.cellClicked.emit(1, 1)
    assert box.viewRect().contains(QPointF(2.5, 4.5))
    assert box.viewRect().width() == pytest.approx(away.width())


def test_a_message_does_not_move_the_image(painting: Hands) -> None:
    before = painting.point(4, 3)
    painting.session.report("error", "something is wrong")
    QApplication.processEvents()
    bar = painting.window.message_bar
    assert bar.isVisible()
    assert painting.point(4, 3) == before


@given(arrays(bool, st.tuples(st.integers(1, 7), st.integers(1, 7))))
def test_edges_lie_between_the_pixels_of_a_mask_and_others(mask: BoolArray) -> None:
    lines = edge_lines(mask)
    inside, sides = np.pad(mask, 1), set[tuple[int, int, int, int]]()
    for x, y, to_x, to_y in lines.tolist():
        if y == to_y:
            sides |= {(k, y, k + 1, y) for k in range(x, to_x)}
        else:
            assert x == to_x
            sides |= {(x, k, x, k + 1) for k in range(y, to_y)}
    across = {(x - 1, y, x, y) for y, x in np.argwhere(inside[1:] != inside[:-1]).tolist()}
    down = {(x, y - 1, x, y) for y, x in np.argwhere(inside[:, 1:] != inside[:, :-1]).tolist()}
    assert sides == across | down
    assert np.abs(lines[:, 2:] - lines[:, :2]).sum() == len(sides)  # none is drawn twice


def test_a_very_large_object_is_outlined_from_some_of_its_pixels() -> None:
    numbers = np.zeros((3000, 4000), np.int32)
    numbers[100:2900, 200:3900] = 7
    box = (100, 200, 2900, 3900)
    path, lines = edges_of(numbers, 7, box)
    assert lines == 4
    assert path.boundingRect().adjusted(-4, -4, 4, 4).contains(QRectF(200, 100, 3700, 2800))
    assert edges_of(numbers, 7, box, most=3)[0].boundingRect() == QRectF(200, 100, 3700, 2800)
