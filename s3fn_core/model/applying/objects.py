"""Whole objects: the patches that lie on one are judged, and what it is as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.ndimage import find_objects

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube, valid_pixels
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.treating.outlines import off_their_edges
from s3fn_core.errors import LabelError, ModelError
from s3fn_core.labels.classes import UNLABELLED, ClassSet
from s3fn_core.languages import plural, tr
from s3fn_core.model.applying.features import Features, Looking
from s3fn_core.model.applying.mapping import check_probability
from s3fn_core.model.applying.scoring import Scorer
from s3fn_core.model.applying.tiles import measured_pixels
from s3fn_core.model.applying.wholes import Look, Whole, looking, nothing
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.dataset import Pixels, spectra_by_line
from s3fn_core.model.evidence import evidence_of_words
from s3fn_core.model.votes import Voters, VoteRule, choose_voters, wilson
from s3fn_core.progress import Operation, Progress
from s3fn_core.quoting import per_cent
from s3fn_core.types import BoolArray, FloatArray, IdArray, ObjectMap

__all__ = ["ObjectPrediction", "VoteRule", "predict_objects", "predict_objects_from_words"]
Answer = Callable[[Pixels], tuple[FloatArray, FloatArray]]
"""Features (n, features) and class probabilities (n, classes) of the patches around pixels."""
NOT_ENOUGH = "not enough valid patches"


@dataclass(frozen=True, eq=False)
class ObjectResult:
    """What one object is.

    Attributes
    ----------
    number : int
        The object's number in the object map.
    pixels : int
        Its size, background left out.
    class_id, class_name
        0 and "not enough valid patches" where it has too few.
    votes : tuple of int, one per class
    patches : int
        Valid patches that were judged, the sum of the votes.
    stride : int
        Pixels between them.
    share : float
        Least share of a patch that lies on the object: 1 for whole patches.
    agreement : float
        Share of the votes that went to the class that leads.
    interval : (float, float)
        95 % interval of that share (Wilson).  Patches that overlap count as many as would lie
        side by side on their area.
    probability : float
        Of the class that leads.
    probabilities : tuple of float, one per class
        By what the model has learned of objects, else the mean over the patches.
    features : array, shape (features,)
        Mean over the patches; NaN without any.
    by : {"model", "votes", "mean", "defect"}
        What decided; "model" only where the model has learned of objects.
    novelty : float or None
        How unlike the labelled objects its mean spectrum is, or where the model knows none the labelled
        pixels: a distance, above 1 of 2 % of the objects that are like them.  None where nobody knows.
    defect : float or None
        Probability of the rule's defect for so many pixels as the rule asks for.
    """

    number: int
    pixels: int
    class_id: int
    class_name: str
    votes: tuple[int, ...]
    patches: int
    stride: int
    share: float
    agreement: float
    interval: tuple[float, float]
    probability: float
    probabilities: tuple[float, ...]
    features: FloatArray
    by: Literal["model", "votes", "mean", "defect"] = "votes"
    novelty: float | None = None
    defect: float | None = None

    @property
    def unknown(self) -> bool:
        """Whether the object is unlike anything labelled, so that its class is a guess."""
        return self.novelty is not None and self.novelty > 1

    @property
    def shown_unknown(self) -> bool:
        """Whether a map shows the object as unknown: a defect that was found says more."""
        return self.unknown and self.by != "defect"

    @property
    def leading(self) -> int:
        """Votes of the class that leads."""
        return round(self.agreement * self.patches)

    def to_json(self) -> dict[str, Any]:
        return {
            "object": self.number,
            "pixels": self.pixels,
            "id": self.class_id,
            "class": self.class_name,
            "votes": list(self.votes),
            "patches": self.patches,
            "stride": self.stride,
            "share": self.share,
            "agreement": self.agreement,
            "interval": list(self.interval),
            "probability": self.probability,
            "probabilities": list(self.probabilities),
            "by": self.by,
            "novelty": self.novelty,
            "unknown": self.unknown,
            "defect": self.defect,
        }


@dataclass(frozen=True, eq=False)
class ObjectPrediction:
    """What the objects of a cube are.

    Attributes
    ----------
    objects : tuple of ObjectResult, by number
    ids : array of uint8, shape (lines, samples)
        Class of the object that each pixel belongs to, 0 outside and where it is not known.
    classes : ClassSet
    rule : VoteRule
    patch : int
        Side of a patch in pixels.
    assumed : tuple of str
        What was assumed or left out, as in ``Prediction.notes``.
    metrics : mapping
        What was measured of the model as it judged these objects, as in ``Prediction.metrics``.
    """

    objects: tuple[ObjectResult, ...]
    ids: IdArray
    classes: ClassSet
    rule: VoteRule
    patch: int
    assumed: tuple[str, ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of how the objects were judged."""
        notes = list(self.assumed)
        among = {"objects": len(self.objects), "minimum": self.rule.minimum, "side": self.patch}
        if small := sum(o.class_id != UNLABELLED and o.share < 1 and o.by != "model" for o in self.objects):
            notes.append(
                plural(
                    "{count} of {objects} objects is too small for {minimum} whole patches of {side} × "
                    "{side} pixels: at least {share} of each patch lies on it.",
                    "{count} of {objects} objects are too small for {minimum} whole patches of {side} × "
                    "{side} pixels: at least {share} of each patch lies on them.",
                    small,
                    share=per_cent(self.rule.least_share, 0),
                    **among,
                )
            )
        if unknown := sum(o.unknown for o in self.objects):
            notes.append(
                plural(
                    "{count} of {objects} objects is unlike anything that was labelled (novelty above 1), "
                    "so its class is a guess.",
                    "{count} of {objects} objects are unlike anything that was labelled (novelty above 1), "
                    "so their classes are guesses.",
                    unknown,
                    **among,
                )
            )
        if none := sum(o.class_id == UNLABELLED for o in self.objects):
            notes.append(
                plural(
                    "{count} of {objects} objects has fewer than {minimum} valid patches of {side} × {side} "
                    "pixels and gets no class; a model with smaller patches may judge it.",
                    "{count} of {objects} objects have fewer than {minimum} valid patches of {side} × {side} "
                    "pixels and get no class; a model with smaller patches may judge them.",
                    none,
                    **among,
                )
            )
        return tuple(notes)


