"""Writes a report of the model and opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices

from s3fn_core.languages import tr
from s3fn_core.model.config import SplitChoice
from s3fn_core.results.text_controls import TextControls
from s3fn_gui.results.report.jobs import Beside, reporting
from s3fn_gui.results.validation.state import ValidationState
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import snapshot

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel

FILTER = tr("Web page (*.html);;PDF (*.pdf)")
TITLE = tr("Write report")


class ReportFlow(Flow):
    """`controls` gives what was measured of the words; `written` comes with the file."""

    written = Signal()

    def __init__(
        self, context: Context, validation: ValidationState, controls: Callable[[], TextControls | None]
    ) -> None:
        super().__init__(context)
        self._validation = validation
        self._controls = controls
        self._file: Path | None = None

    def write(self) -> None:
        """Ask for a file, then report on the model, the labelled cubes and the current one."""
        session, model, current = self._session, self._session.model, self._session.cubes.current
        if model is None or current is None:
            session.report("info", tr("There is no model yet: train first, then write its report."))
            return
        folder = current.path.parent if current.path else Path()  # of the last file
        if session.folder is not None:
            folder = session.folder / "results"
        path = self._context.save_file(TITLE, folder / f"{current.cube.name}_report.html", FILTER)
        if path is None:
            return
        items = [snapshot(one) for one in session.cubes.items if one is current or one.counts[1:].any()]
        outcome = self._validation.outcome
        validation = None if outcome is None else (current, outcome)
        beside, settings = self._beside(model), session.train_settings
        if beside.record is not None and beside.record.split in get_args(SplitChoice):  # of then
            settings = replace(settings, split=cast(SplitChoice, beside.record.split))
        name = session.model_name or "model"
        self._runner.start(
            "report",
            tr("Writing {name}", name=path.name),
            lambda: reporting(model, name, items, settings, beside, validation, path),
            lambda why: self._done(path, why),
            makes="file",
        )

    def _beside(self, model: S3FNModel) -> Beside:
        """What is known of the training of the model."""
        trainings, controls = self._session.trainings, self._controls()
        own = trainings.of_model(model)
        if own is None:
            return Beside(controls=controls)
        baselines = [one.record for one in trainings.items if one.record.beside == own.id]
        return Beside(own.record, baselines, controls)

    @property
    def has_written(self) -> bool:
        """Whether there is a report to open."""
        return self._file is not None

    def open(self) -> None:
        """Open the last report in the browser, or in the viewer of PDF files."""
        if self._file is None:
            return
        if not (self._file.is_file() and QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file)))):
            text = tr("{path} cannot be opened; open it in a browser.", path=self._file)
            self._session.report("warning", text)

    def _done(self, path: Path, why: str) -> None:
        self._file = path
        self.written.emit()
        text = tr("Report written to {path}.", path=path)
        if why:
            text += " " + tr("The training cannot be repeated from it: {reason}.", reason=why)
        self._session.report("success", text, action="file.open_report")
