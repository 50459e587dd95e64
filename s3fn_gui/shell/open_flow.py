"""Opening any file: sorted, and given to the room that reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Cube, Layout
from s3fn_core.cubes.formats import Variable, can_open, file_filter
from s3fn_core.cubes.spectra.library import holds_spectra, is_library
from s3fn_core.cubes.treating.treatment import Metadata
from s3fn_core.errors import S3FNError
from s3fn_core.labels.exchange import LABEL_SUFFIXES, UnclearAttributeError
from s3fn_core.languages import plural, tr
from s3fn_core.progress import Operation
from s3fn_core.project.sorting import FittingLabels, Target, in_order, is_geojson, is_project, sorting
from s3fn_gui.cubes import jobs
from s3fn_gui.cubes.calibration.flow import calibration_question
from s3fn_gui.cubes.layout_dialog import VariableDialog
from s3fn_gui.labels.files.classes_flow import ClassFileFlow
from s3fn_gui.labels.files.flow import LabelFileFlow
from s3fn_gui.model.files_flow import ModelFileFlow
from s3fn_gui.project.missing_cubes_flow import MissingCubesFlow, Recognised, recognise
from s3fn_gui.project.which_project_dialog import WhichProjectDialog
from s3fn_gui.session.context import Context, Flow, Then, nothing
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session

CAMERA_NM = 2.0
"""Wavelengths of one camera differ by less from file to file."""


class OpenFlow(Flow):
    """From a file's path into the session."""

    def __init__(
        self,
        context: Context,
        open_project: Callable[[Path, Then], None],
        begin_project: Callable[[Then], None],
        labels: LabelFileFlow,
        missing: MissingCubesFlow,
        classes: ClassFileFlow,
        models: ModelFileFlow,
        load_spectra: Callable[[Path], None],
    ) -> None:
        super().__init__(context)
        self._missing = missing
        self._labels = labels
        self._open_project = open_project
        self._begin_project = begin_project
        self._classes = classes
        self._models = models
        self._load_spectra = load_spectra
        self._waiting: list[Path] = []
        self._late: list[tuple[str, BaseException]] = []

    def open(self) -> None:
        """Ask for cubes and open them, one after the other: they are listed in the order of their names."""
        self._open_cubes(self.ask.open_files(tr("Open cube"), file_filter()))

    def _open_cubes(self, paths: Sequence[Path]) -> None:
        if paths:
            self.open_cube(paths[0], then=lambda: self._open_cubes(paths[1:]))

    def open_any(self, paths: Iterable[Path]) -> None:
        """Open whatever was dropped on the window or named on the command line.

        Several files are opened one after the other, labels after the cubes they may belong to.
        """
        several = list(paths)
        if len(several) == 1:
            self._open_one(several[0], nothing)
        elif several:
            self._start(
                f"sort {several}",
                tr("Looking into the files"),
                lambda: in_order(several),
                self._open_all,
                nothing,
            )

    def _open_all(self, paths: list[Path]) -> None:
        """One after the other."""
        self._waiting += paths
        self._open_next()

    def _open_next(self) -> None:
        """The next of several; after the last one, the errors, which nothing hides any more."""
        if self._waiting:
            self._open_one(self._waiting.pop(0), self._open_next)
            return
        late, self._late = self._late, []
        for title, error in late:
            self._errors.show(title, error)

    def _open_one(self, path: Path, then: Then) -> None:
        if is_project(path):
            self._open_project(path, then)
        elif path.suffix == ".s3fn":
            self._models.open(path)
            then()
        elif path.suffix == ".json" and not is_geojson(path):
            self._classes.load(path)
            then()
        else:
            self._open_sorted(path, then)

    def _start(
        self,
        kind: str,
        title: str,
        operation: Callable[[], Operation[Any]],
        done: Callable[[Any], None],
        then: Then,
        path: Path | None = None,
    ) -> None:
        """A job; `done` goes on with `then`, as does an error: without a cube, to other cubes only.

        What is spectra, and no cube or labels, is shown with the spectra.
        """

        def failed(error: BaseException) -> None:
            if path is not None and isinstance(error, S3FNError) and _is_spectra(path):
                self._load_spectra(path)
            elif self._waiting:
                self._late.append((title, error))
            else:
                self._errors.show(title, error)
            if not self._session.cubes.items:
                self._waiting = [other for other in self._waiting if can_open(other)]
            then()

        self._runner.start(kind, title, operation, done, failed=failed, cancelled=then)

    def _open_sorted(self, path: Path, then: Then) -> None:
        """Open a cube, or import labels of an open one; the current cube is tried first."""
        current = self._session.cubes.current
        if current is None:
            if path.suffix.lower() in LABEL_SUFFIXES and not can_open(path):
                if is_library(path):
                    self._load_spectra(path)
                    then()
                    return
                self._labels.import_labels(path)  # asks for a cube
            else:
                self.open_cube(path, then=then)
            return
        items = [current, *(item for item in self._session.cubes.items if item is not current)]
        targets = [Target(i.key, i.labels.shape, i.cube.georeference) for i in items]

        def done(found: FittingLabels | None) -> None:
            item = None if found is None else self._item(found.key)
            if found is None:
                self.open_cube(path, then=then)
            elif item is not None:
                self._session.cubes.select(item.key)
                if isinstance(found.file, UnclearAttributeError):
                    self._labels.choose_attribute(item, path, found.file, then)
                else:
                    self._labels.take_over(item, found.file, then)

        title = tr("Inspecting {name}", name=path.name)
        self._start(f"sort {path}", title, lambda: sorting(path, targets), done, then, path)

    def _item(self, key: str) -> OpenCube | None:
        """The cube, while it is open."""
        return next((item for item in self._session.cubes.items if item.key == key), None)

    def open_cube(
        self,
        path: Path,
        layout: Arrangement | None = None,
        variable: str | None = None,
        metadata: Metadata | None = None,
        then: Then = nothing,
    ) -> None:
        """Open one cube in the background and show it; ask which array where several may be it.

        A cube that is open is shown as it is; only another `layout` takes its place.  One that the
        project misses comes with its labels.
        """
        kind, title = f"open {path}", tr("Opening {name}", name=path.name)
        away = self._missing.entries()

        def done(found: OpenCube | Recognised | tuple[Variable, ...]) -> None:
            if isinstance(found, Recognised):
                self._missing.take(found)
                then()
            elif isinstance(found, OpenCube):
                self._opened(found, layout is not None, then)
            elif (chosen := self.ask.answer(VariableDialog, path.name, found)) is not None:
                self.open_cube(path, layout, chosen, then=then)
            else:
                then()

        def operation() -> Operation[OpenCube | Recognised | tuple[Variable, ...]]:
            if layout is not None or variable is not None:
                return (yield from jobs.open_file(path, layout, variable, metadata))
            known = None if away is None else (yield from recognise(*away, path))
            return known or (yield from jobs.open_or_list(path))

        self._start(kind, title, operation, done, then, path)

    def _opened(self, item: OpenCube, replacing: bool, then: Then) -> None:
        is_open = item.key in (open_now.key for open_now in self._session.cubes.items)
        if is_open and not replacing:
            self._session.cubes.select(item.key)
            text = tr("{name} is open already. To read its file again, close it first.", name=item.cube.name)
            self._session.report("info", text)
            then()
            return

        def add() -> None:
            self._add(item)
            then()

        difference = "" if is_open else unlike(item, self._session)
        which = self.ask.answer(WhichProjectDialog, item.cube.name, difference) if difference else "this"
        if which == "this":
            add()
        elif which == "new":
            self._begin_project(add)
        else:
            then()

    def _add(self, item: OpenCube) -> None:
        self._session.cubes.add(item)
        if item.path is not None:
            self._context.settings.add_recent(item.path)
        notes = " ".join(item.cube.notes)
        if not item.colour.image.any():
            text = tr("{name}: nothing to see, the displayed bands hold no values.", name=item.cube.name)
            cubes = self._session.cubes
            self._session.report("warning", f"{text} {notes}".strip(), still=lambda: item in cubes.items)
        elif len(layouts := item.cube.layouts) > 1 and isinstance(layouts[0], Layout):
            self._session.report(
                "info",
                tr(
                    "{name}: pixels arranged as {layout}. If that looks wrong, press Change… under Cubes.",
                    name=item.cube.name,
                    layout=layouts[0],
                ),
            )
        elif found := calibration_question(item):
            text = f"{item.cube.name}: {notes} {found}" if notes else found
            self._session.report("info", text, action="cube.calibrate")
        elif notes:
            self._session.report("info", f"{item.cube.name}: {notes}")

    def close_cube(self) -> None:
        """Close the current cube; ask first if it has labels."""
        item = self._session.cubes.current
        if item is None:
            return
        question = _loss(item)
        if not question or self.ask.confirm(question, tr("Close")):
            self._session.cubes.remove(item.key)


