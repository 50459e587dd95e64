"""A map of class ids drawn over the image, in the classes' colours."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_core.labels.shapes import Box
from s3fn_core.types import IdArray

TRANSPARENT = 0
INTERSECT = Qt.ClipOperation.IntersectClip


class IdOverlay(QGraphicsItem):
    """Looks at an array of ids without copying it; a stroke redraws only its own rectangle.

    A pyqtgraph ImageItem would colour the whole map again for every movement of the brush.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ids: IdArray | None = None
        self._image = QImage()
        self._table = [TRANSPARENT] * 256
        self._start = 0.0

    def set_ids(self, ids: IdArray | None) -> None:
        """Show another map (kept, not copied), or nothing."""
        self.prepareGeometryChange()
        self._ids = None if ids is None else np.ascontiguousarray(ids, np.uint8)
        self._wrap()
        self.update()

    def set_classes(self, classes: Iterable[LabelClass]) -> None:
        """Colours by id; ids without a class stay invisible."""
        self._table = [TRANSPARENT] * 256
        for c in classes:
            self._table[c.id] = QColor(c.color).rgba()
        self._wrap()
        self.update()

    def refresh(self, box: Box) -> None:
        """The ids in `box` have changed."""
        top, left, bottom, right = box
        self.update(QRectF(left, top, right - left, bottom - top))

    def show_from(self, sample: float) -> None:
        """Draw only what lies right of `sample` (0: everything)."""
        if sample != self._start:
            changed = sorted((self._start, sample))
            self._start = sample
            self.update(QRectF(changed[0], 0, changed[1] - changed[0], self._image.height()))

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """In pixels of the map: x is the sample, y the line."""
        return QRectF(0, 0, self._image.width(), self._image.height())

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Nearest neighbour, so that a label's pixels keep their edges."""
        if self._image.isNull():
            return
        whole = self.boundingRect()
        painter.save()
        if self._start > 0:
            painter.setClipRect(whole.adjusted(self._start, 0, 0, 0), INTERSECT)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(whole, self._image)
        painter.restore()

    def _wrap(self) -> None:
        """An indexed image over the array's own memory."""
        if self._ids is None:
            self._image = QImage()
            return
        lines, samples = self._ids.shape
        self._image = QImage(
            self._ids.data.cast("B"), samples, lines, samples, QImage.Format.Format_Indexed8
        )
        self._image.setColorTable(self._table)
