"""A language in which every text stands in brackets, to find what cannot be translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QDoubleSpinBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QSpinBox,
    QTableView,
    QTabWidget,
    QTextBrowser,
    QWidget,
)

LANGUAGE = "xx"
OPEN, CLOSE = "⟦", "⟧"
ROOT = Path(__file__).parent.parent
_INNERMOST = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_MARKUP = re.compile(r"<[^>]*>|&\w+;")
_WORD = re.compile(r"[^\W\d_]{3,}")


def language() -> ModuleType:
    """The program that makes languages."""
    spec = spec_from_file_location("language", ROOT / "packaging" / "language.py")
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def write_language(folder: Path) -> None:
    """All texts in brackets, as a file that the program reads."""
    catalogue: Catalog = language().catalogue()
    for message in catalogue:
        if isinstance(message.id, tuple):
            message.string = tuple(f"{OPEN}{text}{CLOSE}" for text in message.id)
        elif message.id:
            message.string = f"{OPEN}{message.id}{CLOSE}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{LANGUAGE}.mo").open("wb") as stream:
        write_mo(stream, catalogue)


def untranslated(text: str) -> str:
    """What of a text has no brackets and is a word; "" where all is translated."""
    left = text
    while (shorter := _INNERMOST.sub(" ", left)) != left:
        left = shorter
    left = _MARKUP.sub(" ", left.split(OPEN)[0])  # a text that is cut has no end
    return left.strip() if _WORD.search(left) else ""


def shown(root: QWidget) -> Iterator[tuple[str, str]]:
    """Texts of all widgets below one, visible or not, each with where it is."""
    for widget in (root, *root.findChildren(QWidget)):
        if isinstance(widget.window(), QMenu) or widget.objectName().startswith(("qt_", "Scroll")):
            continue  # menus of plots, and what Qt translates itself
        place = widget.objectName() or type(widget).__name__
        for text in (widget.toolTip(), widget.accessibleName(), *_texts(widget)):
            yield place, text
    for action in root.findChildren(QAction):
        if action.objectName():  # those of plots have none
            yield from ((action.objectName(), text) for text in (action.text(), action.toolTip()))


def _texts(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QGroupBox():
            yield widget.title()
        case QMenuBar():
            yield from (action.text() for action in widget.actions())
        case QDockWidget():
            yield widget.windowTitle()
        case QComboBox():
            yield from (widget.itemText(line) for line in range(widget.count()))
        case QTabWidget():
            yield from (widget.tabText(page) for page in range(widget.count()))
        case QAbstractSpinBox():
            yield widget.specialValueText()
            if isinstance(widget, QSpinBox | QDoubleSpinBox):
                yield from (widget.prefix(), widget.suffix())
        case QLineEdit() | QPlainTextEdit():
            yield widget.placeholderText()
        case QTextBrowser():
            yield widget.toPlainText()
        case QListWidget():
            yield from (widget.item(line).text() for line in range(widget.count()))
        case QTableView() if widget.model() is not None:
            model = widget.model()
            for column in range(model.columnCount()):
                yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        case _:
            pass
