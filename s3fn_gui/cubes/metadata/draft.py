"""A cube's metadata while they are being edited; they may be wrong for a while."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.stated_wavelengths import in_nm, remarks
from s3fn_core.cubes.treating.treatment import Metadata
from s3fn_core.languages import plural, tr
from s3fn_core.types import BoolArray, Wavelengths

Part = Literal["wavelengths", "good_bands", "nodata", "scale", "reflectance"]
PARTS: tuple[Part, ...] = ("wavelengths", "good_bands", "nodata", "scale", "reflectance")
LARGE_SCALE = 100.0  # stored values are that of reflectance, not the other way round
_SAME = 1e-9  # relative; rounding of converted units is not an edit


class Draft(QObject):
    """What the dialog shows and changes; every change emits `changed`.

    `numbers` are the wavelengths as they were typed, in `unit`; NaN is an empty cell, and none at
    all means that the cube has no wavelengths.
    """

    changed = Signal()

    def __init__(self, cube: Cube, metadata: Metadata) -> None:
        super().__init__()
        self.cube = cube
        self.file = Metadata.of(cube)
        self.unit = "nm"
        self.numbers: tuple[float, ...] = metadata.wavelengths or ()
        self.good: BoolArray = np.array(metadata.good_bands, bool)
        self.nodata = metadata.nodata
        self.scale = metadata.scale
        self.reflectance = metadata.reflectance
        self._complaints: dict[Part, str] = {}

    # --- changing ------------------------------------------------------------------------------

    def set_wavelengths(self, numbers: tuple[float, ...], unit: str) -> None:
        """All at once; they may be too few or too many."""
        self.numbers, self.unit = numbers, unit
        self.changed.emit()

    def set_number(self, row: int, number: float) -> None:
        """One of them; NaN empties the cell, and behind the last band removes it."""
        empty = (np.nan,) * (self.cube.bands - len(self.numbers))
        numbers = [*self.numbers, *empty]
        numbers[row] = number
        while len(numbers) > self.cube.bands and np.isnan(numbers[-1]):
            numbers.pop()
        self.numbers = () if np.isnan(numbers).all() else tuple(numbers)
        self.changed.emit()

    def set_unit(self, unit: str) -> None:
        """The numbers are meant in another unit."""
        if unit != self.unit:
            self.unit = unit
            self.changed.emit()

    def set_good(self, good: BoolArray) -> None:
        self._complaints.pop("good_bands", None)
        self.good = good.copy()
        self.changed.emit()

    def set_nodata(self, value: float | None) -> None:
        self._complaints.pop("nodata", None)
        self.nodata = value
        self.changed.emit()

    def set_scale(self, value: float) -> None:
        self._complaints.pop("scale", None)
        self.scale = value
        self.changed.emit()

    def set_reflectance(self, value: bool | None) -> None:
        self.reflectance = value
        self.changed.emit()

    def complain(self, part: Part, sentence: str) -> None:
        """What was typed cannot be understood; the part keeps its value until it can."""
        self._complaints[part] = sentence
        self.changed.emit()

    def restore(self, *parts: Part) -> None:
        """Reset to the file."""
        for part in parts:
            self._complaints.pop(part, None)
            if part == "wavelengths":
                self.numbers, self.unit = self.file.wavelengths or (), "nm"
            elif part == "good_bands":
                self.good = np.array(self.file.good_bands, bool)
            elif part == "nodata":
                self.nodata = self.file.nodata
            elif part == "scale":
                self.scale = self.file.scale
            else:
                self.reflectance = None
        self.changed.emit()

    # --- judging -------------------------------------------------------------------------------

    @property
    def centres(self) -> Wavelengths | None:
        """Band centres in nm; None where there are none, or none that can be used."""
        if len(self.numbers) != self.cube.bands:
            return None
        centres, _ = in_nm(self.numbers, self.unit)
        stated = self.file.wavelengths
        if centres is not None and stated and np.allclose(centres, stated, rtol=_SAME, atol=0):
            return np.array(stated)
        return centres

    def complains_of(self, part: Part) -> bool:
        """Whether what was typed for a part cannot be understood."""
        return part in self._complaints

    @property
    def problem(self) -> str:
        """Why this cannot be the cube's metadata, "" where it can."""
        if self._complaints:
            return next(iter(self._complaints.values()))
        count = int(np.isfinite(self.numbers).sum())
        if count and count != self.cube.bands:
            return plural(
                "{count} number for {bands} bands: give one per band, or none.",
                "{count} numbers for {bands} bands: give one per band, or none.",
                count,
                bands=self.cube.bands,
            )
        if count:
            centres, why = in_nm(self.numbers, self.unit)
            if centres is None:
                return why
        return "" if self.good.any() else tr("All bands are marked bad; leave at least one good.")

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is odd about the edits, though allowed."""
        edited, centres = self.edited, self.centres
        odd: tuple[str, ...] = ()
        if centres is not None and "wavelengths" in edited:
            odd = remarks(centres)
        if "scale" in edited and self.scale >= LARGE_SCALE:
            odd += (
                tr("Values are multiplied by the factor; to divide, write 1/{scale:g}.", scale=self.scale),
            )
        return odd

    @property
    def metadata(self) -> Metadata:
        """What was stated; only without a problem."""
        centres = self.centres
        return Metadata(
            None if centres is None else tuple(map(float, centres)),
            tuple(map(bool, self.good)),
            self.nodata,
            self.scale,
            self.reflectance,
        )

    @property
    def is_reflectance(self) -> bool:
        """Whether the scaled values are that, by what is stated now."""
        if self.reflectance is not None:
            return self.reflectance
        return bool(self.cube.reflectance) if self.scale == self.file.scale else self.scale != 1.0

    @property
    def edited(self) -> set[Part]:
        """What differs from the file."""
        if self.numbers and self.centres is None:
            metadata = replace(self.metadata, wavelengths=(np.nan,))
        else:
            metadata = self.metadata
        return {part for part in PARTS if getattr(metadata, part) != getattr(self.file, part)}

    def number(self, row: int) -> float:
        """What stands in a cell, NaN where nothing does."""
        return self.numbers[row] if row < len(self.numbers) else np.nan

    def is_edited(self, row: int) -> bool:
        """Whether a band's wavelength is not the file's."""
        if row >= self.cube.bands:
            return True
        number, stated = self.number(row), self.file.wavelengths
        if stated is None or np.isnan(number):
            return bool(stated) != bool(np.isfinite(number))
        centres, _ = in_nm([number], self.unit)
        return centres is None or not np.isclose(centres[0], stated[row], rtol=_SAME, atol=0)
