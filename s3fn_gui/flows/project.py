"""Saving and opening projects, and the question about unsaved changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.project import Project
from s3fn_gui import operations, project_file
from s3fn_gui.flows.context import Context
from s3fn_gui.state import TrainSettings

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel

KIND, MODEL = "project", "model"


class ProjectFlow:
    """A project is written from a snapshot, in the background."""

    def __init__(self, context: Context, map_again: Callable[[], None]) -> None:
        self._context = context
        self._session = context.session
        self._map_again = map_again

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save to the project's folder; a new project is asked for its place."""
        self._write(self._session.folder, then)

    def save_as(self) -> None:
        """Save to another folder."""
        self._write(None, None)

    def _write(self, folder: Path | None, then: Callable[[], None] | None) -> None:
        session = self._session
        stem = session.current.cube.name if session.current is not None else "project"
        target = folder or self._context.ask.project_target(stem, self._place())
        if target is None:
            return
        content = project_file.Content.of(session)
        step = session.undo_stack.index()

        def done(saved: Project) -> None:
            session.saved(saved)
            if session.undo_stack.index() != step:
                session.touch()  # painted on while it was being written
            self._context.settings.add_recent(saved.folder)
            session.report("success", f"Project saved to {saved.folder}.")
            if then is not None:
                then()

        self._context.runner.start(
            KIND, f"Saving {target.name}", lambda: project_file.save(content, target), done
        )

    def _place(self) -> Path | None:
        """Where a new project belongs: next to its cube."""
        item = self._session.current
        return None if item is None or item.path is None else item.path.parent

    def open(self, folder: Path | None = None) -> None:
        """Open a project in place of what is open, after asking about unsaved changes."""
        folder = folder or self._context.ask.project()
        if folder is not None:
            chosen = folder
            self.when_safe(lambda: self._read(chosen))

    def _read(self, folder: Path) -> None:
        self._context.runner.start(
            KIND, f"Opening {folder.name}", lambda: project_file.load(folder), self._loaded
        )

    def _loaded(self, loaded: project_file.Loaded) -> None:
        session = self._session
        self._context.runner.cancel(MODEL)
        session.clear()
        session.history = loaded.history
        session.set_classes(loaded.project.classes)
        session.set_train_settings(TrainSettings.from_json(loaded.train))
        for item in loaded.items:
            session.add_cube(item)
        if loaded.items:
            session.select_cube(loaded.items[0].key)
        session.saved(loaded.project)
        self._context.settings.add_recent(loaded.project.folder)
        if loaded.notes:
            session.report("warning", " ".join(loaded.notes))
        if loaded.project.models:
            self._read_model(loaded.project)

    def _read_model(self, project: Project) -> None:
        """Cubes and labels are on show already: the numerical libraries take their time."""
        path = project.models[-1]

        def done(model: S3FNModel) -> None:
            session = self._session
            if session.project is project and session.model is None:
                session.set_model(model, saved=True)
                if session.current is not None:
                    self._map_again()

        self._context.runner.start(
            MODEL, f"Opening {path.name}", lambda: operations.open_model(path), done
        )

    def when_safe(self, then: Callable[[], None]) -> None:
        """Go on once unsaved changes are saved or given up."""
        answer = self._context.ask.unsaved() if self._session.dirty else "discard"
        if answer == "save":
            self.save(then)
        elif answer == "discard":
            then()
