"""The objects of all open cubes as rows of a table, however many."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from s3fn_gui.base.sparks import spark
from s3fn_gui.base.swatches import SWATCH, same, swatch
from s3fn_gui.base.widgets import plain_tip
from s3fn_gui.masks.objects.state import ObjectsState, Place
from s3fn_gui.masks.objects.thumbnails import RATIO, SIDE, Thumbnails
from s3fn_gui.masks.reasons import reason
from s3fn_gui.session.session import Session

OBJECT, TRAY, LABEL, CLASS, VOTES, SURE, PIXELS, AREA, SPECTRUM = range(9)
HEADINGS = {
    "Object": "Its picture and number",
    "Cube": "The cube that it lies in",
    "Label": "The class that it is labelled as: in the table 1 to 9 label the chosen objects, 0 erases",
    "Class": "What the model says of the object; without a model the class of most of its pixels",
    "Votes": "Share of its patches, or of its pixels, that have this class",
    "Probability": "Of this class",
    "Pixels": "Size in pixels",
    "mm²": "Size in square millimetres",
    "Spectrum": "Mean spectrum",
}
NUMBERS = (VOTES, SURE, PIXELS, AREA)
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
ROLE = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ObjectsModel(QAbstractTableModel):
    """Reads the state; `order` are the objects wanted, in the order of the rows."""

    def __init__(self, session: Session, state: ObjectsState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._state = state
        self._sorted: tuple[int, Qt.SortOrder] = (OBJECT, Qt.SortOrder.AscendingOrder)
        self._thumbnails = Thumbnails()
        self._sparks: dict[Place, tuple[Any, str, QPixmap]] = {}
        self.order: list[Place] = []

    def refresh(self) -> None:
        """Other objects, or others of them are wanted."""
        self.beginResetModel()
        column, order = self._sorted
        wanted = [place for place in self._state.places if self._state.is_wanted(place)]
        falling = order != Qt.SortOrder.AscendingOrder
        self.order = sorted(wanted, key=lambda place: self._key(place, column), reverse=falling)
        known = set(self._state.places)
        self._sparks = {place: kept for place, kept in self._sparks.items() if place in known}
        self.endResetModel()

    def forget_pictures(self) -> None:
        """The cubes are shown in another way."""
        self._thumbnails.clear()
        if self.order:
            last = self.index(len(self.order) - 1, OBJECT)
            self.dataChanged.emit(self.index(0, OBJECT), last, [ROLE.DecorationRole])

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Stays when more is known."""
        self._sorted = column, order
        self.refresh()

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole
    ) -> Any:
        """Headings, with what they mean as tips."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        text = list(HEADINGS)[section]
        shown = {
            ROLE.DisplayRole: text,
            ROLE.ToolTipRole: HEADINGS[text],
            ROLE.TextAlignmentRole: RIGHT if section in NUMBERS else LEFT,
        }
        return shown.get(ROLE(role))

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid() or index.row() >= len(self.order):
            return None
        place, column = self.order[index.row()], index.column()
        if role == ROLE.DisplayRole:
            return self.text(place, column)
        if role == ROLE.TextAlignmentRole:
            return RIGHT if column in NUMBERS else LEFT
        if role == ROLE.DecorationRole:
            return self._decoration(place, column)
        if role == ROLE.ToolTipRole:
            return self._tip(place, column)
        return None

    def text(self, place: Place, column: int) -> str:
        """What a cell says."""
        state, verdict = self._state, self._state.verdict(place)
        known = verdict is not None and bool(verdict.class_id) and not verdict.shown_unknown
        texts: dict[int, Callable[[], str]] = {
            OBJECT: lambda: str(place[1]),
            TRAY: lambda: state.tray_name(place),
            LABEL: lambda: state.label_name(place),
            CLASS: lambda: state.class_name(place),
            VOTES: lambda: _share(verdict.agreement if verdict and known else None),
            SURE: lambda: _share(verdict.probability if verdict and known else None),
            PIXELS: lambda: f"{state.row(place).pixels:,}",
            AREA: lambda: _size(self._area(place)),
        }
        return texts.get(column, str)()

    def _key(self, place: Place, column: int) -> tuple[Any, ...]:
        """What rows are sorted by; of equals, cube and number decide."""
        state, verdict = self._state, self._state.verdict(place)
        trays = list(state.trays)
        keys: dict[int, Callable[[], Any]] = {
            TRAY: lambda: trays.index(place[0]),
            LABEL: lambda: (not state.label(place), state.label_name(place)),
            CLASS: lambda: (not state.class_name(place), state.class_name(place)),
            VOTES: lambda: -1.0 if verdict is None else verdict.agreement,
            SURE: lambda: -1.0 if verdict is None else verdict.probability,
            PIXELS: lambda: state.row(place).pixels,
            AREA: lambda: self._area(place) or 0.0,
        }
        first = keys[column]() if column in keys else 0
        return first, trays.index(place[0]), place[1]

    def _area(self, place: Place) -> float | None:
        return self._state.trays[place[0]].tray.area(self._state.row(place))

    def _tip(self, place: Place, column: int) -> str | None:
        if column in (CLASS, VOTES, SURE):
            return plain_tip(reason(self._state.verdict(place)))
        if column == LABEL and self._state.is_contradicted(place):
            return plain_tip(f"Labelled {self._state.label_name(place)}, but said to be another class")
        return None

    # --- pictures ------------------------------------------------------------------------------

    def _decoration(self, place: Place, column: int) -> Any:
        if column == OBJECT:
            open_tray, item = self._state.trays[place[0]], self._session.cubes.item(place[0])
            image, objects = item.colour.image, open_tray.mask.objects
            if image.shape[:2] != objects.shape:
                return None
            return self._thumbnails.of(place, image, objects, self._state.row(place).box)
        if column == LABEL and (label := self._state.label(place)):
            return _swatch(self._state.class_colour(label))
        if column == CLASS and self._state.class_name(place):
            return _swatch(self._state.colour(place))
        return self._spark(place) if column == SPECTRUM else None

    def _spark(self, place: Place) -> QPixmap | None:
        look = self._state.trays[place[0]].tray.looks.get(place[1])
        if look is None:
            return None
        colour, kept = self._state.colour(place), self._sparks.get(place)
        if kept is None or kept[0] is not look or kept[1] != colour:
            kept = self._sparks[place] = look, colour, spark(look.mean, colour)
        return kept[2]


@lru_cache(maxsize=128)
def _swatch(colour: str) -> QIcon:
    """As large as it is elsewhere: alone, it would be as large as the pictures of the objects."""
    picture = QPixmap(SIDE * RATIO, SIDE * RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    picture.setDevicePixelRatio(RATIO)
    painter = QPainter(picture)
    edge = (SIDE - SWATCH) // 2
    painter.drawPixmap(edge, edge, SWATCH, SWATCH, swatch(colour).pixmap(SWATCH * RATIO, SWATCH * RATIO))
    painter.end()
    return same(picture)


def _share(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.0%}"


def _size(area: float | None) -> str:
    return "" if area is None else f"{area:,.3g}" if area < 1000 else f"{area:,.0f}"
