"""What absorbs where: pigments, water and the polymers of wood.

An absorber is a sum of Gaussian bands and, for browning and phenolics, an exponential tail.
Coefficients are per millimetre for one unit of concentration, so that a concentration of 1 of
water is pure water, and 1 of a pigment absorbs 1/mm at its strongest band.

Sources
-------
Pigments: Lichtenthaler (1987) Methods in Enzymology 148, 350-382 (chlorophyll a 430 and 662 nm,
b 453 and 642 nm in solution, carotenoids 400-500 nm); Merzlyak, Solovchenko & Gitelson (2003)
Postharvest Biology and Technology 27, 197-211 (the red band of chlorophyll lies near 678 nm
inside a fruit; anthocyanins near 540-550 nm).
Water: Hale & Querry (1973) Applied Optics 12, 555-563, for the strengths; the bands near 970,
1200 and 1450 nm are overtones and combinations of O-H.
Wood: Schwanninger, Rodrigues & Fackler (2011) Journal of Near Infrared Spectroscopy 19, 287-308;
Curran (1989) Remote Sensing of Environment 30, 271-278 (cellulose 1490 and 2100 nm, lignin
1690 nm).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

_FWHM_TO_SIGMA = 1 / (2 * np.sqrt(2 * np.log(2)))


@dataclass(frozen=True)
class Absorber:
    """Bands as (centre nm, full width at half maximum nm, height per mm), and a tail.

    The tail is (height per mm at 400 nm, decay length nm).
    """

    bands: tuple[tuple[float, float, float], ...] = ()
    tail: tuple[float, float] | None = None


ABSORBERS = {
    "chlorophyll": Absorber(
        (
            (430, 45, 0.85),
            (453, 35, 0.50),
            (590, 60, 0.12),
            (625, 40, 0.22),
            (650, 28, 0.35),
            (662, 20, 0.30),
            (678, 22, 0.80),
        )
    ),
    "carotenoids": Absorber(((425, 40, 0.7), (450, 32, 0.85), (480, 30, 0.75))),
    "anthocyanins": Absorber(((540, 95, 1.0), (505, 70, 0.45), (590, 60, 0.35), (420, 70, 0.25))),
    # Quinones and their polymers, which form when cells break: a structureless fall.
    "browning": Absorber(tail=(1.0, 95.0)),
    "water": Absorber(
        (
            (760, 30, 0.0025),
            (840, 45, 0.0035),
            (970, 55, 0.045),
            (1200, 90, 0.115),
            (1450, 110, 3.0),
            (1780, 110, 0.9),
            (1940, 110, 11.5),
        )
    ),
    "cellulose": Absorber(
        (
            (1210, 70, 0.10),
            (1365, 60, 0.12),
            (1490, 120, 0.42),
            (1580, 80, 0.22),
            (1780, 80, 0.25),
            (2100, 120, 0.80),
        )
    ),
    "lignin": Absorber(
        ((1135, 50, 0.07), (1170, 40, 0.05), (1420, 40, 0.14), (1690, 42, 0.30)), tail=(6.0, 120.0)
    ),
    # Phenols that a tree deposits when sapwood turns into heartwood: O-H near 1410 nm, C-H of
    # aromatic rings near 1660 nm, colour that reaches into the near infrared.
    "extractives": Absorber(((1130, 45, 0.03), (1412, 32, 0.18), (1660, 40, 0.09)), tail=(5.0, 170.0)),
    # What does not belong among fruit: the third overtone of C-H in plastics, phthalocyanine blue,
    # the iron oxides of stones.
    "plastic": Absorber(((930, 30, 0.02), (760, 25, 0.003)), tail=(0.05, 60.0)),
    "phthalocyanine": Absorber(((615, 70, 0.8), (690, 55, 1.0))),
    "iron oxide": Absorber(((530, 110, 0.35), (870, 160, 0.10)), tail=(0.9, 90.0)),
}


def absorption(name: str, wavelengths: Array) -> Array:
    """Absorption coefficient of one unit of an absorber, per mm, in the shape of `wavelengths`."""
    absorber = ABSORBERS[name]
    total = np.zeros_like(wavelengths, dtype=np.float64)
    for centre, width, height in absorber.bands:
        total += height * np.exp(-0.5 * ((wavelengths - centre) / (width * _FWHM_TO_SIGMA)) ** 2)
    if absorber.tail is not None:
        height, decay = absorber.tail
        total += height * np.exp(-(wavelengths - 400.0) / decay)
    return total


def diffuse_reflectance(absorbed: Array, scattered: Array) -> Array:
    """Reflectance of a thick scattering layer: Kubelka & Munk (1931).

    ``R = 1 + q - sqrt(q^2 + 2 q)`` with ``q = K / S``: light follows paths of all lengths, each
    weakened by Beer and Lambert's law, so that weak bands show and strong ones saturate.

    Parameters
    ----------
    absorbed, scattered : arrays
        K and S per mm.
    """
    q = absorbed / scattered
    reflectance: Array = 1 + q - np.sqrt(q * q + 2 * q)
    return reflectance
