"""What the map is, above the image."""

from __future__ import annotations

from typing import Any

from s3fn_core.languages import tr
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import plain_tip
from s3fn_gui.picture.canvas.badge import Badge
from s3fn_gui.picture.canvas.legend import ABOVE
from s3fn_gui.picture.canvas.map_shown import calmed_of, layer_shown
from s3fn_gui.session.session import Session

MARGIN = 8.0
SHARE = 0.7
"""Of the canvas's width that it may take: a legend may be at its other end."""


class MapBadge(Badge):
    """Follows the standing of the map; in the corner, or below the captions of a comparison."""

    def __init__(self, session: Session, box: Any) -> None:
        super().__init__(box)
        self.setZValue(ABOVE)
        self._session = session
        self._box = box
        view = session.view
        follow(self._show, session.standing.changed, view.overlays_changed, view.comparison.changed)
        follow(self._show, session.cubes.current_changed, session.live.changed)
        box.sigResized.connect(lambda *_: self._place())
        self._show()

    def _show(self) -> None:
        """With the map, and where Live waits also without."""
        session = self._session
        standing = session.standing.now
        wanted = session.view.prediction.visible or bool(standing.problem)
        self.setVisible(wanted and bool(standing.text) and session.cubes.current is not None)
        calm = self._filter() if standing.text else ""
        self.set_text(" · ".join(text for text in (standing.text, calm) if text))
        self.setToolTip(plain_tip(standing.tip))
        self._place()

    def _filter(self) -> str:
        """What was done to the map that is drawn; it is not the one that was measured or is exported."""
        item, look = self._session.cubes.current, self._session.view.map_look
        prediction = None if item is None else item.prediction
        if prediction is None or not look.calm or layer_shown(self._session) != "classes":
            return ""
        return tr("filtered: {text}", text=look.calm.text) if calmed_of(self._session, prediction) else ""

    def _place(self) -> None:
        self.set_room(SHARE * self._box.width())
        below = self.boundingRect().height() + MARGIN if self._session.view.comparison.kept else 0.0
        self.setPos(MARGIN, MARGIN + below)
