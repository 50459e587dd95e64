"""Measuring whether the text matters, and writing what came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.progress import Progress
from s3fn_gui import operations
from s3fn_gui.controls import jobs
from s3fn_gui.flows.context import Context
from s3fn_gui.flows.train import hindrance

if TYPE_CHECKING:
    from s3fn_core.results.controls import Controls

KIND = "controls"


class ControlsFlow:
    """Inputs are snapshots, so work may go on meanwhile."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session
        self._runner = context.runner

    def start(self, seeds: int) -> None:
        """Measure with all labelled cubes and the settings of the training."""
        session = self._session
        problem = hindrance(session)
        if not problem and not any(c.text.strip() for c in session.classes):
            problem = "No class has a description, so there is no text to test; write some."
        if problem:
            session.report("error", problem)
            return
        items = [operations.snapshot(i) for i in session.items if i.counts[1:].any()]
        classes, settings = session.classes, session.train_settings
        shown = session.current
        stem = items[0].cube.name if shown is None else shown.cube.name
        session.controls.begin(session.changes, stem)
        self._runner.start(
            KIND,
            "Measuring whether the text matters",
            lambda: jobs.measure_controls(items, classes, settings, seeds),
            self._measured,
            progressed=self._progressed,
            failed=self._failed,
            cancelled=self._cancelled,
        )

    def stop(self) -> None:
        """Cancel; what was measured before stays."""
        self._runner.cancel(KIND)

    def export(self) -> None:
        """Write the last result beside the maps."""
        controls, stem = self._session.controls.result, self._session.controls.stem
        if controls is None:
            return
        folder = self._session.folder
        start = None if folder is None else folder / "results"
        chosen = self._context.ask.controls_folder(start)
        if chosen is None:
            return
        self._runner.start(
            "export",
            "Exporting the controls",
            lambda: jobs.write_controls(controls, chosen, stem),
            self._exported,
        )

    def _progressed(self, progress: Progress) -> None:
        job = self._runner.get(KIND)
        self._session.controls.add(progress, None if job is None else job.remaining())

    def _measured(self, found: Controls) -> None:
        session = self._session
        if not session.controls.running:  # of a project that was closed meanwhile
            return
        session.controls.end(found)
        session.report("success", " ".join((found.verdict, *found.notes)), action="model.controls")

    def _failed(self, error: BaseException) -> None:
        self._session.controls.end()
        self._context.errors.show("Measuring whether the text matters", error)

    def _cancelled(self) -> None:
        if self._runner.get(KIND) is None and self._session.controls.running:
            self._session.controls.end()
            self._session.report("info", "Cancelled; nothing was changed.")

    def _exported(self, paths: list[Path]) -> None:
        names = ", ".join(p.name for p in paths)
        self._session.report("success", f"Exported to {paths[0].parent}: {names}.")
