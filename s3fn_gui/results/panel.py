"""Held-out accuracy, confusion and areas of the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QTabBar, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import tr
from s3fn_core.model.kept_texts import told
from s3fn_core.results.ensemble import members_of
from s3fn_core.results.figures import Figures, class_table, confusion_table, reliability_table, summary_table
from s3fn_core.results.map_accuracy import MapAccuracy
from s3fn_gui.base import theme
from s3fn_gui.base.copying import Copying, Rows
from s3fn_gui.base.signals import follow
from s3fn_gui.base.texts import as_sentence
from s3fn_gui.base.widgets import column, holding, label, named, row, tool_button
from s3fn_gui.results.class_table import ClassTable
from s3fn_gui.results.confusion_page import ConfusionPage
from s3fn_gui.results.confusion_table import Shown
from s3fn_gui.results.ensemble_table import EnsembleTable
from s3fn_gui.results.errors_table import ErrorsPage
from s3fn_gui.results.overview import Overview
from s3fn_gui.results.pixels_flow import names_of
from s3fn_gui.results.reliability_plot import ReliabilityPlot
from s3fn_gui.results.state import ResultsState, Wish
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing these would import torch, and all formats of labels
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_core.results.export import AreaRow

OTHER_WORDS = tr(
    "This map uses edited descriptions whose accuracy has not been measured: retrain to measure it."
)
GUESS = tr("This map is a guess from the words alone. No label was used, and nothing was measured.")
VOTED = tr(
    "This map shows one class per object, but the training measured single pixels: "
    "turn off One class per object to see its accuracy."
)
LIVE = tr(
    "This is the live map of the quick model. Nothing was held out to measure it: "
    "train to measure its accuracy."
)
MEMBERS_TIP = tr("Members of the ensemble that made this map, their weights, and the accuracy of each alone")
NOBODY_ELSE = tr("Available for a pixel map made by a model with several ensemble members")

TALL, LESS, NARROW = 420, 320, 620  # height from which the figures lie above the tables, less in a narrow one
LOWEST = 200


class ResultsPanel(QWidget):
    """Everything is read from the model's own record, so a reopened project shows the same.

    `choose` lights the pixels of a cell, `save` writes a table (rows, and what they are).
    """

    def __init__(
        self,
        session: Session,
        state: ResultsState,
        choose: Callable[[Wish], None],
        save: Callable[[Rows, str], None],
        export: QAction,
    ) -> None:
        super().__init__()
        self._session, self._state, self._save = session, state, save
        self._live = False
        self._figures: Figures | None = None
        self._areas: Sequence[AreaRow] = ()
        self._split = label(role="muted", name="split_sentence", wrap=True)
        self._overview = Overview(self._split, state, export)
        self._summary = self._overview.summary
        self._classes, self._confusion = ClassTable(), ConfusionPage()
        self._reliability, self._errors, self._members = ReliabilityPlot(), ErrorsPage(), EnsembleTable()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setContentsMargins(8, 8, 8, 8)
        self._body.setSpacing(12)
        self._body.addWidget(self._overview)
        self._body.addWidget(self._tables(), 1)
        self.setLayout(self._body)
        self._confusion.table.chosen.connect(choose)
        self._confusion.kind.activated.connect(lambda _: self._show_matrix())
        self._errors.chosen.connect(lambda class_id: choose(Wish("labels", class_id)))
        self._errors.switch.toggled.connect(state.show_errors)
        self._errors.opened.connect(state.open_errors)
        self._follow()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As with the tables beside the figures, which a low panel changes to."""
        whole = super().minimumSizeHint()
        return QSize(whole.width(), min(whole.height(), LOWEST))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """The tables take the whole width where there is height enough for both."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        tall = self.height() >= (LESS if narrow else TALL)
        direction = QBoxLayout.Direction
        self._body.setDirection(direction.TopToBottom if tall else direction.LeftToRight)
        self._overview.lie_above(tall)

    def _follow(self) -> None:
        session, state = self._session, self._state
        follow(self._show, session.model_changed)
        session.standing.changed.connect(self._tell)
        follow(self._show, session.cubes.prediction_changed, session.cubes.current_changed)
        follow(self._show, session.class_list_changed)
        session.cubes.changed.connect(self._tell_cells)
        follow(self._show_errors, state.errors_changed, state.wanted_changed)
        self._show()

    def _tables(self) -> QWidget:
        """One of the pages below their names, each of which can be copied and saved."""
        self._pages = QStackedWidget()
        self._tabs = named(QTabBar(), "result_tabs", tr("Figures of the classes, confusion, and more"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        pages: tuple[tuple[str, str, QWidget], ...] = (
            (tr("Classes"), tr("Accuracy and area of each class"), self._classes),
            (tr("Confusion"), tr("Held-out pixels of each class by assigned class"), self._confusion),
            (tr("Reliability"), tr("Whether confidence matches accuracy"), self._reliability),
            (tr("Errors"), tr("Labels that the map contradicts"), self._errors),
            (tr("Ensemble"), MEMBERS_TIP, self._members),
        )
        for text, tip, page in pages:
            self._tabs.setTabToolTip(self._tabs.addTab(text), tip)
            self._pages.addWidget(page)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        copied: tuple[tuple[QWidget, Callable[[], Rows], str], ...] = (
            (self._classes, self._class_rows, "accuracy"),
            (self._summary, self._summary_rows, "accuracy_summary"),
            (self._confusion.table, self._confusion_rows, "confusion"),
            (self._reliability, self._reliability_rows, "reliability"),
            (self._errors.table, self._error_rows, "label_errors"),
            (self._members, self._members.rows, "ensemble"),
        )
        self._copying = [Copying(w, rows, partial(self._saved, what)) for w, rows, what in copied]
        copy = tool_button("copy", "copy_table", tr("Copy this table"), lambda: self._shown.copy_all())
        save = tool_button("save", "save_table", tr("Save this table as CSV…"), lambda: self._shown.save())
        return holding(column(row(self._tabs, 1, copy, save, spacing=1), self._pages, spacing=2))

    @property
    def _shown(self) -> Copying:
        """What copies the page that is shown."""
        place = self._pages.currentIndex()
        return self._copying[place + 1 if place else 0]  # the summary has no page

    def _saved(self, what: str, rows: Rows) -> None:
        self._save(rows, what)

    # --- tables to take along ------------------------------------------------------------------

    def _class_rows(self) -> Rows:
        return class_table(self._figures, self._areas, self._names())

    def _summary_rows(self) -> Rows:
        return [] if self._figures is None else summary_table(self._figures)

    def _confusion_rows(self) -> Rows:
        if self._figures is None:
            return []
        return confusion_table(self._figures, self._names(), self._confusion.shown)

    def _reliability_rows(self) -> Rows:
        return [] if self._figures is None else reliability_table(self._figures)

    def _error_rows(self) -> Rows:
        return [] if self._state.errors is None else self._state.errors.table(self._names())

    # --- following the session -----------------------------------------------------------------

    def _tell(self) -> None:
        """What the figures are about, and what has changed since."""
        self._split.setText(self._sentence(self._state.metrics))

    def _tell_cells(self) -> None:
        """Whether a cell has pixels to show."""
        self._confusion.tell(self._state.why_not)

    def _show(self) -> None:
        prediction = self._state.prediction
        was_live, self._live = self._live, prediction is not None and prediction.live
        if was_live and prediction is not None and prediction.partial:
            return  # its areas follow with the whole map
        metrics = self._state.metrics
        self._figures, self._areas = Figures.of(metrics), self._areas_of_map()
        self._summary.show_figures(self._figures)
        self._tell()
        self._classes.show_classes(self._figures, self._areas, self._names(), self._colour)
        self._show_matrix()
        self._tell_cells()
        self._reliability.show_figures(self._figures)
        self._show_errors()
        members = members_of(metrics)
        self._members.show_members(members)
        told = len(members) > 1  # with one alone there is nothing to weigh
        tab = self._pages.indexOf(self._members)
        self._tabs.setTabEnabled(tab, told)
        self._tabs.setTabToolTip(tab, MEMBERS_TIP if told else NOBODY_ELSE)

    def _show_matrix(self) -> None:
        figures = self._figures
        known = figures is not None and bool(figures.classes)
        shown = None
        if figures is not None and known:
            shown = Shown(figures, self._names(), self._colour, self._confusion.shown)
        self._confusion.table.show_matrix(shown)

    def _show_errors(self) -> None:
        self._errors.switch.setChecked(self._state.errors_shown)
        mapped = self._state.prediction is not None
        self._errors.show_errors(self._state.errors, self._names(), self._colour, mapped)

    def _names(self) -> dict[int, str]:
        return names_of(self._session, self._state)

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
            return " ".join(as_sentence(part) for part in (old, told(metrics.get("split", "")), said) if part)
        if prediction is None:
            return tr("Train a model to see how well it does on labels it never saw.")
        if prediction.from_words:
            return GUESS
        return OTHER_WORDS if prediction.before is not None else VOTED

    def _areas_of_map(self) -> Sequence[AreaRow]:
        """How much of the map each class is."""
        item, prediction = self._state.item, self._state.prediction
        if item is None or prediction is None:
            return ()
        from s3fn_core.results.class_map import areas

        return areas(prediction.class_map(item.cube))

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
