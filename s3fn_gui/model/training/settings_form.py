"""The settings of a training: what to learn, what to test on, and the rest below "More"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QInputDialog,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from s3fn_core.languages import tr
from s3fn_core.model.config import SplitChoice
from s3fn_gui.base import theme
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import column, holding, label, named
from s3fn_gui.model.training.material_state import MaterialState
from s3fn_gui.session.session import Session

PRESETS = {
    "pixel": (
        tr("pixel: few labelled pixels"),
        tr("A few labelled pixels in a scene: small network, strong augmentation"),
    ),
    "quick": (tr("quick: no network"), tr("The same without a network: a map in seconds, not measured")),
    "object": (
        tr("object: whole objects"),
        tr("Whole labelled objects: the paper's 3D network with its errors corrected"),
    ),
    "paper": (tr("paper: as published"), tr("The network and the settings as published, for comparison")),
}
SPLITS: dict[SplitChoice, tuple[str, str]] = {
    "auto": (tr("Automatic"), tr("Test regions if any, else whole objects, else blocks of the scene")),
    "regions": (tr("Regions set aside for testing"), tr("Set them aside in the Regions panel")),
    "objects": (tr("Whole objects"), tr("Objects of the mask; every class must be labelled on at least two")),
    "blocks": (tr("Blocks of the scene"), tr("Squares with a margin around them, or whole cubes")),
    "random": (tr("Random pixels (optimistic)"), tr("As in much of the literature, for comparison")),
}
HELD_OUT: dict[SplitChoice, str] = {
    "auto": "",
    "regions": tr("Held out: the regions set aside for testing. They are never used for training."),
    "objects": tr("Held out: whole objects, so that none is in both training and test."),
    "blocks": tr("Held out: square blocks of the scene, or whole cubes, with a margin around them."),
    "random": tr(
        "Optimistic: neighbouring pixels are nearly identical, and here they are in both parts. "
        "Expect lower accuracy elsewhere."
    ),
}
DECIDED: dict[SplitChoice, str] = {
    "regions": tr("Automatic: regions set aside for testing"),
    "objects": tr("Automatic: whole objects"),
    "blocks": tr("Automatic: blocks of the scene"),
}
CUTS_OBJECTS = tr("One object may be in both parts, which makes the accuracy optimistic.")
LEARNS_REGIONS = tr("The regions set aside for testing are used for training.")
NOT_THERE: dict[SplitChoice, str] = {
    "regions": tr("No region is set aside for testing."),
    "objects": tr("Not every class has two objects."),
}
NOTHING_HELD_OUT = tr("This preset measures nothing, so nothing is held out.")
UNMEASURED = "quick"  # the preset that does so
DEVICES = {
    "auto": (tr("Automatic"), tr("A graphics card, if there is one")),
    "cpu": ("CPU", ""),
    "cuda": ("CUDA", ""),
    "mps": (tr("Apple GPU"), ""),
}
LABELS = {
    "text": (tr("Text"), tr("Use the text encoder's vectors as they are")),
    "tuned": (tr("Tuned"), tr("Fine-tune the text encoder's vectors, but keep them close to the text")),
}
POOLINGS = {
    "": (tr("As preset"), tr("Mean for all presets except paper")),
    "mean": (tr("Mean"), tr("All words of a paragraph")),
    "label": (tr("Label"), tr("The words that spell the class name, as in the paper")),
    "cls": ("CLS", tr("The first token, which some encoders are trained for")),
}
FOLDER, HUB = "ask for a folder", "ask for a name"
"""Entries of the encoders that are questions."""
HUB_TIP = tr("A model of the Hugging Face hub, such as roberta-large: fetched once, then kept")
MAX_EPOCHS, FEWEST_FOLDS, MOST_FOLDS = 10_000, 2, 20


class SettingsForm(QWidget):
    """Writes the session's settings; the material says which splits there are."""

    def __init__(self, session: Session, material: MaterialState) -> None:
        super().__init__()
        self._session = session
        self._material = material
        self._preset = _choice("preset", tr("Which network and settings"), PRESETS)
        self._split = _choice("split", tr("How the pixels held out for testing are chosen"), SPLITS)
        self._why = label(role="muted", name="split_explanation", wrap=True)
        self._epochs = _number("epochs", tr("Passes over the labels in each stage"), MAX_EPOCHS)
        self._folds = _number("folds", tr("Number of parts; each is the test part once"), MOST_FOLDS)
        self._encoder = named(
            QComboBox(),
            "encoder",
            tr("Model that turns descriptions into vectors; MiniLM comes with the program"),
        )
        _narrow(self._encoder)
        self._encoder.addItem("MiniLM", "default")
        self._encoder.addItem(tr("Folder…"), FOLDER)
        self._encoder.addItem(tr("Name…"), HUB)
        self._encoder.setItemData(2, HUB_TIP, Qt.ItemDataRole.ToolTipRole)
        self._pooling = _choice(
            "pooling", tr("How the vectors of its words become one vector per paragraph"), POOLINGS
        )
        self._labels = _choice(
            "label_embeddings", tr("Whether the vectors of the classes are trained"), LABELS
        )
        self._device = _choice("device", tr("Processor that the training runs on"), DEVICES)
        self._fields: tuple[QComboBox | QSpinBox, ...] = (
            self._preset,
            self._split,
            self._epochs,
            self._folds,
            self._encoder,
            self._pooling,
            self._labels,
            self._device,
        )
        main = _form(2, (tr("Preset"), self._preset), (tr("Test on"), self._split))
        main.addWidget(self._why, 2, 0, 1, 2)
        self._more = holding(
            _form(
                4,
                (tr("Epochs"), self._epochs),
                (tr("Folds"), self._folds),
                (tr("Encoder"), self._encoder),
                (tr("Device"), self._device),
                (tr("Vectors"), self._labels),
                (tr("Pooling"), self._pooling),
            )
        )
        self._more.hide()
        self.setLayout(column(main, self._more, spacing=4))
        self._connect()
        self.show_settings()

    def more_button(self) -> QPushButton:
        """A button that shows and hides what few people need."""
        button = named(QPushButton(tr("More")), "train_more", tr("Epochs, folds, text encoder, device"))
        button.setCheckable(True)
        button.toggled.connect(self._more.setVisible)
        return button

    def set_enabled(self, enabled: bool) -> None:
        """Not while a training runs."""
        for widget in self._fields:
            widget.setEnabled(enabled)
        if enabled:
            self._show_splits()

    def _connect(self) -> None:
        boxes = (self._preset, self._split, self._device, self._labels, self._pooling)
        numbers = (self._epochs.valueChanged, self._folds.valueChanged)
        follow(self._changed, *numbers, *(box.currentIndexChanged for box in boxes))
        self._encoder.activated.connect(self._encoder_chosen)
        self._session.settings_changed.connect(self.show_settings)
        self._material.counted.connect(self._show_splits)

    # --- settings ------------------------------------------------------------------------------

    def _changed(self) -> None:
        folds = self._folds.value()
        self._session.set_train_settings(
            replace(
                self._session.train_settings,
                preset=self._preset.currentData(),
                epochs=self._epochs.value(),
                encoder=self._encoder.currentData(),
                pooling=self._pooling.currentData(),
                labels=self._labels.currentData(),
                device=self._device.currentData(),
                split=self._split.currentData(),
                folds=FEWEST_FOLDS if 0 < folds < FEWEST_FOLDS else folds,
            )
        )

    def _encoder_chosen(self) -> None:
        ask = {FOLDER: self._ask_folder, HUB: self._ask_name}.get(self._encoder.currentData())
        if ask is not None:
            self._select_encoder(ask() or self._session.train_settings.encoder)
        self._changed()

    def _ask_folder(self) -> str:
        return QFileDialog.getExistingDirectory(self, tr("Folder of a text encoder"))

    def _ask_name(self) -> str:
        name, sure = QInputDialog.getText(
            self, tr("Text encoder"), tr("Name on the Hugging Face hub, such as roberta-large:")
        )
        return name.strip() if sure else ""

    def _select_encoder(self, encoder: str) -> None:
        place = self._encoder.findData(encoder)
        if place < 0:
            place = self._encoder.findData(FOLDER)
            self._encoder.insertItem(place, encoder.rstrip("/").rsplit("/", 1)[-1], encoder)
        self._encoder.setCurrentIndex(place)

    def show_settings(self) -> None:
        """As the session has them."""
        settings = self._session.train_settings
        for widget in self._fields:
            widget.blockSignals(True)
        for box, value in (
            (self._preset, settings.preset),
            (self._split, settings.split),
            (self._labels, settings.labels),
            (self._pooling, settings.pooling),
            (self._device, settings.device),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        self._epochs.setValue(settings.epochs)
        self._folds.setValue(settings.folds)
        self._select_encoder(settings.encoder)
        for widget in self._fields:
            widget.blockSignals(False)
        self._show_splits()

    def _show_splits(self) -> None:
        """Which ways of splitting there are, and what the chosen one means."""
        settings, material = self._session.train_settings, self._material.material
        unmeasured = settings.preset == UNMEASURED
        self._split.setEnabled(self._preset.isEnabled() and not unmeasured)
        self._folds.setEnabled(self._split.isEnabled())
        found = None if material is None else material.resolved(settings.split)
        there = {
            "regions": material is not None and material.regions,
            "objects": material is not None and material.objects,
        }
        model = self._split.model()
        assert isinstance(model, QStandardItemModel)
        for place, name in enumerate(SPLITS):
            model.item(place).setEnabled(there.get(name, True))
            tip = SPLITS[name][1] if there.get(name, True) else f"{NOT_THERE[name]} {SPLITS[name][1]}."
            self._split.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        automatic = SPLITS["auto"][0]
        if found is not None and settings.split == "auto":
            automatic = DECIDED[found]
        self._split.setItemText(0, automatic)
        random = settings.split == "random" and not unmeasured
        theme.role(self._why, "warning" if random else "muted")
        self._why.setText(NOTHING_HELD_OUT if unmeasured else self._explained(found or settings.split))

    def _explained(self, found: SplitChoice) -> str:
        chosen, material = self._session.train_settings.split, self._material.material
        parts = [HELD_OUT[found]]
        if chosen in NOT_THERE and chosen != found and material is not None:
            parts.insert(0, NOT_THERE[chosen])
        if material is not None and found != "regions" and material.regions:
            parts.append(LEARNS_REGIONS)
        if material is not None and found == "blocks" and material.objects:
            parts.append(CUTS_OBJECTS)
        return " ".join(parts)


def _choice(name: str, tip: str, texts: Mapping[Any, tuple[str, str]]) -> QComboBox:
    """Values with their texts and tips."""
    box = named(QComboBox(), name, tip)
    _narrow(box)
    for value, (text, what) in texts.items():
        box.addItem(text, value)
        box.setItemData(box.count() - 1, what, Qt.ItemDataRole.ToolTipRole)
    return box


def _number(name: str, tip: str, most: int) -> QSpinBox:
    """A number that 0 leaves to the preset."""
    box = named(QSpinBox(), name, tip)
    _narrow(box)
    box.setRange(0, most)
    box.setSpecialValueText(tr("As preset"))
    return box


def _narrow(field: QWidget) -> None:
    """It may be narrower than its texts, as the panel may be."""
    field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)


def _form(columns: int, *fields: tuple[str, QWidget]) -> QGridLayout:
    """Names and fields, so many columns of them."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(6)
    grid.setVerticalSpacing(4)
    for number, (text, field) in enumerate(fields):
        line, place = divmod(2 * number, columns)
        grid.addWidget(label(text, "muted"), line, place)
        grid.addWidget(field, line, place + 1)
        grid.setColumnStretch(place + 1, 1)
    return grid
