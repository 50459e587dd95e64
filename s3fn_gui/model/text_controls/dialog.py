"""Does the text matter?  Asks how often to measure, shows how far it is and what came out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QSpinBox, QSplitter, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base.texts import time_left
from s3fn_gui.base.widgets import column, label, named, progress_bar, push_button, row
from s3fn_gui.model.text_controls.plot import TextControlsPlot
from s3fn_gui.model.text_controls.state import TextControlsState
from s3fn_gui.model.text_controls.table import figures_table, fill
from s3fn_gui.session.session import Session

SMALL, SIZE = (660, 200), (1080, 620)
WHAT = tr(
    "Trains the network on part of your labels with your descriptions, "
    "then with other words in their place: class names only, descriptions of other classes, "
    "random vectors, wrong words. Each is measured on the remaining labels. "
    "Your model and labels do not change."
)
WAIT = tr(
    "With few labels this takes a few minutes. "
    "You can close this window and keep working; the results appear here (Model menu)."
)
STALE = tr("Measured before the last changes to this project.")
TITLE_BAR = 40
MAX_SEEDS, SEEDS = 20, 5


class TextControlsDialog(QDialog):
    """Stays open beside the work; what was measured is kept when it is closed."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        controls: TextControlsState,
        start: Callable[[int], None],
        stop: Callable[[], None],
        export: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._session, self._state = session, controls
        self.setObjectName("controls_dialog")
        self.setWindowTitle(tr("Does the text matter?"))
        self._seeds = named(
            QSpinBox(), "controls_seeds", tr("Number of repetitions with different random seeds")
        )
        self._seeds.setRange(1, MAX_SEEDS)
        self._seeds.setValue(SEEDS)
        self._start = push_button(
            tr("Measure"), "controls_start", lambda: start(self._seeds.value()), primary=True
        )
        self._stop = push_button(tr("Cancel"), "controls_stop", stop)
        self._bar = progress_bar("controls_progress", tr("Progress of the measurement"))
        self._message = label(role="muted", name="controls_message")
        self._verdict = label(role="heading", name="controls_verdict", wrap=True)
        self._protocol = label(role="muted", name="controls_protocol", wrap=True)
        self._export = push_button(tr("Export…"), "controls_export", export, icon="export")
        self._export.setToolTip(tr("Write table, plot and record (CSV, PNG, JSON)"))
        self._table, self._plot = figures_table(), TextControlsPlot()
        self._figures = QSplitter(Qt.Orientation.Horizontal)
        self._figures.addWidget(self._table)
        self._figures.addWidget(self._plot)
        self._figures.setChildrenCollapsible(False)
        self._figures.setSizes([SIZE[0] // 2, SIZE[0] // 2])
        close = push_button(tr("Close"), "controls_close", self.close)
        self._what = label(WHAT, wrap=True)
        self._wait = label(WAIT, "muted", wrap=True)
        self._wait.setAlignment(Qt.AlignmentFlag.AlignTop)
        form = row(
            label(tr("Repetitions")), self._seeds, self._start, self._stop, self._bar, self._message, 1
        )
        layout = column(
            self._what,
            form,
            self._verdict,
            self._figures,
            self._wait,
            self._protocol,
            row(self._export, 1, close),
            margins=12,
            spacing=8,
        )
        for body in (self._figures, self._wait):
            layout.setStretchFactor(body, 1)
        self.setLayout(layout)
        self._large = False
        self._resize(*SMALL)
        self._state.changed.connect(self._show)
        self._state.progressed.connect(self._show_progress)
        session.undo_stack.indexChanged.connect(self._show_protocol)
        self._show()

    def _show(self) -> None:
        running, result = self._state.running, self._state.result
        self._start.setVisible(not running)
        self._seeds.setEnabled(not running)
        under_way: tuple[QWidget, ...] = (self._stop, self._bar, self._message)
        for widget in under_way:
            widget.setVisible(running)
        self._bar.setValue(0)
        self._message.setText(tr("Starting…"))
        self._start.setText(tr("Measure") if result is None else tr("Measure again"))
        found: tuple[QWidget, ...] = (self._verdict, self._figures, self._protocol)
        for widget in found:
            widget.setVisible(result is not None)
        for widget in (self._what, self._wait):
            widget.setVisible(result is None)
        self._export.setEnabled(result is not None)
        fill(self._table, result)
        self._plot.show_controls(result)
        if result is not None:
            self._verdict.setText(result.verdict)
            if not self._large:
                self._large = True
                self._resize(*SIZE)
        self._show_protocol()

    def _resize(self, width: int, height: int) -> None:
        """As large as that where the screen is."""
        free = self.screen().availableSize()
        self.resize(min(width, free.width()), min(height, free.height() - TITLE_BAR))

    def _show_protocol(self) -> None:
        if self._state.result is not None:
            stale, protocol = self._session.changes != self._state.changes, self._state.result.protocol
            self._protocol.setText(f"{STALE} {protocol}" if stale else protocol)

    def _show_progress(self) -> None:
        progress = self._state.progress
        if progress is None:
            return
        self._bar.setValue(round(1000 * progress.fraction))
        left, text = self._state.remaining, progress.message
        self._message.setText(text if left is None else f"{time_left(left)} · {text}")
