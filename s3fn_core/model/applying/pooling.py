"""One object in many cubes, such as both sides of a fruit: what is said of it, pooled over all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from s3fn_core.labels.object_names import known_as
from s3fn_core.model.applying.objects import ObjectPrediction, ObjectResult
from s3fn_core.model.votes import wilson
from s3fn_core.types import ObjectMap

Counts = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


def pool_objects(
    found: Sequence[ObjectPrediction],
    maps: Sequence[ObjectMap],
    names: Sequence[Mapping[int, str]] = (),
    same: bool = True,
) -> list[ObjectPrediction]:
    """The same predictions where several objects are one object.

    Parameters
    ----------
    found : sequence of ObjectPrediction
        Of one cube each, by one model and rule.
    maps : sequence of arrays of int, shape (lines, samples)
        The objects of these cubes.
    names : sequence of mappings from number to name, optional
        Of each cube; objects of the same name are one.
    same : bool
        So are those of the same number, as far as they have no name.

    Returns
    -------
    list of ObjectPrediction
        Votes are added up, probabilities averaged by the patches behind them.  A defect on one side is
        one of the object, and so is what is unlike anything labelled: novelty is the highest.  The
        interval takes as many patches as would lie side by side on the pixels of all sides.
    """
    sides = defaultdict[Hashable, list[tuple[ObjectPrediction, ObjectResult]]](list)
    keys = [
        {one.number: known_as(cube, one.number, named, same) for one in prediction.objects}
        for cube, (prediction, named) in enumerate(zip(found, names or [{}] * len(found), strict=True))
    ]
    for prediction, known in zip(found, keys, strict=True):
        for one in prediction.objects:
            sides[known[one.number]].append((prediction, one))
    pooled = {key: _pooled(parts) for key, parts in sides.items() if len(parts) > 1}
    return [
        _with(prediction, {n: pooled[key] for n, key in known.items() if key in pooled}, objects)
        for prediction, known, objects in zip(found, keys, maps, strict=True)
    ]


def _pooled(sides: list[tuple[ObjectPrediction, ObjectResult]]) -> ObjectResult:
    """What is said of all sides together, as a result of the first of them."""
    parts = [one for _, one in sides]
    first, classes, rule = parts[0], sides[0][0].classes, sides[0][0].rule
    votes = np.sum([one.votes for one in parts], axis=0)
    patches = int(votes.sum())
    weights = [max(one.patches, 1) for one in parts]
    mean = np.average([one.probabilities for one in parts], axis=0, weights=weights)
    defective = next((one for one in parts if one.by == "defect"), None)
    by = first.by if defective is None else defective.by
    best = _best(votes, mean, by == "votes", classes.ids.index(rule.defect) if rule.defect else None)
    if defective is not None:
        best = classes.ids.index(defective.class_id)
    enough = patches >= rule.minimum or any(one.class_id for one in parts)
    agreement = float(votes[best]) / max(patches, 1)
    # Overlapping patches are not independent evidence.
    beside = sum(min(one.patches, one.pixels / prediction.patch**2) for prediction, one in sides)
    return replace(
        first,
        class_id=classes.ids[best] if enough else first.class_id,
        class_name=classes.names[best] if enough else first.class_name,
        votes=tuple(map(int, votes)),
        patches=patches,
        agreement=agreement,
        interval=wilson(agreement, beside),
        probability=float(mean[best]),
        probabilities=tuple(map(float, mean)),
        by=by,
        novelty=_highest([one.novelty for one in parts]),
        defect=_highest([one.defect for one in parts]),
    )


def _best(votes: Counts, mean: Doubles, by_votes: bool, defect: int | None) -> int:
    """The class that leads; a `defect` that was looked for and not found does not."""
    keys = (mean, votes) if by_votes else (votes, mean)
    order = [int(place) for place in np.lexsort(keys) if place != defect]
    return order[-1]


def _highest(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _with(
    prediction: ObjectPrediction, pooled: dict[int, ObjectResult], objects: ObjectMap
) -> ObjectPrediction:
    """A prediction whose objects are what they are over all cubes; size and place stay its own."""
    results = []
    for one in prediction.objects:
        other = pooled.get(one.number)
        if other is not None:
            own = {name: getattr(one, name) for name in ("number", "pixels", "stride", "share", "features")}
            one = replace(other, **own)
        results.append(one)
    numbers = np.array([one.number for one in results])
    ids = np.array([one.class_id for one in results], np.uint8)
    place = np.searchsorted(numbers, objects).clip(max=len(numbers) - 1)
    return replace(
        prediction, objects=tuple(results), ids=np.where(objects > 0, ids[place], 0).astype(np.uint8)
    )
