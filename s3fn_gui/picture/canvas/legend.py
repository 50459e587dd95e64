"""What the colours of the map above the image mean, at the bottom right of the canvas."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_core.quoting import unmarked
from s3fn_core.results.map_layers import SCALES, ValueName
from s3fn_gui.base.colour_maps import table
from s3fn_gui.base.signals import follow
from s3fn_gui.picture.canvas.badge import GROUND, INK, PAD_X, PAD_Y, RADIUS, metrics
from s3fn_gui.picture.canvas.map_values import COLOURS, layer_shown
from s3fn_gui.session.session import Session

# In screen pixels.
MARGIN, GAP = 8.0, 6.0
SWATCH, BAR = 10.0, 10.0
WIDEST_NAME, BAR_WIDTH = 150.0, 170.0
MOST_HEIGHT = 0.7
"""Share of the canvas that a list of classes may be high."""
FAINT = QColor(255, 255, 255, 190)
TITLES = {"classes": "Map: classes", "confidence": "Map: confidence", "novelty": "Map: novelty"}


class MapLegend(QGraphicsItem):
    """Follows the session; there whenever a map is drawn.

    Its coordinates are screen pixels: it is a child of the view box, not of the image.  `title` and
    `lines` are its texts from top to bottom.
    """

    def __init__(self, session: Session, box: Any) -> None:
        super().__init__(box)
        self._session = session
        self._box = box
        self._values: ValueName | None = None
        self._classes: list[LabelClass] = []
        self.title = ""
        self.lines: list[str] = []
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        cubes, view = session.cubes, session.view
        follow(self._show, cubes.current_changed, cubes.prediction_changed, session.class_list_changed)
        follow(self._show, view.overlays_changed, view.comparison.changed)
        box.sigResized.connect(lambda *_: self._show())
        self._show()

    def _show(self) -> None:
        """Follow the map that is drawn."""
        item = self._session.cubes.current
        prediction = None if item is None else item.prediction
        self.setVisible(prediction is not None and self._session.view.prediction.visible)
        if prediction is None:
            return
        layer = layer_shown(self._session)
        self.prepareGeometryChange()
        self.title = TITLES[layer]
        self._values = None if layer == "classes" else layer
        if layer == "classes":
            own = {c.id: c for c in self._session.classes}
            self._classes = [own.get(c.id, c) for c in prediction.classes]
            self.lines = self._names()
        else:
            self._classes, self.lines = [], [SCALES[layer].meaning]
            share = prediction.novel_share
            if layer == "novelty" and share is not None:
                self.lines.append(f"{100 * share:.0f} % of the map is above 1")
        width, height = self._size()
        self.setPos(self._box.width() - width - MARGIN, self._box.height() - height - MARGIN)
        self.update()

    def _names(self) -> list[str]:
        """As many classes as there is room for, and how many more there are."""
        room = int((MOST_HEIGHT * self._box.height() - 2 * PAD_Y) // metrics().height()) - 1
        names = [
            metrics().elidedText(unmarked(c.name), Qt.TextElideMode.ElideRight, WIDEST_NAME)
            for c in self._classes
        ]
        if len(names) > max(room, 2):
            shown = max(room, 2) - 1
            names, self._classes = [*names[:shown], f"and {len(names) - shown} more"], self._classes[:shown]
        return names

    def _size(self) -> tuple[float, float]:
        texts = [metrics().horizontalAdvance(text) for text in self.lines]
        high = metrics().height()
        if self._values is None:
            body, height = SWATCH + GAP + max(texts, default=0), high * len(texts)
        else:
            body, height = max(BAR_WIDTH, *texts), BAR + high * (len(texts) + 1)
        width = max(body, metrics().horizontalAdvance(self.title)) + 2 * PAD_X
        return width, height + high + 3 * PAD_Y

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """To the right of its position and downwards."""
        return QRectF(0, 0, *self._size())

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """White on a dark ground, which shows on dark and light."""
        frame = self.boundingRect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(GROUND)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        painter.setFont(QApplication.font())
        painter.setPen(FAINT)
        high = metrics().height()
        inside = frame.adjusted(PAD_X, PAD_Y, -PAD_X, -PAD_Y)
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self.title)
        below = inside.adjusted(0, high + PAD_Y, 0, 0)
        if self._values is None:
            self._paint_classes(painter, below, high)
        else:
            self._paint_scale(painter, below, high, self._values)

    def _paint_classes(self, painter: QPainter, below: QRectF, high: float) -> None:
        for number, text in enumerate(self.lines):
            place = QRectF(below.left(), below.top() + number * high, below.width(), high)
            if number < len(self._classes):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self._classes[number].color))
                painter.drawRoundedRect(
                    QRectF(place.left(), place.center().y() - SWATCH / 2, SWATCH, SWATCH), 2, 2
                )
            painter.setPen(INK)
            side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place.adjusted(SWATCH + GAP, 0, 0, 0), side, text)

    def _paint_scale(self, painter: QPainter, below: QRectF, high: float, values: ValueName) -> None:
        """The colours with a mark in the middle, their values, and what they mean."""
        colours = table(COLOURS[values])[1:].copy()
        image = QImage(colours.data, len(colours), 1, 3 * len(colours), QImage.Format.Format_RGB888)
        bar = QRectF(below.left(), below.top(), below.width(), BAR)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(bar, image)
        painter.setPen(QPen(INK, 1.0))
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        numbers = QRectF(below.left(), bar.bottom(), below.width(), high)
        for text, side in zip(SCALES[values].ticks, sides, strict=True):
            painter.drawText(numbers, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(INK)
        for number, text in enumerate(self.lines, 1):
            place = numbers.translated(0, number * high)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
