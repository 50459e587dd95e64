"""Mapping the current cube: by the model, or from the descriptions alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.progress import Operation
from s3fn_gui.session.basis import Basis
from s3fn_gui.session.context import Flow
from s3fn_gui.session.cube import snapshot

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.checkpoint import S3FNModel

KIND = "predict"
LEAST_CLASSES = 2
"""With fewer descriptions there is nothing to choose between."""


class MapFlow(Flow):
    """A new map replaces an earlier one of the same cube."""

    def predict(self) -> None:
        """Apply the model to the current cube."""
        session, model, item = self._session, self._session.model, self._session.cubes.current
        if model is None or item is None:
            session.report("info", tr("Train or open a model first, then it can map this cube."))
            return
        cube, device = item.cube, session.train_settings.device

        def done(prediction: Prediction) -> None:
            if notes := self.put(cube, prediction) or prediction.notes:
                session.report("warning", " ".join(notes), of_map=True)

        self._runner.start(
            KIND, tr("Mapping {name}", name=cube.name), lambda: map_cube(model, cube, device), done
        )

    def predict_from_words(self) -> None:
        """Map the current cube from the descriptions, before anything is labelled."""
        session, item, classes = self._session, self._session.cubes.current, self._session.classes
        if item is None:
            return
        cube, basis = item.cube, Basis.of([snapshot(item)], classes)

        def done(prediction: Prediction) -> None:
            if notes := self.put(cube, prediction, basis):
                session.report("info", " ".join(notes))
                return
            session.view.set_overlay("prediction", visible=True)
            session.report("warning", " ".join(prediction.notes), of_map=True)

        title = tr("Mapping {name} from the descriptions", name=cube.name)
        self._runner.start(KIND, title, lambda: map_from_words(classes, cube), done)

    def put(self, cube: Cube, prediction: Prediction, basis: Basis | None = None) -> tuple[str, ...]:
        """Show the map of a cube; if the cube changed or was closed in the meantime, say so."""
        item = self._session.cubes.find(cube)
        if item is None:
            text = tr(
                "{name} changed or was closed in the meantime, so it has no map. Map it again.",
                name=cube.name,
            )
            return (text,)
        self._session.cubes.set_prediction(item.key, prediction, basis)
        return ()


def map_cube(model: S3FNModel, cube: Cube, device: str) -> Operation[Prediction]:
    """Apply a model to one cube, in a worker."""
    from s3fn_core.model.applying import inference

    return inference.predict(model, cube, device=device)


def map_from_words(classes: ClassSet, cube: Cube) -> Operation[Prediction]:
    """Guess a map of one cube from the descriptions alone, in a worker."""
    from s3fn_core.model.applying import inference

    return inference.predict_from_words(classes, cube)
