"""What is as fine on the screen at any zoom: lines between areas of different numbers, and hatching."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.types import BoolArray
from s3fn_gui.picture.canvas.raster import wrapped

# White with a dark side shows on dark and light.
COLOURS = [0, QColor(255, 255, 255, 210).rgba(), QColor(0, 0, 0, 130).rgba()]
LIGHT, DARK = 1, 2
WIDTH = 2
"""Of an outline on each side of an edge, in pixels of the screen."""
SPACING = 8
"""From one line of a hatching to the next."""


def draw_edges(
    painter: QPainter, numbers: np.ndarray[Any, Any], origin: tuple[int, int], part: QRectF
) -> None:
    """Draw the edges of `numbers` that lie in `part`.

    Works on the pixels of the screen: what it costs does not depend on the size of the array.

    Parameters
    ----------
    painter : of an item whose coordinates are the image's (x is the sample, y the line)
    numbers : array, shape (lines, samples)
    origin : (line, sample) of its first pixel
    part : in image coordinates
    """
    draw_on_screen(painter, part, lambda *where: edge_marks(numbers, origin, *where), COLOURS)


def draw_on_screen(
    painter: QPainter, part: QRectF, make: Callable[[QTransform, QRect], ByteImage], colours: list[int]
) -> None:
    """Draw an image whose pixels are those of the screen above a `part` of the picture.

    `make` gets how the screen maps to the picture and which part of the screen is wanted, and gives
    places in `colours`.
    """
    ratio = painter.device().devicePixelRatioF()
    # The painter's own offset is that of the canvas in the window, and is added when it draws.
    place = painter.worldTransform() * QTransform.fromScale(ratio, ratio)
    screen = place.mapRect(part).toAlignedRect().adjusted(-1, -1, 1, 1)
    screen &= _canvas(painter, ratio)
    if screen.isEmpty():
        return
    marks = make(place.inverted()[0], screen)
    image = wrapped(marks, QImage.Format.Format_Indexed8)
    image.setColorTable(colours)
    image.setDevicePixelRatio(ratio)
    painter.save()
    painter.resetTransform()
    painter.drawImage(QRectF(screen).topLeft() / ratio, image)
    painter.restore()


def edge_marks(
    numbers: np.ndarray[Any, Any], origin: tuple[int, int], to_image: QTransform, screen: QRect
) -> ByteImage:
    """1 on one side of each edge and 2 on the other, for each pixel of a part of the screen.

    `to_image` maps the screen to the image, without turning it.
    """
    shown = on_screen(numbers, origin, to_image, screen.adjusted(0, 0, 1, 1))
    here = shown[:-1, :-1]
    marks = np.zeros(here.shape, np.uint8)
    across, down = here != shown[:-1, 1:], here != shown[1:, :-1]
    marks[:, 1:][across[:, :-1]] = DARK
    marks[1:][down[:-1]] = DARK
    marks[across | down] = LIGHT
    return marks


def on_screen(
    numbers: np.ndarray[Any, Any], origin: tuple[int, int], to_image: QTransform, screen: QRect
) -> np.ndarray[Any, Any]:
    """The number at each pixel of a part of the screen, 0 outside of the array.

    For the parameters see :func:`edge_marks`.
    """
    lines, samples = numbers.shape
    x = (np.arange(screen.width()) + screen.x() + 0.5) * to_image.m11() + to_image.dx()
    y = (np.arange(screen.height()) + screen.y() + 0.5) * to_image.m22() + to_image.dy()
    columns = np.floor(x - origin[1]).astype(int)
    rows = np.floor(y - origin[0]).astype(int)
    shown: np.ndarray[Any, Any] = numbers[np.clip(rows, 0, lines - 1)][:, np.clip(columns, 0, samples - 1)]
    shown[(rows < 0) | (rows >= lines)] = 0
    shown[:, (columns < 0) | (columns >= samples)] = 0
    return shown


def outline_marks(ids: Callable[[QRect], ByteImage], screen: QRect) -> ByteImage:
    """The ids themselves along the edges between them, two pixels wide on either side; else 0.

    `ids` gives those of a part of the screen.
    """
    shown = ids(screen.adjusted(-WIDTH, -WIDTH, WIDTH, WIDTH))
    here = shown[WIDTH:-WIDTH, WIDTH:-WIDTH]
    lines, samples = here.shape
    edge = np.zeros(here.shape, bool)
    for by in (-WIDTH, -1, 1, WIDTH):
        edge |= here != shown[WIDTH + by : WIDTH + by + lines, WIDTH:-WIDTH]
        edge |= here != shown[WIDTH:-WIDTH, WIDTH + by : WIDTH + by + samples]
    return np.where(edge, here, 0).astype(np.uint8)


def hatch_marks(inside: BoolArray, screen: QRect) -> ByteImage:
    """Diagonal lines on those pixels of a part of the screen, light with a dark side."""
    across = np.arange(screen.width()) + screen.x() + (np.arange(screen.height()) + screen.y())[:, None]
    lines = np.array([LIGHT, LIGHT, DARK] + [0] * (SPACING - 3), np.uint8)[across % SPACING]
    return np.where(inside, lines, 0).astype(np.uint8)


def _canvas(painter: QPainter, ratio: float) -> QRect:
    """What is painted on, in pixels of the screen."""
    viewport = QRectF(painter.viewport())
    return QRectF(viewport.topLeft() * ratio, viewport.size() * ratio).toAlignedRect()
