"""Zooming by keys, down to single pixels."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem

from s3fn_gui.picture.canvas.pixel_grid import SMALLEST, PixelGrid
from s3fn_gui.picture.canvas.zoom import CLOSEST
from tests.gui.support import LINES, SAMPLES, Hands


@pytest.fixture
def looking(hands: Hands) -> Hands:
    """The whole scene in view."""
    hands.open_scene()
    QApplication.processEvents()
    return hands


def shown(hands: Hands) -> float:
    """Screen pixels a pixel of the image."""
    return 1 / float(hands.window.cube_view.box.viewPixelSize()[0])


@pytest.mark.parametrize(
    ("key", "larger"), [(Qt.Key.Key_Plus, True), (Qt.Key.Key_Equal, True), (Qt.Key.Key_Minus, False)]
)
def test_keys_zoom(looking: Hands, key: Qt.Key, larger: bool) -> None:
    looking.window.activateWindow()
    before = shown(looking)
    QTest.keyClick(looking.window.cube_view.canvas, key, Qt.KeyboardModifier.ControlModifier)
    assert shown(looking) == pytest.approx(before * 1.5 if larger else before / 1.5)


def test_the_pixel_under_the_cursor_stays(looking: Hands) -> None:
    looking.move(20, 33, Qt.MouseButton.NoButton)
    before = looking.point(20, 33)
    looking.trigger("view.zoom_in")
    assert looking.point(20, 33) == before
    looking.session.cubes.hover(None)
    middle = looking.window.cube_view.box.viewRect().center()
    looking.trigger("view.zoom_out")
    after = looking.window.cube_view.box.viewRect().center()
    assert (after.x(), after.y()) == (pytest.approx(middle.x()), pytest.approx(middle.y()))


def test_a_cursor_at_rest_is_on_another_pixel_once_the_view_has_moved(looking: Hands) -> None:
    """As by the command that goes to the next place: keys and spectra are of what lies there now."""
    looking.move(20, 30, Qt.MouseButton.NoButton)
    looking.window.cube_view.zoom.move(4, -3)
    QApplication.processEvents()
    assert looking.session.view.hover == (17, 34)


def test_one_pixel_on_one_pixel_of_the_screen(looking: Hands) -> None:
    looking.trigger("view.zoom_pixels")
    assert shown(looking) == pytest.approx(1 / looking.window.devicePixelRatioF())


def test_single_pixels_fill_the_view(looking: Hands) -> None:
    looking.move(10, 10, Qt.MouseButton.NoButton)
    for _ in range(30):
        looking.trigger("view.zoom_in")
    rect = looking.window.cube_view.box.viewRect()
    assert min(rect.width(), rect.height()) == pytest.approx(CLOSEST)
    assert rect.contains(QPointF(10.5, 10.5))


def test_one_zooms_out_no_further_than_is_of_use(looking: Hands) -> None:
    for _ in range(30):
        looking.trigger("view.zoom_out")
    assert shown(looking) == pytest.approx(1 / looking.window.devicePixelRatioF())


def test_the_image_cannot_be_lost(looking: Hands) -> None:
    looking.trigger("view.zoom_in")
    for _ in range(5):
        looking.press(15, 20, Qt.MouseButton.MiddleButton)
        looking.move(60, 70, Qt.MouseButton.MiddleButton)
        looking.release(60, 70, Qt.MouseButton.MiddleButton)
    middle = looking.window.cube_view.box.viewRect().center()
    assert (middle.x(), middle.y()) == (pytest.approx(0), pytest.approx(0))


def test_values_are_not_smoothed(looking: Hands) -> None:
    """Every screen pixel of an image pixel, but its border, has the same colour."""
    for _ in range(6):
        looking.trigger("view.zoom_in")
    QApplication.processEvents()
    view = looking.window.cube_view
    assert shown(looking) > SMALLEST
    grabbed = view.canvas.grab().toImage()
    ratio = grabbed.width() / view.canvas.width()
    here = view.box.viewRect().center()
    line, sample = int(here.y()), int(here.x())
    middle = looking.point(line, sample)
    reach = int(shown(looking) / 2 - 3)
    colours = {
        grabbed.pixelColor(round((middle.x() + x) * ratio), round((middle.y() + y) * ratio)).rgb()
        for x in (-reach, 0, reach)
        for y in (-reach, 0, reach)
    }
    assert len(colours) == 1
    assert grabbed.pixelColor(middle * ratio).red() == view.image.array[line, sample, 0]


def test_a_window_that_grows_shows_the_whole_image_still(looking: Hands) -> None:
    box = looking.window.cube_view.box

    def whole() -> bool:
        return bool(box.viewRect().contains(QRectF(0, 0, SAMPLES, LINES)))

    def fits() -> bool:
        rect = box.viewRect()
        return whole() and min(rect.width() / SAMPLES, rect.height() / LINES) < 1.1

    assert fits()
    for wider, higher in ((300, 250), (-200, 0), (300, -150), (-300, 150)):
        looking.window.resize(looking.window.width() + wider, looking.window.height() + higher)
        QApplication.processEvents()
        assert fits(), (wider, higher)
    looking.trigger("view.zoom_in")
    looking.window.resize(looking.window.width() - 100, looking.window.height() - 100)
    QApplication.processEvents()
    assert not whole(), "one had zoomed in"


def painted(scale: float, colour: int) -> np.ndarray:
    """A grid of 4 x 4 pixels on a picture of one grey."""
    canvas = QImage(4 * 24, 4 * 24, QImage.Format.Format_Grayscale8)
    canvas.fill(colour)
    grid, option = PixelGrid(), QStyleOptionGraphicsItem()
    grid.set_image((4, 4))
    option.exposedRect = grid.boundingRect()
    painter = QPainter(canvas)
    painter.scale(scale, scale)
    grid.paint(painter, option)
    painter.end()
    values = np.frombuffer(canvas.constBits(), np.uint8).reshape(-1, canvas.bytesPerLine())
    return values[:, : canvas.width()].astype(int) - QImage(canvas).pixelColor(5, 5).red()


@pytest.mark.parametrize("grey", [0, 0xFF, 0x80])
def test_the_grid_shows_on_every_grey(grey: int) -> None:
    canvas = painted(24.0, 0x01010101 * grey)
    assert np.abs(canvas[12, 20:30]).max() > 20
    assert not canvas[12, 28:46].any(), "between the lines nothing changes"


def test_the_grid_waits_until_pixels_are_large() -> None:
    assert not painted(SMALLEST - 0.5, 0).any()
