"""Arrays drawn as images, however large they are: pictures, and maps of ids in colours."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.labels.classes import LabelClass
from s3fn_core.types import Box, IdArray

INTERSECT = Qt.ClipOperation.IntersectClip
TRANSPARENT = 0
Array = npt.NDArray[Any]


class Raster(QGraphicsItem):
    """Looks at an array that it does not own, and draws only the part that has to be painted.

    pyqtgraph's ImageItem would convert the whole array whenever a picture is shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.array: ByteImage | None = None
        self._colours: list[int] = []
        self._start, self._stop = 0.0, math.inf
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

    def show_from(self, sample: float) -> None:
        """Draw only what lies right of `sample` (0: everything)."""
        if sample != self._start:
            first, last = sorted((self._start, sample))
            self._start = sample
            self.update(QRectF(first, 0, last - first, self.boundingRect().height()))

    def show_to(self, sample: float) -> None:
        """Draw only what lies left of `sample`."""
        if sample != self._stop:
            whole = self.boundingRect()
            first, last = sorted(min(s, whole.width()) for s in (self._stop, sample))
            self._stop = sample
            self.update(QRectF(first, 0, last - first, whole.height()))

    def shown(self) -> QRectF:
        """On its side of the handle, where there is one."""
        whole = self.boundingRect()
        return QRectF(self._start, 0, min(self._stop, whole.width()) - self._start, whole.height())

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Nearest neighbour, so that pixels keep their values and edges."""
        part = self.shown().intersected(option.exposedRect)
        if self.array is None or part.isEmpty():
            return
        step = max(1, int(1 / painter.deviceTransform().m11()))
        painter.save()
        painter.setClipRect(self.shown(), INTERSECT)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self.paint_part(painter, self.array, part, step)
        painter.restore()

    def paint_part(self, painter: QPainter, array: ByteImage, part: QRectF, step: int) -> None:
        """Paint every `step`-th pixel of a part of the array."""
        piece, place = cut(array, part, step)
        painter.drawImage(place, self.wrap(piece))

    def wrap(self, piece: ByteImage) -> QImage:
        """An image over the memory of a contiguous array."""
        formats = QImage.Format
        if piece.ndim == 2 and self._colours:
            image = wrapped(piece, formats.Format_Indexed8)
            image.setColorTable(self._colours)
            return image
        return wrapped(piece, formats.Format_Grayscale8 if piece.ndim == 2 else formats.Format_RGB888)


class IdOverlay(Raster):
    """Looks at an array of ids without copying it; a stroke redraws only its own rectangle."""

    def __init__(self) -> None:
        super().__init__()
        self._table = [TRANSPARENT] * 256

    def set_ids(self, ids: IdArray | None) -> None:
        """Show another map (kept, not copied), or nothing."""
        self.set_array(None if ids is None else np.asarray(ids, np.uint8))

    def set_classes(self, classes: Iterable[LabelClass]) -> None:
        """Colours by id; ids without a class stay invisible."""
        self._table = [TRANSPARENT] * 256
        for c in classes:
            self._table[c.id] = QColor(c.color).rgba()
        self.update()

    def refresh(self, box: Box) -> None:
        """The ids in `box` have changed."""
        top, left, bottom, right = box
        self.update(QRectF(left, top, right - left, bottom - top))

    def wrap(self, piece: ByteImage) -> QImage:
        """The ids with the classes' colours."""
        image = wrapped(piece, QImage.Format.Format_Indexed8)
        image.setColorTable(self._table)
        return image


def wrapped(piece: Array, kind: QImage.Format) -> QImage:
    """An image over the memory of a contiguous array, which has to outlive it."""
    lines, samples = piece.shape[:2]
    return QImage(piece.data.cast("B"), samples, lines, piece.strides[0], kind)


def cut(array: Array, part: QRectF, step: int) -> tuple[Array, QRectF]:
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
