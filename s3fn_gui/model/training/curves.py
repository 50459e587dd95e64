"""Loss and accuracy of the training, step by step."""

from __future__ import annotations

from typing import Any, Protocol

import pyqtgraph as pg
from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QStackedWidget, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.plots import new_plot, style_plot
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import column, label

REDRAW_MS = 80  # a fast training reports more often than a screen can show
HEADROOM = 1.09  # above an accuracy of 1, for the names of the stages, and below a tick at 1.1
LOSS, ACCURACY = ("loss", "val_loss"), ("accuracy", "val_accuracy")
EMPTY = tr("Loss and accuracy appear here during a training.")
STAGES = {"stage 1": tr("stage 1"), "stage 2": tr("stage 2")}
"""How the steps of a training that curves are drawn of are called."""


class Learning(Protocol):
    """A state with curves: of a training that runs, or of an earlier one."""

    curve_changed: SignalInstance

    @property
    def curves(self) -> dict[str, list[tuple[int, float]]]: ...

    @property
    def stage_starts(self) -> list[tuple[int, str]]: ...


class CurvesView(QWidget):
    """One plot, loss on the left axis and accuracy on the right; held-out figures dashed."""

    def __init__(self, training: Learning, empty: str = EMPTY) -> None:
        super().__init__()
        self._training = training
        self.plot: Any = new_plot("curves_plot", tr("Loss and accuracy"))
        self.plot.getPlotItem().setContentsMargins(0, 4, 0, 0)
        self._right: Any = pg.ViewBox(enableMouse=False, enableMenu=False)
        self._build_right_axis()
        self.curves: dict[str, Any] = {name: self.plot.plot([]) for name in LOSS}
        for name in ACCURACY:
            self.curves[name] = pg.PlotDataItem()
            self._right.addItem(self.curves[name])
        self._stages: list[Any] = []
        waiting = label(empty, "muted", wrap=True)
        waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(waiting)
        self._pages.addWidget(self.plot)
        self.setLayout(column(self._pages, margins=2))
        self._timer = resting(self, self._draw, REDRAW_MS)
        training.curve_changed.connect(self._ask)
        theme.follow(self._restyle)

    def _build_right_axis(self) -> None:
        """A second view on the same place, as pyqtgraph has no second axis."""
        item = self.plot.getPlotItem()
        item.showAxis("right")
        item.scene().addItem(self._right)
        item.getAxis("right").linkToView(self._right)
        self._right.setXLink(item)
        self._right.setYRange(0, HEADROOM, padding=0)
        item.vb.sigResized.connect(lambda: self._right.setGeometry(item.vb.sceneBoundingRect()))

    def _ask(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _draw(self) -> None:
        for name, curve in self.curves.items():
            points = self._training.curves.get(name, [])
            curve.setData([x for x, _ in points], [y for _, y in points])
        self._pages.setCurrentIndex(1 if self._training.curves else 0)
        losses = [y for name in LOSS for _, y in self._training.curves.get(name, [])]
        if losses:
            self.plot.setYRange(0, HEADROOM * max(losses), padding=0)
        self._draw_stages()

    def _draw_stages(self) -> None:
        """A line and a name where a stage begins."""
        for marker in self._stages:
            self.plot.removeItem(marker)
        self._stages = []
        colours = theme.current()
        curves = self._training.curves.values()
        first = min((points[0][0] for points in curves if points), default=0)
        for start, name in self._training.stage_starts:
            marker = pg.InfiniteLine(
                pos=max(start, first),  # further left, its name would be cut
                angle=90,
                pen=pg.mkPen(colours.strong, width=1),
                label=STAGES.get(name, name),
                labelOpts={"position": 0.94, "color": colours.muted, "anchors": [(0, 0.5)] * 2},
            )
            self.plot.addItem(marker, ignoreBounds=True)
            self._stages.append(marker)

    def _restyle(self) -> None:
        colours = theme.current()
        style_plot(self.plot)
        sides = {
            "left": (tr("Loss"), colours.accent, LOSS),
            "right": (tr("Accuracy"), colours.warning, ACCURACY),
        }
        for side, (title, colour, names) in sides.items():
            self.plot.getPlotItem().getAxis(side).setTextPen(pg.mkPen(colour))
            self.plot.setLabel(side, title, color=colour)
            for name in names:
                dash = [4, 3] if name.startswith("val") else None
                self.curves[name].setPen(pg.mkPen(colour, width=2, dash=dash))
        self.plot.setLabel("bottom", tr("Epoch"))
        self._draw_stages()
