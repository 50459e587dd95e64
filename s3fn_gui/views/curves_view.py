"""Loss and accuracy of the training, step by step."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QWidget

from s3fn_gui import theme
from s3fn_gui.plots import style_plot
from s3fn_gui.session import Session
from s3fn_gui.widgets import named, row

REDRAW_MS = 80  # a fast training reports more often than a screen can show
# (metric, plot, is it measured on what was held out)
LINES = (
    ("loss", "loss", False),
    ("val_loss", "loss", True),
    ("accuracy", "accuracy", False),
    ("val_accuracy", "accuracy", True),
)


class CurvesView(QWidget):
    """Two plots side by side; held-out figures, where there are any, in a second colour."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._training = session.training
        self.plots: dict[str, Any] = {}
        for name, title in (("loss", "Loss"), ("accuracy", "Accuracy")):
            plot: Any = named(pg.PlotWidget(), f"{name}_plot", title)
            plot.setMenuEnabled(False)
            plot.setMouseEnabled(False, False)
            plot.hideButtons()
            plot.setLabel("left", title)
            plot.setLabel("bottom", "Epoch")
            plot.getPlotItem().setContentsMargins(0, 4, 6, 0)
            self.plots[name] = plot
        self.plots["accuracy"].setYRange(0, 1, padding=0.03)
        self.curves = {name: self.plots[plot].plot([]) for name, plot, _ in LINES}
        self._stages: list[tuple[Any, Any]] = []
        self.setLayout(row(*self.plots.values(), spacing=4))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAW_MS)
        self._timer.timeout.connect(self._draw)
        session.training.curve_changed.connect(self._ask)
        self._restyle()

    def _ask(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _draw(self) -> None:
        for name, curve in self.curves.items():
            points = self._training.curves.get(name, [])
            curve.setData([x for x, _ in points], [y for _, y in points])
        self._draw_stages()

    def _draw_stages(self) -> None:
        """A line and a name where a stage begins."""
        for plot, marker in self._stages:
            plot.removeItem(marker)
        self._stages = []
        colours = theme.current()
        for start, name in self._training.stage_starts:
            for plot in self.plots.values():
                marker = pg.InfiniteLine(
                    pos=start, angle=90, pen=pg.mkPen(colours.strong, width=1),
                    label=name,
                    labelOpts={"position": 0.93, "color": colours.muted, "anchors": [(0, 0.5)] * 2},
                )  # fmt: skip
                plot.addItem(marker, ignoreBounds=True)
                self._stages.append((plot, marker))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        colours = theme.current()
        for plot in self.plots.values():
            style_plot(plot)
        for name, _, held_out in LINES:
            colour = colours.warning if held_out else colours.accent
            self.curves[name].setPen(pg.mkPen(colour, width=2))
        self._draw_stages()
