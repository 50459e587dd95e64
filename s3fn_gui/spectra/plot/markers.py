"""Lines in the plot that stand for the bands of the picture, and can be dragged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QSignalBlocker, Qt

from s3fn_core.languages import tr
from s3fn_gui.base.plots import BAND_MARKERS
from s3fn_gui.base.widgets import plain_tip

TIPS = (
    tr("Red of the composite: drag to change"),
    tr("Green of the composite: drag to change"),
    tr("Blue of the composite: drag to change"),
)


class BandMarkers:
    """`moved` is told which of them was dropped, and where."""

    def __init__(self, plot: Any, moved: Callable[[int, float], None]) -> None:
        self._lines = [_line(colour) for colour in BAND_MARKERS]
        for channel, line in enumerate(self._lines):
            line.setToolTip(plain_tip(TIPS[channel]))
            line.sigPositionChangeFinished.connect(
                partial(lambda number, at: moved(number, float(at.value())), channel)
            )
            plot.addItem(line, ignoreBounds=True)

    def show(self, positions: Sequence[float]) -> None:
        """Put as many as there are positions there, and hide the others."""
        for line in self._lines[len(positions) :]:
            line.hide()
        for line, position in zip(self._lines, positions, strict=False):
            line.show()
            with QSignalBlocker(line):
                line.setPos(position)


def _line(colour: str) -> Any:
    pen = pg.mkPen(colour, width=1.2, style=Qt.PenStyle.DashLine)
    return pg.InfiniteLine(angle=90, movable=True, pen=pen, hoverPen=pg.mkPen(colour, width=3))
