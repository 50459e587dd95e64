"""Small helpers that give widgets their name, tip and place in one line."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from PySide6 import QtGui
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QBoxLayout,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from s3fn_core.quoting import unmarked
from s3fn_gui.base import theme

WidgetT = TypeVar("WidgetT", bound=QWidget)
SpinT = TypeVar("SpinT", bound=QAbstractSpinBox)
ViewT = TypeVar("ViewT", bound=QTableView)
TableT = TypeVar("TableT", bound=QTableWidget)
ROW_HEIGHT = 23
AROUND_TEXT, AROUND_NUMBER = 12, 30  # pixels of frames, and of the buttons of a spin box


def plain_tip(text: str) -> str:
    """A tool tip that shows a text as it stands: Qt would take some names for HTML."""
    text = unmarked(text)
    return f"<span>{html.escape(text)}</span>" if QtGui.Qt.mightBeRichText(text) else text


def named(widget: WidgetT, name: str, tip: str = "") -> WidgetT:
    """Give a widget its object name, by which tests find it, and a tip, which assistive tools read."""
    widget.setObjectName(name)
    if tip:
        widget.setToolTip(plain_tip(tip))
        widget.setAccessibleName(tip)
    return widget


def number_field(box: SpinT, name: str, tip: str) -> SpinT:
    """A number that counts once it is complete; Return gives the keys back to the tools."""
    box.setKeyboardTracking(False)
    box.editingFinished.connect(box.clearFocus)
    return named(box, name, tip)


def narrow(field: QLineEdit | QSpinBox | QDoubleSpinBox, least: int) -> None:
    """Let a field of numbers be `least` pixels narrow, as long as that does not cut the one it shows."""
    around = AROUND_TEXT if isinstance(field, QLineEdit) else AROUND_NUMBER

    def fit(text: str) -> None:
        field.setMinimumWidth(max(least, field.fontMetrics().horizontalAdvance(text) + around))

    field.textChanged.connect(fit)
    fit(field.text())


def choice_box(name: str, tip: str, texts: Mapping[Any, str], *, narrow: bool = False) -> QComboBox:
    """A box to choose a key of `texts`; a `narrow` one may be narrower than its texts."""
    box = named(QComboBox(), name, tip)
    for value, text in texts.items():
        box.addItem(unmarked(text), value)
    if narrow:
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return box


def push_button(
    text: str, name: str, clicked: Callable[[], object], *, icon: str = "", primary: bool = False
) -> QPushButton:
    """A button with text."""
    button = named(QPushButton(text), name)
    if icon:
        theme.set_icon(button, icon)
    button.setProperty("primary", primary)
    button.clicked.connect(lambda: clicked())
    return button


def tool_button(icon: str, name: str, tip: str, clicked: Callable[[], object]) -> QToolButton:
    """A small button that is only an icon."""
    button = named(QToolButton(), name, tip)
    button.setIconSize(QSize(16, 16))
    theme.set_icon(button, icon)
    button.clicked.connect(lambda: clicked())
    return button


def action_button(action: QAction, name: str) -> QToolButton:
    """A small button that is only an action's icon."""
    button = named(QToolButton(), name, action.toolTip())
    button.setDefaultAction(action)
    button.setIconSize(QSize(16, 16))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    return button


def command_button(
    action: QAction, text: str, name: str, *, icon: str = "", primary: bool = False
) -> QPushButton:
    """A button with text that triggers an action, and is enabled when the action is."""
    button = push_button(text, name, action.trigger, icon=icon, primary=primary)
    button.setEnabled(action.isEnabled())
    action.enabledChanged.connect(button.setEnabled)
    return button


def progress_bar(name: str, tip: str = "", *, width: int = 0) -> QProgressBar:
    """A bar of thousandths without a text; `width` 0 takes the room there is."""
    bar = named(QProgressBar(), name, tip)
    bar.setRange(0, 1000)
    bar.setTextVisible(False)
    if width:
        bar.setFixedWidth(width)
    return bar


class PlainLabel(QLabel):
    """A label that shows every text as it stands."""

    def __init__(self, text: str = "") -> None:
        super().__init__(unmarked(text))
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:  # noqa: N802 (Qt's name)
        super().setText(unmarked(text))


