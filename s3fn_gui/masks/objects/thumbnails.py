"""Small pictures of objects, as the table keeps them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_gui.base.swatches import same
from s3fn_gui.masks.objects.pictures import RATIO, SIDE
from s3fn_gui.masks.objects.state import Place

MOST = 2000  # kept


class Thumbnails:
    """Keeps those that came last."""

    def __init__(self) -> None:
        self._icons: OrderedDict[Place, QIcon] = OrderedDict()
        self._outdated = set[Place]()

    def of(self, place: Place) -> QIcon | None:
        """The picture of an object, also one that is outdated; None where there is none yet."""
        return self._icons.get(place)

    def is_new(self, place: Place) -> bool:
        """Whether there is nothing to be cut."""
        return place in self._icons and place not in self._outdated

    def outdate(self) -> None:
        """The cubes are shown in another way."""
        self._outdated = set(self._icons)

    def take(self, cut: Mapping[Place, ByteImage]) -> None:
        """Pictures (lines, samples, 3) of objects; the oldest go."""
        for place, image in cut.items():
            self._icons.pop(place, None)
            self._icons[place] = same(_square(image))
        self._outdated -= cut.keys()
        while len(self._icons) > MOST:
            self._icons.popitem(last=False)


def _square(image: ByteImage) -> QPixmap:
    """In the middle of a square, so that the numbers beside them stand below each other."""
    lines, samples, _ = image.shape
    picture = QImage(image.data, samples, lines, 3 * samples, QImage.Format.Format_RGB888)
    side = SIDE * RATIO
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    scaled = QPixmap.fromImage(picture).scaled(side, side, keep, smooth)
    square = QPixmap(side, side)
    square.fill(Qt.GlobalColor.transparent)
    painter = QPainter(square)
    painter.drawPixmap((side - scaled.width()) // 2, (side - scaled.height()) // 2, scaled)
    painter.end()
    square.setDevicePixelRatio(RATIO)
    return square
