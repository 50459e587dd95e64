"""A small scene, a window without dialogs, and hands for the mouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Concatenate, cast
from weakref import WeakKeyDictionary

import numpy as np
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from s3fn_core.cubes.cube import Arrangement, Cube
from s3fn_core.cubes.formats import Variable, write_envi
from s3fn_core.labels.exchange import FileClass, LabelFile, propose_mapping, taken_over, with_new_classes
from s3fn_core.model.votes import VoteRule
from s3fn_core.types import IdArray
from s3fn_gui.base.ask import AnswerT, Ask, Asking, DialogT, P
from s3fn_gui.base.jobs import JobRunner
from s3fn_gui.base.settings import Settings
from s3fn_gui.cubes.calibration.dialog import CalibrateDialog, CalibrationAnswer
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.cubes.layout_dialog import LayoutAnswer, LayoutDialog, LayoutQuestion, VariableDialog
from s3fn_gui.labels.files import jobs as label_files
from s3fn_gui.labels.files.attribute_dialog import AttributeDialog
from s3fn_gui.labels.files.export_dialog import ExportLabelsDialog, LabelExport, LabelExportQuestion
from s3fn_gui.labels.files.import_dialog import MappingDialog
from s3fn_gui.labels.files.jobs import ImportAnswer, ImportQuestion
from s3fn_gui.masks.objects.rule_dialog import RuleDialog
from s3fn_gui.project.data_set_dialog import DataSetAnswer, DataSetDialog, Looking
from s3fn_gui.project.unsaved_work_dialog import Restore, RestoreDialog, Unsaved, UnsavedDialog
from s3fn_gui.project.which_project_dialog import Which, WhichProjectDialog
from s3fn_gui.results.export_dialog import ExportChoice, ExportDialog
from s3fn_gui.results.validation.draw_dialog import DrawChoice, DrawDialog, DrawQuestion
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session
from s3fn_gui.shell.states import States
from s3fn_gui.shell.window import MainWindow
from s3fn_gui.spectra.dialog import SpectraDialog
from s3fn_gui.start.state import StartState
from s3fn_gui.words.generation.jobs import Requests
from s3fn_gui.words.generation.sending_dialog import Permission, SendingDialog

LINES, SAMPLES, BANDS = 30, 40, 12
WAVELENGTHS = np.linspace(450.0, 900.0, BANDS)


def scene_array() -> np.ndarray:
    """Left half rises, right half falls with the wavelength; some noise."""
    generator = np.random.default_rng(3)
    rise = np.linspace(0.1, 0.7, BANDS)
    array = np.where(np.arange(SAMPLES)[None, :, None] < SAMPLES // 2, rise, rise[::-1])
    array = np.broadcast_to(array, (LINES, SAMPLES, BANDS))
    return (array + generator.normal(0, 0.02, array.shape)).astype(np.float32)


def scene_cube() -> Cube:
    """The scene in memory."""
    return Cube(scene_array(), "scene", wavelengths=WAVELENGTHS)


def write_scene(folder: Path, name: str = "scene") -> Path:
    """The scene as an ENVI file."""
    return write_envi(scene_array(), folder / f"{name}.hdr", WAVELENGTHS)


def settle() -> None:
    """Let all that follows from a change of size happen, step after step."""
    for _ in range(4):
        QApplication.processEvents()


def put_away(window: MainWindow) -> None:
    """End a window at once; one that is only closed would get every later change of the look."""
    window.session.reported.disconnect()
    window.runner.shut_down()
    window.session.undo_stack.blockSignals(True)
    window.session.blockSignals(True)
    window.hide()
    shiboken6.delete(window)


def put_labels(session: Session, item: OpenCube, ids: IdArray, source: str = "test") -> None:
    """Take over a whole label map of numbers without names, as an import does when asked."""
    found = tuple(FileClass(int(i)) for i in np.unique(ids) if i)
    file = LabelFile(Path(source), ids, found)
    matches = propose_mapping(found, session.classes)
    classes, mapping = with_new_classes(matches, session.classes)
    before = item.labels.ids.copy()
    edit = taken_over(before, file, mapping, "all", session.locked)
    label_files.push_import(session, item, source, classes, edit)


KEYS = {
    "Open cube": "cube",
    "Save cube as ENVI": "cube target",
    "Where is": "missing cube",
    "Import labels": "labels",
    "Load wavelengths": "wavelengths",
    "Load classes": "classes",
    "Save classes": "classes target",
    "Open model": "model",
    "Save model": "model target",
    "Folder for table, plot and record": "controls",
    "Load spectral library": "spectra",
    "Load folder of spectra": "spectra folder",
    "Add your own spectra": "own",
    "Add a folder of spectra": "own folder",
    "Save spectra": "spectra target",
    "Save spectral facts": "facts target",
    "Export objects": "objects target",
    "Export object table": "object table",
    "Load mask recipe": "recipe",
    "Open points": "points",
    "Save points": "points target",
    "Open reference": "reference",
    "Save accuracy": "accuracy target",
    "Save table": "table target",
    "Save mask recipe": "recipe target",
    "Save run recipe": "run target",
    "Folder of cubes": "cubes",
    "Folder for results": "results",
    "Write report": "report",
    "Save report of a problem": "problem",
    "Open project": "project",
    "Folder of the data set": "data set",
    "Save project": "project target",
}  # how the titles of the dialogs for files begin, and what `Answers.paths` calls them


STATES: WeakKeyDictionary[Session, States] = WeakKeyDictionary()
"""Of sessions without a window."""


def states_of(session: Session) -> States:
    """The states of a session's window, or those that were made for it alone."""
    window = session.parent()
    if isinstance(window, MainWindow):
        return window.states
    if session not in STATES:
        STATES[session] = States(session, StartState(Settings()))
    return STATES[session]


