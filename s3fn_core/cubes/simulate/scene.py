"""From a tray of objects to a measured cube with its truth."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats.envi.writing import write_envi
from s3fn_core.cubes.simulate.fields import Fields
from s3fn_core.cubes.simulate.sensor import Sensor
from s3fn_core.cubes.simulate.trays import TRAYS
from s3fn_core.errors import CubeError
from s3fn_core.files import reason
from s3fn_core.labels.classes import ClassSet, read_classes, write_classes
from s3fn_core.labels.exchange import write_labels
from s3fn_core.languages import tr
from s3fn_core.resources import resource
from s3fn_core.types import FloatArray, IdArray

SCENES = ("fruit", "blueberries", "wood")
_SMALLEST, _LARGEST = 32, 4096


@dataclass(frozen=True, eq=False)
class SimulatedScene:
    """A simulated cube and everything that is true about it.

    Attributes
    ----------
    cube : Cube
        Reflectance, ``simulated`` is True.
    truth : array of uint8, shape (lines, samples)
        Class id of the object at each pixel, 0 on the tray.
    objects : array of int32, shape (lines, samples)
        Number of the object, from 1; 0 on the tray.
    classes : ClassSet
        With descriptions.
    """

    cube: Cube
    truth: IdArray
    objects: np.ndarray[Any, np.dtype[np.int32]]
    classes: ClassSet


@checked(CubeError)
def simulate(
    name: str, *, seed: int = 0, lines: int | None = None, samples: int | None = None
) -> SimulatedScene:
    """Compute one of the :data:`SCENES`.

    Parameters
    ----------
    name : {"fruit", "blueberries", "wood"}
    seed : int
        The same seed gives the same scene to the last bit.
    lines, samples : int, optional
        Size in pixels; a larger tray holds more objects.

    Raises
    ------
    CubeError
        Unknown name, or a tray that is too small.

    Examples
    --------
    >>> scene = simulate("wood", lines=64, samples=64)
    >>> scene.classes.names
    ('heartwood', 'sapwood')
    """
    if name not in SCENES:
        raise CubeError(
            'There is no simulated scene "{name}"; choose from {names}.', name=name, names=", ".join(SCENES)
        )
    tray = TRAYS[name]
    size = (lines or tray.lines, samples or tray.samples)
    if min(size) < _SMALLEST:
        raise CubeError(
            "A simulated scene needs at least {smallest} x {smallest} pixels, not {lines} x {samples}.",
            smallest=_SMALLEST,
            lines=size[0],
            samples=size[1],
        )
    if max(size) > _LARGEST or size[0] * size[1] > _LARGEST**2 // 4:
        raise CubeError(
            "A simulated scene has at most {largest} x {largest} pixels; ask for less.", largest=_LARGEST // 2
        )
    if seed < 0:
        raise CubeError("The seed of a simulated scene is a whole number from 0 on, not {seed}.", seed=seed)
    rng = np.random.default_rng([seed, SCENES.index(name)])
    classes = read_classes(resource("classes", f"{name}.json"))
    fields = tray.build(size, rng)
    values = _measure(fields, tray.sensor, rng, tray.background)
    cube = Cube(
        values,
        f"simulated {name}",
        wavelengths=tray.sensor.wavelengths,
        simulated=True,
        notes=(tr("Simulated scene (seed {seed}); nothing of it was measured.", seed=seed),),
    )
    return SimulatedScene(cube, fields.truth, fields.objects, classes)


def _measure(
    fields: Fields, sensor: Sensor, rng: np.random.Generator, background: float | None
) -> FloatArray:
    reflectance = fields.reflectance(sensor.seen(fields.shape[1]))
    tray = fields.objects == 0
    reflectance[tray] = background or 0.0
    values = sensor.measure(reflectance, rng)
    if background is None:  # blanked, as published laboratory cubes are
        values[tray] = 0.0
    return values


def write_scene(scene: SimulatedScene, folder: str | PathLike[str]) -> Path:
    """Write a scene as an analyst would receive it: cube, truth and classes.

    Returns
    -------
    Path
        The ENVI header of the cube; beside it lie ``NAME_truth.hdr`` (ENVI classification) and
        ``classes.json``.

    Raises
    ------
    CubeError, LabelError, ExportError
        When the folder cannot be written.
    """
    folder = Path(folder)
    stem = scene.cube.name.replace(" ", "_")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CubeError("{path} cannot be created: {reason}.", path=folder, reason=reason(error)) from error
    header = write_envi(scene.cube, folder / f"{stem}.hdr")
    write_labels(scene.truth, folder / f"{stem}_truth.hdr", scene.classes)
    write_classes(scene.classes, folder / "classes.json")
    return header
