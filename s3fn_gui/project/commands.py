"""Commands of the project."""

from __future__ import annotations

from s3fn_core.languages import tr
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
        Command(
            "file.new_project", tr("New project"), flow.close, tip=tr("Start an empty project"), keys="Ctrl+N"
        ),
        Command(
            "file.open_project",
            tr("Open project…"),
            flow.open,
            keys="Ctrl+Shift+O",
            icon="project",
            tip=tr("Open a saved project with its cubes, labels and models"),
        ),
        Command(
            "file.import_data_set",
            tr("Import data set…"),
            data_sets.start,
            tip=tr("Create a project from a published data set"),
        ),
        Command(
            "file.find_missing",
            tr("Find missing cubes…"),
            missing.find,
            lambda: session.project is not None,
            tip=tr("Locate cubes that were moved or renamed"),
            short=tr("Find…"),
        ),
        Command(
            "file.recover",
            tr("Restore unsaved work…"),
            flow.recover,
            tip=tr("Restore the autosave of a session that ended without saving"),
            short=tr("Restore…"),
        ),
        Command(
            "file.save",
            tr("Save project"),
            flow.save,
            may.content,
            keys="Ctrl+S",
            tip=tr("Save the project"),
            icon="save",
        ),
        Command(
            "file.close_project",
            tr("Close project"),
            flow.close,
            lambda: may.content() or session.project is not None,
            keys="Ctrl+Shift+W",
            tip=tr("Close the project and its cubes"),
        ),
        Command(
            "file.save_as",
            tr("Save project as…"),
            flow.save_as,
            may.content,
            keys="Ctrl+Shift+S",
            tip=tr("Save the project under another name"),
        ),
    )
    return Commands(rows, (session.cubes.current_changed, session.classes_changed, session.project_changed))
