"""The docks: each panel in its place of the workspace, and their title bars."""

from __future__ import annotations

import zlib
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QTabWidget, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import column, label, named, row, tool_button
from s3fn_gui.shell.workspaces import (
    AREA,
    BOTTOM,
    HOMES,
    LEFT,
    PANELS,
    REFERENCE,
    RIGHT,
    Area,
    Column,
    Part,
    Workspaces,
)

SIDEWAYS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class Dock(QDockWidget):
    """A panel of the window."""

    def raise_(self) -> None:
        """Bring it to the front; one that is closed opens."""
        self.show()
        super().raise_()

    @property
    def in_front(self) -> bool:
        """Whether one can see it: neither closed nor behind another tab."""
        return self.isVisible() and not self.visibleRegion().isEmpty()


class Docks:
    """All docks of the window by name, arranged for the workspace that is chosen.

    What the user changes about an arrangement is kept in the settings, per workspace. A tab already
    says the title, so docks in tabs have no title bar.
    """

    def __init__(
        self, window: QMainWindow, panels: dict[str, QWidget], workspaces: Workspaces, settings: Settings
    ) -> None:
        self._window = window
        self._workspaces = workspaces
        self._settings = settings
        self._bars: dict[str, QWidget] = {}
        self.docks: dict[str, Dock] = {}
        self._titles = resting(window, self.show_titles, 0)
        for name, panel in panels.items():
            self._add(name, panel)
        # Of other panels, the arrangement is another one.
        self._version = zlib.crc32(" ".join(sorted(self.docks)).encode()) & 0x7FFFFFFF
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        window.setDockNestingEnabled(True)
        window.setTabPosition(AREA.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        workspaces.leaving.connect(self.remember)
        workspaces.changed.connect(self.arrange)

    def _add(self, name: str, panel: QWidget) -> None:
        dock = named(Dock(PANELS[name], self._window), f"dock.{name}")
        body = named(QFrame(), "dock_body")
        body.setLayout(column(panel, spacing=0))
        dock.setWidget(body)
        self._bars[name] = _title_bar(dock)
        dock.setTitleBarWidget(self._bars[name])
        self.docks[name] = dock
        follow(self.show_titles, dock.dockLocationChanged, dock.topLevelChanged)
        follow(self._titles.start, dock.visibilityChanged)
        dock.toggleViewAction().triggered.connect(lambda on: dock.raise_() if on else None)

    def __getitem__(self, name: str) -> Dock:
        return self.docks[name]

    # --- arrangements --------------------------------------------------------------------------

    @property
    def _key(self) -> str:
        """What the settings call the arrangement of this workspace."""
        return f"docks/{self._workspaces.current.name}"

    def remember(self) -> None:
        """Keep the arrangement that the user leaves."""
        self._settings.set_layout(self._key, self._window.saveState(self._version))

    def arrange(self) -> None:
        """The arrangement of the workspace, as it was left, or else its first one."""
        self._window.setUpdatesEnabled(False)
        self._begin()
        self.settle()
        self._window.setUpdatesEnabled(True)
        self.show_titles()

    def reset(self) -> None:
        """Forget what was changed about this workspace."""
        self._settings.forget_layout(self._key)
        self.arrange()

    def settle(self) -> None:
        """The window has its size now, and so has the arrangement."""
        kept = self._settings.layout(self._key)
        if kept is None or not self._window.restoreState(kept, self._version):
            self.resize()

    def _begin(self) -> None:
        """The docks of the workspace in their places; the others wait, closed, where they would open."""
        for dock in self.docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        workspace = self._workspaces.current
        for area in workspace.areas:
            self._place(area)
        shown = workspace.panels
        heads = {area.side: self._head(area.columns[-1]) for area in workspace.areas}
        for name, dock in self.docks.items():
            if name not in shown:
                self._put_away(dock, HOMES.get(name, BOTTOM), heads)
        for part in workspace.parts:
            self._group(part)[0].raise_()

    def _place(self, area: Area) -> None:
        """First the columns beside each other, then what is below their heads, then the tabs.

        In another order Qt would split tabs, which it takes for one more tab.
        """
        window = self._window
        window.addDockWidget(area.side, self._head(area.columns[0]))
        for left, right in pairwise(area.columns):
            window.splitDockWidget(self._head(left), self._head(right), SIDEWAYS)
        for parts, _ in area.columns:
            for upper, lower in pairwise(self._group(part)[0] for part in parts):
                window.splitDockWidget(upper, lower, DOWN)
            for part in parts:
                group = self._group(part)
                for before, after in pairwise(group):
                    window.tabifyDockWidget(before, after)
                for dock in group:
                    dock.show()

    def _put_away(self, dock: Dock, side: Qt.DockWidgetArea, heads: dict[Qt.DockWidgetArea, Dock]) -> None:
        if side in heads:
            self._window.tabifyDockWidget(heads[side], dock)
        else:
            self._window.addDockWidget(side, dock)
            heads[side] = dock
        dock.hide()

    def _group(self, part: Part) -> list[Dock]:
        return [self.docks[name] for name in part.panels.split()]

    def _head(self, column: Column) -> Dock:
        return self._group(column.parts[0])[0]

    def resize(self) -> None:
        """Give every area its size; Qt only does it once the window has one."""
        window = self._window
        wide, high = window.width() / REFERENCE[0], window.height() / REFERENCE[1]
        for area in self._workspaces.current.areas:
            heads = [self._head(one) for one in area.columns]
            if area.side == BOTTOM:
                window.resizeDocks(heads[:1], [round(area.size * high)], DOWN)
            width = window.width() if area.side == BOTTOM else area.size * wide
            shares = [one.share for one in area.columns]
            window.resizeDocks(heads, [round(width * share / sum(shares)) for share in shares], SIDEWAYS)
            for parts, _ in area.columns:
                if len(parts) > 1:
                    tops = [self._group(part)[0] for part in parts]
                    window.resizeDocks(tops, [window.height() * part.share for part in parts], DOWN)

    # --- titles --------------------------------------------------------------------------------

    def show_titles(self) -> None:
        """Title bars for the docks that stand alone."""
        for name, dock in self.docks.items():
            mates = self._window.tabifiedDockWidgets(dock)
            tabbed = not dock.isFloating() and any(not mate.isHidden() for mate in mates)
            has_bar = dock.titleBarWidget() is self._bars[name]
            if tabbed and has_bar:
                dock.setTitleBarWidget(QWidget(dock))
                self._bars[name].hide()
            elif not tabbed and not has_bar:
                dock.setTitleBarWidget(self._bars[name])
                self._bars[name].show()


def _title_bar(dock: QDockWidget) -> QWidget:
    bar = named(QFrame(), "dock_title")
    text = label(dock.windowTitle(), name="dock_title_text")
    close = tool_button("close", "dock_close", tr("Close {panel}", panel=dock.windowTitle()), dock.close)
    layout = row(text, 1, close, spacing=2)
    layout.setContentsMargins(6, 2, 3, 2)
    bar.setLayout(layout)
    return bar
