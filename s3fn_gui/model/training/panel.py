"""Settings of the training, its progress and its result."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QInputDialog, QSpinBox, QWidget

from s3fn_core.model.config import PRESET_NAMES
from s3fn_gui.base.signals import follow
from s3fn_gui.base.texts import headline, time_left
from s3fn_gui.base.widgets import column, command_button, label, named, progress_bar, row
from s3fn_gui.model.training.state import TrainingState
from s3fn_gui.session.session import Session

PRESET_TIPS = {
    "pixel": "A few labelled pixels in a scene: small network, strong augmentation",
    "quick": "The same without a network: a map in seconds, not measured",
    "object": "Whole labelled objects: the paper's 3D network, with its defects mended",
    "paper": "The network and the settings as published, for comparison",
}
DEVICES = {"auto": "auto", "cpu": "CPU", "cuda": "CUDA", "mps": "Apple GPU"}
LABELS = {
    "text": ("text", "The network compares with what the text encoder makes of the words"),
    "tuned": ("tuned", "The vectors of the text are tuned in the training, but kept near the text"),
}
POOLINGS = {
    "": ("as preset", "Mean for all presets but paper"),
    "mean": ("mean", "All words of a paragraph"),
    "label": ("label", "The words that spell the class name, as in the paper"),
    "cls": ("cls", "The first token, which some encoders are trained for"),
}
BUNDLED, FOLDER, HUB = "MiniLM", "Folder…", "Name…"
HUB_TIP = "A model of the Hugging Face hub, such as roberta-large: fetched once, then kept"
MAX_EPOCHS = 10_000


class TrainingPanel(QWidget):
    """The form writes the session's settings; the buttons are the window's actions."""

    def __init__(self, session: Session, training: TrainingState, train: QAction, stop: QAction) -> None:
        super().__init__()
        self._training = training
        self._session = session
        self._preset = named(QComboBox(), "preset", "Which network and settings")
        for name in PRESET_NAMES:
            self._preset.addItem(name, name)
            self._preset.setItemData(self._preset.count() - 1, PRESET_TIPS[name], Qt.ItemDataRole.ToolTipRole)
        self._epochs = named(QSpinBox(), "epochs", "Passes over the labels in each stage")
        self._epochs.setRange(0, MAX_EPOCHS)
        self._epochs.setSpecialValueText("as preset")
        self._encoder = named(
            QComboBox(), "encoder", "What turns descriptions into vectors; MiniLM comes with the program"
        )
        self._encoder.addItem(BUNDLED, "default")
        self._encoder.addItem(FOLDER, FOLDER)
        self._encoder.addItem(HUB, HUB)
        self._encoder.setItemData(2, HUB_TIP, Qt.ItemDataRole.ToolTipRole)
        self._pooling = named(QComboBox(), "pooling", "What stands for a paragraph")
        for name, (text, tip) in POOLINGS.items():
            self._pooling.addItem(text, name)
            self._pooling.setItemData(self._pooling.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self._labels = named(QComboBox(), "label_embeddings", "The vectors that stand for the classes")
        for name, (text, tip) in LABELS.items():
            self._labels.addItem(text, name)
            self._labels.setItemData(self._labels.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self._device = named(QComboBox(), "device", "Where the arithmetic runs")
        for name, text in DEVICES.items():
            self._device.addItem(text, name)
        self._fields: tuple[QComboBox | QSpinBox, ...] = (
            self._preset,
            self._epochs,
            self._encoder,
            self._pooling,
            self._labels,
            self._device,
        )
        self._train = command_button(train, "Train", "train_button", primary=True)
        self._stop = command_button(stop, "Cancel", "train_stop")
        self._train.setToolTip(train.toolTip())
        self._stop.setToolTip(stop.toolTip())
        self._bar = progress_bar("train_progress")
        self._message = label(role="muted", name="train_message", wrap=True)
        self._headline = label(role="heading", name="train_headline", wrap=True)
        self.setLayout(self._form())
        self._connect()
        self._show_settings()
        self._show_state()

    def _form(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(8, 6, 6, 6)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        places = (
            ("Preset", self._preset, 0, 0),
            ("Epochs", self._epochs, 0, 2),
            ("Encoder", self._encoder, 1, 0),
            ("Device", self._device, 1, 2),
            ("Vectors", self._labels, 2, 0),
            ("Pooling", self._pooling, 2, 2),
        )
        for text, widget, line, place in places:
            grid.addWidget(label(text, "muted"), line, place)
            grid.addWidget(widget, line, place + 1)
            widget.setMinimumWidth(84)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        grid.addLayout(row(self._train, self._stop, 1), 3, 0, 1, 4)
        grid.addWidget(self._bar, 4, 0, 1, 4)
        grid.addLayout(column(self._headline, self._message, 1, spacing=2), 5, 0, 1, 4)
        grid.setRowStretch(5, 1)
        return grid

    def _connect(self) -> None:
        boxes = (self._preset, self._device, self._labels, self._pooling)
        follow(self._changed, self._epochs.valueChanged, *(box.currentIndexChanged for box in boxes))
        self._encoder.activated.connect(self._encoder_chosen)
        session = self._session
        session.settings_changed.connect(self._show_settings)
        session.model_changed.connect(self._show_state)
        follow(self._show_labels, session.labels_changed, session.classes_changed, session.cubes.changed)
        self._training.changed.connect(self._show_state)
        self._training.progressed.connect(self._show_progress)

    # --- settings ------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._session.set_train_settings(
            replace(
                self._session.train_settings,
                preset=self._preset.currentData(),
                epochs=self._epochs.value(),
                encoder=self._encoder.currentData(),
                pooling=self._pooling.currentData(),
                labels=self._labels.currentData(),
                device=self._device.currentData(),
            )
        )

    def _encoder_chosen(self) -> None:
        ask = {FOLDER: self._ask_folder, HUB: self._ask_name}.get(self._encoder.currentData())
        if ask is not None:
            self._select_encoder(ask() or self._session.train_settings.encoder)
        self._changed()

    def _ask_folder(self) -> str:
        return QFileDialog.getExistingDirectory(self, "Folder of a text encoder")

    def _ask_name(self) -> str:
        name, sure = QInputDialog.getText(
            self, "Text encoder", "Name on the Hugging Face hub, such as roberta-large:"
        )
        return name.strip() if sure else ""

    def _select_encoder(self, encoder: str) -> None:
        place = self._encoder.findData(encoder)
        if place < 0:
            place = self._encoder.findData(FOLDER)
            self._encoder.insertItem(place, encoder.rstrip("/").rsplit("/", 1)[-1], encoder)
        self._encoder.setCurrentIndex(place)

    def _show_settings(self) -> None:
        settings = self._session.train_settings
        for widget in self._fields:
            widget.blockSignals(True)
        self._preset.setCurrentIndex(max(0, self._preset.findData(settings.preset)))
        self._epochs.setValue(settings.epochs)
        self._select_encoder(settings.encoder)
        self._labels.setCurrentIndex(max(0, self._labels.findData(settings.labels)))
        self._pooling.setCurrentIndex(max(0, self._pooling.findData(settings.pooling)))
        self._device.setCurrentIndex(max(0, self._device.findData(settings.device)))
        for widget in self._fields:
            widget.blockSignals(False)

    # --- progress ------------------------------------------------------------------------------

    def _show_state(self) -> None:
        running = self._training.running
        for widget in self._fields:
            widget.setEnabled(not running)
        self._stop.setVisible(running)
        self._bar.setVisible(running)
        model = self._session.model
        self._headline.setVisible(not running and model is not None)
        if running:
            self._bar.setValue(0)
            self._message.setText("Starting…")
        elif model is None:
            self._message.setText(self._labelled())
        else:
            self._headline.setText(headline(model.metrics))
            self._message.setText(str(model.metrics.get("split", "")))

    def _show_labels(self) -> None:
        if self._session.model is None and not self._training.running:
            self._message.setText(self._labelled())

    def _labelled(self) -> str:
        """What there is to learn from."""
        session = self._session
        counts = [sum(int(i.counts[c.id]) for i in session.cubes.items) for c in session.classes]
        ready = sum(count > 0 for count in counts)
        if ready < 2:
            return "Label some pixels of at least two classes, then train."
        return f"{sum(counts):,} labelled pixels of {ready} classes to learn from."

    def _show_progress(self) -> None:
        progress, remaining = self._training.progress, self._training.remaining
        if progress is not None:
            self._bar.setValue(round(1000 * progress.fraction))
            left = "" if remaining is None else f" · {time_left(remaining)}"
            self._message.setText(f"{progress.message or progress.step}{left}")
