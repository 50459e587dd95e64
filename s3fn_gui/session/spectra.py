"""The part of the session that says which spectra are compared, and how they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import count

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.spectra.axis import BandAxis
from s3fn_core.cubes.spectra.kept import UNNUMBERED, KeptSpectrum, area
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import plural, tr
from s3fn_core.types import Box, FloatArray, Wavelengths
from s3fn_gui.base.plots import KEPT
from s3fn_gui.session.cube import OpenCube, Position
from s3fn_gui.session.cubes import OpenCubes
from s3fn_gui.session.view import ViewState


class SpectraState(QObject):
    """Kept spectra of all open cubes and of libraries; saved with a project, never undone.

    Those of a cube go when it is closed; `reading_wanted` asks for the mean of a region.
    """

    changed = Signal()
    drag_changed = Signal()
    touched = Signal()
    reading_wanted = Signal(object)

    def __init__(self, cubes: OpenCubes, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cubes = cubes
        self._view = view
        self._numbers = count(1)
        self.libraries: tuple[KeptSpectrum, ...] = ()
        self.kind = "reflectance"
        self.highlighted: int | None = None
        self.drag: Box | None = None
        self._told: tuple[KeptSpectrum, ...] = ()
        cubes.changed.connect(self._follow_cubes)
        cubes.treatment_changed.connect(self._follow_treatments)
        cubes.current_changed.connect(self._follow_treatments)

    @property
    def kept(self) -> tuple[KeptSpectrum, ...]:
        """All of them, cube by cube, then those of libraries."""
        return (*(kept for item in self._cubes.items for kept in item.kept), *self.libraries)

    def find(self, number: int) -> KeptSpectrum | None:
        return next((kept for kept in self.kept if kept.number == number), None)

    # --- keeping -------------------------------------------------------------------------------

    def pin(self, position: Position) -> None:
        """Keep the spectrum of a pixel of the current cube; a second time removes it."""
        line, sample = position
        item = self._cubes.current
        if item is None or not item.contains(position):
            return
        if position in item.pins:
            item.kept = tuple(kept for kept in item.kept if kept.pixel != position)
        else:
            box = (line, sample, line + 1, sample + 1)
            item.kept += (self._of_box(item, box, tr("Pixel {line}, {sample}", line=line, sample=sample)),)
        self._tell()

    def keep_region(self, item: OpenCube, box: Box) -> None:
        """Keep mean and standard deviation of a rectangle; both come when they are read."""
        kept = self._of_box(item, box, self._free_name())
        item.kept += (kept,)
        self._tell()
        if kept.values is None:
            self.reading_wanted.emit(kept)

    def keep_class_means(self, item: OpenCube, classes: ClassSet) -> None:
        """Keep what the classes of the current cube look like now."""
        axis = item.axis
        known = self._view.statistics
        means = [
            KeptSpectrum(
                next(self._numbers),
                c.name,
                c.color,
                axis,
                known[c.id].mean,
                known[c.id].deviation,
                item.cube,
                note=plural(
                    "mean of {count:,} labelled pixel",
                    "mean of {count:,} labelled pixels",
                    known[c.id].pixels,
                ),
            )
            for c in classes
            if c.id in known and len(known[c.id].mean) == axis.bands
        ]
        item.kept += tuple(means)
        self._tell()

    def overlay(
        self,
        wavelengths: Wavelengths,
        spectra: Iterable[tuple[str, FloatArray, FloatArray | None]],
        source: str,
    ) -> None:
        """Show spectra of a library: their names, values and, of means, standard deviations."""
        axis = BandAxis(wavelengths, np.ones(len(wavelengths), bool), stored=False)
        for name, values, deviation in spectra:
            kept = KeptSpectrum(
                next(self._numbers),
                name,
                self._free_colour(),
                axis,
                values,
                deviation,
                note=tr("library {source}", source=source),
            )
            self.libraries += (kept,)
        self._tell()

    def fill(self, wanted: KeptSpectrum, mean: FloatArray, deviation: FloatArray) -> None:
        """The mean that was waited for; dropped where nobody waits any more."""
        kept = self.find(wanted.number)
        if kept is not None and self.is_waiting(wanted):
            self._put(kept.number, replace(kept, values=mean, deviation=deviation))
            self.changed.emit()

    def is_waiting(self, wanted: KeptSpectrum) -> bool:
        """Whether the mean of this region, read from this cube, is still missing."""
        kept = self.find(wanted.number)
        return kept is not None and kept.values is None and kept.cube is wanted.cube

    def _of_box(self, item: OpenCube, box: Box, name: str) -> KeptSpectrum:
        values = item.cube.spectrum(box[0], box[1]) if area(box) == 1 else None
        return KeptSpectrum(
            next(self._numbers), name, self._free_colour(), item.axis, values, cube=item.cube, box=box
        )

    def _free_name(self) -> str:
        """The first number that no region has."""
        names = {kept.name for kept in self.kept}
        return next(name for n in count(1) if (name := tr("Region {number}", number=n)) not in names)

    def _free_colour(self) -> str:
        """The first of the colours that are used least."""
        return self.free_colours[0]

    @property
    def free_colours(self) -> tuple[str, ...]:
        """All colours, those that are used least first."""
        used = Counter(kept.colour for kept in self.kept)
        return tuple(sorted(KEPT, key=lambda colour: used[colour]))

    def _tell(self) -> None:
        """Something was changed that a project keeps."""
        self.touched.emit()
        self.changed.emit()

    def restore_libraries(self, kept: Iterable[KeptSpectrum]) -> None:
        """Those that a project has kept."""
        self.libraries = self._numbered(kept)
        self.changed.emit()

    def _numbered(self, kept: Iterable[KeptSpectrum]) -> tuple[KeptSpectrum, ...]:
        """Those that come with a project have no number yet."""
        return tuple(
            replace(one, number=next(self._numbers)) if one.number == UNNUMBERED else one for one in kept
        )

    def _follow_cubes(self) -> None:
        """Those of a cube that was closed are gone, those that one brings along are read."""
        for item in self._cubes.items:
            item.kept = self._numbered(item.kept)
        self._follow_treatments()
        if self.kept != self._told:
            self.changed.emit()
        self._told = self.kept

    def _follow_treatments(self) -> None:
        """What was read from a cube is read again when the cube's values are others."""
        stale = [
            (item, kept)
            for item in self._cubes.items
            for kept in item.kept
            if kept.box is not None and kept.cube is not item.cube
        ]
        for item, kept in stale:
            again = kept.read_again(item.cube, item.axis)
            self._put(kept.number, again)
            if again.values is None:
                self.reading_wanted.emit(again)
        if stale:
            self.changed.emit()

    # --- changing and removing -----------------------------------------------------------------

    def rename(self, number: int, name: str) -> None:
        kept = self.find(number)
        if kept is not None and name.strip():
            self._put(number, replace(kept, name=name.strip()))
            self._tell()

    def remove(self, number: int) -> None:
        self._put(number, None)
        self._tell()

    def clear_pins(self) -> None:
        """Remove the pinned pixels of the current cube."""
        item = self._cubes.current
        if item is None:
            return
        item.kept = tuple(kept for kept in item.kept if kept.pixel is None)
        self._tell()

    def clear(self) -> None:
        """Remove everything."""
        for item in self._cubes.items:
            item.kept = ()
        self.libraries = ()
        self._tell()

    def _put(self, number: int, new: KeptSpectrum | None) -> None:
        """Exchange a kept spectrum, or (None) take it out."""

        def exchanged(row: tuple[KeptSpectrum, ...]) -> tuple[KeptSpectrum, ...]:
            changed = (new if kept.number == number else kept for kept in row)
            return tuple(kept for kept in changed if kept is not None)

        for item in self._cubes.items:
            item.kept = exchanged(item.kept)
        self.libraries = exchanged(self.libraries)

    # --- looking -------------------------------------------------------------------------------

    def show_as(self, kind: str) -> None:
        """Choose the quantity that is shown of all spectra, a key of TRANSFORMS."""
        if kind != self.kind:
            self.kind = kind
            self.changed.emit()

    def highlight(self, number: int | None) -> None:
        """Bring one out, or (None) show all alike."""
        if number != self.highlighted:
            self.highlighted = number
            self.changed.emit()

    def set_drag(self, box: Box | None) -> None:
        """The rectangle that the mouse is drawing right now."""
        self.drag = box
        self.drag_changed.emit()
