"""A lot: trays of two days from one camera, of which thirty fruit are labelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.simulate.detector import Detector
from s3fn_core.cubes.simulate.lots import SAMPLES, SENSOR, LotTray, lot_tray
from s3fn_core.cubes.treating.calibrate import Calibration, reflectance
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.labels.classes import ClassSet
from s3fn_core.types import BoolArray, FloatArray, IdArray, ObjectMap

LABELLED = 30
"""Fruit, from the first two trays."""
FOREIGN = 2
"""Foreign bodies on each tray that nobody has labelled anything on."""
DEAD = 0.003
"""Share of the detector's elements."""
DRIFT = 0.03
"""Of the lamps on day 2, since the white reference."""
SPOT_PIXELS, SOUND_PIXELS = 6, 20
"""Pixels that are labelled on a rotten spot, and on the rest of a fruit."""
RIPENESS = ClassSet().added("unripe").added("perfect").added("overripe")
SOUNDNESS = ClassSet().added("sound").added("rotten")
SOUND, ROTTEN = 1, 2


@dataclass(frozen=True, eq=False)
class Body:
    """One object: where it lies and what is true of it.

    Attributes
    ----------
    tray, number : int
        Of the tray, and in its map.
    day : int
        1 or 2; 0 on the trays that the labels are on.
    ripeness : int
        0 for foreign bodies.
    spotted, known : bool
        Whether it has a rotten spot; whether it is labelled.
    """

    tray: int
    number: int
    day: int
    ripeness: int
    spotted: bool
    known: bool


@dataclass(frozen=True, eq=False)
class Lot:
    """Trays, the cubes that are made of their counts, and all bodies."""

    trays: list[LotTray]
    cubes: list[Cube]
    bodies: list[Body]
    seed: int

    @property
    def training(self) -> list[int]:
        """Trays with labels."""
        return sorted({body.tray for body in self.bodies if body.known})

    def mask(self, body: Body) -> BoolArray:
        """The pixels of a body, shape (lines, samples)."""
        found: BoolArray = self.trays[body.tray].objects == body.number
        return found

    def numbers(self, tray: int) -> ObjectMap:
        """Object map of a tray with numbers that no other tray has."""
        objects = self.trays[tray].objects
        return np.where(objects > 0, objects + 1000 * tray, 0)

    def ripeness_labels(self, tray: int) -> IdArray:
        """All pixels of the labelled fruit of a tray."""
        labels = np.zeros_like(self.trays[tray].truth)
        for body in self.known(tray):
            labels[self.mask(body)] = body.ripeness
        return labels

    def spot_labels(self, tray: int) -> IdArray:
        """Some pixels of the labelled fruit of a tray, rotten and sound."""
        labels, spots = np.zeros_like(self.trays[tray].truth), self.trays[tray].spots
        rng = np.random.default_rng([self.seed, tray])
        for body in self.known(tray):
            mask = self.mask(body)
            for where, count, label in ((spots, SPOT_PIXELS, ROTTEN), (~spots, SOUND_PIXELS, SOUND)):
                places = rng.permutation(np.argwhere(mask & where))[:count]
                labels[tuple(places.T)] = label
        return labels

    def known(self, tray: int) -> list[Body]:
        return [body for body in self.bodies if body.tray == tray and body.known]

    def pixels(self) -> list[FloatArray]:
        """Spectra (n, bands) of every body, missing values as the mean of the others."""
        cubes = [_without_gaps(cube.read()) for cube in self.cubes]
        return [cubes[body.tray][self.mask(body)] for body in self.bodies]


def make(seed: int, trays: int, counts: bool) -> Lot:
    """A lot with two trays of labels and `trays` unseen ones on each of two days.

    Parameters
    ----------
    counts : bool
        Leave the cubes as they are, without references.
    """
    rng = np.random.default_rng([seed, 7])
    detector = Detector.of(SENSOR, SAMPLES, rng, DEAD)
    days = [0, 0, *[1] * trays, *[2] * trays]
    made = [
        lot_tray(detector, (seed, place), FOREIGN if day else 0, DRIFT if day == 2 else 0.0)
        for place, day in enumerate(days)
    ]
    bodies = [
        Body(place, number, days[place], *_truth(tray, number), known=False)
        for place, tray in enumerate(made)
        for number in range(1, int(tray.objects.max()) + 1)
    ]
    unlabelled = [place for place, body in enumerate(bodies) if body.day == 0]
    chosen = set(rng.permutation(unlabelled)[:LABELLED].tolist())
    bodies = [
        Body(b.tray, b.number, b.day, b.ripeness, b.spotted, place in chosen)
        for place, b in enumerate(bodies)
    ]
    return Lot(made, [tray.cube if counts else _calibrated(tray) for tray in made], bodies, seed)


def _truth(tray: LotTray, number: int) -> tuple[int, bool]:
    mask = tray.objects == number
    return int(tray.truth[mask][0]), bool(tray.spots[mask].any())


def _calibrated(tray: LotTray) -> Cube:
    white, dark = (
        Reference.of_cube(Cube(counts, name, wavelengths=SENSOR.wavelengths))
        for counts, name in ((tray.white, "white"), (tray.dark, "dark"))
    )
    return reflectance(tray.cube, Calibration(white, dark, maximum=4095))


def _without_gaps(spectra: FloatArray) -> FloatArray:
    """Missing values as the mean of their band: no baseline can do with NaN."""
    mean = np.nanmean(spectra, axis=(0, 1))
    filled: FloatArray = np.where(np.isnan(spectra), mean, spectra)
    return filled
