"""The main window: composes views, panels and docks around one session."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QMainWindow, QSplitter, QWidget

from s3fn_core.project import SUFFIX
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions, Commands
from s3fn_gui.base.ask import Ask
from s3fn_gui.base.jobs import JobRunner
from s3fn_gui.base.screen import HIDDEN
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import column, named
from s3fn_gui.cubes.panel import CubesPanel
from s3fn_gui.labels.classes.panel import LabelsPanel
from s3fn_gui.labels.drawing.layer import Borders
from s3fn_gui.labels.drawing.tools import make_tools as label_tools
from s3fn_gui.labels.regions.layer import RegionLayer
from s3fn_gui.labels.regions.panel import RegionsPanel
from s3fn_gui.masks.layer import MaskLayer
from s3fn_gui.masks.panel import MaskPanel
from s3fn_gui.masks.tools import make_tools as mask_tools
from s3fn_gui.model.curves import CurvesView
from s3fn_gui.model.panel import ModelPanel
from s3fn_gui.model.probe.layer import HeatLayer
from s3fn_gui.model.probe.panel import ProbePanel
from s3fn_gui.model.rescoring.bar import RescoringBar
from s3fn_gui.picture.panel import DisplayPanel
from s3fn_gui.picture.strip import ViewStrip
from s3fn_gui.picture.tools import make_tools as picture_tools
from s3fn_gui.picture.view import CubeView
from s3fn_gui.results.panel import ResultsPanel
from s3fn_gui.session.context import Context, ErrorBridge
from s3fn_gui.session.session import Session
from s3fn_gui.shell.commands import commands, rooms
from s3fn_gui.shell.docks import Docks
from s3fn_gui.shell.flows import Flows
from s3fn_gui.shell.help_dialogs import AboutDialog, ShortcutsDialog
from s3fn_gui.shell.history_dialog import HistoryDialog
from s3fn_gui.shell.menus import build_menus
from s3fn_gui.shell.message_bar import MessageBar
from s3fn_gui.shell.settings_dialog import SettingsDialog
from s3fn_gui.shell.states import States
from s3fn_gui.shell.status import StatusBar
from s3fn_gui.shell.tool_bar import build_tools
from s3fn_gui.spectra.view import SpectrumView
from s3fn_gui.words.claims.layer import WordsLayer
from s3fn_gui.words.facts.panel import FactsPanel
from s3fn_gui.words.panel import WordsPanel
from s3fn_gui.words.similarity.panel import SimilarityPanel

FIRST_SIZE = (1366, 768)
FRAME = 48  # title bar and borders, which are known only once the window is shown
FORM_WIDTH = 300


class MainWindow(QMainWindow):
    """`session` is what is open; `context.ask` may be replaced to answer without dialogs."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self._asking = self._leaving = False
        self.settings = settings or Settings()
        self.session = Session(self)
        self.states = States(self.session)
        self.runner = JobRunner(self)
        self.errors = ErrorBridge(self.session)
        self.runner.broke.connect(self.errors.show)
        self.context = Context(
            self.session, self.runner, Ask(self, self.settings), self.settings, self.errors
        )
        self.flows = Flows(self.context, self.states)
        self.actions_by_id = Actions(self, self._commands())
        self._build_centre()
        self.docks = Docks(self, self._panels())
        self._follow_docks()
        build_menus(self, self.actions_by_id, self.docks, self.settings, self.flows.files.open_any)
        build_tools(self, self.actions_by_id, self.session)
        self.setStatusBar(StatusBar(self.session, self.states.painting.splitting, self.runner))
        session = self.session
        follow(
            self._show_title, session.dirty_changed, session.project_changed, session.cubes.current_changed
        )
        QApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self._show_title()
        self._restore()

    # --- building ------------------------------------------------------------------------------

    def _commands(self) -> tuple[Commands, ...]:
        """Those of all rooms, and those that only the window can do."""
        own: dict[str, Callable[[], object]] = {
            "help.shortcuts": lambda: self.context.ask.show(ShortcutsDialog, self.actions_by_id),
            "help.about": lambda: self.context.ask.show(AboutDialog),
            "file.settings": self._ask_settings,
            "edit.history": lambda: self.context.ask.show_beside(HistoryDialog, self.session),
            "view.reset_docks": lambda: self.docks.arrange(),
            "file.quit": self.close,
        }

        def name_class() -> None:
            self.labels_panel.edit_current_name()

        session, flows = self.session, self.flows
        of_rooms = rooms(session, self.states, flows, self.settings, name_class)
        return commands(session, flows, own), *of_rooms

    def _build_centre(self) -> None:
        self.message_bar = MessageBar(self.session, self.actions_by_id)
        self.cube_view = self._build_view()
        image = named(QFrame(), "centre")
        strip = ViewStrip(self.session, self.actions_by_id)
        words = RescoringBar(self.session, self.states.rescoring, self.actions_by_id)
        image.setLayout(column(self.cube_view, words, strip, spacing=0))
        self.setCentralWidget(self.message_bar.above(image))
        self.cube_view.open_asked.connect(self.actions_by_id["file.open"].trigger)

    def _build_view(self) -> CubeView:
        """The image, with the tools and layers of all rooms."""
        session, states = self.session, self.states
        tools = {
            **picture_tools(session),
            **label_tools(session, states.painting, states.alike),
            **mask_tools(session, states.mask),
        }
        view = CubeView(session, self.actions_by_id, tools)
        self.mask_layer = MaskLayer(session, states.mask, view.box)
        self.region_layer = RegionLayer(session, states.regions)
        self.heat_layer = HeatLayer(session, states.probe)
        self.superpixel_layer = Borders(session, states.alike)
        for layer in (self.mask_layer, self.heat_layer, self.region_layer, self.superpixel_layer):
            view.add_layer(layer)
        states.mask.object_looked_for.connect(lambda row: view.bring(row.box, row.centre))
        states.regions.looked_for.connect(lambda place: view.bring(*place))
        return view

    def _panels(self) -> dict[str, tuple[str, QWidget]]:
        actions, session, states, flows = self.actions_by_id, self.session, self.states, self.flows
        model = ModelPanel(session, states.training, actions["train.start"], actions["train.stop"])
        model.setMaximumWidth(FORM_WIDTH)
        training = QSplitter(Qt.Orientation.Horizontal)
        training.addWidget(model)
        training.addWidget(CurvesView(session, states.training))
        training.setStretchFactor(1, 1)
        training.setChildrenCollapsible(False)
        self.spectrum_view = SpectrumView(
            session, actions, flows.picture.choose_bands, flows.spectra.choose_transform
        )
        self.words_layer = WordsLayer(self.spectrum_view.plot, session, states.claims, states.generation)
        self.spectrum_view.add_layer(self.words_layer)
        self.labels_panel = LabelsPanel(session, actions)
        self.display_panel = DisplayPanel(session, flows.picture.sample)
        panels: dict[str, QWidget] = {
            "Cubes": CubesPanel(session, actions),
            "Display": self.display_panel,
            "Mask": MaskPanel(session, states.mask, actions, flows.mask.preview.choose),
            "Classes": self.labels_panel,
            "Description": WordsPanel(session, states.claims, states.generation, actions),
            "Spectra": self.spectrum_view,
            "Training": training,
            "Results": ResultsPanel(session, actions["file.export"]),
            "Regions": RegionsPanel(session, states.regions, actions),
            "Facts": FactsPanel(session, states.facts, actions),
            "Similarity": SimilarityPanel(session, states.similarity),
            "Probe": ProbePanel(session, states.probe, actions["words.probe"]),
        }
        return {title.lower(): (title, panel) for title, panel in panels.items()}

    def _follow_docks(self) -> None:
        """What is only computed while it can be seen."""
        flows = self.flows
        for name, set_open in (
            ("mask", self.states.mask.set_open),
            ("regions", flows.regions.set_open),
            ("facts", flows.facts.set_open),
            ("similarity", flows.similarity.set_open),
        ):
            self.docks[name].visibilityChanged.connect(set_open)
        self.docks["display"].visibilityChanged.connect(lambda _: self.display_panel.catch_up())

    def _restore(self) -> None:
        self._first_size()
        geometry, docks = self.settings.layout("geometry"), self.settings.layout("docks")
        if geometry is not None:
            self.restoreGeometry(geometry)
        self._arranged = docks is not None and self.restoreState(docks)
        self.docks.show_titles()

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
        self.setWindowTitle(f"{name}[*] – S3FN")
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
        if not self._arranged:
            self._arranged = True
            QTimer.singleShot(0, self, self.docks.resize)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """Files may be dropped anywhere."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """Open what was dropped."""
        urls = event.mimeData().urls()
        self.flows.files.open_any(Path(u.toLocalFile()) for u in urls if u.isLocalFile())
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
        self.flows.safety.discard()
        self.flows.safety.close()
        self.session.undo_stack.blockSignals(True)  # nobody is to be told of this
        self.session.undo_stack.clear()  # while Python still knows the steps
        self.settings.set_layout("geometry", self.saveGeometry())
        self.settings.set_layout("docks", self.saveState())
        self.settings.sync()
        super().closeEvent(event)


def make_app() -> QApplication:
    """The application object, with font, conventions and look set."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("s3fn")
    app.setApplicationDisplayName("S3FN")
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=True)
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
