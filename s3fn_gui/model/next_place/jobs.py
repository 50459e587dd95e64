"""What looking for the next place does in a worker: torch is imported on use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.results.next_place import Place, groups_of, next_place
from s3fn_core.types import BoolArray, IdArray, ObjectMap
from s3fn_gui.model.training.jobs import training_data
from s3fn_gui.session.cube import OpenCube, Position

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.checkpoint import S3FNModel


@dataclass(frozen=True, eq=False)
class Request:
    """What is known when the user asks.

    Attributes
    ----------
    cube : Cube
    shown : Prediction
        The map on the screen; one by a model has no probabilities.
    model : S3FNModel or None
        The one of the session.
    items : list of OpenCube
        Snapshots of the cubes with labels, which a live map learns from.
    classes : ClassSet
        Of the session.
    device : str
    labels : array of uint8, shape (lines, samples)
    skipped : tuple of (line, sample)
    where : array of bool, shape (lines, samples), or None
        The pixels inside the mask.
    """

    cube: Cube
    shown: Prediction
    model: S3FNModel | None
    items: list[OpenCube]
    classes: ClassSet
    device: str
    labels: IdArray
    skipped: tuple[Position, ...]
    where: BoolArray | None


@dataclass(frozen=True, eq=False)
class Known:
    """What stays known from one place to the next: of a cube its groups, of a map its probabilities."""

    cube: Cube
    groups: ObjectMap
    shown: Prediction
    mapped: Prediction

    def serves(self, request: Request) -> bool:
        """Whether its map will do; that of before does while the next one is drawn."""
        return self.shown is request.shown or request.shown.partial


def is_ready(request: Request, known: Known | None) -> bool:
    """Whether all that takes time is known already."""
    if known is None or known.cube is not request.cube:
        return False
    return known.serves(request) or request.shown.probabilities is not None


def find(request: Request, known: Known | None) -> Operation[tuple[Known, Place | None]]:
    """The next place, None where nothing is in doubt; and what is known for the one after it.

    Raises
    ------
    ModelError
        When the map's model is not there, or does not fit the cube.
    LabelError
        When a live map is shown whose labels were erased.
    """
    cube = request.cube
    yield Progress("next_place", 0.0, "Looking for the next place")
    if known is None or known.cube is not cube:
        groups = yield from scaled(groups_of(cube), 0.0, 0.3)
        mapped = yield from scaled(_with_probabilities(request), 0.3, 1.0)
        known = Known(cube, groups, request.shown, mapped)
    elif not known.serves(request):
        mapped = yield from scaled(_with_probabilities(request), 0.0, 1.0)
        known = Known(cube, known.groups, request.shown, mapped)
    mapped = known.mapped
    assert mapped.probabilities is not None
    place = next_place(
        mapped.probabilities,
        mapped.classes,
        request.labels,
        known.groups,
        novelty=mapped.novelty,
        skipped=request.skipped,
        where=request.where,
    )
    return known, place


def _with_probabilities(request: Request) -> Operation[Prediction]:
    """The map that is shown, with the probabilities of all classes."""
    from s3fn_core.model.applying import inference

    shown, model, cube = request.shown, request.model, request.cube
    if shown.probabilities is not None:
        return shown
    if shown.from_words:
        return (yield from inference.predict_from_words(shown.classes, cube, probabilities=True))
    if shown.live:
        return (yield from _of_live(request))
    if model is None:
        raise ModelError("The model of this map is not ready yet: wait until the training has ended.")
    if shown.before is not None:  # the map is in other words than the model's
        model = inference.reworded(model, shown.classes)
    return (yield from inference.predict(model, cube, device=request.device, probabilities=True))


def _of_live(request: Request) -> Operation[Prediction]:
    """As :class:`s3fn_core.model.live.LiveMap` draws it, from the labels of now."""
    from s3fn_core.model.applying import inference
    from s3fn_core.model.learning.training import train
    from s3fn_core.model.live import live_config, told
    from s3fn_core.workers import one_blas_thread

    data = training_data(request.items)
    with one_blas_thread():
        work = train(data, told(data, request.classes), live_config(), device="cpu")
        model = (yield from scaled(work, 0.0, 0.5)).model
        mapping = inference.predict(model, request.cube, device="cpu", probabilities=True)
        return (yield from scaled(mapping, 0.5, 1.0))
