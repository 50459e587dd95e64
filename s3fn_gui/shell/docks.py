"""The docks: where each panel sits, and their title bars."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QTabWidget, QWidget

from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import column, label, named, row, tool_button

AREA = Qt.DockWidgetArea
LEFT, RIGHT, BOTTOM = AREA.LeftDockWidgetArea, AREA.RightDockWidgetArea, AREA.BottomDockWidgetArea
# For a window of 1366 x 768; Qt scales them with the window.
LEFT_WIDTH, RIGHT_WIDTH, BOTTOM_HEIGHT, CLASSES_HEIGHT = 204, 274, 218, 206
SPECTRA_WIDTH, RUN_WIDTH = 424, 656


class Docks:
    """All docks of the window by name; a tab already says the title, so tabbed ones have none."""

    def __init__(self, window: QMainWindow, panels: dict[str, QWidget]) -> None:
        self._window = window
        self._bars: dict[str, QWidget] = {}
        self.docks: dict[str, QDockWidget] = {}
        for title, panel in panels.items():
            name = title.lower()
            dock = named(QDockWidget(title, window), f"dock.{name}")
            body = named(QFrame(), "dock_body")
            body.setLayout(column(panel, spacing=0))
            dock.setWidget(body)
            self._bars[name] = _title_bar(dock)
            dock.setTitleBarWidget(self._bars[name])
            self.docks[name] = dock
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        window.setCorner(Qt.Corner.BottomLeftCorner, BOTTOM)
        window.setDockNestingEnabled(True)
        for area in (LEFT, BOTTOM):
            window.setTabPosition(area, QTabWidget.TabPosition.North)
        self.arrange()
        for dock in self.docks.values():
            follow(self.show_titles, dock.dockLocationChanged, dock.topLevelChanged)

    def __getitem__(self, name: str) -> QDockWidget:
        return self.docks[name]

    def arrange(self) -> None:
        """The layout of the first start."""
        window, docks = self._window, self.docks
        for dock in docks.values():
            dock.setFloating(False)
            dock.show()
        window.addDockWidget(LEFT, docks["cubes"])
        window.tabifyDockWidget(docks["cubes"], docks["display"])
        window.tabifyDockWidget(docks["display"], docks["mask"])
        window.addDockWidget(RIGHT, docks["classes"])
        window.splitDockWidget(docks["classes"], docks["description"], Qt.Orientation.Vertical)
        window.addDockWidget(BOTTOM, docks["spectra"])
        window.splitDockWidget(docks["spectra"], docks["training"], Qt.Orientation.Horizontal)
        window.tabifyDockWidget(docks["training"], docks["results"])
        window.tabifyDockWidget(docks["results"], docks["models"])
        window.tabifyDockWidget(docks["models"], docks["validation"])
        window.tabifyDockWidget(docks["validation"], docks["regions"])
        window.tabifyDockWidget(docks["regions"], docks["objects"])
        window.tabifyDockWidget(docks["objects"], docks["facts"])
        window.tabifyDockWidget(docks["facts"], docks["similarity"])
        window.tabifyDockWidget(docks["similarity"], docks["probe"])
        for name in ("cubes", "training"):
            docks[name].raise_()
        self.resize()
        self.show_titles()

    def resize(self) -> None:
        """Give every area its size; Qt only does it once the window has one."""
        window, docks = self._window, self.docks
        sideways, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window.resizeDocks([docks["cubes"], docks["classes"]], [LEFT_WIDTH, RIGHT_WIDTH], sideways)
        window.resizeDocks([docks["spectra"]], [BOTTOM_HEIGHT], down)
        window.resizeDocks([docks["spectra"], docks["training"]], [SPECTRA_WIDTH, RUN_WIDTH], sideways)
        window.resizeDocks(
            [docks["classes"], docks["description"]], [CLASSES_HEIGHT, 2 * CLASSES_HEIGHT], down
        )

    def show_titles(self) -> None:
        """Title bars for the docks that stand alone."""
        for name, dock in self.docks.items():
            tabbed = bool(self._window.tabifiedDockWidgets(dock)) and not dock.isFloating()
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
    close = tool_button("close", "dock_close", f"Close {dock.windowTitle()}", dock.close)
    layout = row(text, 1, close, spacing=2)
    layout.setContentsMargins(6, 2, 3, 2)
    bar.setLayout(layout)
    return bar
