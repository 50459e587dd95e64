"""Entries as a camera with other bands would have measured them, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from s3fn_core.types import Wavelengths
from s3fn_core.words.library.entries import Entry

Values = npt.NDArray[np.float64]
# Responses are looked at from -1 to 1 full widths at half maximum.
_OFFSETS = np.linspace(-1, 1, 21)
_RESPONSE = np.exp(-4 * np.log(2) * _OFFSETS**2) / np.exp(-4 * np.log(2) * _OFFSETS**2).sum()
_CAMERAS = 16  # pairs of axes whose matrix is kept: a few libraries, a few cubes


def spacing(wavelengths: Wavelengths) -> Wavelengths:
    """Distance of every band to the nearer of its neighbours: about its width where nobody says.

    Parameters
    ----------
    wavelengths : array, shape (bands,)
        Increasing; at least two.
    """
    steps = np.diff(wavelengths)
    nearer: Wavelengths = np.minimum(np.append(steps, np.inf), np.insert(steps, 0, np.inf))
    return nearer


def sensed(entries: Sequence[Entry], wavelengths: Wavelengths, widths: Wavelengths) -> Values:
    """Reflectance (entries, bands) as bands of a camera see it.

    A band's response is a Gaussian.  The curves have a width of their own, their spacing, which is
    not applied again: what is left of a width is ``sqrt(width**2 - spacing**2)``, and a curve on
    the camera's own bands stays as it is.  All of this is linear, so entries with a common axis
    take one product of matrices.

    Parameters
    ----------
    entries : sequence of Entry
    wavelengths, widths : array, shape (bands,)
        Band centres and full widths at half maximum in nm.

    Returns
    -------
    array of float64, shape (entries, bands)
        NaN beyond what is known of an entry.
    """
    result = np.full((len(entries), len(wavelengths)), np.nan)
    for places in _by_axis(entries):
        axis = entries[places[0]].wavelengths
        matrix = _matrix(axis.tobytes(), wavelengths.tobytes(), widths.tobytes())
        curves = np.stack([entries[place].reflectance for place in places]).astype(np.float64)
        gaps = ~np.isfinite(curves)
        holed = np.flatnonzero(gaps.any(axis=1))
        for row in holed.tolist():
            known = ~gaps[row]
            curves[row] = np.interp(axis, axis[known], curves[row, known]) if known.any() else 0
        values = curves @ matrix
        if len(holed):
            nearest = np.abs(axis[:, None] - wavelengths).argmin(axis=0)
            lacking = np.zeros(values.shape, bool)
            lacking[holed] = gaps[holed][:, nearest]
            values[lacking] = np.nan
        result[places] = values
    return result


def _by_axis(entries: Sequence[Entry]) -> list[list[int]]:
    """Places of the entries with equal wavelengths, together."""
    keys: dict[int, bytes] = {}  # most entries share one array, which is looked at once
    groups: dict[bytes, list[int]] = {}
    for place, entry in enumerate(entries):
        axis = entry.wavelengths
        key = keys.setdefault(id(axis), b"") or axis.tobytes()
        keys[id(axis)] = key
        groups.setdefault(key, []).append(place)
    return list(groups.values())


@lru_cache(maxsize=_CAMERAS)
def _matrix(axis: bytes, wavelengths: bytes, widths: bytes) -> Values:
    """What every wavelength of an axis adds to every band, shape (axis, bands); NaN outside."""
    nodes, centres, wide = np.frombuffer(axis), np.frombuffer(wavelengths), np.frombuffer(widths)
    own = np.interp(centres, nodes, spacing(nodes))
    left = np.sqrt(np.maximum(wide**2 - own**2, 0))
    points = np.clip(centres + left * _OFFSETS[:, None], nodes[0], nodes[-1])
    above = np.clip(np.searchsorted(nodes, points), 1, len(nodes) - 1)
    share = (points - nodes[above - 1]) / (nodes[above] - nodes[above - 1])
    matrix = np.zeros((len(nodes), len(centres)))
    bands = np.broadcast_to(np.arange(len(centres)), points.shape)
    np.add.at(matrix, (above - 1, bands), (1 - share) * _RESPONSE[:, None])
    np.add.at(matrix, (above, bands), share * _RESPONSE[:, None])
    matrix[:, (centres < nodes[0]) | (centres > nodes[-1])] = np.nan
    return matrix
