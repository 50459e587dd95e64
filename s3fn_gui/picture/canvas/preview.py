"""What the tool in use would paint, above the image."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.types import BoolArray, Box
from s3fn_gui.base import theme
from s3fn_gui.picture.canvas.raster import cut, wrapped
from s3fn_gui.picture.canvas.screen_edges import draw_edges
from s3fn_gui.session.session import Session

TINT = 150  # opacity of pixels that would be painted
ERASED = "#000000"
HANDLE = 3.5  # screen pixels, half of a corner's handle
DASH = 5.0  # screen pixels
MARGIN = 8.0  # screen pixels that lines and handles reach beyond what they stand for


class PreviewItem(QGraphicsItem):
    """Follows `session.work.preview`; in the class's colour, black where it erases."""

    def __init__(self, session: Session, box: Any) -> None:
        super().__init__()
        self._session = session
        self._box = box
        self._reach = QRectF()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # exposedRect
        session.work.preview_changed.connect(self._show)
        session.class_selected.connect(self._show)
        box.sigRangeChanged.connect(lambda *_: self._show())

    def _show(self) -> None:
        """Only where it was and where it is now is drawn again."""
        self.prepareGeometryChange()
        preview = self._session.work.preview
        self._reach = QRectF()
        if preview is not None:
            self._reach = preview.path.boundingRect().united(preview.band.boundingRect())
            if preview.area is not None:
                self._reach = self._reach.united(_frame(preview.area[0]))
            margin = MARGIN * float(self._box.viewPixelSize()[0])
            self._reach.adjust(-margin, -margin, margin, margin)
        self.setVisible(preview is not None)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """What is drawn, and a margin."""
        return self._reach

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Pixels, then the line, then its corners."""
        preview, target = self._session.work.preview, self._session.current_class
        if preview is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(ERASED if preview.erase or target is None else target.color)
        if preview.area is not None:
            _draw_area(painter, *preview.area, colour, option.exposedRect)
        for shade, width in ((colour, 4), (QColor("#ffffff"), 1.5)):
            pen = QPen(shade, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(preview.path)
            pen.setDashPattern([DASH / width, DASH / width])
            painter.setPen(pen)
            painter.drawPath(preview.band)
        _draw_corners(painter, preview.corners, colour)


def _frame(box: Box) -> QRectF:
    top, left, bottom, right = box
    return QRectF(left, top, right - left, bottom - top)


def _draw_area(painter: QPainter, box: Box, mask: BoolArray, colour: QColor, exposed: QRectF) -> None:
    """Tinted pixels with a border."""
    part = exposed.intersected(_frame(box))
    if part.isEmpty():
        return
    top, left = box[:2]
    step = max(1, int(1 / painter.deviceTransform().m11()))
    piece, place = cut(mask.view(np.uint8), part.translated(-left, -top), step)
    image = wrapped(piece, QImage.Format.Format_Indexed8)
    image.setColorTable([0, theme.translucent(colour, TINT).rgba()])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(place.translated(left, top), image)
    painter.restore()
    draw_edges(painter, mask, (top, left), exposed)


def _draw_corners(painter: QPainter, corners: tuple[QPointF, ...], colour: QColor) -> None:
    """Squares of a fixed size on the screen; the first, which closes the polygon, is larger."""
    place = painter.worldTransform()
    painter.save()
    painter.resetTransform()
    painter.setPen(QPen(colour, 1.5, j=Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(QColor("#ffffff"))
    for index, corner in enumerate(corners):
        half = HANDLE * (1.4 if index == 0 else 1.0)
        painter.drawRect(QRectF(-half, -half, 2 * half, 2 * half).translated(place.map(corner)))
    painter.restore()
