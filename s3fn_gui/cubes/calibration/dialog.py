"""From counts to reflectance: the references, and what comes out before it is applied."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLayout, QScrollArea, QSpinBox, QWidget

from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.calibration_plan import Counted, Plan, ReferencesRead, Tried, count, try_plan
from s3fn_core.cubes.treating.reference_files import Proposal, find_references
from s3fn_core.cubes.treating.references import saturation_level
from s3fn_core.languages import tr
from s3fn_core.progress import Progress
from s3fn_gui.base import theme
from s3fn_gui.base.jobs import JobRunner
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import choice_box, column, label, named, progress_bar, push_button, row
from s3fn_gui.cubes.calibration.boxes import PanelBox, ReferenceBox
from s3fn_gui.cubes.calibration.preview import CalibrationPreview
from s3fn_gui.session.cube import OpenCube

FIND, TRY, COUNT = "references", "calibration", "defects"
REST_MS = 250  # the references are read when the hand has rested that long
BITS = (8, 10, 12, 14, 16)
FORM_WIDTH, PREVIEW_WIDTH, HEIGHT = 344, 470, 610
FLOATING = tr("Unknown: values are not integers")


class CalibrateDialog(QDialog):
    """Every change is tried at once; only what was tried and fits can be accepted."""

    def __init__(self, parent: QWidget, item: OpenCube, runner: JobRunner) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Calibrate to reflectance"))
        self.setObjectName("calibrate_dialog")
        self._item, self._runner = item, runner
        self._counts = item.treatment.counts(item.source)
        self._known: ReferencesRead = {}
        self._closed = False
        self._wish = 0  # what is wanted now; answers to an older wish are dropped
        self.answer: CalibrationAnswer | None = None
        self._tried: Tried | None = None
        self._found_defects: tuple[str, ...] = ()
        self._build_form(item.treatment.calibration)
        self._build_result()
        self._timer = resting(self, self._try, REST_MS)
        follow(self._changed, *(box.changed for box in (self.white, self.dark, self.panel)))
        follow(self._changed, self._level.currentIndexChanged, self._other_level.valueChanged)
        self.finished.connect(self._stop)
        self._changed()
        if item.treatment.calibration is None and item.path is not None:
            path = item.path
            runner.start(FIND, tr("Looking for references"), lambda: find_references(path), self._proposed)

    def ask(self) -> CalibrationAnswer | None:
        """Show the dialog."""
        self.exec()
        return self.answer

    # --- building ------------------------------------------------------------------------------

    def _build_form(self, present: Calibration | None) -> None:
        cube = self._item.source
        self.white = ReferenceBox("white", cube, None if present is None else present.white)
        self.dark = ReferenceBox("dark", cube, None if present is None else present.dark)
        self.panel = PanelBox(cube, None if present is None else present.panel)
        self._found = label("", "muted", name="calibrate_found", wrap=True)
        self._found.hide()
        tip = tr("Count at which the sensor saturates")
        self._level = choice_box("calibrate_level", tip, {}, narrow=True)
        largest = saturation_level(cube)
        known = FLOATING if largest is None else tr("Largest of the data type: {count:g}", count=largest)
        self._level.addItem(known, None)
        for bits in BITS:
            highest = 2**bits - 1
            self._level.addItem(tr("{count} ({bits} bits)", count=highest, bits=bits), float(highest))
        self._level.addItem(tr("Other value"), "other")
        self._other_level = named(QSpinBox(), "calibrate_other_level", tr("Largest count"))
        self._other_level.setRange(1, 2**31 - 1)
        self._other_level.setValue(4095)
        self._choose_level(None if present is None else present.maximum)

    def _choose_level(self, level: float | None) -> None:
        place = self._level.findData(level)
        self._level.setCurrentIndex(place if place >= 0 else self._level.findData("other"))
        if place < 0 and level is not None:
            self._other_level.setValue(round(level))

    def _build_result(self) -> None:
        form = named(QWidget(), "calibrate_form")
        form.setLayout(
            column(
                self._found,
                _part(tr("White reference"), self.white),
                _part(tr("Dark reference"), self.dark),
                _part(tr("Reflectance of the white panel"), self.panel),
                _part(tr("Saturated from"), self._level, self._other_level),
                1,
                spacing=12,
            )
        )
        self.preview = CalibrationPreview()
        self.preview.setMinimumWidth(PREVIEW_WIDTH)
        self._told: QLabel = label("", name="calibrate_told", wrap=True)
        self._where = named(QLabel(), "calibrate_where", tr("Saturated pixels, marked in the scene"))
        self._where.hide()
        self._bar = progress_bar("calibrate_progress")
        self._doing = label("", "muted", name="calibrate_doing")
        work = QWidget()
        work.setFixedHeight(self._doing.fontMetrics().height() + 4)  # with and without the bar
        work.setLayout(row(self._bar, self._doing))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = push_button(tr("Calibrate"), "calibrate_ok", self._accept, primary=True)
        buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        self._remove = push_button(tr("Remove calibration"), "calibrate_remove", self._take_away)
        self._remove.setAutoDefault(False)
        self._remove.setVisible(self._item.treatment.calibration is not None)
        note = label(tr("The file is not changed."), "muted")
        said = row(self._where, self._told, spacing=12)
        said.setStretch(1, 1)
        result = column(self.preview, said, work)
        result.setStretch(0, 1)
        self.setLayout(
            column(
                row(_scrolling(form), result, spacing=12),
                row(self._remove, note, 1, buttons),
                margins=12,
                spacing=10,
            )
        )
        self.ok.setDefault(True)  # counts once it is in the dialog; else Enter would press any other
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
            said = [tr("Found next to the cube: {names}.", names=", ".join(names)), *found.notes]
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
        image, mark = item.colour.image, QColor(theme.current().error)
        red = mark.red(), mark.green(), mark.blue()
        self._show_work(tr("Reading the references"))

        def done(tried: Tried) -> None:
            if wish == self._wish:
                self._show(tried, plan)
                if tried.calibration is not None:
                    calibration = tried.calibration
                    self._runner.start(
                        COUNT,
                        tr("Counting saturated pixels"),
                        lambda: count(counts, calibration, image, red),
                        counted,
                        progressed=progressed,
                        failed=failed,
                    )

        def counted(found: Counted) -> None:
            if wish == self._wish:
                self._show_defects(found)

        def progressed(progress: Progress) -> None:
            if wish == self._wish:
                self._show_work(progress.message, progress.fraction)

        def failed(error: BaseException) -> None:
            if wish == self._wish:
                self._show_work("")
                self._tell(str(error), "error")

        self._runner.start(
            TRY,
            tr("Reading the references"),
            lambda: try_plan(source, treatment, plan, known),
            done,
            progressed=progressed,
            failed=failed,
        )

    # --- what comes out ------------------------------------------------------------------------

    def _show(self, tried: Tried, plan: Plan) -> None:
        self._tried, self._found_defects = tried, ()
        self._where.hide()
        for place, box in (("white", self.white), ("dark", self.dark), ("panel", self.panel)):
            box.show_problem(tried.problems.get(place, ""))
        self.preview.show_curves(tried.curves)
        self.ok.setEnabled(tried.calibration is not None)
        self._show_work("")
        if tried.problems:
            self._tell(tr("See the messages next to each reference."), "muted")
        elif tried.calibration is None:
            self._tell(
                tr("Choose a white reference.") if plan.white is None else tr("Choose a file."), "muted"
            )
        else:
            self._tell("\n".join(tried.notes), "warning")
            self._show_work(tr("Counting saturated pixels"))

    def _show_defects(self, counted: Counted) -> None:
        """In words, after what the references had to say, and where."""
        self._show_work("")
        notes = () if self._tried is None else self._tried.notes
        self._found_defects = counted.defects.summary()
        self._tell("\n".join((*notes, *self._found_defects)), "warning")
        if not notes and not self._found_defects:
            self._tell(tr("No saturated pixels and no dead samples."), "muted")
        if counted.defects.where.any():
            lines, samples = counted.picture.shape[:2]
            image = QImage(counted.picture.data, samples, lines, 3 * samples, QImage.Format.Format_RGB888)
            self._where.setPixmap(QPixmap.fromImage(image))
            self._where.show()

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
            self.answer = CalibrationAnswer(self._tried.calibration, self._found_defects)
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


def _scrolling(form: QWidget) -> QScrollArea:
    """The longest choices with all their problems are higher than a small screen."""
    area = QScrollArea()
    area.setFixedWidth(FORM_WIDTH)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(form)
    return area


def _part(heading: str, *inputs: QWidget) -> QLayout:
    return column(label(heading, "heading"), *inputs, spacing=4)


@dataclass(frozen=True)
class CalibrationAnswer:
    """The calibration that was agreed on, None to remove the present one.

    `notes` are the defects that were counted.
    """

    calibration: Calibration | None
    notes: tuple[str, ...] = ()
