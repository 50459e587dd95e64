"""The likeliest classes of the pixel under the cursor, and who speaks for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPointF

from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.ensemble import MemberAnswer
from s3fn_gui.base.signals import follow
from s3fn_gui.picture.canvas.badge import Badge
from s3fn_gui.picture.canvas.legend import GAP, MARGIN, Legend
from s3fn_gui.picture.canvas.map_shown import classes_of, drawn_ids
from s3fn_gui.session.session import Session

TOGETHER = "Ensemble"
MEMBERS = {"Network": tr("Network"), "Spectra": tr("Spectra"), "Words": tr("Words")}
"""The names of answers, see :class:`~s3fn_core.results.ensemble.MemberAnswer`, and how they are shown."""
LEAST = 0.005
"""A smaller probability would read as none."""
CLEAR = 40.0
"""Screen pixels above the lower edge, where the scale bar lies."""


class PixelCard(Legend):
    """Below the badge that says what the map is; at the lower edge while the cursor is there."""

    def __init__(self, session: Session, box: Any, above: Badge) -> None:
        super().__init__(box)
        self._session, self._above = session, above
        view = session.view
        follow(self._show, view.hovered, view.member_answers_changed, view.overlays_changed)
        follow(self._show, session.cubes.prediction_changed, session.labels_changed)
        self._show()

    def _show(self) -> None:
        """The best three, the map that is drawn where it is filtered, and the answers."""
        session, view, item = self._session, self._session.view, self._session.cubes.current
        prediction = None if item is None else item.prediction
        wanted = view.pixel_card and view.prediction.visible and not session.work.is_painting
        if prediction is None or view.hover is None or not wanted:
            self.setVisible(False)
            return
        line, sample = view.hover
        best = prediction.best_at(line, sample)
        self.setVisible(bool(best))
        if not best:
            return
        classes = {c.id: c for c in classes_of(session, prediction)}
        rows = [
            replace(classes[class_id], name=f"{_share(share)}  {classes[class_id].name}")
            for class_id, share in best
            if class_id in classes
        ]
        names = {class_id: c.name for class_id, c in classes.items()}
        drawn = int(drawn_ids(session, prediction)[line, sample])
        notes = member_texts(view.member_answers, names, best[0][0])
        if drawn != best[0][0] and drawn in names:
            notes.insert(0, tr("Shown after filtering: {name}", name=names[drawn]))
        self.show_classes(tr("Under the cursor"), rows, notes=notes)

    def place(self) -> None:
        """Go where it hides nothing that is looked at."""
        height, top = self.boundingRect().height(), self._above.pos().y()
        if self._above.isVisible():
            top += self._above.boundingRect().height() + GAP
        self.setPos(MARGIN, top)
        hover = self._session.view.hover
        if hover is not None and self._covers(self._box.mapFromView(QPointF(hover[1] + 0.5, hover[0] + 0.5))):
            self.setPos(MARGIN, max(top, self._box.height() - height - CLEAR))

    def _covers(self, point: QPointF) -> bool:
        frame = self.boundingRect().translated(self.pos()).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        return frame.contains(point)


def _share(share: float) -> str:
    return per_cent(share, 0) if share >= LEAST else "< 1 %"


def member_texts(answers: tuple[MemberAnswer, ...], names: dict[int, str], shown: int) -> list[str]:
    """What each member answers; that neighbours decided, where the ensemble answers something else."""
    texts = [
        f"{MEMBERS.get(answer.name, answer.name)}: {_told(answer, names)}"
        for answer in answers
        if answer.name != TOGETHER
    ]
    together = next((answer for answer in answers if answer.name == TOGETHER), None)
    if together is not None and together.class_id != shown:
        texts.append(tr("Without its neighbours: {answer}", answer=_told(together, names)))
    return texts


def _told(answer: MemberAnswer, names: dict[int, str]) -> str:
    return f"{names.get(answer.class_id, answer.class_id)} {per_cent(answer.share, 0)}"
