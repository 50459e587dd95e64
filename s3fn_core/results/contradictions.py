"""Labels that the map contradicts: slips of the hand, or errors of the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.errors import LabelError
from s3fn_core.results.figures import Rows
from s3fn_core.types import IdArray


@dataclass(frozen=True)
class ContradictedClass:
    """The labels of one class.

    Attributes
    ----------
    class_id : int
    labelled : int
        Pixels with this label that the map gives a class.
    contradicted : int
        Those among them to which the map gives another class.
    mostly : int
        The class that most of these get; 0 where there are none.
    """

    class_id: int
    labelled: int
    contradicted: int
    mostly: int


@dataclass(frozen=True, eq=False)
class Contradictions:
    """Where map and labels differ.

    Attributes
    ----------
    ids : array of uint8, shape (lines, samples)
        The label, where the map says something else; else 0.
    classes : tuple of ContradictedClass
        Those with labels, by id.
    """

    ids: IdArray
    classes: tuple[ContradictedClass, ...]

    @property
    def count(self) -> int:
        """Contradicted pixels of all classes."""
        return sum(one.contradicted for one in self.classes)

    def table(self, names: Mapping[int, str]) -> Rows:
        """As text, for a spreadsheet."""
        rows: Rows = [
            ("class", "labelled pixels", "contradicted pixels", "contradicted %", "mostly mapped as")
        ]
        for one in self.classes:
            share = f"{100 * one.contradicted / one.labelled:.6g}"
            cells = (str(one.labelled), str(one.contradicted), share, names.get(one.mostly, ""))
            rows.append((names.get(one.class_id, f"class {one.class_id}"), *cells))
        return rows


@checked(LabelError)
def contradictions(labels: IdArray, mapped: IdArray) -> Contradictions:
    """Compare labels with a map of the same cube.

    A pixel that the map leaves without a class, as background, contradicts nothing.

    Parameters
    ----------
    labels, mapped : arrays of class ids, shape (lines, samples), 0 = none

    Raises
    ------
    LabelError
        When the shapes differ.
    """
    if labels.shape != mapped.shape:
        raise LabelError(
            "The labels are {shape}, the map {map_shape}; compare labels and map of one cube.",
            shape=labels.shape,
            map_shape=mapped.shape,
        )
    places = np.flatnonzero(labels)
    label, found = labels.flat[places], mapped.flat[places]
    differ = (label != found) & (found != 0)
    ids = np.zeros(labels.shape, np.uint8)
    ids.flat[places[differ]] = label[differ]
    classes = []
    for class_id in np.unique(label[found != 0]).tolist():
        here = label == class_id
        called = np.bincount(found[here & differ], minlength=1)
        mostly = int(called.argmax()) if called.any() else 0
        classes.append(
            ContradictedClass(class_id, int((here & (found != 0)).sum()), int(called.sum()), mostly)
        )
    return Contradictions(ids, tuple(classes))
