"""The commands of all rooms, and those of the window itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from s3fn_core.languages import tr
from s3fn_core.logs import log_path
from s3fn_gui.base.actions import Command, Commands
from s3fn_gui.cubes.commands import commands as of_cubes
from s3fn_gui.labels.classes.commands import commands as of_classes
from s3fn_gui.labels.drawing.commands import commands as of_drawing
from s3fn_gui.labels.files.commands import commands as of_label_files
from s3fn_gui.labels.regions.commands import commands as of_regions
from s3fn_gui.masks.commands import commands as of_masks
from s3fn_gui.masks.objects.commands import commands as of_objects
from s3fn_gui.model.commands import commands as of_model
from s3fn_gui.model.history.commands import commands as of_history
from s3fn_gui.model.next_place.commands import commands as of_next_place
from s3fn_gui.model.rescoring.commands import commands as of_rescoring
from s3fn_gui.picture.commands import commands as of_picture
from s3fn_gui.problems.commands import commands as of_problems
from s3fn_gui.project.commands import commands as of_project
from s3fn_gui.results.commands import commands as of_results
from s3fn_gui.results.validation.commands import commands as of_validation
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.context import Context
from s3fn_gui.session.session import Session
from s3fn_gui.shell.flows import Flows
from s3fn_gui.shell.states import States
from s3fn_gui.shell.workspaces import WORKSPACES, Workspace, Workspaces
from s3fn_gui.spectra.commands import commands as of_spectra
from s3fn_gui.words.commands import commands as of_words
from s3fn_gui.words.facts.commands import commands as of_facts
from s3fn_gui.words.library.commands import commands as of_library


def rooms(context: Context, states: States, flows: Flows) -> tuple[Commands, ...]:
    """The commands of every room."""
    session, s, f = context.session, states, flows
    return (
        of_project(session, f.project, f.missing, f.data_sets),
        of_cubes(session, f.calibrate, f.metadata, f.layout, f.cube_export),
        of_picture(session, context.settings, f.changes),
        of_classes(session, f.classes, s.painting.splitting),
        of_drawing(session, s.painting),
        of_regions(session, s.regions, f.regions),
        of_label_files(session, f.label_files, f.class_files),
        of_masks(session, s.mask, f.mask),
        of_objects(session, s.objects, f.objects),
        of_spectra(session, f.spectra, f.identify, f.own_spectra),
        of_words(context, s.generation, f.generation),
        of_facts(session, s.facts, f.facts),
        of_library(session, s.generation, f.library),
        of_model(
            session,
            s.training,
            s.probe,
            f.train,
            f.mapping,
            f.folder,
            f.model_files,
            f.text_controls,
            f.probe,
            f.live,
        ),
        of_history(session, s.history, s.training, f.history, f.baselines),
        of_next_place(session, f.next_place),
        of_rescoring(session, s.rescoring, s.training, f.rescore, f.retrain),
        of_results(session, s.results, f.export, f.report),
        of_validation(session, s.validation, f.points, f.labelling, f.outcome),
        of_problems(f.problems),
    )


def of_workspaces(workspaces: Workspaces) -> Commands:
    """One row for each workspace; exactly one is chosen."""

    def row(workspace: Workspace) -> Command:
        return Command(
            f"workspace.{workspace.name}",
            workspace.title,
            lambda _: workspaces.choose(workspace.name),
            keys=workspace.keys,
            tip=workspace.tip,
            group="workspace",
            checked=lambda: workspaces.current is workspace,
        )

    return Commands(tuple(row(workspace) for workspace in WORKSPACES), (workspaces.changed,))


def commands(session: Session, flows: Flows, window: dict[str, Callable[[], object]]) -> Commands:
    """The rows of the window itself; `window` has what only it can do, by id."""
    may, stack = Conditions(session), session.undo_stack

    def open_log() -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_path().parent)))

    rows = (
        Command(
            "file.open",
            tr("Open cube…"),
            flows.opening.open,
            keys="Ctrl+O",
            tip=tr("Open a hyperspectral cube"),
            icon="open",
            short=tr("Open"),
        ),
        Command(
            "file.close_cube",
            tr("Close cube"),
            flows.opening.close_cube,
            may.cube,
            keys="Ctrl+W",
            tip=tr("Close the current cube"),
        ),
        Command(
            "file.settings",
            tr("Settings…"),
            window["file.settings"],
            keys="Ctrl+,",
            icon="settings",
            tip=tr("Choose light or dark, and set up a language model"),
        ),
        Command(
            "file.quit",
            tr("Quit"),
            window["file.quit"],
            keys="Ctrl+Q",
            tip=tr("Close the window; you are asked about unsaved work"),
        ),
        Command(
            "edit.undo",
            lambda: tr("Undo {step}", step=stack.undoText()) if stack.undoText() else tr("Undo"),
            session.undo,
            stack.canUndo,
            keys="Ctrl+Z",
            icon="undo",
            short=tr("Undo"),
            tip=tr("Undo the last step"),
        ),
        Command(
            "edit.redo",
            lambda: tr("Redo {step}", step=stack.redoText()) if stack.redoText() else tr("Redo"),
            stack.redo,
            stack.canRedo,
            keys="Ctrl+Shift+Z Ctrl+Y",
            icon="redo",
            short=tr("Redo"),
            tip=tr("Redo the step that was undone"),
        ),
        Command(
            "edit.history",
            tr("History…"),
            window["edit.history"],
            keys="Ctrl+Alt+Z",
            tip=tr("List all steps that can be undone"),
            icon="history",
        ),
        Command(
            "view.reset_docks",
            tr("Reset this workspace"),
            window["view.reset_docks"],
            tip=tr("Restore the default layout of this workspace"),
            icon="undo",
        ),
        Command(
            "help.shortcuts",
            tr("Keyboard shortcuts"),
            window["help.shortcuts"],
            keys="?",
            tip=tr("Show all keys and mouse actions"),
        ),
        Command("help.log", tr("Open log folder"), open_log, tip=tr("Show the folder of the log file")),
        Command(
            "help.about",
            tr("About S3FN"),
            window["help.about"],
            tip=tr("Show the version, and where the method comes from"),
        ),
    )
    return Commands(rows, (session.cubes.current_changed, stack.indexChanged))
