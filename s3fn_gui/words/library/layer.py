"""The curve of an entry that a class might take, on the plot of spectra."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from s3fn_core.cubes.spectra.axis import BandAxis, Display
from s3fn_core.types import FloatArray
from s3fn_core.words.library.entries import Entry
from s3fn_gui.session.session import Session
from s3fn_gui.spectra.plot.curves import Curve, line, shade
from s3fn_gui.words.library.scene import measured_means
from s3fn_gui.words.library.sparkline import to_reflectance
from s3fn_gui.words.library.state import WordsLibraryState

BAND, LINE = 0, 5  # above what a description expects already


class LibraryLayer(QObject):
    """Dashed and thick, in the colour of the class; gone with the dialog."""

    changed = Signal()
    switch = None

    def __init__(self, plot: Any, session: Session, library: WordsLibraryState) -> None:
        super().__init__(session)
        self._plot = plot
        self._session = session
        self._library = library
        self._drawn: list[Any] = []
        self.curve: Curve | None = None
        library.preview_changed.connect(self.changed)

    @property
    def extent(self) -> tuple[float, float] | None:
        """Of the curve and its deviation."""
        if self.curve is None:
            return None
        values = np.concatenate([self.curve.y, *(self.curve.edges or ())])
        values = values[np.isfinite(values)]
        return (float(values.min()), float(values.max())) if values.size else None

    def show(self, axis: BandAxis | None, display: Display, means: bool) -> None:
        """Draw within the wavelengths of the plot, where that shows reflectance over them."""
        for item in self._drawn:
            self._plot.removeItem(item)
        self._drawn = []
        self.curve = self._curve(axis, display)
        if self.curve is None:
            return
        items = [(line(self.curve), LINE)]
        if self.curve.edges is not None:
            items.append((shade(self.curve.x, *self.curve.edges, self.curve.colour), BAND))
        for item, height in items:
            item.setZValue(height)
            self._plot.addItem(item, ignoreBounds=True)
            self._drawn.append(item)

    def _curve(self, axis: BandAxis | None, display: Display) -> Curve | None:
        preview, classes = self._library.preview, self._session.classes
        fits = display.kind == "reflectance" and not display.by_number
        if preview is None or axis is None or axis.wavelengths is None or not fits:
            return None
        class_id, entry = preview
        scale = self._to_plot(entry, class_id, axis)
        if scale is None or class_id not in classes:
            return None
        x = display.x(axis)
        inside = (entry.wavelengths >= x[0]) & (entry.wavelengths <= x[-1])

        def part(values: FloatArray) -> FloatArray:
            shown: FloatArray = (np.clip(values[inside], 0, None) * scale).astype(np.float32)
            return shown

        edges = None
        if entry.deviation is not None:
            low, high = entry.reflectance - entry.deviation, entry.reflectance + entry.deviation
            edges = (part(low), part(high))
        colour = classes[class_id].color
        return Curve(
            entry.wavelengths[inside], part(entry.reflectance), colour, edges, dashed=True, thick=True
        )

    def _to_plot(self, entry: Entry, class_id: int, axis: BandAxis) -> float | None:
        """From reflectance to the values of the cube; None where nothing tells how bright they are."""
        item = self._session.cubes.current
        if item is not None and item.is_reflectance:
            return 1.0
        measured = measured_means(self._session).get(class_id)
        if measured is None:
            return None
        factor = to_reflectance(entry, measured)
        return 1 / factor if factor > 0 else None
