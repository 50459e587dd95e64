"""True colour: what the eye would see of a reflectance spectrum under a stated light.

The whole way from a spectrum to linear sRGB is linear, hence one matrix for a cube:
reflectance (..., bands) @ matrix (bands, 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, FloatArray, Wavelengths

Values = npt.NDArray[np.float64]
_NM = np.arange(380.0, 781.0)  # where the light's table and nearly all of the eye's response lie
# CIE standard illuminant D65 (ISO/CIE 11664-2), relative spectral power from 380 nm in 10 nm steps.
_D65 = (
    49.9755,
    54.6482,
    82.7549,
    91.4860,
    93.4318,
    86.6823,
    104.865,
    117.008,
    117.812,
    114.861,
    115.923,
    108.811,
    109.354,
    107.802,
    104.790,
    107.689,
    104.405,
    104.046,
    100.000,
    96.3342,
    95.7880,
    88.6856,
    90.0062,
    89.5991,
    87.6987,
    83.2886,
    83.6992,
    80.0268,
    80.2146,
    82.2778,
    78.2842,
    69.7213,
    71.6091,
    74.3490,
    61.6040,
    69.8856,
    75.0870,
    63.5927,
    46.4182,
    66.8054,
    63.3828,
)
ILLUMINANTS: Mapping[str, Values] = MappingProxyType(
    {
        "D65": np.interp(_NM, _NM[::10], _D65),  # daylight
        "E": np.ones_like(_NM),  # equal energy
    }
)
# Linear sRGB to XYZ (IEC 61966-2-1); its white (1, 1, 1) is that of D65.
_XYZ_OF_SRGB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# XYZ to the sharpened cone responses in which a change of the white is a scaling (Bradford; Lam
# 1985, as in ICC.1:2022, annex E).
_CONES_OF_XYZ = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
# Lobes of the colour matching functions: height, centre (nm), inverse widths below and above it.
_LOBES = (
    ((0.362, 442.0, 0.0624, 0.0374), (1.056, 599.8, 0.0264, 0.0323), (-0.065, 501.1, 0.0490, 0.0382)),
    ((0.821, 568.8, 0.0213, 0.0247), (0.286, 530.9, 0.0613, 0.0322)),
    ((1.217, 437.0, 0.0845, 0.0278), (0.681, 459.0, 0.0385, 0.0725)),
)
# Share of each of X, Y, Z of white that must come from measured wavelengths.  A sensor that begins
# at 430 nm, as some airborne ones do, has 87 % of Z.
_LEAST_SHARE = 0.85
_WIDEST_STEP = 50.0  # nm; the functions' lobes are about 50 to 100 nm wide


def matching_functions(wavelengths: npt.ArrayLike) -> Values:
    """CIE 1931 colour matching functions of the 2 degree observer, shape (n, 3).

    Sums of Gaussian lobes with two widths, within about 1 % of the tables (Wyman, Sloan &
    Shirley, "Simple analytic approximations to the CIE XYZ color matching functions", Journal of
    Computer Graphics Techniques 2(2), 2013).
    """
    nm = np.asarray(wavelengths, np.float64)
    functions = [
        sum(
            height * np.exp(-0.5 * ((nm - centre) * np.where(nm < centre, below, above)) ** 2)
            for height, centre, below, above in lobes
        )
        for lobes in _LOBES
    ]
    return np.stack(functions, axis=-1)


def why_no_colour(wavelengths: Wavelengths | None, good_bands: BoolArray) -> str:
    """Say why a cube has no true colour; an empty text where it has.

    The wavelengths between its good bands, steps of more than 50 nm left out, must make up 85 % of
    each of X, Y and Z of white.
    """
    if wavelengths is None:
        return tr("the wavelengths of the bands are not known")
    nodes = np.unique(wavelengths[good_bands])
    if not nodes.size:
        return tr("all bands are marked as bad")
    measured = (nodes[0] <= _NM) & (nodes[-1] >= _NM)
    if not _shows_white(measured):
        return tr(
            "the good bands ({first:.0f}-{last:.0f} nm) do not cover visible light",
            first=nodes[0],
            last=nodes[-1],
        )
    gaps = [(low, high) for low, high in pairwise(nodes.tolist()) if high - low > _WIDEST_STEP]
    for low, high in gaps:
        measured &= (low >= _NM) | (high <= _NM)
    if not _shows_white(measured):
        texts = ", ".join(
            tr("{low:.0f} and {high:.0f} nm", low=low, high=high) for low, high in gaps if low < _NM[-1]
        )
        return tr("there is no good band between {gaps}", gaps=texts)
    return ""


def _shows_white(measured: BoolArray) -> bool:
    """Whether enough of X, Y and Z of daylight lies at the measured ones of _NM."""
    white = matching_functions(_NM) * ILLUMINANTS["D65"][:, None]
    share = white[measured].sum(axis=0) / white.sum(axis=0)
    return bool(np.all(share >= _LEAST_SHARE))


def colour_matrix(
    wavelengths: Wavelengths | None, good_bands: BoolArray, illuminant: str = "D65"
) -> FloatArray:
    """Matrix that turns reflectance into linear sRGB.

    Between the bands a spectrum is taken as straight and beyond the outermost good band as
    constant, and multiplied with light and matching functions over every nm.  Uneven steps,
    gaps and any order of the bands are thus weighed rightly.  A perfect white (reflectance 1)
    becomes (1, 1, 1) under every illuminant.

    Parameters
    ----------
    wavelengths : array, shape (bands,)
        In nm.
    good_bands : array of bool, shape (bands,)
    illuminant : str
        A key of :data:`ILLUMINANTS`.

    Returns
    -------
    array of float32, shape (bands, 3)
        Rows of 0 for bands that are bad or of no influence on colour.

    Raises
    ------
    CubeError
        When the bands do not allow it, see :func:`why_no_colour`.
    """
    if illuminant not in ILLUMINANTS:
        raise CubeError(
            'There is no illuminant "{illuminant}"; choose from {illuminants}.',
            illuminant=illuminant,
            illuminants=", ".join(ILLUMINANTS),
        )
    obstacle = why_no_colour(wavelengths, good_bands)
    if wavelengths is None or obstacle:
        raise CubeError(
            "No true colour: {obstacle}. Choose three bands for a false colour.", obstacle=obstacle
        )
    light = matching_functions(_NM) * ILLUMINANTS[illuminant][:, None]
    light /= light[:, 1].sum()
    matrix = np.zeros((len(wavelengths), 3))
    matrix[good_bands] = _band_weights(wavelengths[good_bands]) @ light @ _linear_srgb(light)
    return matrix.astype(np.float32)


def _band_weights(wavelengths: Wavelengths) -> Values:
    """Share of every band in a spectrum's value at every nm, shape (bands, nm)."""
    nodes, place, count = np.unique(wavelengths, return_inverse=True, return_counts=True)
    hats = np.array([np.interp(_NM, nodes, unit) for unit in np.eye(len(nodes))])
    weights: Values = (hats / count[:, None])[place]
    return weights


def _linear_srgb(light: Values) -> Values:
    """Matrix from XYZ under a light to linear sRGB, the light's white adapted to that of D65."""
    white = _CONES_OF_XYZ @ light.sum(axis=0)
    shown = _CONES_OF_XYZ @ _XYZ_OF_SRGB.sum(axis=1)
    adaptation = np.linalg.inv(_CONES_OF_XYZ) @ np.diag(shown / white) @ _CONES_OF_XYZ
    matrix: Values = (np.linalg.inv(_XYZ_OF_SRGB) @ adaptation).T
    return matrix


def encode_srgb(linear: FloatArray) -> FloatArray:
    """The sRGB transfer curve (IEC 61966-2-1), to 0..1.

    Colours outside sRGB's gamut are clipped; missing values (NaN) stay missing.
    """
    clipped = np.clip(linear, 0, 1)
    encoded = np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * np.power(clipped, 1 / 2.4) - 0.055)
    return encoded.astype(np.float32)
