"""How much of the image is in view."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF

from s3fn_gui.session.session import Session

ZOOM_PER_STEP = 1.25
CLOSEST = 4  # pixels of the image that are always in view


class Zoom:
    """Everything that moves the view.

    `canvas` is the pyqtgraph GraphicsView, `box` its ViewBox in image coordinates (x is the
    sample, y the line).
    """

    def __init__(self, session: Session, canvas: Any, box: Any) -> None:
        self._session = session
        self._canvas = canvas
        self._box = box
        view = session.view
        self.follow(self._tell)
        view.fit_requested.connect(self.fit)
        view.zoom_requested.connect(self.by)
        view.pixels_requested.connect(self.to_pixels)

    def follow(self, slot: Callable[[], object]) -> None:
        """Call `slot` whenever another part of the image is in view, or at another size."""
        self._box.sigRangeChanged.connect(lambda *_: slot())

    def fit(self) -> None:
        """Show the whole image."""
        item = self._session.cubes.current
        if item is None:
            return
        width, height = item.cube.samples, item.cube.lines
        self._box.setLimits(minXRange=CLOSEST, minYRange=CLOSEST)
        self._box.setRange(xRange=(0, width), yRange=(0, height), padding=0.02)

    def _tell(self) -> None:
        """Note which pixels are in view: what follows the labels begins there."""
        item = self._session.cubes.current
        if item is None:
            self._session.view.seen = None
            return
        seen = seen_part(self._box, QRectF(0, 0, item.cube.samples, item.cube.lines))
        ends = (
            math.floor(seen.top()),
            math.floor(seen.left()),
            math.ceil(seen.bottom()),
            math.ceil(seen.right()),
        )
        self._session.view.seen = ends

    def by(self, factor: float, centre: QPointF | None = None) -> None:
        """Enlarge; `centre` stays where it is, by default the pixel under the cursor."""
        middle = self._centre() if centre is None else centre
        factor = max(factor, self._smallest() * float(self._box.viewPixelSize()[0]))
        self._box.scaleBy((1 / factor, 1 / factor), center=(middle.x(), middle.y()))
        self._keep()

    def to_pixels(self) -> None:
        """One pixel of the image on one pixel of the screen, whatever the screen's scaling."""
        self.by(float(self._box.viewPixelSize()[0]) / self._canvas.devicePixelRatioF())

    def move(self, samples: float, lines: float) -> None:
        """Show what lies that much further right and down."""
        self._box.translateBy(x=samples, y=lines)
        self._keep()

    def centre_on(self, line: int, sample: int, around: float) -> None:
        """A pixel in the middle, and no more than `around` pixels across or down with it."""
        shown: QRectF = self._box.viewRect()
        factor = max(1.0, min(shown.width(), shown.height()) / around)
        self._box.scaleBy((1 / factor, 1 / factor))
        middle = self._box.viewRect().center()
        self.move(sample + 0.5 - middle.x(), line + 0.5 - middle.y())

    @property
    def pixel(self) -> float:
        """Pixels of the image a pixel of the screen."""
        return float(self._box.viewPixelSize()[0])

    def point(self, scene: QPointF) -> QPointF:
        """Where a point of the canvas's scene is in the image."""
        point: QPointF = self._box.mapSceneToView(scene)
        return point

    def _smallest(self) -> float:
        """Screen pixels a pixel of the image, where zooming out ends.

        Half of what shows the whole image, or a pixel on a pixel where that is less.
        """
        item = self._session.cubes.current
        if item is None:
            return 0.0
        across, down = self._box.width() / item.cube.samples, self._box.height() / item.cube.lines
        return float(min(across / 2, down / 2, 1 / self._canvas.devicePixelRatioF()))

    def _keep(self) -> None:
        """The middle of the view stays on the image, which is never lost so."""
        item = self._session.cubes.current
        if item is not None:
            middle = self._box.viewRect().center()
            x = min(max(middle.x(), 0), item.cube.samples)
            y = min(max(middle.y(), 0), item.cube.lines)
            self._box.translateBy(x=x - middle.x(), y=y - middle.y())

    def _centre(self) -> QPointF:
        here = self._session.view.hover
        middle: QPointF = self._box.viewRect().center()
        return middle if here is None else QPointF(here[1] + 0.5, here[0] + 0.5)


def seen_part(box: Any, image: QRectF) -> QRectF:
    """The part of `image` in view, in image coordinates; the view itself where there is none."""
    view: QRectF = box.viewRect()
    seen = view.intersected(image)
    return view if seen.isEmpty() else seen
