"""The spectra that can be looked up: what is kept, and the means of classes."""

from __future__ import annotations

from dataclasses import dataclass

from s3fn_core.cubes.cube import Cube
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, FloatArray, Wavelengths
from s3fn_gui.session.session import Session

Key = tuple[str, int]
KEPT, CLASS = "kept", "class"


@dataclass(frozen=True, eq=False)
class Subject:
    """A spectrum with its bands.

    Attributes
    ----------
    key : (str, int)
        ("kept", number) or ("class", id).
    name : str
    values : array of float32, shape (bands,)
    wavelengths : array of float64, shape (bands,)
    good_bands : array of bool, shape (bands,)
    cube : Cube or None
        What it was read from.
    """

    key: Key
    name: str
    values: FloatArray
    wavelengths: Wavelengths
    good_bands: BoolArray
    cube: Cube | None

    @property
    def range_nm(self) -> tuple[float, float]:
        """First and last wavelength of the good bands, or of all where none is."""
        good = self.wavelengths[self.good_bands] if self.good_bands.any() else self.wavelengths
        return float(good.min()), float(good.max())


def subjects(session: Session) -> tuple[Subject, ...]:
    """All spectra of the session that have values and wavelengths: kept ones, then class means."""
    found = [
        Subject((KEPT, k.number), k.name, k.values, k.axis.wavelengths, k.axis.good_bands, k.cube)
        for k in session.spectra.kept
        if k.values is not None and k.axis.wavelengths is not None
    ]
    item, known = session.cubes.current, session.view.statistics
    if item is not None and item.axis.wavelengths is not None:
        waves, good = item.axis.wavelengths, item.axis.good_bands
        for c in session.classes:
            if c.id in known and len(known[c.id].mean) == len(waves):
                name = tr("Mean of {name}", name=c.name)
                found.append(Subject((CLASS, c.id), name, known[c.id].mean, waves, good, item.cube))
    return tuple(found)


def first_subject(session: Session, found: tuple[Subject, ...]) -> Key | None:
    """What is looked up unless somebody says otherwise.

    The spectrum that is brought out, else the last one kept of a cube, else the mean of the
    selected class.
    """
    keys = [one.key for one in found]
    own = [one.key for one in found if one.key[0] == KEPT and one.cube is not None]
    wanted = [(KEPT, session.spectra.highlighted or 0), *own[-1:], (CLASS, session.class_id or 0), *keys[:1]]
    return next((key for key in wanted if key in keys), None)
