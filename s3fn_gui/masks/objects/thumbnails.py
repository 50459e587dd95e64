"""Small pictures of objects, cut out of the picture of their cube when a cell is painted."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QImage, QPixmap

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.types import Box, ObjectMap
from s3fn_gui.base.swatches import same

SIDE = 22
RATIO = 2
MOST = 2000  # kept
OUTSIDE = 0.35  # how much of the surroundings is left, so that the object stands out


class Thumbnails:
    """Keeps those that were painted last.  Only the few that are in view are ever made."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[str, int], QIcon] = OrderedDict()

    def clear(self) -> None:
        """The pictures have changed."""
        self._made.clear()

    def of(self, key: tuple[str, int], image: ByteImage, objects: ObjectMap, box: Box) -> QIcon:
        """The object `key` (cube, number) in a picture of its cube, (lines, samples) or with colours."""
        icon = self._made.pop(key, None) or same(cut_out(image, objects, key[1], box))
        self._made[key] = icon
        while len(self._made) > MOST:
            self._made.popitem(last=False)
        return icon


def cut_out(image: ByteImage, objects: ObjectMap, number: int, box: Box) -> QPixmap:
    """An object with its surroundings dimmed, in a square."""
    top, left, bottom, right = box
    step = max(1, max(bottom - top, right - left) // (SIDE * RATIO))
    part = image[top:bottom:step, left:right:step]
    colours = np.repeat(part[:, :, None], 3, axis=2) if part.ndim == 2 else part
    outside = objects[top:bottom:step, left:right:step] != number
    shown = np.ascontiguousarray(np.where(outside[:, :, None], colours * OUTSIDE, colours), np.uint8)
    lines, samples, _ = shown.shape
    picture = QImage(shown.data, samples, lines, 3 * samples, QImage.Format.Format_RGB888)
    side = SIDE * RATIO
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    pixmap = QPixmap.fromImage(picture).scaled(side, side, keep, smooth)
    pixmap.setDevicePixelRatio(RATIO)
    return pixmap
