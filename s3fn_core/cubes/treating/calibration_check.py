"""Whether a calibration can be right, what is lost in it, and its result as a file."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.treating.calibrate import Calibration, reflectance
from s3fn_core.cubes.treating.dead import Counts, Repair, dead_samples, told_dead
from s3fn_core.cubes.treating.references import BLOCK, saturated, saturation_level
from s3fn_core.cubes.treating.writing import refuse_to_replace, write_windows
from s3fn_core.cubes.windows import line_blocks, sample_pixels
from s3fn_core.errors import CubeError
from s3fn_core.languages import plural, tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.quoting import per_cent
from s3fn_core.types import BoolArray

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
            told.append(tr("Saturation was not looked for: give the camera's largest value."))
        elif self.saturated.any():
            worst = int(self.saturated.argmax())
            told.append(
                plural(
                    "Saturated (>= {level:g}): {values} values, in {count} band, at most {most} of {pixels} "
                    "in band {worst}.",
                    "Saturated (>= {level:g}): {values} values, in {count} bands, at most {most} of {pixels} "
                    "in band {worst}.",
                    int(np.count_nonzero(self.saturated)),
                    level=self.maximum,
                    values=self.saturated.sum(),
                    most=self.saturated[worst],
                    pixels=self.pixels,
                    worst=worst + 1,
                )
            )
        return (*told, *told_dead(self.dead, self.samples, self.repaired), *self.doubts)


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
        found = tr(
            "The white reference {white} (median {white_median:g}) is not brighter than the dark one "
            "{dark} ({dark_median:g}) in {share} of the detector elements.",
            white=white.name,
            white_median=bright,
            dark=dark.name,
            dark_median=dim,
            share=per_cent(dead, 0),
        )
        mend = tr("Exchange them.") if bright < dim else tr("Choose the measurement of a white panel.")
        return Verdict(f"{found} {mend}")
    good = np.flatnonzero(cube.good_bands).tolist()
    values = sample_pixels(reflectance(cube, calibration), good, LOOKED_AT)
    release(cube.data)
    values = values[np.isfinite(values)]
    if not values.size:
        return Verdict(doubts=(tr("No pixel of the scene that was looked at holds values."),))
    top = float(np.percentile(values, 99))
    telling = values[np.abs(values) > BLACK] if (np.abs(values) > BLACK).any() else values
    median = float(np.median(telling))
    odd = float(np.mean((telling < USUAL[0]) | (telling > USUAL[1])))
    told = tr(
        "reflectances would be {median:.2g} in the median, {share} of them outside 0 to {highest}",
        median=median,
        share=per_cent(odd, 0),
        highest=USUAL[1],
    )
    if top < BLACK:
        return Verdict(
            tr(
                "{name} is too dark for these references: {reason}, the brightest {top:.2g}. It may be "
                "reflectance already, or of another exposure; give the raw counts and their references.",
                name=cube.name,
                reason=told,
                top=top,
            )
        )
    if odd > 0.5:
        return Verdict(
            tr(
                "{white} and {dark} are not references of {cube}: {reason}. Give the "
                "measurements of a white panel and of the closed shutter that belong to it.",
                white=white.name,
                dark=dark.name,
                cube=cube.name,
                reason=told,
            )
        )
    doubts = []
    if odd > ODD:
        doubts.append(tr("The references may be of another measurement: {reason}.", reason=told))
    if white.deviation > ALIKE:
        doubts.append(
            tr(
                "The lines of the white reference {name} differ from each other by {share}; those of a "
                "panel are alike. It may be another scene.",
                name=white.name,
                share=per_cent(white.deviation, 0),
            )
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
        yield Progress("saturation", lines.start / cube.lines, tr("Counting saturated pixels"))
        found = saturated(cube, lines, maximum)
        if found.any():  # rarely; counting along axes takes much longer than looking
            full += np.count_nonzero(found, axis=(0, 1))
            where[lines] = found.any(axis=2)
        release(cube.data)
    pixels, verdict = cube.lines * cube.samples, judged(cube, calibration)
    doubts = (verdict.refusal, *verdict.doubts) if verdict.refusal else verdict.doubts
    repaired = Repair.of(np.isnan(gain)).count
    return Defects(full, dead_samples(gain), pixels, cube.samples, maximum, where, doubts, repaired)


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
