"""Spectra: the pixel under the cursor, what is kept, and what each class looks like."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap
from typing import Any

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QToolButton, QWidget

from s3fn_core.cubes.spectra.axis import BandAxis, Display
from s3fn_core.cubes.spectra.transforms import TRANSFORMS
from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.plots import new_plot, style_plot
from s3fn_gui.base.widgets import ShortLabel, Wrapped, column, holding, label, named, row
from s3fn_gui.session.session import Session
from s3fn_gui.spectra.kept_list import KeptList
from s3fn_gui.spectra.layer import SpectrumLayer
from s3fn_gui.spectra.plot.cursor_line import CachedView, CursorLine
from s3fn_gui.spectra.plot.curves import Curve, Curves
from s3fn_gui.spectra.plot.markers import BandMarkers
from s3fn_gui.spectra.plot.ranges import Ranges
from s3fn_gui.spectra.transform_box import TransformBox

LABEL_LETTERS = 14  # on a line of the value axis' label; no more fit beside a low plot
HINT_TIP = tr("Inspect (I): a click keeps the spectrum of a pixel, a drag the mean of a region")
HINT, NO_CUBE = tr("Click or drag to keep"), tr("Open a cube first")
ROOM_FOR_HINT = 480  # pixels


class SpectrumView(QWidget):
    """One quantity of all spectra over wavelengths, sorted, with gaps where bands say nothing."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        choose_bands: Callable[[tuple[int, ...]], None],
        choose_transform: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._session = session
        self._choose_bands = choose_bands
        self._axis: BandAxis | None = None
        self.display = Display()
        self.plot: Any = new_plot("spectrum_plot", tr("Spectra"))
        self.plot.setMouseEnabled(True, True)
        self.plot.getPlotItem().setContentsMargins(0, 4, 6, 0)
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        self.cursor_line = CursorLine(self.plot)
        self.curves = Curves(self.plot)
        self._painting = CachedView(self.plot, self.cursor_line.draw)
        self._ranges = Ranges(self.plot)
        self._markers = BandMarkers(self.plot, self._marker_moved)
        self._layers: list[SpectrumLayer] = []
        self._transform = TransformBox(choose_transform)
        self._list = KeptList(session, actions)
        self._remark = label(role="warning", name="spectra_remark")
        self._remark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        body = row(self.plot, self._list, spacing=4)
        self.setLayout(column(self._controls(), self._remark, body, margins=6, spacing=2))
        self._connect()
        theme.follow(self._restyle)
        self._show_cube()

    def _controls(self) -> QWidget:
        self._means = named(QCheckBox(tr("Classes ± SD")), "show_class_means", tr("Means of the classes"))
        self._means.setChecked(True)
        self._means.toggled.connect(self._show_curves)
        self._hint = theme.role(ShortLabel(HINT), "muted")
        self._hint.setToolTip(HINT_TIP)
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._unfold = named(QToolButton(), "show_kept", tr("Show or hide the list of kept spectra"))
        self._unfold.setCheckable(True)
        self._unfold.setChecked(True)
        self._unfold.toggled.connect(self._show_list)
        self._switches = row(self._hint, self._unfold)
        self._switches.setStretch(0, 1)
        controls = Wrapped()
        controls.wrap(holding(row(self._transform, self._means)), holding(self._switches), grows=1, spacing=6)
        return controls

    def add_layer(self, layer: SpectrumLayer) -> None:
        """Draw what a feature hands in, with its switch, if it has one, beside the others."""
        self._layers.append(layer)
        if layer.switch is not None:
            self._switches.insertWidget(self._switches.indexOf(self._hint), layer.switch)
        layer.changed.connect(self._show_layers)

    def shown_range(self) -> tuple[float, float] | None:
        """The wavelengths in nm that the plot shows now; None over band numbers."""
        (low, high), _ = self.plot.viewRange()
        return None if self.display.by_number else (float(low), float(high))

    def _connect(self) -> None:
        session = self._session
        session.cubes.current_changed.connect(self._show_cube)
        session.cubes.treatment_changed.connect(self._show_cube)
        session.spectra.changed.connect(self._show_kept)
        session.class_list_changed.connect(self._show_curves)
        session.view.statistics_changed.connect(self._show_curves)
        session.view.hovered.connect(self._show_cursor)
        session.view.picture_changed.connect(self._show_markers)

    # --- following the session -----------------------------------------------------------------

    def _show_cube(self) -> None:
        item = self._session.cubes.current
        self._axis = None if item is None else item.axis
        self._show_hint()
        self._show_kept(reset=True)

    def _show_kept(self, *, reset: bool = False) -> None:
        """Others are kept, or another quantity is asked for."""
        before = self.display
        state = self._session.spectra
        own = [] if self._axis is None else [self._axis]
        axes = [*own, *(kept.axis for kept in state.kept)]
        by_number = any(axis.wavelengths is None for axis in axes)
        stored = self._axis is None or self._axis.stored
        kind = self._transform.show_choice(state.kind, by_number=by_number, stored=stored)
        self.display = Display(kind, by_number)
        self._show_list()
        self._show_hint()
        self._say(self._warning(axes))
        self._label_axes()
        self._show_extent(reset or self.display != before)
        self._show_curves()
        self._show_markers()
        self._show_cursor()

    def _show_extent(self, reset: bool) -> None:
        """The wavelengths of the cubes; those of libraries where there is nothing else."""
        kept = self._session.spectra.kept
        axes = [one.axis for one in kept if one.cube is not None]
        if self._axis is not None:
            axes.append(self._axis)
        ends = [self.display.x(axis)[[0, -1]] for axis in axes or [one.axis for one in kept]]
        if ends:
            self._ranges.reset(float(np.min(ends)), float(np.max(ends)), force=reset)

    def _clicked(self, event: Any) -> None:
        """A double click shows everything again after a zoom."""
        if event.double():
            self._show_kept(reset=True)

    def _label_axes(self) -> None:
        item = self._session.cubes.current
        shown = TRANSFORMS[self.display.kind]
        reflectance = item is None or item.is_reflectance
        self._transform.name_values(reflectance)
        quantity = shown.axis if reflectance else shown.axis_of_values or shown.axis
        self.plot.setLabel("left", "<br>".join(wrap(quantity, LABEL_LETTERS)))
        self.plot.setLabel("bottom", tr("Band") if self.display.by_number else tr("Wavelength (nm)"))

    def _show_curves(self) -> None:
        self.curves.show([*self._class_means(), *self._kept()])
        self._show_layers()

    def _show_layers(self) -> None:
        """What features add to the curves; the axes have room for it."""
        for layer in self._layers:
            layer.show(self._axis, self.display, self._means.isChecked())
        found = [self.curves.extent, *(layer.extent for layer in self._layers)]
        extents = [e for e in found if e is not None]
        lows, highs = zip(*extents, strict=True) if extents else ((), ())
        self._ranges.fit((min(lows), max(highs)) if extents else None)

    def _class_means(self) -> list[Curve]:
        known, axis, shown = self._session.view.statistics, self._axis, self._means.isChecked()
        if axis is None or not shown:
            return []
        faint = self._highlighted is not None
        return [
            Curve(
                self.display.x(axis),
                self.display.y(axis, known[c.id].mean),
                c.color,
                self.display.edges(axis, known[c.id].mean, known[c.id].deviation),
                faint=faint,
            )
            for c in self._session.classes
            if c.id in known and len(known[c.id].mean) == axis.bands
        ]

    def _kept(self) -> list[Curve]:
        chosen = self._highlighted
        return [
            Curve(
                self.display.x(kept.axis),
                self.display.y(kept.axis, kept.values),
                kept.colour,
                self.display.edges(kept.axis, kept.values, kept.deviation),
                dashed=kept.cube is None,
                faint=chosen not in (None, kept.number),
                thick=chosen == kept.number,
            )
            for kept in self._session.spectra.kept
            if kept.values is not None and self.display.shows(kept.axis)
        ]

    @property
    def _highlighted(self) -> int | None:
        state = self._session.spectra
        number = state.highlighted
        return None if number is None or state.find(number) is None else number

    def _show_cursor(self) -> None:
        spectrum, axis = self._session.view.hover_spectrum, self._axis
        if spectrum is None or axis is None or len(spectrum) != axis.bands:
            self.cursor_line.set_data(np.zeros(0), np.zeros(0, np.float32))
        else:
            values = self.display.y(axis, spectrum)
            self.cursor_line.set_data(self.display.x(axis), values)
            self._ranges.make_room(values)
        self._painting.update()

    def _show_markers(self) -> None:
        item, axis = self._session.cubes.current, self._axis
        shown = item is not None and self._session.view.mode == "colour"
        bands = item.marked_bands if item is not None and shown else ()
        self._markers.show([self.display.position(axis, b) for b in bands if axis is not None])

    def _marker_moved(self, channel: int, x: float) -> None:
        item = self._session.cubes.current
        if item is None or self._axis is None:
            return
        bands = list(item.marked_bands)
        bands[channel] = self.display.band(self._axis, x)
        self._choose_bands(tuple(bands))

    def _show_hint(self) -> None:
        """Where nothing is kept yet and there is room to say how."""
        room = self.width() >= ROOM_FOR_HINT
        hint = NO_CUBE if self._session.cubes.current is None else HINT
        self._hint.setText(hint if room and not self._session.spectra.kept else "")

    # --- list and remarks ----------------------------------------------------------------------

    def _show_list(self) -> None:
        number = len(self._session.spectra.kept)
        self._unfold.setText(tr("Kept ({count})", count=number))
        self._unfold.setVisible(number > 0)
        self._list.setVisible(number > 0 and self._unfold.isChecked())

    def _warning(self, axes: list[BandAxis]) -> str:
        """What cannot be shown as one would expect."""
        hidden = sum(not self.display.shows(axis) for axis in axes)
        if self.display.by_number and any(axis.wavelengths is not None for axis in axes):
            return tr("By band number: not all of these have wavelengths")
        return tr("{count} without raw values, hence hidden", count=hidden) if hidden else ""

    def _say(self, text: str) -> None:
        self._remark.setText(text)
        self._remark.setVisible(bool(text))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """The hint comes and goes."""
        super().resizeEvent(event)
        self._show_hint()

    def _restyle(self) -> None:
        style_plot(self.plot)
        self.cursor_line.set_colour(theme.current().text)
        self._list.refresh()
        self._painting.renew()
