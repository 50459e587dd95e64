"""What a choice of references comes to, worked out in a worker thread; nothing here is a widget."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.spectra.region import Moments
from s3fn_core.cubes.treating.calibrate import Calibration, reflectance
from s3fn_core.cubes.treating.calibration_check import Defects, count_defects, judged
from s3fn_core.cubes.treating.reference_sources import Source, read_panel, read_source
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.cubes.windows import sample_pixels
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

PIXELS = 100  # on a grid over the scene, looked at for the preview
PICTURE = 96  # pixels
RANGE = (10, 90)  # the percentiles of them between which the range lies
ReferencesRead = dict[tuple[Source, float | None], Reference]
"""References that were read already, by what they were read from."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What the analyst chose; None where a choice is not complete.

    `panel` is one factor, a certificate, or factors that are known already.
    """

    white: Source | None
    dark: Source | None
    panel: float | Path | Wavelengths | None
    maximum: float | None = None


@dataclass(frozen=True, eq=False)
class Curves:
    """Spectra of a preview, each of shape (bands,), in the order of `axis`.

    `axis` is in nm, or band numbers from 1 where `in_nm` is False.
    """

    axis: Wavelengths
    in_nm: bool
    white: FloatArray
    dark: FloatArray
    scene: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, eq=False)
class Tried:
    """How a plan turned out; `problems` says by "white", "dark" and "panel" what does not fit."""

    calibration: Calibration | None = None
    problems: dict[str, str] = field(default_factory=dict)
    curves: Curves | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Counted:
    """What a calibration cannot mend, and a small picture of the scene with saturation marked."""

    defects: Defects
    picture: ByteImage


def try_plan(source: Cube, treatment: Treatment, plan: Plan, known: ReferencesRead) -> Operation[Tried]:
    """Read the references of a plan and calibrate some pixels by them.

    Parameters
    ----------
    source : Cube
        As its file says.
    treatment : Treatment
        Its metadata count.
    plan : Plan
    known : dict
        References that need not be read again; those read now are added.
    """
    counts = treatment.counts(source)
    described = source if treatment.metadata is None else treatment.metadata.applied(source)
    problems: dict[str, str] = {}
    found: dict[str, Reference] = {}
    for place, chosen, start in (("white", plan.white, 0.0), ("dark", plan.dark, 0.45)):
        if chosen is None:
            continue
        try:
            read = _read(chosen, counts, plan.maximum, known)
            found[place] = yield from scaled(read, start, start + 0.45)
            found[place].fitting(counts)
        except CubeError as error:
            problems[place] = str(error)
    yield Progress("preview", 0.9, tr("Calibrating some pixels"))
    panel: Wavelengths | None = None
    try:
        panel = _panel(plan.panel, described)
    except CubeError as error:
        problems["panel"] = str(error)
    if problems or panel is None or len(found) < 2:
        return Tried(problems=problems)
    calibration = Calibration(found["white"], found["dark"], panel, plan.maximum)
    _, gain, notes = calibration.gain(counts)
    if not np.isfinite(gain).any():
        dim = tr("The white reference is nowhere brighter than the dark one; choose another.")
        return Tried(problems={"white": dim})
    verdict = judged(counts, calibration)
    if verdict.refusal:
        return Tried(problems={"white": verdict.refusal})
    return Tried(calibration, {}, _curves(counts, described, calibration), (*notes, *verdict.doubts))


def count(
    counts: Cube, calibration: Calibration, image: ByteImage, colour: tuple[int, int, int]
) -> Operation[Counted]:
    """Count saturated pixels, and paint them over `image` in `colour`."""
    defects = yield from count_defects(counts, calibration)
    return Counted(defects, _marked(image, defects.where, colour))


def _marked(image: ByteImage, where: BoolArray, colour: tuple[int, int, int]) -> ByteImage:
    """A grey picture of at most PICTURE pixels a side; each mark stays visible."""
    step = max(1, -(-max(where.shape) // PICTURE))
    small = image[::step, ::step]
    grey = small.mean(axis=2) if small.ndim == 3 else small
    result = np.repeat(grey.astype(np.uint8)[:, :, None], 3, axis=2)
    lines, samples = np.nonzero(where)
    result[lines // step, samples // step] = colour
    return result


def _read(chosen: Source, counts: Cube, maximum: float | None, known: ReferencesRead) -> Operation[Reference]:
    if isinstance(chosen, Reference):
        return chosen
    if (chosen, maximum) not in known:
        known[chosen, maximum] = yield from read_source(chosen, counts, maximum)
    return known[chosen, maximum]


def _panel(panel: float | Path | Wavelengths | None, described: Cube) -> Wavelengths | None:
    if isinstance(panel, Path):
        return read_panel(panel, described)
    return None if panel is None else np.atleast_1d(np.asarray(panel, np.float64))


def _curves(counts: Cube, described: Cube, calibration: Calibration) -> Curves:
    """Spectra on a grid over the scene, in the order of their wavelengths."""
    bands = list(range(counts.bands))
    raw = sample_pixels(counts, bands, PIXELS)
    made = sample_pixels(reflectance(counts, calibration), bands, PIXELS)
    release(counts.data)
    centres = described.wavelengths
    axis = np.arange(1.0, counts.bands + 1) if centres is None else centres
    order = np.argsort(axis, kind="stable")
    shape = (counts.samples, counts.bands)

    def shown(values: FloatArray) -> FloatArray:
        kept = np.where(described.good_bands, values, np.nan)[order]
        return kept.astype(np.float32)

    return Curves(
        axis[order],
        centres is not None,
        shown(_mean(np.broadcast_to(calibration.white.values, shape))),
        shown(_mean(np.broadcast_to(calibration.dark.values, shape))),
        shown(_mean(raw)),
        shown(_mean(made)),
        shown(_percentile(made, RANGE[0])),
        shown(_percentile(made, RANGE[1])),
    )


def _mean(values: FloatArray | Wavelengths) -> FloatArray:
    """Band by band over the values that are not missing; NaN where all are."""
    moments = Moments(values.shape[1])
    moments.add(values)
    known = moments.count > 0
    return np.where(known, moments.mean, np.nan).astype(np.float32)


def _percentile(values: FloatArray, share: float) -> FloatArray:
    """As :func:`_mean`."""
    known = np.isfinite(values).any(axis=0)
    result = np.full(values.shape[1], np.nan, np.float32)
    if known.any():
        result[known] = np.nanpercentile(values[:, known], share, axis=0)
    return result
