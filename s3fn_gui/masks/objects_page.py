"""The objects of the mask: counted, corrected, labelled; they are listed in the panel Objects."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QWidget

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import per_cent, unmarked
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import action_button, choice_box, column, label, named, plain_tip, push_button, row
from s3fn_gui.masks.reasons import UNKNOWN_TEXT, reason
from s3fn_gui.masks.state import MaskState
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.objects import ObjectPrediction

TOOLS = ("mask.object", "mask.add", "mask.cut", "mask.label_object", "mask.export")
TOO_SMALL = tr("too small to classify")


class ObjectsPage(QWidget):
    """How many there are, what is said of them, and of the one that is selected on the image."""

    def __init__(self, session: Session, mask: MaskState, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._state = mask
        self._summary = label(role="muted", name="mask_summary", wrap=True)
        self._chosen = label(role="muted", name="mask_chosen", wrap=True)
        self._list = push_button(tr("Show list of objects"), "mask_list", mask.list_asked.emit)
        self._list.setToolTip(
            plain_tip(tr("Open the Objects panel to sort, filter, label and classify them"))
        )
        self._numbers = named(
            QCheckBox(tr("Numbers")), "mask_numbers", tr("Show object numbers on the image")
        )
        self._numbers.setChecked(self._state.numbers)
        self._numbers.toggled.connect(lambda on: self._state.set_look(numbers=on))
        vote = named(
            QCheckBox(tr("One class per object")),
            "mask_vote",
            tr(
                "Show one class per object in the map: the class given to the whole object; "
                "without a model, the majority class of its pixels"
            ),
        )
        vote.toggled.connect(self._state.set_vote)
        self._defect = choice_box(
            "mask_defect", tr("Objects with enough pixels of that defect get its class"), {0: tr("No defect")}
        )
        self._defect.activated.connect(lambda: self._state.set_defect(self._defect.currentData()))
        tools = row(*(action_button(actions[name], f"button_{name}") for name in TOOLS), 1, spacing=1)
        listing = row(self._list, 1)
        parts = (self._summary, listing, tools, self._chosen, self._numbers, vote, self._defect)
        self.setLayout(column(*parts, 1, margins=4, spacing=6))
        follow(self._show, self._state.objects_changed, self._state.judged_changed)
        follow(self._show, session.cubes.current_changed, session.cubes.treatment_changed)
        self._state.selected_changed.connect(self._show)
        follow(self._offer_defects, session.model_changed, self._state.vote_changed)
        self._show()
        self._offer_defects()

    def _show(self) -> None:
        self._summary.setText(unmarked(self._told()))
        self._chosen.setText(unmarked(self._told_of_chosen()))
        self._list.setEnabled(bool(self._state.objects))

    def _told(self) -> str:
        state, item = self._state, self._session.cubes.current
        if item is None or item.treatment.mask is None:
            return tr("No mask yet. On the Find page, choose what is an object, then press Apply mask.")
        if state.mask is not item.treatment.mask:
            return tr("Listing the objects…")
        pixels = sum(row.pixels for row in state.objects)
        share = pixels / max(1, item.cube.lines * item.cube.samples)
        count = len(state.objects)
        told = plural(
            "{count:,} object, {share} of the image",
            "{count:,} objects, {share} of the image",
            count,
            share=per_cent(share),
        )
        return told if state.judged is None else f"{told}: {counted(state.judged)}"

    def _told_of_chosen(self) -> str:
        """What is known of the one that is selected."""
        number, judged = self._state.selected, self._state.judged
        row = next((row for row in self._state.objects if row.number == number), None)
        if row is None:  # none is, or its mask has just gone
            return ""
        told = tr("Object {number}: {pixels:,} px", number=number, pixels=row.pixels)
        said = next((one for one in judged.objects if one.number == number), None) if judged else None
        return f"{told}. {reason(said)}." if said is not None else told

    def _offer_defects(self) -> None:
        """The defects that the model has learned, while the objects vote."""
        model = self._session.model
        found = () if model is None or model.objects.defects is None else model.objects.defects.thresholds
        names = {} if model is None else {c.id: c.name for c in model.classes if c.id in found}
        self._defect.clear()
        self._defect.addItem(tr("No defect"), 0)
        for class_id, name in names.items():
            self._defect.addItem(tr("Defect: {name}", name=name), class_id)
        self._defect.setCurrentIndex(max(0, self._defect.findData(self._state.defect)))
        self._defect.setVisible(bool(names) and self._state.vote)
        if self._state.defect not in (0, *names):
            self._state.set_defect(0)


def counted(judged: ObjectPrediction) -> str:
    """How many objects are of each class, are unknown, or were not judged."""
    said = (
        UNKNOWN_TEXT if one.shown_unknown else one.class_name if one.class_id else TOO_SMALL
        for one in judged.objects
    )
    counts = Counter(said)
    order = (*judged.classes.names, UNKNOWN_TEXT, TOO_SMALL)
    return ", ".join(f"{counts[name]:,} {name}" for name in dict.fromkeys(order) if counts[name])
