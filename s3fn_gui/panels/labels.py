"""The classes: colour, name, labelled pixels, key."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QWidget,
)

from s3fn_core.errors import S3FNError
from s3fn_gui import edits
from s3fn_gui.actions import MAX_KEYS, Actions
from s3fn_gui.session import Session
from s3fn_gui.widgets import cell, column, label, named, row, table

COLOUR, NAME, PIXELS, KEY = range(4)
SWATCH = 14


class LabelsPanel(QWidget):
    """Names are edited in place; a double click on the colour changes it."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._recolour = actions["label.recolour"]
        self._table = table("class_table", ("", "Class", "Pixels", "Key"), stretch=NAME)
        self._table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self._table.setIconSize(QSize(SWATCH, SWATCH))
        self._table.itemSelectionChanged.connect(self._row_chosen)
        self._table.itemChanged.connect(self._edited)
        self._table.cellDoubleClicked.connect(self._double_clicked)
        self._table.cellClicked.connect(self._clicked)
        self._total = label(role="muted", name="label_total")
        buttons = row(
            *(
                _button(actions[name])
                for name in ("label.add_class", "label.recolour", "label.delete_class",
                             "file.import_labels")
            ),
            1,
            self._total,
            spacing=2,
        )  # fmt: skip
        self.setLayout(column(self._table, buttons, margins=4, spacing=4))
        session.classes_changed.connect(self._show_classes)
        session.class_selected.connect(self._show_selection)
        session.labels_changed.connect(self._show_counts)
        session.cube_changed.connect(self._show_counts)
        self._show_classes()

    def _show_classes(self) -> None:
        self._table.blockSignals(True)
        self._table.setRowCount(len(self._session.classes))
        for index, c in enumerate(self._session.classes):
            swatch = QTableWidgetItem()
            swatch.setIcon(_swatch_icon(c.color))
            swatch.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            swatch.setToolTip(f"{c.color}: double-click to change")
            name = cell(c.name)
            name.setData(Qt.ItemDataRole.UserRole, c.id)
            name.setToolTip("Double-click or F2 to rename")
            key = cell(str(index + 1) if index < MAX_KEYS else "", number=True)
            pixels = cell("", number=True)
            for fixed in (key, pixels):
                fixed.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            for place, thing in ((COLOUR, swatch), (NAME, name), (PIXELS, pixels), (KEY, key)):
                self._table.setItem(index, place, thing)
        self._table.blockSignals(False)
        self._show_counts()
        self._show_selection()

    def _show_counts(self) -> None:
        item = self._session.current
        self._table.blockSignals(True)
        for index, c in enumerate(self._session.classes):
            count = 0 if item is None else int(item.counts[c.id])
            shown = self._table.item(index, PIXELS)
            if shown is not None:
                shown.setText(f"{count:,}" if item is not None else "")
        self._table.blockSignals(False)
        total = 0 if item is None else int(item.counts[1:].sum())
        self._total.setText(f"{total:,} labelled" if item is not None else "")

    def _show_selection(self) -> None:
        ids = self._session.classes.ids
        self._table.blockSignals(True)
        if self._session.class_id in ids:
            self._table.selectRow(ids.index(self._session.class_id))
        else:
            self._table.clearSelection()
        self._table.blockSignals(False)

    def _row_chosen(self) -> None:
        chosen = self._table.currentRow()
        if 0 <= chosen < len(self._session.classes):
            self._session.select_class(self._session.classes.ids[chosen])

    def _edited(self, changed: QTableWidgetItem) -> None:
        if changed.column() != NAME:
            return
        try:
            edits.rename_class(
                self._session, changed.data(Qt.ItemDataRole.UserRole), changed.text()
            )
        except S3FNError as error:
            self._session.report("error", str(error))
        self._show_classes()  # also puts back a name that was refused

    def _clicked(self, line: int, _: int) -> None:
        """By hand only: choosing a class by its key must not move the image."""
        self._session.view.look_for(self._session.classes.ids[line])

    def _double_clicked(self, _: int, place: int) -> None:
        if place == COLOUR:
            self._recolour.trigger()

    def edit_current_name(self) -> None:
        """Start editing the name of the selected class (after adding one)."""
        chosen = self._table.item(self._table.currentRow(), NAME)
        if chosen is not None and self.isVisible():
            self._table.editItem(chosen)

    @property
    def table(self) -> QTableWidget:
        return self._table


def _button(action: QAction) -> QToolButton:
    button = named(QToolButton(), f"button_{action.objectName()}", action.toolTip())
    button.setDefaultAction(action)
    button.setIconSize(QSize(16, 16))
    return button


def _swatch_icon(colour: str) -> QIcon:
    """The same colour in a selected row, where Qt would tint it."""
    icon = QIcon(_swatch(colour))
    icon.addPixmap(_swatch(colour), QIcon.Mode.Selected)
    return icon


def _swatch(colour: str) -> QPixmap:
    """A rounded square."""
    ratio = 2
    picture = QPixmap(SWATCH * ratio, SWATCH * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(picture.rect(), 3 * ratio, 3 * ratio)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
