"""What it takes to repeat a training: inputs with their hashes, labels, settings, versions.

The recipe lies in the report's page as JSON.  It holds the labels themselves; cubes are named and
known again by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

import s3fn_core
from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats.beside import files_of
from s3fn_core.cubes.treating.treatment import Treatment, as_bytes, treatment_from
from s3fn_core.errors import ReportError
from s3fn_core.files import read_record, reason
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.progress import Operation, Progress
from s3fn_core.project.entry import CubeEntry
from s3fn_core.types import ObjectMap

VERSION = 1
PACKAGES = ("numpy", "scipy", "scikit-learn", "torch", "transformers")
"""Whose versions can change the numbers of a training."""
FIGURES = ("oa", "aa", "kappa", "count")
_BLOCK = 1 << 22
_MOST_PIXELS = 1 << 30


@dataclass(frozen=True)
class CubeInputs:
    """What a training was given of one cube.

    Attributes
    ----------
    entry : dict
        Where the cube lies and how it was opened (``project.entry.CubeEntry.to_json``).
    files : dict
        SHA-256 of each of its files, by name; none of a simulated scene.
    shape : list of int
        Lines and samples.
    labels : str
        Class ids, packed by :func:`packed`.
    objects, test : str or None
        Object numbers, and test regions, in the same way.
    treatment : str or None
        What was done to the cube (``treating.treatment.as_bytes``), as base64.
    """

    entry: dict[str, Any]
    files: dict[str, str]
    shape: list[int]
    labels: str
    objects: str | None
    test: str | None
    treatment: str | None


@checked(ReportError)
@dataclass(frozen=True)
class Recipe:
    """A training as it can be repeated.

    Attributes
    ----------
    cubes : list of CubeInputs
    classes : dict
        ``ClassSet.to_json``.
    config : dict
        ``TrainConfig.to_json``; the seed is in it.
    figures : dict
        Held-out figures (:data:`FIGURES`) that came out; empty where nothing was measured.
    device : str
    versions : dict
        Of this program, Python and :data:`PACKAGES`.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    version: int
    cubes: list[CubeInputs]
    classes: dict[str, Any]
    config: dict[str, Any]
    figures: dict[str, float | None]
    device: str
    versions: dict[str, str]

    def to_json(self) -> str:
        """The recipe as JSON text."""
        return json.dumps(asdict(self), allow_nan=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """Read what :meth:`to_json` wrote; raises ReportError on anything else."""
        try:
            record = json.loads(text)
            if isinstance(record, dict) and record.get("version") != VERSION:
                raise ValueError(
                    tr(
                        "its version is {version!r}, this program reads {known}",
                        version=record.get("version"),
                        known=VERSION,
                    )
                )
            return read_record(cls, record)
        except (ValueError, RecursionError) as error:
            raise ReportError("The report's recipe cannot be read: {error}.", error=error) from error

    @property
    def class_set(self) -> ClassSet:
        return ClassSet.from_json(self.classes, tr("the report"))

    @property
    def train_config(self) -> TrainConfig:
        return TrainConfig.from_json(self.config)


def recipe_of(
    model: S3FNModel,
    data: Sequence[LabelledCube],
    entries: Sequence[CubeEntry],
    treatments: Sequence[Treatment],
    folder: Path,
) -> Operation[Recipe]:
    """The recipe of the training that made `model` of `data`; reads all files of the cubes once.

    Parameters
    ----------
    entries, treatments : sequences, one for each cube of `data`
    folder : path
        Where the report is going to lie: paths are relative to it.

    Raises
    ------
    ReportError
        When a file cannot be read.
    """
    cubes = []
    for number, (item, entry, treatment) in enumerate(zip(data, entries, treatments, strict=True)):
        yield Progress("hashes", number / len(data), tr("Reading {name}", name=item.cube.name))
        cubes.append(
            CubeInputs(
                entry.to_json(folder),
                {} if entry.path is None else digests(entry.path),
                list(item.cube.shape[:2]),
                packed(item.labels),
                None if item.objects is None else packed(item.objects),
                None if item.test is None else packed(item.test),
                None if treatment.is_empty else base64.b64encode(as_bytes(treatment)).decode("ascii"),
            )
        )
    figures = figures_of(model.metrics)
    device = str(model.metrics.get("device", ""))
    return Recipe(
        VERSION, cubes, model.classes.to_json(), model.config.to_json(), figures, device, versions()
    )


def figures_of(metrics: Mapping[str, Any]) -> dict[str, float | None]:
    """The held-out figures of a model's record; empty where nothing was measured."""
    held_out = metrics.get("held_out") or {}
    return {name: held_out.get(name) for name in FIGURES} if held_out else {}


def versions() -> dict[str, str]:
    """Of this program and of what it calculates with."""
    found = {"s3fn": s3fn_core.__version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # in a bundle without metadata
            found[name] = "unknown"
    return found


def digests(path: Path) -> dict[str, str]:
    """SHA-256 of every file of the cube at `path`, by name.

    Raises
    ------
    ReportError
        When one cannot be read.
    """
    found = {}
    try:
        for file in sorted(one for one in files_of(path) if one.is_file()):
            digest = hashlib.sha256()
            with file.open("rb") as stream:
                while block := stream.read(_BLOCK):
                    digest.update(block)
            found[file.name] = digest.hexdigest()
    except OSError as error:
        raise ReportError("{path} cannot be read: {error}.", path=path, error=reason(error)) from error
    return found


def packed(numbers: np.ndarray[Any, Any]) -> str:
    """Whole numbers 0.. as text: int32 from the lowest byte, deflated, base64."""
    stored = np.ascontiguousarray(numbers, "<i4").tobytes()
    return base64.b64encode(zlib.compress(stored, 9)).decode("ascii")


def unpacked(text: str, shape: tuple[int, int]) -> ObjectMap:
    """What :func:`packed` was given, of that shape.

    Raises
    ------
    ReportError
        When the text is damaged or does not fit the shape.
    """
    size = 4 * shape[0] * shape[1]
    try:
        if not 0 < size <= 4 * _MOST_PIXELS:
            raise ValueError(tr("the shape {shape} is impossible", shape=shape))
        stored = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), size + 1)
        if len(stored) != size:
            raise ValueError(tr("it does not fit its shape"))
    except (ValueError, zlib.error) as error:
        raise ReportError(
            "A label map of the report is damaged: {error}. Use an intact copy.", error=error
        ) from error
    return np.frombuffer(stored, "<i4").astype(np.int64).reshape(shape)