class Answers(Ask):
    """What the user would answer; every answer can be set."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, window.settings)
        self.paths: dict[str, Path] = {}
        self.save_changes: Unsaved = "discard"
        self.unsaved: tuple[str, ...] = ()
        self.restoring: Restore = "restore"
        self.sure = True
        self.chosen_layout: Arrangement | None = None
        self.chosen_variable: str | None = None
        self.layout_question: LayoutQuestion | None = None
        self.formats: tuple[str, ...] = ("envi", "png", "csv")
        self.export_proposal: ExportChoice | None = None
        self.chosen_spectra: list[int] = []
        self.chosen_calibration: CalibrationAnswer | None = None
        self.chosen_import: Callable[[ImportQuestion], ImportAnswer] | None = None
        self.import_question: ImportQuestion | None = None
        self.chosen_attribute: str | None = None
        self.chosen_label_export: LabelExport | None = None
        self.export_question: LabelExportQuestion | None = None
        self.asked: list[str] = []
        self.drawing: DrawChoice | None = None
        self.may_send: Permission = "always"
        self.outgoing: Requests | None = None
        self.chosen_rule: VoteRule | None = None
        self.import_data: Callable[[Looking], DataSetAnswer | None] | None = None
        self.which_project: Which = "this"

    # --- what is asked -------------------------------------------------------------------------

    def answer(
        self, make: Callable[Concatenate[QWidget, P], Asking[AnswerT]], *args: P.args, **options: P.kwargs
    ) -> AnswerT:
        answers: dict[object, Callable[..., Any]] = {
            UnsavedDialog: self._unsaved,
            RestoreDialog: self._restore,
            CalibrateDialog: self._calibration,
            VariableDialog: self._variable,
            LayoutDialog: self._layout,
            AttributeDialog: self._attribute,
            MappingDialog: self._mapping,
            ExportLabelsDialog: self._export_labels,
            SpectraDialog: self._which_spectra,
            ExportDialog: self._export,
            SendingDialog: self._sending,
            DrawDialog: self._draw_points,
            RuleDialog: self._rule,
            DataSetDialog: self._data_set,
            WhichProjectDialog: self._which_project,
        }
        answer: AnswerT = answers[make](*args, **options)
        return answer

    def show(
        self, make: Callable[Concatenate[QWidget, P], DialogT], *args: P.args, **options: P.kwargs
    ) -> DialogT:
        if make is SendingDialog:
            self.asked.append("show sending")
            self.outgoing = cast(Requests, args[0])
        return super().show(make, *args, **options)

    def confirm(self, question: str, button: str) -> bool:
        self.asked.append(question)
        return self.sure

    def colour(self, current: str) -> str | None:
        return "#123456"

    def open_file(self, title: str, filters: str) -> Path | None:
        return self._path(title)

    def open_files(self, title: str, filters: str) -> list[Path]:
        path = self._path(title)
        return [] if path is None else [path]

    def save_file(self, title: str, start: str | Path, filters: str, **_: object) -> Path | None:
        self.asked.append(Path(start).stem)
        return self._path(title)

    def folder(self, title: str, start: Path | None = None) -> Path | None:
        return self._path(title)

    def _path(self, title: str) -> Path | None:
        return self._named(KEYS[max((begin for begin in KEYS if title.startswith(begin)), key=len)])

    def _named(self, name: str) -> Path | None:
        self.asked.append(name)
        return self.paths.get(name)

    # --- what the dialogs answer ---------------------------------------------------------------

    def _unsaved(self, changes: Sequence[str]) -> Unsaved:
        self.asked.append("unsaved")
        self.unsaved = tuple(changes)
        return self.save_changes

    def _which_project(self, name: str, difference: str) -> Which:
        self.asked.append(f"which project for {name}: {difference}")
        return self.which_project

    def _restore(self, question: str, otherwise: str) -> Restore:
        self.asked.append(question)
        return self.restoring

    def _calibration(self, item: OpenCube, runner: JobRunner) -> CalibrationAnswer | None:
        self.asked.append("calibration")
        return self.chosen_calibration

    def _variable(self, name: str, variables: Sequence[Variable]) -> str | None:
        self.asked.append("variable")
        return self.chosen_variable

    def _layout(self, question: LayoutQuestion) -> LayoutAnswer | None:
        self.asked.append("layout")
        self.layout_question = question
        if self.chosen_layout is None and self.chosen_variable is None:
            return None
        return LayoutAnswer(self.chosen_variable, self.chosen_layout)

    def _attribute(self, name: str, attributes: Mapping[str, Sequence[str]]) -> str | None:
        self.asked.append(f"attribute of {name}: {', '.join(attributes)}")
        return self.chosen_attribute

    def _mapping(self, question: ImportQuestion) -> ImportAnswer | None:
        self.asked.append("mapping")
        self.import_question = question
        return None if self.chosen_import is None else self.chosen_import(question)

    def _export_labels(self, question: LabelExportQuestion) -> LabelExport | None:
        self.asked.append("export labels")
        self.export_question = question
        return self.chosen_label_export

    def _which_spectra(self, names: list[str]) -> list[int]:
        self.asked.append(f"which of {len(names)} spectra")
        return self.chosen_spectra

    def _export(
        self, proposal: ExportChoice, available: Sequence[str], *, spectra: bool
    ) -> ExportChoice | None:
        target = self._named("export")
        self.export_proposal = proposal
        return None if target is None else replace(proposal, folder=target, formats=self.formats)

    def _draw_points(self, question: DrawQuestion) -> DrawChoice | None:
        self.asked.append("draw points")
        return self.drawing

    def _rule(self, model: object) -> VoteRule | None:
        self.asked.append("rule")
        return self.chosen_rule

    def _data_set(self, looking: Looking) -> DataSetAnswer | None:
        self.asked.append("data set")
        return None if self.import_data is None else self.import_data(looking)

    def _sending(self, requests: Requests) -> Permission:
        self.asked.append(f"sending to {requests.settings.host}")
        self.outgoing = requests
        return self.may_send


class Hands:
    """Finds things by their object names and uses the mouse on the image."""

    def __init__(self, window: MainWindow, wait: Callable[..., None]) -> None:
        self.window = window
        self.session = window.session
        self.states = window.states
        self.ask = Answers(window)
        window.context.ask = self.ask
        self._wait = wait

    def until(self, done: Callable[[], object], seconds: float = 60) -> None:
        """Wait for something to become true."""
        self._wait(lambda: bool(done()), timeout=round(1000 * seconds))

    def trigger(self, name: str) -> None:
        """Use an action; one that is disabled cannot be used."""
        action = self.window.actions_by_id[name]
        assert action.isEnabled(), f"{name} is disabled"
        action.trigger()

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        found = self.window.findChild(kind, name)
        assert found is not None, f"there is no {name}"
        return found

    def open_scene(self) -> None:
        """The scene without a file, at once."""
        self.session.cubes.add(prepare(scene_cube()))

    def open_file(self, path: Path) -> None:
        self.ask.paths["cube"] = path
        before = len(self.session.cubes.items)
        self.trigger("file.open")
        self.until(lambda: len(self.session.cubes.items) > before)

    def point(self, line: float, sample: float) -> QPoint:
        """Where the middle of a pixel is on the canvas."""
        view = self.window.cube_view
        scene = view.box.mapViewToScene(QPointF(sample + 0.5, line + 0.5))
        return view.canvas.mapFromScene(scene)

    def press(self, line: int, sample: int, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        QTest.mousePress(self._viewport(), button, pos=self.point(line, sample))

    def move(self, line: int, sample: int, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        position = QPointF(self.point(line, sample))
        viewport = self._viewport()
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            position,
            QPointF(viewport.mapToGlobal(position.toPoint())),
            Qt.MouseButton.NoButton,
            button,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, event)

    def release(self, line: int, sample: int, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        QTest.mouseRelease(self._viewport(), button, pos=self.point(line, sample))

    def stroke(
        self,
        start: tuple[int, int],
        stop: tuple[int, int],
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> None:
        """Press, move, release."""
        self.press(*start, button)
        self.move(*stop, button)
        self.release(*stop, button)

    def count(self, class_id: int) -> int:
        """Labelled pixels of a class."""
        item = self.session.cubes.current
        assert item is not None
        assert item.counts[class_id] == np.count_nonzero(item.labels.ids == class_id)
        return int(item.counts[class_id])

    @property
    def message(self) -> str:
        """What the message bar says."""
        return self.window.message_bar.text

    def _viewport(self) -> QWidget:
        viewport = self.window.cube_view.canvas.viewport()
        assert isinstance(viewport, QWidget)
        return viewport
