"""Spectra as they are looked at: display transforms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import band_flags
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.types import FloatArray, Wavelengths

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """What the transforms can be told.

    Attributes
    ----------
    scale : float
        Stored value times `scale` is reflectance, see :class:`~s3fn_core.cubes.cube.Cube`.
    window : int
        Bands under the Savitzky-Golay polynomial, odd.  Bad bands are left out, not counted.
    degree : int
        Degree of that polynomial.

    Raises
    ------
    CubeError
        When no polynomial of this degree fits through the window.
    """

    scale: float = 1.0
    window: int = 11
    degree: int = 2

    def __post_init__(self) -> None:
        if self.window % 2 == 0 or not 0 <= self.degree < self.window:
            raise CubeError(
                "Savitzky-Golay: a window of {window} bands with a polynomial of degree {degree} is not "
                "possible; choose an odd window above the degree.",
                window=self.window,
                degree=self.degree,
            )


# Complete spectra (n, bands) over ascending wavelengths (bands,) to as many values.
Kernel = Callable[[Values, Wavelengths, Settings], Values]


@dataclass(frozen=True)
class Transform:
    """One way to show a spectrum.

    Attributes
    ----------
    label : str
        Its name in a menu.
    axis : str
        Quantity and unit on the plot's axis.
    kernel : callable
    needs_wavelengths : bool
        Whether it means nothing for bands that are only counted.
    axis_of_values : str
        What the axis says of values that are not reflectances; "" for the same.
    """

    label: str
    axis: str
    kernel: Kernel
    needs_wavelengths: bool = False
    axis_of_values: str = ""


@checked(CubeError)
def transform(
    spectra: npt.ArrayLike,
    kind: str,
    *,
    wavelengths: Wavelengths | None = None,
    good_bands: npt.ArrayLike | None = None,
    settings: Settings | None = None,
) -> FloatArray:
    """Transform reflectance spectra for display.

    Parameters
    ----------
    spectra : array, shape (..., bands)
        Reflectance, as ``Cube.window`` gives it.
    kind : str
        A key of :data:`TRANSFORMS`.
    wavelengths : array, shape (bands,), optional
        In nm, in any order; bands of the same wavelength count as one, with their mean.
    good_bands : array of bool, shape (bands,), optional
    settings : Settings, optional

    Returns
    -------
    array of float32, shape (..., bands)
        NaN at bad bands, at missing values and where the transform is not defined (a constant
        spectrum has no SNV, a continuum that is not positive cannot be divided by).  Values beside
        a bad band are computed from the nearest good ones.

    Raises
    ------
    CubeError
        When the transform is unknown, or needs wavelengths and there are none.

    Examples
    --------
    >>> nm = np.array([400.0, 410.0, 430.0])
    >>> transform([0.1, 0.2, 0.4], "derivative", wavelengths=nm).tolist()
    [0.009999999776482582, 0.009999999776482582, 0.009999999776482582]
    """
    if kind not in TRANSFORMS:
        raise CubeError(
            'There is no transform "{kind}"; choose from {transforms}.',
            kind=kind,
            transforms=", ".join(TRANSFORMS),
        )
    chosen = TRANSFORMS[kind]
    if chosen.needs_wavelengths and wavelengths is None:
        raise CubeError(
            "{label}: the wavelengths of the bands are not known; state them first.", label=chosen.label
        )
    values = np.asarray(spectra, np.float64)
    axis = np.arange(values.shape[-1], dtype=np.float64) if wavelengths is None else wavelengths
    rows = values.reshape(-1, values.shape[-1])
    present = np.isfinite(rows)
    if good_bands is not None:
        present &= band_flags(good_bands, rows.shape[1])
    result = np.full(rows.shape, np.nan)
    # Spectra that lack the same bands are computed together; mostly that is all of them.
    patterns, members = np.unique(present, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        group = np.flatnonzero(members.ravel() == number)
        if pattern.any():
            place = np.ix_(group, np.flatnonzero(pattern))
            result[place] = _ordered(chosen.kernel, rows[place], axis[pattern], settings or Settings())
    return result.reshape(values.shape).astype(np.float32)


def _ordered(kernel: Kernel, spectra: Values, axis: Wavelengths, settings: Settings) -> Values:
    """Apply a kernel over ascending, different wavelengths and put its values back in place."""
    ascending, place = np.unique(axis, return_inverse=True)
    if len(ascending) == len(axis):
        return kernel(spectra[:, np.argsort(axis)], ascending, settings)[:, place]
    merged = np.zeros((len(spectra), len(ascending)))
    np.add.at(merged.T, place, spectra.T)
    return kernel(merged / np.bincount(place), ascending, settings)[:, place]


def _raw(spectra: Values, axis: Wavelengths, settings: Settings) -> Values:
    return spectra / settings.scale


def _reflectance(spectra: Values, axis: Wavelengths, settings: Settings) -> Values:
    return spectra


def _derivative(spectra: Values, axis: Wavelengths, settings: Settings) -> Values:
    """Central differences of second order for uneven steps (:func:`numpy.gradient`)."""
    if len(axis) < 2:
        return np.full_like(spectra, np.nan)
    slopes: Values = np.gradient(spectra, axis, axis=1)
    return slopes


def _savitzky_golay(spectra: Values, axis: Wavelengths, settings: Settings) -> Values:
    """Local polynomials (Savitzky & Golay, Anal. Chem. 36, 1627, 1964)."""
    from scipy.signal import savgol_filter

    largest = len(axis) - (len(axis) + 1) % 2  # odd, and no more than there are bands
    window = min(settings.window, largest)
    if window <= settings.degree:
        return np.full_like(spectra, np.nan)
    smooth: Values = savgol_filter(spectra, window, settings.degree, axis=1)
    return smooth


def _snv(spectra: Values, axis: Wavelengths, settings: Settings) -> Values:
    """Standard normal variate (Barnes, Dhanoa & Lister, Appl. Spectrosc. 43, 772, 1989)."""
    centred = spectra - spectra.mean(axis=1, keepdims=True)
    degrees = max(1, len(axis) - 1)
    deviation = np.sqrt(np.sum(centred**2, axis=1, keepdims=True) / degrees)
    # Rounding gives a constant spectrum a deviation of some units in the last place.
    noise = 1e-12 * np.abs(spectra).max(axis=1, keepdims=True)
    scaled: Values = centred / np.where(deviation > noise, deviation, np.nan)
    return scaled


def _continuum_removed(spectra: Values, axis: Wavelengths, settings: Settings) -> Values:
    """Quotient by the upper convex hull (Clark & Roush, J. Geophys. Res. 89, 6329, 1984)."""
    from spectral.algorithms.continuum import spectral_continuum

    hull = spectra if len(axis) < 3 else spectral_continuum(spectra, axis)
    quotient: Values = spectra / np.where(hull > 0, hull, np.nan)
    return quotient


TRANSFORMS: Mapping[str, Transform] = MappingProxyType(
    {
        "reflectance": Transform(
            tr("Reflectance"), tr("Reflectance"), _reflectance, axis_of_values=tr("Value")
        ),
        "raw": Transform(tr("Raw values"), tr("Stored value"), _raw),
        "derivative": Transform(
            tr("First derivative"), tr("Reflectance per nm"), _derivative, True, tr("Value per nm")
        ),
        "savitzky_golay": Transform(
            "Savitzky-Golay",
            tr("Reflectance, smoothed"),
            _savitzky_golay,
            axis_of_values=tr("Value, smoothed"),
        ),
        "snv": Transform("SNV", tr("Standard normal variate"), _snv),
        "continuum_removed": Transform(
            tr("Continuum removed"),
            tr("Reflectance / continuum"),
            _continuum_removed,
            True,
            tr("Value / continuum"),
        ),
    }
)
