"""Keyboard and mouse at a glance, and what this program is."""

from __future__ import annotations

import html
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QWidget

from s3fn_gui import theme
from s3fn_gui.actions import Actions
from s3fn_gui.widgets import column, label, row

MOUSE = (
    ("Left button", "what the tool does: paint, erase, pin a spectrum, move"),
    ("Right button", "erase with the brush"),
    ("Wheel", "zoom around the cursor"),
    ("Ctrl + wheel", "next or previous band"),
    ("Middle button, or Space held", "move the image"),
    ("Esc", "take back the stroke being painted"),
    ("1 to 9", "choose a class"),
)


class ShortcutsDialog(QDialog):
    """Read from the actions themselves, so it is never out of date."""

    def __init__(self, parent: QWidget, actions: Actions) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard and mouse")
        text = QTextBrowser()
        text.setFrameShape(QTextBrowser.Shape.NoFrame)
        keys = [
            (_keys(action.shortcuts()), action.text().rstrip("…"))
            for action in actions
            if action.shortcuts() and not action.objectName().startswith("label.class_")
        ]
        left, right = _table(MOUSE) + _table(tuple(keys[22:])), _table(tuple(keys[:22]))
        text.setHtml(f"<table><tr><td>{left}</td><td width=24></td><td>{right}</td></tr></table>")
        self.setLayout(column(text, _close(self), margins=12))
        self.resize(QSize(760, 520))


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
        self.setLayout(column(head, _close(self), margins=14, spacing=12))
        self.setMinimumWidth(460)


def _close(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    return buttons


def _keys(shortcuts: list[QKeySequence]) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(s.toString(native) for s in shortcuts)


def _table(rows: tuple[tuple[str, str], ...]) -> str:
    lines = "".join(
        f"<tr><td align=right><b>{html.escape(keys)}</b></td><td width=10></td>"
        f"<td>{html.escape(text)}</td></tr>"
        for keys, text in rows
    )
    return f"<table cellpadding=2>{lines}</table>"


def _version() -> str:
    try:
        return version("s3fn")
    except PackageNotFoundError:
        return ""
