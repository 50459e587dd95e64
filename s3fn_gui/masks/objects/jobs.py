"""What lists and judges objects in a worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.objects import object_table
from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.objects import labels_of_objects
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.results.object_table import Tray, square_millimetres
from s3fn_core.results.region_spectra import PIXELS_EACH, RegionLook, region_looks
from s3fn_core.results.voting import Verdict, pixel_verdicts
from s3fn_core.types import IdArray
from s3fn_gui.masks.objects.state import Judged, OpenTray
from s3fn_gui.session.cube import OpenCube

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.applying.objects import ObjectPrediction
    from s3fn_core.model.checkpoint import S3FNModel


@dataclass(frozen=True, eq=False)
class Subject:
    """An open cube as it was when its objects were to be listed.

    Attributes
    ----------
    labels : array of uint8, shape (lines, samples)
        A copy.
    names : dict from number to name
        Of its objects.
    judged : ObjectPrediction or None
        What a model says of its objects; without it the pixels of `map` are asked.
    asked : bool
        Whether the user asked the model about the objects of all cubes, so that those that are one object
        get one answer.
    before : OpenTray or None
        What was known of it.
    """

    key: str
    cube: Cube
    mask: Mask
    labels: IdArray
    label_classes: ClassSet
    names: dict[int, str] = field(default_factory=dict)
    judged: ObjectPrediction | None = None
    map: Prediction | None = None
    asked: bool = False
    before: OpenTray | None = None


def listed(subjects: Sequence[Subject], same: bool) -> Operation[list[OpenTray]]:
    """The objects of all cubes, without their spectra where these were not known.

    `same`: a number means one object in all of them; a name always does.
    """
    trays = []
    for done, one in enumerate(_pooled(subjects, same)):
        yield Progress("objects", done / len(subjects), tr("Listing the objects"))
        trays.append(_tray(one))
    return trays


def _pooled(subjects: Sequence[Subject], same: bool) -> Sequence[Subject]:
    """With one answer for all objects that are one."""
    asked = [(one, one.judged) for one in subjects if one.asked and one.judged is not None]
    names = [one.names for one, _ in asked]
    if not asked or not (same or any(names)):
        return subjects
    from s3fn_core.model.applying.pooling import pool_objects

    found = pool_objects([judged for _, judged in asked], [one.mask.objects for one, _ in asked], names, same)
    answers = {one.key: judged for (one, _), judged in zip(asked, found, strict=True)}
    return [replace(one, judged=answers.get(one.key, one.judged)) for one in subjects]


def _tray(one: Subject) -> OpenTray:
    known = one.before if one.before is not None and one.before.mask is one.mask else None
    looks: Mapping[int, RegionLook] = {}
    if known is not None and known.cube is one.cube:
        looks = known.tray.looks
    verdicts, classes = _verdicts(one)
    tray = Tray(
        one.cube.name,
        object_table(one.mask.objects) if known is None else known.tray.rows,
        square_millimetres(one.cube),
        one.cube.wavelengths,
        one.cube.bands,
        looks,
        labels_of_objects(one.labels, one.mask.objects),
        verdicts,
        classes,
        one.label_classes,
        names=one.names,
    )
    return OpenTray(one.key, one.cube, one.mask, tray, one.judged, one.map)


def _verdicts(one: Subject) -> tuple[Mapping[int, Verdict], ClassSet]:
    if one.judged is not None:
        return {verdict.number: verdict for verdict in one.judged.objects}, one.judged.classes
    shown = one.map
    if shown is None or shown.ids.shape != one.mask.objects.shape:
        return {}, ClassSet()
    found = pixel_verdicts(shown.ids, shown.confidence, one.mask.objects, shown.classes, shown.novelty)
    return found, shown.classes


def looked_at(trays: Sequence[OpenTray], pixels_each: int | None = PIXELS_EACH) -> Operation[list[OpenTray]]:
    """The same objects with their mean spectra; `pixels_each` None makes them anew, of all pixels."""
    found = []
    for one, start, stop in _parts(trays):
        looks = one.tray.looks
        if not looks or pixels_each is None:
            reading = region_looks(one.cube, one.mask.objects, one.tray.rows, pixels_each)
            looks = yield from scaled(reading, start, stop)
        found.append(replace(one, tray=replace(one.tray, looks=looks)))
    return found


def judged_by(model: S3FNModel, trays: Sequence[OpenTray]) -> Operation[dict[str, Judged]]:
    """What a model says of the objects of all trays, each by itself."""
    from s3fn_core.model.applying.objects import predict_objects

    trays = [one for one in trays if one.tray.rows]
    found = []
    for one, start, stop in _parts(trays):
        judging = predict_objects(model, one.cube, one.mask.objects)
        found.append((yield from scaled(judging, start, stop)))
    pairs = zip(trays, found, strict=True)
    return {one.key: Judged(one.cube, one.mask, model, objects) for one, objects in pairs}


def _parts(trays: Sequence[OpenTray]) -> Iterator[tuple[OpenTray, float, float]]:
    """Each tray with the part of the progress that it is."""
    for done, one in enumerate(trays):
        yield one, done / len(trays), (done + 1) / len(trays)


def subject_of(
    item: OpenCube,
    classes: ClassSet,
    judged: Judged | None,
    model: S3FNModel | None,
    voted: tuple[Prediction, ObjectPrediction | None] | None,
    before: OpenTray | None,
) -> Subject | None:
    """A cube with a mask as it is now; `voted` is its map before its objects voted, and what they said."""
    mask = item.treatment.mask
    if mask is None:
        return None
    labels, names = item.labels.ids.copy(), item.names_of_objects
    subject = Subject(item.key, item.cube, mask, labels, classes, names, before=before)
    fits = judged is not None and (judged.cube, judged.mask, judged.model) == (item.cube, mask, model)
    if judged is not None and fits:
        return replace(subject, judged=judged.objects, asked=True)
    if voted is not None:
        shown, said = voted
        return replace(subject, judged=said, map=shown)
    shown_now = item.prediction
    return subject if shown_now is None or shown_now.partial else replace(subject, map=shown_now)
