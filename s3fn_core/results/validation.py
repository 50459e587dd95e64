"""Accuracy of a map against a truth that no training has seen: points looked at, or another map."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed, per_cent
from s3fn_core.results.area_adjusted import LEAST_POINTS, Estimate, area_adjusted
from s3fn_core.results.intervals import counted
from s3fn_core.results.sampling import LEAST
from s3fn_core.results.validation_points import ValidationPoints, write_rows
from s3fn_core.types import BoolArray, IdArray

NO_CLASS = tr("no class")
_RULE_OF_THREE = 3.0


@dataclass(frozen=True)
class ClassValidation:
    """Figures of one class.

    Attributes
    ----------
    points : int
        Points (or pixels) that the map gives this class.
    users, producers : Estimate
        Shares 0..1; the error is NaN where none is estimated.
    area : Estimate or None
        Share of the map that the class covers in truth; None where no sample tells.
    """

    class_id: int
    name: str
    points: int
    users: Estimate
    producers: Estimate
    area: Estimate | None


@dataclass(frozen=True, eq=False)
class Validation:
    """What a separate truth says of a map.

    Attributes
    ----------
    overall : Estimate
    classes : tuple of ClassValidation
        In the order of ids; besides classes of the truth also those that only the map has.
    shares, counts : arrays, shape (classes, classes)
        The error matrix as shares and as points; rows are the map's classes, columns the truth's.
    sentence : str
        What was compared, and how.
    warnings : tuple of str
    square_metres : float or None
        Of the whole map, where the size of its pixels is known.
    """

    overall: Estimate
    classes: tuple[ClassValidation, ...]
    shares: npt.NDArray[np.float64]
    counts: npt.NDArray[np.intp]
    sentence: str
    warnings: tuple[str, ...] = ()
    square_metres: float | None = None


def still_needed(points: ValidationPoints, names: Mapping[int, str]) -> str:
    """Which strata have too few labelled points for any figure, in words; "" for none."""
    counts = _labelled_of(points)
    short = [
        tr("{name} has {count}", name=_name(i, names), count=counts[i])
        for i, size in points.stratum_pixels.items()
        if counts[i] < min(LEAST_POINTS, size)
    ]
    if not short:
        return ""
    first, more = ", ".join(short[:3]), len(short) - 3
    if more > 0:
        return tr(
            "{least} labelled points of each class are needed: {counts}; {count} more have too few.",
            least=LEAST_POINTS,
            counts=first,
            count=more,
        )
    return tr("{least} labelled points of each class are needed: {counts}.", least=LEAST_POINTS, counts=first)


@checked(LabelError)
def validated(
    points: ValidationPoints, ids: IdArray, names: Mapping[int, str], pixel_area: float | None = None
) -> Validation:
    """Accuracy and areas of a map from the labelled points of a stratified sample.

    The strata stay those of the draw, also where the map has changed since: ``area_adjusted`` allows it.

    Parameters
    ----------
    points : ValidationPoints
    ids : array of uint8, shape (lines, samples)
        The map that is validated.
    names : mapping of int to str
        Of the classes.
    pixel_area : float, optional
        Square metres.

    Raises
    ------
    LabelError
        When a stratum has fewer than two labelled points.
    """
    if needed := still_needed(points, names):
        raise LabelError("Too few points are labelled. {needed}", needed=needed)
    seen = points.labelled
    mapped = ids[points.points[seen, 0], points.points[seen, 1]].astype(np.intp)
    strata, reference = points.strata[seen], points.reference[seen]
    found = area_adjusted(strata.tolist(), mapped.tolist(), reference.tolist(), points.stratum_pixels)
    rows = tuple(
        ClassValidation(
            i,
            _name(i, names),
            int(found.counts[place].sum()),
            found.users[i],
            found.producers[i],
            found.areas[i],
        )
        for place, i in enumerate(found.class_ids)
    )
    number = int(np.count_nonzero(seen))
    changed = int(np.count_nonzero(mapped != strata))
    sentence = plural(
        "Area-adjusted after Stehman (2014), {count} point, with 95 % intervals.",
        "Area-adjusted after Stehman (2014), {count} points, with 95 % intervals.",
        number,
    )
    if changed:
        sentence += " " + plural(
            "The strata are those of the draw; {count} point has another class in this map.",
            "The strata are those of the draw; {count} points have another class in this map.",
            changed,
        )
    whole = None if pixel_area is None else found.pixels * pixel_area
    warnings = _warnings(points, strata, mapped != reference, names)
    return Validation(found.overall, rows, found.matrix, found.counts, sentence, warnings, whole)


def _warnings(
    points: ValidationPoints, strata: npt.NDArray[np.intp], wrong: BoolArray, names: Mapping[int, str]
) -> tuple[str, ...]:
    """What makes the figures worth less than they look."""
    counts, warnings = _labelled_of(points), []
    sizes = points.stratum_pixels
    few = [f"{_name(i, names)} ({counts[i]})" for i in sizes if counts[i] < min(LEAST, sizes[i])]
    if few:
        warnings.append(
            tr(
                "Fewer than {least} labelled points of {names}: their errors are guesses.",
                least=LEAST,
                names=listed(few),
            )
        )
    perfect = [i for i in sizes if counts[i] < sizes[i] and not wrong[strata == i].any()]
    if perfect:
        told = [
            tr(
                "{name} (up to {share})",
                name=_name(i, names),
                share=per_cent(min(1.0, _RULE_OF_THREE / counts[i]), 0),
            )
            for i in perfect
            if counts[i]
        ]
        warnings.append(
            tr(
                "No point is wrong where the map says {names}: intervals of 0 are too narrow. The share "
                "in brackets can still be wrong (rule of three).",
                names=listed(told),
            )
        )
    gone = sum(i not in names for i in points.reference[points.labelled].tolist())
    if gone:
        warnings.append(
            plural(
                "{count} point has a class that was deleted or merged since and counts as wrong; look at "
                "the points again.",
                "{count} points have a class that was deleted or merged since and count as wrong; look "
                "at the points again.",
                gone,
            )
        )
    if points.skipped:
        warnings.append(
            plural(
                "{count} skipped point left out; if the skipped pixels are the difficult ones, the figures "
                "are too optimistic.",
                "{count} skipped points left out; if the skipped pixels are the difficult ones, the figures "
                "are too optimistic.",
                points.skipped,
            )
        )
    unseen = len(points) - int(np.count_nonzero(points.labelled)) - points.skipped
    if unseen:
        warnings.append(
            plural("{count} point still to be labelled.", "{count} points still to be labelled.", unseen)
        )
    return tuple(warnings)


@checked(LabelError)
def compared(
    truth: IdArray,
    ids: IdArray,
    classes: ClassSet,
    source: str,
    excluded: BoolArray | None = None,
    unit: str = "pixels",
) -> Validation:
    """Plain accuracy of a map against another label map; every labelled pixel of that counts alike.

    Parameters
    ----------
    truth, ids : arrays of uint8, shape (lines, samples)
        The reference, 0 = unknown, and the map.
    classes : ClassSet
    source : str
        What the reference is called.
    excluded : array of bool, shape (lines, samples), optional
        Pixels that do not count, such as the training labels.
    unit : str
        What is counted, in the plural.

    Raises
    ------
    LabelError
        When the shapes differ, or no pixel of a class is left.
    """
    from s3fn_core.results.metrics import accuracy  # loads scikit-learn

    left = truth if excluded is None else np.where(excluded, 0, truth).astype(np.uint8)
    gone = int(np.count_nonzero(truth)) - int(np.count_nonzero(left))
    if not left.any():
        raise LabelError(
            "{source} holds nothing outside the training labels: nothing is left to compare.", source=source
        )
    found = accuracy(left, ids, classes)
    counts = np.asarray(found.confusion.T, np.intp)
    rows = tuple(
        ClassValidation(
            c.class_id,
            c.name,
            int(counts[place].sum()),
            Estimate(c.precision, math.nan),
            Estimate(c.recall, math.nan),
            None,
        )
        for place, c in enumerate(found.per_class)
    )
    sentence = tr(
        "Plain accuracy against {source}: {pixels}, not adjusted for areas, no intervals.",
        source=source,
        pixels=counted(found.count, unit),
    )
    if gone:
        sentence += " " + plural(
            "{pixels} with a training label is left out.",
            "{pixels} with training labels are left out.",
            gone,
            pixels=counted(gone, unit),
        )
    warnings = [
        plural(
            "{pixels} has no class in the map and counts as wrong.",
            "{pixels} have no class in the map and count as wrong.",
            found.unclassified,
            pixels=counted(found.unclassified, unit),
        )
    ]
    return Validation(
        Estimate(found.oa, math.nan),
        rows,
        counts / found.count,
        counts,
        sentence,
        tuple(warnings if found.unclassified else ()),
    )


def table(found: Validation) -> list[tuple[str, ...]]:
    """All figures as rows of text: the overall accuracy, the classes with their matrix, what it is."""
    names = [row.name for row in found.classes]
    groups = ["user's accuracy %", "producer's accuracy %"]
    groups += ["area %"] if any(row.area for row in found.classes) else []
    groups += ["area m2"] if found.square_metres is not None else []
    heading = ["class", "points", *(part for name in groups for part in (name, "low", "high"))]
    heading += [f"points: {name}" for name in names] + [f"share %: {name}" for name in names]
    rows = [("overall accuracy %", "", *_cells(found.overall, 100)), (), tuple(heading)]
    for place, row in enumerate(found.classes):
        cells = [row.name, str(row.points), *_cells(row.users, 100), *_cells(row.producers, 100)]
        if row.area is not None:
            cells += _cells(row.area, 100)
            cells += [] if found.square_metres is None else _cells(row.area, found.square_metres)
        cells += [str(n) for n in found.counts[place].tolist()]
        cells += [f"{100 * share:.3f}" for share in found.shares[place].tolist()]
        rows.append(tuple(cells))
    return [*rows, (), *((text,) for text in (found.sentence, *found.warnings))]


def _cells(estimate: Estimate, factor: float) -> list[str]:
    """The value and its interval."""
    return [f"{factor * v:.2f}" if math.isfinite(v) else "" for v in (estimate.value, *_ends(estimate))]


def _ends(estimate: Estimate) -> tuple[float, float]:
    return estimate.interval if math.isfinite(estimate.error) else (math.nan, math.nan)


@checked(LabelError)
def write_validation(found: Validation, path: str | PathLike[str]) -> Path:
    """Write :func:`table` as CSV; raises LabelError where the file cannot be written."""
    path = Path(path)
    write_rows([*table(found)], path)
    return path


def _labelled_of(points: ValidationPoints) -> dict[int, int]:
    """Labelled points of every stratum."""
    seen = points.strata[points.labelled]
    return {i: int(np.count_nonzero(seen == i)) for i in points.stratum_pixels}


def _name(class_id: int, names: Mapping[int, str]) -> str:
    return names.get(class_id, f"class {class_id}" if class_id else NO_CLASS)
