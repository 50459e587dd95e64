"""What the current cube says for entries of the library to be compared with."""

from __future__ import annotations

from s3fn_core.words.library.fitting import Measured
from s3fn_gui.session.session import Session


def range_of(session: Session) -> tuple[float, float] | None:
    """First and last wavelength of its good bands."""
    item = session.cubes.current
    return None if item is None else item.cube.range_nm


def measured_means(session: Session) -> dict[int, Measured]:
    """Means of its labelled pixels, by class."""
    item = session.cubes.current
    if item is None or item.cube.wavelengths is None:
        return {}
    axis, waves = item.axis, item.cube.wavelengths
    return {
        class_id: Measured(waves, known.mean, axis.good_bands, item.is_reflectance)
        for class_id, known in session.view.statistics.items()
        if known.pixels and len(known.mean) == axis.bands
    }
