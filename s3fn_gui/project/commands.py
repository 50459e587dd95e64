"""Commands of the project."""

from __future__ import annotations

from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.project.data_set_flow import DataSetFlow
from s3fn_gui.project.flow import ProjectFlow
from s3fn_gui.project.missing_cubes_flow import MissingCubesFlow
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.session import Session


def commands(
    session: Session, flow: ProjectFlow, missing: MissingCubesFlow, data_sets: DataSetFlow
) -> Commands:
    """The rows of the project."""
    may = Conditions(session)
    rows = (
        Command("file.new_project", "New project", flow.close, tip="Start an empty project", keys="Ctrl+N"),
        Command(
            "file.open_project",
            "Open project…",
            flow.open,
            keys="Ctrl+Shift+O",
            icon="project",
            tip="Open a saved project with its cubes, labels and models",
        ),
        Command(
            "file.import_data_set",
            "Import data set…",
            data_sets.start,
            tip="Create a project from a published data set",
        ),
        Command(
            "file.find_missing",
            "Find missing cubes…",
            missing.find,
            lambda: session.project is not None,
            tip="Locate cubes that were moved or renamed",
            short="Find…",
        ),
        Command(
            "file.recover",
            "Restore unsaved work…",
            flow.recover,
            tip="Restore the autosave of a session that ended without saving",
            short="Restore…",
        ),
        Command(
            "file.save",
            "Save project",
            flow.save,
            may.content,
            keys="Ctrl+S",
            tip="Save the project",
            icon="save",
        ),
        Command(
            "file.close_project",
            "Close project",
            flow.close,
            lambda: may.content() or session.project is not None,
            keys="Ctrl+Shift+W",
            tip="Close the project and its cubes",
        ),
        Command(
            "file.save_as",
            "Save project as…",
            flow.save_as,
            may.content,
            keys="Ctrl+Shift+S",
            tip="Save the project under another name",
        ),
    )
    return Commands(rows, (session.cubes.current_changed, session.classes_changed, session.project_changed))
