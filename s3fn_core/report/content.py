"""What a report tells, gathered: everything that has to be calculated for its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.errors import ReportError
from s3fn_core.languages import plural, tr
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.inference import Prediction, rescore
from s3fn_core.model.applying.objects import ObjectPrediction, predict_objects
from s3fn_core.model.applying.pooling import pool_objects
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.split_preview import SplitPreview
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.project.entry import CubeEntry
from s3fn_core.project.trainings import TrainingRecord
from s3fn_core.report.labels import are_learned, divided
from s3fn_core.report.recipe import Recipe, recipe_of
from s3fn_core.results.class_map import ClassMap
from s3fn_core.results.class_spectra import ClassSpectra, mean_spectra
from s3fn_core.results.intervals import square_blocks
from s3fn_core.results.metrics import Accuracy, accuracy
from s3fn_core.results.origin import remark_of
from s3fn_core.results.text_controls import TextControls
from s3fn_core.results.validation import Validation
from s3fn_core.types import BoolArray, IdArray, ObjectMap

NAMED = 3
"""So many cubes a sentence names."""


@checked(ReportError)
@dataclass(frozen=True, eq=False)
class Part:
    """One cube of a report, as it is given.

    Attributes
    ----------
    cube : Cube
        Treated.
    entry : CubeEntry
        Its folder.
    labels : array of uint8, shape (lines, samples), or None
    objects : array of int, shape (lines, samples), or None
        Number of the object at each pixel.
    test : array of bool, shape (lines, samples), or None
        Test regions of the training.
    treatment : Treatment
        What was done to the cube of the file.
    validation : Validation or None
        What a separate truth says of its map.
    called : mapping from int to str
        What the reader knows the objects by, of their numbers in `objects`; by default these.
    map : Prediction or None
        Of the treated cube, where there is one already; used where it is the model's own.
    """

    cube: Cube
    entry: CubeEntry
    labels: IdArray | None = None
    objects: ObjectMap | None = None
    test: BoolArray | None = None
    treatment: Treatment = field(default_factory=Treatment)
    validation: Validation | None = None
    called: Mapping[int, str] = field(default_factory=dict)
    map: Prediction | None = None

    @property
    def labelled(self) -> LabelledCube:
        """With its labels; without any where none are known."""
        labels = np.zeros(self.cube.shape[:2], np.uint8) if self.labels is None else self.labels
        mask = self.treatment.mask
        recipe = None if mask is None else mask.recipe
        return LabelledCube(self.cube, labels, self.objects, self.test, recipe)


@dataclass(frozen=True, eq=False)
class MappedPart:
    """One cube of a report, and what the model says of it.

    Attributes
    ----------
    map : ClassMap
    objects : ObjectPrediction or None
    elsewhere : Accuracy or None
        Of labels that the model did not learn from; None where there are none.
    spectra : ClassSpectra or None
        Mean spectra of the labels; None without labels or wavelengths.
    learned : bool
        Whether the labels are those that the model learned from, or was tested by.
    split : array of uint8, shape (lines, samples), or None
        What became of each label in the first held-out round (``learning.split_preview``).
    """

    part: Part
    prediction: Prediction
    map: ClassMap
    objects: ObjectPrediction | None
    elsewhere: Accuracy | None
    spectra: ClassSpectra | None = None
    learned: bool = False
    split: IdArray | None = None


@dataclass(frozen=True, eq=False)
class Extras:
    """What a report tells besides, where somebody has it: the window does.

    Attributes
    ----------
    record : TrainingRecord or None
        Of the training: curves, the user's name and note.
    baselines : sequence of TrainingRecord
        Measured on the same held-out labels.
    controls : TextControls or None
    """

    record: TrainingRecord | None = None
    baselines: Sequence[TrainingRecord] = ()
    controls: TextControls | None = None


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that a page says.

    Attributes
    ----------
    name : str
        What the model is called.
    parts : tuple of MappedPart
    preview : SplitPreview or None
        How the labels were divided; None where the labels of the training are not known.
    recipe : Recipe or None
        None where the training cannot be repeated, and `unrepeatable` says why.
    notes : tuple of str
        What was assumed while the maps were made.
    """

    name: str
    model: S3FNModel
    parts: tuple[MappedPart, ...]
    extras: Extras
    preview: SplitPreview | None
    recipe: Recipe | None
    unrepeatable: str
    notes: tuple[str, ...]


