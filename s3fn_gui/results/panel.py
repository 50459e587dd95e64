"""Held-out accuracy, confusion and areas of the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QStackedWidget, QTabBar, QTableWidgetItem, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_core.results.map_accuracy import MapAccuracy
from s3fn_core.results.speakers import speakers_of
from s3fn_gui.base import theme
from s3fn_gui.base.signals import follow
from s3fn_gui.base.texts import as_sentence
from s3fn_gui.base.widgets import cell, column, command_button, holding, label, named, plain_tip, row, table
from s3fn_gui.results.cells import shaded, swatch
from s3fn_gui.results.speakers import SpeakersTable
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction

COLUMNS = {
    "Class": "",
    "Recall": "Share of the class's held-out pixels that were found",
    "Precision": "Share of the pixels called so that are",
    "F1": "Harmonic mean of recall and precision",
    "Area": "Share of the classified pixels of the map",
}
FIGURES = {"oa": "Overall", "aa": "Average", "kappa": "Kappa"}
OTHER_WORDS = "This map follows the edited words, which nothing has measured yet: retrain to measure them."
GUESS = "This map is a guess from the words alone. No label was used, and nothing was measured."
VOTED = "The objects voted in this map. The training measured single pixels: end the vote to see how well."
LIVE = "This is the live map of the quick expert. Nothing was held out to measure it: train to get figures."
WHO_SPOKE = "Who speaks in the model that made this map, with what weight, and what each reaches alone"
NOBODY_ELSE = "Known of a map that a model with several speakers made of single pixels"
LEFT_WIDTH = 226


class ResultsPanel(QWidget):
    """Everything is read from the model's own record, so a reopened project shows the same.

    The confusion matrix continues the table: how many held-out pixels of the row's class were
    called what the column's colour stands for.
    """

    def __init__(self, session: Session, export: QAction) -> None:
        super().__init__()
        self._session = session
        self._figures = {k: label("–", "figure", name=f"figure_{k}") for k in FIGURES}
        figures = row(
            *(column(label(FIGURES[k], "muted"), v, spacing=0) for k, v in self._figures.items()),
            1,
            spacing=12,
        )
        self._split = label(role="muted", name="split_sentence", wrap=True)
        self._split.setAlignment(Qt.AlignmentFlag.AlignTop)
        button = command_button(export, "Export map…", "export_button", icon="export")
        left = holding(column(figures, self._split, 1, row(button, 1)))
        left.setFixedWidth(LEFT_WIDTH)
        self._table = table("result_table", tuple(COLUMNS))
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(30)
        self._speakers = SpeakersTable()
        self._live = False
        self.setLayout(row(left, self._tables(), margins=8, spacing=12))
        follow(self._show, session.model_changed)
        session.standing.changed.connect(self._tell)
        follow(self._show, session.cubes.prediction_changed, session.cubes.current_changed)
        follow(self._show, session.class_list_changed)
        self._show()

    def _tables(self) -> QWidget:
        """Classes, or who spoke: one of them below its name."""
        self._pages = QStackedWidget()
        self._tabs = named(QTabBar(), "result_tabs", "Figures of the classes, or who spoke in the model")
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        for text, page in (("Classes", self._table), ("Who spoke", self._speakers)):
            self._tabs.addTab(text)
            self._pages.addWidget(page)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        return holding(column(self._tabs, self._pages, spacing=2))

    def _tell(self) -> None:
        """What the figures are about, and what has changed since."""
        self._split.setText(self._sentence(self._metrics()))

    def _show(self) -> None:
        item = self._session.cubes.current
        prediction = None if item is None else item.prediction
        was_live, self._live = self._live, prediction is not None and prediction.live
        if was_live and prediction is not None and prediction.partial:
            return  # its areas follow with the whole map
        metrics = self._metrics()
        held_out: Mapping[str, Any] = metrics.get("held_out") or {}
        for name, figure in self._figures.items():
            value = held_out.get(name)
            text = "–" if value is None else f"{value:.3f}" if name == "kappa" else f"{value:.1%}"
            figure.setText(text)
        self._split.setText(self._sentence(metrics))
        self._show_table(held_out)
        speakers = speakers_of(metrics)
        self._speakers.show_speakers(speakers)
        told = len(speakers) > 1  # with one alone there is nothing to weigh
        self._tabs.setTabEnabled(1, told)
        self._tabs.setTabToolTip(1, WHO_SPOKE if told else NOBODY_ELSE)

    def _metrics(self) -> Mapping[str, Any]:
        """What was measured of the map, never of another one; of the model where there is no map."""
        item, model = self._session.cubes.current, self._session.model
        if item is not None and item.prediction is not None:
            return item.prediction.metrics
        return {} if model is None else model.metrics

    def _sentence(self, metrics: Mapping[str, Any]) -> str:
        """What the figures are about, or why there are none."""
        item = self._session.cubes.current
        prediction = None if item is None else item.prediction
        old = self._session.standing.now.remark
        if prediction is not None and prediction.live and not prediction.from_words:
            return f"{LIVE} {old}".strip()
        if metrics:
            expected = metrics.get("map_accuracy") if metrics.get("held_out") else None
            said = _expected(expected, prediction) if expected else ""
            return " ".join(as_sentence(part) for part in (old, metrics.get("split", ""), said) if part)
        if prediction is None:
            return "Train a model to see how well it does on labels it never saw."
        if prediction.from_words:
            return GUESS
        return OTHER_WORDS if prediction.before is not None else VOTED

    def _show_table(self, held_out: Mapping[str, Any]) -> None:
        measured = {c["id"]: c for c in held_out.get("per_class", ())}
        shares = self._shares()
        session = self._session
        names = {c.id: c.name for c in (*self._mapped(), *session.classes)}
        names |= {i: c["name"] for i, c in measured.items()}
        ids = [*measured, *(i for i in shares if i not in measured and i in names)]
        counts = held_out.get("confusion", [])
        self._name_columns(list(measured), names)
        self._table.setRowCount(len(ids))
        for line, class_id in enumerate(ids):
            figures = measured.get(class_id, {})
            name = cell(names[class_id])
            name.setIcon(swatch(self._colour(class_id)))
            self._table.setItem(line, 0, name)
            texts = [_share(figures.get(k)) for k in ("recall", "precision", "f1")]
            if figures and not figures["support"]:
                texts = ["no labels", "", ""]
            for place, text in enumerate((*texts, _share(shares.get(class_id))), 1):
                self._table.setItem(line, place, cell(text, number=True))
            if line < len(counts):
                self._show_confusion(line, counts[line])

    def _name_columns(self, ids: list[int], names: dict[int, str]) -> None:
        self._table.setColumnCount(len(COLUMNS) + len(ids))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, (text, tip) in enumerate(COLUMNS.items()):
            heading = QTableWidgetItem(text)
            heading.setToolTip(plain_tip(tip))
            if place:
                heading.setTextAlignment(right)
            self._table.setHorizontalHeaderItem(place, heading)
        for place, class_id in enumerate(ids, len(COLUMNS)):
            heading = QTableWidgetItem("")
            heading.setIcon(swatch(self._colour(class_id)))
            heading.setToolTip(plain_tip(f"Held-out pixels called {names[class_id]}"))
            self._table.setHorizontalHeaderItem(place, heading)

    def _show_confusion(self, line: int, counts: list[int]) -> None:
        total = max(1, sum(counts))
        for other, count in enumerate(counts):
            self._table.setItem(line, len(COLUMNS) + other, shaded(str(count), count / total, other == line))

    def _shares(self) -> dict[int, float]:
        """Share of the classified pixels of the map, by class id."""
        item = self._session.cubes.current
        if item is None or item.prediction is None:
            return {}
        from s3fn_core.results.export import ClassMap, areas

        class_map = ClassMap(
            item.prediction.ids,
            None,
            item.prediction.classes,
            item.cube.name,
            item.cube.georeference,
            item.cube.simulated,
        )
        return {a.class_id: a.percent / 100 for a in areas(class_map)}

    def _mapped(self) -> tuple[LabelClass, ...]:
        """The classes of the map, one of which may be what is unknown."""
        item = self._session.cubes.current
        return () if item is None or item.prediction is None else tuple(item.prediction.classes)

    def _colour(self, class_id: int) -> str:
        own = {c.id: c.color for c in (*self._mapped(), *self._session.classes)}
        colour: str = own.get(class_id, theme.current().muted)
        return colour


def _expected(record: Mapping[str, Any], prediction: Prediction | None) -> str:
    """What to expect of the whole map; what is unlike the labels is counted in the map itself."""
    expected = MapAccuracy.from_json(record)
    share = None if prediction is None else prediction.novel_share
    return (expected if share is None else replace(expected, novel_share=share)).sentence


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
