"""SuperpixelLayer of the superpixels, while one works with them."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_gui.base.signals import follow
from s3fn_gui.labels.drawing.state import DrawingState
from s3fn_gui.picture.canvas.screen_edges import draw_edges
from s3fn_gui.picture.layer import Level
from s3fn_gui.session.session import Session

SMALLEST = 5.0  # screen pixels across a superpixel, below which borders would hide the image


class SuperpixelLayer(QGraphicsItem):
    """Follows the tool and the superpixels that are known."""

    def __init__(self, session: Session, drawing: DrawingState) -> None:
        super().__init__()
        self._session = session
        self._state = drawing
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # exposedRect
        follow(self._show, session.view.tool_changed, session.view.brush_changed, drawing.superpixels_changed)
        follow(self._show, session.cubes.current_changed, session.cubes.treatment_changed)
        self._show()

    @property
    def parts(self) -> tuple[tuple[Level, QGraphicsItem], ...]:
        """See :class:`Layer`."""
        return ((Level.SUPERPIXELS, self),)

    def _show(self) -> None:
        found = self._state.superpixels
        self.setVisible(self._session.view.tool == "superpixel" and found is not None)
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """The image."""
        item = self._session.cubes.current
        return QRectF() if item is None else QRectF(0, 0, item.cube.samples, item.cube.lines)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Nothing where the superpixels are too small on the screen."""
        found = self._state.superpixels
        if found is not None and found.size**0.5 * painter.deviceTransform().m11() >= SMALLEST:
            draw_edges(painter, found.numbers, (0, 0), option.exposedRect)
