"""Collects what is known of a problem, shows it, and writes it where the user says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, qVersion
from PySide6.QtGui import QGuiApplication

from s3fn_core.errors import S3FNError
from s3fn_core.languages import tr
from s3fn_core.problems.bundle import Bundle, collect, write_bundle
from s3fn_core.problems.masking import Masking
from s3fn_gui.problems.dialog import ProblemDialog
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.messages import REPORT_PROBLEM, Report

TITLE = tr("Save report of a problem")
FILTER = tr("ZIP file (*.zip)")
CRASHED = tr("The last session ended with a crash.")
LOOK_AGAIN_MS = 300


class ProblemFlow(Flow):
    """What it collects is masked, and goes nowhere by itself."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._said: Report | None = None
        self._session.reported.connect(self._hear)

    def collect(self) -> None:
        """Collect what is known, and show it."""
        names, settings, screens = set(self._names()), self._settings(), _window_system()

        def show(found: Bundle) -> None:
            self.ask.show(ProblemDialog, found, Masking(names), self._save)

        self._runner.start(
            "problem", tr("Collecting what is known"), lambda: collect(settings, names, screens), show
        )

    def offer(self) -> None:
        """Say that the last session crashed, once whatever is opened is there.

        What was proposed before, such as unsaved work of that session, stays.
        """
        if self._runner.active:
            QTimer.singleShot(LOOK_AGAIN_MS, self, self.offer)
            return
        said = self._said
        if said is None or not said.action:
            self._session.report("warning", CRASHED, action=REPORT_PROBLEM)
        else:
            self._session.report(said.level, f"{said.text} {CRASHED}", said.details, said.action)

    def _hear(self, report: Report) -> None:
        self._said = report

    def _save(self, bundle: Bundle) -> bool:
        """Write the file; whether it was."""
        path = self._context.save_file(TITLE, Path.home() / f"s3fn-problem-{date.today()}.zip", FILTER)
        if path is None:
            return False
        try:
            write_bundle(bundle, path)
        except S3FNError as error:
            self._errors.show(TITLE, error)
            return False
        text = tr("Saved {path}. Attach it where you report the problem.", path=path)
        self._session.report("success", text)
        return True

    def _settings(self) -> dict[str, Any]:
        """Those that name nobody's files."""
        settings = self._context.settings
        return {
            "theme": settings.theme,
            "scale bar": settings.scale_bar,
            "workspace": settings.workspace,
            "tools": settings.tools.to_json(),
            "language model": settings.llm.to_json(),
        }

    def _names(self) -> Iterator[str]:
        """Names of cubes, files and classes."""
        session, settings = self._session, self._context.settings
        yield from (one.cube.name for one in session.cubes.items)
        yield from (one.name for one in session.classes)
        paths = [Path(name) for name in (*settings.recent, *settings.own_spectra)]
        paths += [one.path for one in session.cubes.items if one.path is not None]
        paths += [] if session.folder is None else [session.folder]
        for path in paths:
            yield from (path.name, path.stem)


def _window_system() -> dict[str, str]:
    """Qt and the screens, in English as all of a report."""
    screens = [
        f"{one.size().width()} x {one.size().height()} at {100 * one.devicePixelRatio():.0f} %"
        for one in QGuiApplication.screens()
    ]
    return {"Qt": qVersion(), "Window system": QGuiApplication.platformName(), "Screens": ", ".join(screens)}
