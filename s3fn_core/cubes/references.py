"""White and dark references of a line scanner: what they say, and where a camera puts them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import SUFFIXES
from s3fn_core.cubes.windows import line_blocks
from s3fn_core.errors import CubeError
from s3fn_core.types import BoolArray, Wavelengths

Spectra = np.ndarray[Any, np.dtype[np.float64]]

# What cameras call the time in their ENVI headers (Specim, HySpex, Headwall, converters).
_TIME = re.compile(
    r"^[ \t]*(tint|integration[ _]time|exposure(?:[ _]time)?|shutter)[ \t]*=[ \t]*(\S[^\r\n]*)",
    re.IGNORECASE | re.MULTILINE,
)

_PART = r"ref(?:erence)?|panel|tile|current|frame|calib(?:ration)?"
# "dark chocolate" is a sample: the bare word counts only as the whole name, or beside the scene's.
_NAMED = re.compile(rf"(?:^|[\W_])(white|dark)[\W_]?(?:{_PART})(?=$|[\W_\d])", re.IGNORECASE)
_BARE = re.compile(r"^[\W_]*(white|dark)[\W_\d]*$", re.IGNORECASE)


@dataclass(frozen=True)
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
    """

    values: Spectra
    name: str
    wavelengths: Wavelengths | None = None
    integration_time: str = ""
    notes: tuple[str, ...] = ()

    @staticmethod
    def constant(value: float, name: str = "constant") -> Reference:
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

        Parameters
        ----------
        cube : Cube
        maximum : float, optional
            Stored value from which on it is saturated, see :func:`saturation_level`.
        """
        full = 0
        total = np.zeros((cube.samples, cube.bands))
        count = np.zeros((cube.samples, cube.bands))
        for lines in line_blocks(cube):
            block = cube.window(lines, slice(None))
            total += np.nansum(block, axis=0, dtype=np.float64)
            count += np.isfinite(block).sum(axis=0)
            full += int(np.count_nonzero(saturated(cube, lines, maximum)))
        values = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        notes = []
        if cube.lines == 1:
            notes.append(f"{cube.name} has a single line: its noise enters every line.")
        if full:
            share = full / (cube.lines * cube.samples * cube.bands)
            notes.append(f"{cube.name} is saturated in {share:.2%} of its values: too low there.")
        return Reference(values, cube.name, cube.wavelengths, integration_time(cube), tuple(notes))

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
                f"The reference {self.name} has {bands} bands, {cube.name} has {cube.bands}; "
                "choose a reference taken with the same camera and binning."
            )
        if samples not in (1, cube.samples):
            raise CubeError(
                f"The reference {self.name} has {samples} samples, {cube.name} has "
                f"{cube.samples}; choose one of the same field of view, or use its average."
            )
        notes = (*self.notes, *self._other_wavelengths(cube), *self._other_time(cube))
        return np.broadcast_to(self.values, (cube.samples, cube.bands)), notes

    def _other_wavelengths(self, cube: Cube) -> tuple[str, ...]:
        if self.wavelengths is None or cube.wavelengths is None or cube.bands < 2:
            return ()
        off = float(np.max(np.abs(self.wavelengths - cube.wavelengths)))
        spacing = float(np.median(np.abs(np.diff(cube.wavelengths))))
        if off > spacing / 2:  # then another band would fit better
            raise CubeError(
                f"The wavelengths of the reference {self.name} differ by up to {off:.1f} nm from "
                f"those of {cube.name}; choose a reference taken with the same camera."
            )
        if off > spacing / 20:
            return (f"The wavelengths of {self.name} differ by up to {off:.2f} nm.",)
        return ()

    def _other_time(self, cube: Cube) -> tuple[str, ...]:
        own, other = self.integration_time, integration_time(cube)
        if not own or not other or _same_time(own, other):
            return ()
        return (
            f"{self.name} was taken with another integration time ({own}) than {cube.name} "
            f"({other}); reflectance is wrong by their ratio unless the camera corrects for it.",
        )


def saturation_level(cube: Cube, maximum: float | None = None) -> float | None:
    """The stored value that means saturation: `maximum`, else the integer type's largest."""
    if maximum is not None:
        return float(maximum)
    kind = np.dtype(cube.data.dtype)
    return float(np.iinfo(kind).max) if np.issubdtype(kind, np.integer) else None


