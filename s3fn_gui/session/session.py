"""What is open: the only mutable state of the window, and the only one that tells of changes."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.labels.labelmap import LabelEdit
from s3fn_core.project import Project
from s3fn_gui.labels.drawing.painting import Drawing
from s3fn_gui.labels.regions.state import RegionsState
from s3fn_gui.masks.state import MaskState
from s3fn_gui.model.controls.state import ControlsState
from s3fn_gui.model.probe.state import ProbeState
from s3fn_gui.model.rescoring.state import RescoringState
from s3fn_gui.model.state import TrainingState
from s3fn_gui.session.class_looks import ClassLooks
from s3fn_gui.session.cube import OpenCube, Position, Shown
from s3fn_gui.session.history import History, after_change
from s3fn_gui.session.messages import Level, Report
from s3fn_gui.session.picture import Bytes, Picture
from s3fn_gui.session.spectra import SpectraState
from s3fn_gui.session.train_settings import TrainSettings
from s3fn_gui.session.undo import ClassesCommand, LabelCommand, TreatmentCommand
from s3fn_gui.session.view import ViewState
from s3fn_gui.words.claims.state import ClaimsState
from s3fn_gui.words.facts.state import FactsState
from s3fn_gui.words.similarity.state import SimilarityState
from s3fn_gui.words.writing.state import GenerationState

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.model.checkpoint import S3FNModel


log = logging.getLogger(__name__)
UNDO_STEPS = 1000


class Session(QObject):
    """Cubes, labels, classes, model and project; panels read it and call its methods.

    `view`, `mask`, `drawing`, `training` and `generation` are its parts that no project keeps.
    How a cube is looked at is written with the rest, but is nothing to ask about.
    """

    cubes_changed = Signal()
    cube_changed = Signal()
    treatment_changed = Signal()
    labels_changed = Signal(object)
    classes_changed = Signal()
    class_list_changed = Signal()  # ids, names, colours or order, which a table or a plot shows
    class_selected = Signal()
    prediction_changed = Signal()
    model_changed = Signal()
    project_changed = Signal()
    dirty_changed = Signal(bool)
    settings_changed = Signal()
    reported = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = ViewState(self)
        self.spectra = SpectraState(self)
        self.mask = MaskState(self)
        self.class_looks = ClassLooks(self)
        self.claims = ClaimsState(self)
        self.drawing = Drawing(self)
        self.regions = RegionsState(self)
        self.similarity = SimilarityState(self)
        self.facts = FactsState(self)
        self.probe = ProbeState(self)
        self.training = TrainingState(self)
        self.controls = ControlsState(self)
        self.rescoring = RescoringState(self)
        self.generation = GenerationState(self)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_STEPS)
        self.undo_stack.cleanChanged.connect(self._tell_dirty)
        self.undo_stack.indexChanged.connect(self._count_change)
        self.items: list[OpenCube] = []
        self.current: OpenCube | None = None
        self.classes = ClassSet()
        self.class_id: int | None = None
        self.other_class: int | None = None
        self.model: S3FNModel | None = None
        self.project: Project | None = None
        self.read_only = ""
        self.changes = 0  # made since the start: two equal counts mean that nothing has changed
        self._rescued = False
        self.train_settings = TrainSettings()
        self.closed: set[str] = set()
        self.history: History = {}  # earlier versions of the descriptions
        self.typing: int | None = None  # the class that is being described, in one go
        self._touched = False

    # --- cubes ---------------------------------------------------------------------------------

    def add_cube(self, item: OpenCube) -> None:
        """Open a cube, or replace the one with the same key, and show it."""
        if item.key in (keys := [i.key for i in self.items]):
            self._forget_steps()  # they belong to the labels that go
            self.items[keys.index(item.key)] = item
        else:
            self.items.append(item)
        self.closed.discard(item.key)
        self._cubes_listed()
        self.select_cube(item.key)

    def remove_cube(self, key: str) -> None:
        """Close a cube; its labels go with it, hence the undo history too."""
        self.drawing.abort()
        self.items = [i for i in self.items if i.key != key]
        self.closed.add(key)
        self._forget_steps()
        self._cubes_listed()
        if self.current is not None and self.current.key == key:
            self._show(self.items[0] if self.items else None)

    def select_cube(self, key: str) -> None:
        """Show one of the open cubes."""
        self.drawing.abort()
        self._show(self.item(key))

    def item(self, key: str) -> OpenCube:
        """The open cube called `key`."""
        return next(i for i in self.items if i.key == key)

    def _show(self, item: OpenCube | None) -> None:
        self.current = item
        self.view.mode = "colour"
        self.view.band = item.marked_bands[0] if item is not None and item.marked_bands else 0
        self.view.statistics = {}
        self.hover(None)
        self.cube_changed.emit()
        self.view.mode_changed.emit()

    def push_treatment(self, item: OpenCube, treatment: Treatment, text: str) -> None:
        """Change what is made of a cube's file, undoably.

        Raises CubeError, and changes nothing, when the treatment does not fit the file.
        """
        command = TreatmentCommand(self, item.key, item.treatment, treatment, text)
        command.redo()  # by hand: the stack would not pass on an error
        self.undo_stack.push(command)

    def set_treatment(self, key: str, treatment: Treatment, shown: Shown | None = None) -> None:
        """Treat a cube (called by undo commands); see :meth:`OpenCube.treat`."""
        item = self.item(key)
        item.treat(treatment, shown)
        if item is self.current:
            self.hover(None)
            self.treatment_changed.emit()
            self.prediction_changed.emit()

    def set_colours(self, item: OpenCube, picture: Picture, thumbnail: Bytes) -> None:
        """A cube's picture in colours was drawn."""
        item.colour, item.thumbnail = picture, thumbnail
        if item is self.current and self.view.mode == "colour":
            self.view.set_picture(picture)
        self.cubes_changed.emit()

    def set_prediction(self, key: str, prediction: Prediction | None) -> None:
        """A map for one of the cubes; dropped when the cube was closed meanwhile."""
        for item in self.items:
            if item.key == key:
                item.prediction = prediction
        self.prediction_changed.emit()

    def step_band(self, steps: int) -> None:
        """Show the band that many further on."""
        if self.current is not None:
            band = min(max(self.view.band + steps, 0), self.current.cube.bands - 1)
            self.view.show_mode("band", band)

    def hover(self, position: Position | None) -> None:
        """The cursor is on a pixel, or (None) outside of the image; its spectrum is read once."""
        if (item := self.current) is None or position is None or not item.contains(position):
            self.view.set_hover(None, None)
        elif position != self.view.hover:
            self.view.set_hover(position, item.cube.spectrum(*position))

    def pin(self, position: Position) -> None:
        """Keep the spectrum at `position`; a second time removes it."""
        if self.current is not None:
            self.spectra.pin(self.current, position)

    def clear_pins(self) -> None:
        if self.current is not None:
            self.spectra.clear_pins(self.current)

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
            self.undo_stack.push(ClassesCommand(self, after, history, text, merge))

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

    def push_labels(self, item: OpenCube, edit: LabelEdit, text: str, done: bool = False) -> None:
        """Change labels undoably; `done` says that the edit was applied already."""
        if edit.is_empty:
            return
        if not done:
            self.drawing.end_stroke()  # its pixels are part of the map that `edit` is for
            self.apply_edit(item.key, edit)
        self.undo_stack.push(LabelCommand(self, item.key, edit, text))

    def apply_edit(self, key: str, edit: LabelEdit, *, undo: bool = False) -> None:
        """Apply or revert an edit (called by undo commands)."""
        self.drawing.abort_stroke()  # it is no step yet, and steps go in turn
        item = self.item(key)
        item.apply(edit, undo=undo)
        if item is self.current:
            self.labels_changed.emit(edit.box)

    # --- model, settings, project --------------------------------------------------------------

    def set_model(self, model: S3FNModel, *, saved: bool = False) -> None:
        """A model was trained or opened; `saved` says that it came with the project."""
        self.model = model
        if not saved:
            self.touch()
        self.model_changed.emit()

    def set_train_settings(self, settings: TrainSettings) -> None:
        if settings != self.train_settings:
            self.train_settings = settings
            self.touch_project()
            self.settings_changed.emit()

    def clear(self) -> None:
        """Back to an empty window."""
        self.drawing.abort()
        self.undo_stack.clear()
        self.items = []
        self.spectra.clear()
        self.model = None
        self.training.forget()
        self.controls.forget()
        self.generation.end()
        self.set_classes(ClassSet(), {})
        self._show(None)
        self.cubes_changed.emit()
        self.model_changed.emit()
        self.saved(None)

    @property
    def folder(self) -> Path | None:
        """Where the project lies, None before the first save."""
        return None if self.project is None or self._rescued else self.project.folder

    def saved(self, project: Project | None, *, read_only: str = "", rescued: bool = False) -> None:
        """Everything is on disk now, in the folder of `project`.

        `read_only` says why nothing may be written there; a project that was `rescued` from an
        autosave has no folder of the user's yet.
        """
        self.project, self.read_only, self._rescued = project, read_only, rescued
        self.closed.clear()
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
        if self.project is not None and self.items:  # while one opens, nothing is shown yet
            self.touch()

    @property
    def dirty(self) -> bool:
        """True when closing would lose something."""
        return bool(self.items or len(self.classes)) and (self._touched or not self.undo_stack.isClean())

    def _cubes_listed(self) -> None:
        """Other cubes are open; without a project, looking at a file is nothing to save."""
        if self.project is not None:
            self.touch()
        self.cubes_changed.emit()

    def _forget_steps(self) -> None:
        """Nothing can be undone any more; what was changed stays to be saved."""
        self._touched |= not self.undo_stack.isClean()
        self.undo_stack.clear()  # tells of it

    def _count_change(self) -> None:
        self.changes += 1

    def _tell_dirty(self) -> None:
        self.dirty_changed.emit(self.dirty)

    def report(self, level: Level, text: str, details: str = "", action: str = "") -> None:
        """Show a message in the bar, perhaps with a command as its button, and log it."""
        log.log(logging.WARNING if level in ("warning", "error") else logging.INFO, "%s", text)
        self.reported.emit(Report(level, text, details, action))
