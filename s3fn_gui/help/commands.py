"""Commands of the documentation."""

from __future__ import annotations

from collections.abc import Callable

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.base.ask import Ask
from s3fn_gui.help.key import KEY, HelpKey
from s3fn_gui.help.state import HelpState
from s3fn_gui.help.window import HelpWindow


def commands(state: HelpState, ask: Callable[[], Ask], place: Callable[[], str]) -> Commands:
    """`place` names the page, and after "#" the section, that tells of what is in use."""

    def show() -> None:
        page, _, anchor = place().partition("#")
        state.go(page, anchor)
        ask().show_beside(HelpWindow, state)

    HelpKey(state, show)
    tip = tr("Open the documentation at the page of the panel or dialog you are using")
    row = Command("help.documentation", tr("Documentation"), show, keys=KEY, tip=tip, icon="help")
    return Commands((row,))
