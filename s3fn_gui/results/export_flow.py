"""Export of the classification map."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices

from s3fn_core.languages import plural, tr
from s3fn_core.progress import Operation
from s3fn_gui.results.export_dialog import MOST, ExportChoice, ExportDialog
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.standing import remark_of

if TYPE_CHECKING:
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.results.class_map import ClassMap

SETTINGS = "export map"


class ExportFlow(Flow):
    """Writes the map of the current cube; `written` when that is done."""

    written = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._folder: Path | None = None

    def export(self) -> None:
        """Ask for formats and a folder, then write the map of the current cube."""
        item = self._session.cubes.current
        if item is None or item.prediction is None:
            self._session.report("info", tr("There is no map yet: train first, then export it."))
            return
        from s3fn_core.results.export import exporting
        from s3fn_core.results.origin import NAME_ENDINGS

        prediction, look = item.prediction, self._session.view.map_look
        class_map = self._map_of(item, prediction)
        available = tuple(name for name, _ in class_map.layers)
        if prediction.next_best is not None:
            available += ("margin",)
        folder = self._usual_folder(item)
        stem = item.cube.name + NAME_ENDINGS.get(class_map.remark, "")
        kept = self._context.settings.choices(SETTINGS)
        proposal = ExportChoice.proposed(kept, stem, folder)
        proposal = replace(proposal, calm=look.calm)  # as the image shows the map
        if shown := look.least:
            proposal = replace(proposal, leave_unsure=True, unsure=min(shown, MOST))
        spectra = item.cube.wavelengths is not None
        choice = self.ask.answer(ExportDialog, proposal, available, spectra=spectra)
        if choice is None:
            return
        self._context.settings.set_choices(SETTINGS, choice.to_record(folder))
        self._context.settings.written = str(choice.folder)
        files = choice.files(available)
        if not self._context.may_write(tr("Export map"), files):
            return

        def work() -> Operation[list[Path]]:
            wanted = _wanted(class_map, prediction, choice)
            return exporting(wanted, choice.folder, choice.stem, choice.formats, choice.layers)

        self._runner.start(
            "export",
            tr("Exporting {name}", name=choice.stem),
            work,
            lambda _: self._exported(files),
            makes="file",
        )

    @property
    def has_written(self) -> bool:
        """Whether there is a folder with exported files."""
        return self._folder is not None

    def open_folder(self) -> None:
        """Show the files of the last export in the system's file manager."""
        if self._folder is None:
            return
        if not (self._folder.is_dir() and QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))):
            self._session.report(
                "warning", tr("{folder} cannot be opened by the file manager.", folder=self._folder)
            )

    def _map_of(self, item: OpenCube, prediction: Prediction) -> ClassMap:
        """The map under the names and colours of today, with the descriptions that it was made from."""
        own = {c.id: c for c in self._session.classes}
        classes = type(prediction.classes)(
            tuple(replace(own.get(c.id, c), descriptions=c.descriptions) for c in prediction.classes)
        )
        standing = self._session.standing.now
        named = replace(prediction, classes=classes)
        return named.class_map(item.cube, standing.name, remark_of(prediction), standing.remark)

    def _exported(self, paths: list[Path]) -> None:
        self._folder = paths[0].parent
        self.written.emit()
        names = "\n".join(path.name for path in paths)
        text = plural(
            "Map exported to {folder} ({count} file).",
            "Map exported to {folder} ({count} files).",
            len(paths),
            folder=self._folder,
        )
        self._session.report("success", text, names, action="file.open_export_folder")

    def _usual_folder(self, item: OpenCube) -> Path:
        if self._session.folder is not None:
            wanted: Path | None = self._session.folder / "results"
        else:
            wanted = item.path.parent if item.path else None
        return self._context.settings.to_write(wanted)


def _wanted(class_map: ClassMap, prediction: Prediction, choice: ExportChoice) -> ClassMap:
    """The map as it is to be written: first filtered, then without what is unsure, as it is drawn."""
    following = prediction.next_best
    if "margin" in choice.layers and following is not None:
        class_map = replace(class_map, margin=following.margin(prediction.confidence))
    class_map = class_map.calmed(choice.calm)
    return class_map.without_unsure(choice.unsure / 100) if choice.leave_unsure else class_map
