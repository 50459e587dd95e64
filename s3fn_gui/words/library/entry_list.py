"""Entries of the library as rows: a small curve, the name, why it is here, how it was measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_core.words.library.fitting import Measured
from s3fn_core.words.library.matching import Proposal
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import named, plain_tip
from s3fn_gui.words.library import texts
from s3fn_gui.words.library.sparkline import SIZE, sparkline

INSIDE, GAP = 5, 10  # pixels around and between the parts of a row
ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, eq=False)
class Beside:
    """What the curves are drawn in and over."""

    colour: str
    range_nm: tuple[float, float] | None
    measured: Measured | None


class EntryList(QListWidget):
    """`current_changed` comes with another row, `taken` with a double click or Return."""

    current_changed = Signal()
    taken = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "library_entries", tr("Entries of the library, the likeliest first"))
        self._shown: tuple[tuple[Proposal, ...], Beside, str] | None = None
        self.setIconSize(SIZE)
        self.setItemDelegate(Rows(self))
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentRowChanged.connect(lambda _: self.current_changed.emit())
        self.itemDoubleClicked.connect(lambda _: self.taken.emit())
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            keys = QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WidgetShortcut)
            keys.activated.connect(self.taken)
        theme.follow(self._again)

    def fill(self, found: Iterable[Proposal], beside: Beside, searched: str) -> None:
        """Show entries; the one selected stays so, else the first is."""
        before = self.current
        self._shown = (tuple(found), beside, searched)
        self.blockSignals(True)
        self.clear()
        for one in self._shown[0]:
            self.addItem(_item(one, beside, searched))
        entries = [one.entry for one in self._shown[0]]
        again = before is not None and any(entry is before.entry for entry in entries)
        place = entries.index(before.entry) if again and before is not None else 0
        self.setCurrentRow(place if entries else -1)
        self.blockSignals(False)
        self.current_changed.emit()

    @property
    def current(self) -> Proposal | None:
        """The entry selected."""
        item = self.currentItem()
        one: Proposal | None = None if item is None else item.data(ROLE)
        return one

    def select(self, entry: object) -> None:
        """Select the row of an entry, if it is here."""
        for line in range(self.count()):
            if self.item(line).data(ROLE).entry is entry:
                self.setCurrentRow(line)

    def _again(self) -> None:
        """The pictures have the colours of the theme."""
        if self._shown is not None:
            self.fill(*self._shown)


def _item(one: Proposal, beside: Beside, searched: str) -> QListWidgetItem:
    entry, measured = one.entry, beside.measured
    about = [texts.matched(one, searched), entry.origin, entry.title if entry.title != entry.name else ""]
    lines = [entry.name, " · ".join(part for part in about if part)]
    if fit := texts.agreement(one.fit, measured is not None and measured.reflectance):
        lines.append(fit)
    icon = sparkline(entry, beside.colour, beside.range_nm, measured)
    item = QListWidgetItem(icon, unmarked("\n".join(lines)))
    item.setToolTip(plain_tip(texts.about(entry)))
    item.setData(ROLE, one)
    return item


class Rows(QStyledItemDelegate):
    """The name in bold, what follows it in a quieter colour."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 (Qt's name)
        lines = index.data().count("\n") + 1
        text = lines * option.fontMetrics.height()
        return QSize(0, max(text, SIZE.height()) + 2 * INSIDE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The ground as the style has it, then curve and lines."""
        self.initStyleOption(option, index)
        text, icon = option.text, index.data(Qt.ItemDataRole.DecorationRole)
        option.text, option.icon = "", QIcon()
        widget: QWidget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        place: QRect = option.rect.adjusted(INSIDE, INSIDE, -INSIDE, -INSIDE)
        ratio = widget.devicePixelRatioF()
        top = place.top() + (place.height() - SIZE.height()) // 2
        painter.drawPixmap(place.left(), top, icon.pixmap(SIZE, ratio))
        painter.save()
        font = option.font
        metrics = option.fontMetrics
        lines = text.replace("\u2028", "\n").split("\n")
        left = place.left() + SIZE.width() + GAP
        line = QRect(left, 0, place.right() - left, metrics.height())
        line.moveTop(place.top() + (place.height() - len(lines) * metrics.height()) // 2)
        for number, words in enumerate(lines):
            font.setBold(number == 0)
            painter.setFont(font)
            painter.setPen(QColor(theme.current().text if number == 0 else theme.current().muted))
            short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, short)
            line.translate(0, metrics.height())
        painter.restore()
