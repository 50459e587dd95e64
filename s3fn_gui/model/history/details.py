"""What is known of one training, and its note."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QScrollArea, QSizePolicy

from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.ensemble import members_of
from s3fn_gui.base.texts import as_sentence
from s3fn_gui.base.widgets import column, holding, label, named
from s3fn_gui.model.history.table import figure_text, settings_text, time_text
from s3fn_gui.session.trainings import Training

MOST = 4
ROWS = (
    tr("Settings"),
    tr("Labels"),
    tr("Overall"),
    tr("Average"),
    tr("Kappa"),
    tr("Held out"),
    tr("Ensemble"),
    tr("Duration"),
)
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
        names = {name: f"model_{name.lower().replace(' ', '_')}" for name in ROWS}
        self._values = {name: label(name=names[name], wrap=True) for name in ROWS}
        self._heads = {name: label(name, "muted") for name in ROWS}
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
    kappa, intervals = held_out.get("kappa"), (held_out.get("intervals") or {}).get("kappa")
    told = "" if kappa is None else f"{kappa:.3f}"
    if told and intervals:
        told += tr(
            " ({intervals:.3f} to {intervals_2:.3f})", intervals=intervals[0], intervals_2=intervals[1]
        )
    classes = ", ".join(f"{name} {count:,}" for name, count in record.labels)
    members = [f"{one.name} {per_cent(one.weight, 0)}" for one in members_of(metrics)]
    more = tr(" and {members} more", members=len(members) - MOST) if len(members) > MOST else ""
    device = tr(" on {metrics}", metrics=metrics["device"]) if metrics.get("device") else ""
    return {
        "Settings": settings_text(training) or UNKNOWN,
        "Labels": f"{record.pixels:,} px: {classes}" if record.labels else UNKNOWN,
        "Overall": figure_text(metrics, "oa") if held_out else "",
        "Average": figure_text(metrics, "aa") if held_out else "",
        "Kappa": told,
        "Held out": as_sentence(str(metrics["split"])) if metrics.get("split") else UNKNOWN,
        "Ensemble": ", ".join(members[:MOST]) + more,
        "Duration": f"{time_text(record.seconds)}{device}{_when(record.date)}",
    }


def _when(date: str) -> str:
    return f", {datetime.fromisoformat(date).astimezone():%Y-%m-%d %H:%M}" if date else ""
