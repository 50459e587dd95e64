"""Fill values that a file does not declare: numbers that are absurd for it.

Programs fill what was not measured with -9999, -32768, 65535, 1e20 and others, and many files do not
say so.  Such a number stands far away from all others of the file.  The whole of a small cube is
looked at, and a few lines and bands of a large one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s3fn_core.cubes.cube import ABSURD, Cube
from s3fn_core.cubes.formats.meaning import Meaning
from s3fn_core.cubes.pages import release
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.quoting import named

_SMALL = 500_000  # values that are read as a whole
_LINES, _BANDS, _SAMPLES = 5, 8, 1024  # of a larger cube
_FEWEST = 16  # different values; fewer do not show what is absurd
_FAR = 1000.0  # times the size of nearly all others: no measurement of the same thing
_NEARLY_ALL = 90.0  # percent of the different values
# Half of what is usually written for "missing" is free of measurements.
_USUAL = (-999, -9999, -99999, -32767, -32768, -2147483647, -2147483648)
_AT_LEAST = 2  # times a value must occur to fill something

Values = np.ndarray[Any, Any]


def without_fills(cube: Cube) -> Cube:
    """The cube with numbers that are absurd for its file as missing, and a note that says so."""
    try:
        pixels = _sample(cube)
    except CubeError:  # damaged somewhere: that is told where it is looked at
        return cube
    release(cube.data)
    notes: tuple[str, ...] = ()
    if pixels.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            wild = pixels[np.abs(pixels) >= ABSURD]
        if np.isfinite(wild).any():
            notes = (
                tr(
                    "Values such as {example:g} cannot be real and count as missing.",
                    example=wild[np.isfinite(wild)][0],
                ),
            )
    known = np.unique(pixels[_measured(pixels, cube.nodata)]).astype(np.float64)
    if len(known) < _FEWEST:
        return cube.with_(notes=(*cube.notes, *notes))
    limit = _FAR * float(np.percentile(np.abs(known), _NEARLY_ALL, method="lower"))
    far = known[np.abs(known) >= limit] if limit else known[:0]
    near = known[np.abs(known) < limit] if limit else known
    fills = _fills(near, pixels)
    if not fills and not len(far):
        return cube.with_(notes=(*cube.notes, *notes))
    kept = near[~np.isin(near, fills)]
    told = tr(
        "{values} lies far from all other values ({lowest:g} to {highest:g}) and counts as "
        "missing, though the file does not declare it.",
        values=named([f"{value:g}" for value in (*far, *fills)]),
        lowest=kept.min(),
        highest=kept.max(),
    )
    cube = cube.with_(limit=min(limit, ABSURD) if len(far) else cube.limit, notes=(*cube.notes, *notes, told))
    if not fills:
        return cube
    if cube.nodata is None and len(fills) == 1:
        return cube.with_(nodata=fills[0])
    declared = () if cube.nodata is None else (cube.nodata,)
    return Meaning(cube.scale, missing=(*declared, *fills)).applied(cube)


def _sample(cube: Cube) -> Values:
    """Stored pixels, shape (pixels, bands looked at)."""
    if cube.lines * cube.samples * cube.bands <= _SMALL:
        return np.asarray(cube.data[:, :, :]).reshape(-1, cube.bands)
    bands = np.unique(np.linspace(0, cube.bands - 1, _BANDS).astype(int)).tolist()
    lines = np.unique(np.linspace(0, cube.lines - 1, _LINES).astype(int)).tolist()
    samples = np.unique(np.linspace(0, cube.samples - 1, _SAMPLES).astype(int))
    rows = [np.asarray(cube.data[slice(line, line + 1), slice(None), bands])[0] for line in lines]
    return np.concatenate([row[samples] for row in rows])


def _measured(pixels: Values, nodata: float | None) -> Values:
    usable = np.ones(pixels.shape, bool) if pixels.dtype.kind != "f" else np.abs(pixels) < ABSURD
    return usable if nodata is None else usable & (pixels != nodata)


def _fills(known: Values, pixels: Values) -> list[float]:
    """Values at the end of the range that fill something, though they are not of another size.

    A usual one counts where half of the way to it is empty; any other where it is all that some
    pixels hold, further from the others than they are from each other, or the only negative value.
    """
    found = []
    for value in (known[0], known[-1]):
        others = known[known != value]
        times = np.count_nonzero(pixels == value)
        if not value or times < (1 if value in _USUAL else _AT_LEAST):
            continue
        usual = value in _USUAL and others[0] > value / 2
        whole = np.count_nonzero((pixels == value).all(axis=1)) >= _AT_LEAST and pixels.shape[1] > 1
        gap = min(abs(float(value) - float(others[0])), abs(float(value) - float(others[-1])))
        alone = value < 0 <= others[0] or gap >= float(others[-1]) - float(others[0])
        if usual or (whole and alone):
            found.append(value)
    return found