def _loss(item: OpenCube) -> str:
    """The question before a cube is closed; "" where nothing is lost with it."""
    name, labels = item.cube.name, int(item.counts[1:].sum())
    points = 0 if item.validation is None else int(item.validation.labelled.sum())
    if points:
        return tr(
            "Close {name}? Its labels ({labels:,}) and labelled validation points ({points:,}) are lost "
            "and cannot be restored.",
            name=name,
            labels=labels,
            points=points,
        )
    question = plural(
        "Close {name}? Its {count:,} label is lost and cannot be restored.",
        "Close {name}? Its {count:,} labels are lost and cannot be restored.",
        labels,
        name=name,
    )
    return question if labels else ""


def unlike(item: OpenCube, session: Session) -> str:
    """Why a cube may belong to another project: work was done on cubes with other bands.

    "" where that is not in doubt.
    """
    others = [other.cube for other in session.cubes.items]
    if not others or not (len(session.classes) or session.project is not None):
        return ""
    cube = item.cube
    if any(cube.bands == other.bands and _alike(cube, other) for other in others):
        return ""
    return tr(
        "It has {bands}; this project has cubes of {others}. A project has one list of classes "
        "and one model, and that works best with cubes of one camera.",
        bands=_bands(cube),
        others=_bands(others[0]),
    )


def _alike(one: Cube, other: Cube) -> bool:
    """Whether the wavelengths are those of one camera, as far as both are known."""
    if one.wavelengths is None or other.wavelengths is None:
        return True
    return bool(np.allclose(one.wavelengths, other.wavelengths, atol=CAMERA_NM))


def _bands(cube: Cube) -> str:
    waves = cube.wavelengths
    if waves is None:
        return tr("{bands} bands", bands=cube.bands)
    first, last = waves.min(), waves.max()
    return tr("{bands} bands from {first:.0f} to {last:.0f} nm", bands=cube.bands, first=first, last=last)


def _is_spectra(path: Path) -> bool:
    return holds_spectra(path) if path.is_dir() else is_library(path)
