"""The documentation in the window: F1 at a panel, contents, search, history, both themes."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QCursor, QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QTabBar,
    QTextBrowser,
    QToolButton,
    QTreeWidget,
    QWidget,
)

import s3fn_gui
from s3fn_gui.base import theme
from s3fn_gui.base.dialogs import RowDialog
from s3fn_gui.help.page_view import MARGIN, PageView
from s3fn_gui.help.pages import INDEX
from s3fn_gui.help.places import OF_DIALOGS, OF_PANELS, OF_WORKSPACES, START, Attention
from s3fn_gui.help.window import HelpWindow
from s3fn_gui.shell.menus import MENUS
from s3fn_gui.shell.shortcuts_dialog import ShortcutsDialog, groups
from s3fn_gui.shell.workspaces import WORKSPACES
from tests.gui.support import Hands

LONGEST_TIP = 120


def part(window: QWidget, kind: type, name: str):  # type: ignore[no-untyped-def]
    found = window.findChild(kind, name)
    assert found is not None
    return found


def test_every_panel_and_workspace_has_its_page(hands: Hands) -> None:
    assert OF_PANELS.keys() == hands.window.docks.docks.keys()
    assert OF_WORKSPACES.keys() == {workspace.name for workspace in WORKSPACES}


def test_every_dialog_has_its_page() -> None:
    modules = [import_module(m.name) for m in pkgutil.walk_packages(s3fn_gui.__path__, "s3fn_gui.")]
    found = [c for m in modules for _, c in inspect.getmembers(m, inspect.isclass) if issubclass(c, QDialog)]
    own = {c.__name__ for c in found if c.__module__.startswith("s3fn_gui.")}
    assert own - {RowDialog.__name__} == OF_DIALOGS.keys()


def test_f1_in_a_dialog_opens_its_page_which_can_be_used_while_the_dialog_waits(hands: Hands) -> None:
    main = hands.window
    hands.trigger("help.shortcuts")
    dialog = main.findChild(ShortcutsDialog)
    assert dialog is not None
    hands.until(lambda: QApplication.focusWidget() is not None and QApplication.activeWindow() is dialog)
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_F1)
    window = main.findChild(HelpWindow)
    assert window is not None
    assert window.isVisible()
    assert main.states.help.visit.page == "window.md"
    contents: QToolButton = part(window, QToolButton, "help_contents")
    middle = contents.mapTo(window, contents.rect().center())
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=middle)
    assert main.states.help.visit.page == INDEX  # a window that is blocked gets no clicks
    dialog.reject()
    assert window.isVisible()
    hands.trigger("help.documentation")
    assert window.windowHandle().transientParent() is main.windowHandle()
    window.close()


def test_the_page_is_that_of_the_panel_the_user_is_at(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    docks, workspaces = hands.window.docks, hands.window.workspaces
    hands.trigger("workspace.look")
    at: dict[str, object] = {"focus": None, "cursor": None, "place": QPoint()}
    monkeypatch.setattr(QApplication, "focusWidget", lambda: at["focus"])
    monkeypatch.setattr(QApplication, "widgetAt", lambda _: at["cursor"])
    monkeypatch.setattr(QCursor, "pos", lambda: at["place"])
    attention = Attention(hands.window)

    def place() -> str:
        return attention.place(docks.docks, workspaces.current.name)

    assert place() == "open.md"  # of the workspace
    at["focus"] = docks["spectra"].findChild(QWidget, "dock_body")
    assert place() == OF_PANELS["spectra"]
    tabs = next(bar for bar in hands.window.findChildren(QTabBar) if bar.tabText(2) == "Mask")
    at["cursor"], at["place"] = tabs, tabs.mapToGlobal(tabs.tabRect(2).center())
    assert place() == OF_PANELS["mask"]  # a click there leaves the focus where it is
    attention._focus_moved()
    assert place() == OF_PANELS["spectra"]
    workspaces.rest()
    at["focus"] = at["cursor"] = None
    assert place() == START


def test_f1_opens_a_page_and_one_finds_ones_way(hands: Hands) -> None:
    main, state = hands.window, hands.window.states.help
    assert main.actions_by_id["help.documentation"].shortcut().toString() == "F1"
    hands.trigger("help.documentation")
    window = main.findChild(HelpWindow)
    assert window is not None
    assert window.isVisible()
    assert not window.isModal()
    view: PageView = part(window, PageView, "help_page")
    state.go("open.md", "spectra")
    assert "Open and view a cube" in window.windowTitle()
    assert view.verticalScrollBar().value() > 0
    # contents
    tree: QTreeWidget = part(window, QTreeWidget, "help_tree")
    assert tree.currentItem().text(0) == "Open and view a cube"
    view.anchorClicked.emit(QUrl("library.md#identify-a-spectrum"))
    assert tree.currentItem().text(0) == "The library of materials"
    part(window, QToolButton, "help_back").click()
    assert (state.visit.page, state.visit.anchor) == ("open.md", "spectra")
    # search
    field: QLineEdit = part(window, QLineEdit, "help_search")
    field.setText("otsu")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert state.visit.page == "glossary.md"
    marked = [mark.cursor.selectedText() for mark in view.extraSelections()]
    assert marked
    assert {text.lower() for text in marked} == {"otsu"}
    hits: QTextBrowser = part(window, QTextBrowser, "help_hits")
    assert "Masks and objects › Make a mask" in hits.toPlainText()
    hits.anchorClicked.emit(QUrl("objects.md#make-a-mask"))
    assert state.visit.page == "objects.md"
    field.setText("no such word anywhere")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "No section" in hits.toPlainText()
    assert state.visit.page == "objects.md"
    field.clear()
    hands.until(lambda: tree.isVisible())
    # pictures fit, and the theme changes
    room = view.viewport().width() - 2 * MARGIN
    picture = view.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("pictures/mask.png"))
    assert isinstance(picture, QImage)
    assert picture.deviceIndependentSize().width() <= room
    main.set_theme("dark")
    assert theme.DARK.accent in view.document().defaultStyleSheet()
    window.close()


def test_the_sheet_of_shortcuts_has_every_key_of_the_menus(hands: Hands) -> None:
    actions = hands.window.actions_by_id
    shown = {text for _, rows in groups(actions) for _, text in rows}
    listed = {name for names in MENUS.values() for name in names.split()}
    with_keys = [c for c in actions.commands if c.keys and c.id not in listed]
    assert all(c.keys.isdigit() for c in with_keys), [c.id for c in with_keys]
    assert {"Open cube", "Brush", "Documentation", "Keyboard shortcuts"} <= shown


def test_every_command_says_in_one_line_what_it_does(hands: Hands) -> None:
    for command in hands.window.actions_by_id.commands:
        tip = command.tip() if callable(command.tip) else command.tip
        assert command.keys.isdigit() or 3 < len(tip) <= LONGEST_TIP, command.id
        assert "\n" not in tip
