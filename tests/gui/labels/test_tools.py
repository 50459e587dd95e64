"""Every tool under real mouse and key events."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QMouseEvent, QTransform, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QLabel, QSlider, QSpinBox, QToolButton

from s3fn_core.labels import shapes
from s3fn_core.types import BoolArray, Box
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.tool_options import ToolOptions
from s3fn_gui.picture.canvas.screen_edges import edge_marks
from s3fn_gui.session import class_edits
from s3fn_gui.shell.window import make_window
from tests.gui.support import LINES, SAMPLES, Hands, put_away, put_labels

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT, ALT, NONE = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)
RISING = np.broadcast_to(np.arange(SAMPLES) < SAMPLES // 2, (LINES, SAMPLES))


@pytest.fixture
def drawing(hands: Hands) -> Hands:
    """The scene with two classes, the second selected."""
    hands.open_scene()
    class_edits.add_class(hands.session, "rising")
    class_edits.add_class(hands.session, "falling")
    hands.window.activateWindow()
    QApplication.processEvents()
    return hands


def key(hands: Hands, which: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(hands.window.cube_view.canvas, which, modifiers)


def click(
    hands: Hands, at: tuple[int, int], button: Qt.MouseButton = LEFT, modifiers: Qt.KeyboardModifier = NONE
) -> None:
    viewport = hands.window.cube_view.canvas.viewport()
    QTest.mouseClick(viewport, button, modifiers, hands.point(*at))


def double_click(hands: Hands, at: tuple[int, int]) -> None:
    """What Qt sends: a click, and the second press as a double click."""
    click(hands, at)
    QTest.mouseDClick(hands.window.cube_view.canvas.viewport(), LEFT, NONE, hands.point(*at))


def drag_with(hands: Hands, start: tuple[int, int], stop: tuple[int, int]) -> None:
    """A drag with Shift held."""
    viewport = hands.window.cube_view.canvas.viewport()
    QTest.mousePress(viewport, LEFT, SHIFT, hands.point(*start))
    place = QPointF(hands.point(*stop))
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        QPointF(viewport.mapToGlobal(place.toPoint())),
        Qt.MouseButton.NoButton,
        LEFT,
        SHIFT,
    )
    QApplication.sendEvent(viewport, event)
    QTest.mouseRelease(viewport, LEFT, SHIFT, hands.point(*stop))


def turn(hands: Hands, notches: int) -> None:
    viewport = hands.window.cube_view.canvas.viewport()
    middle = QPointF(viewport.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(viewport.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def labels(hands: Hands) -> np.ndarray:
    item = hands.session.cubes.current
    assert item is not None
    return item.labels.ids


def whole(shape: tuple[Box, BoolArray]) -> BoolArray:
    """A shape as a mask of the whole image."""
    (top, left, bottom, right), mask = shape
    result = np.zeros((LINES, SAMPLES), bool)
    result[top:bottom, left:right] = mask
    return result


def last_step(hands: Hands) -> str:
    return str(hands.session.undo_stack.undoText())


# --- choosing a tool ---------------------------------------------------------------------------


def test_keys_choose_every_tool(drawing: Hands) -> None:
    for letter, modifiers, tool in (
        (Qt.Key.Key_P, NONE, "polygon"),
        (Qt.Key.Key_R, NONE, "rectangle"),
        (Qt.Key.Key_R, SHIFT, "ellipse"),
        (Qt.Key.Key_P, SHIFT, "lasso"),
        (Qt.Key.Key_F, NONE, "fill"),
        (Qt.Key.Key_F, SHIFT, "grow"),
        (Qt.Key.Key_S, NONE, "superpixel"),
        (Qt.Key.Key_K, NONE, "pick"),
        (Qt.Key.Key_E, NONE, "eraser"),
        (Qt.Key.Key_B, NONE, "brush"),
    ):
        key(drawing, letter, modifiers)
        assert drawing.session.view.tool == tool
        hint = drawing.find("status_hint", QLabel)
        assert isinstance(hint, QLabel)
        assert hint.text()


def test_a_button_shows_the_last_of_its_tools(drawing: Hands) -> None:
    button = drawing.find("choice.shapes", QToolButton)
    assert isinstance(button, QToolButton)
    drawing.trigger("label.lasso")
    assert button.defaultAction().objectName() == "label.lasso"
    drawing.trigger("label.brush")
    assert button.defaultAction().objectName() == "label.lasso"
    assert not button.isChecked()
    button.click()
    assert drawing.session.view.tool == "lasso"


# --- shapes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rectangle", "ellipse"])
def test_a_drag_paints_the_shape_as_one_step(drawing: Hands, name: str) -> None:
    drawing.trigger(f"label.{name}")
    drawing.press(4, 3)
    drawing.move(12, 20)
    assert drawing.session.work.preview is not None
    assert drawing.count(2) == 0, "nothing is painted before the button is up"
    drawing.release(12, 20)
    shape = getattr(shapes, name)((LINES, SAMPLES), (4, 3), (12, 20))
    np.testing.assert_array_equal(labels(drawing) == 2, whole(shape))
    assert last_step(drawing) == f"{name.capitalize()} of falling ({shape[1].sum()} px)"
    assert drawing.session.work.preview is None
    drawing.trigger("edit.undo")
    assert drawing.count(2) == 0
    drawing.trigger("edit.redo")
    np.testing.assert_array_equal(labels(drawing) == 2, whole(shape))


@pytest.mark.parametrize("name", ["rectangle", "ellipse"])
def test_shift_makes_it_as_high_as_wide(drawing: Hands, name: str) -> None:
    drawing.trigger(f"label.{name}")
    drag_with(drawing, (14, 20), (12, 10))
    lines, samples = np.nonzero(labels(drawing))
    assert (lines.min(), lines.max()) == (4, 14)
    assert (samples.min(), samples.max()) == (10, 20)


def test_a_shape_may_reach_beyond_the_image(drawing: Hands) -> None:
    drawing.trigger("label.rectangle")
    drawing.stroke((27, 36), (35, 45))
    assert drawing.count(2) == 3 * 4


def test_a_lasso_paints_what_it_surrounds(drawing: Hands) -> None:
    drawing.trigger("label.lasso")
    drawing.press(5, 5)
    for corner in ((5, 15), (15, 15), (15, 5)):
        drawing.move(*corner)
    drawing.release(15, 5)
    assert (labels(drawing)[5:16, 5:16] == 2).all()
    assert drawing.count(2) == 121
    assert last_step(drawing) == "Lasso of falling (121 px)"


@pytest.mark.parametrize("name", ["rectangle", "ellipse", "lasso"])
def test_escape_and_a_second_button_take_a_shape_back(drawing: Hands, name: str) -> None:
    drawing.trigger(f"label.{name}")
    before = last_step(drawing)
    for stop in (lambda: key(drawing, Qt.Key.Key_Escape), lambda: drawing.press(6, 6, RIGHT)):
        drawing.press(4, 3)
        drawing.move(12, 20)
        stop()
        assert drawing.session.work.preview is None
        drawing.release(12, 20)
        assert (drawing.count(2), last_step(drawing)) == (0, before)


def corners(hands: Hands, *places: tuple[int, int], button: Qt.MouseButton = LEFT) -> None:
    for place in places:
        click(hands, place, button)


SQUARE = ((5, 5), (5, 15), (15, 15), (15, 5))


def test_enter_closes_a_polygon(drawing: Hands) -> None:
    drawing.trigger("label.polygon")
    corners(drawing, *SQUARE)
    assert drawing.count(2) == 0
    preview = drawing.session.work.preview
    assert preview is not None
    assert len(preview.corners) == 4
    key(drawing, Qt.Key.Key_Return)
    assert drawing.count(2) == 121
    assert last_step(drawing) == "Polygon of falling (121 px)"
    assert drawing.session.work.preview is None


def test_a_double_click_closes_a_polygon(drawing: Hands) -> None:
    drawing.trigger("label.polygon")
    corners(drawing, *SQUARE[:3])
    double_click(drawing, SQUARE[3])
    assert drawing.count(2) == 121
    assert not drawing.session.work.is_busy


def test_a_click_on_the_first_corner_closes_a_polygon(drawing: Hands) -> None:
    drawing.trigger("label.polygon")
    corners(drawing, *SQUARE, SQUARE[0])
    assert drawing.count(2) == 121


def test_a_double_click_on_the_first_corner_begins_nothing_new(drawing: Hands) -> None:
    drawing.trigger("label.polygon")
    corners(drawing, *SQUARE)
    double_click(drawing, SQUARE[0])
    assert drawing.count(2) == 121
    assert not drawing.session.work.is_busy


def test_a_double_click_grows_once(drawing: Hands) -> None:
    drawing.trigger("label.grow")
    click(drawing, (10, 5))
    grown_to(drawing, 4.0)
    viewport = drawing.window.cube_view.canvas.viewport()
    QTest.mouseDClick(viewport, LEFT, NONE, drawing.point(10, 5))
    assert drawing.count(2) == 0
    assert drawing.session.work.is_busy


def test_the_rubber_band_follows_the_cursor(drawing: Hands) -> None:
    drawing.trigger("label.polygon")
    corners(drawing, *SQUARE[:2])
    drawing.move(20, 30, Qt.MouseButton.NoButton)
    preview = drawing.session.work.preview
    assert preview is not None
    reach = preview.band.boundingRect()
    assert reach.contains(QPointF(30.2, 20.2))
    shown = drawing.window.cube_view.preview
    assert shown.isVisible()
    assert shown.boundingRect().contains(reach)


def test_backspace_and_undo_take_the_last_corner_back(drawing: Hands) -> None:
    drawing.trigger("label.polygon")
    corners(drawing, *SQUARE, (25, 35))
    key(drawing, Qt.Key.Key_Backspace)
    key(drawing, Qt.Key.Key_Return)
    assert drawing.count(2) == 121
    corners(drawing, (20, 20))
    drawing.trigger("edit.undo")
    assert not drawing.session.work.is_busy
    assert drawing.count(2) == 121, "the undo was for the corner"


def test_escape_and_another_tool_give_a_polygon_up(drawing: Hands) -> None:
    drawing.trigger("label.polygon")
    for stop in (lambda: key(drawing, Qt.Key.Key_Escape), lambda: key(drawing, Qt.Key.Key_B)):
        corners(drawing, *SQUARE)
        stop()
        assert not drawing.session.work.is_busy
        assert drawing.session.work.preview is None
        drawing.trigger("label.polygon")
    key(drawing, Qt.Key.Key_Return)
    assert drawing.count(2) == 0


def test_one_can_pan_while_a_polygon_is_drawn(drawing: Hands) -> None:
    drawing.trigger("label.polygon")
    corners(drawing, *SQUARE[:2])
    canvas = drawing.window.cube_view.canvas
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    drawing.stroke((10, 10), (12, 14))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    corners(drawing, *SQUARE[2:])
    key(drawing, Qt.Key.Key_Return)
    assert drawing.count(2) == 121


# --- the right button, protection, no class ----------------------------------------------------


@pytest.mark.parametrize("name", ["brush", "rectangle", "ellipse", "lasso", "polygon"])
def test_the_right_button_erases(drawing: Hands, name: str) -> None:
    put_labels(drawing.session, drawing.session.cubes.items[0], np.full((LINES, SAMPLES), 2, np.uint8), "x")
    drawing.trigger(f"label.{name}")
    if name == "polygon":
        corners(drawing, *SQUARE, button=RIGHT)
        key(drawing, Qt.Key.Key_Return)
    else:
        drawing.press(5, 5, RIGHT)
        for place in SQUARE[1:]:
            drawing.move(*place, RIGHT)
        drawing.release(*SQUARE[3], RIGHT)
    gone = int((labels(drawing) == 0).sum())
    assert gone > 0
    assert last_step(drawing) == f"Erase ({gone} px)"


def test_protected_classes_are_left_alone_by_shapes_too(drawing: Hands) -> None:
    drawing.session.select_class(1)
    drawing.trigger("label.rectangle")
    drawing.stroke((5, 5), (10, 10))
    drawing.session.select_class(2)
    drawing.trigger("label.protect")
    drawing.stroke((5, 5), (12, 12))
    assert (labels(drawing)[5:11, 5:11] == 1).all()
    assert drawing.count(2) == 64 - 36
    drawing.stroke((5, 5), (9, 9))
    assert "protected" in drawing.message
    drawing.stroke((5, 5), (12, 12), RIGHT)
    assert drawing.count(1) == 0, "erasing is never hindered"


@pytest.mark.parametrize("name", ["rectangle", "polygon", "lasso", "fill", "grow"])
def test_without_a_class_a_tool_says_what_to_do(hands: Hands, name: str) -> None:
    hands.open_scene()
    QApplication.processEvents()
    hands.trigger(f"label.{name}")
    hands.stroke((5, 5), (8, 8))
    assert "Add a class" in hands.message
    assert not hands.session.work.is_busy


# --- what is alike -----------------------------------------------------------------------------


def test_fill_paints_the_pixels_like_the_seed(drawing: Hands) -> None:
    drawing.trigger("label.fill")
    drawing.session.view.set_options(ToolOptions().with_tolerance("fill", 20))
    click(drawing, (10, 5))
    drawing.until(lambda: drawing.count(2))
    np.testing.assert_array_equal(labels(drawing) == 2, RISING)
    assert last_step(drawing) == f"Fill with falling ({RISING.sum()} px)"
    assert not drawing.session.work.is_busy
    click(drawing, (10, 5), RIGHT)
    drawing.until(lambda: not drawing.count(2))
    assert last_step(drawing) == f"Erase ({RISING.sum()} px)"


def test_a_small_angle_fills_only_the_seed(drawing: Hands) -> None:
    drawing.trigger("label.fill")
    slider = drawing.find("label.angle_slider", QSlider)
    assert isinstance(slider, QSlider)
    slider.setValue(1)
    assert drawing.session.view.options.tolerance("fill") == 0.1
    click(drawing, (10, 5))
    drawing.until(lambda: drawing.count(2))
    assert drawing.count(2) == 1


def test_escape_stops_a_fill(drawing: Hands) -> None:
    drawing.trigger("label.fill")
    click(drawing, (10, 5))
    key(drawing, Qt.Key.Key_Escape)
    drawing.until(lambda: not drawing.window.runner.active)
    assert drawing.count(2) == 0


def grown_to(hands: Hands, degrees: float) -> None:
    """Wait until the preview is that of an angle."""
    growth = hands.states.drawing.growth
    assert growth is not None
    hands.until(lambda: growth.limit == degrees)


def test_what_grows_is_shown_live_and_painted_on_enter(drawing: Hands) -> None:
    drawing.trigger("label.grow")
    drawing.session.view.set_options(ToolOptions().with_tolerance("grow", 0.1))
    click(drawing, (10, 5))
    grown_to(drawing, 0.1)
    preview = drawing.session.work.preview
    assert preview is not None
    assert preview.area is not None
    assert preview.area[1].sum() == 1
    slider = drawing.find("label.angle_slider", QSlider)
    assert isinstance(slider, QSlider)
    slider.setValue(200)
    grown_to(drawing, 20.0)
    preview = drawing.session.work.preview
    assert preview is not None
    assert preview.area is not None
    np.testing.assert_array_equal(whole(preview.area), RISING)
    assert drawing.count(2) == 0
    key(drawing, Qt.Key.Key_Return)
    np.testing.assert_array_equal(labels(drawing) == 2, RISING)
    assert last_step(drawing) == f"Grow falling ({RISING.sum()} px)"
    assert drawing.session.work.preview is None


def test_wheel_and_brackets_change_the_angle_while_it_grows(drawing: Hands) -> None:
    drawing.trigger("label.grow")
    box = drawing.window.cube_view.box
    click(drawing, (10, 5))
    grown_to(drawing, 4.0)
    before = box.viewRect()
    turn(drawing, 2)
    assert drawing.session.view.options.tolerance("grow") == 5.0
    key(drawing, Qt.Key.Key_BracketLeft)
    assert drawing.session.view.options.tolerance("grow") == 4.5
    grown_to(drawing, 4.5)
    assert box.viewRect() == before
    key(drawing, Qt.Key.Key_Escape)
    assert drawing.session.work.preview is None
    turn(drawing, 1)
    assert box.viewRect() != before, "the wheel zooms again"
    assert drawing.count(2) == 0


def test_a_click_paints_what_has_grown_and_the_right_button_erases_it(drawing: Hands) -> None:
    drawing.session.view.set_options(ToolOptions().with_tolerance("grow", 20))
    for button, painted in ((LEFT, RISING.sum()), (RIGHT, 0)):
        drawing.trigger("label.grow")
        click(drawing, (10, 5))
        grown_to(drawing, 20.0)
        click(drawing, (10, 6), button)
        assert drawing.count(2) == painted


# --- superpixels -------------------------------------------------------------------------------


@pytest.fixture
def divided(drawing: Hands) -> Hands:
    """Superpixels are known."""
    drawing.session.view.set_options(ToolOptions().with_superpixel(25))
    drawing.trigger("label.superpixel")
    drawing.until(lambda: drawing.states.drawing.superpixels is not None)
    return drawing


def test_the_superpixel_under_the_cursor_is_shown_and_painted(divided: Hands) -> None:
    found = divided.states.drawing.superpixels
    assert found is not None
    assert divided.window.image.superpixel_layer.isVisible()
    divided.move(10, 5, Qt.MouseButton.NoButton)
    here = found.numbers == found.at((10, 5))
    preview = divided.session.work.preview
    assert preview is not None
    assert preview.area is not None
    np.testing.assert_array_equal(whole(preview.area), here)
    click(divided, (10, 5))
    np.testing.assert_array_equal(labels(divided) == 2, here)
    assert last_step(divided) == f"Superpixels of falling ({here.sum()} px)"


def test_a_drag_over_superpixels_is_one_step(divided: Hands) -> None:
    found = divided.states.drawing.superpixels
    assert found is not None
    divided.stroke((10, 2), (10, 37))
    crossed = np.isin(found.numbers, found.numbers[10, 2:38])
    np.testing.assert_array_equal(labels(divided) == 2, crossed)
    divided.stroke((10, 2), (10, 37), RIGHT)
    assert divided.count(2) == 0
    divided.trigger("edit.undo")
    np.testing.assert_array_equal(labels(divided) == 2, crossed)
    divided.trigger("edit.undo")
    assert divided.count(2) == 0


def test_escape_takes_superpixels_back(divided: Hands) -> None:
    divided.press(10, 5)
    divided.move(10, 30)
    assert divided.count(2) > 0
    key(divided, Qt.Key.Key_Escape)
    divided.release(10, 30)
    assert divided.count(2) == 0


def test_superpixels_are_made_once_for_each_size(divided: Hands) -> None:
    first = divided.states.drawing.superpixels
    divided.trigger("label.brush")
    assert not divided.window.image.superpixel_layer.isVisible()
    divided.trigger("label.superpixel")
    assert divided.states.drawing.superpixels is first
    size = divided.find("label.superpixel_size", QSpinBox)
    assert isinstance(size, QSpinBox)
    size.setValue(100)
    assert divided.states.drawing.superpixels is None
    divided.until(lambda: divided.states.drawing.superpixels is not None)
    size.setValue(25)
    assert divided.states.drawing.superpixels is first


# --- picking a class ---------------------------------------------------------------------------


def test_alt_and_a_click_select_the_class_of_a_label(drawing: Hands) -> None:
    drawing.session.select_class(1)
    drawing.trigger("label.rectangle")
    drawing.stroke((5, 5), (10, 10))
    drawing.session.select_class(2)
    steps = drawing.session.undo_stack.count()
    click(drawing, (7, 7), LEFT, ALT)
    assert drawing.session.class_id == 1
    assert drawing.session.undo_stack.count() == steps
    drawing.session.select_class(2)
    drawing.trigger("label.pick")
    click(drawing, (7, 7))
    assert drawing.session.class_id == 1
    click(drawing, (20, 20))
    assert drawing.session.class_id == 1
    assert "no label" in drawing.message


# --- what is remembered ------------------------------------------------------------------------


def test_each_brush_has_its_size_and_keeps_it(drawing: Hands, tmp_path: Path) -> None:
    box = drawing.find("label.size", QSpinBox)
    assert isinstance(box, QSpinBox)
    drawing.trigger("label.brush")
    box.setValue(3)
    drawing.trigger("label.eraser")
    box.setValue(40)
    drawing.trigger("label.brush")
    assert (box.value(), drawing.session.view.brush_size) == (3, 3)
    square = drawing.find("label.square", QToolButton)
    assert isinstance(square, QToolButton)
    square.click()
    drawing.trigger("label.fill")
    angle = drawing.find("label.angle", QDoubleSpinBox)
    assert isinstance(angle, QDoubleSpinBox)
    angle.setValue(7.5)
    drawing.window.settings.sync()
    again = make_window(Settings(tmp_path / "settings.ini"))
    options = again.session.view.options
    assert (options.size("brush"), options.size("eraser")) == (3, 40)
    assert (options.tolerance("fill"), options.tolerance("grow")) == (7.5, 4.0)
    assert options.square
    put_away(again)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"sizes": 3}', '{"sizes": {"brush": "x"}}'])
def test_unusable_settings_are_passed_over(tmp_path: Path, content: str) -> None:
    settings = Settings(tmp_path / "settings.ini")
    settings._store.setValue("tools/options", content)
    assert settings.tools.to_json() == ToolOptions().to_json()
    settings.tools = ToolOptions().with_size("brush", 10**6)
    assert settings.tools.size("brush") == 99
    assert json.loads(str(settings._store.value("tools/options")))["square"] is False


def test_a_square_brush_paints_and_shows_a_square(drawing: Hands) -> None:
    drawing.trigger("label.brush")
    drawing.session.view.set_brush(size=5)
    drawing.session.view.set_square(True)
    drawing.stroke((10, 10), (10, 10))
    assert drawing.count(2) == 25
    assert drawing.window.cube_view.outline.path().boundingRect().width() == 5


def test_borders_lie_on_the_image_in_the_window(divided: Hands) -> None:
    """The canvas is a part of the window, which the painter draws on."""
    view = divided.window.cube_view

    def seen() -> np.ndarray:
        picture = divided.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        content = np.frombuffer(picture.constBits(), np.uint32)
        return content.reshape(picture.height(), picture.width()).copy()

    with_borders = seen()
    divided.window.image.superpixel_layer.hide()
    lines, samples = np.nonzero(with_borders != seen())
    offset = view.canvas.mapTo(divided.window, QPoint())
    top_left, bottom_right = (divided.point(*at) + offset for at in ((0, 0), (29, 39)))
    half = abs(divided.point(0, 1).x() - divided.point(0, 0).x()) / 2 + 2
    assert (lines.min(), lines.max()) == (
        pytest.approx(top_left.y(), abs=half),
        pytest.approx(bottom_right.y(), abs=half),
    )
    assert (samples.min(), samples.max()) == (
        pytest.approx(top_left.x(), abs=half),
        pytest.approx(bottom_right.x(), abs=half),
    )


def test_edges_are_one_pixel_of_the_screen_on_each_side() -> None:
    numbers = np.array([[1, 2], [1, 1]])
    to_image = QTransform.fromScale(0.1, 0.1)  # ten screen pixels a pixel of the image
    marks = edge_marks(numbers, (0, 0), to_image, QRect(0, 0, 20, 20))
    assert set(np.flatnonzero(marks[5])) == {9, 10, 19}
    assert (marks[5, 9], marks[5, 10]) == (1, 2)
    assert set(np.flatnonzero(marks[:, 15])) == {9, 10, 19}
    shifted = edge_marks(numbers, (1, 1), to_image, QRect(0, 0, 20, 20))
    assert not shifted[:9].any()


def test_a_locked_class_is_safe_from_every_tool(divided: Hands) -> None:
    session = divided.session
    session.select_class(1)
    divided.trigger("label.rectangle")
    divided.stroke((5, 5), (10, 10))
    session.class_looks.set_locked(1, True)
    session.select_class(2)
    everywhere = ((0, 0), (29, 39))
    divided.stroke(*everywhere)
    divided.trigger("label.superpixel")
    divided.stroke((7, 0), (7, 39), RIGHT)
    session.view.set_options(ToolOptions().with_tolerance("fill", 30))
    divided.trigger("label.fill")
    click(divided, (7, 7))
    divided.until(lambda: not session.work.is_busy)
    divided.trigger("label.eraser")
    divided.stroke((7, 0), (7, 39))
    assert (labels(divided)[5:11, 5:11] == 1).all()
    assert divided.count(1) == 36
