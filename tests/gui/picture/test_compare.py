"""Two pictures, one left and one right of a handle, under real mouse events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.model.applying.inference import Prediction
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.picture.canvas.compare import EDGE, KNOB, NOTHING_YET
from s3fn_gui.picture.canvas.raster import Raster
from s3fn_gui.session import class_edits
from tests.gui.support import BANDS, LINES, SAMPLES, Hands, scene_array, scene_cube


@pytest.fixture
def comparing(hands: Hands) -> Hands:
    """The composite of the scene is kept, its last band on show."""
    hands.open_scene()
    hands.trigger("view.compare")
    show_band(hands, BANDS - 1)
    return hands


def show_band(hands: Hands, band: int) -> None:
    before = hands.session.view.picture
    hands.session.view.show_mode("band", band)
    hands.until(lambda: hands.session.view.picture is not before)
    QApplication.processEvents()


def handle(hands: Hands) -> QPoint:
    """Where the handle is on the canvas: on its line, above the knob."""
    view = hands.window.cube_view
    line = view.swipe.line
    middle = line.boundingRect().center()
    return view.canvas.mapFromScene(line.mapToScene(QPointF(0, middle.y() - 2 * KNOB[1])))


def drag(hands: Hands, start: QPoint, by: int, button: Qt.MouseButton) -> None:
    viewport = hands.window.cube_view.canvas.viewport()
    QTest.mousePress(viewport, button, pos=start)
    QTest.mouseMove(viewport, start + QPoint(by, 0))
    QTest.mouseRelease(viewport, button, pos=start + QPoint(by, 0))
    QApplication.processEvents()


def pixel(hands: Hands, line: int, sample: int) -> tuple[int, int, int]:
    """The colour on screen in the middle of a pixel of the image."""
    QApplication.processEvents()
    grabbed = hands.window.cube_view.canvas.grab().toImage()
    scale = grabbed.width() / hands.window.cube_view.canvas.width()
    at = hands.point(line, sample) * scale
    colour = grabbed.pixelColor(at)
    return colour.red(), colour.green(), colour.blue()


def stored(image: np.ndarray, line: int, sample: int) -> tuple[int, ...]:
    value = image[line, sample]
    return (int(value),) * 3 if image.ndim == 2 else tuple(int(v) for v in value)


def test_the_kept_picture_is_left_and_the_one_on_show_right(comparing: Hands) -> None:
    view = comparing.session.view
    kept, shown = view.comparison.kept, view.picture
    assert kept is not None
    assert shown is not None
    assert kept.image.ndim == 3
    assert shown.image.ndim == 2
    for sample in (3, 8, 15):
        assert pixel(comparing, 25, sample) == stored(kept.image, 25, sample)
    for sample in (25, 30, 36):
        assert pixel(comparing, 25, sample) == stored(shown.image, 25, sample)


def test_the_handle_follows_the_mouse_and_nothing_is_painted(comparing: Hands) -> None:
    class_edits.add_class(comparing.session, "soil")
    comparing.trigger("label.brush")
    QApplication.processEvents()
    view = comparing.window.cube_view
    before, start = view.swipe.x, handle(comparing)
    drag(comparing, start + QPoint(3, 0), 100, Qt.MouseButton.LeftButton)
    assert view.swipe.x == pytest.approx(before + 100 * view.box.viewPixelSize()[0])
    assert handle(comparing) == start + QPoint(100, 0)
    assert comparing.count(1) == 0
    assert comparing.session.undo_stack.undoText() == "Add class soil"
    kept = comparing.session.view.comparison.kept
    assert kept is not None
    sample = int(view.swipe.x) - 2
    assert pixel(comparing, 25, sample) == stored(kept.image, 25, sample)


class Painted(QObject):
    """How much of a widget is painted, as a share of its size."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.share = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        if isinstance(event, QPaintEvent):
            area = sum(r.width() * r.height() for r in event.region())
            self.share += area / (self._widget.width() * self._widget.height())
        return False


def test_a_movement_of_the_handle_paints_little(comparing: Hands) -> None:
    viewport, start = comparing.window.cube_view.canvas.viewport(), handle(comparing)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(2, 0))
    QTest.qWait(50)  # what the first focus and a new picture ask for is painted now
    painted = Painted(viewport)
    QTest.mouseMove(viewport, start + QPoint(8, 0))
    QApplication.processEvents()
    assert 0 < painted.share < 0.25
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(8, 0))


def test_a_second_button_does_not_disturb_the_drag(comparing: Hands) -> None:
    class_edits.add_class(comparing.session, "soil")
    comparing.trigger("label.brush")
    QApplication.processEvents()
    viewport, start = comparing.window.cube_view.canvas.viewport(), handle(comparing)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    QTest.mousePress(viewport, Qt.MouseButton.RightButton, pos=start)
    assert not comparing.session.work.is_painting
    QTest.mouseRelease(viewport, Qt.MouseButton.RightButton, pos=start)
    QTest.mouseMove(viewport, start + QPoint(50, 0))
    assert handle(comparing) == start + QPoint(50, 0)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(50, 0))
    QTest.mouseMove(viewport, start + QPoint(90, 0))
    assert handle(comparing) == start + QPoint(50, 0), "let go"


def test_beside_the_handle_the_tools_work(comparing: Hands) -> None:
    comparing.trigger("view.inspect")
    comparing.press(10, 5)
    comparing.release(10, 5)
    item = comparing.session.cubes.current
    assert item is not None
    assert item.pins == ((10, 5),)


