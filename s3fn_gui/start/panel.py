"""The start page, in the place of the image while no cube is open."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from s3fn_core.languages import tr
from s3fn_core.resources import resource
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import column, holding, label, named, plain_tip, push_button, row, tool_button
from s3fn_gui.start.card import Card
from s3fn_gui.start.scenes import SCENES, Scene
from s3fn_gui.start.state import Recent, StartState


class Begin(NamedTuple):
    """A command as a card."""

    command: str
    text: str
    hint: str
    icon: str
    keys: str


WIDEST = 960
WIDE = 700  # from here on two columns, and the scenes side by side
MOST = 6  # recent entries; the menu has the others
PICTURE = QSize(88, 70)
BEGIN = (
    Begin("file.open", tr("Open cube…"), tr("ENVI, MATLAB, NumPy, HDF5, NetCDF or TIFF"), "open", "Ctrl+O"),
    Begin(
        "file.open_project", tr("Open project…"), tr("Cubes, labels and models"), "project", "Ctrl+Shift+O"
    ),
    Begin(
        "file.import_data_set", tr("Import data set…"), tr("DeepHS-Fruit, Blueberries, Wood"), "import", ""
    ),
)
"""As in the table of commands, which is not there yet when the page is."""


class StartPage(QScrollArea):
    """What was open lately, how to open something, and scenes to try.

    It is the first thing that the program shows, hence imports little.
    """

    def __init__(self, state: StartState) -> None:
        super().__init__()
        named(self, "start_page").setAccessibleName(tr("Start page"))
        self._state = state
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._recent = column(spacing=4)
        self._scenes: list[Card] = [self._scene(scene) for scene in SCENES]
        self._begin: list[Card] = [self._command(one) for one in BEGIN]
        self._halves = row(self._beginning(), self._lately(), spacing=28)
        self._tries = row(*self._scenes, spacing=10)
        tour = push_button(tr("Take the tour"), "start_tour", lambda: state.asked.emit("help.tour"))
        foot = row(label(tr("Or drop a file anywhere on the window."), "muted"), 1, tour)
        page = column(
            self._head(),
            self._halves,
            column(label(tr("Try a scene"), "heading"), self._tries, spacing=6),
            foot,
            margins=24,
            spacing=20,
        )
        body = named(QWidget(), "start_body")
        body.setMaximumWidth(WIDEST)
        body.setLayout(page)
        middle = holding(column(1, row(body), 2))
        self.setWidget(middle)
        middle.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setFocusProxy(self._begin[0])
        state.changed.connect(self._show_recent)
        self._show_recent()

    # --- building ------------------------------------------------------------------------------

    def _head(self) -> QHBoxLayout:
        picture = QLabel()
        theme.set_picture(picture, "app", 40, "text")
        about = label(tr("Classify hyperspectral images with labels and words."), "muted", wrap=True)
        head = row(picture, column(label("S3FN", "title"), about, spacing=0), spacing=12)
        head.setStretch(1, 1)
        return head

    def _beginning(self) -> QWidget:
        return holding(column(label(tr("Begin"), "heading"), *self._begin, 1, spacing=6))

    def _lately(self) -> QWidget:
        return holding(column(label(tr("Recent"), "heading"), self._recent, 1, spacing=6))

    def _command(self, one: Begin) -> Card:
        card = Card(one.command, one.text, one.hint, one.icon, one.keys)
        card.clicked.connect(lambda: self._state.asked.emit(one.command))
        return card

    def _scene(self, scene: Scene) -> Card:
        command = f"start.{scene.name}"
        card = Card(command, scene.title, scene.hint)
        card.set_pixmap(QPixmap(str(resource("scenes", f"{scene.name}.png"))), PICTURE)
        card.clicked.connect(lambda: self._state.asked.emit(command))
        return card

    # --- what was open -------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Other files may have been open since, or be gone; keys begin here."""
        super().showEvent(event)
        self._state.shown.emit()
        self.setFocus()

    def _show_recent(self) -> None:
        empty(self._recent)
        for entry in self._state.entries[:MOST]:
            self._recent.addWidget(self._row(entry))
        if not self._state.entries:
            text = tr("Cubes and projects that you open are listed here.")
            self._recent.addWidget(label(text, "muted", name="recent_empty", wrap=True))

    def _row(self, entry: Recent) -> QWidget:
        """One that is missing can only be taken off the list."""
        where = str(entry.path.parent)
        card = Card(
            "recent",
            entry.name,
            tr("Not found in {where}", where=where) if entry.missing else where,
            icon_of(entry),
        )
        card.setToolTip(plain_tip(str(entry.path)))
        card.setEnabled(not entry.missing)
        card.setProperty("missing", entry.missing)
        card.clicked.connect(lambda: self._state.open(entry))
        tip = tr("Remove {name} from this list", name=entry.name)
        remove = tool_button("close", "recent_remove", tip, lambda: self._state.remove(entry))
        line = row(card, remove, spacing=2)
        line.setStretch(0, 1)
        return holding(line)

    # --- size ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Halves and scenes side by side, or below each other in a small window."""
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        direction = way.LeftToRight if self.width() >= WIDE else way.TopToBottom
        self._halves.setDirection(direction)
        self._tries.setDirection(direction)
        for part in (0, 1):
            self._halves.setStretch(part, int(direction == way.LeftToRight))


def icon_of(entry: Recent) -> str:
    """Its picture."""
    return "project" if entry.is_project else "file"


def empty(layout: QVBoxLayout) -> None:
    """Take all widgets out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
