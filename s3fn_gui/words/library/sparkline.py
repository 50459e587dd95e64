"""A curve as large as a word, over what was measured of the class."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from s3fn_core.cubes.spectra.axis import Axis, runs
from s3fn_core.types import FloatArray
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.fitting import Measured
from s3fn_gui.base import theme
from s3fn_gui.base.swatches import same

SIZE = QSize(92, 40)
EDGE = 3.0
_RATIO = 2

Line = tuple[Axis, FloatArray]


def sparkline(
    entry: Entry, colour: str, range_nm: tuple[float, float] | None, measured: Measured | None
) -> QIcon:
    """An entry dashed over the class's labelled mean, within the range of the cube.

    The two share one scale, from 0 to the brightest of them.
    """
    low, high = range_nm or entry.range_nm
    inside = (entry.wavelengths >= low) & (entry.wavelengths <= high)
    curve = (entry.wavelengths[inside], entry.reflectance[inside])
    lines = [curve]
    if measured is not None:
        order = np.argsort(measured.wavelengths)
        mean = np.where(measured.good_bands, measured.mean, np.nan)
        if not measured.reflectance:
            mean = mean * to_reflectance(entry, measured)
        lines.append((measured.wavelengths[order], mean[order].astype(np.float32)))
    top = max((float(np.nanmax(y)) for _, y in lines if np.isfinite(y).any()), default=1.0)
    picture = QPixmap(SIZE * _RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(_RATIO, _RATIO)
    painter.setPen(QPen(QColor(theme.current().border), 1))
    painter.drawLine(QPointF(EDGE, SIZE.height() - EDGE), QPointF(SIZE.width() - EDGE, SIZE.height() - EDGE))
    ends = (low, max(high, low + 1.0), max(top, 1e-6))
    if len(lines) > 1:
        _draw(painter, lines[1], ends, QPen(theme.translucent(colour, 255), 1.6))
    ink = theme.current().text if len(lines) > 1 else colour
    _draw(painter, curve, ends, QPen(QColor(ink), 1.4, Qt.PenStyle.DashLine))
    painter.end()
    picture.setDevicePixelRatio(_RATIO)
    return same(picture)


def to_reflectance(entry: Entry, measured: Measured) -> float:
    """What brings a mean in other units to the brightness of an entry, by least squares."""
    expected = entry.at(measured.wavelengths)
    both = measured.good_bands & np.isfinite(measured.mean) & np.isfinite(expected)
    values = measured.mean[both].astype(np.float64)
    return float(values @ expected[both]) / max(float(values @ values), 1e-12)


def _draw(painter: QPainter, line: Line, ends: tuple[float, float, float], pen: QPen) -> None:
    x, y = line
    low, high, top = ends
    across = EDGE + (x - low) / (high - low) * (SIZE.width() - 2 * EDGE)
    down = SIZE.height() - EDGE - np.maximum(y, 0) / top * (SIZE.height() - 2 * EDGE)
    painter.setPen(pen)
    for run in runs(y):
        painter.drawPolyline(
            QPolygonF([QPointF(float(a), float(b)) for a, b in zip(across[run], down[run], strict=True)])
        )
