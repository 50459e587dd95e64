"""The main window: one session, and the frame around all rooms."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from s3fn_core.project import SUFFIX
from s3fn_core.quoting import unmarked
from s3fn_gui.base import garbage, theme
from s3fn_gui.base.actions import Actions, Commands
from s3fn_gui.base.ask import Ask
from s3fn_gui.base.jobs import JobRunner
from s3fn_gui.base.screen import HIDDEN
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.session.context import Context, ErrorBridge
from s3fn_gui.session.session import Session
from s3fn_gui.shell.commands import commands, of_workspaces, rooms
from s3fn_gui.shell.docks import Docks
from s3fn_gui.shell.flows import Flows
from s3fn_gui.shell.help_dialogs import AboutDialog, ShortcutsDialog
from s3fn_gui.shell.history_dialog import HistoryDialog
from s3fn_gui.shell.menus import build_menus
from s3fn_gui.shell.message_bar import MessageBar
from s3fn_gui.shell.next_step import NextStep
from s3fn_gui.shell.panels import Image, Panels
from s3fn_gui.shell.settings_dialog import SettingsDialog
from s3fn_gui.shell.states import States
from s3fn_gui.shell.status_bar import StatusBar
from s3fn_gui.shell.steps_strip import StepsStrip
from s3fn_gui.shell.tool_bar import ToolBar
from s3fn_gui.shell.workspaces import Workspaces
from s3fn_gui.start.commands import commands as of_start

FIRST_SIZE = (1366, 768)
GROWING_MS = 1000  # in which a desktop gives a new window its size
FRAME = 48  # title bar and borders, which are known only once the window is shown


class MainWindow(QMainWindow):
    """`session` is what is open; `context.ask` may be replaced to answer without dialogs."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self._asking = self._leaving = self._sized = False
        self._growing = QTimer(self, singleShot=True, interval=GROWING_MS)
        self._settling = resting(self, lambda: self.docks.settle(), 0)
        self.settings = settings or Settings()
        with theme.styled_when_built():
            self._build()
        session = self.session
        follow(
            self._show_title, session.dirty_changed, session.project_changed, session.cubes.current_changed
        )
        QApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self._show_title()
        self._restore()

    def _build(self) -> None:
        self.session = Session(self)
        self.states = States(self.session, self.settings)
        self.runner = JobRunner(self)
        self.errors = ErrorBridge(self.session)
        self.runner.broke.connect(self.errors.show)
        self.context = Context(
            self.session, self.runner, Ask(self, self.settings), self.settings, self.errors
        )
        self.flows = Flows(self.context, self.states)
        self.workspaces = Workspaces(self.settings, self)
        self.session.cubes.current_changed.connect(self._arrange)
        self.session.cleared.connect(self.workspaces.rest)
        self.actions_by_id = Actions(self, self._commands())
        self.image = Image(self.session, self.states, self.actions_by_id)
        self.cube_view = self.image.view
        self.message_bar = MessageBar(self.session, self.actions_by_id)
        self.setCentralWidget(
            self.message_bar.above(self.image, self.image.free_of_head, self.cube_view.head)
        )
        self.panels = Panels(self.session, self.states, self.flows, self.actions_by_id)
        self.docks = Docks(self, self.panels.by_title, self.workspaces, self.settings)
        self.panels.follow(self.docks, self.actions_by_id)
        build_menus(self, self.actions_by_id, self.docks, self.settings, self.flows.opening.open_any)
        self.addToolBar(ToolBar(self.actions_by_id, self.session))
        self.next_step = NextStep(self.session, self.states.validation)
        self.addToolBarBreak()
        self.addToolBar(StepsStrip(self.workspaces, self.next_step, self.actions_by_id))
        self.setStatusBar(StatusBar(self.session, self.states.painting.splitting, self.runner))

    def _commands(self) -> tuple[Commands, ...]:
        """Those that only the window can do, and those of all rooms."""
        own: dict[str, Callable[[], object]] = {
            "help.shortcuts": lambda: self.context.ask.show(ShortcutsDialog, self.actions_by_id),
            "help.about": lambda: self.context.ask.show(AboutDialog),
            "file.settings": self._ask_settings,
            "edit.history": lambda: self.context.ask.show_beside(HistoryDialog, self.session),
            "view.reset_docks": lambda: self.docks.reset(),
            "file.quit": self.close,
        }
        of_rooms = rooms(self.context, self.states, self.flows)
        of_scenes = of_start(self.flows.start, self.workspaces.choose)
        of_window = commands(self.session, self.flows, own)
        return of_window, of_workspaces(self.workspaces), of_scenes, *of_rooms

    def _arrange(self) -> None:
        """Panels come with the first cube."""
        if self.session.cubes.current is not None:
            self.workspaces.begin()

    # --- size and docks ------------------------------------------------------------------------

    def _restore(self) -> None:
        self._first_size()
        geometry = self.settings.layout("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        self.docks.arrange()

    def _first_size(self) -> None:
        """The whole screen where that is little more than the window, its frame included."""
        width, height = FIRST_SIZE
        self.resize(width, height)
        free = self.screen().availableSize()
        if QApplication.platformName() in HIDDEN:
            return  # nobody's screen
        self.resize(min(width, free.width()), min(height, free.height()))
        if free.width() < width + FRAME or free.height() < height + FRAME:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    # --- look ----------------------------------------------------------------------------------

    def _show_title(self) -> None:
        session = self.session
        name = "Untitled" if session.folder is None else session.folder.name.removesuffix(SUFFIX)
        if session.folder is None and session.cubes.current is not None:
            name = session.cubes.current.cube.name
        if self.session.read_only:
            name = f"{name} (read-only)"
        self.setWindowTitle(f"{unmarked(name)}[*] – S3FN")
        self.setWindowModified(session.dirty)

    def set_theme(self, choice: str) -> None:
        """Apply "auto", "light" or "dark"."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, theme.resolve(choice))

    def _follow_desktop(self) -> None:
        if self.settings.theme == "auto":
            self.set_theme("auto")

    def _ask_settings(self) -> None:
        more = {"Descriptions": self.actions_by_id["words.model_settings"]}
        dialog = self.context.ask.show(SettingsDialog, self.settings, more)
        dialog.accepted.connect(lambda: self.set_theme(self.settings.theme))

    # --- events --------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """The docks get their first sizes once the window has its own."""
        super().showEvent(event)
        if not self._sized:
            self._sized = True
            self._growing.start()
            self._settling.start()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """A desktop enlarges a maximized window once it is shown; Qt would give that to the image."""
        super().resizeEvent(event)
        if self._growing.isActive() and self.isMaximized():
            self._settling.start()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """Files may be dropped anywhere."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """Open what was dropped."""
        urls = event.mimeData().urls()
        self.flows.opening.open_any(Path(u.toLocalFile()) for u in urls if u.isLocalFile())
        event.acceptProposedAction()

    def _leave(self) -> None:
        """Nothing holds the window any more: at once, or after a save."""
        self._leaving = True
        if not self._asking:
            QTimer.singleShot(0, self, self.close)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """Ask about changes, stop what runs, remember the layout."""
        if not self._leaving:
            self._asking = True
            self.flows.project.when_safe(self._leave, closing=True)
            self._asking = False
        if not self._leaving:
            event.ignore()
            return
        self.runner.shut_down()
        self.flows.autosave.discard()
        self.flows.autosave.close()
        self.session.undo_stack.blockSignals(True)  # nothing may react to this
        self.session.undo_stack.clear()  # while Python still knows the steps
        self.settings.set_layout("geometry", self.saveGeometry())
        self.docks.remember()
        self.settings.sync()
        super().closeEvent(event)


def make_app() -> QApplication:
    """The application object, with font, conventions and look set."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("s3fn")
    app.setApplicationDisplayName("S3FN")
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=True)
    garbage.collector()
    theme.prepare_font(app)
    return app


def make_window(settings: Settings | None = None) -> MainWindow:
    """A window in the look that the settings say."""
    app = make_app()
    settings = settings or Settings()
    look = theme.resolve(settings.theme)
    if app.property("s3fn_theme") != look.name:  # polishing every widget again takes its time
        theme.apply(app, look)
    app.setWindowIcon(theme.icon("app"))
    return MainWindow(settings)
