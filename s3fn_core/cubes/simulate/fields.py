"""What a scene is made of, pixel by pixel, and the reflectance that follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from s3fn_core.cubes.simulate.absorbers import absorption, diffuse_reflectance
from s3fn_core.cubes.simulate.shapes import Array, Surface, highlight, lambert


@dataclass(eq=False)
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
