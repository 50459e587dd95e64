"""What looking for the next place does in a worker: torch is imported on use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import ModelError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.results.next_place import Place, groups_of, next_place
from s3fn_core.types import BoolArray, IdArray, ObjectMap
from s3fn_gui.session.cube import Position
from s3fn_gui.session.standing import made_by

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.checkpoint import S3FNModel

ONLY_BEST = tr(
    "This map stores only the best class of each pixel, so doubtful places are unknown. "
    "Turn off One class per object in the Mask panel, or train."
)


@dataclass(frozen=True, eq=False)
class Request:
    """What is known when the user asks.

    Attributes
    ----------
    cube : Cube
    shown : Prediction
        The map on the screen, whoever made it.
    model : S3FNModel or None
        The one of the session, which is asked on `device` where it made a map that keeps one class a pixel.
    labels : array of uint8, shape (lines, samples)
    skipped : tuple of (line, sample)
    where : array of bool, shape (lines, samples), or None
        The pixels inside the mask.
    """

    cube: Cube
    shown: Prediction
    model: S3FNModel | None
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
    shown = request.shown
    return known.serves(request) or shown.probabilities is not None or shown.next_best is not None


def find(request: Request, known: Known | None) -> Operation[tuple[Known, Place | None]]:
    """The next place, None where nothing is in doubt; and what is known for the one after it.

    Raises
    ------
    ModelError
        When the map keeps one class a pixel and its model is not there, or does not fit the cube.
    """
    cube = request.cube
    yield Progress("next_place", 0.0, tr("Looking for the next place"))
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
    """The map that is shown, with the probabilities of the likeliest classes.

    Where its objects have voted, it keeps one class a pixel, and the model that made it is asked.
    """
    shown, model = request.shown, request.model
    if shown.probabilities is not None:
        return shown
    if (following := shown.next_best) is not None:
        known = following.probabilities(shown.ids, shown.confidence, shown.classes.ids)
        return replace(shown, probabilities=known)
    if model is None or not made_by(model, shown):
        raise ModelError(ONLY_BEST)
    from s3fn_core.model.applying.inference import predict

    return (yield from predict(model, request.cube, device=request.device, probabilities=True))
