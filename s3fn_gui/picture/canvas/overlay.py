"""A map of class ids drawn over the image, in the classes' colours."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.labels.classes import LabelClass
from s3fn_core.types import Box, IdArray
from s3fn_gui.picture.canvas.raster import Raster, wrapped

TRANSPARENT = 0


class IdOverlay(Raster):
    """Looks at an array of ids without copying it; a stroke redraws only its own rectangle."""

    def __init__(self) -> None:
        super().__init__()
        self._table = [TRANSPARENT] * 256
        self._start, self._stop = 0.0, math.inf

    def set_ids(self, ids: IdArray | None) -> None:
        """Show another map (kept, not copied), or nothing."""
        self.set_array(None if ids is None else np.asarray(ids, np.uint8))

    def set_classes(self, classes: Iterable[LabelClass]) -> None:
        """Colours by id; ids without a class stay invisible."""
        self._table = [TRANSPARENT] * 256
        for c in classes:
            self._table[c.id] = QColor(c.color).rgba()
        self.update()

    def refresh(self, box: Box) -> None:
        """The ids in `box` have changed."""
        top, left, bottom, right = box
        self.update(QRectF(left, top, right - left, bottom - top))

    def show_from(self, sample: float) -> None:
        """Draw only what lies right of `sample` (0: everything)."""
        if sample != self._start:
            first, last = sorted((self._start, sample))
            self._start = sample
            self.update(QRectF(first, 0, last - first, self.boundingRect().height()))

    def show_to(self, sample: float) -> None:
        """Draw only what lies left of `sample`."""
        if sample != self._stop:
            whole = self.boundingRect()
            first, last = sorted(min(s, whole.width()) for s in (self._stop, sample))
            self._stop = sample
            self.update(QRectF(first, 0, last - first, whole.height()))

    def shown(self) -> QRectF:
        """On its side of the handle, where there is one."""
        whole = self.boundingRect()
        return QRectF(self._start, 0, min(self._stop, whole.width()) - self._start, whole.height())

    def wrap(self, piece: ByteImage) -> QImage:
        """The ids with the classes' colours."""
        image = wrapped(piece, QImage.Format.Format_Indexed8)
        image.setColorTable(self._table)
        return image
