"""From counts to reflectance: the references, and what comes out before it is applied."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLayout,
    QProgressBar,
    QSpinBox,
    QWidget,
)

from s3fn_core.cubes.calibrate import Calibration, Defects, count_defects
from s3fn_core.cubes.reference_files import Proposal
from s3fn_core.cubes.references import saturation_level
from s3fn_core.progress import Progress
from s3fn_gui import theme
from s3fn_gui.calibration import CalibrationAnswer, Known, Plan, Tried, propose, try_plan
from s3fn_gui.dialogs.calibration_preview import CalibrationPreview
from s3fn_gui.dialogs.reference_box import PanelBox, ReferenceBox
from s3fn_gui.jobs import JobRunner
from s3fn_gui.state import OpenCube
from s3fn_gui.widgets import column, label, named, push_button, row

FIND, TRY, COUNT = "references", "calibration", "defects"
REST_MS = 250  # the references are read when the hand has rested that long
BITS = (8, 10, 12, 14, 16)
FORM_WIDTH, PREVIEW_WIDTH, HEIGHT = 330, 470, 560


class CalibrateDialog(QDialog):
    """Every change is tried at once; only what was tried and fits can be accepted."""

    def __init__(self, parent: QWidget, item: OpenCube, runner: JobRunner) -> None:
        super().__init__(parent)
        self.setWindowTitle("Calibrate to reflectance")
        self.setObjectName("calibrate_dialog")
        self._item, self._runner = item, runner
        self._counts = item.treatment.counts(item.source)
        self._known: Known = {}
        self._closed = False
        self._wish = 0  # what is wanted now; answers to an older wish are dropped
        self.answer: CalibrationAnswer | None = None
        self._tried: Tried | None = None
        self._build_form(item.treatment.calibration)
        self._build_result()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._try)
        for box in (self.white, self.dark, self.panel):
            box.changed.connect(self._changed)
        self._level.currentIndexChanged.connect(self._changed)
        self._other_level.valueChanged.connect(self._changed)
        self.finished.connect(self._stop)
        self._changed()
        if item.treatment.calibration is None and item.path is not None:
            path = item.path
            runner.start(FIND, "Looking for references", lambda: propose(path), self._proposed)

    def ask(self) -> CalibrationAnswer | None:
        """Show the dialog."""
        self.exec()
        self.deleteLater()  # its parent would keep it, plots and references included
        return self.answer

    # --- building ------------------------------------------------------------------------------

    def _build_form(self, present: Calibration | None) -> None:
        cube = self._item.source
        self.white = ReferenceBox("white", cube, None if present is None else present.white)
        self.dark = ReferenceBox("dark", cube, None if present is None else present.dark)
        self.panel = PanelBox(cube, None if present is None else present.panel)
        self._found = label("", "muted", name="calibrate_found", wrap=True)
        self._found.hide()
        self._level = named(QComboBox(), "calibrate_level", "Count from which on it is saturated")
        automatic = saturation_level(cube)
        known = "unknown for real numbers" if automatic is None else f"{automatic:g}"
        self._level.addItem(f"the type's largest: {known}", None)
        for bits in BITS:
            self._level.addItem(f"{2**bits - 1} ({bits} bits)", float(2**bits - 1))
        self._level.addItem("another number", "other")
        self._other_level = named(QSpinBox(), "calibrate_other_level", "Largest count")
        self._other_level.setRange(1, 2**31 - 1)
        self._other_level.setValue(4095)
        self._choose_level(None if present is None else present.maximum)

    def _choose_level(self, level: float | None) -> None:
        place = self._level.findData(level)
        self._level.setCurrentIndex(place if place >= 0 else self._level.findData("other"))
        if place < 0 and level is not None:
            self._other_level.setValue(round(level))

    def _build_result(self) -> None:
        form = QWidget()
        form.setFixedWidth(FORM_WIDTH)
        form.setLayout(
            column(
                self._found,
                _part("White reference", self.white), _part("Dark reference", self.dark),
                _part("Reflectance of the white panel", self.panel),
                _part("Saturated from", self._level, self._other_level),
                1, spacing=12,
            )
        )  # fmt: skip
        self.preview = CalibrationPreview()
        self.preview.setMinimumWidth(PREVIEW_WIDTH)
        self._told: QLabel = label("", name="calibrate_told", wrap=True)
        self._bar = named(QProgressBar(), "calibrate_progress")
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._doing = label("", "muted", name="calibrate_doing")
        work = QWidget()
        work.setFixedHeight(self._doing.fontMetrics().height() + 4)  # with and without the bar
        work.setLayout(row(self._bar, self._doing))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = push_button("Calibrate", "calibrate_ok", self._accept, primary=True)
        buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.ActionRole)
        self.ok.setDefault(True)
        buttons.rejected.connect(self.reject)
        self._remove = push_button("Remove calibration", "calibrate_remove", self._take_away)
        self._remove.setVisible(self._item.treatment.calibration is not None)
        note = label("The file is not changed.", "muted")
        result = column(self.preview, self._told, work)
        result.setStretch(0, 1)
        self.setLayout(
            column(
                row(form, result, spacing=16), row(self._remove, note, 1, buttons),
                margins=12, spacing=10,
            )
        )  # fmt: skip
        self.resize(FORM_WIDTH + PREVIEW_WIDTH + 60, HEIGHT)

    # --- what is wanted ------------------------------------------------------------------------

    def _proposed(self, found: Proposal) -> None:
        """Fill in what lies beside the cube, unless the user was quicker."""
        if self._closed or self.white.source is not None:
            return
        for box, path in ((self.white, found.white), (self.dark, found.dark)):
            if path is not None:
                box.propose(path)
        names = [path.name for path in (found.white, found.dark) if path is not None]
        if names:
            said = [f"Found beside the cube: {', '.join(names)}.", *found.notes]
            self._found.setText(" ".join(said))
            self._found.show()

    @property
    def plan(self) -> Plan:
        """What the form says."""
        level = self._level.currentData()
        maximum = float(self._other_level.value()) if level == "other" else level
        return Plan(self.white.source, self.dark.source, self.panel.panel, maximum)

    def _changed(self) -> None:
        self._other_level.setVisible(self._level.currentData() == "other")
        self._wish += 1
        self._tried = None
        self.ok.setEnabled(False)
        self._timer.start()

    def _try(self) -> None:
        """Read the references and calibrate some pixels."""
        self._runner.cancel(COUNT)  # of the calibration before
        wish, plan, item, counts = self._wish, self.plan, self._item, self._counts
        source, treatment, known = item.source, item.treatment, self._known
        self._show_work("Reading the references")

        def done(tried: Tried) -> None:
            if wish == self._wish:
                self._show(tried, plan)
                if tried.calibration is not None:
                    calibration = tried.calibration
                    self._runner.start(
                        COUNT, "Counting saturated pixels",
                        lambda: count_defects(counts, calibration), counted,
                        progressed=progressed, failed=failed,
                    )  # fmt: skip

        def counted(defects: Defects) -> None:
            if wish == self._wish:
                self._show_defects(defects)

        def progressed(progress: Progress) -> None:
            if wish == self._wish:
                self._show_work(progress.message, progress.fraction)

        def failed(error: BaseException) -> None:
            if wish == self._wish:
                self._show_work("")
                self._tell(str(error), "error")

        self._runner.start(
            TRY, "Reading the references", lambda: try_plan(source, treatment, plan, known), done,
            progressed=progressed, failed=failed,
        )  # fmt: skip

    # --- what comes out ------------------------------------------------------------------------

    def _show(self, tried: Tried, plan: Plan) -> None:
        self._tried = tried
        for place, box in (("white", self.white), ("dark", self.dark), ("panel", self.panel)):
            box.show_problem(tried.problems.get(place, ""))
        self.preview.show_curves(tried.curves)
        self.ok.setEnabled(tried.calibration is not None)
        self._show_work("")
        if tried.problems:
            self._tell("What does not fit is told beside it.", "muted")
        elif tried.calibration is None:
            missing = "a white reference" if plan.white is None else "a file"
            self._tell(f"Choose {missing}.", "muted")
        else:
            self._tell("\n".join(tried.notes), "warning")
            self._show_work("Counting saturated pixels")

    def _show_defects(self, defects: Defects) -> None:
        """In words, after what the references had to say."""
        self._show_work("")
        notes = () if self._tried is None else self._tried.notes
        found = defects.summary()
        self._tell("\n".join((*notes, *found)), "warning")
        if not notes and not found:
            self._tell("No pixel is saturated, no sample is dead.", "muted")

    def _tell(self, text: str, role: str) -> None:
        self._told.setText(text)
        theme.role(self._told, role)

    def _show_work(self, doing: str, fraction: float = 0.0) -> None:
        self._doing.setText(doing)
        self._bar.setVisible(bool(doing))
        self._bar.setValue(round(1000 * fraction))

    # --- answers -------------------------------------------------------------------------------

    def _accept(self) -> None:
        if self._tried is not None and self._tried.calibration is not None:
            self.answer = CalibrationAnswer(self._tried.calibration)
            self.accept()

    def _take_away(self) -> None:
        self.answer = CalibrationAnswer(None)
        self.accept()

    def _stop(self) -> None:
        """Nobody waits any more."""
        self._closed = True
        self._wish += 1
        self._timer.stop()
        for kind in (FIND, TRY, COUNT):
            self._runner.cancel(kind)


def _part(heading: str, *inputs: QWidget) -> QLayout:
    return column(label(heading, "heading"), *inputs, spacing=4)