@checked(ModelError)
def predict_objects(
    model: S3FNModel,
    cube: Cube,
    objects: npt.NDArray[Any],
    rule: VoteRule | None = None,
    *,
    features: Features | None = None,
    device: str = "auto",
) -> Operation[ObjectPrediction]:
    """Classify whole objects by the votes of their patches (``votes``: which ones are valid).

    Parameters
    ----------
    objects : array of int, shape (lines, samples)
        Number of the object at each pixel, 0 outside.
    rule : VoteRule, optional
        That of the model's ``handling`` unless given.
    features : Features, optional
        Of the same cube and backbone, where they are at hand: then nothing is computed again.
        Without them the patches are read and seen one by one, and no map is needed.

    Raises
    ------
    LabelError
        When the object map is none, or has another shape than the cube.
    ModelError
        When the cube's bands cannot be matched to the model's, or `features` are another model's.
    """
    _check_map(objects, cube)
    source: Features | Looking
    if features is None:
        source = Looking(model, cube, device)
        measured = source.measured(objects > 0)
    elif features.fits(model) and features.cube is cube:
        source, measured = features, features.measured
    else:
        raise ModelError(
            "The features were computed by another model or of another cube; compute them again."
        )
    same = features is None or features.heard(model)
    speaking = source if same else Looking(model, cube, device)
    score = Scorer.of(model, cube, source.device, whole=False)

    def answer(centres: Pixels) -> tuple[FloatArray, FloatArray]:
        seen = source.at_patches(centres)
        probability = score(seen, lambda: _spectra(cube, centres), speaking.experts_at(centres))
        check_probability(probability, cube)
        return seen.cpu().numpy(), probability

    patch, rule = model.config.patch, rule or model.handling.rule
    look = looking(model, cube, rule)
    if rule.decide == "defect" and not model.objects.knows(rule.defect):
        rule = replace(rule, most=objects.size, stride=1)  # pixels of a defect are few: all are asked
    judged = yield from _judge(objects, measured, patch, model.classes, rule, answer, look)
    metrics = {"held_out": held_out_objects(model.metrics)} if rule.decide == "model" else {}
    return replace(judged, assumed=(*score.notes, *off_their_edges(cube, objects)), metrics=metrics)


def held_out_objects(metrics: Mapping[str, Any]) -> dict[str, Any] | None:
    """How many held-out objects a model that has learned of objects classified correctly, of its metrics."""
    count = (metrics.get("objects") or {}).get("count", 0)
    return {"oa": metrics["objects"]["right"] / count, "count": count, "of": "objects"} if count else None


@checked(ModelError)
def predict_objects_from_words(
    classes: ClassSet, cube: Cube, objects: npt.NDArray[Any], rule: VoteRule | None = None
) -> Operation[ObjectPrediction]:
    """Classify whole objects from what the descriptions expect; a patch is a single pixel.

    Raises
    ------
    LabelError
        When the object map is none, or has another shape than the cube.
    ModelError
        When the cube has no wavelengths, or fewer than two descriptions state a spectrum for them.
    """
    _check_map(objects, cube)
    words = evidence_of_words(classes, cube)
    measured = measured_pixels(cube, objects > 0, lambda block: valid_pixels(block[..., cube.good_bands]))

    def answer(centres: Pixels) -> tuple[FloatArray, FloatArray]:
        nothing = np.zeros((len(centres), 0), np.float32)
        return nothing, words.probability(_spectra(cube, centres))

    judged = yield from _judge(objects, measured, 1, classes, rule or VoteRule(), answer)
    return replace(judged, assumed=(*words.guesses(cube), *off_their_edges(cube, objects)))


