"""The objects of the mask: listed, selected, corrected, labelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QCheckBox, QHeaderView, QTableView, QWidget

from s3fn_core.cubes.treating.objects import ObjectRow
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import action_button, calm, choice_box, column, label, named, plain_tip, row
from s3fn_gui.masks.object_classes import ObjectClasses
from s3fn_gui.masks.state import MaskState
from s3fn_gui.session.session import Session


class ObjectsPage(QWidget):
    """Choosing a row outlines that object in the image; clicking one there chooses its row."""

    def __init__(self, session: Session, mask: MaskState, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._state = mask
        self._listed: tuple[ObjectRow, ...] = ()
        self._following = False
        self._summary = label(role="muted", name="mask_summary", wrap=True)
        self._model = ObjectsModel(self)
        self._table = _table(self._model)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        self._table.clicked.connect(lambda _: self._chosen())
        self._numbers = named(QCheckBox("Numbers"), "mask_numbers", "Write the numbers onto the objects")
        self._numbers.setChecked(self._state.numbers)
        self._numbers.toggled.connect(lambda on: self._state.set_look(numbers=on))
        vote = named(
            QCheckBox("One class per object"),
            "mask_vote",
            "The predicted map shows one class for each object: what the model says of it as a whole, "
            "without a model the class of most of its pixels",
        )
        vote.toggled.connect(self._state.set_vote)
        self._defect = choice_box(
            "mask_defect", "Objects with enough pixels of that defect get its class", {0: "No defect"}
        )
        self._defect.activated.connect(lambda: self._state.set_defect(self._defect.currentData()))
        tools = row(
            *(
                action_button(actions[name], f"button_{name}")
                for name in ("mask.object", "mask.add", "mask.cut", "mask.label_object", "mask.export")
            ),
            1,
            spacing=1,
        )
        parts = (self._summary, self._table, tools, self._numbers, vote, self._defect)
        self.setLayout(column(*parts, margins=4, spacing=4))
        self._state.objects_changed.connect(self._show)
        self._state.selected_changed.connect(self._show_selected)
        session.cubes.current_changed.connect(self._show)
        session.cubes.treatment_changed.connect(self._show)
        follow(self._show_classes, self._state.judged_changed, session.class_list_changed)
        follow(self._offer_defects, session.model_changed, self._state.vote_changed)
        self._show()
        self._offer_defects()

    def _show(self) -> None:
        """List the objects, unless they are listed already."""
        if self._listed is not self._state.objects:
            self._listed = self._state.objects
            self._model.set_rows(self._listed)
            self._show_selected()
        self._summary.setText(self._told())

    def _told(self) -> str:
        state, item = self._state, self._session.cubes.current
        if item is None or item.treatment.mask is None:
            return "No mask yet: choose under Find what is an object, then press Apply mask."
        if state.mask is not item.treatment.mask:
            return "Listing the objects…"
        pixels = sum(row.pixels for row in state.objects)
        share = pixels / max(1, item.cube.lines * item.cube.samples)
        count = len(state.objects)
        told = f"{count:,} object{'' if count == 1 else 's'}, {share:.1%} of the image"
        classes = self._model.classes
        return f"{told}; {classes.summary}" if classes is not None and classes.summary else told

    def _show_classes(self) -> None:
        """What the objects are, in a column that is there only where that is known."""
        judged, colours = self._state.judged, {c.id: c.color for c in self._session.classes}
        self._model.set_classes(None if judged is None else ObjectClasses(judged, colours))
        self._table.setColumnHidden(CENTRE, judged is not None)  # a dock has no room for both
        self._show_selected()
        self._summary.setText(self._told())

    def _offer_defects(self) -> None:
        """The defects that the model has learned, while the objects vote."""
        model = self._session.model
        found = () if model is None or model.objects.defects is None else model.objects.defects.thresholds
        names = {} if model is None else {c.id: c.name for c in model.classes if c.id in found}
        self._defect.clear()
        for class_id, text in {0: "No defect", **{i: f"Defect: {n}" for i, n in names.items()}}.items():
            self._defect.addItem(text, class_id)
        self._defect.setCurrentIndex(max(0, self._defect.findData(self._state.defect)))
        self._defect.setVisible(bool(names) and self._state.vote)
        if self._state.defect not in (0, *names):
            self._state.set_defect(0)

    def _show_selected(self) -> None:
        line = self._model.line_of(self._state.selected)
        self._following = True
        if line is None:
            self._table.clearSelection()
        else:
            self._table.selectRow(line)
            self._table.scrollTo(self._model.index(line, 0))
        self._following = False

    def _chosen(self) -> None:
        """By mouse or by the arrow keys; a click also when the row was chosen before."""
        lines = [index.row() for index in self._table.selectionModel().selectedRows()]
        if lines and not self._following:
            number = self._model.rows[lines[0]].number
            self._state.select(number)
            self._state.look_for(number)


def _table(model: ObjectsModel) -> QTableView:
    view = calm(named(QTableView(), "mask_table", "Objects of the mask"))
    view.setModel(model)
    view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    view.setSortingEnabled(True)
    view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    return view


Index = QModelIndex | QPersistentModelIndex
Key = Callable[[ObjectRow], float]
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NOWHERE = QModelIndex()
SWATCH = 10
COLUMNS: tuple[tuple[str, str, Key], ...] = (
    ("No.", "Number of the object", lambda row: row.number),
    ("Pixels", "Size in pixels", lambda row: row.pixels),
    ("Centre", "Mean line and sample", lambda row: row.centre[0] + 1e-6 * row.centre[1]),
)
CENTRE, CLASS = 2, len(COLUMNS)
CLASS_HEADING = ("Class", "What the model says of the object")


class ObjectsModel(QAbstractTableModel):
    """Rows in the order of the column that was chosen last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ObjectRow, ...] = ()
        self.classes: ObjectClasses | None = None
        self._column = 0
        self._falling = False

    def set_classes(self, classes: ObjectClasses | None) -> None:
        """What the objects are; None takes the column away."""
        self.beginResetModel()
        self.classes = classes
        if classes is None and self._column == CLASS:
            self._column = 0
        self.rows = self._sorted(self.rows)
        self.endResetModel()

    def _sorted(self, rows: tuple[ObjectRow, ...]) -> tuple[ObjectRow, ...]:
        classes = self.classes
        if self._column == CLASS and classes is not None:
            key: Callable[[ObjectRow], Any] = lambda row: (classes.name(row.number), row.number)  # noqa: E731
        else:
            key = COLUMNS[self._column][2]
        return tuple(sorted(rows, key=key, reverse=self._falling))

    def set_rows(self, rows: tuple[ObjectRow, ...]) -> None:
        """Show other objects."""
        self.beginResetModel()
        self.rows = self._sorted(rows)
        self.endResetModel()

    def line_of(self, number: int | None) -> int | None:
        """Where an object is listed."""
        return next((line for line, row in enumerate(self.rows) if row.number == number), None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """As numbers, whatever the cells say."""
        self._column, self._falling = column, order == Qt.SortOrder.DescendingOrder
        self.set_rows(self.rows)

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 (Qt's name)
        return 0 if parent.isValid() else len(COLUMNS) + (self.classes is not None)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says, and on which side."""
        row = self.rows[index.row()]
        if index.column() == CLASS and self.classes is not None:
            return _class_data(self.classes, row.number, role)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        line, sample = (round(value) for value in row.centre)
        return (str(row.number), f"{row.pixels:,}", f"{line}, {sample}")[index.column()]

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heading and tip of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        name, tip = CLASS_HEADING if section == CLASS else COLUMNS[section][:2]
        shown = {
            Qt.ItemDataRole.DisplayRole: name,
            Qt.ItemDataRole.ToolTipRole: tip,
            Qt.ItemDataRole.TextAlignmentRole: LEFT,
        }
        return shown.get(Qt.ItemDataRole(role))


def _class_data(classes: ObjectClasses, number: int, role: int) -> Any:
    """The class of an object: its name and colour, and why."""
    if role == Qt.ItemDataRole.DisplayRole:
        return classes.name(number)
    if role == Qt.ItemDataRole.ToolTipRole:
        return plain_tip(classes.reason(number))
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return LEFT
    colour = classes.colour(number)
    return _swatch(colour) if role == Qt.ItemDataRole.DecorationRole and colour else None


def _swatch(colour: str) -> QPixmap:
    picture = QPixmap(SWATCH, SWATCH)
    picture.fill(QColor(colour))
    return picture
