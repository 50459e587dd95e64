"""From the fields of a scene to a measured cube with its truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats.envi.writing import write_envi
from s3fn_core.cubes.simulate.absorbers import absorption, diffuse_reflectance
from s3fn_core.cubes.simulate.sensor import Sensor
from s3fn_core.cubes.simulate.shapes import Array, Surface, highlight, lambert
from s3fn_core.errors import CubeError
from s3fn_core.labels.classes import ClassSet, read_classes, write_classes
from s3fn_core.labels.exchange import write_labels
from s3fn_core.resources import resource
from s3fn_core.types import FloatArray, IdArray

SCENES = ("fruit", "blueberries", "wood")
_SMALLEST = 32


@dataclass(frozen=True)
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


@dataclass
class Fields:
    """What a scene is made of, pixel by pixel; a scene's builder fills it object by object.

    ``absorbers`` are concentrations by name, ``absorbed`` a grey absorption and ``scattered`` the
    scattering (both per mm at 800 nm), ``slope`` its fall with wavelength (exponent),
    ``bloom`` a wax layer that scatters blue, ``shade`` the irradiance, ``gloss`` the
    mirror reflection.  All of shape (lines, samples).
    """

    shape: tuple[int, int]
    absorbers: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.truth = np.zeros(self.shape, np.uint8)
        self.objects = np.zeros(self.shape, np.int32)
        self.absorbed = np.full(self.shape, 0.1)
        self.scattered = np.ones(self.shape)
        self.slope = np.zeros(self.shape)
        self.bloom = np.zeros(self.shape)
        self.shade = np.zeros(self.shape)
        self.gloss = np.zeros(self.shape)

    def place(self, surface: Surface, class_id: int, sharpness: float, gloss: float) -> None:
        """Put one object on the tray."""
        mask = surface.mask
        self.truth[mask] = class_id
        self.objects[mask] = self.objects.max() + 1
        self.shade[mask] = lambert(surface.normals[mask])
        self.gloss[mask] = gloss * highlight(surface.normals[mask], sharpness)

    def paint(self, surface: Surface, **values: Array | float) -> None:
        """Set absorbers and optical fields on one object, from full-size arrays or constants."""
        for name, value in values.items():
            target = getattr(self, name, None)
            if not isinstance(target, np.ndarray):
                target = self.absorbers.setdefault(name, np.zeros(self.shape))
            target[surface.mask] = np.broadcast_to(value, self.shape)[surface.mask]

    def reflectance(self, wavelengths: Array) -> Array:
        """Reflectance at the wavelengths that each sample sees.

        Parameters
        ----------
        wavelengths : array, shape (samples, bands)

        Returns
        -------
        array, shape (lines, samples, bands)
        """
        absorbed = np.repeat(self.absorbed[:, :, None], wavelengths.shape[1], axis=2)
        for name, concentration in self.absorbers.items():
            absorbed += concentration[:, :, None] * absorption(name, wavelengths)
        relative = wavelengths / 800.0
        scattered = self.scattered[:, :, None] * relative ** -self.slope[:, :, None]
        body = diffuse_reflectance(absorbed, scattered)
        body += self.bloom[:, :, None] * (wavelengths / 450.0) ** -2.0
        return self.shade[:, :, None] * body + self.gloss[:, :, None]


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
    from s3fn_core.cubes.simulate.trays import TRAYS  # imports this module

    if name not in SCENES:
        raise CubeError(f'There is no simulated scene "{name}"; choose {", ".join(SCENES)}.')
    tray = TRAYS[name]
    size = (lines or tray.lines, samples or tray.samples)
    if min(size) < _SMALLEST:
        raise CubeError(f"A simulated scene needs {_SMALLEST} x {_SMALLEST} pixels, not {size}.")
    rng = np.random.default_rng([seed, SCENES.index(name)])
    classes = read_classes(resource("classes", f"{name}.json"))
    fields = tray.build(size, rng)
    values = _measure(fields, tray.sensor, rng, tray.background)
    cube = Cube(
        values,
        f"simulated {name}",
        wavelengths=tray.sensor.wavelengths,
        simulated=True,
        notes=(f"Simulated scene (seed {seed}); nothing of it was measured.",),
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
        raise CubeError(f"{folder} cannot be made: {error.strerror or error}.") from error
    header = write_envi(scene.cube, folder / f"{stem}.hdr")
    write_labels(scene.truth, folder / f"{stem}_truth.hdr", scene.classes)
    write_classes(scene.classes, folder / "classes.json")
    return header
