"""Commands of the results."""

from __future__ import annotations

from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.results.export_flow import ExportFlow
from s3fn_gui.results.report.flow import ReportFlow
from s3fn_gui.results.state import ResultsState
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(session: Session, state: ResultsState, flow: ExportFlow, reports: ReportFlow) -> Commands:
    """The rows of the results."""
    may = Conditions(session)
    rows = (
        Command(
            "file.export",
            "Export map…",
            flow.export,
            may.map,
            keys="Ctrl+E",
            tip="Export the map as ENVI, GeoTIFF, GeoPackage, PNG or tables",
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
        Command(
            "file.report",
            "Write report…",
            reports.write,
            may.model,
            tip="Write a page about the model: accuracy, map, labels, descriptions, settings",
        ),
        Command(
            "file.open_report",
            "Open report",
            reports.open,
            lambda: reports.has_written,
            tip="Open the last report in the browser",
            short="Open report",
        ),
        Command(
            "view.label_errors",
            "Show contradicted labels",
            state.show_errors,
            may.map,
            tip="Mark labels that the map contradicts",
            checked=lambda: state.errors_shown,
        ),
    )
    cubes = session.cubes
    return Commands(
        rows,
        (
            cubes.current_changed,
            cubes.prediction_changed,
            session.model_changed,
            flow.written,
            reports.written,
            state.wanted_changed,
        ),
    )
