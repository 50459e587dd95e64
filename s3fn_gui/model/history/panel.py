"""The trainings of this project: a table, and what is known of those that are selected."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QWidget

from s3fn_core.languages import tr
from s3fn_core.project.trainings import MOST, trainings_table
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.copying import Copying, Rows
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import (
    ShortLabel,
    action_button,
    column,
    command_button,
    holding,
    label,
    named,
    progress_bar,
    row,
    tool_button,
)
from s3fn_gui.model.history.details import Details
from s3fn_gui.model.history.difference_page import DifferencePage
from s3fn_gui.model.history.state import HistoryState
from s3fn_gui.model.history.table import TrainingsTable
from s3fn_gui.model.training.curves import CurvesView
from s3fn_gui.session.session import Session

EMPTY = tr(
    "Every training is listed here with its accuracy, ready to compare or to show again. "
    "Train a model to begin."
)
NO_CURVES = tr("No curves were saved for this model.")
DETAILS, CURVES, DIFFERENCE = range(3)
MARGIN = 6
ROOM = 600  # pixels of width for the list and the details side by side
LEAST_DETAILS = 200  # pixels; less leaves a few letters a line
BUTTONS = (
    ("models.show", tr("Show map")),
    ("models.compare", tr("Swipe")),
    ("models.baselines", tr("Measure baselines")),
)


class ModelsPanel(QWidget):
    """Select one to look at it, two to see how they differ."""

    def __init__(
        self, session: Session, state: HistoryState, save: Callable[[Rows, str], None], actions: Actions
    ) -> None:
        super().__init__()
        self._session = session
        self._state = state
        self.table = TrainingsTable()
        self._copying = Copying(self.table, self._rows, lambda rows: save(rows, "trainings"))
        self._details = Details()
        self._room = label(role="muted", name="trainings_room", wrap=True)
        self._bar = progress_bar("baselines_progress", tr("Progress of measuring the baselines"), width=110)
        self._message = theme.role(named(ShortLabel(), "baselines_message"), "muted")
        empty = label(EMPTY, "muted", name="trainings_empty", wrap=True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(self._list(actions))
        self.setLayout(column(self._pages, margins=MARGIN))
        self._connect()
        self._show()
        self._show_running()

    def _list(self, actions: Actions) -> QWidget:
        buttons = [command_button(actions[i], text, f"button_{i}") for i, text in BUTTONS]
        self._stop = command_button(actions["models.stop"], tr("Cancel"), "button_models.stop")
        copy = tool_button("copy", "copy_trainings", tr("Copy the list as a table"), self._copying.copy_all)
        keep = tool_button("save", "save_trainings", tr("Save the list as CSV…"), self._copying.save)
        delete = action_button(actions["models.delete"], "button_models.delete")
        tools = row(*buttons, 1, copy, keep, delete, spacing=4)
        running = row(self._bar, self._message, 1, self._stop, spacing=6)
        self._running = holding(running)
        left = holding(column(self.table, self._running, self._room, tools, spacing=4))
        self._tabs = named(QTabBar(), "model_tabs", tr("Details of the selected trainings"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._about = QStackedWidget()
        pages = (
            (tr("Details"), self._details),
            (tr("Curves"), CurvesView(self._state, NO_CURVES)),
            (tr("Difference"), DifferencePage(self._state)),
        )
        for text, page in pages:
            self._tabs.addTab(text)
            self._about.addWidget(page)
        self._tabs.currentChanged.connect(self._about.setCurrentIndex)
        right = holding(column(self._tabs, self._about, spacing=2))
        right.setMinimumWidth(LEAST_DETAILS)
        self._parts = parts = QSplitter(Qt.Orientation.Horizontal)
        self._halves = left, right
        for half in self._halves:
            parts.addWidget(half)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        parts.setChildrenCollapsible(False)
        return parts

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the wider part, to which a narrow panel changes."""
        whole = super().minimumSizeHint()
        return QSize(max(self._widths()) + 2 * MARGIN, whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Details lie below the list where there is too little width for both."""
        super().resizeEvent(event)
        wide, high = event.size().width(), event.size().height()
        least = sum(self._widths()) + self._parts.handleWidth() + 2 * MARGIN
        below = wide < least or (wide < ROOM and high > wide / 2)
        self._parts.setOrientation(Qt.Orientation.Vertical if below else Qt.Orientation.Horizontal)

    def _widths(self) -> list[int]:
        """What list and details need."""
        return [max(half.minimumWidth(), half.minimumSizeHint().width()) for half in self._halves]

    def _connect(self) -> None:
        session, state, trainings = self._session, self._state, self._session.trainings
        cubes = session.cubes
        follow(self._show, trainings.changed, session.model_changed, cubes.prediction_changed)
        follow(self._show, cubes.current_changed, state.chosen_changed)
        state.chosen_changed.connect(self._turn)
        state.changed.connect(self._show_running)
        state.progressed.connect(self._show_progress)
        self.table.picked.connect(state.choose)
        # Queued: the table is filled anew, which must not happen while it closes its editor.
        self.table.renamed.connect(self._rename, Qt.ConnectionType.QueuedConnection)
        self._details.noted.connect(self._annotate)
        theme.follow(self._show)

    def _rows(self) -> Rows:
        return trainings_table(one.record for one in self._session.trainings.items)

    def _annotate(self, training_id: str, note: str) -> None:
        if training_id in self._session.trainings:
            self._session.trainings.rewrite(training_id, note=note)

    def _rename(self, training_id: str, name: str) -> None:
        """An empty name is none."""
        if name and training_id in self._session.trainings:
            self._session.trainings.rewrite(training_id, name=name)
        else:
            self._show()

    def _turn(self) -> None:
        """Two are compared; one is looked at."""
        both = self._state.pair is not None
        if both or self._tabs.currentIndex() == DIFFERENCE:
            self._tabs.setCurrentIndex(DIFFERENCE if both else DETAILS)

    def _show(self) -> None:
        session, trainings = self._session, self._session.trainings
        self._pages.setCurrentIndex(int(bool(trainings.items)))
        current, item = trainings.of_model(session.model), session.cubes.current
        prediction = None if item is None else item.prediction
        shown = None if prediction is None else trainings.of_metrics(prediction.metrics)
        self.table.show_trainings(
            trainings.items,
            "" if current is None else current.id,
            "" if shown is None else shown.id,
            self._state.chosen,
        )
        one = self._state.one
        self._details.show_training(one)
        room = self._room_text()
        self._room.setText(room)
        self._room.setVisible(bool(room))

    def _room_text(self) -> str:
        """How many there may be; nothing while there is plenty of room."""
        trainings = self._session.trainings
        if (next_to_go := trainings.next_to_go) is not None:
            return tr(
                "{count} trainings, the most that a project keeps: the next one replaces {name}.",
                count=MOST,
                name=next_to_go.record.name,
            )
        own = len(trainings.own)
        return tr("{count} of {most} trainings", count=own, most=MOST) if own > MOST // 2 else ""

    def _show_running(self) -> None:
        self._running.setVisible(self._state.running)
        self._bar.setValue(0)
        self._message.setText(tr("Starting…"))

    def _show_progress(self) -> None:
        progress = self._state.progress
        if progress is not None:
            self._bar.setValue(round(1000 * progress.fraction))
            self._message.setText(progress.message)