class ShortLabel(PlainLabel):
    """A line that is cut where there is too little room for it; `text` stays whole."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """A few letters."""
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), 4 * self.fontMetrics().averageCharWidth()), whole.height())

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """The text, or its begin."""
        painter, room = QtGui.QPainter(self), self.contentsRect()
        short = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.style().drawItemText(
            painter,
            room,
            self.alignment().value,
            self.palette(),
            self.isEnabled(),
            short,
            self.foregroundRole(),
        )


class Wrapped(QFrame):
    """Two halves side by side, one of which grows; one below the other where that is too wide."""

    def wrap(self, first: QWidget, second: QWidget, *, grows: int = 0, spacing: int = 4) -> None:
        """Fill it."""
        self._halves, self._grows = (first, second), grows
        self._box = row(first, second, spacing=spacing)
        self._box.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setLayout(self._box)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the wider half."""
        return QSize(max(self._widths()) + self._around(), self._box.minimumSize().height())

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        room = self.width() - self._around() - self._box.spacing()
        way, beside = QBoxLayout.Direction, sum(self._widths()) <= room
        self._box.setDirection(way.LeftToRight if beside else way.TopToBottom)
        self._box.setStretch(self._grows, int(beside))
        self.updateGeometry()

    def _widths(self) -> list[int]:
        return [half.minimumSizeHint().width() for half in self._halves]

    def _around(self) -> int:
        """Left and right of the halves."""
        return self.width() - self.contentsRect().width()


def label(text: str = "", role: str = "", *, name: str = "", wrap: bool = False) -> QLabel:
    """A plain text, in one of the roles of the style sheet."""
    result = PlainLabel(text)
    result.setWordWrap(wrap)
    if name:
        result.setObjectName(name)
    return theme.role(result, role) if role else result


def row(*things: QWidget | QLayout | int | None, margins: int = 0, spacing: int = 6) -> QHBoxLayout:
    """Widgets side by side; a number is a stretch."""
    layout = QHBoxLayout()
    _fill(layout, things, margins, spacing)
    return layout


def column(*things: QWidget | QLayout | int | None, margins: int = 0, spacing: int = 6) -> QVBoxLayout:
    """Widgets and layouts below each other; a number is a stretch."""
    layout = QVBoxLayout()
    _fill(layout, things, margins, spacing)
    return layout


def holding(layout: QLayout) -> QWidget:
    """A widget with a layout, to be shown, hidden or sized as one."""
    widget = QWidget()
    widget.setLayout(layout)
    return widget


def scrolled(widget: QWidget) -> QScrollArea:
    """All of a text however low its place is."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    area.viewport().setAutoFillBackground(False)
    widget.setAutoFillBackground(False)
    return area


def _fill(
    layout: QHBoxLayout | QVBoxLayout,
    things: tuple[QWidget | QLayout | int | None, ...],
    margins: int,
    spacing: int,
) -> None:
    layout.setContentsMargins(margins, margins, margins, margins)
    layout.setSpacing(spacing)
    for thing in things:
        if isinstance(thing, int):
            layout.addStretch(thing)
        elif isinstance(thing, QWidget):
            layout.addWidget(thing)
        elif thing is not None:
            layout.addLayout(thing)


def table(name: str, headings: tuple[str, ...], *, about: str = "", stretch: int = 0) -> QTableWidget:
    """A calm table: no grid, whole rows, one column that takes the free width.

    `about` is what assistive tools call it: a tip would lie on what one reads.
    """
    return prepare_table(QTableWidget(0, len(headings)), name, headings, about=about, stretch=stretch)


def prepare_table(
    result: TableT, name: str, headings: tuple[str, ...], *, about: str = "", stretch: int = 0
) -> TableT:
    """Give a table the look of :func:`table`."""
    calm(named(result, name))
    result.setAccessibleName(about)
    result.setHorizontalHeaderLabels(list(headings))
    result.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    header = result.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return result


def calm(view: ViewT) -> ViewT:
    """Take the grid and the row numbers from a table, and let whole rows be selected."""
    view.verticalHeader().hide()
    view.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
    view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.horizontalHeader().setHighlightSections(False)
    return view


def cell(text: str, *, number: bool = False) -> QTableWidgetItem:
    """A table cell; numbers stand on the right."""
    result = QTableWidgetItem(unmarked(text))
    side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
    result.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return result
