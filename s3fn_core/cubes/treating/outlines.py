"""Whether a map of objects belongs to a cube: its objects differ from what lies around them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.pages import release
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, ObjectMap

RING = 4
"""Pixels around the objects that are looked at."""
OFF = 0.04
"""Share of the objects' pixels that may be belt, or belt's that may be objects, at most."""
APART = 4.5
"""Distance between objects and belt, in standard deviations, below which nothing can be said."""
BANDS = 6
PIXELS = 1_000_000
"""Bands and pixels that are looked at, at most."""
MAPPED = 256 << 20
"""Bytes of a memory-mapped file that are read from before its pages are let go."""
ROUNDS = 5
FEWEST = 20

Values = npt.NDArray[np.float64]


def off_their_edges(cube: Cube, objects: ObjectMap) -> tuple[str, ...]:
    """A note where the outlines of objects are not those in the image: they may be another cube's.

    The pixels of the objects and those around them are divided into two groups by their spectra,
    beginning with the map's own division.  With the right map the groups stay what they are; with
    another's, belt joins belt, and objects objects.  A map that is larger or smaller all around
    (a generous mask) is no reason for a note, nor are groups that do not differ clearly.  Parcels
    of a cube with a place lie beside others of their kind, so of those nothing is said.

    Parameters
    ----------
    cube : Cube
    objects : array of int, shape (lines, samples)
        0 is background.
    """
    on = np.asarray(objects) > 0
    near = ndimage.maximum_filter(on, 2 * RING + 1)
    lines = np.flatnonzero(near.any(1))
    if not len(lines) or cube.georeference is not None:
        return ()
    most = min(len(lines), max(1, PIXELS // cube.samples))
    lines = lines[np.unique(np.linspace(0, len(lines) - 1, most).astype(int))]
    near, claimed = near[lines], on[lines]
    found, apart = _divide(_spectra(cube, lines)[near], claimed[near])
    inside = claimed[near]
    belt, missed = np.count_nonzero(inside & ~found), np.count_nonzero(found & ~inside)
    if apart < APART or min(int(belt), int(missed)) <= OFF * np.count_nonzero(inside):
        return ()
    return (
        tr(
            "The outlines of the objects are not those in {name}: the map may belong to another "
            "cube, or be shifted. Look at both together.",
            name=cube.name,
        ),
    )


def _spectra(cube: Cube, lines: npt.NDArray[np.intp]) -> Values:
    """Some good bands of some lines; missing values are 0, as in what is masked."""
    good = np.flatnonzero(cube.good_bands)
    bands = good[np.unique(np.linspace(0, len(good) - 1, BANDS).astype(int))]
    values = np.empty((len(lines), cube.samples, len(bands)))
    step = max(1, MAPPED // (4 * cube.samples * cube.bands))
    for start in range(0, len(lines), step):  # a few bands of a BIL file touch nearly all of its pages
        part = slice(start, start + step)
        values[part] = np.nan_to_num(cube.window(lines[part], slice(None), bands))
        release(cube.data)
    return values / max(float(np.abs(values).mean()), 1e-300)


def _divide(spectra: Values, first: BoolArray) -> tuple[BoolArray, float]:
    """Two groups of spectra (n, bands), from `first` by linear discriminants; and how far apart."""
    group, apart = first, 0.0
    for _ in range(ROUNDS):
        here, there = spectra[group], spectra[~group]
        if min(len(here), len(there)) < FEWEST:
            break
        bands = spectra.shape[1]
        spread = (np.cov(here.T) + np.cov(there.T)).reshape(bands, bands) / 2
        spread += (1e-6 * np.trace(spread) + 1e-12) * np.eye(bands)
        middle, step = (here.mean(0) + there.mean(0)) / 2, here.mean(0) - there.mean(0)
        score = (spectra - middle) @ np.linalg.solve(spread, step)
        before, group = group, score > 0
        apart = _distance(score[group], score[~group])
        if (group == before).all():
            break
    return group, apart


def _distance(here: Values, there: Values) -> float:
    """Between two groups' means, in their mean standard deviation; 0 where one is empty."""
    if not (here.size and there.size):
        return 0.0
    spread = np.sqrt((here.var() + there.var()) / 2)
    return float((here.mean() - there.mean()) / max(float(spread), 1e-12))
