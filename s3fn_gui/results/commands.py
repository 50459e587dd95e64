"""Commands of the results."""

from __future__ import annotations

from s3fn_core.languages import tr
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
            tr("Export map…"),
            flow.export,
            may.map,
            keys="Ctrl+E",
            tip=tr("Export the map as ENVI, GeoTIFF, GeoPackage, PNG or tables"),
            icon="export",
            short=tr("Export"),
        ),
        Command(
            "file.open_export_folder",
            tr("Open folder of exported map"),
            flow.open_folder,
            lambda: flow.has_written,
            tip=tr("Show the exported files in the file manager"),
            short=tr("Open folder"),
        ),
        Command(
            "file.report",
            tr("Write report…"),
            reports.write,
            may.model,
            tip=tr("Write a page about the model: accuracy, map, labels, descriptions, settings"),
        ),
        Command(
            "file.open_report",
            tr("Open report"),
            reports.open,
            lambda: reports.has_written,
            tip=tr("Open the last report in the browser"),
            short=tr("Open report"),
        ),
        Command(
            "view.label_errors",
            tr("Show contradicted labels"),
            state.show_errors,
            may.map,
            tip=tr("Mark labels that the map contradicts"),
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
