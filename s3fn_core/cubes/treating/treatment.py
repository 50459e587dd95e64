"""What the analyst made of a file: other metadata, a calibration, a mask; the file stays as it is.

A treatment is a value: it can be kept, undone, and applied to the cube that the file gives at any
time.  Applying it reads nothing.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.calibrate import Calibration, reflectance
from s3fn_core.cubes.treating.mask import Recipe, apply_mask
from s3fn_core.cubes.treating.objects import Numbers
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.errors import CubeError
from s3fn_core.files import read_record, reason, require_file
from s3fn_core.languages import tr

VERSION = 1
SUFFIX = ".npz"
_LARGEST = 1 << 30  # bytes of all arrays


@checked(CubeError)
@dataclass(frozen=True)
class Metadata:
    """What is known of a cube beyond its numbers, all of it stated by the analyst.

    Attributes
    ----------
    wavelengths : tuple of float or None
        Band centres in nm.
    good_bands : tuple of bool
    nodata : float or None
        Stored value that means "not measured".
    scale : float
        Stored value times `scale` is reflectance.
    reflectance : bool or None
        Whether it is indeed; None leaves it to what the file says and the values look like.
    """

    wavelengths: tuple[float, ...] | None
    good_bands: tuple[bool, ...]
    nodata: float | None
    scale: float
    reflectance: bool | None = None

    @classmethod
    def of(cls, cube: Cube) -> Metadata:
        """What a cube says of itself."""
        centres = None if cube.wavelengths is None else tuple(map(float, cube.wavelengths))
        return cls(centres, tuple(map(bool, cube.good_bands)), cube.nodata, cube.scale)

    def applied(self, cube: Cube) -> Cube:
        """The cube with this metadata.

        Raises
        ------
        CubeError
            When it is that of a cube with another number of bands, or impossible.
        """
        if len(self.good_bands) != cube.bands:
            raise CubeError(
                "{name} has {bands} bands, its edited metadata describe {good_bands}; the file was "
                "replaced by another. Edit them again.",
                name=cube.name,
                bands=cube.bands,
                good_bands=len(self.good_bands),
            )
        centres = None if self.wavelengths is None else np.array(self.wavelengths, np.float64)
        if centres is not None and not (np.isfinite(centres).all() and (centres > 0).all()):
            raise CubeError(
                "{name}: wavelengths must be positive numbers of nm; correct them.", name=cube.name
            )
        if not (np.isfinite(self.scale) and self.scale > 0):
            raise CubeError(
                "{name}: a scale factor of {scale} is impossible; give a positive one.",
                name=cube.name,
                scale=self.scale,
            )
        good = np.array(self.good_bands, bool)
        reflectance = self.reflectance
        if reflectance is None:  # a factor that was stated is one to reflectance
            reflectance = cube.reflectance if self.scale == cube.scale else self.scale != 1.0 or None
        return cube.with_(
            wavelengths=centres,
            good_bands=good,
            nodata=self.nodata,
            scale=self.scale,
            reflectance=reflectance,
        )


@checked(CubeError)
@dataclass(frozen=True, eq=False)
class Mask:
    """Which pixels are objects.

    Attributes
    ----------
    objects : array of int32, shape (lines, samples)
        The object's number, 0 on the background.
    recipe : Recipe or None
        How they were found, before corrections by hand.
    """

    objects: Numbers
    recipe: Recipe | None = None

    def __post_init__(self) -> None:
        if self.objects.ndim != 2:
            raise CubeError(
                "A map of objects has two axes (lines, samples), not {ndim}.", ndim=self.objects.ndim
            )


@checked(CubeError)
@dataclass(frozen=True, eq=False)
class Treatment:
    """Everything that is done to a cube between its file and the analyst's eyes, in this order.

    Attributes
    ----------
    metadata : Metadata or None
        None: as the file says.
    calibration : Calibration or None
    mask : Mask or None
    """

    metadata: Metadata | None = None
    calibration: Calibration | None = None
    mask: Mask | None = None

    @property
    def is_empty(self) -> bool:
        """True when the cube is what its file says."""
        return self.metadata is None and self.calibration is None and self.mask is None

    def counts(self, source: Cube) -> Cube:
        """What is calibrated: the file's values, and what the analyst says is missing of them.

        Unit and wavelengths are the file's, as are those of the references.

        Raises
        ------
        CubeError
            When the metadata do not fit the cube.
        """
        if self.metadata is None:
            return source
        described = self.metadata.applied(source)
        return described.with_(wavelengths=source.wavelengths, scale=source.scale)

    @checked(CubeError)
    def applied(self, source: Cube) -> Cube:
        """The treated cube, lazy; it keeps the name and the path of the file's.

        Raises
        ------
        CubeError
            When a part does not fit the cube.
        """
        if self.is_empty:
            return source
        cube = source
        if self.metadata is not None:
            cube = self.metadata.applied(cube)
        if self.calibration is not None:
            counts = self.counts(source)
            cube = reflectance(counts, self.calibration).with_(wavelengths=cube.wavelengths)
        if self.mask is not None:
            cube = apply_mask(cube, self.mask.objects)
        return cube.with_(name=source.name, path=source.path)


def as_bytes(treatment: Treatment) -> bytes:
    """The content of a treatment's file, the same for the same treatment; it needs no other."""
    parts = _Parts()
    record: dict[str, Any] = {"version": VERSION}
    if treatment.metadata is not None:
        record["metadata"] = vars(treatment.metadata)
    if (calibration := treatment.calibration) is not None:
        record["calibration"] = {
            "white": parts.add_reference("white", calibration.white),
            "dark": parts.add_reference("dark", calibration.dark),
            "maximum": calibration.maximum,
        }
        parts.arrays["panel"] = np.asarray(calibration.panel)
    if (mask := treatment.mask) is not None:
        record["mask"] = {"recipe": None if mask.recipe is None else mask.recipe.to_json()}
        parts.arrays["objects"] = np.asarray(mask.objects, np.int32)
    parts.arrays["record"] = np.array(json.dumps(record))
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **parts.arrays)
    return stream.getvalue()


