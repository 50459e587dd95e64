"""Where the map goes, and in which formats."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QFormLayout, QLineEdit, QWidget

from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.widgets import column, label, named, push_button, row

FORMATS = {
    "envi": "ENVI classification with class names and colours",
    "png": "PNG picture with legend",
    "csv": "CSV table of areas",
    "geotiff": "GeoTIFF with a style for QGIS",
    "geopackage": "GeoPackage of polygons, with a style for QGIS",
    "geojson": "GeoJSON of polygons, in longitude and latitude",
    "spectra": "Mean spectra of the classes, as CSV and ENVI library",
    "npy": "NumPy array",
}
USUAL = ("envi", "png", "csv")


@dataclass(frozen=True)
class ExportChoice:
    """The answer."""

    folder: Path
    stem: str
    formats: tuple[str, ...]


class ExportDialog(QDialog):
    """Asks once; `ask` gives the choice or None."""

    def __init__(self, parent: QWidget, stem: str, folder: Path) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export map")
        self._stem = named(QLineEdit(stem), "export_stem")
        self._folder = named(QLineEdit(str(folder)), "export_folder")
        self._folder.setMinimumWidth(300)
        self._boxes = {name: named(QCheckBox(text), f"export_{name}") for name, text in FORMATS.items()}
        for name in USUAL:
            self._boxes[name].setChecked(True)
        form = QFormLayout()
        form.addRow("Name", self._stem)
        form.addRow("Folder", row(self._folder, push_button("…", "export_browse", self._browse)))
        buttons, _ = accept_or_cancel(self, "Export")
        self.setLayout(
            column(form, label("Formats", "muted"), *self._boxes.values(), buttons, margins=12, spacing=8)
        )

    def ask(self) -> ExportChoice | None:
        """Show the dialog."""
        formats: tuple[str, ...] = ()
        if self.exec() == QDialog.DialogCode.Accepted:
            formats = tuple(n for n, box in self._boxes.items() if box.isChecked())
        stem = self._stem.text().strip()
        if not formats or not stem:
            return None
        return ExportChoice(Path(self._folder.text()), stem, formats)

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder", self._folder.text())
        if folder:
            self._folder.setText(folder)
