"""From raw counts to reflectance, by a white and a dark reference.

reflectance = panel * (raw - dark) / (white - dark)

Source: Geladi, Burger & Lestander (2004) "Hyperspectral imaging: calibration problems and
solutions", Chemometrics and Intelligent Laboratory Systems 72, 209-217; for each detector element
of a line scanner by itself: Polder, van der Heijden, Keizer & Young (2003) "Calibration and
characterisation of imaging spectrographs", Journal of Near Infrared Spectroscopy 11, 193-210.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.lazy import WindowedArray, contiguous
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.treating.references import BLOCK, Reference, saturated, saturation_level
from s3fn_core.cubes.treating.writing import refuse_to_replace, write_windows
from s3fn_core.cubes.windows import line_blocks
from s3fn_core.errors import CubeError
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

Counts = np.ndarray[Any, np.dtype[np.int64]]


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
                f"The panel has {panel.size} reflectance factors, {cube.name} has {cube.bands} "
                "bands; give one factor, or one a band."
            )
        if not np.all(panel > 0):
            raise CubeError("The panel's reflectance factors must be positive numbers; mend them.")
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
        raise CubeError(f"{cube.name} has no wavelengths; give the panel one constant factor.")
    order = np.argsort(wavelengths)
    low, high = float(wavelengths[order[0]]), float(wavelengths[order[-1]])
    if cube.wavelengths.min() < low or cube.wavelengths.max() > high:
        raise CubeError(
            f"The panel's factors cover {low:.0f} to {high:.0f} nm, {cube.name} has bands from "
            f"{cube.wavelengths.min():.0f} to {cube.wavelengths.max():.0f} nm; add the missing "
            "factors, or give one constant."
        )
    interpolated: Wavelengths = np.interp(cube.wavelengths, wavelengths[order], factors[order])
    return interpolated


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
        float32; NaN where nothing was measured or the detector element is dead.  A band in which
        every sample is dead is marked bad.

    Raises
    ------
    CubeError
        When a reference does not fit.
    """
    dark, gain, notes = calibration.gain(cube)

    def read(lines: slice, samples: slice, bands: list[int]) -> FloatArray:
        chosen = contiguous(bands)
        block = cube.window(lines, samples, chosen)
        # In the order of the block's axes, else arithmetic takes thirty times as long.
        band_by_band = abs(block.strides[2]) > abs(block.strides[1])
        order: Literal["F", "C"] = "F" if band_by_band else "C"
        block -= np.asarray(dark[samples, chosen], order=order)
        block *= np.asarray(gain[samples, chosen], order=order)
        return block

    made = f"Reflectance by white {calibration.white.name} and dark {calibration.dark.name}."
    return cube.with_(
        data=WindowedArray(cube.shape, np.float32, read, cube.data),
        name=f"{cube.name} reflectance",
        path=None,
        good_bands=cube.good_bands & np.any(np.isfinite(gain), axis=0),
        nodata=None,
        scale=1.0,
        notes=(*cube.notes, made, *notes, *_told_dead(_dead_samples(gain), cube.samples)),
    )


@dataclass(frozen=True, eq=False)
class Defects:
    """What a calibration cannot mend.

    Attributes
    ----------
    saturated : array of int64, shape (bands,)
        Pixels at or above the maximum; their reflectance is too low.
    dead : array of int64, shape (bands,)
        Samples of which white <= dark; their reflectance is NaN.
    pixels, samples : int
        Pixels and samples of the cube.
    maximum : float or None
        The stored value that counted as saturated, None where none is known.
    where : array of bool, shape (lines, samples)
        Pixels that are saturated in at least one band.
    """

    saturated: Counts
    dead: Counts
    pixels: int
    samples: int
    maximum: float | None
    where: BoolArray

    def summary(self) -> tuple[str, ...]:
        """Lines for the user; empty when there is nothing to tell."""
        told = []
        if self.maximum is None:
            told.append("Saturation was not looked for: give the camera's largest value.")
        elif self.saturated.any():
            worst = int(self.saturated.argmax())
            told.append(
                f"Saturated (>= {self.maximum:g}): pixels in {np.count_nonzero(self.saturated)} "
                f"bands, at most {self.saturated[worst]} of {self.pixels} in band {worst + 1}."
            )
        return (*told, *_told_dead(self.dead, self.samples))


def _dead_samples(gain: FloatArray) -> Counts:
    """In each band, shape (bands,)."""
    dead: Counts = np.count_nonzero(np.isnan(gain), axis=0).astype(np.int64)
    return dead


def _told_dead(dead: Counts, samples: int) -> tuple[str, ...]:
    if not dead.any():
        return ()
    whole = int(np.count_nonzero(dead == samples))
    return (
        f"Dead (white <= dark): samples in {np.count_nonzero(dead)} bands, "
        f"{whole} of them in every sample; they are missing (NaN).",
    )


def count_defects(cube: Cube, calibration: Calibration) -> Operation[Defects]:
    """Count saturated pixels and dead samples, band by band.

    Returns
    -------
    generator of Progress that returns Defects

    Raises
    ------
    CubeError
        When a reference does not fit.
    """
    _, gain, _ = calibration.gain(cube)
    maximum = saturation_level(cube, calibration.maximum)
    full = np.zeros(cube.bands, np.int64)
    where = np.zeros((cube.lines, cube.samples), bool)
    for lines in line_blocks(cube, block=BLOCK) if maximum is not None else ():
        yield Progress("saturation", lines.start / cube.lines, "Counting saturated pixels")
        found = saturated(cube, lines, maximum)
        if found.any():  # rarely; counting along axes takes much longer than looking
            full += np.count_nonzero(found, axis=(0, 1))
            where[lines] = found.any(axis=2)
        release(cube.data)
    pixels = cube.lines * cube.samples
    return Defects(full, _dead_samples(gain), pixels, cube.samples, maximum, where)


def write_reflectance(
    cube: Cube, calibration: Calibration, path: str | PathLike[str]
) -> Operation[tuple[Path, Defects]]:
    """Write the cube's reflectance as ENVI, some lines at a time.

    Parameters
    ----------
    cube : Cube
        Raw counts.
    calibration : Calibration
    path : path
        Name of the header; see ``header_path``.

    Returns
    -------
    generator of Progress that returns (header, Defects)
        Closed before its end it leaves the files as they were.

    Raises
    ------
    CubeError
        When a reference does not fit, the disk refuses, or `path` names the raw cube itself.
    """
    refuse_to_replace(cube, path)
    result = reflectance(cube, calibration)
    defects = yield from scaled(count_defects(cube, calibration), 0.0, 0.3)
    header = yield from scaled(write_windows(result, path), 0.3, 1.0)
    return header, defects