def read_treatment(path: Path) -> Treatment:
    """Read a file of what :func:`as_bytes` gave.

    Raises
    ------
    CubeError
        When the file is missing, damaged or of another version.
    """
    try:
        require_file(path)
        return treatment_from(path.read_bytes(), str(path))
    except OSError as error:
        raise CubeError("{path} cannot be read: {error}.", path=path, error=reason(error)) from error


def treatment_from(content: bytes, where: str) -> Treatment:
    """What :func:`as_bytes` gave; raises CubeError, which calls it `where`, on anything else."""
    try:
        arrays = _arrays(content)
        record = json.loads(str(arrays["record"]))
        if record["version"] != VERSION:
            raise ValueError(
                tr(
                    "its version is {version!r}, this program reads {known}",
                    version=record["version"],
                    known=VERSION,
                )
            )
        parts = _Parts(arrays)
        return Treatment(
            None if (stated := record.get("metadata")) is None else read_record(Metadata, stated),
            _calibration(record.get("calibration"), parts),
            _mask(record.get("mask"), parts),
        )
    except Exception as error:  # of zipfile, zlib and NumPy, each with its own for damaged files
        raise CubeError(
            "{where} is not a treatment of a cube that can be read ({error}); calibrate, mask or "
            "edit the cube again.",
            where=where,
            error=error,
        ) from error


def _arrays(content: bytes) -> dict[str, np.ndarray[Any, Any]]:
    """All arrays of a file, if they are not larger than any treatment is."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if (size := sum(entry.file_size for entry in archive.infolist())) > _LARGEST:
            raise ValueError(tr("it unpacks to {size:,} bytes", size=size))
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


@dataclass(eq=False)
class _Parts:
    """Arrays by name, on their way into a file or out of it."""

    arrays: dict[str, np.ndarray[Any, Any]] = field(default_factory=dict)

    def add_reference(self, name: str, reference: Reference) -> dict[str, Any]:
        self.arrays[name] = reference.values
        if reference.wavelengths is not None:
            self.arrays[f"{name}_wavelengths"] = reference.wavelengths
        told = {"name": reference.name, "integration_time": reference.integration_time}
        return {**told, "notes": list(reference.notes)}

    def reference(self, name: str, record: dict[str, Any]) -> Reference:
        return Reference(
            np.asarray(self.arrays[name], np.float64).reshape(self.arrays[name].shape[0], -1),
            str(record["name"]),
            self.arrays.get(f"{name}_wavelengths"),
            str(record["integration_time"]),
            tuple(map(str, record["notes"])),
        )


def _calibration(record: dict[str, Any] | None, parts: _Parts) -> Calibration | None:
    if record is None:
        return None
    maximum = record["maximum"]
    return Calibration(
        parts.reference("white", record["white"]),
        parts.reference("dark", record["dark"]),
        np.asarray(parts.arrays["panel"], np.float64),
        None if maximum is None else float(maximum),
    )


def _mask(record: dict[str, Any] | None, parts: _Parts) -> Mask | None:
    if record is None:
        return None
    recipe = record["recipe"]
    objects = np.asarray(parts.arrays["objects"], np.int32)
    if objects.ndim != 2:
        raise ValueError(tr("a mask has lines and samples"))
    return Mask(objects, None if recipe is None else Recipe.from_json(recipe))
