"""What the labelled pixels of each class measured: that which words can be held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.region import Moments, Pixels, spectra_of
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import Operation
from s3fn_core.types import FloatArray, IdArray

SAMPLE = 500
"""More pixels of a class hardly change what is said of it, but take their time."""


@dataclass(frozen=True, eq=False)
class ClassSpectra:
    """The spectra of one class's labelled pixels on one cube (evenly chosen ones of many).

    Attributes
    ----------
    count : int
        Labelled pixels, those included that were not chosen or hold background.
    mean, deviation : array of float32, shape (bands,)
        Reflectance (the file's unit where its scale is not known); NaN at bad bands and where no
        pixel has a value.
    spectra : array of float32, shape (n, bands)
        At least one and at most :data:`SAMPLE`; NaN at bad bands and missing values.
    """

    count: int
    mean: FloatArray
    deviation: FloatArray
    spectra: FloatArray


def class_spectra(cube: Cube, ids: IdArray, classes: ClassSet) -> Operation[dict[int, ClassSpectra]]:
    """Spectra of every class that has labels on measured pixels, by id, reading the cube once.

    Parameters
    ----------
    cube : Cube
    ids : array of uint8, shape (lines, samples)
        Labels, 0 = unlabelled; ids without a class are left out.
    classes : ClassSet

    Raises
    ------
    LabelError
        When the labels do not have the cube's extent.
    """
    if ids.shape != (cube.lines, cube.samples):
        raise LabelError(
            "{name} has {lines} x {samples} pixels, its labels {shape}; give the labels of this cube.",
            name=cube.name,
            lines=cube.lines,
            samples=cube.samples,
            shape=" x ".join(map(str, ids.shape)),
        )
    counts = np.bincount(ids.ravel(), minlength=256)
    chosen = [_chosen(ids, class_id) for class_id in classes.ids if counts[class_id]]
    if not chosen:
        return {}
    spectra, pixels = yield from spectra_of(cube, np.concatenate(chosen))
    spectra[:, ~cube.good_bands] = np.nan
    of_pixel = ids[pixels[:, 0], pixels[:, 1]]
    return {
        class_id: _class_spectra(int(counts[class_id]), spectra[of_pixel == class_id])
        for class_id in classes.ids
        if np.any(of_pixel == class_id)
    }


def _chosen(ids: IdArray, class_id: int) -> Pixels:
    """Pixels of a class, evenly spread over their order in the image."""
    places = np.flatnonzero(ids == class_id)
    if len(places) > SAMPLE:
        places = places[np.linspace(0, len(places) - 1, SAMPLE).astype(np.intp)]
    return np.column_stack(np.unravel_index(places, ids.shape))


def _class_spectra(count: int, spectra: FloatArray) -> ClassSpectra:
    moments = Moments(spectra.shape[1])
    moments.add(spectra)

    def known(values: npt.NDArray[np.float64]) -> FloatArray:
        filled: FloatArray = np.where(moments.count, values, np.nan).astype(np.float32)
        return filled

    return ClassSpectra(count, known(moments.mean), known(moments.deviation), spectra)
