"""Corrections of a mask by hand: the objects are numbered again after every stroke."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from s3fn_core.cubes.treating.mask import Recipe
from s3fn_core.cubes.treating.masking import ObjectsEdit, corrected
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.languages import tr
from s3fn_gui.masks.state import MaskState, MaskStroke
from s3fn_gui.session.context import Context, Flow

KIND = "mask edit"
NOTHING = tr("Nothing changed: parts smaller than the smallest object are removed.")


class MaskEditFlow(Flow):
    """One stroke after the other, so that each is a step to undo, however fast they follow."""

    def __init__(self, context: Context, mask: MaskState) -> None:
        super().__init__(context)
        self._state = mask
        self._waiting: list[MaskStroke] = []
        self._state.stroke_ended.connect(self._queue)
        self._state.strokes_dropped.connect(self._drop)

    def _queue(self, stroke: MaskStroke) -> None:
        self._waiting.append(stroke)
        if len(self._waiting) == 1:
            self._next()

    def _drop(self) -> None:
        """What is not numbered yet is taken back."""
        self._waiting = []
        self._runner.cancel(KIND)

    def _next(self) -> None:
        stroke = self._waiting[0]
        mask = stroke.item.treatment.mask
        if mask is None:
            self._give_up()
            return
        splitting = (mask.recipe or Recipe()).splitting

        def done(edit: ObjectsEdit | None) -> None:
            if self._waiting[:1] != [stroke]:
                return
            item = stroke.item
            if item not in self._session.cubes.items or item.treatment.mask is not mask:
                self._give_up()  # undone, or made again, by now
                return
            if edit is None:
                self._session.report("info", NOTHING)
            else:
                correct = partial(_corrected, edit)
                self._session.push_treating(item, correct, correct, stroke.text)
            self._waiting.pop(0)
            self._state.settled(stroke)
            if self._waiting:
                self._next()

        def failed(error: BaseException) -> None:
            self._give_up()
            self._errors.show(tr("The mask"), error)

        def cancelled() -> None:
            if self._waiting[:1] == [stroke]:  # by the user, not for a newer one
                self._give_up()

        self._runner.start(
            KIND,
            tr("Numbering the objects"),
            lambda: ObjectsEdit.between(mask.objects, corrected(mask.objects, stroke.mask, splitting)),
            done,
            failed=failed,
            cancelled=cancelled,
        )

    def _give_up(self) -> None:
        self._waiting = []
        self._state.drop_strokes()


def _corrected(edit: ObjectsEdit, treatment: Treatment) -> Treatment:
    """There and back is the same edit."""
    if treatment.mask is None:
        return treatment
    return replace(treatment, mask=replace(treatment.mask, objects=edit.applied(treatment.mask.objects)))
