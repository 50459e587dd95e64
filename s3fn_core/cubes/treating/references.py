"""White and dark references of a line scanner."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.cubes.windows import line_blocks
from s3fn_core.errors import CubeError
from s3fn_core.files import read_file
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, run
from s3fn_core.quoting import per_cent
from s3fn_core.types import BoolArray, Wavelengths

Spectra = np.ndarray[Any, np.dtype[np.float64]]
BLOCK = 16 << 20  # bytes of float32 that are looked at at once
# What cameras call the time in their ENVI headers (Specim, HySpex, Headwall, converters).
_TIME = re.compile(
    r"^[ \t]*(tint|integration[ _]time|exposure(?:[ _]time)?|shutter)[ \t]*=[ \t]*(\S[^\r\n]*)",
    re.IGNORECASE | re.MULTILINE,
)


@checked(CubeError)
@dataclass(frozen=True, eq=False)
class Reference:
    """A white or dark measurement, averaged over its lines.

    Attributes
    ----------
    values : array of float64, shape (samples or 1, bands or 1)
        Raw signal in the unit of the cube; an axis of length 1 holds for all samples or bands.
        NaN where nothing was measured.
    name : str
        For messages.
    wavelengths : array, shape (bands,), or None
        In nm.
    integration_time : str
        As the camera's header states it, e.g. ``"tint = 8.5"``; empty where it does not.
    notes : tuple of str
    deviation : float
        Standard deviation between the lines that were averaged, as a share of the mean: the median
        over the detector elements.  0 where nothing was averaged.
    """

    values: Spectra
    name: str
    wavelengths: Wavelengths | None = None
    integration_time: str = ""
    notes: tuple[str, ...] = ()
    deviation: float = 0.0

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or not self.values.size:
            raise CubeError(
                "The reference {name} has the shape {shape}; it needs two axes (samples or 1, bands or 1).",
                name=self.name,
                shape=self.values.shape,
            )

    @staticmethod
    def constant(value: float, name: str = tr("constant")) -> Reference:
        """The same signal in every sample and band."""
        return Reference(np.full((1, 1), float(value)), f"{name} {value:g}")

    @staticmethod
    def spectrum(values: Any, name: str, wavelengths: Wavelengths | None = None) -> Reference:
        """The same spectrum, shape (bands,), in every sample."""
        return Reference(np.array(values, np.float64).reshape(1, -1), name, wavelengths)

    @staticmethod
    def of_cube(cube: Cube, maximum: float | None = None) -> Reference:
        """Average the lines of a reference cube, sample by sample and band by band.

        Every sample of a line scanner has its own detector elements, with a gain and a dark
        signal of their own, so that samples must not be averaged.

        See :func:`averaged_lines`, which reports its progress.
        """
        return run(averaged_lines(cube, maximum))

    def averaged(self) -> Reference:
        """One spectrum for all samples, for a reference that was measured with other optics."""
        count = np.isfinite(self.values).sum(axis=0, keepdims=True)
        total = np.nansum(self.values, axis=0, keepdims=True)
        return replace(self, values=np.where(count > 0, total / np.maximum(count, 1), np.nan))

    def fitting(self, cube: Cube) -> tuple[Spectra, tuple[str, ...]]:
        """Values for each sample and band of `cube`, and what the user should know about the fit.

        Returns
        -------
        values : array, shape (samples, bands), read-only
        notes : tuple of str

        Raises
        ------
        CubeError
            When samples, bands or wavelengths are others than the cube's.
        """
        samples, bands = self.values.shape
        if bands not in (1, cube.bands):
            raise CubeError(
                "The reference {name} has {bands} bands, {cube} has {cube_bands}; choose a "
                "reference taken with the same camera and binning.",
                name=self.name,
                bands=bands,
                cube=cube.name,
                cube_bands=cube.bands,
            )
        if samples not in (1, cube.samples):
            raise CubeError(
                "The reference {name} has {samples} samples, {cube} has {cube_samples}; choose one "
                "of the same field of view, or use its average.",
                name=self.name,
                samples=samples,
                cube=cube.name,
                cube_samples=cube.samples,
            )
        notes = (*self.notes, *self._other_wavelengths(cube), *self._other_time(cube))
        return np.broadcast_to(self.values, (cube.samples, cube.bands)), notes

    def _other_wavelengths(self, cube: Cube) -> tuple[str, ...]:
        if self.wavelengths is None or cube.wavelengths is None or cube.bands < 2:
            return ()
        difference = float(np.max(np.abs(self.wavelengths - cube.wavelengths)))
        spacing = float(np.median(np.abs(np.diff(cube.wavelengths))))
        if difference > spacing / 2:  # then another band would fit better
            raise CubeError(
                "The wavelengths of the reference {name} differ by up to {difference:.1f} nm from those of "
                "{cube}; choose a reference taken with the same camera.",
                name=self.name,
                difference=difference,
                cube=cube.name,
            )
        if difference > spacing / 20:
            note = tr(
                "The wavelengths of {name} differ by up to {difference:.2f} nm.",
                name=self.name,
                difference=difference,
            )
            return (note,)
        return ()

    def _other_time(self, cube: Cube) -> tuple[str, ...]:
        own, other = self.integration_time, integration_time(cube)
        if not own or not other or _same_time(own, other):
            return ()
        return (
            tr(
                "{name} was taken with another integration time ({own}) than {cube} ({other}); "
                "reflectance is wrong by their ratio unless the camera corrects for it.",
                name=self.name,
                own=own,
                cube=cube.name,
                other=other,
            ),
        )


@checked(CubeError)
def averaged_lines(
    cube: Cube, maximum: float | None = None, lines: slice = slice(None), samples: slice = slice(None)
) -> Operation[Reference]:
    """Average lines of a reference cube, or of a scene in which the white panel lies.

    Parameters
    ----------
    cube : Cube
    maximum : float, optional
        Stored value from which on it is saturated, see :func:`saturation_level`.
    lines, samples : slice
        The panel's place, by default everything.  A panel that does not reach over all samples
        gives one spectrum for all of them.

    Returns
    -------
    generator of Progress that returns a Reference

    Raises
    ------
    CubeError
        When the place lies outside of the cube.
    """
    first, stop, _ = lines.indices(cube.lines)
    left, right, _ = samples.indices(cube.samples)
    if first >= stop or left >= right:
        raise CubeError(
            "{name} has lines 0 to {lines} and samples 0 to {samples}; choose lines and samples of "
            "the panel among them.",
            name=cube.name,
            lines=cube.lines - 1,
            samples=cube.samples - 1,
        )
    full = 0
    total = np.zeros((right - left, cube.bands))
    count = np.zeros((right - left, cube.bands))
    some = slice(None, None, -(-cube.bands // 16))  # bands that tell how alike the lines are
    squares = np.zeros(total[:, some].shape)
    for block in line_blocks(cube, block=BLOCK, lines=slice(first, stop)):
        done = (block.start - first) / (stop - first)
        yield Progress("reference", done, tr("Averaging {name}", name=cube.name))
        values = cube.window(block, slice(left, right))
        part = values.sum(axis=0, dtype=np.float64)
        present: Any = len(values)
        if not np.isfinite(part).all():  # rarely; it takes much longer
            part = np.nansum(values, axis=0, dtype=np.float64)
            present = np.isfinite(values).sum(axis=0)
        total += part
        count += present
        squares += np.square(np.nan_to_num(values[..., some]), dtype=np.float64).sum(axis=0)
        full += int(np.count_nonzero(saturated(cube, block, maximum, slice(left, right))))
        release(cube.data)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    name = _place(cube, slice(first, stop), slice(left, right))
    notes = []
    if stop - first == 1:
        notes.append(tr("{name} has a single line: its noise enters every line.", name=name))
    if full:
        share = full / ((stop - first) * total.size)
        notes.append(
            tr(
                "{name} is saturated in {share} of its values: too low there.",
                name=name,
                share=per_cent(share, 2),
            )
        )
    deviation = _deviation(mean[:, some], squares / np.maximum(count[:, some], 1))
    found = Reference(mean, name, cube.wavelengths, integration_time(cube), tuple(notes), deviation)
    return found if right - left == cube.samples else found.averaged()


def _deviation(mean: Spectra, square: Spectra) -> float:
    """Median of the relative standard deviation, from means and mean squares."""
    bright = mean > 0  # False where it is missing
    if not bright.any():
        return 0.0
    variance = np.maximum(square[bright] - mean[bright] ** 2, 0)
    return float(np.median(np.sqrt(variance) / mean[bright]))


def _place(cube: Cube, lines: slice, samples: slice) -> str:
    """What a part of a cube is called; the numbers are those under the cursor."""
    parts = []
    if lines.stop - lines.start < cube.lines:
        parts.append(tr("lines {first} to {last}", first=lines.start, last=lines.stop - 1))
    if samples.stop - samples.start < cube.samples:
        parts.append(tr("samples {first} to {last}", first=samples.start, last=samples.stop - 1))
    return tr("{place} of {cube}", place=", ".join(parts), cube=cube.name) if parts else cube.name


def saturation_level(cube: Cube, maximum: float | None = None) -> float | None:
    """The stored value that means saturation: `maximum`, else the integer type's largest."""
    if maximum is not None:
        return float(maximum)
    kind = np.dtype(cube.data.dtype)
    return float(np.iinfo(kind).max) if np.issubdtype(kind, np.integer) else None