@checked(ReportError)
def gather(
    model: S3FNModel,
    parts: Sequence[Part],
    name: str,
    folder: Path,
    *,
    extras: Extras | None = None,
    device: str = "auto",
) -> Operation[Report]:
    """Map the cubes and gather what a report says.

    Parameters
    ----------
    name : str
        Of the model.
    folder : path
        Where the report is going to lie.

    Raises
    ------
    CubeError, LabelError, ModelError, ReportError
    """
    if not parts:
        raise ReportError("A report needs a cube; give those that the model was trained on, or others.")
    mapped, notes = [], list[str]()
    for number, part in enumerate(parts):
        start, end = (0.8 * place / len(parts) for place in (number, number + 1))
        one = yield from scaled(_mapped(model, part, name, device), start, end)
        mapped.append(one)
        notes += [f"{part.cube.name}: {note}" for note in one.prediction.notes]
    mapped = _with_pooled(mapped)
    preview, recipe = None, None
    data = [part.labelled for part in parts]
    if all(part.labels is not None for part in parts):
        preview = yield from scaled(divided(data, model.classes, model.config), 0.8, 0.9)
    learned, missing = are_learned(model.learned, preview, len(parts))
    mapped = [replace(one, learned=own) for one, own in zip(mapped, learned, strict=True)]
    unrepeatable = _unrepeatable(model, mapped, missing)
    if preview is not None and all(learned) and preview.rounds:
        mapped = [replace(one, split=preview.map_of(0, n)) for n, one in enumerate(mapped)]
    if not unrepeatable:
        entries, treatments = [part.entry for part in parts], [part.treatment for part in parts]
        recipe = yield from scaled(recipe_of(model, data, entries, treatments, folder), 0.9, 1.0)
    yield Progress("report", 1.0, tr("Writing the report"))
    told = extras or Extras()
    return Report(
        name,
        model,
        tuple(mapped),
        told,
        preview if all(learned) else None,
        recipe,
        unrepeatable,
        tuple(dict.fromkeys(notes)),
    )


def _with_pooled(mapped: list[MappedPart]) -> list[MappedPart]:
    """With one answer for the objects that have the same number in several cubes."""
    pairs = [(one.objects, one.part.objects) for one in mapped]
    found = [(judged, numbers) for judged, numbers in pairs if judged is not None and numbers is not None]
    pooled = iter(pool_objects([judged for judged, _ in found], [numbers for _, numbers in found]))
    return [one if one.objects is None else replace(one, objects=next(pooled)) for one in mapped]


def _mapped(model: S3FNModel, part: Part, name: str, device: str) -> Operation[MappedPart]:
    """What the model says of a cube, of its objects, and the spectra of its labels."""
    cube = part.cube
    found, judged = yield from scaled(_asked(model, part, device), 0.0, 0.9)
    spectra = None
    if part.labels is not None and part.labels.any() and cube.wavelengths is not None:
        spectra = yield from scaled(mean_spectra(cube, part.labels, model.classes), 0.9, 1.0)
    class_map = found.class_map(cube, name, remark_of(from_words=found.from_words))
    seen = None if model.learned is None else model.learned.seen(cube)
    elsewhere = _elsewhere(model, part, found, seen)
    return MappedPart(part, found, class_map, judged, elsewhere, spectra)


def _asked(
    model: S3FNModel, part: Part, device: str
) -> Operation[tuple[Prediction, ObjectPrediction | None]]:
    """The map of a cube, and of its objects; the network looks once for both, if at all."""
    cube, numbers = part.cube, part.objects
    where, rule = None if numbers is None else numbers > 0, model.handling.rule
    if (drawn := _own_map(model, part)) is not None:
        if numbers is None:
            return drawn, None
        return drawn, (yield from predict_objects(model, cube, numbers, rule, device=device))
    with (yield from scaled(compute_features(model, cube, device=device), 0.0, 0.75)) as features:
        found = yield from scaled(rescore(features, where=where), 0.75, 0.9)
        if numbers is None:
            return found, None
        judging = predict_objects(model, cube, numbers, rule, features=features)
        return found, (yield from scaled(judging, 0.9, 1.0))


def _own_map(model: S3FNModel, part: Part) -> Prediction | None:
    """The map that is there, if it is the model's, and of objects only where there are some."""
    if part.map is None or not part.map.is_of(model.metrics):
        return None
    beyond = part.objects is not None and part.map.ids[part.objects == 0].any()
    return None if beyond else part.map


def _elsewhere(model: S3FNModel, part: Part, found: Prediction, seen: BoolArray | None) -> Accuracy | None:
    """The accuracy on labels that the model did not learn from."""
    if part.labels is None:
        return None
    here = part.labels > 0 if seen is None else (part.labels > 0) & ~seen
    if not here.any():
        return None
    blocks = square_blocks(np.insert(np.argwhere(here), 0, 0, axis=1))
    return accuracy(part.labels[here], found.ids[here], model.classes, found.confidence[here], blocks)


def _unrepeatable(model: S3FNModel, parts: Sequence[MappedPart], missing: int) -> str:
    """Why the training cannot be repeated from what is given; "" where it can."""
    if model.metrics.get("continued"):
        return tr("the model was trained on from another one, which is not kept")
    if any(one.part.labels is None for one in parts):
        return tr("the labels of the training were not given")
    if model.metrics.get("test_regions") and all(one.part.test is None for one in parts):
        return tr("the test regions of the training were not given")
    if (
        model.answers is not None
        and model.answers.unit == "objects"
        and all(p.part.objects is None for p in parts)
    ):
        return tr("the objects of the training were not given")
    if strange := [one.part.cube.name for one in parts if not one.learned]:
        return tr(
            "the labels given of {names} are not those that the model was trained on", names=_some(strange)
        )
    if missing:
        return plural(
            "{count} of the cubes that the model was trained on is missing",
            "{count} of the cubes that the model was trained on are missing",
            missing,
        )
    return ""


def _some(names: Sequence[str]) -> str:
    """The first of some cubes by name."""
    first, more = ", ".join(names[:NAMED]), len(names) - NAMED
    return tr("{names} and {count} more", names=first, count=more) if more > 0 else first
