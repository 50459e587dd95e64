"""How well whole objects are told apart: figures of the objects that a training has held out."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidgetItem, QWidget

from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent, unmarked
from s3fn_gui.base import theme
from s3fn_gui.base.signals import follow
from s3fn_gui.base.swatches import swatch
from s3fn_gui.base.widgets import cell, column, label, plain_tip, table
from s3fn_gui.session.session import Session

COLUMNS = (
    (tr("Label"), tr("Label of the held-out objects")),
    (tr("Objects"), tr("Held-out objects with this label")),
    (tr("Recall"), tr("Producer's accuracy: share of objects with this label that were assigned to it")),
    (tr("Precision"), tr("User's accuracy: share of objects assigned to this class that belong to it")),
)
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NONE = tr(
    "No object accuracy yet. Label at least two objects of every class, then train: "
    "whole objects are held out and counted here."
)


class ObjectFigures(QWidget):
    """Accuracy per class, and the confusion matrix, in objects."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._told = label(role="muted", name="objects_accuracy", wrap=True)
        self._told.setAlignment(Qt.AlignmentFlag.AlignTop)
        headings = tuple(text for text, _ in COLUMNS)
        self._table = table("objects_confusion", headings, about=tr("Accuracy of each class, in objects"))
        self.setLayout(column(self._told, self._table, spacing=4))
        follow(self._show, session.model_changed, session.class_list_changed)
        theme.follow(self._show)

    def _show(self) -> None:
        model = self._session.model
        found = None
        if model is not None:
            from s3fn_core.results.object_accuracy import object_accuracy  # imports scikit-learn

            found = object_accuracy(model.metrics, model.classes)
        self._table.setVisible(found is not None)
        if model is None or found is None:
            self._told.setText(NONE)
            return
        correct, (low, high) = int(found.confusion.trace()), model.metrics["objects"]["interval"]
        self._told.setText(
            tr(
                "{correct:,} of {count:,} held-out objects classified correctly: {share} "
                "(95 % interval {low:.0f} to {high:.0f} %), kappa {kappa}",
                correct=correct,
                count=found.count,
                share=per_cent(found.oa),
                low=100 * low,
                high=100 * high,
                kappa=_kappa(found.kappa),
            )
        )
        self._table.setRowCount(len(found.per_class))
        self._table.setColumnCount(len(COLUMNS) + len(found.per_class))
        for place, (text, tip) in enumerate(COLUMNS):
            self._head(place, text, tip)
        for line, one in enumerate(found.per_class):
            name = cell(one.name)
            name.setIcon(swatch(self._colour(one.class_id)))
            self._table.setItem(line, 0, name)
            self._table.setItem(line, 1, cell(f"{one.support:,}", number=True))
            self._table.setItem(line, 2, cell(_share(one.recall), number=True))
            self._table.setItem(line, 3, cell(_share(one.precision), number=True))
            self._head(len(COLUMNS) + line, one.name, tr("Objects classified as {name}", name=one.name))
            for other, count in enumerate(found.confusion[line]):
                self._table.setItem(line, len(COLUMNS) + other, cell(f"{int(count):,}", number=True))

    def _head(self, place: int, text: str, tip: str) -> None:
        heading = QTableWidgetItem(unmarked(text))
        heading.setToolTip(plain_tip(tip))
        if place:
            heading.setTextAlignment(RIGHT)
        self._table.setHorizontalHeaderItem(place, heading)

    def _colour(self, class_id: int) -> str:
        classes = self._session.classes
        return classes[class_id].color if class_id in classes else theme.current().muted


def _share(value: float) -> str:
    return "–" if math.isnan(value) else per_cent(value)


def _kappa(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"
