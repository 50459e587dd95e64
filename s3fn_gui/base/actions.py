"""Commands as data, and the QActions made from them.

Each room lists its commands in ``commands.py``, one row each; the shell collects the rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow

from s3fn_core.quoting import unmarked
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import plain_tip


def always() -> bool:
    """The command can be used at any time."""
    return True


@dataclass(frozen=True)
class Command:
    """One command of the window.

    Attributes
    ----------
    id : str
        Also the objectName of its QAction.
    text : str or callable
        As menus call it; a callable where that depends on the situation.
    slot : callable
        What it does.  That of a checkable command gets whether it is checked.
    when : callable
        Whether it can be used now.
    keys : str
        Shortcuts between blanks; the first one is shown.
    tip : str or callable
        Tool tip; "" for the text.
    icon : str
        Name of an icon of the theme.
    short : str
        The text on buttons.
    checked : callable or None
        Whether it is checked now; None for a command that is not checkable.
    group : str
        Of commands with the same group exactly one is checked.
    """

    id: str
    text: str | Callable[[], str]
    slot: Callable[..., object]
    when: Callable[[], bool] = always
    keys: str = ""
    tip: str | Callable[[], str] = ""
    icon: str = ""
    short: str = ""
    checked: Callable[[], bool] | None = None
    group: str = ""


@dataclass(frozen=True)
class Commands:
    """The commands of a room, and the signals after which they may be enabled or not."""

    rows: tuple[Command, ...]
    follow: tuple[SignalInstance, ...] = ()


class Actions:
    """The QActions of the window by id; enabled, checked and named as their commands say."""

    def __init__(self, window: QMainWindow, rooms: Iterable[Commands] = ()) -> None:
        self._window = window
        self.commands: list[Command] = []
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        for room in rooms:
            self.add(room)

    def add(self, room: Commands) -> None:
        """Make the actions of a room and keep them true."""
        self.commands += room.rows
        for command in room.rows:
            self._actions[command.id] = self._made(command)
        for signal in room.follow:
            signal.connect(lambda *_: self._refresh(room))
        self._refresh(room)

    def _made(self, command: Command) -> QAction:
        action = QAction(_text(command), self._window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(k) for k in command.keys.split()])
        action.setToolTip(plain_tip(_tip(command)))
        action.setCheckable(command.checked is not None)
        if command.checked is None:
            action.triggered.connect(lambda: command.slot())
        else:
            action.triggered.connect(command.slot)
        if command.short:
            action.setIconText(command.short)
        if command.icon:
            theme.set_icon(action, command.icon)
        if command.group:
            group = self._groups.setdefault(command.group, QActionGroup(self._window))
            group.addAction(action)
        self._window.addAction(action)  # shortcuts work though the action is in no menu
        return action

    def _refresh(self, room: Commands) -> None:
        for command in room.rows:
            action = self._actions[command.id]
            if callable(command.text):
                action.setText(_text(command))
            if callable(command.text) or callable(command.tip):
                action.setToolTip(plain_tip(_tip(command)))
            action.setEnabled(command.when())
            if command.checked is not None:
                action.setChecked(command.checked())

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: object) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def pick(self, *names: str) -> list[QAction]:
        """Several actions in the order of `names`."""
        return [self._actions[name] for name in names]


def _now(text: str | Callable[[], str]) -> str:
    return text() if callable(text) else text


def _text(command: Command) -> str:
    """The text as menus show it: "&" stands for itself, also in the name of a class."""
    return unmarked(_now(command.text)).replace("&", "&&")


def _tip(command: Command) -> str:
    """The tip with the first shortcut behind it."""
    tip = _now(command.tip) or _now(command.text).rstrip("…")
    if not command.keys:
        return tip
    first = command.keys.split()[0]
    keys = QKeySequence(first).toString(QKeySequence.SequenceFormat.NativeText)
    return tip if f"({first}" in tip else f"{tip} ({keys})"
