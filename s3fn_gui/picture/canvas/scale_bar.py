"""A bar of a round length on the ground, at the bottom left of the image."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QApplication, QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.cubes.place import PixelSize
from s3fn_core.languages import tr
from s3fn_gui.picture.canvas.badge import GROUND, INK, PAD_X, PAD_Y, RADIUS, metrics
from s3fn_gui.picture.canvas.zoom import seen_part

# In screen pixels.
LONGEST, SHORTEST = 150.0, 24.0
MARGIN = 8.0
TICK = 5.0
UNITS = ((1e3, "km"), (1.0, "m"), (1e-2, "cm"), (1e-3, "mm"), (1e-6, "µm"))
SQUARE = 0.02  # sides that differ by more are named: the bar is right across only


class ScaleBar(QGraphicsItem):
    """Follows the zoom; hidden where the size of a pixel is not known.

    Its coordinates are screen pixels: it is a child of the view box, not of the image.
    """

    def __init__(self, box: Any) -> None:
        super().__init__(box)
        self._box = box
        self._size: PixelSize | None = None
        self._image = QRectF()
        self._wanted = True
        self.length = 0.0
        self.text = ""
        box.sigRangeChanged.connect(lambda *_: self._place())
        box.sigResized.connect(lambda *_: self._place())
        self.hide()

    def set_image(self, shape: tuple[int, int], size: PixelSize | None) -> None:
        """An image of `shape` (lines, samples) with pixels of that size."""
        self._image, self._size = QRectF(0, 0, shape[1], shape[0]), size
        self._place()

    def set_wanted(self, wanted: bool) -> None:
        """Show it where the size is known, or never."""
        self._wanted = wanted
        self._place()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """Upwards and to the right of its position."""
        width = max(self.length, metrics().horizontalAdvance(self.text)) + 2 * PAD_X
        height = metrics().height() + TICK + 3 * PAD_Y
        return QRectF(0, -height, width, height)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """White on a dark ground, which shows on dark and light."""
        frame = self.boundingRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        painter.setPen(INK)
        painter.setFont(QApplication.font())
        painter.drawText(
            frame.adjusted(0, PAD_Y, 0, 0),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop,
            self.text,
        )
        painter.setPen(QPen(INK, 2.0, c=Qt.PenCapStyle.FlatCap, j=Qt.PenJoinStyle.MiterJoin))
        left, low = (frame.width() - self.length) / 2, -2 * PAD_Y
        right = left + self.length
        painter.drawPolyline(
            [QPointF(left, low - TICK), QPointF(left, low), QPointF(right, low), QPointF(right, low - TICK)]
        )

    def _place(self) -> None:
        """The longest round length that has room, in the corner of what is visible."""
        seen = seen_part(self._box, self._image)
        pixel = float(self._box.viewPixelSize()[0])  # image pixels a screen pixel
        room = min(LONGEST, seen.width() / pixel / 2)
        shown = self._wanted and self._size is not None and room >= SHORTEST
        self.setVisible(shown)
        if self._size is None or not shown:
            return
        metres = self._size.across * pixel
        length = round_length(room * metres)
        self.prepareGeometryChange()
        self.length = length / metres
        self.text = length_text(length)
        if abs(self._size.across / self._size.down - 1) > SQUARE:
            self.text = tr("{length} across", length=self.text)
        corner = self._box.mapFromView(seen.bottomLeft())
        self.setPos(corner.x() + MARGIN, corner.y() - MARGIN)
        self.update()


def round_length(limit: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten that is not above `limit`."""
    power = 10.0 ** math.floor(math.log10(limit))
    return max(step * power for step in (0.5, 1, 2, 5) if step * power <= limit)


def length_text(metres: float) -> str:
    """A length in the unit that needs the fewest digits."""
    size, unit = next((u for u in UNITS if metres >= u[0] * (1 - 1e-9)), UNITS[-1])
    return f"{metres / size:g} {unit}"
