"""The classes of the map above the image: all or one of them, whole or as outlines, faded or hatched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.labels.classes import UNLABELLED, LabelClass
from s3fn_core.results.map_layers import limit_of
from s3fn_core.types import BoolArray, FloatArray, IdArray
from s3fn_gui.base.signals import follow
from s3fn_gui.picture.canvas.map_shown import classes_of, drawn_ids, layer_shown, shown_alone
from s3fn_gui.picture.canvas.raster import Array, Raster, cut, wrapped
from s3fn_gui.picture.canvas.screen_edges import (
    COLOURS,
    draw_on_screen,
    hatch_marks,
    on_screen,
    outline_marks,
)
from s3fn_gui.session.map_look import Difference, MapLook
from s3fn_gui.session.session import Session

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction

OPAQUE = np.uint32(0xFF000000)
GONE = np.uint32(0xFFB0B4BA)
"""Of pixels that have no class any more, where changes are shown."""


class MapClasses(Raster):
    """Follows the session; hidden while confidence, margin or novelty is shown.

    What a look changes is worked out while the part in view is painted: it costs the same whatever
    the size of the map.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._look = MapLook()
        self._difference: Difference | None = None
        self._confidence: FloatArray | None = None
        self._table: npt.NDArray[np.uint32] = np.zeros(256, np.uint32)
        cubes, view = session.cubes, session.view
        follow(self._show, cubes.current_changed, cubes.prediction_changed, session.class_list_changed)
        follow(self._show, view.overlays_changed, view.comparison.changed)
        self._show()

    def _show(self) -> None:
        session, view = self._session, self._session.view
        item, layer = session.cubes.current, layer_shown(session)
        prediction = None if item is None else item.prediction
        shown = layer in ("classes", "second", "changes")
        self._difference = view.difference if layer == "changes" else None
        self.setVisible(prediction is not None and view.prediction.visible and shown)
        self.setOpacity((view.values if layer == "changes" else view.prediction).opacity)
        self._confidence = None if prediction is None else prediction.confidence
        plain = MapLook(only=shown_alone(session) if layer != "changes" else None)
        look = view.map_look if layer == "classes" else plain
        self._look = MapLook(plain.only, look.outlines, look.faded, look.least)
        self._table = table_of(classes_of(session, prediction), plain.only)
        if layer == "changes":
            self._table[UNLABELLED] = GONE
        self.set_array(None if prediction is None else self._ids(prediction))

    def _ids(self, prediction: Prediction) -> IdArray:
        following = prediction.next_best
        layer = layer_shown(self._session)
        if layer == "second" and following is not None:
            return following.ids[..., 0]
        if layer == "changes":
            return prediction.ids
        return drawn_ids(self._session, prediction)

    def paint_part(self, painter: QPainter, array: ByteImage, part: QRectF, step: int) -> None:
        """What the look asks for."""
        if self._look.outlines:

            def outlined(to_image: QTransform, screen: QRect) -> ByteImage:
                return outline_marks(lambda wide: self._sure_ids(array, to_image, wide), screen)

            draw_on_screen(painter, part, outlined, self._table.tolist())
        else:
            piece, place = cut(array, part, step)
            painter.drawImage(place, self.wrap(self._coloured(piece, part, step)))
        if self._look.least:

            def hatched(to_image: QTransform, screen: QRect) -> ByteImage:
                ids = on_screen(array, (0, 0), to_image, screen)
                return hatch_marks((self._table[ids] > 0) & self._unsure(to_image, screen), screen)

            draw_on_screen(painter, part, hatched, COLOURS)

    def wrap(self, piece: Array) -> QImage:
        """An image over the memory of an array of ids, or of 0xAARRGGBB."""
        if piece.dtype == np.uint8:
            image = wrapped(piece, QImage.Format.Format_Indexed8)
            image.setColorTable(self._table.tolist())
            return image
        return wrapped(piece, QImage.Format.Format_ARGB32)

    def _coloured(self, ids: IdArray, part: QRectF, step: int) -> Array:
        """Colours of a piece of the map; the ids themselves where those of the table will do."""
        if self._difference is None and not (self._look.faded or self._look.least):
            return ids
        colours = np.take(self._table, ids)
        if self._difference is not None:
            before, chosen = cut(self._difference.ids, part, step)[0], self._difference.chosen
            drawn = before != ids if chosen is None else (before == chosen[0]) & (ids == chosen[1])
            return np.where(drawn, colours, 0).astype(np.uint32)
        if self._confidence is None:
            return colours
        sure = cut(self._confidence, part, step)[0]
        if self._look.faded:
            opacity = np.round(np.clip(sure, 0, 1) * 255).astype(np.uint32) << 24
            colours = np.where(colours > 0, (colours & ~OPAQUE) | opacity, 0).astype(np.uint32)
        if self._look.least:
            colours[sure < limit_of(self._look.least)] = 0
        return colours

    def _sure_ids(self, array: ByteImage, to_image: QTransform, screen: QRect) -> ByteImage:
        """The ids on a part of the screen that are drawn."""
        ids = on_screen(array, (0, 0), to_image, screen)
        ids[self._table[ids] == 0] = 0
        if self._look.least:
            ids[self._unsure(to_image, screen)] = 0
        return ids

    def _unsure(self, to_image: QTransform, screen: QRect) -> BoolArray:
        assert self._confidence is not None
        found: BoolArray = on_screen(self._confidence, (0, 0), to_image, screen) < limit_of(self._look.least)
        return found


def table_of(classes: Iterable[LabelClass], only: int | None) -> npt.NDArray[np.uint32]:
    """Colours by id, 0xAARRGGBB; 0 for those that are not drawn."""
    table = np.zeros(256, np.uint32)
    for c in classes:
        if only in (None, c.id):
            table[c.id] = QColor(c.color).rgba()
    return table
