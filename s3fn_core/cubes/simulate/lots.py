"""Trays of a lot of fruit as a sorting laboratory records them: counts, references, defects, foreign bodies.

Ripeness runs on without gaps, and the classes are thirds of it, so the fruit near a limit are hard.  Some
fruit have a rotten spot of 1 to 5 % of their pixels, beside harmless russet; some objects are
foreign bodies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.simulate.detector import Counts, Detector, drift
from s3fn_core.cubes.simulate.fields import Fields
from s3fn_core.cubes.simulate.shapes import Array, Random, Surface, ellipsoid, grid
from s3fn_core.cubes.simulate.trays import TRAYS, paint_fruit
from s3fn_core.types import BoolArray, IdArray, ObjectMap

LINES, SAMPLES = 108, 135
"""Of a tray: room for twenty fruit, 17 to 26 pixels wide."""
SENSOR = TRAYS["fruit"].sensor
LIMITS = (0.0, 0.36, 0.68, 1.0)
"""Ripeness at which the three classes begin and end."""
TRAY = 0.03
"""Reflectance of the tray."""
SPOTTED = 0.4
"""Share of the fruit that have a rotten spot."""
FOREIGN: dict[str, dict[str, float]] = {
    "white plastic": {"plastic": 1.0, "absorbed": 0.01, "scattered": 1.2, "slope": 0.1},
    "blue plastic": {"plastic": 1.0, "phthalocyanine": 1.5, "absorbed": 0.02, "scattered": 1.0, "slope": 0.2},
    "stone": {"iron oxide": 1.0, "absorbed": 0.35, "scattered": 1.0, "slope": 0.0},
}
"""What does not belong there, and what it is made of."""


@dataclass(frozen=True, eq=False)
class LotTray:
    """One tray and all that is true of it.

    Attributes
    ----------
    cube : Cube
        Counts.
    white, dark : arrays of uint16, shape (lines, samples, bands)
    truth : array of uint8, shape (lines, samples)
        1 unripe, 2 perfect, 3 overripe; 0 on the tray and on foreign bodies.
    objects : array of int32, shape (lines, samples)
    spots : array of bool, shape (lines, samples)
        Pixels of rotten spots.
    foreign : dict
        Number of each foreign body, and what it is.
    """

    cube: Cube
    white: Counts
    dark: Counts
    truth: IdArray
    objects: ObjectMap
    spots: BoolArray
    foreign: dict[int, str]


def lot_tray(detector: Detector, seed: tuple[int, ...], foreign: int = 0, drifted: float = 0.0) -> LotTray:
    """A tray of twenty objects.

    Parameters
    ----------
    seed : tuple of int
        The same seed gives the same tray.
    foreign : int
        How many of the objects are foreign bodies.
    drifted : float
        How far the lamps have drifted since the white reference, as a share.
    """
    rng = np.random.default_rng(seed)
    shape = LINES, SAMPLES
    fields, spots, bodies = Fields(shape), np.zeros(shape, bool), dict[int, str]()
    cells = grid(*shape, pitch=27, fewest=6)
    strange = set(rng.permutation(len(cells))[:foreign].tolist())
    for place, cell in enumerate(cells):
        surface = ellipsoid(shape, cell, rng, (0.64, 0.96))
        if place in strange:
            bodies[place + 1] = _foreign(fields, surface, rng)
            continue
        ripe = rng.uniform(LIMITS[0], LIMITS[-1])
        paint_fruit(fields, surface, int(np.searchsorted(LIMITS, ripe)), ripe, rng)
        if rng.random() < SPOTTED:
            spots |= _rot(fields, surface, rng)
    reflectance = fields.reflectance(detector.sensor.seen(SAMPLES))
    reflectance[fields.objects == 0] = TRAY
    white, dark = detector.references(24, rng)
    counts = detector.counts(reflectance * drift(detector.sensor.bands, drifted, rng), rng)
    name = "simulated tray " + "-".join(map(str, seed))
    cube = Cube(counts, name, wavelengths=detector.sensor.wavelengths, simulated=True)
    return LotTray(cube, white, dark, fields.truth, fields.objects, spots, bodies)


def _foreign(fields: Fields, surface: Surface, rng: Random) -> str:
    kind = str(rng.choice(list(FOREIGN)))
    fields.place(surface, 0, sharpness=rng.uniform(10, 30), gloss=rng.uniform(0.0, 0.3))
    fields.paint(surface, **{name: value * rng.lognormal(0, 0.1) for name, value in FOREIGN[kind].items()})
    return kind


def _rot(fields: Fields, surface: Surface, rng: Random) -> BoolArray:
    """Let one spot of a fruit rot; its pixels.

    Cells have broken: scattering falls, phenols turn brown, water fills what was air.
    """
    rows, columns = np.indices(surface.mask.shape)
    inside = np.argwhere(surface.mask)
    centre = inside[rng.integers(len(inside))]
    distance: Array = np.hypot(rows - centre[0], columns - centre[1])
    count = max(3, round(rng.uniform(0.01, 0.05) * len(inside)))
    edge = np.sort(distance[surface.mask])[count - 1]
    spot: BoolArray = surface.mask & (distance <= edge)
    damage = SEVERITY * rng.uniform(0.7, 1.3) * spot
    fields.scattered *= 1 - 0.16 * damage
    fields.absorbers["browning"] += 0.5 * damage
    fields.absorbers["water"] += 0.2 * damage
    return spot


SEVERITY = 1.5
"""How far rot has gone; by it the spots can be told from russet, but not easily."""
