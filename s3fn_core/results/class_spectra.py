"""What the classes of a map look like: mean spectra and their spread, all pixels counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.spectra.library import SpectralLibrary
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray, IdArray

DEVIATION = " SD"  # after the name of a mean, as in the tables of kept spectra
_VALUES_AT_ONCE = 2**23


@dataclass(frozen=True, eq=False)
class ClassSpectra:
    """Of the classes that the map shows anywhere.

    Attributes
    ----------
    means : SpectralLibrary
        One spectrum per class, in the classes' order; NaN at bands without information.
    deviations : array of float32, shape (classes, bands)
        Standard deviations of the pixels.
    """

    means: SpectralLibrary
    deviations: FloatArray

    @property
    def with_deviations(self) -> SpectralLibrary:
        """Each mean followed by its standard deviation."""
        names = [name for mean in self.means.names for name in (mean, mean + DEVIATION)]
        pairs = np.stack([self.means.spectra, self.deviations], axis=1)
        return SpectralLibrary(tuple(names), self.means.wavelengths, pairs.reshape(len(names), -1))


@checked(ExportError)
def mean_spectra(cube: Cube, ids: IdArray, classes: ClassSet) -> Operation[ClassSpectra]:
    """Mean and standard deviation of the pixels of each class, reading the cube once.

    Parameters
    ----------
    cube : Cube
    ids : array of uint8, shape (lines, samples)
        Classes of a map; 0 and ids of no class are left out.  A missing value leaves out its band only.
    classes : ClassSet

    Raises
    ------
    ExportError
        When the cube has another shape or no wavelengths, or no pixel has a class.
    """
    if cube.shape[:2] != ids.shape:
        raise ExportError(
            "{name} is {shape}, its map {map_shape}; they must agree.",
            name=cube.name,
            shape=cube.shape[:2],
            map_shape=ids.shape,
        )
    if cube.wavelengths is None:
        raise ExportError(
            "{name} has no wavelengths, which files of spectra need; state them first, or export "
            "the map without spectra.",
            name=cube.name,
        )
    count, total, squares = (np.zeros((256, cube.bands)) for _ in range(3))
    at_once = max(1, _VALUES_AT_ONCE // (cube.samples * cube.bands))
    for top in range(0, cube.lines, at_once):
        yield Progress("spectra", top / cube.lines, tr("Reading the spectra of {name}", name=cube.name))
        here = ids[top : top + at_once]
        block = cube.window(slice(top, top + len(here)), slice(None))
        for value in np.intersect1d(np.unique(here), classes.ids):
            spectra = block[here == value].astype(np.float64)
            known = np.isfinite(spectra)
            spectra[~known] = 0
            count[value] += known.sum(axis=0)
            total[value] += spectra.sum(axis=0)
            squares[value] += (spectra**2).sum(axis=0)
    shown = [c for c in classes if count[c.id].any()]
    if not shown:
        raise ExportError(
            "No pixel of {name} has a class, so there are no spectra of classes.", name=cube.name
        )
    rows = [c.id for c in shown]
    with np.errstate(invalid="ignore", divide="ignore"):  # a band that no pixel has
        mean = np.where(cube.good_bands, total[rows] / count[rows], np.nan)
        spread = np.sqrt(np.maximum(squares[rows] / count[rows] - mean**2, 0))
    means = SpectralLibrary(tuple(c.name for c in shown), cube.wavelengths, mean.astype(np.float32))
    return ClassSpectra(means, spread.astype(np.float32))
