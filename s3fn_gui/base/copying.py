"""Tables that can be taken along: Ctrl+C, and a menu to copy them or save them as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QTableView, QWidget

from s3fn_core.languages import tr

Rows = Sequence[Sequence[str]]
COPY, COPY_ALL, SAVE = tr("Copy"), tr("Copy all"), tr("Save as CSV…")


def as_text(rows: Rows) -> str:
    """A table as spreadsheets take it: cells between tabs, one line a row."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def copy_rows(rows: Rows) -> None:
    """Put a table on the clipboard."""
    QGuiApplication.clipboard().setText(as_text(rows))


class Copying(QObject):
    """Lets the user copy what a widget shows, or save it.

    `rows` gives the whole table with all digits, `save` writes it.  In a table view "Copy" takes the
    cells that are selected, and Ctrl+C too where they are more than one row or cell.
    """

    def __init__(self, widget: QWidget, rows: Callable[[], Rows], save: Callable[[Rows], None]) -> None:
        super().__init__(widget)
        self._widget, self._rows, self._save = widget, rows, save
        widget.installEventFilter(self)
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        widget.customContextMenuRequested.connect(self._ask)
        if isinstance(widget, QTableView):
            widget.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Ctrl+C copies a table rather than a cell."""
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
            elif event.type() == QEvent.Type.KeyPress:
                self.copy()
            return True
        return super().eventFilter(watched, event)

    def copy(self) -> None:
        """The selection where it is a table; else everything."""
        selected = self._selected()
        many = len(selected) > 2 or (len(selected) == 2 and not self._whole_rows and len(selected[1]) > 1)
        if many:
            copy_rows(selected)
        else:
            self.copy_all()

    def copy_all(self) -> None:
        """Everything."""
        if rows := self._rows():
            copy_rows(rows)

    def save(self) -> None:
        """Write everything to a file."""
        if rows := self._rows():
            self._save(rows)

    @property
    def _whole_rows(self) -> bool:
        view = self._widget
        rows = QTableView.SelectionBehavior.SelectRows
        return isinstance(view, QTableView) and view.selectionBehavior() == rows

    def _selected(self) -> list[list[str]]:
        """The selected cells below their headings; empty where none is."""
        view = self._widget
        if not isinstance(view, QTableView) or view.selectionModel() is None:
            return []
        chosen = {(i.row(), i.column()) for i in view.selectionModel().selectedIndexes()}
        lines, places = sorted({row for row, _ in chosen}), sorted({column for _, column in chosen})
        if not chosen:
            return []
        model, aside = view.model(), view.verticalHeader().isVisibleTo(view)
        sideways, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        heading = [_text(model.headerData(column, sideways)) for column in places]
        found = [[""] * aside + heading]
        for line in lines:
            cells = [_text(model.index(line, c).data()) if (line, c) in chosen else "" for c in places]
            found.append([_text(model.headerData(line, down))] * aside + cells)
        return found

    def menu(self) -> QMenu:
        """What can be done with the table."""
        menu, selected = QMenu(self._widget), self._selected()
        entries: list[tuple[str, Callable[[], None], bool]] = [
            (COPY, lambda: copy_rows(selected), bool(selected)),
            (COPY_ALL, self.copy_all, True),
            (SAVE, self.save, True),
        ]
        for action in _actions(menu, entries):
            menu.addAction(action)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _ask(self, place: QPoint) -> None:
        if self._rows():
            self.menu().popup(self._widget.mapToGlobal(place))


def _actions(menu: QMenu, entries: Iterable[tuple[str, Callable[[], None], bool]]) -> list[QAction]:
    found = []
    for text, slot, enabled in entries:
        action = QAction(text, menu)
        action.setEnabled(enabled)
        action.triggered.connect(lambda _=False, slot=slot: slot())
        found.append(action)
    return found


def _text(value: object) -> str:
    """A cell as it is shown, but for the commas between thousands."""
    text = "" if value is None else str(value)
    bare = text.replace(",", "")
    return bare if bare.replace(".", "", 1).lstrip("-").isdigit() else text
