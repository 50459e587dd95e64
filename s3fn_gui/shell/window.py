"""The main window: one session, and the frame around all rooms.

What is imported here is what the start page needs; all other rooms are imported once that is seen.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QLibraryInfo, QLocale, Qt, QTimer, QTranslator, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QToolBar, QWidget

from s3fn_core.files import PROJECT_SUFFIX
from s3fn_core.languages import ENGLISH, current, tr
from s3fn_core.quoting import unmarked
from s3fn_gui.base import theme
from s3fn_gui.base.screen import HIDDEN
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.shell.menus import TITLES
from s3fn_gui.start.panel import StartPage
from s3fn_gui.start.state import StartState

if TYPE_CHECKING:
    from s3fn_gui.base.actions import Actions
    from s3fn_gui.base.jobs import JobRunner
    from s3fn_gui.picture.view import CubeView
    from s3fn_gui.session.context import Context, ErrorBridge
    from s3fn_gui.session.session import Session
    from s3fn_gui.shell.docks import Docks
    from s3fn_gui.shell.flows import Flows
    from s3fn_gui.shell.message_bar import MessageBar
    from s3fn_gui.shell.next_step import NextStep
    from s3fn_gui.shell.panels import Image, Panels
    from s3fn_gui.shell.rooms import Rooms
    from s3fn_gui.shell.states import States
    from s3fn_gui.shell.workspaces import Workspaces
    from s3fn_gui.start.tour import Tour

FIRST_SIZE = (1366, 768)
GROWING_MS = 1000  # in which a desktop gives a new window its size
FRAME = 48  # title bar and borders, which are known only once the window is shown
BARS = (31, 29)  # pixels that the bars above the page will be high
LOADED = (
    "pyqtgraph",
    "s3fn_gui.session.session",
    "s3fn_gui.shell.states",
    "s3fn_gui.shell.flows",
    "s3fn_gui.shell.panels",
    "s3fn_gui.shell.rooms",
)
"""One after the other, so that the window can be drawn in between."""


class MainWindow(QMainWindow):
    """`session` is what is open; `context.ask` may be replaced to answer without dialogs.

    At first there is the start page only; `painted` comes once that can be seen. `fill` adds the rest.
    """

    painted = Signal()
    session: Session
    states: States
    flows: Flows
    context: Context
    runner: JobRunner
    errors: ErrorBridge
    workspaces: Workspaces
    actions_by_id: Actions
    image: Image
    cube_view: CubeView
    message_bar: MessageBar
    panels: Panels
    docks: Docks
    next_step: NextStep
    tour: Tour

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setWindowTitle("S3FN")
        self._asking = self._leaving = self._sized = self._painted = self._filled = False
        self._growing = QTimer(self, singleShot=True, interval=GROWING_MS)
        self._settling = resting(self, self._settle, 0)
        self.settings = settings or Settings()
        self._start = StartState(self.settings, self)
        self._page = StartPage(self._start)
        self._show_page()
        self._first_size()
        geometry = self.settings.layout("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def _show_page(self) -> None:
        """The start page, where it will stay: below bars that are still empty."""
        for title in TITLES.values():
            self.menuBar().addMenu(title)
        self._blanks = [QToolBar() for _ in BARS]
        for bar, height in zip(self._blanks, BARS, strict=True):
            blank = QWidget()
            blank.setFixedHeight(height)
            bar.addWidget(blank)
            bar.setMovable(False)
            self.addToolBar(bar)
            self.addToolBarBreak()
        self.statusBar().showMessage(tr("Starting…"))
        self.setCentralWidget(self._page)

    def fill(self) -> None:
        """All rooms."""
        for name in LOADED:
            import_module(name)
            if self.isVisible():  # what is pressed in the meantime waits
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        from s3fn_gui.shell.rooms import Rooms

        self.setUpdatesEnabled(False)
        with theme.styled_when_built():
            self._take(Rooms(self, self.settings, self._start, self._page, self.set_theme))
        self._filled = True
        self._show_title()
        self.docks.arrange()
        self.setUpdatesEnabled(True)
        QApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)

    def _take(self, rooms: Rooms) -> None:
        """What is known by its name, and its place in the window."""
        self.session, self.states, self.flows = rooms.session, rooms.states, rooms.flows
        self.context, self.runner, self.errors = rooms.context, rooms.runner, rooms.errors
        self.workspaces, self.actions_by_id = rooms.workspaces, rooms.actions_by_id
        self.image, self.cube_view = rooms.image, rooms.image.view
        self.message_bar, self.next_step = rooms.message_bar, rooms.next_step
        self.tour = rooms.tour
        self.panels, self.docks = rooms.panels, rooms.docks
        self.takeCentralWidget()  # the page lies in the image's place now
        for blank in self._blanks:
            self.removeToolBar(blank)
            blank.setParent(None)
            blank.deleteLater()
        rooms.place()
        session = self.session
        follow(
            self._show_title, session.dirty_changed, session.project_changed, session.cubes.current_changed
        )

    # --- size and docks ------------------------------------------------------------------------

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
        name = tr("Untitled") if session.folder is None else session.folder.name.removesuffix(PROJECT_SUFFIX)
        if session.folder is None and session.cubes.current is not None:
            name = session.cubes.current.cube.name
        if self.session.read_only:
            name = tr("{name} (read-only)", name=name)
        self.setWindowTitle(tr("{name}[*] – S3FN", name=unmarked(name)))
        self.setWindowModified(session.dirty)

    def set_theme(self, choice: str) -> None:
        """Apply "auto", "light" or "dark"."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, theme.resolve(choice))

    def _follow_desktop(self) -> None:
        if self.settings.theme == "auto":
            self.set_theme("auto")

    # --- events --------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """The docks get their first sizes once the window has its own."""
        super().showEvent(event)
        if not self._sized:
            self._sized = True
            self._growing.start()
            self._settling.start()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Once it is drawn, it can be filled."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def _settle(self) -> None:
        if self._filled:
            self.docks.settle()

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
        if not self._filled:
            return
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
    theme.prepare_font(app)
    translator, folder = QTranslator(app), QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if current() != ENGLISH and translator.load(QLocale(current()), "qtbase", "_", folder):
        app.installTranslator(translator)  # Qt's own dialogs
    return app


def make_window(settings: Settings | None = None, *, filled: bool = True) -> MainWindow:
    """A window in the look that the settings say; with the start page only if it is to be `filled` later."""
    app = make_app()
    settings = settings or Settings()
    look = theme.resolve(settings.theme)
    if app.property("s3fn_theme") != look.name:  # polishing every widget again takes its time
        theme.apply(app, look)
    app.setWindowIcon(theme.icon("app"))
    window = MainWindow(settings)
    if filled:
        window.fill()
    return window
