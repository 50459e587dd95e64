"""Comparing two pictures by swipe: one left of a handle that the mouse drags, one right of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base.colour_maps import colour_table
from s3fn_gui.picture.canvas.badge import Badge
from s3fn_gui.picture.canvas.raster import IdOverlay, Raster
from s3fn_gui.picture.canvas.zoom import seen_part
from s3fn_gui.session.session import Session

# In screen pixels.
REACH = 6.0  # how far from the line it can still be taken
KNOB = (22.0, 30.0)
EDGE = 14.0  # the handle stays so far inside of what is visible
GAP = 6.0
ABOVE = 100.0  # higher than everything in the image
NOTHING_YET = tr("Choose another band, composite or cube")


class HandleLine(QGraphicsItem):
    """A line with a knob, white with a dark border; in screen pixels around x = 0."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._top = self._bottom = 0.0

    def set_height(self, top: float, bottom: float) -> None:
        if (top, bottom) != (self._top, self._bottom):
            self.prepareGeometryChange()
            self._top, self._bottom = top, bottom

    def is_at(self, point: QPointF) -> bool:
        """Whether the handle can be taken at `point`, in its own coordinates."""
        on_line = abs(point.x()) <= REACH and self._top <= point.y() <= self._bottom
        return on_line or self._knob().contains(point)

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """The line and its knob."""
        line = QRectF(-3, self._top, 6, self._bottom - self._top)
        return line.united(self._knob().adjusted(-2, -2, 2, 2))

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The border first, then the line, then the knob with its two arrows."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, bottom = QPointF(0, self._top), QPointF(0, self._bottom)
        for colour, width in ((QColor(0, 0, 0, 150), 4.0), (QColor("#ffffff"), 2.0)):
            painter.setPen(QPen(colour, width, c=Qt.PenCapStyle.FlatCap))
            painter.drawLine(top, bottom)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.setBrush(QColor("#ffffff"))
        painter.drawRoundedRect(self._knob(), 7, 7)
        painter.setPen(QPen(QColor("#1f2a33"), 1.8, c=Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_arrows(self._knob().center()))

    def _knob(self) -> QRectF:
        width, height = KNOB
        return QRectF(-width / 2, (self._top + self._bottom - height) / 2, width, height)


def _arrows(middle: QPointF) -> QPainterPath:
    path = QPainterPath()
    for side in (-1, 1):
        path.moveTo(middle + QPointF(3 * side, -4))
        path.lineTo(middle + QPointF(7 * side, 0))
        path.lineTo(middle + QPointF(3 * side, 4))
    return path


class Swipe(QObject):
    """Follows the session's comparison; the mouse takes and drags the handle through it.

    `box` is the pyqtgraph ViewBox: the kept picture is in image coordinates (x is the sample,
    y the line), handle and captions lie above it in screen pixels.
    """

    cursor = Qt.CursorShape.SplitHCursor

    def __init__(self, session: Session, box: Any, maps: tuple[Raster, ...], before: IdOverlay) -> None:
        super().__init__(box)
        self._session = session
        self._box = box
        self._maps = maps
        self._before = before
        self._x = 0.0
        self._offset = 0.0
        self.image = Raster()
        self.line = HandleLine(box)
        self.captions = (Badge(box, to_left=True), Badge(box))
        for item in (self.line, *self.captions):
            item.setZValue(ABOVE)
        view = session.view
        view.comparison.changed.connect(self._show)
        view.picture_changed.connect(self._show_captions)
        box.sigRangeChanged.connect(lambda *_: self._place())
        box.sigResized.connect(lambda *_: self._place())
        self._show()

    @property
    def is_on(self) -> bool:
        return self._session.view.comparison.kept is not None

    @property
    def x(self) -> float:
        """The sample at which the handle is drawn: always inside of the visible part."""
        seen = self._seen()
        edge = min(EDGE * float(self._box.viewPixelSize()[0]), seen.width() / 2)
        return min(max(self._x, seen.left() + edge), seen.right() - edge)

    def check_size(self) -> None:
        """Another cube is shown: compare on if it has the same size, else end and say so."""
        comparison, item = self._session.view.comparison, self._session.cubes.current
        kept = comparison.kept
        if kept is None:
            return
        if item is None:
            comparison.end()
        elif not kept.fits(item.cube):
            comparison.end()
            lines, samples = kept.image.shape[:2]
            text = tr(
                "The comparison has ended: {name} has {size} pixels, {kept} {kept_size}.",
                name=item.cube.name,
                size=f"{item.cube.lines} x {item.cube.samples}",
                kept=kept.name,
                kept_size=f"{lines} x {samples}",
            )
            self._session.report("info", text)
        else:
            self._show_captions()

    # --- the mouse -----------------------------------------------------------------------------

    def is_at(self, scene: QPointF) -> bool:
        """Whether the handle can be taken there."""
        return self.is_on and self.line.is_at(self.line.mapFromScene(scene))

    def take(self, scene: QPointF) -> None:
        """The handle will not jump to the cursor, which may be some pixels beside it."""
        self._offset = self.x - self._box.mapSceneToView(scene).x()

    def drag(self, scene: QPointF) -> None:
        """Follow the cursor."""
        if self.is_on:
            self._x = self._box.mapSceneToView(scene).x() + self._offset
            self._x = self.x  # beyond the edge there is nothing to come back from
            self._place()

    # --- drawing -------------------------------------------------------------------------------

    def _seen(self) -> QRectF:
        return seen_part(self._box, self.image.boundingRect())

    def _show(self) -> None:
        """The comparison has begun or ended."""
        comparison, was_on = self._session.view.comparison, self.line.isVisible()
        kept, before = comparison.kept, comparison.before
        self._before.set_ids(None if before is None else before.ids)
        self.image.set_array(None if kept is None else kept.image)
        self.image.set_colours([] if kept is None else colour_table(kept.colour_map))
        for item in (self.image, self.line, *self.captions):
            item.setVisible(kept is not None)
        if kept is not None and not was_on:
            self._x = self._seen().center().x()
        self._show_captions()
        self._place()

    def _show_captions(self) -> None:
        """The cubes are named where they differ."""
        view, item = self._session.view, self._session.cubes.current
        kept = view.comparison.kept
        if kept is None or item is None:
            return
        if view.comparison.before is not None:
            for badge, text in zip(self.captions, view.comparison.before.captions, strict=True):
                badge.set_text(text)
            return
        left, right = kept.caption, "" if view.picture is None else view.picture.caption
        if kept.name != item.cube.name:
            left, right = f"{kept.name}: {left}", f"{item.cube.name}: {right}"
        elif view.picture is not None and view.picture.image is kept.image:
            right = NOTHING_YET
        for badge, text in zip(self.captions, (left, right), strict=True):
            badge.set_text(text)

    def _show_maps_from(self, x: float) -> None:
        for drawn in self._maps:
            drawn.show_from(x)

    def _place(self) -> None:
        """Everything goes where the handle is."""
        if not self.is_on:
            self._show_maps_from(0)
            return
        x, seen = self.x, self._seen()
        self.image.show_to(x)
        comparison = self._session.view.comparison
        aside = comparison.map_aside or comparison.before is not None
        self._show_maps_from(x if aside else 0)
        self._before.show_to(x)
        top = self._box.mapFromView(QPointF(x, seen.top()))
        bottom = self._box.mapFromView(QPointF(x, seen.bottom()))
        self.line.set_height(top.y(), bottom.y())
        self.line.setPos(top.x(), 0)
        rooms = (top.x() - 2 * GAP, self._box.width() - top.x() - 2 * GAP)
        for badge, side, room in zip(self.captions, (-1, 1), rooms, strict=True):
            badge.setPos(top.x() + side * GAP, top.y() + GAP)
            badge.set_room(room)
