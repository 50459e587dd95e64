"""Above the labels: regions for the test hatched, those selected outlined, outliers marked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_gui.labels.regions.state import RegionsState
from s3fn_gui.picture.canvas.outline import MOST_LINES, Outline, edges_of
from s3fn_gui.picture.canvas.raster import IdOverlay
from s3fn_gui.picture.layer import Level
from s3fn_gui.session.session import Session

MOST_MARKS = 2000  # the farthest; more are a carpet
TILE = 8  # screen pixels from line to line of the hatch
MARK, MARK_NOW = "#e0218a", "#ffffff"


class Hatch(IdOverlay):
    """Lines as far apart at any zoom, where the ids are 1."""

    def __init__(self) -> None:
        super().__init__()
        self.set_classes([LabelClass(1, "test", "#000000")])

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The ids are drawn aside, then filled with lines."""
        if self.array is None:
            return
        area, ratio = painter.viewport(), painter.device().devicePixelRatioF()
        aside = QImage(area.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        aside.setDevicePixelRatio(ratio)
        aside.fill(Qt.GlobalColor.transparent)
        inner = QPainter(aside)
        inner.setWorldTransform(painter.worldTransform())
        super().paint(inner, option, widget)
        inner.resetTransform()
        inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        inner.fillRect(QRectF(area), QBrush(_tile()))
        inner.end()
        painter.save()
        painter.resetTransform()
        painter.drawImage(QPointF(0, 0), aside)
        painter.restore()


def _tile() -> QPixmap:
    """A white line with dark edges, to show on any colour."""
    tile = QPixmap(TILE, TILE)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in (("#c0101215", 3.2), ("#ffffff", 1.4)):
        painter.setPen(QPen(QColor(colour), width))
        for shift in (-TILE, 0, TILE):
            painter.drawLine(QPointF(shift - 1, TILE + 1), QPointF(shift + TILE + 1, -1))
    painter.end()
    return tile


class RegionLayer(QObject):
    """Follows the regions of the current cube."""

    def __init__(self, session: Session, state: RegionsState) -> None:
        super().__init__(state)
        self._session = session
        self._state = state
        self.hatch = Hatch()
        self.outline = Outline()
        self.marks: Any = pg.ScatterPlotItem(pxMode=True, symbol="o", hoverable=False, brush=None)
        state.changed.connect(self._show_test)
        state.selected_changed.connect(self._show_selected)
        state.outliers_changed.connect(self._show_marks)
        session.class_list_changed.connect(self._show_selected)
        session.view.overlays_changed.connect(self._show_test)
        self._show_test()

    @property
    def parts(self) -> tuple[tuple[Level, Any], ...]:
        """See :class:`Layer`."""
        return (Level.TEST_REGIONS, self.hatch), (Level.REGIONS, self.outline), (Level.REGIONS, self.marks)

    def _show_test(self) -> None:
        regions = self._state.region_map
        test = None if regions is None else regions.test
        self.hatch.set_ids(None if test is None else test.view(np.uint8))
        self.hatch.setVisible(test is not None and self._session.view.labels.visible)

    def _show_selected(self) -> None:
        regions, path = self._state.region_map, QPainterPath()
        numbers = self._state.selected if regions is not None else ()
        left = MOST_LINES
        for number in numbers:
            assert regions is not None
            part, lines = edges_of(regions.numbers, number, regions.row(number).box, left)
            path.addPath(part)
            left -= lines
        self.outline.set_path(path)
        self.outline.setVisible(bool(numbers))

    def _show_marks(self) -> None:
        outliers, now = self._state.outliers, self._state.outlier
        count = 0 if outliers is None else min(len(outliers), MOST_MARKS)
        if outliers is None or not count:
            self.marks.setData(pos=np.zeros((0, 2)))
            return
        places = np.column_stack([outliers.samples, outliers.lines])[:count] + 0.5
        self.marks.setData(
            pos=places,
            size=[17 if place == now else 9 for place in range(count)],
            pen=[pg.mkPen(MARK_NOW if place == now else MARK, width=2.5) for place in range(count)],
        )
