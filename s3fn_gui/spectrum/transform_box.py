"""The choice of what is shown of the spectra."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox

from s3fn_core.cubes.spectra import TRANSFORMS
from s3fn_gui.spectrum.axis import Display
from s3fn_gui.widgets import named

TIP = (
    "How the spectra are shown; copied and saved is reflectance. Standard deviations are drawn "
    "for reflectance, raw values and Savitzky-Golay only."
)
REASON = "Needs wavelengths, which not all of these spectra have"
WIDTH = 118


class TransformBox(QComboBox):
    """`chosen` is told a key of TRANSFORMS; what needs wavelengths is greyed where there are none.

    `chosen` is not told of changes by :meth:`show_display`.
    """

    def __init__(self, chosen: Callable[[str], None]) -> None:
        super().__init__()
        named(self, "spectrum_transform", TIP)
        self.setFixedWidth(WIDTH)
        self.view().setMinimumWidth(WIDTH + 40)
        for kind, transform in TRANSFORMS.items():
            self.addItem(transform.label, kind)
        self.activated.connect(lambda place: chosen(str(self.itemData(place))))

    def show_display(self, display: Display) -> None:
        """Say what is shown, and what can be."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for place, transform in enumerate(TRANSFORMS.values()):
            possible = not (display.by_number and transform.needs_wavelengths)
            model.item(place).setEnabled(possible)
            self.setItemData(place, "" if possible else REASON, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self.findData(display.kind))
