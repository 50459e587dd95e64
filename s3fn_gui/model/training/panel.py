"""Training: its settings and progress, what it learns from, its curves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QWidget,
)

from s3fn_core.languages import plural, tr
from s3fn_core.model.kept_texts import told
from s3fn_gui.base.signals import follow
from s3fn_gui.base.texts import as_sentence, headline, time_left
from s3fn_gui.base.widgets import column, command_button, holding, label, named, progress_bar, row
from s3fn_gui.model.training.curves import CurvesView
from s3fn_gui.model.training.material_state import MaterialState
from s3fn_gui.model.training.material_table import MaterialTable
from s3fn_gui.model.training.settings_form import SettingsForm
from s3fn_gui.model.training.state import TrainingState
from s3fn_gui.session.session import Session

FORM_WIDTH = 300
SIDE_BY_SIDE = 560  # width from which form and table stand beside each other
PAGES_HEIGHT = 180
LABELS, CURVES = range(2)
OFFERED, DIVIDED = tr("Training data"), tr("Split")


class TrainingPanel(QScrollArea):
    """The buttons are the window's actions; `show_split` shows how the labels would be divided, or stops."""

    def __init__(
        self,
        session: Session,
        training: TrainingState,
        material: MaterialState,
        show_split: Callable[[bool], object],
        train: QAction,
        stop: QAction,
    ) -> None:
        super().__init__()
        self._session = session
        self._training = training
        self._material = material
        self._form = SettingsForm(session, material)
        self._train = command_button(train, tr("Train"), "train_button", primary=True)
        self._stop = command_button(stop, tr("Cancel"), "train_stop")
        self._train.setToolTip(train.toolTip())
        self._stop.setToolTip(stop.toolTip())
        self._split = _split_button(show_split)
        self._bar = progress_bar("train_progress")
        self._message = label(role="muted", name="train_message", wrap=True)
        self._headline = label(role="heading", name="train_headline", wrap=True)
        buttons = row(self._train, self._stop, self._split, self._form.more_button(), 1, spacing=4)
        form = column(self._form, buttons, self._bar, self._headline, self._message, 1, spacing=4)
        self._left, self._right = holding(form), self._pages()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setContentsMargins(8, 6, 8, 6)
        self._body.setSpacing(10)
        self._body.addWidget(self._left)
        self._body.addWidget(self._right, 1)
        body = named(QWidget(), "training_body")
        body.setLayout(self._body)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._connect()
        self._show_state()
        self._show_split()

    def _pages(self) -> QWidget:
        """Training data, split or curves."""
        curves = CurvesView(self._training)
        self._stack = QStackedWidget()  # as high as there is room: the plot itself would ask for much
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._stack.setMinimumHeight(PAGES_HEIGHT)
        self._tabs = named(QTabBar(), "training_tabs", tr("Training data, split or curves"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        table = MaterialTable(self._session, self._material)
        for text, page in ((OFFERED, table), (tr("Curves"), curves)):
            self._tabs.addTab(text)
            self._stack.addWidget(page)
        self._tabs.currentChanged.connect(self._stack.setCurrentIndex)
        return holding(column(row(self._tabs, 1, table.fold), self._stack, spacing=2))

    def _connect(self) -> None:
        session = self._session
        session.model_changed.connect(self._show_state)
        follow(self._show_labels, session.labels_changed, session.classes_changed, session.cubes.changed)
        self._training.changed.connect(self._show_state)
        self._training.progressed.connect(self._show_progress)
        self._material.split_changed.connect(self._show_split)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Form and table beside each other where there is room, else one below the other."""
        super().resizeEvent(event)
        wide = self.viewport().width() >= SIDE_BY_SIDE
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._body.setDirection(direction)
        self._left.setMaximumWidth(FORM_WIDTH if wide else self.maximumWidth())
        self._left.setMinimumWidth(FORM_WIDTH if wide else 0)

    # --- progress ------------------------------------------------------------------------------

    def _show_state(self) -> None:
        running = self._training.running
        self._form.set_enabled(not running)
        self._split.setEnabled(not running)
        self._train.setVisible(not running)
        self._stop.setVisible(running)
        self._bar.setVisible(running)
        model = self._session.model
        self._headline.setVisible(not running and model is not None)
        if running:
            self._tabs.setCurrentIndex(CURVES)
            self._bar.setValue(0)
            self._message.setText(tr("Starting…"))
        elif model is None:
            self._message.setText(self._labelled())
        else:
            self._headline.setText(headline(model.metrics))
            split = told(model.metrics.get("split", ""))
            self._message.setText(as_sentence(split) if split else "")

    def _show_split(self) -> None:
        self._split.setChecked(self._material.wanted)
        self._tabs.setTabText(LABELS, DIVIDED if self._material.wanted else OFFERED)
        if self._material.wanted:
            self._tabs.setCurrentIndex(LABELS)

    def _show_labels(self) -> None:
        if self._session.model is None and not self._training.running:
            self._message.setText(self._labelled())

    def _labelled(self) -> str:
        """What there is to learn from."""
        session = self._session
        counts = [sum(int(i.counts[c.id]) for i in session.cubes.items) for c in session.classes]
        ready = sum(count > 0 for count in counts)
        if ready < 2:
            return tr("Label some pixels of at least two classes, then train.")
        return plural(
            "{count:,} labelled pixel of {classes} classes.",
            "{count:,} labelled pixels of {classes} classes.",
            sum(counts),
            classes=ready,
        )

    def _show_progress(self) -> None:
        progress, remaining = self._training.progress, self._training.remaining
        if progress is not None:
            self._bar.setValue(round(1000 * progress.fraction))
            left = "" if remaining is None else f" · {time_left(remaining)}"
            self._message.setText(f"{progress.message}{left}")


def _split_button(show_split: Callable[[bool], object]) -> QPushButton:
    """Shows the split on the image as long as it is pressed."""
    button = named(
        QPushButton(tr("Preview split")),
        "split_preview",
        tr("Show on the image which labels train and which test"),
    )
    button.setCheckable(True)
    button.clicked.connect(show_split)
    return button
