"""What the colours of the map above the image mean."""

from __future__ import annotations

from typing import Any

from s3fn_core.results.map_layers import SCALES
from s3fn_gui.base.signals import follow
from s3fn_gui.picture.canvas.legend import Legend
from s3fn_gui.picture.canvas.map_values import COLOURS, layer_shown
from s3fn_gui.session.session import Session


class MapLegend(Legend):
    """Follows the session; there whenever a map is drawn."""

    def __init__(self, session: Session, box: Any) -> None:
        super().__init__(box)
        self._session = session
        cubes, view = session.cubes, session.view
        follow(self._show, cubes.current_changed, cubes.prediction_changed, session.class_list_changed)
        follow(self._show, view.overlays_changed, view.comparison.changed)
        box.sigResized.connect(lambda *_: self._show())
        self._show()

    def _show(self) -> None:
        """Follow the map that is drawn."""
        item, layer = self._session.cubes.current, layer_shown(self._session)
        prediction = None if item is None else item.prediction
        self.setVisible(prediction is not None and self._session.view.prediction.visible)
        if prediction is None:
            return
        if layer == "classes":
            own = {c.id: c for c in self._session.classes}
            self.show_classes("Map: classes", [own.get(c.id, c) for c in prediction.classes])
            return
        lines, share = [SCALES[layer].meaning], prediction.novel_share
        if layer == "novelty" and share is not None:
            lines.append(f"{100 * share:.0f} % of the map is above 1")
        self.show_scale(f"Map: {layer}", COLOURS[layer], SCALES[layer].ticks, lines)
