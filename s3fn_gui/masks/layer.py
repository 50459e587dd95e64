"""The mask above the image: its background shaded, its objects numbered, those selected outlined."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QApplication, QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.cubes.treating.objects import ObjectRow
from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.labels.classes import LabelClass
from s3fn_core.types import Box
from s3fn_gui.base.colour_maps import colour_table
from s3fn_gui.base.signals import follow
from s3fn_gui.masks.state import MaskState, objects_on_show, on_show
from s3fn_gui.masks.values import Background, background_of
from s3fn_gui.picture.canvas.outline import MOST_LINES, Outline, edges_of
from s3fn_gui.picture.canvas.raster import IdOverlay, Raster
from s3fn_gui.picture.layer import Level
from s3fn_gui.session.session import Session

SHADES = {"dim": ("#101215", 0.72), "colour": ("#2b6cff", 0.55)}
MOST_NUMBERS = 200  # more are a carpet and tell nothing
INK, HALO = QColor("#ffffff"), QColor(0, 0, 0, 190)


class ObjectNumbers(QGraphicsItem):
    """Numbers at the centres of objects, as large as other text at any zoom.

    Only where they fit into their objects, and where not too many are in view.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[ObjectRow, ...] = ()
        self._unknown: frozenset[int] = frozenset()
        self._size = (0, 0)

    def set_rows(self, rows: tuple[ObjectRow, ...], size: tuple[int, int]) -> None:
        """Other objects of an image with `size` lines and samples."""
        self.prepareGeometryChange()
        self._rows, self._size = rows, size
        self.update()

    def set_unknown(self, numbers: frozenset[int]) -> None:
        """Objects that are unlike anything labelled: the colour of the map alone could be overlooked."""
        if numbers != self._unknown:
            self._unknown = numbers
            self.update()

    def text(self, row: ObjectRow) -> str:
        """What is written onto an object: an unknown one has a question mark."""
        return f"{row.number}{'?' if row.number in self._unknown else ''}"

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        """The image."""
        return QRectF(0, 0, self._size[1], self._size[0])

    def shown(self, seen: QRectF, scale: float) -> list[ObjectRow]:
        """Objects whose numbers are drawn, with `scale` screen pixels a pixel of the image."""
        metrics = QFontMetricsF(_font())
        inside = [r for r in self._rows if seen.contains(QPointF(r.centre[1], r.centre[0]))]
        if len(inside) > MOST_NUMBERS:
            return []
        return [
            r
            for r in inside
            if (r.box[3] - r.box[1]) * scale >= metrics.horizontalAdvance(self.text(r))
            and (r.box[2] - r.box[0]) * scale >= metrics.height() * 0.8
        ]

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """White with a dark border, to show on dark and light."""
        place = painter.worldTransform()
        seen = place.inverted()[0].mapRect(QRectF(painter.viewport()))
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in self.shown(seen, place.m11()):
            text = QPainterPath()
            text.addText(0, 0, _font(), self.text(row))
            middle = place.map(QPointF(row.centre[1] + 0.5, row.centre[0] + 0.5))
            text.translate(middle - text.boundingRect().center())
            painter.strokePath(text, QPen(HALO, 3, j=Qt.PenJoinStyle.RoundJoin))
            painter.fillPath(text, INK)
        painter.restore()


def _font() -> QFont:
    font = QApplication.font()
    font.setBold(True)
    return font


