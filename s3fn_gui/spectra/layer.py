"""What a feature hands in to be drawn on the plot of spectra."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from s3fn_core.cubes.spectra.axis import BandAxis, Display


class SpectrumLayer(Protocol):
    """Something over the curves; `changed` asks for :meth:`show`."""

    @property
    def switch(self) -> QWidget | None:
        """Shows and hides it; None where its feature does so by itself."""

    @property
    def changed(self) -> SignalInstance:
        """What is drawn is no longer true."""

    @property
    def extent(self) -> tuple[float, float] | None:
        """Lowest and highest value drawn, None for nothing."""

    def show(self, axis: BandAxis | None, display: Display, means: bool) -> None:
        """Draw for the bands and the quantity of the plot; `means`: the means of classes are on it."""
