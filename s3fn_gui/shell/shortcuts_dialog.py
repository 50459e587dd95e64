"""Keyboard and mouse at a glance, grouped as the menus are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QSizePolicy, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Actions, Command
from s3fn_gui.base.dialogs import close_button
from s3fn_gui.base.widgets import column, holding, label, named, row, scrolled
from s3fn_gui.shell.menus import MENUS, TITLES

SIZE = (1160, 690)
COLUMNS = 3
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
HEAD = 2  # rows that a group's heading is as high as
MOUSE = (
    (tr("Left button"), tr("Use the tool: paint, keep a spectrum, move")),
    (tr("Right button"), tr("Erase, with every tool that labels; on a mask, the opposite of the tool")),
    (tr("Alt + click"), tr("Select the class of the label, or else of the map")),
    (tr("Wheel"), tr("Zoom around the cursor")),
    (tr("Ctrl + wheel"), tr("Next or previous band")),
    (tr("Middle button"), tr("Move the image, as with Space held down")),
)
DRAWING = (
    (tr("1 to 9"), tr("Choose a class")),
    (tr("Arrows"), tr("Move the cursor on the image; with Shift by ten pixels")),
    (tr("Enter"), tr("Press the left button there; close the polygon, or paint what has grown")),
    (tr("Shift + Enter"), tr("Set another corner of the polygon")),
    (tr("Backspace"), tr("Take back a corner of the polygon")),
    (tr("Esc"), tr("Abandon the stroke or region, or end “Next place to label”")),
)
POINTS = (
    (tr("1 to 9"), tr("The class that is there")),
    (tr("Space"), tr("Skip the point")),
    (tr("Backspace"), tr("Go back to the point before")),
    (tr("Esc"), tr("Stop labelling points")),
)
Rows = Sequence[tuple[str, str]]


class ShortcutsDialog(QDialog):
    """Read from the tables of menus and commands, so it is never out of date."""

    def __init__(self, parent: QWidget, actions: Actions) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setWindowTitle(tr("Keyboard shortcuts"))
        sides = row(*(column(*map(_card, side), 1, spacing=10) for side in _in_columns(groups(actions))))
        sides.setSpacing(10)
        self.setLayout(column(scrolled(holding(sides)), close_button(self), margins=12, spacing=10))
        self.resize(*SIZE)


def groups(actions: Actions) -> Iterator[tuple[str, Rows]]:
    """Title of each group, and its keys with what they do."""
    yield tr("Mouse"), MOUSE
    yield tr("While drawing"), DRAWING
    commands = {command.id: command for command in actions.commands if command.keys}
    for menu, names in MENUS.items():
        rows = [(command.keys, _text(command)) for name in names.split() if (command := commands.get(name))]
        if rows:
            yield TITLES[menu].replace("&", ""), rows
    yield tr("At validation points"), POINTS


def _in_columns(every: Iterator[tuple[str, Rows]]) -> list[list[tuple[str, Rows]]]:
    """The groups in their order, in columns of nearly the same height."""
    listed = list(every)
    height = sum(HEAD + len(rows) for _, rows in listed) / COLUMNS
    columns: list[list[tuple[str, Rows]]] = [[] for _ in range(COLUMNS)]
    above = 0.0
    for title, rows in listed:
        size = HEAD + len(rows)
        columns[min(COLUMNS - 1, int((above + size / 2) / height))].append((title, rows))
        above += size
    return columns


def _card(group: tuple[str, Rows]) -> QWidget:
    title, rows = group
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(0, 1)
    for line, (keys, text) in enumerate(rows):
        grid.addWidget(label(text, wrap=True), line, 0)
        caps = [keys] if rows in (MOUSE, DRAWING, POINTS) else list(map(_native, keys.split()))
        grid.addLayout(row(*map(_cap, caps), spacing=4), line, 1, RIGHT)
    card = named(QFrame(), "shortcut_group")
    card.setLayout(column(label(title, "heading"), grid, margins=10, spacing=6))
    return card


def _cap(text: str) -> QWidget:
    """A key."""
    cap = label(text, "key")
    cap.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return cap


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def _text(command: Command) -> str:
    """The text that does not depend on the situation."""
    return command.short if callable(command.text) else command.text.rstrip("…")
