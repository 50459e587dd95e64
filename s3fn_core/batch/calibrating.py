"""The work of calibrate: reflectance of raw counts, by references that are given or found by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.batch.task import Made, Task
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.formats.envi.writing import header_path
from s3fn_core.cubes.treating.calibrate import Calibration, reflectance
from s3fn_core.cubes.treating.calibration_check import write_reflectance
from s3fn_core.cubes.treating.reference_files import find_references
from s3fn_core.cubes.treating.reference_sources import FromFile, Source, read_panel, read_source
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, scaled

PLACES = ("white", "dark")


@dataclass(frozen=True)
class References:
    """Where the references of cubes come from.

    Attributes
    ----------
    white, dark : str or None
        A file, or a number for the same count everywhere; None: found beside each cube by its name,
        where no dark one lies 0.
    panel : str
        Reflectance of the white panel: its certificate, or one factor.
    maximum : float or None
        Count from which on a value is saturated.
    same : bool
        Also average the references over their samples.
    """

    white: str | None = None
    dark: str | None = None
    panel: str = "1"
    maximum: float | None = None
    same: bool = False

    @property
    def files(self) -> tuple[Path, ...]:
        """Those that are given for all cubes."""
        given = (self.white, self.dark, self.panel)
        return tuple(Path(text) for text in given if text is not None and number_of(text) is None)

    @property
    def settings(self) -> dict[str, Any]:
        """What decides about the result besides the files."""
        told = asdict(self)
        return told | {name: _stated(told[name]) for name in (*PLACES, "panel")}

    def moved(self, places: Mapping[Path, Path]) -> References:
        """The same, whose files lie at other places."""

        def there(text: str) -> str:
            return str(places.get(Path(text), text))

        white, dark = (text if text is None else there(text) for text in (self.white, self.dark))
        return replace(self, white=white, dark=dark, panel=there(self.panel))

    def beside(self, cube: Path) -> dict[str, Path]:
        """The references that belong to a cube, found by their names."""
        found = find_references(cube)
        each = {"white": found.white, "dark": found.dark}
        return {
            place: path for place, path in each.items() if path is not None and getattr(self, place) is None
        }

    def remarks(self, beside: Mapping[str, Path]) -> tuple[str, ...]:
        """What was assumed of a cube's references."""
        lacking = self.dark is None and "dark" not in beside
        return (tr("no dark reference was found in its folder; 0 was used."),) if lacking else ()

    def calibration(self, cube: Cube, path: Path, beside: Mapping[str, Path]) -> Operation[Calibration]:
        """Read the references of a cube.

        Raises
        ------
        CubeError
            When one is missing, cannot be read, or it is not sure that it belongs to the cube.
        """
        notes = find_references(path).notes if beside else ()
        if notes:
            raise CubeError("{path}: {notes} Name its references yourself.", path=path, notes=" ".join(notes))
        if self.white is None and "white" not in beside:
            raise CubeError(
                "{path}: no white reference was found in its folder; name one, or a count.", path=path
            )
        sources = {place: self._source(place, beside) for place in PLACES}
        white = yield from scaled(read_source(sources["white"], cube, self.maximum), 0.0, 0.5)
        dark = yield from scaled(read_source(sources["dark"], cube, self.maximum), 0.5, 1.0)
        factor = number_of(self.panel)
        panel = read_panel(Path(self.panel), cube) if factor is None else np.array([factor])
        return Calibration(white, dark, panel, self.maximum)

    def _source(self, place: str, beside: Mapping[str, Path]) -> Source:
        if place in beside:
            return FromFile(beside[place], self.same)
        text = getattr(self, place) or "0"
        number = number_of(text)
        return FromFile(Path(text), self.same) if number is None else number


@dataclass(frozen=True)
class Calibrating:
    """NAME_reflectance.hdr and .img of every cube."""

    references: References

    command = "calibrate"

    @property
    def inputs(self) -> tuple[Path, ...]:
        """References that are given for all."""
        return self.references.files

    @property
    def settings(self) -> Mapping[str, Any]:
        """Of the references."""
        return self.references.settings

    def check(self, shared: str) -> tuple[str, ...]:
        """Raise CubeError where a reference that is given does not exist."""
        for path in self.inputs:
            if not path.exists():
                raise CubeError("{path} does not exist; check the name and the folder.", path=path)
        return ()

    def files(self, task: Task) -> list[Path]:
        """Header and data file."""
        header = header_path(task.folder / f"{task.stem}_reflectance")
        return [header, header.with_suffix(".img")]

    def make(self, task: Task) -> Operation[Made]:
        """Calibrate a cube."""
        cube = open_cube(task.cube)
        reading = self.references.calibration(cube, task.cube, task.beside)
        calibration = yield from scaled(reading, 0.0, 0.1)
        header, data = self.files(task)
        made = yield from scaled(write_calibrated(cube, calibration, header), 0.1, 1.0)
        notes = (*self.references.remarks(task.beside), *made.notes)
        return Made(tuple(map(task.relative, (header, data))), made.row, made.told, notes)


def write_calibrated(cube: Cube, calibration: Calibration, header: Path) -> Operation[Made]:
    """Write the reflectance of a cube; what to tell of it, without the names of its files."""
    made = reflectance(cube, calibration)
    _, defects = yield from write_reflectance(cube, calibration, header)
    bad = np.flatnonzero(~made.good_bands).tolist()
    told = {
        "white": calibration.white.name,
        "dark": calibration.dark.name,
        "saturated": defects.saturated.tolist(),
        "dead": defects.dead.tolist(),
        "saturated_values": int(defects.saturated.sum()),
        "dead_elements": int(defects.dead.sum()),
        "maximum": defects.maximum,
        "bad_bands": bad,
    }
    row = {
        "white": calibration.white.name,
        "dark": calibration.dark.name,
        "saturated values": told["saturated_values"],
        "dead elements": told["dead_elements"],
        "bad bands": len(bad),
    }
    notes = (*cube.notes, *made.notes[len(cube.notes) :], *defects.summary())
    return Made((), row, told, tuple(dict.fromkeys(notes)))  # two of them tell of dead samples


def number_of(text: str) -> float | None:
    """The number that a text is, None for a name."""
    try:
        return float(text)
    except ValueError:
        return None


def _stated(text: str | None) -> str | None:
    """A number, or that there is a file, whose content counts and not its place."""
    return text if text is None or number_of(text) is not None else "file"
