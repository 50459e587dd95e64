"""What a screen reader and the keyboard find: names and focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from tests.gui.support import Hands

NAMED = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)
BY_KEYS = ("validation_classes",)  # 1 to 9 answer
QT_OWN = ("qt_", "ScrollLeft", "ScrollRight")


def ours(widget: QWidget) -> bool:
    """Whether it is not a part that Qt makes for another one."""
    above = (widget.parent(), widget.parentWidget() and widget.parentWidget().parent())
    inner = any(isinstance(w, QAbstractSpinBox | QComboBox | QAbstractItemView | QLineEdit) for w in above)
    if isinstance(widget.window(), QMenu):
        return False  # of pyqtgraph's plots
    made = isinstance(widget, QScrollBar | QHeaderView) or type(widget).__name__.startswith("QComboBoxList")
    return not (inner or made or widget.objectName().startswith(QT_OWN))


def test_every_control_of_the_window_has_a_name(hands: Hands) -> None:
    """Those too that take their texts from what is open."""
    window = hands.window
    hands.open_scene()
    window.docks["display"].raise_()
    hands.trigger("help.tour")
    hands.session.report("info", "Something", action="label.add_class")
    nameless = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, NAMED) and ours(widget):
            found = QAccessible.queryAccessibleInterface(widget)
            if not (found.text(QAccessible.Text.Name) or widget.accessibleName()).strip():
                nameless.append(f"{type(widget).__name__} {widget.objectName()} in {place(widget)}")
    assert not nameless, "\n".join(nameless)


def test_every_control_of_a_panel_is_reached_with_the_tab_key(hands: Hands) -> None:
    """Those of the bars are commands, which the menus have, too."""
    hands.open_scene()
    passed_over = [
        f"{type(widget).__name__} {widget.objectName()} in {place(widget)}"
        for dock in hands.window.docks.docks.values()
        for widget in dock.findChildren(QWidget)
        if isinstance(widget, NAMED) and ours(widget) and widget.objectName() not in BY_KEYS
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert not passed_over, "\n".join(passed_over)


def place(widget: QWidget) -> str:
    """The names of what it lies in."""
    names = []
    while (widget := widget.parentWidget()) is not None:
        names.append(widget.objectName())
    return " < ".join(name for name in names if name)