def _judge(
    objects: ObjectMap,
    measured: BoolArray,
    patch: int,
    classes: ClassSet,
    rule: VoteRule,
    answer: Answer,
    look: Look = nothing,
) -> Operation[ObjectPrediction]:
    """Judge one object after the other by the `rule`."""
    numbers, index = _numbered(objects)
    ids = np.zeros(measured.shape, np.uint8)
    results = []
    for place, box in enumerate(find_objects(index)):
        yield Progress(
            "objects",
            place / len(numbers),
            tr("Object {number} of {objects}", number=place + 1, objects=len(numbers)),
        )
        on_object = index[box] == place + 1
        mask = on_object & measured[box]
        voters = choose_voters(mask, patch, rule)
        features, probability = answer(voters.centres + [side.start for side in box])
        whole = look(box, mask, probability)
        size = int(mask.sum())
        result = _decide(int(numbers[place]), size, classes, rule, voters, features, probability, whole)
        ids[box][on_object] = result.class_id
        results.append(result)
    yield Progress("objects", 1.0, plural("{count} object judged", "{count} objects judged", len(results)))
    return ObjectPrediction(tuple(results), ids, classes, rule, patch)


def _check_map(objects: ObjectMap, cube: Cube) -> None:
    """Refuse what is not an object map of the cube."""
    shape = cube.shape[:2]
    if objects.shape != shape or objects.dtype.kind not in "iu" or objects.min(initial=0) < 0:
        raise LabelError(
            "The object map has the shape {shape} and {dtype} values; it needs {lines} x "
            "{samples} (lines x samples) numbers of objects, 0 outside them.",
            shape=objects.shape,
            dtype=objects.dtype,
            lines=shape[0],
            samples=shape[1],
        )
    if not objects.any():
        raise LabelError("The object map holds no object: every number in it is 0.")


def _numbered(objects: ObjectMap) -> tuple[ObjectMap, npt.NDArray[np.int32]]:
    """The objects' numbers, and a map of their places among them, from 1 on."""
    numbers = np.unique(objects)
    numbers = numbers[numbers > 0]
    index = np.searchsorted(numbers, objects).astype(np.int32) + 1
    index[objects == 0] = 0
    return numbers, index


def _decide(
    number: int,
    pixels: int,
    classes: ClassSet,
    rule: VoteRule,
    voters: Voters,
    features: FloatArray,
    probability: FloatArray,
    whole: Whole | None = None,
) -> ObjectResult:
    """Count the votes of an object's patches, or let what is known of the whole decide."""
    count, whole = len(probability), whole or Whole()
    votes = np.bincount(probability.argmax(1), minlength=len(classes))
    mean = probability.sum(0) / max(count, 1)
    by: Literal["model", "votes", "mean", "defect"] = "mean" if rule.decide == "mean" else "votes"
    keys = (mean, votes) if by == "votes" else (votes, mean)
    best = int(np.lexsort(keys)[-1])  # by the last key, ties by the one before
    enough, probabilities = count >= rule.minimum, mean
    if whole.probabilities is not None:
        by, enough, probabilities = "model", True, whole.probabilities
        best = int(probabilities.argmax())
    if rule.decide == "defect":
        defect = classes.ids.index(rule.defect)
        best = int(np.delete(np.arange(len(classes)), defect)[np.delete(probabilities, defect).argmax()])
        if whole.defective:
            by, best, enough = "defect", defect, True
    agreement = float(votes[best]) / max(count, 1)
    return ObjectResult(
        number=number,
        pixels=pixels,
        class_id=classes.ids[best] if enough else UNLABELLED,
        class_name=classes.names[best] if enough else NOT_ENOUGH,
        votes=tuple(map(int, votes)),
        patches=count,
        stride=voters.stride,
        share=voters.share,
        agreement=agreement,
        interval=wilson(agreement, voters.independent),
        probability=float(probabilities[best]),
        probabilities=tuple(map(float, probabilities)),
        features=features.sum(0) / np.float32(count or np.nan),
        by=by,
        novelty=whole.novelty,
        defect=whole.defect,
    )


def _spectra(cube: Cube, pixels: Pixels) -> FloatArray:
    """Spectra (n, bands) of single pixels, missing values 0."""
    out = np.empty((len(pixels), cube.bands), np.float32)
    for places, spectra in spectra_by_line(cube, pixels):
        out[places] = np.nan_to_num(spectra)
    release(cube.data)
    return out
