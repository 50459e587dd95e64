"""A map from the descriptions alone, before anything is labelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_gui.model.jobs import map_from_words
from s3fn_gui.session.context import Context

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
LEAST_CLASSES = 2


class WordsMapFlow:
    """Takes the place of a map of the same cube, like that of a model."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def start(self) -> None:
        """Map the cube on show in the background; where the words cannot, the reason is told."""
        item, classes = self._session.cubes.current, self._session.classes
        if item is None:
            return
        cube = item.cube
        self._context.runner.start(
            "predict",
            f"Mapping {cube.name} from the descriptions",
            lambda: map_from_words(classes, cube),
            lambda prediction: self._mapped(cube, prediction),
        )

    def _mapped(self, cube: Cube, prediction: Prediction) -> None:
        session = self._session
        for item in session.cubes.items:
            if item.cube is cube:
                session.cubes.set_prediction(item.key, prediction)
                session.view.set_layer("prediction", visible=True)
                session.report("warning", " ".join(prediction.notes))
                return
        session.report("info", f"{cube.name} was changed or closed meanwhile, so it has no map.")
