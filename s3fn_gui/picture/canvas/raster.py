"""An array of bytes drawn as an image, however large it is."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.cubes.viewing.display import ByteImage

INTERSECT = Qt.ClipOperation.IntersectClip


class Raster(QGraphicsItem):
    """Looks at an array that it does not own, and draws only the part that has to be painted.

    pyqtgraph's ImageItem would convert the whole array whenever a picture is shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.array: ByteImage | None = None
        self._colours: list[int] = []
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # exposedRect

    def set_array(self, array: ByteImage | None) -> None:
        """Show a grey (lines, samples) or RGB (lines, samples, 3) picture (kept), or nothing."""
        if self.array is None or array is None or self.array.shape[:2] != array.shape[:2]:
            self.prepareGeometryChange()
        self.array = array
        self.update()

    def set_colours(self, colours: list[int]) -> None:
        """What the 256 grey levels of a grey picture are shown as; without any, as grey."""
        if colours != self._colours:
            self._colours = colours
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """In pixels of the array: x is the sample, y the line."""
        lines, samples = (0, 0) if self.array is None else self.array.shape[:2]
        return QRectF(0, 0, samples, lines)

    def shown(self) -> QRectF:
        """The part that is drawn."""
        return self.boundingRect()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Nearest neighbour, so that pixels keep their values and edges."""
        part = self.shown().intersected(option.exposedRect)
        if self.array is None or part.isEmpty():
            return
        step = max(1, int(1 / painter.deviceTransform().m11()))
        piece, place = cut(self.array, part, step)
        painter.save()
        painter.setClipRect(self.shown(), INTERSECT)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(place, self.wrap(piece))
        painter.restore()

    def wrap(self, piece: ByteImage) -> QImage:
        """An image over the memory of a contiguous array."""
        formats = QImage.Format
        if piece.ndim == 2 and self._colours:
            image = wrapped(piece, formats.Format_Indexed8)
            image.setColorTable(self._colours)
            return image
        return wrapped(piece, formats.Format_Grayscale8 if piece.ndim == 2 else formats.Format_RGB888)


def wrapped(piece: ByteImage, kind: QImage.Format) -> QImage:
    """An image over the memory of a contiguous array, which has to outlive it."""
    lines, samples = piece.shape[:2]
    return QImage(piece.data.cast("B"), samples, lines, piece.strides[0], kind)


def cut(array: ByteImage, part: QRectF, step: int) -> tuple[ByteImage, QRectF]:
    """The pixels that cover `part`, every `step`-th of them, and where they belong.

    The grid of those taken does not depend on `part`, so that pieces drawn one after the other
    fit together.  What is copied is no more than the screen shows.
    """
    lines, samples = array.shape[:2]
    top, bottom = _covering(part.top(), part.bottom(), lines, step)
    left, right = _covering(part.left(), part.right(), samples, step)
    piece = np.ascontiguousarray(array[top:bottom:step, left:right:step])
    height, width = piece.shape[:2]
    return piece, QRectF(left, top, width * step, height * step)


def _covering(start: float, stop: float, size: int, step: int) -> tuple[int, int]:
    """A range of pixels that holds start..stop, with one more at each end, from a step's begin."""
    first = max(math.floor(start) - 1, 0)
    return first - first % step, min(math.ceil(stop) + 1, size)
