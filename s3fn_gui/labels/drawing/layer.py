"""Borders of the superpixels, while one works with them."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_gui.picture.canvas.screen_edges import draw_edges
from s3fn_gui.session.session import Session

SMALLEST = 5.0  # screen pixels across a superpixel, below which borders would hide the image


class Borders(QGraphicsItem):
    """Follows the tool and the superpixels that are known."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # exposedRect
        view = session.view
        for signal in (
            view.tool_changed,
            view.brush_changed,
            session.cube_changed,
            session.treatment_changed,
            session.drawing.superpixels_changed,
        ):
            signal.connect(lambda *_: self._show())
        self._show()

    def _show(self) -> None:
        found = self._session.drawing.superpixels
        self.setVisible(self._session.view.tool == "superpixel" and found is not None)
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """The image."""
        item = self._session.current
        return QRectF() if item is None else QRectF(0, 0, item.cube.samples, item.cube.lines)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Nothing where the superpixels are too small on the screen."""
        found = self._session.drawing.superpixels
        if found is not None and found.size**0.5 * painter.deviceTransform().m11() >= SMALLEST:
            draw_edges(painter, found.numbers, (0, 0), option.exposedRect)
