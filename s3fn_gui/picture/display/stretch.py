"""The stretch of a picture: histogram, limits as numbers, and limits found by the values."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QDoubleSpinBox,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.cubes.viewing.display import Limits
from s3fn_core.languages import tr
from s3fn_core.types import FloatArray
from s3fn_gui.base.plots import BAND_MARKERS
from s3fn_gui.base.widgets import choice_box, column, named, number_field, plain_tip, row
from s3fn_gui.picture.display.histogram import Histogram

CHANNELS = {"R": tr("Limits of red"), "G": tr("Limits of green"), "B": tr("Limits of blue")}
CUTS = (0.5, 1.0, 2.0, 5.0)
LARGEST = 1e12
TAB_WIDTH = 22


class LimitBox(QDoubleSpinBox):
    """A limit as a number, with as many decimals as tell grey levels apart."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(-LARGEST, LARGEST)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_value(self, value: float, span: float) -> None:
        """`span` is the distance between the two limits."""
        with QSignalBlocker(self):
            self.setDecimals(min(max(2 - math.floor(math.log10(span)), 0), 12))
            self.setSingleStep(span / 50)
            self.setValue(value)


class StretchBox(QWidget):
    """`limits_wished` comes with every movement of a limit and gives those of all channels."""

    limits_wished = Signal(object)
    cut_wished = Signal(float)
    hold_wished = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._limits: tuple[Limits, ...] = ((0.0, 1.0),)
        self._active = 0
        self.histogram = Histogram()
        self.histogram.limits_dragged.connect(self._dragged)
        self._tabs = QButtonGroup(self)
        tabs = [self._tab(place, letter) for place, letter in enumerate(CHANNELS)]
        self._tabs.idClicked.connect(self._activate)
        self._black = number_field(LimitBox(), "display_black", tr("Value shown as black"))
        self._white = number_field(LimitBox(), "display_white", tr("Value shown as white"))
        self._black.valueChanged.connect(self._black_typed)
        self._white.valueChanged.connect(self._white_typed)
        self._auto = self._button("display_auto", "")
        self._auto.clicked.connect(self._wish_cut)
        self._whole = self._button("display_whole", tr("Min–max"))
        self._whole.setToolTip(tr("From the smallest to the largest value"))
        self._whole.clicked.connect(lambda: self.cut_wished.emit(0.0))
        self._hold = self._button("display_hold", tr("Hold"))
        self._hold.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._hold.setToolTip(tr("Keep these limits when the band changes"))
        self._hold.clicked.connect(lambda on: self.hold_wished.emit(on))
        self._cut = choice_box(
            "display_cut",
            tr("Share of values shown as black and as white"),
            {cut: tr("Cut off {cut:g} %", cut=cut) for cut in CUTS},
            narrow=True,
        )
        self._cut.activated.connect(self._wish_cut)
        fields = row(*tabs, self._black, self._white, spacing=3)
        by_values = row(self._auto, self._whole, spacing=3)
        left_out = row(self._cut, self._hold, spacing=3)
        self.setLayout(column(self.histogram, fields, by_values, left_out, spacing=4))

    def _tab(self, place: int, letter: str) -> QToolButton:
        tab = named(QToolButton(), f"display_tab_{letter.lower()}", CHANNELS[letter])
        tab.setText(letter)
        tab.setCheckable(True)
        tab.setStyleSheet(f"color: {BAND_MARKERS[place]}; font-weight: 600")
        tab.setProperty("segment", True)
        tab.setFixedWidth(TAB_WIDTH)
        self._tabs.addButton(tab, place)
        return tab

    def _button(self, name: str, text: str) -> QToolButton:
        button = named(QToolButton(), name)
        button.setText(text)
        button.setCheckable(True)
        button.setProperty("segment", True)
        button.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        return button

    # --- following -----------------------------------------------------------------------------

    def show_stretch(self, composite: Composite, limits: tuple[Limits, ...], hold: bool) -> None:
        """Follow what is shown; `limits` are those in use."""
        self._limits = limits
        self._active = min(self._active, len(limits) - 1)
        for tab in self._tabs.buttons():
            tab.setVisible(len(limits) == 3)
            tab.setChecked(self._tabs.id(tab) == self._active)
        if composite.cut in CUTS:
            self._cut.setCurrentIndex(CUTS.index(composite.cut))
        cut = self._cut.currentData()
        self._auto.setText(f"{cut:g}–{100 - cut:g} %")
        self._auto.setToolTip(plain_tip(tr("Leave {cut:g} % of the values out at either end", cut=cut)))
        self._auto.setChecked(not composite.limits and composite.cut > 0)
        self._whole.setChecked(not composite.limits and composite.cut == 0)
        self._hold.setChecked(hold)
        self._hold.setVisible(composite.kind != "true")
        self._show_limits()

    def show_values(self, values: FloatArray | None) -> None:
        """The histogram's values, see :func:`s3fn_gui.picture.flow.sample`."""
        self.histogram.set_values(values)

    def _show_limits(self) -> None:
        black, white = self._limits[self._active]
        self._black.show_value(black, white - black)
        self._white.show_value(white, white - black)
        self.histogram.set_limits((black, white), self._active)

    # --- wishes --------------------------------------------------------------------------------

    def _wish_cut(self) -> None:
        self.cut_wished.emit(self._cut.currentData())

    def _activate(self, channel: int) -> None:
        self._active = channel
        self._show_limits()

    def _dragged(self, black: float, white: float) -> None:
        self._set((black, white))
        self._black.show_value(black, white - black)
        self._white.show_value(white, white - black)

    def _black_typed(self, black: float) -> None:
        """Beyond white, white moves along."""
        before, white = self._limits[self._active]
        self._set((black, white if white > black else black + (white - before)))
        self._show_limits()

    def _white_typed(self, white: float) -> None:
        """Below black, black moves along."""
        black, before = self._limits[self._active]
        self._set((black if black < white else white - (before - black), white))
        self._show_limits()

    def _set(self, limits: Limits) -> None:
        chosen = list(self._limits)
        chosen[self._active] = limits
        self._limits = tuple(chosen)
        self.limits_wished.emit(self._limits)
