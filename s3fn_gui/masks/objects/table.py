"""The objects of all open cubes as rows of a table, however many."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_gui.base.rows_model import ROLE, Index, RowsModel
from s3fn_gui.base.sparks import spark
from s3fn_gui.base.swatches import SWATCH, same, swatch
from s3fn_gui.masks.objects.pictures import RATIO, SIDE
from s3fn_gui.masks.objects.state import ObjectsState, Place
from s3fn_gui.masks.objects.thumbnails import Thumbnails
from s3fn_gui.masks.reasons import reason
from s3fn_gui.session.session import Session

OBJECT, NAME, TRAY, LABEL, CLASS, VOTES, SURE, PIXELS, AREA, SPECTRUM = range(10)
NAME_TIP = tr(
    "Your name for it (double-click or F2); objects with the same name count as one across all cubes"
)
HEADINGS = (
    (tr("Object"), tr("Its picture and number")),
    (tr("Name"), NAME_TIP),
    (tr("Cube"), tr("Cube that contains it")),
    (tr("Label"), tr("Its label: keys 1 to 9 label the selected objects, 0 erases")),
    (tr("Class"), tr("Class given by the model; without a model, the majority class of its pixels")),
    (tr("Votes"), tr("Share of its patches or pixels with this class")),
    (tr("Probability"), tr("Probability of this class")),
    (tr("Pixels"), tr("Size in pixels")),
    ("mm²", tr("Size in square millimetres")),
    (tr("Spectrum"), tr("Mean spectrum")),
)


class ObjectsModel(RowsModel[Place]):
    """Reads the state; the rows are the objects wanted."""

    named = Signal(object, str)
    headings = HEADINGS
    numbers = (VOTES, SURE, PIXELS, AREA)

    def __init__(self, session: Session, state: ObjectsState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._state = state
        self._thumbnails = Thumbnails()
        self._sparks: dict[Place, tuple[Any, str, QPixmap]] = {}
        state.pictures_cut.connect(self._show_pictures)
        state.changed.connect(self.forget_pictures)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Names can be edited."""
        editable = Qt.ItemFlag.ItemIsEditable if index.column() == NAME else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | editable

    def setData(self, index: Index, value: Any, role: int = ROLE.EditRole) -> bool:  # noqa: N802 (Qt's name)
        """The user has called an object something."""
        self.named.emit(self.order[index.row()], str(value))
        return True

    def listed(self) -> Iterable[Place]:
        """Those that are wanted."""
        known = set(self._state.places)
        self._sparks = {place: kept for place, kept in self._sparks.items() if place in known}
        return [place for place in self._state.places if self._state.is_wanted(place)]

    def forget_pictures(self) -> None:
        """Cubes are shown in another way, or other objects; pictures stay until there are others."""
        self._thumbnails.outdate()
        self._repaint(range(len(self.order)))

    def _show_pictures(self, cut: Mapping[Place, ByteImage]) -> None:
        """Pictures of objects were cut."""
        self._thumbnails.take(cut)
        self._repaint([line for line, place in enumerate(self.order) if place in cut])

    def _repaint(self, lines: Sequence[int]) -> None:
        if lines:
            first, last = self.index(lines[0], OBJECT), self.index(lines[-1], OBJECT)
            self.dataChanged.emit(first, last, [ROLE.DecorationRole])

    def text(self, place: Place, column: int) -> str:
        """What a cell says."""
        state, verdict = self._state, self._state.verdict(place)
        known = verdict is not None and bool(verdict.class_id) and not verdict.shown_unknown
        texts: dict[int, Callable[[], str]] = {
            OBJECT: lambda: str(place[1]),
            NAME: lambda: state.name(place),
            TRAY: lambda: state.tray_name(place),
            LABEL: lambda: state.label_name(place),
            CLASS: lambda: state.class_name(place),
            VOTES: lambda: _share(verdict.agreement if verdict and known else None),
            SURE: lambda: _share(verdict.probability if verdict and known else None),
            PIXELS: lambda: f"{state.row(place).pixels:,}",
            AREA: lambda: _size(self._area(place)),
        }
        return texts.get(column, str)()

    def sort_key(self, place: Place, column: int) -> tuple[Any, ...]:
        """What rows are sorted by; of equals, cube and number decide."""
        state, verdict = self._state, self._state.verdict(place)
        trays = list(state.trays)
        keys: dict[int, Callable[[], Any]] = {
            NAME: lambda: (not state.name(place), state.name(place).casefold()),
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

    def tip(self, place: Place, column: int) -> str:
        """Why an object is said to be of a class."""
        if column in (CLASS, VOTES, SURE):
            return reason(self._state.verdict(place))
        if column == LABEL and self._state.is_contradicted(place):
            name = self._state.label_name(place)
            return tr("Labelled {name}, but classified as another class", name=name)
        return ""

    # --- pictures ------------------------------------------------------------------------------

    def picture(self, place: Place, column: int) -> Any:
        """The object itself, the colours of label and class, the mean spectrum."""
        if column == OBJECT:
            if not self._thumbnails.is_new(place):
                self._state.want_picture(place)
            return self._thumbnails.of(place)
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
    return "" if value is None or not math.isfinite(value) else per_cent(value, 0)


def _size(area: float | None) -> str:
    return "" if area is None else f"{area:,.3g}" if area < 1000 else f"{area:,.0f}"
