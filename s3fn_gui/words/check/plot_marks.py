"""Marks on the mean of a class at the wavelengths that its description speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from s3fn_core.cubes.spectra.axis import Axis
from s3fn_core.types import FloatArray
from s3fn_core.words.check.findings import Finding, Verdict
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import plain_tip
from s3fn_gui.words.editor.text_marks import LOOKS

SYMBOLS: dict[Verdict, str] = {"supported": "o", "contradicted": "x", "outside": "t", "unchecked": "d"}
WORST_FIRST: tuple[Verdict, ...] = ("contradicted", "unchecked", "outside", "supported")
SIZES: dict[Verdict, int] = {"supported": 7, "contradicted": 11, "outside": 8, "unchecked": 8}
BARS, ABOVE = 3, 7  # above the mean, and above the expected curve
BAR_WIDTH, BAR_OPACITY = 5, 110


class ClaimMarks:
    """A glyph a claim, in the colour and shape of its verdict, with the sentence as its tip.

    Claims that are about the same place share one: the worst of their verdicts.  A range is marked
    by a bar along the curve, too.
    """

    def __init__(self, plot: Any) -> None:
        self._spots: Any = pg.ScatterPlotItem(pxMode=True, hoverable=True, tip=_tip)
        self._spots.setZValue(ABOVE)
        plot.addItem(self._spots, ignoreBounds=True)
        self._bars: dict[Verdict, Any] = {}
        for verdict in SYMBOLS:
            bar = pg.PlotCurveItem(connect="finite", antialias=True)
            bar.setZValue(BARS)
            plot.addItem(bar, ignoreBounds=True)
            self._bars[verdict] = bar
        self.shown: dict[float, list[Finding]] = {}

    def show(self, findings: Iterable[Finding], x: Axis, y: FloatArray) -> None:
        """Mark findings on the curve `y` over `x`; those outside of it are skipped."""
        findings = tuple(findings)
        self.shown = {}
        known = np.flatnonzero(np.isfinite(y))
        for finding in findings:
            place = _middle(finding, x[known]) if len(known) else None
            if place is not None:
                self.shown.setdefault(place, []).append(finding)
        self._spots.setData(
            [_spot(nm, float(np.interp(nm, x[known], y[known])), group) for nm, group in self.shown.items()]
        )
        for verdict, bar in self._bars.items():
            colour = theme.translucent(getattr(theme.current(), LOOKS[verdict][0]), BAR_OPACITY)
            bar.setPen(pg.mkPen(colour, width=BAR_WIDTH))
            bar.setData(*_parts([f for f in findings if f.verdict == verdict], x[known], y[known]))


def _middle(finding: Finding, x: Axis) -> float | None:
    """The wavelength in sight that stands for what a finding is about."""
    low, high = finding.place
    if finding.verdict == "outside" or (low is None and high is None):
        return None
    first = float(x[0]) if low is None else max(low, float(x[0]))
    last = float(x[-1]) if high is None else min(high, float(x[-1]))
    return round((first + last) / 2, 1) if first <= last else None


def _parts(findings: Iterable[Finding], x: Axis, y: FloatArray) -> tuple[Axis, FloatArray]:
    """The parts of a curve that findings with a range are about, with gaps between them."""
    places = [finding.place for finding in findings]
    ranges = {(low, high) for low, high in places if low is not None and high is not None}
    parts_x, parts_y = [np.zeros(0)], [np.zeros(0, np.float32)]
    for low, high in sorted(ranges):
        inside = (x >= low) & (x <= high)
        if low < high and inside.any():
            parts_x += [x[inside], np.array([np.nan])]
            parts_y += [y[inside], np.array([np.nan], np.float32)]
    return np.concatenate(parts_x), np.concatenate(parts_y)


def _spot(nm: float, value: float, findings: list[Finding]) -> dict[str, Any]:
    verdict = next(v for v in WORST_FIRST if any(f.verdict == v for f in findings))
    colour = QColor(getattr(theme.current(), LOOKS[verdict][0]))
    return {
        "pos": (nm, value),
        "symbol": SYMBOLS[verdict],
        "size": SIZES[verdict],
        "pen": pg.mkPen(theme.current().panel, width=1),
        "brush": pg.mkBrush(colour),
        "data": plain_tip("\n".join(f.sentence for f in findings)),
    }


def _tip(x: float, y: float, data: str) -> str:
    return data
