"""On the image: which labels train, which test, which are left out."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import tr
from s3fn_gui.base.signals import follow
from s3fn_gui.model.training.material_state import MaterialState
from s3fn_gui.picture.canvas.legend import Legend
from s3fn_gui.picture.canvas.raster import IdOverlay
from s3fn_gui.picture.layer import Level
from s3fn_gui.session.session import Session

ROLES = (
    LabelClass(1, tr("training"), "#1f78d1"),
    LabelClass(2, tr("held out for the test"), "#f59b00"),
    LabelClass(3, tr("left out: too close to the test"), "#8a9099"),
)
"""By the numbers of ``split_preview``; apart also for who cannot tell red from green."""


class SplitLayer(QObject):
    """Follows the preview; covers the labels while it is shown.  Its legend is at the top right."""

    def __init__(self, session: Session, state: MaterialState, box: Any) -> None:
        super().__init__(box)
        self._session = session
        self._state = state
        self.roles = IdOverlay()
        self.roles.set_classes(ROLES)
        self.legend = Legend(box, at_top=True)
        follow(self._show, state.split_changed, session.cubes.current_changed)
        self._show()

    @property
    def parts(self) -> tuple[tuple[Level, Any], ...]:
        """See :class:`Layer`."""
        return ((Level.SPLIT, self.roles),)

    def _show(self) -> None:
        state, item = self._state, self._session.cubes.current
        roles = None if item is None else state.map_of(item)
        self.roles.set_ids(roles)
        self.legend.setVisible(roles is not None)
        if roles is None or state.preview is None:
            return
        title = tr("Split: held out")
        if state.preview.folds:
            title = tr("Split: fold {number} of {count}", number=state.number + 1, count=state.preview.rounds)
        found = set(state.preview.roles[state.number].tolist())
        self.legend.show_classes(title, [role for role in ROLES if role.id in found])
