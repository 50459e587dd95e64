"""Held-out accuracy, confusion and areas of the map on show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QBrush, QColor
from PySide6.QtWidgets import QHeaderView, QTableWidgetItem, QWidget

from s3fn_gui import theme
from s3fn_gui.session import Session
from s3fn_gui.widgets import cell, column, label, push_button, row, table

HEADINGS = ("Class", "Recall", "Precision", "F1", "Area")
TIPS = (
    "",
    "Share of the class's held-out pixels that were found",
    "Share of the pixels called so that are",
    "Harmonic mean of recall and precision",
    "Share of the classified pixels of the map on show",
)
LEFT_WIDTH = 196


class ResultsPanel(QWidget):
    """Everything is read from the model's own record, so a reopened project shows the same."""

    def __init__(self, session: Session, export: QAction) -> None:
        super().__init__()
        self._session = session
        self._figures = {name: label("–", "figure", name=f"figure_{name}") for name in
                         ("oa", "aa", "kappa")}  # fmt: skip
        names = {"oa": "Overall", "aa": "Average", "kappa": "Kappa"}
        figures = row(
            *(column(label(names[k], "muted"), v, spacing=0) for k, v in self._figures.items()), 1,
            spacing=14,
        )  # fmt: skip
        self._split = label(role="muted", name="split_sentence", wrap=True)
        self._split.setAlignment(Qt.AlignmentFlag.AlignTop)
        button = push_button("Export map…", "export_button", export.trigger, icon="export")
        export.enabledChanged.connect(button.setEnabled)
        button.setEnabled(export.isEnabled())
        left = QWidget()
        left.setLayout(column(figures, self._split, 1, row(button, 1)))
        left.setFixedWidth(LEFT_WIDTH)
        self._classes = table("result_table", HEADINGS)
        for place, tip in enumerate(TIPS):
            heading = QTableWidgetItem(HEADINGS[place])
            heading.setToolTip(tip)
            self._classes.setHorizontalHeaderItem(place, heading)
        self._confusion = table("confusion_table", ())
        self._confusion.horizontalHeader().setSectionResizeMode(
            QHeaderView.ResizeMode.ResizeToContents
        )
        self._confusion.verticalHeader().show()
        self._confusion.setToolTip("Rows: ground truth. Columns: prediction.")
        layout = row(left, self._classes, self._confusion, margins=6, spacing=8)
        layout.setStretch(1, 4)
        layout.setStretch(2, 3)
        self.setLayout(layout)
        session.model_changed.connect(self._show)
        session.prediction_changed.connect(self._show)
        session.cube_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        model = self._session.model
        metrics: Mapping[str, Any] = {} if model is None else model.metrics
        held_out: Mapping[str, Any] = metrics.get("held_out") or {}
        for name, figure in self._figures.items():
            value = held_out.get(name)
            text = "–" if value is None else f"{value:.3f}" if name == "kappa" else f"{value:.1%}"
            figure.setText(text)
        if model is None:
            self._split.setText("Train a model to see how well it does on labels it never saw.")
        else:
            self._split.setText(str(metrics.get("split", "")))
        self._show_classes(held_out)
        self._show_confusion(held_out)

    def _show_classes(self, held_out: Mapping[str, Any]) -> None:
        per_class = {c["id"]: c for c in held_out.get("per_class", ())}
        shares = self._shares()
        classes = [c for c in self._session.classes if c.id in per_class or c.id in shares]
        self._classes.setRowCount(len(classes))
        for index, c in enumerate(classes):
            figures = per_class.get(c.id, {})
            texts = [_share(figures.get(k)) for k in ("recall", "precision", "f1")]
            texts.append(_share(shares.get(c.id)))
            name = cell(c.name)
            name.setData(Qt.ItemDataRole.DecorationRole, QColor(c.color))
            self._classes.setItem(index, 0, name)
            for place, text in enumerate(texts, 1):
                self._classes.setItem(index, place, cell(text, number=True))

    def _shares(self) -> dict[int, float]:
        """Share of the classified pixels of the map on show, by class id."""
        item = self._session.current
        if item is None or item.prediction is None:
            return {}
        from s3fn_core.results.export import ClassMap, areas

        class_map = ClassMap(
            item.prediction.ids, None, item.prediction.classes, item.cube.name,
            item.cube.georeference, item.cube.simulated,
        )  # fmt: skip
        return {a.class_id: a.percent / 100 for a in areas(class_map)}

    def _show_confusion(self, held_out: Mapping[str, Any]) -> None:
        counts = held_out.get("confusion", [])
        self._confusion.setVisible(bool(counts))
        for resize in (self._confusion.setRowCount, self._confusion.setColumnCount):
            resize(len(counts))
        self._name_confusion(held_out)
        colours = theme.current()
        for i, line in enumerate(counts):
            total = max(1, sum(line))
            for j, count in enumerate(line):
                thing = cell(str(count), number=True)
                shade = QColor(colours.success if i == j else colours.error)
                shade.setAlphaF(0.45 * count / total)
                thing.setBackground(QBrush(shade))
                self._confusion.setItem(i, j, thing)

    def _name_confusion(self, held_out: Mapping[str, Any]) -> None:
        """Rows by name and colour, columns by colour alone: names would not fit."""
        own = {c.id: c.color for c in self._session.classes}
        for index, c in enumerate(held_out.get("per_class", ())):
            colour = QColor(own.get(c["id"], theme.current().muted))
            for heading, text in (
                (QTableWidgetItem(c["name"]), "in truth"), (QTableWidgetItem(""), "predicted"),
            ):  # fmt: skip
                heading.setData(Qt.ItemDataRole.DecorationRole, colour)
                heading.setToolTip(f"{c['name']}, {text}")
                if heading.text():
                    self._confusion.setVerticalHeaderItem(index, heading)
                else:
                    self._confusion.setHorizontalHeaderItem(index, heading)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
