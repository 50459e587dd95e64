"""Which action does what, and when it may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication

from s3fn_core.logs import log_path
from s3fn_gui.base.actions import MAX_KEYS, Actions
from s3fn_gui.cubes import information
from s3fn_gui.cubes.calibration.flow import CalibrateFlow
from s3fn_gui.cubes.layout_flow import LayoutFlow
from s3fn_gui.cubes.metadata.flow import MetadataFlow
from s3fn_gui.labels.files.flow import LabelFlow
from s3fn_gui.model.flow import TrainFlow
from s3fn_gui.project.flow import ProjectFlow
from s3fn_gui.project.missing_flow import MissingFlow
from s3fn_gui.project.safety_flow import SafetyFlow
from s3fn_gui.session import edits
from s3fn_gui.session.context import Context
from s3fn_gui.session.view import Tool
from s3fn_gui.shell.opening import FileFlow
from s3fn_gui.spectra.flow import SpectraFlow
from s3fn_gui.words.writing.flow import WordsFlow

ZOOM = 1.5  # a step of the keyboard; the wheel takes smaller ones
TOOL_ACTIONS: dict[str, Tool] = {
    "view.pan": "pan",
    "view.inspect": "inspect",
    "label.brush": "brush",
    "label.eraser": "eraser",
    "label.polygon": "polygon",
    "label.rectangle": "rectangle",
    "label.ellipse": "ellipse",
    "label.lasso": "lasso",
    "label.fill": "fill",
    "label.grow": "grow",
    "label.superpixel": "superpixel",
    "label.pick": "pick",
    "mask.object": "object",
    "mask.add": "mask_add",
    "mask.cut": "mask_cut",
}
WITH_CUBE = (
    "cube.calibrate",
    "cube.write",
    "file.close_cube",
    "file.import_labels",
    "file.export_labels",
    "view.fit",
    "view.zoom_in",
    "view.zoom_out",
    "view.zoom_pixels",
    "view.colour",
    "view.band",
    "view.next_band",
    "view.previous_band",
    "view.compare",
    "view.pan",
    "view.inspect",
    "label.brush",
    "label.eraser",
    "label.polygon",
    "label.rectangle",
    "label.ellipse",
    "label.lasso",
    "label.fill",
    "label.grow",
    "label.superpixel",
    "label.pick",
    "label.clear",
    "cube.metadata",
    "cube.copy_information",
)


@dataclass
class Flows:
    """All flows of the window."""

    files: FileFlow
    labels: LabelFlow
    layout: LayoutFlow
    project: ProjectFlow
    safety: SafetyFlow
    missing: MissingFlow
    train: TrainFlow
    words: WordsFlow
    spectra: SpectraFlow
    calibrate: CalibrateFlow
    metadata: MetadataFlow


class Wiring:
    """Connects actions to flows and edits, and keeps enabled and checked states true."""

    def __init__(self, actions: Actions, context: Context, flows: Flows) -> None:
        self._actions = actions
        self._context = context
        self._session = context.session
        self._flows = flows
        self._connect_files()
        self._connect_edits()
        self._connect_view()
        self._connect_model()
        self._connect_spectra()
        self._follow()

    def _on(self, name: str, slot: Callable[[], object]) -> None:
        self._actions[name].triggered.connect(lambda: slot())

    def _connect_files(self) -> None:
        files, project = self._flows.files, self._flows.project
        self._on("file.open", files.open)
        self._on("file.close_cube", files.close_cube)
        self._on("cube.calibrate", self._flows.calibrate.calibrate)
        self._on("cube.write", self._flows.calibrate.write)
        self._on("file.open_project", project.open)
        self._on("file.find_missing", self._flows.missing.find)
        self._on("file.recover", project.recover)
        self._on("file.save", project.save)
        self._on("file.save_as", project.save_as)
        self._on("file.import_labels", self._flows.labels.import_labels)
        self._on("file.export_labels", self._flows.labels.export_labels)
        self._on("file.import_classes", files.import_classes)
        self._on("file.export_classes", files.export_classes)
        self._on("file.export", self._flows.train.export)
        self._on("view.layout", self._flows.layout.change)
        self._on("cube.metadata", self._flows.metadata.edit)
        self._on("cube.copy_information", self._copy_information)
        self._on("help.log", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_path().parent))))

    def _connect_edits(self) -> None:
        session, stack = self._session, self._session.undo_stack
        self._on("edit.undo", session.undo)
        self._on("edit.redo", stack.redo)
        self._on("label.add_class", self._add_class)
        self._on("label.recolour", self._recolour)
        self._on("label.swap", session.swap_class)
        self._on("label.clear", self._clear_labels)
        self._on("words.generate", self._flows.words.generate)
        self._on("words.cancel", self._flows.words.stop)
        for key in range(1, MAX_KEYS + 1):
            self._on(f"label.class_{key}", partial(self._choose, key - 1))

    def _connect_view(self) -> None:
        session, view = self._session, self._session.view
        for name, tool in TOOL_ACTIONS.items():
            self._on(name, partial(view.set_tool, tool))
        self._on("label.size_up", lambda: view.step_tool(1))
        self._on("label.size_down", lambda: view.step_tool(-1))
        protect, labels = self._actions["label.protect"], self._actions["view.labels"]
        prediction = self._actions["view.prediction"]
        protect.toggled.connect(lambda on: view.set_brush(protect=on))
        labels.triggered.connect(lambda on: view.set_layer("labels", visible=on))
        prediction.triggered.connect(lambda on: view.set_layer("prediction", visible=on))
        self._on("view.colour", lambda: view.show_mode("colour"))
        self._on("view.band", lambda: view.show_mode("band"))
        self._on("view.next_band", lambda: session.cubes.step_band(1))
        self._on("view.previous_band", lambda: session.cubes.step_band(-1))
        self._on("view.fit", view.fit)
        self._on("view.zoom_in", lambda: view.zoom(ZOOM))
        self._on("view.zoom_out", lambda: view.zoom(1 / ZOOM))
        self._on("view.zoom_pixels", view.show_pixels)
        self._actions["view.scale_bar"].triggered.connect(self._show_scale_bar)
        view.set_layer("scale_bar", visible=self._context.settings.scale_bar)
        self._actions["view.compare"].triggered.connect(self._compare)
        self._actions["view.compare_map"].toggled.connect(view.comparison.set_map_aside)

    def _connect_model(self) -> None:
        train, files = self._flows.train, self._flows.files
        self._on("train.start", train.start)
        self._on("train.stop", train.stop)
        self._on("train.predict", train.predict)
        self._on("model.open", files.open_model)
        self._on("model.save", files.save_model)

    def _connect_spectra(self) -> None:
        session, spectra = self._session, self._flows.spectra
        self._on("spectra.copy", spectra.copy)
        self._on("spectra.save", spectra.save)
        self._on("spectra.load", spectra.load)
        self._on("spectra.keep_means", spectra.keep_means)
        self._on("spectra.clear", session.spectra.clear)
        self._on("view.clear_pins", session.spectra.clear_pins)

    # --- edits that ask ------------------------------------------------------------------------

    def _add_class(self) -> None:
        edits.add_class(self._session)
        if self._session.view.tool in ("pan", "inspect"):
            self._session.view.set_tool("brush")  # who adds a class wants to paint it

    def _recolour(self) -> None:
        target = self._session.current_class
        colour = None if target is None else self._context.ask.colour(target.color)
        if target is not None and colour is not None:
            edits.recolour_class(self._session, target.id, colour)

    def _clear_labels(self) -> None:
        item = self._session.cubes.current
        if item is not None:
            whole = (0, 0, *item.labels.shape)
            everywhere = np.ones(item.labels.shape, bool)
            edit = item.labels.edit(whole, everywhere, 0, locked=self._session.locked)
            self._session.push_labels(item, edit, "Erase all labels")

    def _choose(self, place: int) -> None:
        if place < len(self._session.classes):
            self._session.select_class(self._session.classes.ids[place])

    def _show_scale_bar(self, on: bool) -> None:
        self._context.settings.scale_bar = on
        self._session.view.set_layer("scale_bar", visible=on)

    def _copy_information(self) -> None:
        item = self._session.cubes.current
        if item is not None:
            QGuiApplication.clipboard().setText(information.as_text(item))
            self._session.report("info", f"Information about {item.cube.name} copied.")

    def _compare(self, on: bool) -> None:
        view, item = self._session.view, self._session.cubes.current
        if on and item is not None:
            view.comparison.keep(view.picture, item.cube.name, view.looks.colour_map)
        else:
            view.comparison.end()

    # --- enabled and checked -------------------------------------------------------------------

    def _follow(self) -> None:
        session, stack = self._session, self._session.undo_stack
        for signal in (
            session.cubes.current_changed,
            session.cubes.treatment_changed,
            session.classes_changed,
            session.class_selected,
            session.model_changed,
            session.cubes.prediction_changed,
            session.rooms.training.changed,
            session.rooms.generation.changed,
            session.spectra.changed,
            session.view.statistics_changed,
            stack.indexChanged,
            self._context.runner.changed,
        ):
            signal.connect(self._enable)
        session.view.tool_changed.connect(self._check)
        session.view.mode_changed.connect(self._check)
        session.view.overlays_changed.connect(self._check)
        session.view.comparison.changed.connect(self._check)
        self._enable()
        self._check()

    def _enable(self) -> None:
        session, enable = self._session, self._actions.enable
        item, stack = session.cubes.current, session.undo_stack
        has_class = session.current_class is not None
        busy = session.rooms.training.running
        enable(item is not None, *WITH_CUBE)
        enable(item is not None or len(session.classes) > 0, "file.save", "file.save_as")
        enable(session.project is not None, "file.find_missing")
        enable(item is not None and bool(item.pins), "view.clear_pins")
        enable(item is not None and bool(session.view.statistics), "spectra.keep_means")
        enable(bool(session.spectra.kept), "spectra.copy", "spectra.save", "spectra.clear")
        enable(len(session.classes) > 0, "file.export_classes")
        enable(item is not None and bool(item.source.layouts), "view.layout")
        enable(item is not None and item.prediction is not None, "file.export", "view.prediction")
        enable(has_class, "label.delete_class", "label.recolour")
        enable(item is not None and not busy, "train.start")
        enable(busy, "train.stop")
        enable(session.model is not None and item is not None and not busy, "train.predict")
        enable(session.model is not None, "model.save")
        _name(self._actions["edit.undo"], "Undo", stack.undoText(), stack.canUndo())
        _name(self._actions["edit.redo"], "Redo", stack.redoText(), stack.canRedo())

    def _check(self) -> None:
        view = self._session.view
        for name, tool in TOOL_ACTIONS.items():
            self._actions[name].setChecked(view.tool == tool)
        self._actions["view.colour"].setChecked(view.mode == "colour")
        self._actions["view.band"].setChecked(view.mode == "band")
        self._actions["view.compare"].setChecked(view.comparison.kept is not None)
        self._actions["view.scale_bar"].setChecked(view.scale_bar.visible)
        self._actions["view.labels"].setChecked(view.labels.visible)
        self._actions["view.prediction"].setChecked(view.prediction.visible)


def _name(action: QAction, verb: str, what: str, enabled: bool) -> None:
    text = f"{verb} {what}".strip()
    action.setText(text)
    action.setToolTip(f"{text} ({action.shortcut().toString()})")
    action.setEnabled(enabled)
