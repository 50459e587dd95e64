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

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import ABSURD, Cube
from s3fn_core.cubes.lazy import WindowedArray, contiguous
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.treating.dead import Repair
from s3fn_core.cubes.treating.references import BLOCK, Reference, saturated, saturation_level
from s3fn_core.cubes.treating.writing import refuse_to_replace, write_windows
from s3fn_core.cubes.windows import line_blocks, sample_pixels
from s3fn_core.errors import CubeError
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.quoting import per_cent
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

Counts = np.ndarray[Any, np.dtype[np.int64]]
USUAL = (-0.05, 1.2)
"""Reflectances that are measured; what lies outside is a mirror, or comes from a wrong reference."""
BLACK = 0.005
"""No scene is so dark that not even its brightest values reflect as much; what reflects less, such as
a black background, tells nothing of the white reference."""
ODD = 0.1
"""Share of values outside of USUAL from which on a calibration is doubted; beyond a half, refused."""
ALIKE = 0.1
"""Relative deviation between the lines of a white panel, at most."""
LOOKED_AT = 4000
"""Pixels of the scene by which a calibration is judged."""


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
            raise CubeError(f"Values cannot be saturated at {self.maximum}; give a positive number.")

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

    made = f"Reflectance by white {calibration.white.name} and dark {calibration.dark.name}."
    return cube.with_(
        data=WindowedArray(cube.shape, np.float32, read, cube.data),
        name=f"{cube.name} reflectance",
        path=None,
        good_bands=cube.good_bands & np.any(np.isfinite(gain), axis=0),
        nodata=None,
        limit=ABSURD,
        scale=1.0,
        reflectance=True,
        notes=(*cube.notes, made, *notes, *_told_dead(_dead_samples(gain), cube.samples, repair.count)),
    )


@dataclass(frozen=True, eq=False)
class Defects:
    """What a calibration cannot mend.

    Attributes
    ----------
    saturated : array of int64, shape (bands,)
        Pixels at or above the maximum; their reflectance is too low.
    dead : array of int64, shape (bands,)
        Samples of which white <= dark.
    pixels, samples : int
        Pixels and samples of the cube.
    maximum : float or None
        The stored value that counted as saturated, None where none is known.
    where : array of bool, shape (lines, samples)
        Pixels that are saturated in at least one band.
    doubts : tuple of str
        What makes the calibration implausible, see :func:`judged`.
    repaired : int
        Dead elements with neighbours along the line that work.
    """

    saturated: Counts
    dead: Counts
    pixels: int
    samples: int
    maximum: float | None
    where: BoolArray
    doubts: tuple[str, ...] = ()
    repaired: int = 0

    def summary(self) -> tuple[str, ...]:
        """Lines for the user; empty when there is nothing to tell."""
        told = []
        if self.maximum is None:
            told.append("Saturation was not looked for: give the camera's largest value.")
        elif self.saturated.any():
            worst = int(self.saturated.argmax())
            told.append(
                f"Saturated (>= {self.maximum:g}): {self.saturated.sum()} values, in "
                f"{np.count_nonzero(self.saturated)} bands, at most {self.saturated[worst]} of "
                f"{self.pixels} in band {worst + 1}."
            )
        return (*told, *_told_dead(self.dead, self.samples, self.repaired), *self.doubts)


def _dead_samples(gain: FloatArray) -> Counts:
    """In each band, shape (bands,)."""
    dead: Counts = np.count_nonzero(np.isnan(gain), axis=0).astype(np.int64)
    return dead


def _told_dead(dead: Counts, samples: int, repaired: int) -> tuple[str, ...]:
    if not dead.any():
        return ()
    whole = int(np.count_nonzero(dead == samples))
    rest = int(dead.sum()) - repaired
    found = (
        f"Dead (white <= dark): {dead.sum()} of {samples * dead.size} detector elements, in "
        f"{np.count_nonzero(dead)} bands"
    )
    throughout = f", {whole} of them in every sample" if whole else ""
    fates = [f"{repaired} are repaired from their neighbours along the line"] if repaired else []
    fates += [f"{rest} are missing (NaN)"] if rest else []
    return (f"{found}{throughout}. {', '.join(fates)}.",)


@dataclass(frozen=True)
class Verdict:
    """Whether a calibration can be right: why it cannot (else empty), and what speaks against it."""

    refusal: str = ""
    doubts: tuple[str, ...] = ()


def judged(cube: Cube, calibration: Calibration) -> Verdict:
    """Look at the references and at what they make of some pixels of the scene.

    Raises
    ------
    CubeError
        When a reference does not fit.
    """
    white, dark = calibration.white, calibration.dark
    _, gain, _ = calibration.gain(cube)
    dead = float(np.isnan(gain).mean())
    if dead > 0.5:
        bright, dim = (float(np.nanmedian(one.values)) for one in (white, dark))
        mend = "Exchange them" if bright < dim else "Choose the measurement of a white panel"
        return Verdict(
            f"The white reference {white.name} (median {bright:g}) is not brighter than the dark one "
            f"{dark.name} ({dim:g}) in {per_cent(dead, 0)} of the detector elements. {mend}."
        )
    good = np.flatnonzero(cube.good_bands).tolist()
    values = sample_pixels(reflectance(cube, calibration), good, LOOKED_AT)
    release(cube.data)
    values = values[np.isfinite(values)]
    if not values.size:
        return Verdict(doubts=("No pixel of the scene that was looked at holds values.",))
    top = float(np.percentile(values, 99))
    telling = values[np.abs(values) > BLACK] if (np.abs(values) > BLACK).any() else values
    median = float(np.median(telling))
    odd = float(np.mean((telling < USUAL[0]) | (telling > USUAL[1])))
    outside = f"{per_cent(odd, 0)} of them outside 0 to {USUAL[1]}"
    told = f"reflectances would be {median:.2g} in the median, {outside}"
    if top < BLACK:
        return Verdict(
            f"{cube.name} is too dark for these references: {told}, the brightest {top:.2g}. It may be "
            "reflectance already, or of another exposure; give the raw counts and their references."
        )
    if odd > 0.5:
        return Verdict(
            f"{white.name} and {dark.name} are not references of {cube.name}: {told}. Give the "
            "measurements of a white panel and of the closed shutter that belong to it."
        )
    doubts = []
    if odd > ODD:
        doubts.append(f"The references may be of another measurement: {told}.")
    if white.deviation > ALIKE:
        doubts.append(
            f"The lines of the white reference {white.name} differ from each other by "
            f"{per_cent(white.deviation, 0)}; those of a panel are alike. It may be another scene."
        )
    return Verdict("", tuple(doubts))


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
    pixels, verdict = cube.lines * cube.samples, judged(cube, calibration)
    doubts = (verdict.refusal, *verdict.doubts) if verdict.refusal else verdict.doubts
    repaired = Repair.of(np.isnan(gain)).count
    return Defects(full, _dead_samples(gain), pixels, cube.samples, maximum, where, doubts, repaired)


@checked(CubeError)
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
        When a reference does not fit or the result would be nonsense (:func:`judged`), the disk
        refuses, or `path` names the raw cube itself.
    """
    refuse_to_replace(cube, path)
    if refusal := judged(cube, calibration).refusal:
        raise CubeError(refusal)
    result = reflectance(cube, calibration)
    defects = yield from scaled(count_defects(cube, calibration), 0.0, 0.3)
    header = yield from scaled(write_windows(result, path), 0.3, 1.0)
    return header, defects
