"""What all plots share: their look, and colours that are not the theme's."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg

from s3fn_gui.base import theme
from s3fn_gui.base.widgets import named

# Okabe and Ito's scheme: distinguishable for colour-blind people, and unlike the class palette.
KEPT = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
BAND_MARKERS = ("#e05252", "#3fa45b", "#4a7fe0")


def new_plot(name: str, tip: str = "") -> Any:
    """A pyqtgraph plot that shows its data only: no menu, no buttons, nothing for the mouse."""
    plot = named(pg.PlotWidget(enableMenu=False), name, tip)
    menu = plot.getPlotItem().ctrlMenu  # there all the same, and without a parent it outlives the plot
    menu.setParent(plot, menu.windowFlags())
    plot.setMouseEnabled(False, False)
    plot.hideButtons()
    return plot


def style_plot(plot: Any) -> None:
    """Give a pyqtgraph plot the theme's colours."""
    colours = theme.current()
    plot.setBackground(colours.panel)
    for side in ("left", "right", "bottom"):
        axis = plot.getPlotItem().getAxis(side)
        axis.setPen(pg.mkPen(colours.border))
        axis.setTextPen(pg.mkPen(colours.muted))
        axis.setStyle(tickLength=-4)
        axis.autoSIPrefix = False  # the method of that name scales once more before it stops
    plot.showGrid(x=True, y=True, alpha=0.12)
