"""The tool bar in windows of any width."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QToolBar, QToolButton

from s3fn_gui.shell.tool_bar import CHOICES, LINE, TOOLS
from tests.gui.support import Hands


@pytest.mark.parametrize("width", [960, 1366])
def test_no_tool_is_lost_in_a_narrow_window(hands: Hands, width: int) -> None:
    """What finds no room is in the menu at the end of the bar, and stands elsewhere."""
    hands.open_scene()
    hands.window.resize(width, 700)
    bar = hands.find("tool_bar", QToolBar)
    assert isinstance(bar, QToolBar)
    hands.until(lambda: bar.width() == width)
    QApplication.processEvents()
    buttons = {
        name: bar.widgetForAction(hands.window.actions_by_id[name])
        for name in TOOLS
        if name not in (LINE, "options", *CHOICES)
    }
    outside = {name for name, button in buttons.items() if not button.isVisible()}
    more = hands.find("qt_toolbar_ext_button", QToolButton)
    assert isinstance(more, QToolButton)
    assert more.isVisible() is bool(outside)
    assert outside <= {"file.export", "view.fit", "view.labels", "view.prediction"}
    if width == 1366:
        assert not outside
    else:
        assert more.width() >= 10
        assert more.property("icon_name")  # so that it can be seen in the dark theme
