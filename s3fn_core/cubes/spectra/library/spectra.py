"""Named spectra over common wavelengths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.checked import checked
from s3fn_core.errors import CubeError
from s3fn_core.types import FloatArray, Wavelengths

# A band's response is taken as a Gaussian and looked at from -1 to 1 full widths at half maximum.
_OFFSETS = np.linspace(-1, 1, 21)
_RESPONSE = np.exp(-4 * np.log(2) * _OFFSETS**2)


@checked(CubeError)
@dataclass(frozen=True, eq=False)
class SpectralLibrary:
    """Named spectra over common wavelengths.

    Attributes
    ----------
    names : tuple of str, n names
    wavelengths : array of float64, shape (bands,)
        In nm, in the order of the file.
    spectra : array of float32, shape (n, bands)
        NaN where a value is missing.
    notes : tuple of str
        What was guessed while reading.
    sources : tuple of str
        Where each spectrum comes from, in the words of its file; n of them, or none at all.

    Raises
    ------
    CubeError
        When these do not fit, or a wavelength is not above 0.
    """

    names: tuple[str, ...]
    wavelengths: Wavelengths
    spectra: FloatArray
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        with np.errstate(over="ignore"):  # beyond float32 is missing
            spectra = np.asarray(self.spectra).astype(np.float32)
        spectra[~np.isfinite(spectra)] = np.nan
        object.__setattr__(self, "spectra", spectra)
        expected = (len(self.names), len(self.wavelengths))
        if spectra.shape != expected or not spectra.size:
            raise CubeError(
                "A spectral library needs spectra, a name for each and a wavelength per band; here "
                "{names} names and {wavelengths} wavelengths came with {shape}.",
                names=expected[0],
                wavelengths=expected[1],
                shape=spectra.shape,
            )
        if self.sources and len(self.sources) != len(self.names):
            raise CubeError(
                "{spectra} spectra came with {sources} sources; give each one.",
                spectra=expected[0],
                sources=len(self.sources),
            )
        if not (np.isfinite(self.wavelengths) & (self.wavelengths > 0)).all():
            raise CubeError("The wavelengths of a spectral library must be numbers above 0.")

    def at(self, wavelengths: Wavelengths) -> FloatArray:
        """The spectra as a sensor with other bands would have measured them.

        The spectra are taken as straight between their bands and averaged with Gaussian responses,
        whose full width at half maximum is the distance to the nearer neighbouring band.

        Parameters
        ----------
        wavelengths : array, shape (m,)
            Band centres of a cube in nm, in any order.

        Returns
        -------
        array of float32, shape (n, m)
            NaN outside of the library's wavelengths and where it has no value.
        """
        points = wavelengths + _widths(wavelengths) * _OFFSETS[:, None]
        inside = (wavelengths >= self.wavelengths.min()) & (wavelengths <= self.wavelengths.max())
        nearest = np.abs(self.wavelengths[:, None] - wavelengths).argmin(axis=0)
        order = np.argsort(self.wavelengths, kind="stable")
        result = np.full((len(self.names), len(wavelengths)), np.nan, np.float32)
        for shown, spectrum in zip(result, self.spectra, strict=True):
            known = order[np.isfinite(spectrum[order])]
            if known.size:
                values = np.interp(points, self.wavelengths[known], spectrum[known])
                here = inside & np.isfinite(spectrum[nearest])
                shown[here] = np.average(values[:, here], axis=0, weights=_RESPONSE)
        return result


def _widths(wavelengths: Wavelengths) -> npt.NDArray[np.float64]:
    """Distance of every band to the nearer of its neighbours, shape (m,)."""
    nodes, place = np.unique(wavelengths, return_inverse=True)
    if len(nodes) == 1:
        return np.zeros(len(wavelengths))
    steps = np.diff(nodes)
    nearer = np.minimum(np.append(steps, np.inf), np.insert(steps, 0, np.inf))
    widths: npt.NDArray[np.float64] = nearer[place]
    return widths
