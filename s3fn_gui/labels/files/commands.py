"""Commands that read and write label maps and classes."""

from __future__ import annotations

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
            "Import labels…",
            labels.import_labels,
            may.cube,
            keys="Ctrl+I",
            tip="Import a label map for the current cube",
            icon="import",
        ),
        Command(
            "file.export_labels",
            "Export labels…",
            labels.export_labels,
            may.cube,
            keys="Ctrl+Shift+E",
            tip="Export the labels as a map, or as regions for other programs",
            icon="export",
        ),
        Command(
            "file.import_classes",
            "Load classes…",
            classes.load,
            tip="Load classes and their descriptions from a file",
        ),
        Command(
            "file.export_classes",
            "Save classes…",
            classes.save,
            may.classes,
            tip="Save classes and their descriptions to a file",
        ),
    )
    return Commands(rows, (session.cubes.current_changed, session.classes_changed))