def test_a_stroke_may_cross_the_handle(comparing: Hands) -> None:
    class_edits.add_class(comparing.session, "soil")
    comparing.trigger("label.brush")
    comparing.session.view.set_brush(size=1)
    QApplication.processEvents()
    before = comparing.window.cube_view.swipe.x
    comparing.stroke((25, 3), (25, 36))
    assert comparing.count(1) == 34
    assert comparing.window.cube_view.swipe.x == before


def test_the_cursor_tells_where_the_handle_is(comparing: Hands) -> None:
    comparing.trigger("view.inspect")
    viewport = comparing.window.cube_view.canvas.viewport()
    QTest.mouseMove(viewport, handle(comparing))
    assert viewport.cursor().shape() == Qt.CursorShape.SplitHCursor
    assert comparing.session.view.hover is None
    QTest.mouseMove(viewport, handle(comparing) + QPoint(60, 0))
    assert viewport.cursor().shape() == Qt.CursorShape.CrossCursor
    assert comparing.session.view.hover is not None


def test_the_middle_button_moves_the_image_also_on_the_handle(comparing: Hands) -> None:
    view = comparing.window.cube_view
    before = view.swipe.x
    drag(comparing, handle(comparing), 60, Qt.MouseButton.MiddleButton)
    assert view.swipe.x == pytest.approx(before)


@pytest.mark.parametrize("by", [-5000, 5000])
def test_the_handle_stays_within_what_is_visible(comparing: Hands, by: int) -> None:
    view = comparing.window.cube_view
    drag(comparing, handle(comparing), by, Qt.MouseButton.LeftButton)
    seen = view.box.viewRect().intersected(view.image.boundingRect())
    edge = EDGE * view.box.viewPixelSize()[0]
    wanted = seen.left() + edge if by < 0 else seen.right() - edge
    assert view.swipe.x == pytest.approx(wanted)


def test_the_handle_is_not_lost_when_one_moves_away_and_comes_back(comparing: Hands) -> None:
    view = comparing.window.cube_view
    before = view.swipe.x
    view.box.setRange(xRange=(1, 9), yRange=(1, 9), padding=0)
    QApplication.processEvents()
    seen = view.box.viewRect().intersected(view.image.boundingRect())
    assert seen.left() < view.swipe.x < seen.right()
    assert view.canvas.viewport().rect().contains(handle(comparing))
    comparing.trigger("view.fit")
    assert view.swipe.x == pytest.approx(before)


def test_both_captions_are_shown(comparing: Hands) -> None:
    left, right = (badge.text for badge in comparing.window.cube_view.swipe.captions)
    kept, shown = comparing.session.view.comparison.kept, comparing.session.view.picture
    assert kept is not None
    assert shown is not None
    assert (left, right) == (kept.caption, shown.caption)


def test_at_first_one_is_told_what_to_do(hands: Hands) -> None:
    hands.open_scene()
    hands.trigger("view.compare")
    assert hands.window.cube_view.swipe.captions[1].text == NOTHING_YET


def test_another_cube_of_the_same_size_is_compared_in_the_same_place(comparing: Hands) -> None:
    view = comparing.window.cube_view
    view.box.setRange(xRange=(10, 20), yRange=(10, 20), padding=0)
    before = view.box.viewRect()
    comparing.session.cubes.add(prepare(replace(scene_cube(), name="later")))
    QApplication.processEvents()
    assert view.box.viewRect() == before
    left, right = (badge.text for badge in view.swipe.captions)
    assert left.startswith("scene: ")
    assert right.startswith("later: ")


def test_a_cube_of_another_size_ends_the_comparison_and_says_so(comparing: Hands) -> None:
    comparing.session.cubes.add(prepare(Cube(scene_array()[:20], "small")))
    assert comparing.session.view.comparison.kept is None
    assert not comparing.window.actions_by_id["view.compare"].isChecked()
    assert not comparing.window.cube_view.swipe.line.isVisible()
    assert "small has 20 x 40 pixels, scene 30 x 40" in comparing.message


def test_closing_the_last_cube_ends_the_comparison(comparing: Hands) -> None:
    comparing.trigger("file.close_cube")
    assert comparing.session.view.comparison.kept is None


def test_the_key_begins_and_ends(hands: Hands) -> None:
    hands.open_scene()
    QApplication.processEvents()
    canvas = hands.window.cube_view.canvas
    hands.window.activateWindow()
    for on in (True, False):
        QTest.keyClick(canvas, Qt.Key.Key_W)
        assert (hands.session.view.comparison.kept is not None) is on
        assert hands.window.actions_by_id["view.compare"].isChecked() is on
        assert hands.window.cube_view.swipe.line.isVisible() is on
    assert pixel(hands, 25, 5) == stored(hands.window.cube_view.image.array, 25, 5)


@pytest.mark.parametrize("aside", [False, True])
def test_the_map_may_be_right_of_the_handle_only(comparing: Hands, aside: bool) -> None:
    session, ids = comparing.session, np.ones((LINES, SAMPLES), np.uint8)
    session.view.set_overlay("prediction", opacity=1.0)
    class_edits.add_class(session, "soil")
    found = Prediction(ids, np.ones(ids.shape, np.float32), session.classes)
    assert session.cubes.current is not None
    session.cubes.set_prediction(session.cubes.current.key, found)
    colour = comparing.session.classes[1].rgb
    if aside:
        comparing.trigger("view.compare_map")
    assert pixel(comparing, 25, 30) == colour
    assert (pixel(comparing, 25, 8) == colour) is not aside
    comparing.trigger("view.compare")
    assert pixel(comparing, 25, 8) == colour, "the comparison has ended"


def test_the_kept_image_looks_at_the_picture_without_a_copy() -> None:
    item, image = Raster(), np.zeros((3, 5, 3), np.uint8)
    item.set_array(image)
    assert item.array is image
