"""Measuring whether the text matters, and writing the result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainSettings, train_config
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_gui.model.running import run
from s3fn_gui.model.text_controls.dialog import TextControlsDialog
from s3fn_gui.model.text_controls.state import TextControlsState
from s3fn_gui.model.training.flow import labelled, obstacle
from s3fn_gui.model.training.jobs import training_data
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube

if TYPE_CHECKING:
    from s3fn_core.results.text_controls import TextControls


KIND = "controls"
DOING = tr("Measuring whether the text matters")


class TextControlsFlow(Flow):
    """Works on snapshots, so work can go on."""

    def __init__(self, context: Context, controls: TextControlsState) -> None:
        super().__init__(context)
        self._state = controls
        context.session.cleared.connect(self.stop)

    def show(self) -> None:
        """Show the dialog with the last measurement."""
        self.ask.show_beside(
            TextControlsDialog, self._session, self._state, self.start, self.stop, self.export
        )

    def start(self, seeds: int) -> None:
        """Measure with all labelled cubes and the settings of the training."""
        session = self._session
        problem = obstacle(session)
        if not problem and not any(c.text.strip() for c in session.classes):
            problem = tr("No class has a description to test: write some first.")
        if problem:
            session.report("error", problem, still=lambda: obstacle(session) == problem)
            return
        items = labelled(session)
        classes, settings = session.classes, session.train_settings
        shown = session.cubes.current
        stem = items[0].cube.name if shown is None else shown.cube.name
        self._state.begin_at(session.changes, stem)
        run(
            self._context,
            self._state,
            KIND,
            DOING,
            lambda: measure_controls(items, classes, settings, seeds),
            self._measured,
            doing=DOING,
            cancelled=tr("Cancelled; nothing was changed."),
        )

    def stop(self) -> None:
        """Cancel; what was measured before stays."""
        self._runner.cancel(KIND)

    def export(self) -> None:
        """Write the last result beside the maps."""
        controls, stem = self._state.result, self._state.stem
        if controls is None:
            return
        folder = self._session.folder
        start = self._context.settings.to_write(None if folder is None else folder / "results")
        chosen = self.ask.folder(tr("Folder for table, plot and record"), start)
        if chosen is None:
            return
        from s3fn_core.results.text_controls_files import controls_files

        if not self._context.may_write(tr("Export controls"), controls_files(chosen, stem)):
            return
        self._runner.start(
            "export",
            tr("Exporting the controls"),
            lambda: write_controls(controls, chosen, stem),
            self._exported,
            makes="file",
        )

    def _measured(self, found: TextControls) -> None:
        session = self._session
        if not self._state.running:  # of a project that was closed
            return
        self._state.end(found)
        session.report("success", " ".join((found.verdict, *found.notes)), action="model.controls")

    def _exported(self, paths: list[Path]) -> None:
        names = ", ".join(p.name for p in paths)
        text = tr("Exported to {folder}: {names}.", folder=paths[0].parent, names=names)
        self._session.report("success", text)


def measure_controls(
    items: Sequence[OpenCube], classes: ClassSet, settings: TrainSettings, seeds: int
) -> Operation[TextControls]:
    """Measure what the descriptions bring on the labels of `items`."""
    yield Progress("prepare", 0.0, tr("Starting the numerical libraries"))
    from s3fn_core.model.learning.text_controls import text_controls

    data, config = training_data(items, settings.split, settings.same_objects), train_config(settings)
    measuring = text_controls(data, classes, config, seeds=seeds, device=settings.device)
    return (yield from scaled(measuring, 0.01, 1.0))


def write_controls(controls: TextControls, folder: Path, stem: str) -> list[Path]:
    """Write table, plot and record."""
    from s3fn_core.results.text_controls_files import export_controls

    return export_controls(controls, folder, stem)
