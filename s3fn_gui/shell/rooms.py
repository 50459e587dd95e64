"""All rooms of the window: made once, and handed what each needs of the others."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtWidgets import QMainWindow, QToolBar, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base import garbage
from s3fn_gui.base.actions import Actions, Commands
from s3fn_gui.base.ask import Ask
from s3fn_gui.base.jobs import JobRunner
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.signals import follow
from s3fn_gui.help.commands import commands as of_help
from s3fn_gui.help.places import Attention
from s3fn_gui.session.context import Context, ErrorBridge
from s3fn_gui.session.session import Session
from s3fn_gui.shell.about_dialog import AboutDialog
from s3fn_gui.shell.commands import commands, of_workspaces, rooms
from s3fn_gui.shell.docks import Docks
from s3fn_gui.shell.flows import Flows
from s3fn_gui.shell.history_dialog import HistoryDialog
from s3fn_gui.shell.menus import build_menus
from s3fn_gui.shell.message_bar import MessageBar
from s3fn_gui.shell.next_step import NextStep
from s3fn_gui.shell.panels import Image, Panels
from s3fn_gui.shell.settings_dialog import SettingsDialog
from s3fn_gui.shell.shortcuts_dialog import ShortcutsDialog
from s3fn_gui.shell.states import States
from s3fn_gui.shell.status_bar import StatusBar
from s3fn_gui.shell.steps_strip import StepsStrip
from s3fn_gui.shell.tool_bar import ToolBar
from s3fn_gui.shell.workspaces import Workspaces
from s3fn_gui.start.bubble import Bubble
from s3fn_gui.start.commands import commands as of_start
from s3fn_gui.start.panel import StartPage
from s3fn_gui.start.state import StartState
from s3fn_gui.start.tour import Tour


class Rooms:
    """One attribute for each thing that the window is made of."""

    def __init__(
        self,
        window: QMainWindow,
        settings: Settings,
        start: StartState,
        page: StartPage,
        set_theme: Callable[[str], None],
    ) -> None:
        pg.setConfigOptions(imageAxisOrder="row-major", antialias=True)
        garbage.collector()
        self._window, self._settings, self._set_theme = window, settings, set_theme
        self.session = session = Session(window)
        self.states = States(session, start)
        self.runner = JobRunner(window)
        self.errors = ErrorBridge(session)
        self.runner.broke.connect(self.errors.show)
        self.context = Context(session, self.runner, Ask(window, settings), settings, self.errors)
        self.flows = Flows(self.context, self.states)
        self.workspaces = Workspaces(settings, window)
        session.cleared.connect(self.workspaces.rest)
        self.tour = Tour(settings, window)
        self.workspaces.changed.connect(lambda: self.tour.came_to(self.workspaces.current.name))
        session.trainings.changed.connect(self._trained)
        session.cubes.current_changed.connect(self._opened)
        self.actions_by_id = actions = Actions(window, self._commands())
        follow(lambda name: actions[name].trigger(), start.asked, self.states.library.mending)
        self.image = Image(session, self.states, actions, page)
        self.message_bar = MessageBar(session, actions)
        self.panels = Panels(session, self.states, self.flows, actions, settings)
        self.docks = Docks(window, self.panels.by_name, self.workspaces, settings)
        self.panels.follow(self.docks, actions)
        self.bubble = Bubble(window, self.tour, self._seen)
        self.next_step = NextStep(session, self.states.validation)

    def place(self) -> None:
        """Put them into the window."""
        window, image = self._window, self.image
        window.setCentralWidget(self.message_bar.above(image, image.free_of_head, image.view.head))
        build_menus(window, self.actions_by_id, self.docks, self._settings, self.flows.opening.open_any)
        window.addToolBar(ToolBar(self.actions_by_id, self.session))
        window.addToolBarBreak()
        window.addToolBar(StepsStrip(self.workspaces, self.next_step, self.actions_by_id))
        window.setStatusBar(StatusBar(self.session, self.states.painting.splitting, self.runner))

    def _commands(self) -> tuple[Commands, ...]:
        """Those that only the window can do, and those of all rooms."""
        own: dict[str, Callable[[], object]] = {
            "help.shortcuts": lambda: self.context.ask.show(ShortcutsDialog, self.actions_by_id),
            "help.about": lambda: self.context.ask.show(AboutDialog),
            "file.settings": self._ask_settings,
            "edit.history": lambda: self.context.ask.show_beside(HistoryDialog, self.session),
            "view.reset_docks": lambda: self.docks.reset(),
            "file.quit": self._window.close,
        }
        of_rooms = rooms(self.context, self.states, self.flows)
        of_page = of_start(self.flows.start, self.tour, self.workspaces.choose)
        of_window = commands(self.session, self.flows, own)
        attention = Attention(self._window)
        of_pages = of_help(
            self.states.help,
            lambda: self.context.ask,
            lambda: attention.place(self.docks.docks, self.workspaces.current.name),
        )
        return of_window, of_workspaces(self.workspaces), of_page, of_pages, *of_rooms

    def _opened(self) -> None:
        """Panels come with the first cube."""
        if self.session.cubes.current is not None:
            self.workspaces.begin()
            self.tour.opened()

    def _trained(self) -> None:
        """There is a model to judge, trained or opened."""
        if self.session.trainings.own:
            self.tour.came_to("judge")

    def _seen(self, name: str) -> QWidget | None:
        """The widget, or the button of a command, of this name that can be seen."""
        found: list[QWidget] = self._window.findChildren(QWidget, name)
        if name in self.actions_by_id:
            action = self.actions_by_id[name]
            found += [bar.widgetForAction(action) for bar in self._window.findChildren(QToolBar)]
        return next((w for w in found if w is not None and not w.visibleRegion().isEmpty()), None)

    def _ask_settings(self) -> None:
        more = {tr("Descriptions"): self.actions_by_id["words.model_settings"]}
        dialog = self.context.ask.show(SettingsDialog, self._settings, more)
        dialog.accepted.connect(lambda: self._set_theme(self._settings.theme))