def saturated(cube: Cube, lines: slice, maximum: float | None = None) -> BoolArray:
    """Which values are saturated, shape (lines, samples, bands); none where no level is known."""
    level = saturation_level(cube, maximum)
    if level is None:
        return np.zeros((lines.stop - lines.start, cube.samples, cube.bands), bool)
    stored = np.asarray(cube.data[lines, :, :])
    full: BoolArray = stored >= level
    if cube.nodata is not None:  # which is often the type's largest value
        full &= stored != cube.nodata
    return full


def integration_time(cube: Cube) -> str:
    """Field and value of the integration time in a cube's ENVI header, empty where unknown."""
    if cube.path is None or cube.path.suffix.lower() != ".hdr":
        return ""
    try:
        text = cube.path.read_text("latin-1")  # every byte is a letter there; the field is ASCII
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


@dataclass(frozen=True)
class Proposal:
    """References that were found beside a cube; a question to the user, not a decision."""

    white: Path | None = None
    dark: Path | None = None
    notes: tuple[str, ...] = ()


def find_references(path: str | Path) -> Proposal:
    """Look beside a cube for its white and dark reference, by the names that cameras use.

    Known are ``WHITEREF_scene`` and ``DARKREF_scene`` (Specim), ``WhiteReference`` and
    ``DarkReference`` (Resonon, Headwall), ``white`` and ``dark``, ``scene_white``; in any case of
    letters and with any suffix of a cube.

    Parameters
    ----------
    path : path
        Header or data file of the cube.

    Returns
    -------
    Proposal
        Empty for a cube that is a reference itself.
    """
    path = Path(path)
    scene = stem_of(path).lower()
    if _kind(scene, "") is not None or not path.parent.is_dir():
        return Proposal()
    found: dict[str, list[tuple[int, bool, str, Path]]] = {"white": [], "dark": []}
    for file in sorted(path.parent.iterdir()):
        if file.suffix.lower() not in SUFFIXES or not file.is_file():
            continue
        match = _kind(stem_of(file).lower(), scene)
        if match is not None:
            kind, rank = match
            found[kind].append((rank, file.suffix.lower() != ".hdr", file.name, file))
    notes = []
    for kind, files in found.items():
        names = {stem_of(file) for rank, _, _, file in files if rank == min(files)[0]}
        if len(names) > 1:
            notes.append(f"Several {kind} references lie there: {', '.join(sorted(names))}.")
        if files and min(files)[0] == _OTHERS:
            notes.append(f"{min(files)[2]} bears the name of another scene.")
    best = {kind: min(files)[3] if files else None for kind, files in found.items()}
    return Proposal(best["white"], best["dark"], tuple(notes))


_OWN, _GENERAL, _OTHERS = 0, 1, 2


def _kind(stem: str, scene: str) -> tuple[str, int] | None:
    """What a file's name says: ``("white" or "dark", rank)``, None for no reference."""
    rest, own = re.subn(rf"(?:^|(?<=[\W_])){re.escape(scene)}(?=$|[\W_])", " ", stem, count=1)
    if not scene:
        rest, own = stem, 0
    bare = _BARE.match(rest)
    named = _NAMED.search(rest)
    match = bare or named
    if match is None or stem == scene:
        return None
    if own:
        return match[1].lower(), _OWN
    alone = bare is not None or not re.search(r"[^\W_\d]", _NAMED.sub("", rest))
    return match[1].lower(), _GENERAL if alone else _OTHERS


def stem_of(path: Path) -> str:
    """Name without suffixes, for ``x.bil.hdr`` as for ``x.hdr``."""
    stem = path.stem
    inner = Path(stem).suffix.lower()
    return Path(stem).stem if inner in SUFFIXES else stem
