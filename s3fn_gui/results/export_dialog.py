"""Where the map goes, in which formats, and which files that will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QWidget,
)

from s3fn_core.files import read_record
from s3fn_core.languages import plural, tr
from s3fn_core.results.export import LAYERS, USUAL_LAYERS, map_files
from s3fn_core.results.map_filter import MapFilter
from s3fn_core.results.map_layers import ValueName
from s3fn_gui.base import theme
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.folders import can_be_written
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import column, label, named, plain_tip, push_button, row

FORMATS = {
    "envi": tr("ENVI classification with names and colours"),
    "geotiff": tr("GeoTIFF with names and colours"),
    "png": tr("PNG picture with legend"),
    "npy": tr("NumPy array"),
    "geopackage": tr("GeoPackage of polygons"),
    "geojson": tr("GeoJSON of polygons, in longitude and latitude"),
    "csv": tr("Areas of the classes (CSV)"),
    "spectra": tr("Mean spectra of the classes (CSV and ENVI library)"),
}
USUAL = ("envi", "png", "csv")
LAYER_TEXTS: dict[ValueName, str] = {
    "confidence": tr("Confidence of each pixel"),
    "margin": tr("Margin: best class minus second-best"),
    "novelty": tr("Novelty: how unlike the labels each pixel is"),
}
LACKING_TIPS: dict[ValueName, str] = {
    "confidence": tr("The confidence of this map is not known"),
    "margin": tr("The second-best classes of this map are not known"),
    "novelty": tr("The novelty of this map is not known"),
}
NO_SPECTRA_TIP = tr("The cube has no wavelengths, which files of spectra need: Cube > Edit metadata")
EXISTS_TIP = tr("This file exists; you are asked before it is replaced")
LAYERS_TIP = tr("Written by ENVI, GeoTIFF and NumPy as floats, by PNG in grey")
POLYGONS_TIP = tr(
    "One polygon per area, with class, size and mean confidence; QGIS shows the classes' colours"
)
TIPS = {
    "geotiff": tr("With a style (.qml) that QGIS takes for every file of this name"),
    "geopackage": POLYGONS_TIP,
    "geojson": POLYGONS_TIP,
    "spectra": tr("Mean and standard deviation of all pixels of each class; reads the cube once"),
}
UNSURE, LEAST, MOST = 60, 1, 99  # per cent
REST_MS = 150  # looking for files on a slow disk is too much for each key
ROOM, ICON = 320, 16  # pixels: for folders and names of files, for their icons


@dataclass(frozen=True)
class ExportChoice:
    """What is proposed, and the answer.

    Attributes
    ----------
    folder : Path
    stem : str
        Prefix of all file names.
    formats : tuple of str
    layers : tuple of {"confidence", "margin", "novelty"}
    leave_unsure : bool
        Whether pixels of a lower confidence than `unsure` are left unclassified.
    unsure : int
        Per cent.
    calm : MapFilter
        What is done to the map; not remembered, for it is the view's.
    """

    folder: Path
    stem: str
    formats: tuple[str, ...] = USUAL
    layers: tuple[ValueName, ...] = USUAL_LAYERS
    leave_unsure: bool = False
    unsure: int = UNSURE
    calm: MapFilter = field(default_factory=MapFilter)

    def files(self, available: Sequence[ValueName] = LAYERS) -> list[Path]:
        """All that will be written of a map that has these layers."""
        if not self.formats:
            return []
        return map_files(self.folder, self.stem, self.formats, [n for n in self.layers if n in available])

    def to_record(self, usual_folder: Path) -> dict[str, Any]:
        """What is remembered; the folder only where it is not the usual one of the map."""
        kept = asdict(self)
        del kept["stem"], kept["calm"]
        return kept | {"folder": "" if self.folder == usual_folder else str(self.folder)}

    @staticmethod
    def proposed(record: dict[str, Any], stem: str, usual_folder: Path) -> ExportChoice:
        """What was chosen the last time; not a folder that cannot be written any more."""
        try:
            kept = read_record(_Record, record)
        except ValueError:
            return ExportChoice(usual_folder, stem)
        folder = Path(kept.folder)
        return ExportChoice(
            folder if kept.folder and folder.is_dir() and can_be_written(folder) else usual_folder,
            stem,
            tuple(name for name in kept.formats if name in FORMATS),
            kept.layers,
            kept.leave_unsure,
            min(max(kept.unsure, LEAST), MOST),
        )


@dataclass(frozen=True)
class _Record:
    """A choice in the settings."""

    folder: str
    formats: tuple[str, ...]
    layers: tuple[ValueName, ...]
    leave_unsure: bool
    unsure: int


class ExportDialog(QDialog):
    """Asks once; `ask` gives the choice or None.

    `available` are the layers that the map has; `spectra` says whether files of spectra can be written.
    """

    def __init__(
        self, parent: QWidget, proposal: ExportChoice, available: Sequence[ValueName], *, spectra: bool = True
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export map"))
        self._proposal, self._available = proposal, tuple(available)
        self._stem = named(QLineEdit(proposal.stem), "export_stem", tr("Prefix of all file names"))
        self._folder = named(QLineEdit(str(proposal.folder)), "export_folder", tr("Folder"))
        self._folder.setMinimumWidth(ROOM)
        self._boxes = {
            name: self._box(name, text, name in proposal.formats) for name, text in FORMATS.items()
        }
        if not spectra:
            self._boxes["spectra"].setChecked(False)
            self._boxes["spectra"].setEnabled(False)
            self._boxes["spectra"].setToolTip(plain_tip(NO_SPECTRA_TIP))
        self._layers = {name: self._layer_box(name) for name in LAYER_TEXTS}
        self._leave_unsure = self._box(
            "leave_unsure", tr("Leave pixels unclassified below"), proposal.leave_unsure
        )
        self._unsure = named(QSpinBox(), "export_unsure", tr("Minimum confidence of a classified pixel"))
        self._unsure.setRange(LEAST, MOST)
        self._unsure.setSuffix(" " + tr("% confidence"))
        self._unsure.setValue(proposal.unsure)
        filtering = tr("Apply the view's filter: {filter}", filter=proposal.calm.text)
        self._calm = self._box("calm", filtering, bool(proposal.calm))
        self._calm.setVisible(bool(proposal.calm))
        self._files = named(QListWidget(), "export_files", tr("Files that will be written"))
        self._files.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self._files.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._files.setMinimumWidth(ROOM)
        self._files.setIconSize(QSize(ICON, ICON))
        self._files.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._files.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._summary = label(role="muted", name="export_summary", wrap=True)
        buttons, self._export = accept_or_cancel(self, tr("Export"), "export_accept")
        self.setLayout(
            column(row(self._choices(), self._listing(), spacing=18), buttons, margins=12, spacing=10)
        )
        self._timer = resting(self, self._show_files, REST_MS)
        self._leave_unsure.toggled.connect(self._unsure.setEnabled)
        self._unsure.setEnabled(proposal.leave_unsure)
        boxes = (*self._boxes.values(), *self._layers.values())
        texts = (self._stem.textChanged, self._folder.textChanged)
        follow(self._timer.start, *texts, *(box.toggled for box in boxes))
        follow(self._check, *texts, *(box.toggled for box in boxes))
        self._show_files()
        self._check()

    def ask(self) -> ExportChoice | None:
        """Show the dialog."""
        return self.choice() if self.exec() == QDialog.DialogCode.Accepted else None

    def choice(self) -> ExportChoice:
        """What is chosen now.  A layer that this map lacks is remembered as it was."""
        known = {name for name, box in self._layers.items() if box.isChecked()}
        lacking = {name for name in self._proposal.layers if name not in self._available}
        return ExportChoice(
            Path(self._folder.text().strip()).expanduser(),
            self._stem.text().strip(),
            tuple(name for name, box in self._boxes.items() if box.isChecked()),
            tuple(name for name in LAYERS if name in known | lacking),
            self._leave_unsure.isChecked(),
            self._unsure.value(),
            self._proposal.calm if self._calm.isChecked() else MapFilter(),
        )

    def _box(self, name: str, text: str, checked: bool) -> QCheckBox:
        box = named(QCheckBox(text), f"export_{name}")
        box.setToolTip(plain_tip(TIPS.get(name, "")))
        box.setChecked(checked)
        return box

    def _layer_box(self, name: ValueName) -> QCheckBox:
        there = name in self._available
        box = self._box(name, LAYER_TEXTS[name], there and name in self._proposal.layers)
        box.setEnabled(there)
        box.setToolTip(plain_tip(LAYERS_TIP if there else LACKING_TIPS[name]))
        return box

    def _choices(self) -> QLayout:
        form = QFormLayout()
        form.addRow(tr("Name"), self._stem)
        form.addRow(
            tr("Folder"), row(self._folder, push_button(tr("Choose…"), "export_browse", self._browse))
        )
        return column(
            form,
            label(tr("Formats"), "heading"),
            *self._boxes.values(),
            label(tr("Additional layers"), "heading"),
            *self._layers.values(),
            label(tr("Classes"), "heading"),
            row(self._leave_unsure, self._unsure, 1),
            self._calm,
            1,
        )

    def _listing(self) -> QLayout:
        return column(label(tr("Files"), "heading"), self._files, self._summary)

    def _show_files(self) -> None:
        """List what will be written, and mark what is there already."""
        choice = self.choice()
        paths = choice.files(self._available) if choice.stem else []
        there = {path for path in paths if path.exists() or path.is_symlink()}
        self._files.clear()
        blank = QPixmap(ICON, ICON)
        blank.fill(Qt.GlobalColor.transparent)  # so that all names begin at the same place
        marked = theme.icon("warning", theme.current().warning)
        for path in paths:
            item = QListWidgetItem(tr("{name} (exists)", name=path.name) if path in there else path.name)
            item.setIcon(marked if path in there else QIcon(blank))
            item.setToolTip(EXISTS_TIP if path in there else "")
            self._files.addItem(item)
        self._summary.setText(_summary(len(paths), len(there)))

    def _check(self) -> None:
        """Say why nothing can be exported, on the button."""
        choice = self.choice()
        missing = [] if choice.stem else [tr("Give the files a name")]
        missing += [] if choice.formats else [tr("Choose a format")]
        missing += [] if str(self._folder.text()).strip() else [tr("Choose a folder")]
        self._export.setEnabled(not missing)
        self._export.setToolTip(plain_tip(missing[0]) if missing else "")

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Folder"), self._folder.text())
        if folder:
            self._folder.setText(folder)


def _summary(files: int, there: int) -> str:
    if not files:
        return tr("Nothing is selected.")
    text = plural("{count} file", "{count} files", files)
    return tr("{files}, {count} to be replaced", files=text, count=there) if there else text
