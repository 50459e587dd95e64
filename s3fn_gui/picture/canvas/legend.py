"""What the colours of a layer above the image mean, in a corner of the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import plural
from s3fn_core.quoting import unmarked
from s3fn_gui.base.colour_maps import table
from s3fn_gui.picture.canvas.badge import GROUND, INK, PAD_X, PAD_Y, RADIUS, metrics

# In screen pixels.
MARGIN, GAP = 8.0, 6.0
SWATCH, BAR = 10.0, 10.0
WIDEST, BAR_WIDTH = 200.0, 180.0
OPEN, FOLDED = "▾", "▸"
MOST_HEIGHT = 0.6
"""Share of the canvas that a list of classes may be high."""
ABOVE = 90.0
"""Higher than everything in the image."""
FAINT = QColor(255, 255, 255, 190)
FADED = 0.4
"""Opacity of the line of a class that is not drawn."""
HATCHED = "hatched"
SIDES = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Legend(QGraphicsItem):
    """At the bottom right, or `at_top`; a title above a list of classes, or above a scale of colours.

    Those at the top lie below each other, as far as they are shown.

    Its coordinates are screen pixels: it is a child of the view box, not of the image.  `title` and
    `lines` are its texts from top to bottom; the numbers of a scale are its `ticks`.
    """

    def __init__(self, box: Any, *, at_top: bool = False, foldable: bool = False) -> None:
        super().__init__(box)
        self._box = box
        self._at_top, self._foldable = at_top, foldable
        self._colours = ""  # of a scale
        self._marks: list[str] = []  # colours before the lines of a list; others have none
        self._faint: set[int] = set()  # lines
        self.folded = False  # to its title
        self.title = ""
        self.listed: list[LabelClass] = []
        self.lines: list[str] = []
        self.ticks: tuple[str, str, str] = ("", "", "")
        self.setZValue(ABOVE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        box.sigResized.connect(lambda *_: self.place())

    def show_scale(self, title: str, colours: str, ticks: tuple[str, str, str], lines: Sequence[str]) -> None:
        """A scale in the colours of that name, with numbers at both ends and in the middle."""
        self._colours, self._marks, self.ticks = colours, [], ticks
        self._tell(title, lines)

    def show_classes(
        self,
        title: str,
        classes: Sequence[LabelClass],
        *,
        only: int | None = None,
        hatched: str = "",
        notes: Sequence[str] = (),
    ) -> None:
        """As many classes as there is room for, and how many more there are.

        Below them what is `hatched`, and `notes`.  Where one class is drawn `only`, others are faint.
        """
        more = [hatched] * bool(hatched) + list(notes)
        room = int((MOST_HEIGHT * self._box.height() - 2 * PAD_Y) // metrics().height()) - 1
        listed = list(classes)
        if len(listed) > max(2, room - len(more)):
            listed = _kept(listed, max(2, room - len(more)) - 1, only)
            hidden = len(classes) - len(listed)
            more = [plural("and {count} more", "and {count} more", hidden), *more]
        self._colours, self._marks = "", [c.color for c in listed]
        if hatched:
            self._marks += [""] * (len(listed) + more.index(hatched) - len(self._marks)) + [HATCHED]
        self._faint = {line for line, c in enumerate(listed) if only not in (None, c.id)}
        self.listed = listed
        self._tell(title, [*(c.name for c in listed), *more])

    def class_at(self, scene: QPointF) -> LabelClass | None:
        """The class whose line is there."""
        place, high = self.mapFromScene(scene), metrics().height()
        line = int((place.y() - 2 * PAD_Y - high) // high)
        listed = self.isVisible() and not self._colours and not self.folded
        inside = listed and self.boundingRect().contains(place)
        return self.listed[line] if inside and 0 <= line < len(self.listed) else None

    def title_at(self, scene: QPointF) -> bool:
        """Whether the title of one that can be folded is there."""
        place = self.mapFromScene(scene)
        inside = self._foldable and self.isVisible() and self.boundingRect().contains(place)
        return inside and place.y() < metrics().height() + 2 * PAD_Y

    def fold(self) -> None:
        """Only the title, or all of it again."""
        self.prepareGeometryChange()
        self.folded = not self.folded
        self.place()
        self.update()

    def _tell(self, title: str, lines: Sequence[str]) -> None:
        self.prepareGeometryChange()
        self.title = _cut(title)
        self.lines = [_cut(line) for line in lines]
        self.place()
        self.update()

    def setVisible(self, visible: bool) -> None:  # noqa: N802 (Qt's name)
        """Others at the top move up or make room."""
        super().setVisible(visible)
        self.place()

    def place(self) -> None:
        """Go into the corner."""
        if not self._at_top:
            width, height = self._size()
            self.setPos(self._box.width() - width - MARGIN, self._box.height() - height - MARGIN)
            return
        y = MARGIN
        for other in self._box.childItems():
            if isinstance(other, Legend) and other._at_top and other.isVisible():
                width, height = other._size()
                other.setPos(self._box.width() - width - MARGIN, y)
                y += height + GAP

    @property
    def _head(self) -> str:
        """The title, and whether there is more below it."""
        if not self._foldable:
            return self.title
        return f"{FOLDED if self.folded else OPEN} {self.title}"

    def _size(self) -> tuple[float, float]:
        high, wide = metrics().height(), metrics().horizontalAdvance(self._head)
        if self.folded:
            return wide + 2 * PAD_X, high + 2 * PAD_Y
        texts = [metrics().horizontalAdvance(text) for text in self.lines]
        if self._colours:
            body, height = max(BAR_WIDTH, *texts, 0.0), BAR + high * (len(texts) + 1)
        else:
            body, height = SWATCH + GAP + max(texts, default=0.0), high * len(texts)
        width = max(body, wide) + 2 * PAD_X
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
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self._head)
        if self.folded:
            return
        below = inside.adjusted(0, high + PAD_Y, 0, 0)
        if self._colours:
            self._paint_scale(painter, below, high)
        else:
            self._paint_classes(painter, below, high)

    def _paint_classes(self, painter: QPainter, below: QRectF, high: float) -> None:
        for number, text in enumerate(self.lines):
            place = QRectF(below.left(), below.top() + number * high, below.width(), high)
            square = QRectF(place.left(), place.center().y() - SWATCH / 2, SWATCH, SWATCH)
            painter.setOpacity(FADED if number in self._faint else 1.0)
            mark = self._marks[number] if number < len(self._marks) else ""
            if mark == HATCHED:
                painter.fillRect(square, QBrush(INK, Qt.BrushStyle.BDiagPattern))
            elif mark:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(mark))
                painter.drawRoundedRect(square, 2, 2)
            painter.setPen(INK)
            painter.drawText(place.adjusted(SWATCH + GAP, 0, 0, 0), MIDDLE, text)

    def _paint_scale(self, painter: QPainter, below: QRectF, high: float) -> None:
        """The colours, the numbers below them, and what they mean."""
        colours = table(self._colours)[1:].copy()  # the first one is background
        image = QImage(colours.data, len(colours), 1, 3 * len(colours), QImage.Format.Format_RGB888)
        bar = QRectF(below.left(), below.top(), below.width(), BAR)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(bar, image)
        painter.setPen(INK)
        numbers = QRectF(below.left(), bar.bottom(), below.width(), high)
        for text, side in zip(self.ticks, SIDES, strict=True):
            painter.drawText(numbers, side | Qt.AlignmentFlag.AlignVCenter, text)
        for number, text in enumerate(self.lines, 1):
            painter.drawText(numbers.translated(0, number * high), MIDDLE, text)


def _kept(classes: Sequence[LabelClass], room: int, only: int | None) -> list[LabelClass]:
    """The first ones, and the one that is drawn alone in any case."""
    kept = list(classes[:room])
    kept[-1] = next((c for c in classes[room:] if c.id == only), kept[-1])
    return kept


def _cut(text: str) -> str:
    """As much of a text as a legend has room for."""
    return metrics().elidedText(unmarked(text), Qt.TextElideMode.ElideRight, WIDEST)
