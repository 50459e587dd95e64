"""Export of the classification map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_gui.results.export_dialog import ExportDialog
from s3fn_gui.session.context import Flow
from s3fn_gui.session.cube import OpenCube

if TYPE_CHECKING:
    from s3fn_core.model.applying.inference import Prediction


class ExportFlow(Flow):
    """Writes the map of the current cube."""

    def export(self) -> None:
        """Ask for formats and a folder, then write the map of the current cube."""
        item = self._session.cubes.current
        if item is None or item.prediction is None:
            self._session.report("info", "There is no map yet: train first, then export it.")
            return
        choice = self.ask.answer(ExportDialog, item.cube.name, self._export_folder(item))
        if choice is None:
            return
        from s3fn_core.results.export import ClassMap, exporting, map_files
        from s3fn_core.results.origin import origin_of

        files = map_files(choice.folder, choice.stem, choice.formats)
        if not self._context.may_write("Export map", files):
            return
        own = {c.id: c for c in self._session.classes}
        classes = type(item.prediction.classes)(tuple(own.get(c.id, c) for c in item.prediction.classes))
        class_map = ClassMap(
            item.prediction.ids,
            item.prediction.confidence,
            classes,
            item.cube.name,
            item.cube.georeference,
            item.cube.simulated,
            remark_of(item.prediction),
            item.prediction.novelty,
            origin_of(self._session.standing.now.name, item.prediction.metrics),
            item.cube,
        )
        self._runner.start(
            "export",
            f"Exporting {choice.stem}",
            lambda: exporting(class_map, choice.folder, choice.stem, choice.formats),
            self._exported,
            makes="file",
        )

    def _exported(self, paths: list[Path]) -> None:
        names = ", ".join(p.name for p in paths)
        self._session.report("success", f"Map exported to {paths[0].parent} ({len(paths)} files).", names)

    def _export_folder(self, item: OpenCube) -> Path:
        if self._session.folder is not None:
            return self._session.folder / "results"
        return item.path.parent if item.path else Path.home()


def remark_of(prediction: Prediction) -> str:
    """What the files of a map say of it that no measured model made."""
    from s3fn_core.results import origin

    return origin.remark_of(
        from_words=prediction.from_words, live=prediction.live, reworded=prediction.before is not None
    )
