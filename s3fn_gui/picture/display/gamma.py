"""Gamma, by a slider whose middle is 1 and by its number."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSlider, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base.widgets import named, number_field, row

LARGEST = 5.0  # the smallest is its inverse
STEPS = 100  # from 1 to the largest
NUMBER_WIDTH = 58


class GammaSlider(QSlider):
    """A double click leads back to the middle."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(-STEPS, STEPS)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Back to 1."""
        self.setValue(0)
        event.accept()


class GammaBox(QWidget):
    """`chosen` comes with every movement."""

    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._slider = named(
            GammaSlider(), "display_gamma_slider", tr("Brightness of mid-tones; double-click to reset")
        )
        self._slider.setMinimumWidth(40)
        self._number = number_field(QDoubleSpinBox(), "display_gamma", tr("Gamma: above 1 is lighter"))
        self._number.setRange(1 / LARGEST, LARGEST)
        self._number.setSingleStep(0.05)
        self._number.setFixedWidth(NUMBER_WIDTH)
        self._slider.valueChanged.connect(lambda place: self._choose(gamma_at(place)))
        self._number.valueChanged.connect(self._choose)
        self.setLayout(row(self._slider, self._number, spacing=4))

    def _choose(self, gamma: float) -> None:
        self.show_gamma(gamma)
        self.chosen.emit(gamma)

    def show_gamma(self, gamma: float) -> None:
        """Follow what is shown."""
        place = round(STEPS * math.log(gamma) / math.log(LARGEST))
        with QSignalBlocker(self._slider), QSignalBlocker(self._number):
            if gamma_at(self._slider.value()) != gamma:
                self._slider.setValue(place)
            self._number.setValue(gamma)


def gamma_at(place: int) -> float:
    """What a place of the slider means."""
    return round(math.exp(math.log(LARGEST) * place / STEPS), 2)
