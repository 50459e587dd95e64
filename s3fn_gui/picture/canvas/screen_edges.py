"""Lines between areas of different numbers, as thin on the screen at any zoom."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_gui.picture.canvas.raster import wrapped

# White with a dark side shows on dark and light.
COLOURS = [0, QColor(255, 255, 255, 210).rgba(), QColor(0, 0, 0, 130).rgba()]
LIGHT, DARK = 1, 2


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
    ratio = painter.device().devicePixelRatioF()
    # The painter's own offset is that of the canvas in the window, and is added when it draws.
    place = painter.worldTransform() * QTransform.fromScale(ratio, ratio)
    screen = place.mapRect(part).toAlignedRect().adjusted(-1, -1, 1, 1)
    screen &= _canvas(painter, ratio)
    if screen.isEmpty():
        return
    marks = edge_marks(numbers, origin, place.inverted()[0], screen)
    image = wrapped(marks, QImage.Format.Format_Indexed8)
    image.setColorTable(COLOURS)
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
    lines, samples = numbers.shape
    x = (np.arange(screen.width() + 1) + screen.x() + 0.5) * to_image.m11() + to_image.dx()
    y = (np.arange(screen.height() + 1) + screen.y() + 0.5) * to_image.m22() + to_image.dy()
    columns = np.floor(x - origin[1]).astype(int)
    rows = np.floor(y - origin[0]).astype(int)
    shown = numbers[np.clip(rows, 0, lines - 1)][:, np.clip(columns, 0, samples - 1)]
    shown[(rows < 0) | (rows >= lines)] = 0
    shown[:, (columns < 0) | (columns >= samples)] = 0
    here = shown[:-1, :-1]
    marks = np.zeros(here.shape, np.uint8)
    across, down = here != shown[:-1, 1:], here != shown[1:, :-1]
    marks[:, 1:][across[:, :-1]] = DARK
    marks[1:][down[:-1]] = DARK
    marks[across | down] = LIGHT
    return marks


def _canvas(painter: QPainter, ratio: float) -> QRect:
    """What is painted on, in pixels of the screen."""
    viewport = QRectF(painter.viewport())
    return QRectF(viewport.topLeft() * ratio, viewport.size() * ratio).toAlignedRect()
