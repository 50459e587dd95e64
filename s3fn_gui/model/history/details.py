"""What is known of one training, and its note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QScrollArea, QSizePolicy

from s3fn_core.languages import tr
from s3fn_core.model.kept_texts import told
from s3fn_core.project.trainings import TrainingRecord
from s3fn_core.quoting import named as names_of
from s3fn_core.quoting import per_cent
from s3fn_core.results.ensemble import members_of
from s3fn_gui.base.texts import as_sentence
from s3fn_gui.base.widgets import column, holding, label, named
from s3fn_gui.model.history.table import figure_text, settings_text, time_text
from s3fn_gui.session.trainings import Training

ROWS = {
    "settings": tr("Settings"),
    "labels": tr("Labels"),
    "overall": tr("Overall"),
    "average": tr("Average"),
    "kappa": tr("Kappa"),
    "held_out": tr("Held out"),
    "ensemble": tr("Ensemble"),
    "duration": tr("Duration"),
}
UNKNOWN = "–"


class Details(QScrollArea):
    """A note that can be written, and rows of facts."""

    noted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("model_details")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._id = ""
        self._note = named(QLineEdit(), "model_note", tr("Your note"))
        self._note.setPlaceholderText(tr("Note"))
        self._note.editingFinished.connect(self._write)
        self._values = {name: label(name=f"model_{name}", wrap=True) for name in ROWS}
        self._heads = {name: label(text, "muted") for name, text in ROWS.items()}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        for line, name in enumerate(ROWS):
            grid.addWidget(self._heads[name], line, 0, Qt.AlignmentFlag.AlignTop)
            value = self._values[name]
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            grid.addWidget(value, line, 1)
        grid.setColumnStretch(1, 1)
        self._body = body = holding(column(self._note, grid, 1, margins=4))
        self.setWidget(body)
        self.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)

    def show_training(self, training: Training | None) -> None:
        """Show another one; None for none."""
        self._write()
        self._id = "" if training is None else training.id
        self._body.setVisible(training is not None)
        if training is None:
            return
        if self._note.text() != training.record.note:
            self._note.setText(training.record.note)
        for name, text in _facts(training).items():
            self._values[name].setText(text)
            for widget in (self._values[name], self._heads[name]):
                widget.setVisible(bool(text))

    def _write(self) -> None:
        if self._id:
            self.noted.emit(self._id, self._note.text().strip())


def _facts(training: Training) -> dict[str, str]:
    record = training.record
    metrics, held_out = record.metrics, record.metrics.get("held_out") or {}
    classes = ", ".join(f"{name} {count:,}" for name, count in record.labels)
    members = [f"{one.name} {per_cent(one.weight, 0)}" for one in members_of(metrics)]
    return {
        "settings": settings_text(training) or UNKNOWN,
        "labels": f"{record.pixels:,} px: {classes}" if record.labels else UNKNOWN,
        "overall": figure_text(metrics, "oa") if held_out else "",
        "average": figure_text(metrics, "aa") if held_out else "",
        "kappa": _kappa(held_out),
        "held_out": as_sentence(told(metrics["split"])) if metrics.get("split") else UNKNOWN,
        "ensemble": names_of(members),
        "duration": _duration(record),
    }


def _kappa(held_out: Mapping[str, Any]) -> str:
    """With its interval, where there is one."""
    kappa, interval = held_out.get("kappa"), (held_out.get("intervals") or {}).get("kappa")
    if kappa is None:
        return ""
    if not interval:
        return f"{kappa:.3f}"
    return tr("{kappa:.3f} ({low:.3f} to {high:.3f})", kappa=kappa, low=interval[0], high=interval[1])


def _duration(record: TrainingRecord) -> str:
    """How long it took, on what, and when it ended."""
    text = time_text(record.seconds)
    if device := record.metrics.get("device"):
        text = tr("{time} on {device}", time=text, device=told(device))
    if not record.date:
        return text
    return f"{text}, {datetime.fromisoformat(record.date).astimezone():%Y-%m-%d %H:%M}"
