"""The three scenes: which objects lie there and what they are made of.

The numbers are chosen so that the spectra look like published ones and the classes overlap as
they do in reality: objects of one class differ, one object is not uniform, and the pixels of a
ripening side or of a bruise look like the neighbouring class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from s3fn_core.cubes.simulate.fields import Fields
from s3fn_core.cubes.simulate.sensor import Sensor
from s3fn_core.cubes.simulate.shapes import Array, Random, Surface, ellipsoid, flat, grid, mottle, spots


@dataclass(frozen=True)
class Tray:
    """A scene: its default size, its camera, its background (None: blanked to 0) and builder."""

    lines: int
    samples: int
    sensor: Sensor
    background: float | None
    build: Callable[[tuple[int, int], Random], Fields]


def fruit(shape: tuple[int, int], rng: Random) -> Fields:
    """Fruit that ripen: chlorophyll is lost, carotenoids remain, tissue browns and softens.

    Ripeness runs from 0 to 1 over a fruit's life.  Chlorophyll decays exponentially with it; cell
    walls collapse late, which lowers scattering (less air between the cells, hence darker in the
    near infrared) and lets browning begin.  The sunny side is ahead of the shaded one.
    """
    cells = grid(*shape, pitch=27, fewest=6)
    fields = Fields(shape)
    ranges = {1: (0.08, 0.22), 2: (0.45, 0.59), 3: (0.83, 0.97)}
    for cell, class_id in zip(cells, _shuffled(len(cells), 3, rng), strict=True):
        surface = ellipsoid(shape, cell, rng, (0.72, 0.92))
        paint_fruit(fields, surface, class_id, rng.uniform(*ranges[class_id]), rng)
    return fields


def paint_fruit(fields: Fields, surface: Surface, class_id: int, ripe: float, rng: Random) -> None:
    """Put one fruit on the tray whose ripeness is `ripe` in its middle, 0 to 1."""
    shape = fields.shape
    ripeness = ripe + rng.uniform(0.04, 0.12) * surface.along + 0.03 * mottle(shape, rng, 2.0)
    late = _step(ripeness, 0.70, 0.09)
    russet = spots(surface, rng, rng.poisson(1.2), (1.0, 2.6))
    blush = 1.6 * np.exp(1.1 * mottle(shape, rng, 3.0))
    fields.place(surface, class_id, sharpness=rng.uniform(8, 16), gloss=rng.uniform(0.2, 0.4))
    fields.paint(
        surface,
        chlorophyll=rng.lognormal(np.log(4.2), 0.1) * np.exp(-3.4 * np.clip(ripeness, 0, 1)),
        carotenoids=rng.lognormal(np.log(2.4), 0.15) * (0.8 + 0.4 * ripeness),
        anthocyanins=blush,
        browning=rng.lognormal(np.log(0.5), 0.12) * (1 + 2.2 * late) + 3.0 * russet,
        water=rng.normal(0.85, 0.03) + 0.25 * late,
        absorbed=rng.normal(0.10, 0.01) + 0.03 * late,
        scattered=rng.normal(1.0, 0.06) * (1 - 0.22 * late),
        slope=rng.normal(0.25, 0.03),
    )


def blueberries(shape: tuple[int, int], rng: Random) -> Fields:
    """Blueberries: anthocyanins under a wax bloom; defective ones are bruised and shrivelled.

    A bruise breaks the cells: scattering falls, browning begins, and the berry is darker between
    700 and 900 nm; handling rubs the bloom off.
    """
    cells = grid(*shape, pitch=16, fewest=4)
    fields = Fields(shape)
    for cell, class_id in zip(cells, _shuffled(len(cells), 2, rng), strict=True):
        surface = ellipsoid(shape, cell, rng, (0.78, 0.93))
        defective = class_id == 2
        severity = rng.uniform(0.55, 0.85) if defective else rng.uniform(0.0, 0.12)
        bruise = spots(surface, rng, int(rng.integers(1, 4)) if defective else 0, (2.0, 4.5))
        damage = severity + 0.5 * bruise + 0.08 * mottle(shape, rng, 1.6)
        damage = np.clip(damage, 0, 1.2)
        rubbed = spots(surface, rng, rng.poisson(0.8), (1.5, 3.0))
        fields.place(surface, class_id, sharpness=rng.uniform(8, 20), gloss=rng.uniform(0.02, 0.12))
        fields.paint(
            surface,
            anthocyanins=rng.lognormal(np.log(9.0), 0.12),
            chlorophyll=0.35 * np.exp(0.5 * mottle(shape, rng, 3.0)),
            carotenoids=rng.lognormal(np.log(3.0), 0.15),
            browning=rng.lognormal(np.log(3.0), 0.1) * (1 + 0.9 * damage),
            water=rng.normal(0.84, 0.03) + 0.10 * damage,
            absorbed=rng.normal(0.16, 0.01),
            scattered=rng.normal(1.0, 0.05) * (1 - 0.42 * damage),
            slope=rng.normal(0.2, 0.03),
            bloom=rng.uniform(0.02, 0.05) * (1 - 0.5 * np.clip(damage, 0, 1)) * (1 - 0.8 * rubbed),
        )
    return fields


def wood(shape: tuple[int, int], rng: Random) -> Fields:
    """Sawn blocks of heartwood and sapwood with annual rings.

    Heartwood holds phenolic extractives and less water.  Latewood is denser than earlywood: it
    absorbs more and scatters less, so the rings of one block differ more in brightness than the
    two classes do.
    """
    cells = grid(*shape, pitch=32, fewest=4)
    fields = Fields(shape)
    for cell, class_id in zip(cells, _shuffled(len(cells), 2, rng), strict=True):
        surface = flat(shape, cell, rng, gap=1.6)
        late = _rings(shape, rng)
        typical = 0.78 if class_id == 1 else 0.28
        heart = np.clip(rng.normal(typical, 0.05) + 0.08 * mottle(shape, rng, 2.0), 0, 1.3)
        moisture = rng.normal(0.100, 0.006) - 0.022 * heart + 0.035 * mottle(shape, rng, 4.0)
        density = rng.normal(1.0, 0.06) * (1 + 0.35 * late)
        fields.place(surface, class_id, sharpness=20, gloss=0.01)
        fields.paint(
            surface,
            cellulose=density * rng.normal(1.0, 0.05),
            lignin=density * (rng.normal(0.95, 0.06) + 0.08 * heart),
            extractives=density * (0.15 + 0.9 * heart),
            water=np.clip(moisture, 0.02, None) * density,
            absorbed=0.05 * density,
            scattered=rng.normal(1.5, 0.08) * (1 - 0.20 * late),
            slope=rng.normal(0.35, 0.03) + 0.24 * mottle(shape, rng, 1.5),
        )
    return fields


def _rings(shape: tuple[int, int], rng: Random) -> Array:
    """Share of latewood, 0 to 1: it rises slowly within a year and ends abruptly."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    pith = rng.uniform(-1.5, 2.5, 2) * np.array(shape)
    distance = np.hypot(rows - pith[0], columns - pith[1]) + 1.2 * mottle(shape, rng, 4.0)
    phase = (distance / rng.uniform(5.0, 9.0)) % 1.0
    late: Array = np.where(phase < 0.9, phase**3, 1 - (phase - 0.9) / 0.1)
    return late


def _step(values: Array, middle: float, width: float) -> Array:
    """A smooth step from 0 to 1."""
    step: Array = expit((values - middle) / width)
    return step


def _shuffled(count: int, classes: int, rng: Random) -> list[int]:
    """Class ids 1..classes in equal numbers and random order."""
    ids = np.arange(count) % classes + 1
    return [int(i) for i in rng.permutation(ids)]


TRAYS = {
    "fruit": Tray(128, 160, Sensor(400, 1000, 80, peak=680, spread=150), None, fruit),
    "blueberries": Tray(128, 160, Sensor(400, 1000, 80, peak=680, spread=150), None, blueberries),
    "wood": Tray(128, 160, Sensor(900, 1700, 81, peak=1300, spread=260, smile=2.5), 0.03, wood),
}
