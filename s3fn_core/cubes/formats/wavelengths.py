"""Band centres in nm, whatever unit a file states or forgets to state."""

from __future__ import annotations

from typing import Any

import numpy as np

from s3fn_core.types import Wavelengths

_TO_NM = {
    "nm": 1.0, "nanometer": 1.0, "nanometers": 1.0, "nanometre": 1.0, "nanometres": 1.0,
    "um": 1e3, "µm": 1e3, "μm": 1e3, "micron": 1e3, "microns": 1e3, "micrometer": 1e3,
    "micrometers": 1e3, "micrometre": 1e3, "micrometres": 1e3,
    "m": 1e9, "mm": 1e6, "angstrom": 0.1, "angstroms": 0.1,
}  # fmt: skip
_WAVENUMBER = {"wavenumber", "wavenumbers", "cm-1", "1/cm"}
# No optical sensor measures beyond 100 µm or below 100 nm: a list below 100 is in µm.
_MICROMETRE_LIMIT = 100.0


def to_nm(values: Any, unit: str | None, bands: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Convert the wavelengths that a file states to nm.

    Parameters
    ----------
    values : sequence of numbers or of their texts
        Band centres in the file's unit.
    unit : str or None
        The unit's name as the file spells it; guessed from the magnitude where it says nothing.
    bands : int
        How many there must be.

    Returns
    -------
    wavelengths : array of float64, shape (bands,), or None
        None where the list is of no use.
    notes : tuple of str
        What was guessed or dropped.
    """
    try:
        centres = np.asarray(values, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        return None, ("The wavelengths are not numbers and were left out.",)
    if centres.size != bands:
        return None, (f"{centres.size} wavelengths for {bands} bands: they were left out.",)
    usable = bool(np.all(np.isfinite(centres)) and np.all(centres > 0))
    if not usable or (bands > 1 and np.ptp(centres) == 0):  # filled in for want of knowledge
        return None, ("The wavelengths are not positive, different numbers: left out.",)
    name = (unit or "").strip().lower()
    if name in _WAVENUMBER:
        return 1e7 / centres, ()
    if name in _TO_NM:
        return centres * _TO_NM[name], ()
    if centres.max() < _MICROMETRE_LIMIT:
        return centres * 1e3, ("The wavelengths state no unit; they were taken as micrometres.",)
    return centres, ("The wavelengths state no unit; they were taken as nm.",)
