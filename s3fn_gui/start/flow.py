"""Looking for what was open lately, and opening a scene to try."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from s3fn_core.languages import tr
from s3fn_gui.session.context import Context, Flow, Then
from s3fn_gui.start import jobs
from s3fn_gui.start.scenes import Scene
from s3fn_gui.start.state import StartState


class StartFlow(Flow):
    """The shell hands in how a project is begun, a cube opened and a workspace chosen."""

    def __init__(
        self,
        context: Context,
        state: StartState,
        begin_project: Callable[[Then], None],
        open_cube: Callable[[Path, Then], None],
        load_classes: Callable[[Path], None],
    ) -> None:
        super().__init__(context)
        self._begin_project = begin_project
        self._open_cube = open_cube
        self._load_classes = load_classes
        self._state = state
        state.shown.connect(self._look)

    def _look(self) -> None:
        self._state.changed.emit()
        if paths := self._context.settings.recent:
            self._runner.start(
                "recent", tr("Looking for recent files"), lambda: jobs.missing(paths), self._state.set_missing
            )

    def try_scene(self, scene: Scene, arrange: Callable[[str], None]) -> None:
        """Open a simulated scene with its classes, in a project of its own; `arrange` the workspace."""

        def made(header: Path) -> None:
            self._begin_project(lambda: self._open_cube(header, lambda: opened(header)))

        def opened(header: Path) -> None:
            if self._session.cubes.current is None:
                return  # the error was told
            self._load_classes(header.with_name(jobs.CLASSES))
            self._session.select_class(self._session.classes.ids[0])
            arrange(scene.workspace)
            self._session.report("info", scene.first, action=scene.command)

        title = tr("Simulating: {title}", title=scene.title)
        self._runner.start("scene", title, lambda: jobs.write_scene(scene.name), made)
