"""Commands of the results."""

from __future__ import annotations

from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.results.export_flow import ExportFlow
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(session: Session, flow: ExportFlow) -> Commands:
    """The rows of the results."""
    rows = (
        Command(
            "file.export",
            "Export map…",
            flow.export,
            Conditions(session).map,
            keys="Ctrl+E",
            tip="Export the predicted map",
            icon="export",
            short="Export",
        ),
        Command(
            "file.open_export_folder",
            "Open folder of exported map",
            flow.open_folder,
            lambda: flow.has_written,
            tip="Show the exported files in the file manager",
            short="Open folder",
        ),
    )
    return Commands(rows, (session.cubes.current_changed, session.cubes.prediction_changed, flow.written))
