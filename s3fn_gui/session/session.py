"""What is open: the only mutable state of the window, and the only one that tells of changes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.labels.labelmap import LabelEdit
from s3fn_core.labels.versions import History, after_change
from s3fn_core.model.config import TrainSettings
from s3fn_core.project import Project
from s3fn_core.quoting import unmarked
from s3fn_core.types import BoolArray, Box
from s3fn_gui.session.basis import Basis
from s3fn_gui.session.class_looks import ClassLooks
from s3fn_gui.session.cube import OpenCube, Shown, snapshot
from s3fn_gui.session.cubes import OpenCubes
from s3fn_gui.session.live import LiveState
from s3fn_gui.session.messages import Level, Report
from s3fn_gui.session.own_spectra import OwnSpectra
from s3fn_gui.session.spectra import SpectraState
from s3fn_gui.session.standing import MapStanding, Standing, standing_of
from s3fn_gui.session.trainings import Trainings
from s3fn_gui.session.undo import KeptEdit, Step
from s3fn_gui.session.unsaved import NOTHING, Kept
from s3fn_gui.session.view import ViewState
from s3fn_gui.session.work import UnderWay

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel


log = logging.getLogger(__name__)
UNDO_STEPS = 1000
Treating = Callable[[Treatment], Treatment]


class Split(NamedTuple):
    """Labels of class `part` are painted on pixels of class `source` only, split off from it."""

    source: int
    part: int


class Session(QObject):
    """What a project keeps: cubes, labels, classes, model; and the steps to undo.

    `view` and `work` are what no project keeps; states of single features live in their rooms.
    `cleared` comes when another project, or none, takes the place of what was open.
    """

    labels_changed = Signal(object)
    classes_changed = Signal()
    class_list_changed = Signal()  # ids, names, colours or order, which a table or a plot shows
    class_selected = Signal()
    model_changed = Signal()
    project_changed = Signal()
    dirty_changed = Signal(bool)
    settings_changed = Signal()
    reported = Signal(object)
    cleared = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = ViewState(self)
        self.work = UnderWay(self)
        self.cubes = OpenCubes(self.view, self.work, self)
        self.cubes.leaving.connect(self._forget_steps)  # they belong to the labels that go
        self.cubes.listed.connect(self._touch_listed)
        self.class_looks = ClassLooks(self)
        self.spectra = SpectraState(self.cubes, self.view, self)
        self.spectra.touched.connect(self.touch_project)
        self.own_spectra = OwnSpectra(self)
        self.trainings = Trainings(self)
        self.trainings.touched.connect(self.touch_project)
        self.split: Split | None = None
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_STEPS)
        self.undo_stack.cleanChanged.connect(self._tell_dirty)
        self.undo_stack.indexChanged.connect(self._count_change)
        self.classes = ClassSet()
        self.class_id: int | None = None
        self.other_class: int | None = None
        self.model: S3FNModel | None = None
        self.model_name = ""  # how it is called beside its map
        self.learned_from: Basis | None = None  # what the model was made from
        self.project: Project | None = None
        self.read_only = ""
        self.changes = 0  # made since the start: two equal counts mean that nothing has changed
        self._rescued = False
        self.train_settings = TrainSettings()
        self.history: History = {}  # earlier versions of the descriptions
        self.typing: int | None = None  # the class that is being described, in one go
        self._touched = False
        self.kept = NOTHING  # what was saved last
        self.live = LiveState(self)
        cubes = self.cubes
        now = (cubes.prediction_changed, cubes.current_changed, self.model_changed, self.live.changed)
        later = (self.labels_changed, self.classes_changed, cubes.treatment_changed, self.trainings.changed)
        self.standing = MapStanding(self, self._standing, now, later)

    # --- classes -------------------------------------------------------------------------------

    @property
    def current_class(self) -> LabelClass | None:
        """The class that the brush paints and the editor describes."""
        if self.class_id is None or self.class_id not in self.classes:
            return None
        return self.classes[self.class_id]

    def select_class(self, class_id: int | None) -> None:
        if class_id != self.class_id:
            self.typing = None
            self.class_id, self.other_class = class_id, self.class_id
            self.class_selected.emit()

    def swap_class(self) -> None:
        """Back to the class chosen before."""
        if self.other_class in self.classes:
            self.select_class(self.other_class)

    def push_classes(
        self, after: ClassSet, text: str, merge: str = "", history: History | None = None
    ) -> None:
        """Change the classes undoably; consecutive changes with the same `merge` are one step.

        Texts that change are kept in the history, unless `history` says what is.
        """
        if after != self.classes:
            self.typing = None
            if history is None:
                history = after_change(self.history, self.classes, after)
            there, back = (after, history), (self.classes, self.history)

            def undo() -> None:
                self.typing = None
                self.set_classes(*back)

            self.undo_stack.push(Step(text, lambda: self.set_classes(*there), undo, merge=merge))

    def set_classes(self, classes: ClassSet, history: History | None = None) -> None:
        """Replace the classes (called by undo commands and when a project opens)."""
        before, self.classes = self.classes, classes
        self.history = self.history if history is None else history
        self.class_looks.keep(classes)
        gone = self.class_id not in classes
        if gone:
            self.class_id = classes.ids[0] if len(classes) else None
        if [(c.id, c.name, c.color) for c in before] != [(c.id, c.name, c.color) for c in classes]:
            self.class_list_changed.emit()
        self.classes_changed.emit()
        if gone:
            self.class_selected.emit()

    @property
    def locked(self) -> frozenset[int]:
        """Classes whose labels no tool may paint over or erase; for :meth:`LabelMap.edit`."""
        return self.class_looks.locked

    # --- labels --------------------------------------------------------------------------------

    def label_edit(self, item: OpenCube, box: Box, mask: BoolArray, class_id: int) -> LabelEdit:
        """The edit that paints a class and leaves alone what is protected."""
        protect = self.view.protect
        if self.split is not None and class_id == self.split.part:
            top, left, bottom, right = box
            mask, protect = mask & (item.labels.ids[top:bottom, left:right] == self.split.source), False
        return item.labels.edit(box, mask, class_id, protect, self.locked)

    def push_labels(self, item: OpenCube, edit: LabelEdit, text: str, done: bool = False) -> None:
        """Change labels undoably; `done` says that the edit was applied already."""
        if edit.is_empty:
            return
        if not done:
            self.work.finish_stroke()  # its pixels are part of the map that `edit` is for
            self.apply_edit(item.key, edit)
        key, kept = item.key, KeptEdit(edit)
        step = Step(
            text,
            lambda: self.apply_edit(key, kept.take()),
            lambda: self.apply_edit(key, kept.take(), undo=True),
            done=True,
            edit=kept,
        )
        self.undo_stack.push(step)

    def apply_edit(self, key: str, edit: LabelEdit, *, undo: bool = False) -> None:
        """Apply or revert an edit (called by undo steps)."""
        self.work.drop_stroke()
        item = self.cubes.item(key)
        item.apply(edit, undo=undo)
        if item is self.cubes.current:
            self.labels_changed.emit(edit.box)

    # --- treatments and undo -------------------------------------------------------------------

    def push_treatment(self, item: OpenCube, treatment: Treatment, text: str) -> None:
        """Change what is made of a cube's file, undoably.

        Raises CubeError, and changes nothing, when the treatment does not fit the file.
        """
        before = item.treatment
        self.push_treating(item, lambda _: treatment, lambda _: before, text)

    def push_treating(self, item: OpenCube, there: Treating, back: Treating, text: str) -> None:
        """Change the treatment by a function that has a way back, undoably.

        What was shown with each of the two treatments comes back with it.
        """
        key, left = item.key, item.shown

        def change(way: Treating, shown: Shown | None = None) -> None:
            nonlocal left
            leaving = self.cubes.item(key).shown
            self.cubes.treat(key, way(self.cubes.item(key).treatment), shown)
            left = leaving

        change(there)  # by hand: the stack would not pass on an error
        step = Step(text, lambda: change(there, left), lambda: change(back, left), done=True)
        self.undo_stack.push(step)

    def undo(self) -> None:
        """Take back the last part of what is under way, else the last step."""
        if self.work.is_busy:
            self.work.step_back()
        elif self.work.pending is not None:
            self.work.pending()
        else:
            self.undo_stack.undo()

    # --- model, settings, project --------------------------------------------------------------

    def set_model(
        self, model: S3FNModel, *, saved: bool = False, name: str = "", basis: Basis | None = None
    ) -> None:
        """A model was trained or opened; `saved` says that it came with the project.

        Of one from a file nobody knows the labels any more: changes are counted from now on.
        """
        self.model, self.model_name = model, name or model.config.preset
        items = [snapshot(item) for item in self.cubes.items] if basis is None else []
        self.learned_from = basis or Basis.of(items, self.classes)
        if saved:
            self.kept = replace(self.kept, model=model)
        else:
            self.touch()
        self.model_changed.emit()

    def _standing(self) -> Standing:
        """What the map is, and what has changed since it was made."""
        problem = self.live.problem if self.live.on else ""
        known = self.trainings.of_model(self.model)
        name = self.model_name if known is None else known.record.name
        return standing_of(self.cubes, self.classes, self.model, name, self.learned_from, problem)

    def set_train_settings(self, settings: TrainSettings) -> None:
        if settings != self.train_settings:
            self.train_settings = settings
            self.touch_project()
            self.settings_changed.emit()

    def clear(self) -> None:
        """Back to an empty window."""
        self.work.abort()
        self.undo_stack.clear()
        self.cubes.clear()
        self.spectra.clear()
        self.model = self.learned_from = None
        self.trainings.restore(())
        self.set_classes(ClassSet(), {})
        self.cleared.emit()
        self.model_changed.emit()
        self.saved(None)

    @property
    def folder(self) -> Path | None:
        """Where the project lies, None before the first save."""
        return None if self.project is None or self._rescued else self.project.folder

    def saved(
        self, project: Project | None, *, read_only: str = "", rescued: bool = False, kept: Kept | None = None
    ) -> None:
        """Everything is on disk now, in the folder of `project`; `kept` is that, if it is not what is open.

        `read_only` says why nothing may be written there; a project that was `rescued` from an
        autosave has no folder of the user's yet.
        """
        self.kept = NOTHING if rescued else kept or Kept.of(self)
        self.project, self.read_only, self._rescued = project, read_only, rescued
        self.cubes.closed.clear()
        self._touched, self.typing = False, None
        self.undo_stack.setClean()
        self.project_changed.emit()
        self._tell_dirty()

    def touch(self) -> None:
        """Something that undo does not cover has changed since the last save."""
        self._touched = True
        self._count_change()
        self._tell_dirty()

    def touch_project(self) -> None:
        """Something that a project keeps was changed; without one it is nothing to save."""
        if self.project is not None and self.cubes.items:  # while one opens, nothing is shown yet
            self.touch()

    @property
    def open_cubes(self) -> list[OpenCube]:
        """All of them."""
        return self.cubes.items

    @property
    def unsaved(self) -> tuple[str, ...]:
        """What would be lost, one line each."""
        return self.kept.changes(self)

    @property
    def dirty(self) -> bool:
        """True when closing would lose something."""
        return bool(self.cubes.items or len(self.classes)) and (
            self._touched or not self.undo_stack.isClean()
        )

    def _touch_listed(self) -> None:
        """Other cubes are open; without a project, looking at a file is nothing to save."""
        if self.project is not None:
            self.touch()

    def _forget_steps(self) -> None:
        """Nothing can be undone any more; what was changed stays to be saved."""
        self._touched |= not self.undo_stack.isClean()
        self.undo_stack.clear()  # tells of it

    def _count_change(self) -> None:
        self.changes += 1

    def _tell_dirty(self) -> None:
        self.dirty_changed.emit(self.dirty)

    def report(
        self,
        level: Level,
        text: str,
        details: str = "",
        action: str = "",
        *,
        of_map: bool = False,
        still: Callable[[], bool] | None = None,
    ) -> None:
        """Show a message in the bar (see :class:`Report`), and log it."""
        text, details = unmarked(text), unmarked(details)
        log.log(logging.WARNING if level in ("warning", "error") else logging.INFO, "%s", text)
        self.reported.emit(Report(level, text, details, action, of_map, still))
