"""The list of kept spectra: legend of the plot, and the place to rename and remove them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QKeySequence, QPainter, QPixmap, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from s3fn_core.cubes.spectra.kept import KeptSpectrum
from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.widgets import action_button, cell, column, plain_tip, row, table, tool_button
from s3fn_gui.session.session import Session

WIDTH, ROW_HEIGHT, SWATCH, REMOVE = 146, 21, 10, 20
COMMANDS = ("spectra.identify", "spectra.load", "spectra.copy", "spectra.save", "spectra.clear")


class KeptList(QWidget):
    """A click brings a spectrum out in the plot, a second one shows all alike again."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._state = session.spectra
        self._numbers: list[int] = []
        self.setFixedWidth(WIDTH)
        self.table = self._build_table()
        buttons = [action_button(actions[name], f"kept_{name}") for name in COMMANDS]
        self.setLayout(column(self.table, row(*buttons, 1, spacing=0), spacing=2))
        self.table.cellClicked.connect(self._clicked)
        self.table.itemChanged.connect(self._edited)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove_chosen)
        self._state.changed.connect(self.refresh)
        self.refresh()

    def _build_table(self) -> QTableWidget:
        made = table("kept_spectra", ("", tr("Name"), ""), about=tr("Kept spectra"), stretch=1)
        made.setToolTip(tr("Click to highlight a spectrum, double-click to rename it"))
        made.setAccessibleName(tr("Kept spectra"))
        header = made.horizontalHeader()
        header.hide()
        header.setMinimumSectionSize(1)
        for place, width in ((0, SWATCH + 10), (2, REMOVE)):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            made.setColumnWidth(place, width)
        made.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        made.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        made.setIconSize(QSize(SWATCH, SWATCH))
        made.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return made

    # --- following the session -----------------------------------------------------------------

    def refresh(self) -> None:
        """Rows of others are made again; a name that is being typed outlives all the rest."""
        kept = self._state.kept
        self.table.blockSignals(True)
        if [k.number for k in kept] != self._numbers:
            self._numbers = [k.number for k in kept]
            self._make_rows(kept)
        for place, one in enumerate(kept):
            swatch, name = self.table.item(place, 0), self.table.item(place, 1)
            if swatch is not None and name is not None:
                _fill(swatch, name, one)
        shown = self._state.highlighted
        if shown in self._numbers:
            self.table.selectRow(self._numbers.index(shown))
        else:
            self.table.clearSelection()
        self.table.blockSignals(False)

    def _make_rows(self, kept: tuple[KeptSpectrum, ...]) -> None:
        self.table.setRowCount(0)
        self.table.setRowCount(len(kept))
        for place, one in enumerate(kept):
            swatch, name = cell(""), cell(one.name)
            swatch.setFlags(swatch.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.table.setItem(place, 0, swatch)
            self.table.setItem(place, 1, name)
            remove = tool_button(
                "close",
                "kept_remove",
                tr("Remove {name}", name=one.name),
                partial(self._state.remove, one.number),
            )
            remove.setIconSize(QSize(10, 10))
            remove.setStyleSheet("padding: 1px;")
            self.table.setCellWidget(place, 2, remove)

    def _clicked(self, place: int, _: int) -> None:
        number = self._numbers[place]
        again = self._state.highlighted == number
        self._state.highlight(None if again else number)

    def _remove_chosen(self) -> None:
        if 0 <= self.table.currentRow() < len(self._numbers):
            self._state.remove(self._numbers[self.table.currentRow()])

    def _edited(self, item: QTableWidgetItem) -> None:
        self._state.rename(self._numbers[item.row()], item.text())
        self.refresh()  # an empty name is none


def _fill(swatch: QTableWidgetItem, name: QTableWidgetItem, kept: KeptSpectrum) -> None:
    """Grey while it is being read."""
    swatch.setIcon(_swatch(kept.colour, dashed=kept.cube is None))
    waiting = kept.values is None
    colours = theme.current()
    name.setForeground(QBrush(QColor(colours.faint if waiting else colours.text)))
    if name.text() != unmarked(kept.name):
        name.setText(unmarked(kept.name))
    tip = f"{kept.name}: {kept.origin}"
    if waiting:
        tip = tr("{name}: {origin} (being read)", name=kept.name, origin=kept.origin)
    for item in (swatch, name):
        item.setToolTip(plain_tip(tip))


def _swatch(colour: str, *, dashed: bool) -> QIcon:
    """A piece of the curve: whole, or dashed as those of libraries are."""
    picture = QPixmap(4 * SWATCH, 4 * SWATCH)  # sharp at any scaling
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    for start in (0, 24) if dashed else (0,):
        painter.fillRect(start, 14, 16 if dashed else 40, 12, QColor(colour))
    painter.end()
    return QIcon(picture)
