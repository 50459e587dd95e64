"""Rectangles whose mean spectrum is kept."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.types import Box
from s3fn_gui.session.session import Session

DRAWN = "#1f2a33"  # the frame while the mouse draws it


class RegionFrames(QGraphicsItem):
    """Frames of the regions of the current cube, and of the one that is being drawn."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def refresh(self) -> None:
        """Others are kept, or another cube is shown."""
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        item = self._session.cubes.current
        return QRectF() if item is None else QRectF(0, 0, item.cube.samples, item.cube.lines)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The one that is brought out in the plot has a wider frame."""
        item, drag = self._session.cubes.current, self._session.spectra.drag
        shown = self._session.spectra.highlighted
        for kept in () if item is None else item.kept:
            if kept.box is not None and kept.pixel is None:
                _frame(painter, kept.box, kept.colour, 4 if kept.number == shown else 2)
        if drag is not None:
            _frame(painter, drag, DRAWN, 2)


def _frame(painter: QPainter, box: Box, colour: str, width: int) -> None:
    """White on both sides of the colour shows on dark and light."""
    top, left, bottom, right = box
    for reach, shade in ((width + 2, "#ffffff"), (width, colour)):
        pen = QPen(QColor(shade), reach)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawRect(QRectF(left, top, right - left, bottom - top))
