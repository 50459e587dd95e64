"""A line scanner: its bands, its smile, its noise, and the white reference it is calibrated by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from s3fn_core.types import FloatArray, Wavelengths

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Sensor:
    """A pushbroom camera with halogen lamps.

    Attributes
    ----------
    first, last : float
        Range in nm.
    bands : int
    peak : float
        Wavelength at which lamp and detector together give most signal, nm.
    spread : float
        Width of that response, nm.
    electrons : float
        Signal of the white tile at the peak.
    read_noise : float
        Electrons.
    smile : float
        Shift of the wavelengths at the ends of the slit against its middle, nm.
    """

    first: float
    last: float
    bands: int
    peak: float
    spread: float
    electrons: float = 15_000.0
    read_noise: float = 12.0
    smile: float = 1.5

    @property
    def wavelengths(self) -> Wavelengths:
        """Band centres in the middle of the slit, nm, shape (bands,)."""
        return np.linspace(self.first, self.last, self.bands)

    def seen(self, samples: int) -> Array:
        """Wavelengths that each pixel of the slit really sees, nm, shape (samples, bands).

        Smile: the image of a straight slit is a parabola, so that the wavelength of a band changes
        with the distance from the middle.  The header states the middle only, as headers do.
        """
        position = np.linspace(-1, 1, samples) if samples > 1 else np.zeros(1)
        return self.wavelengths + self.smile * (position**2)[:, None]

    @property
    def white(self) -> Array:
        """Electrons from the white tile, shape (bands,)."""
        response = 0.06 + 0.94 * np.exp(-0.5 * ((self.wavelengths - self.peak) / self.spread) ** 2)
        signal: Array = self.electrons * response
        return signal

    def measure(self, reflectance: Array, rng: np.random.Generator) -> FloatArray:
        """Add shot and read noise, and calibrate by the white reference.

        Parameters
        ----------
        reflectance : array, shape (lines, samples, bands)
        rng : numpy.random.Generator

        Returns
        -------
        array of float32, shape (lines, samples, bands)
            May be slightly negative where there is hardly any light.
        """
        white = self.white
        signal = np.clip(reflectance, 0, None) * white
        # Poisson noise of thousands of electrons is normal; drawing it so is ten times faster.
        spread = np.sqrt(signal + self.read_noise**2)
        noisy = signal + spread * rng.standard_normal(signal.shape, dtype=np.float32)
        measured: FloatArray = (noisy / white).astype(np.float32)
        return measured
