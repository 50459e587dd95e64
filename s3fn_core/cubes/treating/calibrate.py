"""From raw counts to reflectance, by a white and a dark reference.

reflectance = panel * (raw - dark) / (white - dark)

Source: Geladi, Burger & Lestander (2004) "Hyperspectral imaging: calibration problems and
solutions", Chemometrics and Intelligent Laboratory Systems 72, 209-217; for each detector element
of a line scanner by itself: Polder, van der Heijden, Keizer & Young (2003) "Calibration and
characterisation of imaging spectrographs", Journal of Near Infrared Spectroscopy 11, 193-210.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import ABSURD, Cube
from s3fn_core.cubes.lazy import WindowedArray, contiguous
from s3fn_core.cubes.treating.dead import Repair, dead_samples, told_dead
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.types import FloatArray, Wavelengths


@checked(CubeError)
@dataclass(frozen=True, eq=False)
class Calibration:
    """How raw counts become reflectance.

    Attributes
    ----------
    white, dark : Reference
        `dark` is by default 0 everywhere.
    panel : array of float64, shape (bands or 1,)
        The white panel's own reflectance factor (1: a perfect diffuser).
    maximum : float or None
        Stored value from which on a pixel is saturated; None for the data type's maximum (a
        12-bit camera that stores 16 bits saturates at 4095: say so).
    """

    white: Reference
    dark: Reference = field(default_factory=lambda: Reference.constant(0))
    panel: Wavelengths = field(default_factory=lambda: np.ones(1))
    maximum: float | None = None

    def __post_init__(self) -> None:
        if not np.all(np.asarray(self.panel) > 0):
            raise CubeError("The panel's reflectance factors must be positive numbers; correct them.")
        if self.maximum is not None and not 0 < self.maximum < np.inf:
            raise CubeError(
                "Values cannot be saturated at {maximum}; give a positive number.", maximum=self.maximum
            )

    def gain(self, cube: Cube) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
        """Dark signal and reflectance per count for each detector element of `cube`.

        Returns
        -------
        dark, gain : arrays of float32, shape (samples, bands)
            The gain is NaN where the element is dead: white <= dark, or one of them is missing.
        notes : tuple of str

        Raises
        ------
        CubeError
            When a reference or the panel does not fit the cube.
        """
        white, white_notes = self.white.fitting(cube)
        dark, dark_notes = self.dark.fitting(cube)
        panel = np.atleast_1d(np.asarray(self.panel, np.float64))
        if panel.shape not in ((1,), (cube.bands,)):
            raise CubeError(
                "The panel has {size} reflectance factors, {name} has {bands} bands; give one factor, "
                "or one per band.",
                size=panel.size,
                name=cube.name,
                bands=cube.bands,
            )
        span = white - dark
        alive = span > 0  # False for NaN too
        gain = np.where(alive, panel / np.where(alive, span, 1.0), np.nan)
        notes = (*white_notes, *dark_notes)
        return dark.astype(np.float32), gain.astype(np.float32), notes


def panel_factors(wavelengths: Wavelengths, factors: Wavelengths, cube: Cube) -> Wavelengths:
    """A panel's certified factors at the bands of a cube, by linear interpolation.

    Parameters
    ----------
    wavelengths : array, shape (n,)
        In nm, in any order.
    factors : array, shape (n,)
        Reflectance factors, 0..1.
    cube : Cube

    Raises
    ------
    CubeError
        When the cube has no wavelengths, or has some that the certificate does not cover.
    """
    if cube.wavelengths is None:
        raise CubeError("{name} has no wavelengths; give the panel one constant factor.", name=cube.name)
    order = np.argsort(wavelengths)
    low, high = float(wavelengths[order[0]]), float(wavelengths[order[-1]])
    if cube.wavelengths.min() < low or cube.wavelengths.max() > high:
        raise CubeError(
            "The panel's factors cover {low:.0f} to {high:.0f} nm, {name} has bands from "
            "{first:.0f} to {last:.0f} nm; add the missing factors, or give one constant.",
            low=low,
            high=high,
            name=cube.name,
            first=cube.wavelengths.min(),
            last=cube.wavelengths.max(),
        )
    interpolated: Wavelengths = np.interp(cube.wavelengths, wavelengths[order], factors[order])
    return interpolated


@checked(CubeError)
def reflectance(cube: Cube, calibration: Calibration) -> Cube:
    """The cube as reflectance, computed where it is looked at.

    Parameters
    ----------
    cube : Cube
        Raw counts.  Calibrate before masking: a background blanked to 0 would become
        -dark / (white - dark).
    calibration : Calibration

    Returns
    -------
    Cube
        float32; NaN where nothing was measured.  Dead detector elements are repaired from their
        neighbours along the line, NaN where those are dead, too.  A band in which every sample is dead
        is marked bad.

    Raises
    ------
    CubeError
        When a reference does not fit.
    """
    dark, gain, notes = calibration.gain(cube)
    repair = Repair.of(np.isnan(gain))
    dark, gain_or_0 = np.where(repair.dead, 0, dark), np.where(repair.dead, 0, gain)

    def read(lines: slice, samples: slice, bands: list[int]) -> FloatArray:
        chosen, wide = contiguous(bands), repair.around(samples)
        block = cube.window(lines, wide, chosen)
        # In the order of the block's axes, else arithmetic takes thirty times as long.
        band_by_band = abs(block.strides[2]) > abs(block.strides[1])
        order: Literal["F", "C"] = "F" if band_by_band else "C"
        block -= np.asarray(dark[wide, chosen], order=order)
        block *= np.asarray(gain_or_0[wide, chosen], order=order)
        repair.fill(block, wide.start, samples, bands)
        return block[:, samples.start - wide.start : samples.stop - wide.start]

    made = tr(
        "Reflectance by white {white} and dark {dark}.",
        white=calibration.white.name,
        dark=calibration.dark.name,
    )
    return cube.with_(
        data=WindowedArray(cube.shape, np.float32, read, cube.data),
        name=f"{cube.name} reflectance",
        path=None,
        good_bands=cube.good_bands & np.any(np.isfinite(gain), axis=0),
        nodata=None,
        limit=ABSURD,
        scale=1.0,
        reflectance=True,
        notes=(*cube.notes, made, *notes, *told_dead(dead_samples(gain), cube.samples, repair.count)),
    )
