"""Choosing the bands or components of a composite."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy, QSpinBox, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.components import Components
from s3fn_core.cubes.viewing.composite import FITTED, Composite
from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_gui.base.plots import BAND_MARKERS
from s3fn_gui.base.widgets import choice_box, column, label, named, number_field, row

RGB = ("R", "G", "B")
LIGHTS = {"D65": tr("Daylight (D65)"), "E": tr("Equal energy (E)")}
FORMULAS = {"ratio": "a / b", "difference": "(a − b) / (a + b)"}
COMPONENTS = {3: tr("Three, as colours"), 1: tr("One, grey")}
LETTER_WIDTH, NUMBER_WIDTH = 12, 62
Order = npt.NDArray[np.intp]


class WavelengthBox(QDoubleSpinBox):
    """Wavelengths of bands: a step is the next band in the spectrum, text goes to the nearest."""

    band_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._order: Order = np.zeros(0, np.intp)
        self._wavelengths = np.zeros(0)
        self._band = 0
        self.setDecimals(1)
        self.setSuffix(" nm")
        self.valueChanged.connect(self._typed)

    def set_wavelengths(self, wavelengths: npt.NDArray[np.float64]) -> None:
        self._wavelengths = wavelengths
        self._order = np.argsort(wavelengths, kind="stable")
        with QSignalBlocker(self):
            self.setRange(0, 1e9)  # what is typed beyond the ends means the band at the end

    def show_band(self, band: int) -> None:
        self._band = band
        with QSignalBlocker(self):
            self.setValue(float(self._wavelengths[band]))

    def stepBy(self, steps: int) -> None:  # noqa: N802 (Qt's name)
        """Up is towards longer waves."""
        place = int(np.flatnonzero(self._order == self._band)[0]) + steps
        place = min(max(place, 0), len(self._order) - 1)
        self.band_chosen.emit(int(self._order[place]))

    def stepEnabled(self) -> QDoubleSpinBox.StepEnabledFlag:  # noqa: N802 (Qt's name)
        """Always, and without effect at the ends."""
        return QDoubleSpinBox.StepEnabledFlag.StepUpEnabled | (QDoubleSpinBox.StepEnabledFlag.StepDownEnabled)

    def _typed(self, nm: float) -> None:
        self.band_chosen.emit(int(np.abs(self._wavelengths - nm).argmin()))


class ChannelRow(QWidget):
    """One channel: its letter, the number (from 1) of its band or component, what that is."""

    chosen = Signal(int)

    def __init__(self, place: int) -> None:
        super().__init__()
        self._place = place
        self._letter = label(name=f"display_letter_{place + 1}")
        self._letter.setFixedWidth(LETTER_WIDTH)
        self._number = number_field(QSpinBox(), f"display_channel_{place + 1}", tr("Number of the band"))
        self._number.setFixedWidth(NUMBER_WIDTH)
        self._number.valueChanged.connect(lambda number: self.chosen.emit(number - 1))
        self._wavelength = number_field(
            WavelengthBox(), f"display_wavelength_{place + 1}", tr("Wavelength; goes to the next band")
        )
        self._wavelength.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._wavelength.band_chosen.connect(self._wavelength_chosen)
        self._share = label(role="muted", name=f"display_share_{place + 1}")
        self._shares: Sequence[str] = ()
        self._in_nm = False
        self._share.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setLayout(row(self._letter, self._number, self._wavelength, self._share, spacing=4))

    def set_bands(self, cube: Cube) -> None:
        """Bands of a cube are to be chosen."""
        self._in_nm = cube.wavelengths is not None
        self._set_range(cube.bands, tr("Number of the band"))
        self._shares = ()
        if cube.wavelengths is not None:
            self._wavelength.set_wavelengths(cube.wavelengths)

    def set_components(self, count: int, shares: Sequence[str]) -> None:
        """Components are to be chosen; `shares` say what is in them, where that is known."""
        self._in_nm = False
        self._set_range(count, tr("Number of the component"))
        self._shares = shares

    def _set_range(self, count: int, tip: str) -> None:
        with QSignalBlocker(self._number):
            self._number.setRange(1, count)
        named(self._number, self._number.objectName(), tip)
        self._wavelength.setVisible(self._in_nm)
        self._share.setVisible(not self._in_nm)

    def set_letter(self, letter: str, colour: str) -> None:
        self._letter.setText(letter)
        self._letter.setStyleSheet(f"color: {colour}; font-weight: 600" if colour else "")
        self._letter.setVisible(bool(letter))

    def show_channel(self, channel: int) -> None:
        with QSignalBlocker(self._number):
            self._number.setValue(channel + 1)
        if self._in_nm:
            self._wavelength.show_band(channel)
        else:
            self._share.setText(self._shares[channel] if channel < len(self._shares) else "")

    def _wavelength_chosen(self, band: int) -> None:
        self.show_channel(band)
        self.chosen.emit(band)


class ChannelChooser(QWidget):
    """The bands or components of any kind of composite, or the light of a true colour."""

    channels_wished = Signal(object)
    light_wished = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._channels: tuple[int, ...] = ()
        self._light = choice_box("display_illuminant", tr("Illuminant"), LIGHTS, narrow=True)
        self._light.activated.connect(lambda: self.light_wished.emit(self._light.currentData()))
        self._count = choice_box(
            "display_components", tr("How many components are shown"), COMPONENTS, narrow=True
        )
        self._count.activated.connect(self._count_chosen)
        self._rows = [ChannelRow(place) for place in range(3)]
        for place, line in enumerate(self._rows):
            line.chosen.connect(lambda channel, p=place: self._channel_chosen(p, channel))
        self._formula = label(role="muted", name="display_formula")
        self.setLayout(column(self._light, self._count, *self._rows, self._formula, spacing=3))

    def show_composite(self, composite: Composite, cube: Cube, known: Components | None) -> None:
        """Follow what is shown; `known` are its components, where they were found already."""
        kind, channels = composite.kind, composite.channels
        self._channels = channels
        self._light.setVisible(kind == "true")
        self._light.setCurrentIndex(self._light.findData(composite.illuminant))
        self._count.setVisible(kind in FITTED)
        self._count.setCurrentIndex(self._count.findData(len(channels)))
        self._formula.setVisible(kind in FORMULAS)
        self._formula.setText(FORMULAS.get(kind, ""))
        letters = RGB if len(channels) == 3 else ("a", "b") if kind in FORMULAS else ("",)
        for place, line in enumerate(self._rows):
            line.setVisible(place < len(channels))
            if place < len(channels):
                line.set_letter(letters[place], BAND_MARKERS[place] if letters[place] else "")
                _fill(line, kind, cube, known)
                line.show_channel(channels[place])

    def _channel_chosen(self, place: int, channel: int) -> None:
        channels = list(self._channels)
        channels[place] = channel
        self.channels_wished.emit(tuple(channels))

    def _count_chosen(self) -> None:
        grey = self._count.currentData() == 1
        self.channels_wished.emit(self._channels[:1] if grey else (0, 1, 2))


def _fill(line: ChannelRow, kind: str, cube: Cube, known: Components | None) -> None:
    if kind not in FITTED:
        line.set_bands(cube)
    elif known is None:
        line.set_components(max(1, int(np.count_nonzero(cube.good_bands))), ())
    else:
        line.set_components(known.matrix.shape[1], _shares(known))


def _shares(components: Components) -> list[str]:
    """Of PCA the share of the variance, of MNF the signal-to-noise ratio."""
    values = np.maximum(components.values, 0)
    if components.method == "mnf":
        return [tr("S/N {ratio:.3g}", ratio=value) for value in values]
    shares = values / values.sum()
    return [tr("{share} of var.", share=per_cent(share)) if share >= 5e-4 else "< 0.1 %" for share in shares]
