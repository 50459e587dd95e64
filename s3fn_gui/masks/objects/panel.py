"""The objects of all open cubes: filtered, chosen, labelled, classified, exported."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QStackedWidget, QWidget

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import unmarked
from s3fn_core.results.voting import Verdict
from s3fn_gui.base import theme
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import action_button, choice_box, column, label, named, plain_tip, row
from s3fn_gui.masks.objects.figures import ObjectFigures
from s3fn_gui.masks.objects.state import ALL, LABELLED, UNLABELLED, UNSURE, WRONG, ObjectsState, Place, Wanted
from s3fn_gui.masks.objects.table import ObjectsModel
from s3fn_gui.masks.objects.view import ObjectsView
from s3fn_gui.session.session import Session

KINDS = {
    ALL: tr("All objects"),
    UNLABELLED: tr("Not labelled"),
    LABELLED: tr("Labelled"),
    WRONG: tr("Label and class differ"),
    UNSURE: tr("Unknown"),
}
BUTTONS = (
    "mask.object",
    "mask.label_by_click",
    "objects.label",
    "objects.erase",
    "objects.classify",
    "objects.rule",
    "objects.same",
    "objects.export",
)
LISTED = BUTTONS[2:]
LETTERS, LEAST_FILTER = 8, 46
TABLE, FIGURES = "table", "figures"
PAGES = {TABLE: tr("Table"), FIGURES: tr("Accuracy")}
NOTHING = tr(
    "No objects yet. In the Mask panel, choose what separates objects from the background, "
    "then press Apply mask."
)


class ObjectsPanel(QWidget):
    """Choosing a row shows that object in the image and its mean spectrum in the plot."""

    def __init__(
        self,
        session: Session,
        state: ObjectsState,
        label_place: Callable[[int], None],
        name: Callable[[Place, str], None],
        actions: Actions,
    ) -> None:
        super().__init__()
        self._session = session
        self._state = state
        self._model = ObjectsModel(session, state, self)
        self._model.named.connect(name)
        self.table = ObjectsView(self._model, state, label_place)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.table.addActions(actions.pick(*LISTED))
        self._summary = label(role="muted", name="objects_summary")
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._kind = choice_box("objects_kind", tr("Which objects are listed"), KINDS)
        self._kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._kind.setMinimumContentsLength(LETTERS)
        self._kind.activated.connect(lambda _: self._want())
        self._text = named(
            QLineEdit(),
            "objects_filter",
            tr("Show only objects with this text in their number, name, cube, label or class"),
        )
        self._text.setPlaceholderText(tr("Filter"))
        self._text.setClearButtonEnabled(True)
        self._text.setMinimumWidth(LEAST_FILTER)
        self._text.setMaximumWidth(96)
        self._text.textChanged.connect(lambda _: self._want())
        tools = [action_button(actions[name], f"button_{name}") for name in BUTTONS]
        self._page = choice_box("objects_page", tr("Table of the objects, or their accuracy"), PAGES)
        self._page.activated.connect(lambda _: self._turn())
        head = row(self._page, self._kind, self._text, 1, row(*tools, spacing=1), spacing=4)
        self._nothing = label(NOTHING, "muted", name="objects_nothing", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pages = QStackedWidget()
        for page in (self._nothing, self.table, ObjectFigures(session)):
            self._pages.addWidget(page)
        self.setLayout(column(head, self._pages, self._summary, margins=4, spacing=2))
        follow(self._show, state.changed, state.known_changed, state.wanted_changed)
        follow(self._tell, state.chosen_changed, session.model_changed)
        session.class_list_changed.connect(self._offer)
        session.cubes.drawn.connect(self._model.forget_pictures)
        theme.follow(self._offer)

    def _want(self) -> None:
        self._state.set_wanted(Wanted(self._kind.currentData(), self._text.text()))

    def _offer(self) -> None:
        """The classes, as labels and as what is said of the objects."""
        chosen = self._kind.currentData()
        with QSignalBlocker(self._kind):
            self._kind.clear()
            texts = dict(KINDS)
            texts |= {f"class {c.id}": tr("Class: {name}", name=c.name) for c in self._session.classes}
            texts |= {f"label {c.id}": tr("Label: {name}", name=c.name) for c in self._session.classes}
            for kind, text in texts.items():
                self._kind.addItem(unmarked(text), kind)
            self._kind.setCurrentIndex(max(0, self._kind.findData(chosen)))
        self._want()
        self._show()

    def _show(self) -> None:
        """List the objects."""
        self.table.refresh()
        self._turn()
        self._tell()

    def _turn(self) -> None:
        """To the table, to what there is to do first, or to the figures."""
        figures = self._page.currentData() == FIGURES
        self._pages.setCurrentIndex(2 if figures else 1 if self._state.places else 0)
        for part in (self._kind, self._text, self._summary):
            part.setVisible(not figures)

    def _tell(self) -> None:
        state = self._state
        count, listed, chosen = len(state.places), len(self._model.order), len(state.chosen)
        if not count:
            self._summary.setText("")
            return
        if listed < count:
            parts = [tr("{listed:,} of {count:,} objects", listed=listed, count=count)]
        else:
            parts = [plural("{count:,} object", "{count:,} objects", count)]
        if chosen:
            parts.insert(0, tr("{count:,} selected: 1–9 label, 0 erases", count=chosen))
        elif not any(map(state.label, state.places)):
            parts.append(tr("select some, then press 1–9 to label them"))
        verdicts = [state.verdict(place) for place in state.places]
        if unknown := sum(one is not None and one.shown_unknown for one in verdicts):
            parts.append(tr("{count:,} unknown", count=unknown))
        if not chosen and self._session.model is not None and any(map(_is_of_pixels, verdicts)):
            parts.append(tr("not yet classified as whole objects: press Classify objects"))
        self._summary.setText(" · ".join(parts))
        self._summary.setToolTip(plain_tip(self._summary.text()))


def _is_of_pixels(verdict: Verdict | None) -> bool:
    """Whether nobody has judged the object as a whole."""
    return verdict is None or verdict.by == "pixels"
