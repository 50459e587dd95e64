"""Parts of a model as its file has them: records of the header, and arrays.

What does not fit together raises ValueError, which says what of the file is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.config import MAX_PATCH
from s3fn_core.model.experts.bases import BASES, Base
from s3fn_core.model.experts.linear import Experts, LinearExpert
from s3fn_core.model.experts.whole import VIEWS, WHOLE
from s3fn_core.model.learned import Learned, LearnedCube
from s3fn_core.model.novelty import Novelty
from s3fn_core.model.whole import Defects, WholeObjects
from s3fn_core.model.word_classes import WordClasses
from s3fn_core.results.answers import HeldOutAnswers
from s3fn_core.types import FloatArray

DEFECTS = ("axes", "centre", "weights", "bias")
"""The arrays of :class:`~s3fn_core.model.whole.Defects`."""


def answers_of(
    record: dict[str, Any] | None, tensors: Mapping[str, Tensor], classes: ClassSet
) -> HeldOutAnswers | None:
    """What the model answered on held-out labels."""
    if record is None:
        return None
    start = "answers."
    arrays = {n.removeprefix(start): t.numpy() for n, t in tensors.items() if n.startswith(start)}
    answers = HeldOutAnswers.from_parts(record, arrays)
    if answers.class_ids != classes.ids:
        raise ValueError(tr("its held-out answers do not fit its classes"))
    return answers


def learned_json(learned: Learned) -> dict[str, Any]:
    """The record of what was trained on; its places are arrays."""
    cubes = [{"name": one.name, "shape": one.shape, "digest": one.digest} for one in learned.cubes]
    return {"low": learned.low, "high": learned.high, "measured": learned.measured, "cubes": cubes}


def learned_of(record: dict[str, Any] | None, tensors: Mapping[str, Tensor]) -> Learned | None:
    """What was trained on."""
    if record is None:
        return None
    cubes = tuple(
        LearnedCube(
            str(one["name"]),
            (int(one["shape"][0]), int(one["shape"][1])),
            str(one["digest"]),
            tensors[f"learned{number}.places"].numpy().tobytes(),
        )
        for number, one in enumerate(record["cubes"])
    )
    return Learned(float(record["low"]), float(record["high"]), float(record["measured"]), cubes)


def word_classes_of(record: dict[str, Any], classes: ClassSet) -> WordClasses:
    """The classes that are known from words alone."""
    ids, share = tuple(int(i) for i in record.get("ids", ())), float(record.get("share", 0.0))
    if not set(ids) < set(classes.ids) or not 0 <= share < 1:
        raise ValueError(tr("its classes without labels do not fit its classes"))
    return WordClasses(ids, share)


def experts_json(experts: Experts) -> dict[str, Any]:
    """The record of the experts; their weights are arrays."""
    names = ("name", "base", "window", "share")
    members = [{name: getattr(expert, name) for name in names} for expert in experts.members]
    return {"class_ids": list(experts.class_ids), "members": members}


def objects_of(header: dict[str, Any], tensors: dict[str, Tensor], bands: int) -> WholeObjects:
    """What judges whole objects."""
    record = header.get("objects", {})
    experts = experts_of(record.get("experts", {}), tensors, bands, "object_expert")
    votes = float(record.get("votes", 1.0))
    if not math.isfinite(votes):
        raise ValueError(tr("the votes of its objects have no weight"))
    novelty = novelty_of(header, tensors, bands, "object_novelty")
    return WholeObjects(experts, votes, novelty, defects_of(record.get("defects", []), tensors, bands))


def defects_of(record: list[list[float]], tensors: dict[str, Tensor], bands: int) -> Defects | None:
    """The rule that finds defects in objects."""
    if not record:
        return None
    thresholds = {int(i): float(limit) for i, limit in record}
    axes, centre, weights, bias = (tensors[f"defects.{name}"].numpy() for name in DEFECTS)
    depth, classes = len(centre), len(thresholds)
    shapes = ((bands, depth), (depth,), (depth * (depth + 3) // 2, classes), (classes,))
    fits = tuple(array.shape for array in (axes, centre, weights, bias)) == shapes
    if not fits or not all(map(math.isfinite, thresholds.values())):
        raise ValueError(tr("its defects do not fit its bands and classes"))
    return Defects(axes, centre, weights, bias, thresholds)


def experts_of(
    header: dict[str, Any], tensors: dict[str, Tensor], bands: int, kind: str = "expert"
) -> Experts:
    """The experts of pixels, or of objects."""
    class_ids = tuple(int(i) for i in header.get("class_ids", ()))
    members = []
    for number, record in enumerate(header.get("members", ())):
        weights, bias = (tensors[f"{kind}{number}.{name}"].numpy() for name in ("weights", "bias"))
        base, window = record["base"], int(record["window"])
        fits = weights.shape == (bands, len(class_ids)) and bias.shape == (len(class_ids),)
        on_pixels = base in BASES and 0 < window <= MAX_PATCH and window % 2 == 1
        on_objects = base in VIEWS and window == WHOLE
        if not fits or not (on_pixels if kind == "expert" else on_objects):
            raise ValueError(tr("its expert {number} does not fit its bands and classes", number=number + 1))
        members.append(LinearExpert(str(record["name"]), base, window, weights, bias, float(record["share"])))
    return Experts(tuple(members), class_ids)


def novelty_arrays(novelty: Novelty, kind: str) -> dict[str, FloatArray]:
    """What tells the unknown, as arrays."""
    axes = {f"{kind}.axes.{base}": part for base, part in novelty.axes.items()}
    return {**axes, f"{kind}.centre": novelty.centre, f"{kind}.shown": novelty.shown}


def novelty_of(header: dict[str, Any], tensors: dict[str, Tensor], bands: int, kind: str) -> Novelty | None:
    """What tells the unknown."""
    bases: list[Base] | None = header.get(kind)
    if bases is None:
        return None
    axes = {base: tensors[f"{kind}.axes.{base}"].numpy() for base in bases}
    centre, shown = tensors[f"{kind}.centre"].numpy(), tensors[f"{kind}.shown"].numpy()
    depth = sum(part.shape[1] for part in axes.values())
    fits = all(part.shape[0] == bands for part in axes.values()) and shown.shape == (len(shown), depth)
    if not axes.keys() <= BASES.keys() or not fits or centre.shape != (depth,) or not len(shown):
        raise ValueError(tr("its novelty does not fit its bands"))
    return Novelty(axes, centre, shown)
