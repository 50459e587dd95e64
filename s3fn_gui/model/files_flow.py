"""Models in and out of the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.errors import S3FNError
from s3fn_core.languages import plural, tr
from s3fn_core.project import Project
from s3fn_gui.session import class_edits
from s3fn_gui.session.class_ids import as_here
from s3fn_gui.session.context import Context, Flow

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel


KIND = "model"
MODEL = tr("S3FN models (*.s3fn)")


class ModelFileFlow(Flow):
    """Opens and saves the model; `map_again` maps the current cube by one that a project brings."""

    def __init__(self, context: Context, map_again: Callable[[], None]) -> None:
        super().__init__(context)
        self._map_again = map_again
        context.session.cleared.connect(lambda: context.runner.cancel(KIND))

    def open(self, path: Path | None = None) -> None:
        """Open a model; its classes join those of the window."""
        path = path or self.ask.open_file(tr("Open model"), MODEL)
        if path is None:
            return
        source = path

        def done(model: S3FNModel) -> None:
            from s3fn_core.model.renumbering import with_class_ids

            try:
                ids = class_edits.import_classes(self._session, model.classes, source.name, replacing=False)
            except S3FNError as error:
                self._errors.show(tr("Open model"), error)
                return
            self._session.set_model(with_class_ids(model, ids), name=source.stem)
            text = plural(
                "{name} opened: {count} class.",
                "{name} opened: {count} classes.",
                len(model.classes),
                name=source.name,
            )
            self._session.report("success", f"{text} {as_here(model.classes, ids)}".strip())

        self._runner.start(KIND, tr("Opening {name}", name=source.name), lambda: open_model(source), done)

    def save(self) -> None:
        """Write the model to a file of its own."""
        model = self._session.model
        if model is None:
            return
        path = self._context.save_file(tr("Save model"), "model.s3fn", MODEL)
        if path is None:
            return
        self._runner.start(
            KIND,
            tr("Writing {name}", name=path.name),
            lambda: save_model_file(model, path),
            lambda _: self._session.report("success", tr("Model saved to {path}.", path=path)),
            makes="file",
        )

    def open_of_project(self, project: Project) -> None:
        """Cubes and labels can be seen already: the numerical libraries take their time."""
        path = project.models[-1]

        def done(model: S3FNModel) -> None:
            session = self._session
            shown = session.project
            here = shown is not None and shown.folder == project.folder
            if here and session.model is None:
                known = next((one for one in session.trainings.items if one.file == path), None)
                if known is not None:
                    session.trainings.attach(known.id, model)
                session.set_model(model, saved=True)
                if session.cubes.current is not None:
                    self._map_again()

        self._runner.start(KIND, tr("Opening {name}", name=path.name), lambda: open_model(path), done)


def open_model(path: Path) -> S3FNModel:
    """Read a model file, in a worker."""
    from s3fn_core.model.checkpoint import load_model

    return load_model(path)


def save_model_file(model: S3FNModel, path: Path) -> None:
    """Write a model file, in a worker."""
    from s3fn_core.model.checkpoint import save_model

    save_model(model, path)
