"""The classes: colour and key, name, labelled pixels, seen or not, locked or not."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from s3fn_core.errors import S3FNError
from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import per_cent
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.swatches import SWATCH, swatch, switch
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import action_button, cell, column, label, plain_tip, row
from s3fn_gui.labels.classes.commands import MAX_KEYS
from s3fn_gui.labels.classes.table import ClassTable
from s3fn_gui.session import class_edits
from s3fn_gui.session.class_looks import Order
from s3fn_gui.session.session import Session

COLOUR, NAME, PIXELS, SHARE, SEEN, LOCKED = range(6)
HEADINGS = ("", tr("Class"), tr("Pixels"), "%", "", "")
ROOM = {SHARE: 260, SEEN: 240, LOCKED: 240}
ORDERS: dict[int, Order] = {NAME: "name", PIXELS: "pixels", SHARE: "pixels"}
SELECTABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
COUNT_MS = 80  # between two counts while a stroke is drawn
BUTTONS = (
    "label.add_class",
    "label.recolour",
    "label.class_up",
    "label.class_down",
    "label.merge",
    "label.delete_class",
)
MENU = (
    "label.add_class",
    "label.recolour",
    "label.class_up",
    "label.class_down",
    "label.merge",
    "label.split_drawn",
    "label.delete_class",
    "label.hide",
    "label.lock",
    "label.show_all",
    "view.map_only",
    "file.import_classes",
    "file.export_classes",
)
NOTHING = tr("No classes yet. Press + below to add one, or File > Load classes…")


class ClassesPanel(QWidget):
    """Names are edited in place; a double click on the colour changes it; rows can be dragged."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._looks = session.class_looks
        self._actions = actions
        self._ids: list[int] = []
        self._visited: int | None = None
        self._build_table()
        self._nothing = label(NOTHING, "muted", name="no_classes", wrap=True)
        self._total = label(role="muted", name="label_total")
        self._total.setToolTip(tr("Labelled pixels of the current cube"))
        tools = (action_button(actions[name], f"button_{name}") for name in BUTTONS)
        self.setLayout(
            column(self._nothing, self._table, row(*tools, 1, self._total, spacing=1), margins=4, spacing=4)
        )
        self._later = resting(self, self._show_counts, COUNT_MS)
        session.class_list_changed.connect(self._show_classes)
        session.class_selected.connect(self._show_selection)
        session.labels_changed.connect(self._count)
        session.cubes.changed.connect(self._show_counts)
        looks = self._looks
        # Queued: what adds a class opens this panel, too, and there is nothing to edit before it is seen.
        looks.name_asked.connect(self._edit_current_name, Qt.ConnectionType.QueuedConnection)
        follow(self._show_classes, session.cubes.current_changed, looks.changed, looks.order_changed)
        theme.follow(self._show_classes)

    def _build_table(self) -> None:
        self._table = ClassTable("class_table", HEADINGS, stretch=NAME, room=ROOM)
        self._table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self._table.setIconSize(QSize(SWATCH, SWATCH))
        self._table.fix(SWATCH + 9, COLOUR, SEEN, LOCKED)
        for place, tip in (
            (COLOUR, tr("Sort by key")),
            (NAME, tr("Sort by name")),
            (PIXELS, tr("Sort by labelled pixels")),
            (SHARE, tr("Share of the labelled pixels of the current cube")),
            (SEEN, tr("Visible: labels are drawn")),
            (LOCKED, tr("Locked: labels are protected from every tool")),
        ):
            heading = QTableWidgetItem(HEADINGS[place])
            heading.setToolTip(plain_tip(tip))
            if place in (PIXELS, SHARE):
                heading.setTextAlignment(RIGHT)
            self._table.setHorizontalHeaderItem(place, heading)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._table.addActions(self._actions.pick(*MENU))
        self._table.itemSelectionChanged.connect(self._rows_chosen)
        self._table.itemChanged.connect(self._edited)
        self._table.cellDoubleClicked.connect(self._double_clicked)
        self._table.cellClicked.connect(self._clicked)
        self._table.row_dropped.connect(self._dropped)
        self._table.horizontalHeader().sectionClicked.connect(self._sort)

    # --- following the session -----------------------------------------------------------------

    def _show_classes(self) -> None:
        chosen = self._chosen()
        classes = self._session.classes
        listed = self._sorted()
        self._ids = [c.id for c in listed]
        self._nothing.setVisible(not listed)
        with QSignalBlocker(self._table):
            self._table.setDragEnabled(self._looks.order == "own")
            self._table.setRowCount(len(listed))
            for line, c in enumerate(listed):
                place = classes.ids.index(c.id)
                self._show_row(line, c, str(place + 1) if place < MAX_KEYS else "")
            self._table.clearSelection()
        self._show_counts()
        self._show_selection()
        for class_id in chosen:
            if class_id in self._ids:
                self._select(self._ids.index(class_id))
        self._looks.choose(self._chosen())

    def _sorted(self) -> list[LabelClass]:
        item, classes = self._session.cubes.current, list(self._session.classes)
        if self._looks.order == "name":
            return sorted(classes, key=lambda c: c.name.casefold())
        if self._looks.order == "pixels" and item is not None:
            counts = item.counts
            return sorted(classes, key=lambda c: -int(counts[c.id]))
        return classes

    def _show_row(self, line: int, c: LabelClass, key: str) -> None:
        hidden, locked = c.id in self._looks.hidden, c.id in self._looks.locked
        colour, name = QTableWidgetItem(), cell(c.name)
        colour.setIcon(swatch(c.color, key, hidden))
        colour.setToolTip(plain_tip(_colour_tip(c.color, key)))
        name.setData(Qt.ItemDataRole.UserRole, c.id)
        name.setToolTip(plain_tip(tr("{name}: double-click or F2 to rename", name=c.name)))
        seen, lock = QTableWidgetItem(), QTableWidgetItem()
        seen.setIcon(switch("eye-off" if hidden else "eye", hidden))
        seen.setToolTip(plain_tip(_seen_tip(c.name, hidden)))
        lock.setIcon(switch("lock" if locked else "lock-open", locked))
        lock.setToolTip(plain_tip(_lock_tip(c.name, locked)))
        pixels, share = cell("", number=True), cell("", number=True)
        for place, thing in enumerate((colour, name, pixels, share, seen, lock)):
            editable = Qt.ItemFlag.ItemIsEditable if place == NAME else Qt.ItemFlag.NoItemFlags
            thing.setFlags(SELECTABLE | editable)
            self._table.setItem(line, place, thing)

    def _count(self) -> None:
        """A stroke that is being drawn is counted from time to time."""
        if not self._session.work.is_painting:
            self._show_counts()
        elif not self._later.isActive():
            self._later.start()

    def _show_counts(self) -> None:
        item, items = self._session.cubes.current, self._session.cubes.items
        total = 0 if item is None else int(item.counts[1:].sum())
        everywhere = sum(int(i.counts[1:].sum()) for i in items)
        with QSignalBlocker(self._table):
            for line, class_id in enumerate(self._ids):
                count = 0 if item is None else int(item.counts[class_id])
                in_all = sum(int(i.counts[class_id]) for i in items)
                tip = plural(
                    "The open cube: {pixels:,} pixels, {share} of the labelled ones",
                    "All {count} open cubes: {pixels:,} pixels, {share} of the labelled ones",
                    len(items),
                    pixels=in_all,
                    share=per_cent(in_all / max(1, everywhere)),
                )
                share = f"{100 * count / total:.1f}" if total else ""
                for place, text in ((PIXELS, f"{count:,}" if item is not None else ""), (SHARE, share)):
                    shown = self._table.item(line, place)
                    if shown is not None:
                        shown.setText(text)
                        shown.setToolTip(plain_tip(tip))
        self._total.setText(f"{total:,} px" if item is not None else "")

    def _show_selection(self) -> None:
        """The class that is painted is always among those selected."""
        if self._session.class_id in self._chosen():
            return
        with QSignalBlocker(self._table):
            self._table.clearSelection()
            if self._session.class_id in self._ids:
                self._table.selectRow(self._ids.index(self._session.class_id))
        self._looks.choose(self._chosen())

    def _select(self, line: int) -> None:
        """One row more."""
        flags = self._table.selectionModel().SelectionFlag
        self._table.selectionModel().select(self._table.model().index(line, NAME), flags.Select | flags.Rows)

    def _chosen(self) -> tuple[int, ...]:
        """Ids of the selected rows, in the order of the list."""
        lines = sorted({index.row() for index in self._table.selectedIndexes()})
        return tuple(self._ids[line] for line in lines if line < len(self._ids))

    # --- what the user does --------------------------------------------------------------------

    def _rows_chosen(self) -> None:
        chosen = self._chosen()
        if chosen and self._session.class_id not in chosen:
            self._session.select_class(self._ids[self._table.currentRow()])
        self._looks.choose(chosen)

    def _edited(self, changed: QTableWidgetItem) -> None:
        if changed.column() != NAME:
            return
        try:
            class_edits.rename_class(self._session, changed.data(Qt.ItemDataRole.UserRole), changed.text())
        except S3FNError as error:
            self._session.report("error", str(error))
        self._show_classes()  # also puts back a name that was refused

    def _clicked(self, line: int, place: int) -> None:
        """By hand only: choosing a class by its key must not move the image.

        Nor must a click, while one is at a place that is to be labelled.
        """
        class_id = self._ids[line]
        if place == SEEN:
            self._looks.set_hidden(class_id, class_id not in self._looks.hidden)
        elif place == LOCKED:
            self._looks.set_locked(class_id, class_id not in self._looks.locked)
        elif not (self._session.view.stays or self._session.view.blind):
            self._visit(class_id)

    def _visit(self, class_id: int) -> None:
        """First the nearest label, then one region after the other."""
        visited, self._visited = self._visited, class_id
        if visited == class_id == self._session.class_id:
            self._actions["label.next_region"].trigger()
        else:
            self._session.view.look_for(class_id)

    def _double_clicked(self, _: int, place: int) -> None:
        if place == COLOUR:
            self._actions["label.recolour"].trigger()

    def _dropped(self, line: int, place: int) -> None:
        class_edits.move_class(self._session, self._ids[line], place)

    def _sort(self, place: int) -> None:
        """A second click on the same heading goes back to the order of the keys."""
        order = ORDERS.get(place, "own")
        self._looks.set_order("own" if order == self._looks.order else order)
        header = self._table.horizontalHeader()
        header.setSortIndicatorShown(self._looks.order != "own")
        descending = self._looks.order == "pixels"
        header.setSortIndicator(
            PIXELS if descending else NAME,
            Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder,
        )

    def _edit_current_name(self) -> None:
        """Start editing the name of the selected class (after adding one)."""
        if self._session.class_id not in self._ids:
            return
        chosen = self._table.item(self._ids.index(self._session.class_id), NAME)
        if chosen is not None and self.isVisible():
            self._table.setCurrentItem(chosen)
            self._table.editItem(chosen)

    @property
    def table(self) -> QTableWidget:
        return self._table


def _colour_tip(colour: str, key: str) -> str:
    if key:
        return tr("{colour}, key {key}: double-click to change the colour", colour=colour, key=key)
    return tr("{colour}: double-click to change the colour", colour=colour)


def _seen_tip(name: str, hidden: bool) -> str:
    return (
        tr("Show the labels of {name}", name=name) if hidden else tr("Hide the labels of {name}", name=name)
    )


def _lock_tip(name: str, locked: bool) -> str:
    if locked:
        return tr("{name} is locked: its labels are protected", name=name)
    return tr("Lock {name}: protect its labels from painting and erasing", name=name)