def saturated(
    cube: Cube, lines: slice, maximum: float | None = None, samples: slice = slice(None)
) -> BoolArray:
    """Which values are saturated, shape (lines, samples, bands); none where no level is known."""
    level = saturation_level(cube, maximum)
    if level is None:
        width = len(range(*samples.indices(cube.samples)))
        return np.zeros((lines.stop - lines.start, width, cube.bands), bool)
    stored = np.asarray(cube.data[lines, samples, :])
    full: BoolArray = stored >= level
    if cube.nodata is not None:  # which is often the type's largest value
        full &= stored != cube.nodata
    return full


def integration_time(cube: Cube) -> str:
    """Field and value of the integration time in a cube's ENVI header, empty where unknown."""
    if cube.path is None or cube.path.suffix.lower() != ".hdr":
        return ""
    try:
        text = read_file(cube.path).decode("latin-1")  # every byte is a letter there; the field is ASCII
    except OSError:
        return ""
    found = _TIME.search(text)
    return f"{' '.join(found[1].lower().split())} = {found[2].strip('{} ')}" if found else ""


def _same_time(one: str, other: str) -> bool:
    """Compare as numbers where both are, else as text; fields of other names say nothing."""
    key, _, value = one.partition(" = ")
    other_key, _, other_value = other.partition(" = ")
    if key != other_key:
        return True
    try:
        return bool(np.isclose(float(value), float(other_value), rtol=1e-3))
    except ValueError:
        return value == other_value
