"""The same with other cubes: which, what is done with each, where results go, and how far all are."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QGridLayout,
    QLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.ask import Ask
from s3fn_gui.base.signals import follow
from s3fn_gui.base.texts import time_left
from s3fn_gui.base.widgets import (
    cell,
    choice_box,
    column,
    label,
    named,
    plain_tip,
    progress_bar,
    push_button,
    row,
    table,
)
from s3fn_gui.model.folder.state import CubeRow, FolderState
from s3fn_gui.session.session import Session

Calibrate = Literal["no", "same", "beside"]
FORMATS = {"envi": "ENVI", "geotiff": "GeoTIFF", "png": "PNG", "npy": "NumPy", "csv": tr("Areas (CSV)")}
USUAL = ("envi", "geotiff", "png", "csv")
SIZE = (760, 620)
TITLE_BAR = 40
NOTHING_WRITTEN = tr("Choose what is written")
CUBES_TIP = tr("A folder, or a pattern such as /data/2024-11-*/*.hdr")
PROCESSES_TIP = tr("Cubes processed at the same time; each needs its own memory")


@dataclass(frozen=True)
class Wish:
    """What is chosen: the cubes, the folder of the results, what is done, what is written."""

    cubes: Path
    out: Path
    metadata: bool
    calibrate: Calibrate
    mask: bool
    predict: bool
    judge: bool
    formats: tuple[str, ...]
    reflectance: bool
    write_mask: bool
    workers: int


class FolderDialog(QDialog):
    """Stays open beside the work; the list of the last run is kept when it is closed."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        state: FolderState,
        ask: Ask,
        start: Callable[[Wish], None],
        stop: Callable[[], None],
        save_recipe: Callable[[Wish], None],
    ) -> None:
        super().__init__(parent)
        self._session, self._state, self._asking = session, state, ask
        self.setObjectName("folder_dialog")
        self.setWindowTitle(tr("Map a folder"))
        self._what = label(wrap=True)
        self._cubes = named(QLineEdit(), "folder_cubes", CUBES_TIP)
        self._out = named(QLineEdit(), "folder_out", tr("Folder for maps, tables and the summary"))
        self._metadata = _box("folder_metadata", tr("The metadata that you edited"))
        self._calibrate = _box("folder_calibrate", tr("Calibrate with"))
        self._references = choice_box(
            "folder_references",
            tr("White and dark reference"),
            {"same": tr("the same references"), "beside": tr("the references next to each cube")},
        )
        self._mask = _box("folder_mask", tr("Find objects with the mask recipe"))
        self._predict = _box("folder_predict", "")
        self._judge = _box("folder_judge", tr("Give every object one class"))
        self._formats = {name: _box(f"folder_{name}", text) for name, text in FORMATS.items()}
        for name, box in self._formats.items():
            box.setChecked(name in USUAL)
        self._reflectance = _box("folder_reflectance", tr("Reflectance"))
        self._write_mask = _box("folder_write_mask", tr("Mask"))
        self._workers = named(QSpinBox(), "folder_workers", PROCESSES_TIP)
        self._workers.setRange(1, os.cpu_count() or 1)
        self._table = table(
            "folder_cubes_done", (tr("Cube"), tr("Result")), about=tr("Results of the cubes"), stretch=1
        )
        self._bar = progress_bar("folder_progress", tr("Progress of all cubes"))
        self._message = label(role="muted", name="folder_message")
        self._start = push_button(tr("Start"), "folder_start", lambda: start(self.wish()), primary=True)
        self._stop = push_button(tr("Cancel"), "folder_stop", stop)
        self._recipe = push_button(
            tr("Save recipe…"), "folder_recipe", lambda: save_recipe(self.wish()), icon="save"
        )
        self._recipe.setToolTip(plain_tip(tr("Save these steps as a recipe for the command s3fn run")))
        self._form = self._make_form()
        layout = column(
            self._what,
            self._form,
            self._table,
            row(self._bar, self._message, 1),
            row(
                self._recipe, 1, self._start, self._stop, push_button(tr("Close"), "folder_close", self.close)
            ),
            margins=12,
            spacing=8,
        )
        layout.setStretchFactor(self._table, 1)
        self.setLayout(layout)
        free = self.screen().availableSize()
        self.resize(min(SIZE[0], free.width()), min(SIZE[1], free.height() - TITLE_BAR))
        boxes = (self._calibrate, self._mask, self._predict, *self._formats.values())
        more = (self._reflectance, self._write_mask)
        follow(
            self._check, *(b.toggled for b in (*boxes, *more)), self._cubes.textChanged, self._out.textChanged
        )
        cubes = session.cubes
        follow(self._offer, cubes.current_changed, cubes.treatment_changed, session.model_changed)
        state.changed.connect(self._show)
        state.progressed.connect(self._show_progress)
        self._offer()
        self._show()

    def wish(self) -> Wish:
        """What is chosen now."""
        calibrate: Calibrate = "no"
        if _on(self._calibrate):
            calibrate = self._references.currentData()
        return Wish(
            Path(self._cubes.text().strip()).expanduser(),
            Path(self._out.text().strip()).expanduser(),
            _on(self._metadata),
            calibrate,
            _on(self._mask),
            _on(self._predict),
            _on(self._judge),
            tuple(name for name, box in self._formats.items() if box.isChecked()),
            _on(self._reflectance),
            _on(self._write_mask),
            self._workers.value(),
        )

    # --- what can be chosen --------------------------------------------------------------------

    def _make_form(self) -> QLayout:
        form = QFormLayout()
        form.addRow(
            tr("Cubes"), row(self._cubes, push_button(tr("Choose…"), "folder_choose", self._choose_cubes))
        )
        form.addRow(
            tr("Results"), row(self._out, push_button(tr("Choose…"), "folder_choose_out", self._choose_out))
        )
        steps = column(
            self._metadata,
            row(self._calibrate, self._references, 1),
            self._mask,
            self._predict,
            self._judge,
            spacing=3,
        )
        form.addRow(tr("For each cube"), steps)
        grid = QGridLayout()
        for place, box in enumerate((*self._formats.values(), self._reflectance, self._write_mask)):
            grid.addWidget(box, place // 4, place % 4)
        form.addRow(tr("Write"), grid)
        form.addRow(tr("Processes"), row(self._workers, 1))
        return form

    def _choose_cubes(self) -> None:
        if (folder := self._asking.folder(tr("Folder of cubes"))) is not None:
            self._cubes.setText(str(folder))

    def _choose_out(self) -> None:
        if (folder := self._asking.folder(tr("Folder for results"))) is not None:
            self._out.setText(str(folder))

    def _offer(self) -> None:
        """Offer what was done with the current cube; all of it is chosen at first."""
        item, model = self._session.cubes.current, self._session.model
        if item is None:
            return
        done = item.treatment
        self._what.setText(
            tr(
                "Repeats the steps applied to {name} for every cube in a folder and its subfolders.",
                name=item.cube.name,
            )
        )
        described = any(c.text.strip() for c in self._session.classes)
        self._predict.setText(
            tr("Map with the model") if model is not None else tr("Map from the descriptions alone")
        )
        for box, there in (
            (self._metadata, done.metadata is not None),
            (self._calibrate, done.calibration is not None),
            (self._mask, done.mask is not None and done.mask.recipe is not None),
            (self._predict, model is not None or described),
        ):
            if box.isEnabled() != there or not box.property("offered"):
                box.setChecked(there and (box is not self._predict or model is not None))
            box.setProperty("offered", True)
            box.setEnabled(there)
        by_hand = done.mask is not None and done.mask.recipe is None
        tip = tr("This mask was drawn by hand and has no recipe") if by_hand else ""
        self._mask.setToolTip(plain_tip(tip))
        if not self._cubes.text() and item.path is not None:
            self._cubes.setText(str(item.path.parent))
        self._check()

    def _check(self) -> None:
        """Enable what goes together, and say on the button what is missing."""
        self._references.setEnabled(_on(self._calibrate))
        self._reflectance.setEnabled(_on(self._calibrate))
        self._write_mask.setEnabled(_on(self._mask))
        self._judge.setEnabled(_on(self._mask) and _on(self._predict))
        for box in self._formats.values():
            box.setEnabled(_on(self._predict))
        mapped = _on(self._predict) and any(box.isChecked() for box in self._formats.values())
        missing = ""
        if not self._cubes.text().strip():
            missing = tr("Choose the folder of the cubes")
        elif not self._out.text().strip():
            missing = tr("Choose a folder for the results")
        elif not (mapped or _on(self._reflectance) or _on(self._write_mask)):
            missing = NOTHING_WRITTEN
        self._start.setEnabled(not missing)
        self._start.setToolTip(plain_tip(missing))
        self._recipe.setEnabled(missing != NOTHING_WRITTEN)

    # --- what is under way ---------------------------------------------------------------------

    def _show(self) -> None:
        running = self._state.running
        for widget in (self._stop, self._bar):
            widget.setVisible(running)
        self._start.setVisible(not running)
        self._bar.setValue(0)
        self._message.setText(tr("Starting…") if running else self._state.told)
        self._fill()
        self._check()

    def _show_progress(self) -> None:
        progress = self._state.progress
        if progress is None:
            return
        self._bar.setValue(round(1000 * progress.fraction))
        left = "" if self._state.remaining is None else time_left(self._state.remaining)
        self._message.setText(" · ".join(filter(None, (self._state.finished, left))))
        self._fill()

    def _fill(self) -> None:
        """One line for each cube that was begun; what is wrong with one is its tip, too."""
        rows: list[CubeRow] = list(self._state.rows.values())
        self._table.setRowCount(len(rows))
        for line, one in enumerate(rows):
            texts = one.name, one.status
            for place, text in enumerate(texts):
                shown = self._table.item(line, place)
                if shown is not None and shown.text() == text:
                    continue
                made = cell(text)
                made.setToolTip(plain_tip(text))
                if one.failed and place:
                    made.setIcon(theme.icon("warning", theme.current().warning))
                self._table.setItem(line, place, made)


def _box(name: str, text: str) -> QCheckBox:
    return named(QCheckBox(text), name)


def _on(box: QCheckBox) -> bool:
    return box.isEnabled() and box.isChecked()
