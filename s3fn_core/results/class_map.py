"""A classified cube, as it is exported: what is where, how sure that is, and how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from s3fn_core.checked import check_numbers, checked
from s3fn_core.cubes.cube import Cube, Georeference
from s3fn_core.cubes.place import pixel_area
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import MAX_CLASSES, UNLABELLED, ClassSet
from s3fn_core.labels.exchange import UNLABELLED_NAME
from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.legend import LegendRow
from s3fn_core.results.map_filter import MapFilter, filtered
from s3fn_core.results.map_layers import ValueName
from s3fn_core.results.origin import texts_of
from s3fn_core.types import FloatArray, IdArray

STRIP_PIXELS = 2**22
Layers: TypeAlias = Sequence[tuple[ValueName, FloatArray]]
"""What is written beside the classes: name, and values of shape (lines, samples)."""


@checked(ExportError)
@dataclass(frozen=True, eq=False)
class ClassMap:
    """A classified cube.

    Attributes
    ----------
    ids : array of uint8, shape (lines, samples)
        Class of each pixel, 0 = background.
    confidence : array of float32, shape (lines, samples), or None
        Probability of that class, 0..1.
    classes : ClassSet
    cube_name : str
    georeference : Georeference or None
    simulated : bool
        Whether the cube was computed; then the picture says so.
    remark : str
        What every file of the map says of it, such as ``origin.GUESS`` or ``origin.LIVE``.
    novelty : array of float32, shape (lines, samples), or None
        How unlike the labels each pixel is; above 1 nothing labelled is like it.
    origin : mapping
        How the map was made (``origin.origin_of``), for the metadata of its files.
    cube : Cube or None
        What was classified, for the mean spectra of the classes.
    margin : array of float32, shape (lines, samples), or None
        How much likelier the class is than the second-best.
    """

    ids: IdArray
    confidence: FloatArray | None
    classes: ClassSet
    cube_name: str
    georeference: Georeference | None = None
    simulated: bool = False
    remark: str = ""
    novelty: FloatArray | None = None
    origin: Mapping[str, str] = field(default_factory=dict)
    cube: Cube | None = None
    margin: FloatArray | None = None

    def __post_init__(self) -> None:
        check_numbers(self.ids, tr("A map of classes"), ExportError, MAX_CLASSES)
        object.__setattr__(self, "ids", self.ids.astype(np.uint8, copy=False))
        for name, values in self.layers:
            if values.shape != self.ids.shape:
                raise ExportError(
                    "The map of {cube} is {shape}, its {layer} {layer_shape}; they must agree.",
                    cube=self.cube_name,
                    shape=self.ids.shape,
                    layer=name,
                    layer_shape=values.shape,
                )

    @property
    def about(self) -> dict[str, str]:
        """What the metadata of its files say: how it was made, and what each class was described as."""
        told = {"cube": self.cube_name, **self.origin}
        if self.simulated:
            told["simulated"] = "yes, the cube was computed"
        if self.remark:
            told["remark"] = self.remark
        return told | texts_of(self.classes)

    @property
    def layers(self) -> Layers:
        """Name and values of what there is beside the classes."""
        known: Sequence[tuple[ValueName, FloatArray | None]]
        known = (("confidence", self.confidence), ("margin", self.margin), ("novelty", self.novelty))
        return tuple((name, values) for name, values in known if values is not None)

    def calmed(self, chosen: MapFilter) -> ClassMap:
        """The map after a filter, which its files tell; confidence, margin and novelty stay.

        Raises
        ------
        ExportError
            When there is no such filter.
        """
        if not chosen:
            return self
        told = f"{chosen.text}; the accuracy was measured without it"
        return replace(self, ids=filtered(self.ids, chosen), origin={**self.origin, "filter": told})

    def without_unsure(self, confidence: float) -> ClassMap:
        """The map without the class of pixels below a confidence, which its files tell.

        Parameters
        ----------
        confidence : float
            0..1; the confidences themselves stay.

        Raises
        ------
        ExportError
            When the map has no confidences.
        """
        if self.confidence is None:
            raise ExportError(
                "The map of {cube} has no confidences, so none of its pixels can be left "
                "unclassified for a low one.",
                cube=self.cube_name,
            )
        ids = np.where(self.confidence < confidence, np.uint8(UNLABELLED), self.ids)
        origin = {**self.origin, "unclassified": f"where the confidence is below {per_cent(confidence, 0)}"}
        return replace(self, ids=ids, origin=origin)


@dataclass(frozen=True)
class AreaRow:
    """How much of the map is one class.

    Attributes
    ----------
    percent : float
        Of the classified pixels.
    area : float or None
        In square metres, where the pixel size is known.
    """

    class_id: int
    name: str
    pixels: int
    percent: float
    area: float | None


def areas(class_map: ClassMap) -> list[AreaRow]:
    """Pixels, per cent and area of each class, in the classes' order."""
    counts = np.zeros(256, np.int64)
    for lines in strips(class_map.ids):  # counting widens the ids to eight bytes each
        counts += np.bincount(lines.ravel(), minlength=256)
    classified = max(int(counts[list(class_map.classes.ids)].sum()), 1)
    square_metres = pixel_area(class_map.georeference)
    return [
        AreaRow(
            c.id,
            c.name,
            int(counts[c.id]),
            100 * float(counts[c.id]) / classified,
            None if square_metres is None else float(counts[c.id]) * square_metres,
        )
        for c in class_map.classes
    ]


def strips(array: IdArray) -> Iterator[IdArray]:
    """An array a few lines at a time, for what needs more memory than the array itself."""
    lines = max(1, STRIP_PIXELS // array.shape[1])
    for top in range(0, len(array), lines):
        yield array[top : top + lines]


def listed(m: ClassMap) -> list[int]:
    """The values that a legend lists: the classes in their order, then others that the map has."""
    seen = np.zeros(256, bool)
    for lines in strips(m.ids):
        seen[np.unique(lines)] = True
    seen[[UNLABELLED, *m.classes.ids]] = False
    return [*m.classes.ids, *np.flatnonzero(seen).tolist()]


def legend_rows(m: ClassMap) -> list[LegendRow]:
    """The legend: each class with its share, and what is not classified."""
    rows = [(r.class_id, r.name, f"{r.percent:.1f} %") for r in areas(m)]
    if any((lines == UNLABELLED).any() for lines in strips(m.ids)):
        rows.append((UNLABELLED, UNLABELLED_NAME, ""))
    return rows
