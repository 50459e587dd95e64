"""Keyboard and mouse at a glance, and what this program is."""

from __future__ import annotations

import html
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QTextBrowser, QWidget

from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions, Command
from s3fn_gui.base.dialogs import close_button
from s3fn_gui.base.widgets import column, label, row

MOUSE = (
    ("Left button", "what the tool does: paint, erase, pin a spectrum, mean of a region, move"),
    ("Right button", "erase, with every tool that labels; on a mask, the tool's opposite"),
    ("Alt + click", "select the class of the label, else of the map"),
    ("Enter, Backspace", "close the polygon or paint what has grown; take back a corner"),
    ("Wheel", "zoom around the cursor"),
    ("Ctrl + wheel", "next or previous band"),
    ("Middle button, or Space held", "move the image"),
    ("Esc", "take back the stroke or the region being drawn, else end “Next place to label”"),
    ("Drag the handle", "compare two pictures (W begins and ends it)"),
    ("1 to 9", "choose a class"),
    ("At validation points", "1 to 9 the class seen, Space skips, Backspace goes back, Esc leaves"),
)


class ShortcutsDialog(QDialog):
    """Read from the table of commands, so it is never out of date."""

    def __init__(self, parent: QWidget, actions: Actions) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard and mouse")
        text = QTextBrowser()
        text.setFrameShape(QTextBrowser.Shape.NoFrame)
        keys = [(_keys(c), _text(c)) for c in actions.commands if c.keys and not c.keys.isdigit()]
        half = (len(keys) + len(MOUSE)) // 2 - len(MOUSE)
        left, right = _table([*MOUSE, *keys[:half]]), _table(keys[half:])
        text.setHtml(f"<table><tr><td>{left}</td><td width=30></td><td>{right}</td></tr></table>")
        self.setLayout(column(text, close_button(self), margins=12))
        self.resize(QSize(900, 560))


class AboutDialog(QDialog):
    """Name, version and where the method comes from."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About S3FN")
        picture = label()
        picture.setPixmap(theme.pixmap("app", 64, theme.current().text, 2.0))
        title = label(f"S3FN {_version()}", "figure")
        text = label(
            "From a hyperspectral cube to a classification map, with classes described in "
            "words.\n\n"
            "The method follows “Label Semantics for Robust Hyperspectral Image Classification” "
            "(IJCNN 2025, arXiv 2510.07556). MIT licence.",
            wrap=True,
        )
        head = row(picture, column(title, text), spacing=14)
        head.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(head, close_button(self), margins=14, spacing=12))
        self.setMinimumWidth(460)


def _text(command: Command) -> str:
    """The text that does not depend on the situation."""
    return command.short if callable(command.text) else command.text.rstrip("…")


def _keys(command: Command) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(QKeySequence(key).toString(native) for key in command.keys.split())


def _table(rows: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f"<tr><td align=right style='white-space:nowrap'><b>{html.escape(keys)}</b></td>"
        "<td width=10></td>"
        f"<td>{html.escape(text)}</td></tr>"
        for keys, text in rows
    )
    return f"<table cellpadding=2>{lines}</table>"


def _version() -> str:
    try:
        return version("s3fn")
    except PackageNotFoundError:
        return ""
