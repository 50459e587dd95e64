"""Label maps of other programs into a cube, and those of cubes out to other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from s3fn_core.errors import LabelError
from s3fn_core.labels.exchange import (
    LabelFile,
    UnclearAttributeError,
    file_filter,
    read_label_file,
    taken_over,
    with_new_classes,
)
from s3fn_core.labels.labelmap import LabelEdit
from s3fn_core.languages import plural, tr
from s3fn_gui.labels.files import jobs
from s3fn_gui.labels.files.attribute_dialog import AttributeDialog
from s3fn_gui.labels.files.export_dialog import ExportLabelsDialog, LabelExport, LabelExportQuestion
from s3fn_gui.labels.files.import_dialog import MappingDialog
from s3fn_gui.labels.files.jobs import LEFT_OUT, ImportAnswer, MapToWrite
from s3fn_gui.session.class_ids import ids_taken
from s3fn_gui.session.context import Flow, Then, nothing
from s3fn_gui.session.cube import OpenCube


class LabelFileFlow(Flow):
    """Reads and writes in the background; asks where classes differ or files exist."""

    # --- in ------------------------------------------------------------------------------------

    def import_labels(self, path: Path | None = None) -> None:
        """Import a label map into the current cube."""
        item = self._session.cubes.current
        if item is None:
            if path is None:
                text = tr("Open a cube first, then import a label map as its labels.")
            else:
                text = tr("Open a cube first, then import {name} as its labels.", name=path.name)
            self._session.report("info", text)
            return
        source = path or self.ask.open_file(tr("Import labels"), file_filter())
        if source is None:
            return
        self._read(item, source)

    def _read(self, item: OpenCube, source: Path, attribute: str | None = None, then: Then = nothing) -> None:
        shape, place = item.labels.shape, item.cube.georeference
        title = tr("Reading {name}", name=source.name)

        def failed(error: BaseException) -> None:
            if isinstance(error, UnclearAttributeError):
                self.choose_attribute(item, source, error, then)
            else:
                self._errors.show(title, error)
                then()

        self._runner.start(
            f"labels {source}",
            title,
            lambda: read_label_file(source, shape=shape, place=place, attribute=attribute),
            lambda file: self.take_over(item, file, then),
            failed=failed,
            cancelled=then,
        )

    def choose_attribute(
        self, item: OpenCube, source: Path, unclear: UnclearAttributeError, then: Then = nothing
    ) -> None:
        """Ask which attribute of drawn regions names their class, and read them by it."""
        chosen = self.ask.answer(AttributeDialog, source.name, unclear.attributes)
        if chosen is None or item not in self._session.cubes.items:
            then()
        else:
            self._read(item, source, chosen, then)

    def take_over(self, item: OpenCube, file: LabelFile, then: Then = nothing) -> None:
        """Ask what the classes of a file become if that is in doubt, then import."""
        if item not in self._session.cubes.items:
            then()
            return
        try:
            asked = jobs.question(file, item, self._session.classes)
        except LabelError as error:
            self._errors.show(tr("Import labels"), error)
            then()
            return
        answer: ImportAnswer | None = ImportAnswer(asked.matches)
        if jobs.must_ask(asked):
            answer = self.ask.answer(MappingDialog, asked)
        if answer is None:
            then()
        else:
            self._apply(item, file, answer, then)

    def _apply(self, item: OpenCube, file: LabelFile, answer: ImportAnswer, then: Then) -> None:
        """Compute the edit in the background, and again if labels or classes changed by then."""
        session = self._session
        session.work.finish_stroke()
        if item not in session.cubes.items:
            then()
            return
        known, locked, before = session.classes, session.locked, item.labels.ids.copy()
        kept = {None, LEFT_OUT, *known.ids}
        matches = [m if m.class_id in kept else replace(m, class_id=None) for m in answer.matches]
        try:
            classes, mapping = with_new_classes(matches, known, taken=ids_taken(session))
        except LabelError as error:
            self._errors.show(tr("Import labels"), error)
            then()
            return

        def done(edit: LabelEdit) -> None:
            session.work.finish_stroke()
            if item not in session.cubes.items:
                then()
                return
            same = session.classes == known and session.locked == locked
            if same and np.array_equal(item.labels.ids, before):
                jobs.push_import(session, item, file.path.name, classes, edit)
                self._tell(file, edit)
                then()
            else:
                self._apply(item, file, answer, then)

        title = tr("Importing {name}", name=file.path.name)

        def failed(error: BaseException) -> None:
            self._errors.show(title, error)
            then()

        self._runner.start(
            f"labels {file.path}",
            title,
            lambda: taken_over(before, file, mapping, answer.extent, locked),
            done,
            failed=failed,
            cancelled=then,
        )

    def _tell(self, file: LabelFile, edit: LabelEdit) -> None:
        text = plural(
            "Labels of {name} imported: {count:,} pixel changed.",
            "Labels of {name} imported: {count:,} pixels changed.",
            edit.pixels,
            name=file.path.name,
        )
        self._session.report("info" if file.notes else "success", " ".join([text, *file.notes]))

    # --- out -----------------------------------------------------------------------------------

    def export_labels(self) -> None:
        """Write the labels of the current cube, or of all open cubes."""
        session = self._session
        labelled = [item for item in session.cubes.items if item.counts[1:].any()]
        if not labelled:
            session.report("info", tr("There are no labels to export yet: paint or import some first."))
            return
        current = session.cubes.current if session.cubes.current in labelled else None
        shown = current or labelled[0]
        settings = self._context.settings
        folder = settings.to_write(shown.path.parent if shown.path is not None else None)
        question = LabelExportQuestion(_stem(shown), folder, len(labelled), others_only=current is None)
        choice = self.ask.answer(ExportLabelsDialog, question)
        if choice is None:
            return
        settings.written = str(choice.folder)
        chosen = labelled if choice.every else [shown]
        maps = self._maps_to_write(chosen, choice)
        paths = [path for one in maps for path in jobs.files_of(one)]
        if self._context.may_write(tr("Export labels"), paths):
            self._write(maps)

    def _maps_to_write(self, items: list[OpenCube], choice: LabelExport) -> list[MapToWrite]:
        maps, taken = list[MapToWrite](), set[str]()
        for item in items:
            stem = wanted = _stem(item) if choice.every else choice.stem
            number = 2
            while stem in taken:  # cubes of two folders may share a name
                stem, number = f"{wanted}_{number}", number + 1
            taken.add(stem)
            path = choice.folder / f"{stem}{choice.suffix}"
            maps.append(jobs.map_to_write(item, path))
        return maps

    def _write(self, maps: list[MapToWrite]) -> None:
        classes = self._session.classes

        def done(paths: list[Path]) -> None:
            text = (
                tr("Labels exported to {path}.", path=paths[0])
                if len(paths) == 1
                else plural(
                    "Labels of {count} cube exported to {folder}.",
                    "Labels of {count} cubes exported to {folder}.",
                    len(paths),
                    folder=paths[0].parent,
                )
            )
            self._session.report("success", text, "\n".join(map(str, paths)) if len(paths) > 1 else "")

        self._runner.start(
            "export labels",
            tr("Exporting labels"),
            lambda: jobs.write_maps(maps, classes),
            done,
            makes="file",
        )


def _stem(item: OpenCube) -> str:
    """A file name; names of cubes may hold what a path cannot."""
    return f"{item.cube.name}_labels".replace("/", "_").replace("\\", "_")