def treatment_of(cube: CubeInputs) -> Treatment:
    """What was done to the cube before it was trained on.

    Raises
    ------
    CubeError, ReportError
    """
    if cube.treatment is None:
        return Treatment()
    try:
        content = base64.b64decode(cube.treatment, validate=True)
    except ValueError as error:
        raise ReportError("A cube's treatment in the report is damaged. Use an intact copy.") from error
    return treatment_from(content, tr("the report's treatment of {name}", name=cube.entry.get("name")))


def labelled(inputs: CubeInputs, cube: Cube) -> LabelledCube:
    """An opened and treated cube with the labels it was trained with.

    Raises
    ------
    ReportError
        When the cube has another shape than it had.
    """
    lines, samples = inputs.shape
    if cube.shape[:2] != (lines, samples):
        raise ReportError(
            "{name} has {lines} x {samples} pixels, in the report it had {size}; "
            "give the cube that was trained on.",
            name=cube.name,
            lines=cube.lines,
            samples=cube.samples,
            size=f"{lines} x {samples}",
        )
    shape = (lines, samples)
    mask = treatment_of(inputs).mask
    return LabelledCube(
        cube,
        unpacked(inputs.labels, shape).astype(np.uint8),
        None if inputs.objects is None else unpacked(inputs.objects, shape),
        None if inputs.test is None else unpacked(inputs.test, shape) > 0,
        None if mask is None else mask.recipe,
    )