class MaskLayer(QObject):
    """Follows the mask of the current cube.

    `ground` is the picture without the mask, which belongs above the masked one, `shade` the
    background, `numbers` and `outline` the objects.
    """

    def __init__(self, session: Session, mask: MaskState, box: Any) -> None:
        super().__init__(box)
        self._session = session
        self._mask = mask
        self._box = box
        self._outlined: tuple[Mask, tuple[int, ...]] | None = None
        self.ground = Raster()
        self.shade = IdOverlay()
        self.numbers = ObjectNumbers()
        self.outline = Outline()
        follow(self._show, mask.background_changed, mask.look_changed, mask.objects_changed)
        follow(self._show, mask.recipe_changed, session.view.tool_changed, session.cubes.treatment_changed)
        mask.ground_changed.connect(self._show_ground)
        mask.judged_changed.connect(self._show_unknown)
        mask.background_painted.connect(self._refresh)
        follow(self._show_selected, mask.selected_changed, mask.objects_changed)
        session.cubes.current_changed.connect(self._tell_window)
        session.view.looks.changed.connect(self._show_colour_map)
        box.sigRangeChanged.connect(lambda *_: self._tell_window())
        self._show()
        self._show_ground()

    @property
    def parts(self) -> tuple[tuple[Level, Any], ...]:
        """See :class:`Layer`."""
        return (
            (Level.UNMASKED_PICTURE, self.ground),
            (Level.BACKGROUND, self.shade),
            (Level.OBJECTS, self.outline),
            (Level.OBJECTS, self.numbers),
        )

    def _show_colour_map(self) -> None:
        self.ground.set_colours(colour_table(self._session.view.looks.colour_map))

    def _show(self) -> None:
        """Shade what is the background now."""
        session, state = self._session, self._mask
        what = on_show(state, session.cubes.current, session.view.tool)
        background = None
        painting = state.stroke or state.settling
        if what == "stroke" and painting is not None:
            background = Background(painting.background)
        elif what == "mask" and session.cubes.current and session.cubes.current.treatment.mask:
            # Its table may still be computed, which must not delay what one sees.
            background = Background(background_of(session.cubes.current.treatment.mask.objects))
        elif what == "preview":
            background = state.preview
        self.shade.set_ids(None if background is None else background.ids)
        if background is not None:
            self.shade.setPos(background.left, background.top)
        colour, opacity = SHADES.get(state.shade, SHADES["dim"])
        self.shade.set_classes([LabelClass(1, "background", colour)])
        self.shade.setOpacity(opacity)
        self.ground.setVisible(what != "nothing" and state.ground is not None)
        shape = (0, 0) if state.mask is None else state.mask.objects.shape
        counted = (what == "stroke" or objects_on_show(state, what)) and state.numbers
        self.numbers.set_rows(state.objects, (shape[0], shape[1]))
        self.numbers.setVisible(counted)
        self._show_selected()

    def _refresh(self, box: Box) -> None:
        self.shade.refresh(box)

    def _show_ground(self) -> None:
        self.ground.set_array(self._mask.ground)
        self._show()

    def _show_unknown(self) -> None:
        judged = self._mask.judged
        objects = () if judged is None else judged.objects
        self.numbers.set_unknown(frozenset(one.number for one in objects if one.shown_unknown))

    def _show_selected(self) -> None:
        state, session = self._mask, self._session
        what = on_show(state, session.cubes.current, session.view.tool)
        mask, numbers = state.mask, state.selection
        seen = bool(numbers) and mask is not None and objects_on_show(state, what)
        self.outline.setVisible(seen)
        if mask is not None and seen and self._outlined != (mask, numbers):
            self._outlined = mask, numbers
            path, room = QPainterPath(), MOST_LINES
            for number in reversed(numbers):
                edges, lines = edges_of(mask.objects, number, state.row(number).box, room)
                path.addPath(edges)
                room = max(0, room - lines)
            self.outline.set_path(path)

    def _tell_window(self) -> None:
        """The visible part of the image."""
        item = self._session.cubes.current
        if item is None:
            return
        seen = self._box.viewRect().intersected(QRectF(0, 0, item.cube.samples, item.cube.lines))
        self._mask.set_window(
            slice(int(seen.top()), min(item.cube.lines, int(seen.bottom()) + 1)),
            slice(int(seen.left()), min(item.cube.samples, int(seen.right()) + 1)),
        )
