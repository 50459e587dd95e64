"""What an analyst names as white or dark reference: a file, a place in the scene, a number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.spectra.library import read_library
from s3fn_core.cubes.treating.calibrate import panel_factors
from s3fn_core.cubes.treating.references import Reference, averaged_lines
from s3fn_core.errors import CubeError
from s3fn_core.progress import Operation
from s3fn_core.types import Wavelengths

PER_CENT_ABOVE = 2.0  # no panel reflects twice the light


@dataclass(frozen=True)
class FromFile:
    """A measurement of its own; `same` averages its samples, for one taken with other optics."""

    path: Path
    same: bool = False


@dataclass(frozen=True)
class FromScene:
    """Lines of the scene itself, in which the panel lies; first and last are both part of it.

    `samples` None is the whole width; a part of it gives one spectrum for all samples.
    """

    lines: tuple[int, int]
    samples: tuple[int, int] | None = None


Source = FromFile | FromScene | float | Reference
"""A number is a constant signal; a Reference is known already."""


def read_source(source: Source, cube: Cube, maximum: float | None = None) -> Operation[Reference]:
    """Read a reference.

    Parameters
    ----------
    source : FromFile, FromScene, float or Reference
    cube : Cube
        The raw scene.
    maximum : float, optional
        Stored value from which on it is saturated.

    Returns
    -------
    generator of Progress that returns a Reference

    Raises
    ------
    CubeError
        When a file cannot be read, or the place lies outside of the scene.
    """
    if isinstance(source, Reference):
        return source
    if isinstance(source, FromFile):
        found = yield from averaged_lines(open_cube(source.path), maximum)
        return found.averaged() if source.same else found
    if isinstance(source, FromScene):
        lines, samples = _inclusive(source.lines), slice(None)
        if source.samples is not None:
            samples = _inclusive(source.samples)
        found = yield from averaged_lines(cube, maximum, lines, samples)
        return found
    return Reference.constant(source)


def _inclusive(ends: tuple[int, int]) -> slice:
    return slice(ends[0], ends[1] + 1)


def read_panel(path: Path, cube: Cube) -> Wavelengths:
    """The panel's certified reflectance factors at the bands of a cube.

    Parameters
    ----------
    path : path
        A spectral library of which the first spectrum counts; factors, or per cent.
    cube : Cube

    Raises
    ------
    CubeError
        When the file holds none, or they do not fit, see :func:`panel_factors`.
    """
    library = read_library(path)
    factors = np.asarray(library.spectra[0], np.float64)
    known = np.isfinite(factors)
    if not known.any():
        raise CubeError("{path} holds no reflectance factors; choose the panel's certificate.", path=path)
    if float(factors[known].max()) > PER_CENT_ABOVE:
        factors = factors / 100
    return panel_factors(library.wavelengths[known], factors[known], cube)


def looks_raw(cube: Cube) -> bool:
    """Whether values are probably counts of a camera: whole numbers without a scale."""
    return bool(np.issubdtype(np.dtype(cube.data.dtype), np.integer)) and cube.scale == 1.0
