"""The choice of what is shown of the spectra."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox

from s3fn_core.cubes.spectra.transforms import TRANSFORMS
from s3fn_core.languages import tr
from s3fn_gui.base.widgets import named

TIP = tr(
    "How the spectra are shown; copies and files always hold reflectance. "
    "Standard deviations are drawn for reflectance, raw values and Savitzky-Golay only."
)
NO_WAVELENGTHS = tr("Needs wavelengths, which not all of these spectra have")
NOT_STORED = tr("This cube is calibrated; undo that to see the values of the file")
VALUES = tr("Values")
WIDTH = 150


class TransformBox(QComboBox):
    """`chosen` is told a key of TRANSFORMS by the user's hand; what cannot be shown is greyed."""

    def __init__(self, chosen: Callable[[str], None]) -> None:
        super().__init__()
        named(self, "spectrum_transform", TIP)
        self.setFixedWidth(WIDTH)
        self.view().setMinimumWidth(WIDTH + 40)
        for kind, transform in TRANSFORMS.items():
            self.addItem(transform.label, kind)
        self.activated.connect(lambda place: chosen(str(self.itemData(place))))

    def name_values(self, reflectance: bool) -> None:
        """What the spectra are when nothing is done with them."""
        kind = "reflectance"
        self.setItemText(self.findData(kind), TRANSFORMS[kind].label if reflectance else VALUES)

    def show_choice(self, wish: str, *, by_number: bool, stored: bool) -> str:
        """Say what can be shown; what is: the wish, or reflectance where that is impossible."""
        reasons = _reasons(by_number=by_number, stored=stored)
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for place, kind in enumerate(TRANSFORMS):
            model.item(place).setEnabled(kind not in reasons)
            self.setItemData(place, reasons.get(kind, ""), Qt.ItemDataRole.ToolTipRole)
        shown = "reflectance" if wish in reasons else wish
        self.setCurrentIndex(self.findData(shown))
        return shown


def _reasons(*, by_number: bool, stored: bool) -> dict[str, str]:
    """Why something cannot be shown."""
    needy = [kind for kind, transform in TRANSFORMS.items() if transform.needs_wavelengths]
    reasons = dict.fromkeys(needy if by_number else [], NO_WAVELENGTHS)
    return reasons if stored else {**reasons, "raw": NOT_STORED}
