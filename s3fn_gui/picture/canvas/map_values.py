"""What a map holds beside its classes, in colours above the image: confidence, margin and novelty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.results.map_layers import SCALES, ValueName, levels_of
from s3fn_gui.base.colour_maps import NOVELTY, colour_table
from s3fn_gui.base.signals import follow
from s3fn_gui.picture.canvas.map_shown import layer_shown, values_of
from s3fn_gui.picture.canvas.raster import TRANSPARENT, Raster, cut
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction

COLOURS: dict[ValueName, str] = {"confidence": "viridis", "margin": "viridis", "novelty": NOVELTY}


class MapValues(Raster):
    """Follows the session; hidden while the classes are shown.

    Levels are worked out while the part in view is painted: it costs the same whatever the size of the
    map.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._drawn: tuple[Prediction, ValueName] | None = None
        cubes, view = session.cubes, session.view
        follow(self._show, cubes.current_changed, cubes.prediction_changed)
        follow(self._show, view.overlays_changed, view.comparison.changed)
        self._show()

    def _show(self) -> None:
        view, item, layer = self._session.view, self._session.cubes.current, layer_shown(self._session)
        prediction = None if item is None else item.prediction
        wanted = prediction is not None and layer in COLOURS and view.prediction.visible
        self.setVisible(wanted)
        self.setOpacity(view.values.opacity)
        if prediction is None or layer == "classes" or layer == "second" or layer == "changes" or not wanted:
            self._drawn = None
            self.set_array(None)
        elif self._drawn is None or self._drawn[0] is not prediction or self._drawn[1] != layer:
            self._drawn = prediction, layer
            self.set_colours([TRANSPARENT, *colour_table(COLOURS[layer])[1:]])
            self.set_array(prediction.ids)

    def paint_part(self, painter: QPainter, array: ByteImage, part: QRectF, step: int) -> None:
        """The levels of a part of the map."""
        if self._drawn is not None:
            prediction, layer = self._drawn
            ids, place = cut(array, part, step)
            values = values_of(prediction, layer, lambda whole: cut(whole, part, step)[0])
            painter.drawImage(place, self.wrap(levels_of(values, ids, SCALES[layer].top)))
