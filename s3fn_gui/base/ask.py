"""Everything the window asks; tests and the demo answer in its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QFileDialog, QMessageBox, QWidget

from s3fn_core.cubes.formats import Variable, file_filter
from s3fn_core.labels.exchange import file_filter as label_filter
from s3fn_core.project import SUFFIX
from s3fn_gui.base.jobs import JobRunner
from s3fn_gui.base.settings import Settings
from s3fn_gui.cubes.calibration.dialog import CalibrateDialog
from s3fn_gui.cubes.calibration.jobs import CalibrationAnswer
from s3fn_gui.cubes.layout_dialog import LayoutAnswer, LayoutDialog, LayoutQuestion, VariableDialog
from s3fn_gui.cubes.metadata.flow import WAVELENGTHS
from s3fn_gui.labels.files.export_dialog import ExportLabelsDialog, LabelExport, LabelExportQuestion
from s3fn_gui.labels.files.flow import CLASSES
from s3fn_gui.labels.files.import_dialog import MappingDialog
from s3fn_gui.labels.files.jobs import ImportAnswer, ImportQuestion
from s3fn_gui.masks.flow import OBJECTS, RECIPE
from s3fn_gui.model.flow import MODEL
from s3fn_gui.project.flow import Restore, Unsaved
from s3fn_gui.results.export_dialog import ExportChoice, ExportDialog
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.spectra.dialog import SpectraDialog
from s3fn_gui.spectra.flow import ENVI_LIBRARY, LIBRARIES, TABLE
from s3fn_gui.words.facts.flow import FACTS
from s3fn_gui.words.writing.jobs import Outgoing
from s3fn_gui.words.writing.sending_dialog import Leave, SendingDialog


class Questions:
    """Dialogs that return an answer, or None when the user thinks better of it."""

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        self._parent = parent
        self._settings = settings

    def cubes(self) -> list[Path]:
        names, _ = QFileDialog.getOpenFileNames(
            self._parent, "Open cube", self._settings.folder, file_filter()
        )
        return [self._remember(Path(name)) for name in names]

    def cube_target(self, stem: str, folder: Path | None) -> Path | None:
        """The header of a cube to write; whether it may be replaced is asked elsewhere."""
        start = str((folder or Path(self._settings.folder)) / f"{stem}.hdr")
        name, _ = QFileDialog.getSaveFileName(
            self._parent,
            "Save cube as ENVI",
            start,
            "ENVI header (*.hdr)",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if not name:
            return None
        path = self._remember(Path(name))
        known = path.suffix.lower() in (".hdr", ".img")
        return path.with_suffix(".hdr") if known else path.with_name(f"{path.name}.hdr")

    def calibration(self, item: OpenCube, runner: JobRunner) -> CalibrationAnswer | None:
        return CalibrateDialog(self._parent, item, runner).ask()

    def missing_cube(self, name: str) -> Path | None:
        """Where a cube of the project lies now."""
        return self._file(f"Where is {name} now?", file_filter())

    def labels(self) -> Path | None:
        return self._file("Import labels", label_filter())

    def mapping(self, question: ImportQuestion) -> ImportAnswer | None:
        """What the classes of a label map become."""
        return MappingDialog(self._parent, question).ask()

    def export_labels(self, question: LabelExportQuestion) -> LabelExport | None:
        return ExportLabelsDialog(self._parent, question).ask()

    def wavelengths(self) -> Path | None:
        """A file that states wavelengths."""
        return self._file("Load wavelengths", WAVELENGTHS)

    def classes(self) -> Path | None:
        return self._file("Load classes", CLASSES)

    def classes_target(self) -> Path | None:
        return self._target("Save classes", "classes.json", CLASSES)

    def model(self) -> Path | None:
        return self._file("Open model", MODEL)

    def model_target(self, stem: str) -> Path | None:
        return self._target("Save model", f"{stem}.s3fn", MODEL)

    def controls_folder(self, start: Path | None) -> Path | None:
        """Where table, plot and record of the controls go."""
        name = QFileDialog.getExistingDirectory(
            self._parent, "Folder for table, plot and record", str(start or self._settings.folder)
        )
        return Path(name) if name else None

    def spectra(self) -> Path | None:
        return self._file("Load spectral library", LIBRARIES)

    def spectra_target(self) -> Path | None:
        """The suffix says how they are written; without one it is the filter's."""
        start = str(Path(self._settings.folder) / "spectra.csv")
        name, kind = QFileDialog.getSaveFileName(
            self._parent, "Save spectra", start, f"{TABLE};;{ENVI_LIBRARY}", TABLE
        )
        if not name:
            return None
        path = self._remember(Path(name))
        return path if path.suffix else path.with_suffix(".csv" if kind == TABLE else ".hdr")

    def facts_target(self) -> Path | None:
        return self._target("Save spectral facts", "facts.csv", FACTS)

    def which_spectra(self, names: list[str]) -> list[int]:
        return SpectraDialog(self._parent, names).ask()

    def objects_target(self, stem: str) -> Path | None:
        """Where a map of objects goes; the suffix says the format."""
        return self._target("Export objects", f"{stem}.tif", OBJECTS)

    def recipe(self) -> Path | None:
        return self._file("Load recipe of a mask", RECIPE)

    def recipe_target(self) -> Path | None:
        return self._target("Save recipe of the mask", "mask.json", RECIPE)

    def project(self) -> Path | None:
        """An existing project's folder."""
        name = QFileDialog.getExistingDirectory(
            self._parent, f"Open project (a folder NAME{SUFFIX})", self._settings.folder
        )
        return Path(name) if name else None

    def project_target(self, stem: str, folder: Path | None) -> Path | None:
        """Where a new project goes; the suffix is added when missing."""
        start = str((folder or Path(self._settings.folder)) / f"{stem}{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(
            self._parent,
            "Save project",
            start,
            f"S3FN projects (*{SUFFIX})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if not name:
            return None
        path = self._remember(Path(name))
        return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)

    def export(self, stem: str, folder: Path) -> ExportChoice | None:
        return ExportDialog(self._parent, stem, folder).ask()

    def variable(self, path: Path, variables: Sequence[Variable]) -> str | None:
        """Which array of a file to open."""
        return VariableDialog(self._parent, path.name, variables).ask()

    def layout(self, question: LayoutQuestion) -> LayoutAnswer | None:
        return LayoutDialog(self._parent, question).ask()

    def colour(self, current: str) -> str | None:
        chosen = QColorDialog.getColor(QColor(current), self._parent, "Colour of the class")
        return chosen.name() if chosen.isValid() else None

    def sending(self, outgoing: Outgoing) -> Leave:
        """Whether requests to a language model may be sent."""
        return SendingDialog(self._parent, outgoing).ask()

    def show_sending(self, outgoing: Outgoing) -> None:
        dialog = SendingDialog(self._parent, outgoing, asking=False)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def confirm(self, question: str, button: str) -> bool:
        """A question before something that loses work."""
        box = QMessageBox(QMessageBox.Icon.Question, "S3FN", question, parent=self._parent)
        yes = box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is yes

    def unsaved(self) -> Unsaved:
        """What to do with changes before they would be lost."""
        buttons = QMessageBox.StandardButton
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "S3FN",
            "Save the changes to this project?",
            buttons.Save | buttons.Discard | buttons.Cancel,
            self._parent,
        )
        box.setInformativeText("Labels, classes, descriptions and the model would be lost.")
        answer = box.exec()
        if answer == buttons.Save:
            return "save"
        return "discard" if answer == buttons.Discard else "cancel"

    def restore(self, question: str, otherwise: str) -> Restore:
        """What to do with work that was autosaved and never saved; `otherwise` is neither."""
        box = QMessageBox(QMessageBox.Icon.Question, "S3FN", question, parent=self._parent)
        restore = box.addButton("Restore", QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton("Discard it", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(otherwise, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(restore)
        box.exec()
        answers: dict[object, Restore] = {restore: "restore", discard: "discard"}
        return answers.get(box.clickedButton(), "later")

    def _file(self, title: str, filters: str) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(self._parent, title, self._settings.folder, filters)
        return self._remember(Path(name)) if name else None

    def _target(self, title: str, name: str, filters: str) -> Path | None:
        start = str(Path(self._settings.folder) / name)
        chosen, _ = QFileDialog.getSaveFileName(self._parent, title, start, filters)
        return self._remember(Path(chosen)) if chosen else None

    def _remember(self, path: Path) -> Path:
        self._settings.folder = str(path.parent)
        return path
