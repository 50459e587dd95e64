"""Commands that read and write label maps and classes."""

from __future__ import annotations

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.labels.files.classes_flow import ClassFileFlow
from s3fn_gui.labels.files.flow import LabelFileFlow
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(session: Session, labels: LabelFileFlow, classes: ClassFileFlow) -> Commands:
    """The rows of the files."""
    may = Conditions(session)
    rows = (
        Command(
            "file.import_labels",
            tr("Import labels…"),
            labels.import_labels,
            may.cube,
            keys="Ctrl+I",
            tip=tr("Import a label map for the current cube"),
            icon="import",
        ),
        Command(
            "file.export_labels",
            tr("Export labels…"),
            labels.export_labels,
            may.cube,
            keys="Ctrl+Shift+E",
            tip=tr("Export the labels as a map, or as regions for other programs"),
            icon="export",
        ),
        Command(
            "file.import_classes",
            tr("Load classes…"),
            classes.load,
            tip=tr("Load classes and their descriptions from a file"),
        ),
        Command(
            "file.export_classes",
            tr("Save classes…"),
            classes.save,
            may.classes,
            tip=tr("Save classes and their descriptions to a file"),
        ),
    )
    return Commands(rows, (session.cubes.current_changed, session.classes_changed))
