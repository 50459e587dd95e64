"""The validation: how far the points are labelled, a class to give each, and what they say of the map."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QListView,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_core.results.validation import Validation
from s3fn_core.results.validation_points import SKIPPED, ValidationPoints
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.swatches import SWATCH, swatch
from s3fn_gui.base.turning import Turning
from s3fn_gui.base.widgets import (
    action_button,
    choice_box,
    column,
    command_button,
    holding,
    label,
    named,
    row,
    scrolled,
)
from s3fn_gui.results.validation.state import Unit, ValidationState
from s3fn_gui.results.validation.table import ValidationTable, percent
from s3fn_gui.session.session import Session

SIDE_WIDTH, SIDE_HEIGHT, MAX_KEYS = 198, 136, 9
KIND_LETTERS = 6  # wide enough for all, as wide letters are counted
BUTTONS = ("validate.open", "validate.save", "validate.reference", "validate.copy", "validate.export")
MATRIX: dict[Unit, str] = {"points": tr("Matrix, points"), "pixels": tr("Matrix, pixels")}
KINDS = {"figures": tr("Accuracy"), "shares": tr("Matrix, %"), "counts": MATRIX["points"]}
KIND_TIP = tr("Accuracy of each class, or the error matrix: rows are the map's classes, columns the truth's")
NO_MAP = tr("Train a model first: the points are drawn from the classes of its map.")
NO_POINTS = tr(
    "How accurate is the map away from your labels? "
    "Draw random points in each class and label what you see there, with the map hidden. "
    "Or open a reference."
)
BLIND = tr(
    "The map is hidden until you finish, so that it cannot influence you.\n"
    "Press 1 to 9, or click a class. Space or N skips the point, Backspace goes back, Esc stops."
)


class ValidationPanel(QWidget):
    """One of three: nothing yet, a point to label, the figures."""

    def __init__(
        self, session: Session, state: ValidationState, answer: Callable[[int], None], actions: Actions
    ) -> None:
        super().__init__()
        self._session = session
        self._state = state
        self._answer = answer
        self._figure = label(role="figure", name="validation_figure")
        self._progress = label(role="muted", name="validation_progress")
        self._progress.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._against = choice_box("validation_against", tr("What the map is compared with"), {}, narrow=True)
        self._against.activated.connect(lambda _: state.show_against(self._against.currentData()))
        self._kind = choice_box("validation_kind", KIND_TIP, KINDS)
        self._kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._kind.setMinimumContentsLength(KIND_LETTERS)
        self._kind.activated.connect(lambda _: self._show())
        tools = (action_button(actions[name], f"button_{name}") for name in BUTTONS)
        head = row(self._figure, self._progress, self._kind, row(*tools, spacing=1), spacing=4)
        head.setStretch(1, 1)
        self._note = label(role="muted", name="validation_note", wrap=True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._draw = command_button(actions["validate.draw"], tr("Draw points…"), "validation_draw")
        self._start = command_button(
            actions["validate.label"], tr("Label points"), "validation_label", primary=True
        )
        side = holding(column(self._against, scrolled(self._note), row(self._start, self._draw, 1)))
        self._table = ValidationTable(actions["validate.copy"].trigger)
        self._classes = _class_list()
        self._classes.itemClicked.connect(self._clicked)
        self._pages = QStackedWidget()
        for page in (QWidget(), self._classes, self._table):
            self._pages.addWidget(page)
        body = Turning(side, self._pages, SIDE_WIDTH, SIDE_HEIGHT)
        whole = column(head, body, margins=8, spacing=4)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        follow(self._show, state.changed, state.moved, session.cubes.current_changed)
        follow(self._show, session.class_list_changed, session.cubes.prediction_changed)
        theme.follow(self._show)

    def _show(self) -> None:
        state, points = self._state, self._state.points
        labelling, found = state.is_labelling, None if state.is_labelling else state.outcome
        against_reference = state.shown == "reference" and state.has_reference
        self._start.setText(tr("Stop") if labelling else _next_step(points))
        self._start.setVisible(points is not None)
        self._draw.setVisible(not labelling)
        self._draw.setText(tr("Draw points…") if points is None else tr("Draw…"))
        if (first := points is None) != self._draw.property("primary"):
            self._draw.setProperty("primary", first)
            self._draw.style().unpolish(self._draw)
            self._draw.style().polish(self._draw)
        self._kind.setVisible(found is not None)
        self._offer_sources()
        told = points is None or against_reference or found is not None  # the figures say it themselves
        self._progress.setText("" if points is None or told else progress(points))
        if labelling and points is not None:
            self._figure.setText(tr("Point {place} of {count}", place=state.place + 1, count=len(points)))
            self._note.setText("\n".join(filter(None, (self._given(points), BLIND))))
            self._list_classes()
        elif found is not None:
            self._figure.setText(f"{percent(found.overall)} %")
            self._note.setText(_told(found))
            colours = {c.id: c.color for c in (*self._mapped(), *self._session.classes)}
            unit: Unit = "points"
            if against_reference and state.reference is not None:
                unit = state.reference.unit
            self._kind.setItemText(2, MATRIX[unit])
            self._table.show_figures(found, colours, self._kind.currentData(), unit)
        else:
            self._figure.setText("")
            self._note.setText(state.lacking or (NO_POINTS if self._mapped() else NO_MAP))
        self._figure.setToolTip(tr("Overall accuracy") if found is not None else "")
        self._figure.setVisible(bool(self._figure.text()))
        self._pages.setCurrentIndex(1 if labelling else 2 if found is not None else 0)

    def _offer_sources(self) -> None:
        """Points and a reference, where there are both."""
        state, reference = self._state, self._state.reference
        both = state.points is not None and state.has_reference and not state.is_labelling
        self._against.setVisible(both)
        if both and reference is not None:
            self._against.clear()
            self._against.addItem(tr("Points"), "points")
            self._against.addItem(unmarked(reference.name), "reference")
            self._against.setCurrentIndex(self._against.findData(state.shown))

    def _given(self, points: ValidationPoints) -> str:
        """What was said of a point to which one came back."""
        answer = int(points.reference[self._state.place])
        if answer == SKIPPED:
            return tr("This point was skipped.")
        if answer not in self._session.classes:
            return ""
        return tr("You labelled this point {name}.", name=self._session.classes[answer].name)

    def _mapped(self) -> tuple[object, ...]:
        item = self._session.cubes.current
        return () if item is None or item.prediction is None else tuple(item.prediction.classes)

    def _list_classes(self) -> None:
        self._classes.clear()
        for place, c in enumerate(self._session.classes):
            key = str(place + 1) if place < MAX_KEYS else ""
            thing = QListWidgetItem(swatch(c.color, key), unmarked(c.name))
            thing.setData(Qt.ItemDataRole.UserRole, c.id)
            self._classes.addItem(thing)

    def _clicked(self, thing: QListWidgetItem) -> None:
        self._answer(int(thing.data(Qt.ItemDataRole.UserRole)))


def progress(points: ValidationPoints) -> str:
    """How far one has come."""
    labelled, skipped = int(points.labelled.sum()), points.skipped
    if not skipped:
        return tr("{labelled} of {count} labelled", labelled=labelled, count=len(points))
    return tr(
        "{labelled} of {count} labelled, {skipped} skipped",
        labelled=labelled,
        count=len(points),
        skipped=skipped,
    )


def _next_step(points: ValidationPoints | None) -> str:
    """What the button does."""
    if points is None or points.next_open() is not None:
        return tr("Label points")
    return tr("Label skipped") if points.skipped else tr("Look again")


def _told(found: Validation) -> str:
    return "\n".join((found.sentence, *found.warnings))


def _class_list() -> QListWidget:
    """Classes to click, side by side as far as there is room."""
    result = named(QListWidget(), "validation_classes", tr("What is at the point?"))
    result.setFlow(QListView.Flow.LeftToRight)
    result.setWrapping(True)
    result.setResizeMode(QListView.ResizeMode.Adjust)
    result.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    result.setIconSize(QSize(SWATCH, SWATCH))
    result.setSpacing(3)
    return result
