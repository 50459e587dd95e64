"""Widgets that set colours themselves follow the theme."""

from __future__ import annotations

from collections.abc import Iterator

import pyqtgraph as pg
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QSpinBox
from pytestqt.qtbot import QtBot

from s3fn_gui.base import theme
from s3fn_gui.cubes.calibration.preview import CalibrationPreview
from s3fn_gui.masks.threshold_plot import ThresholdPlot
from s3fn_gui.shell.window import MainWindow, make_app


@pytest.fixture(autouse=True)
def light_again() -> Iterator[None]:
    yield
    theme.apply(make_app(), theme.LIGHT)


def test_plots_and_the_image_have_the_colours_of_the_theme(window: MainWindow) -> None:
    preview = CalibrationPreview()  # of a dialog, which may be open when the desktop turns dark
    for look in (theme.DARK, theme.LIGHT):
        theme.apply(make_app(), look)
        plots = [*window.findChildren(pg.PlotWidget), preview.counts, preview.made]
        assert len(plots) >= 4
        for plot in plots:
            assert plot.backgroundBrush().color().name() == look.panel, plot.objectName()
        assert window.cube_view.canvas.backgroundBrush().color().name() == look.canvas


def test_a_widget_that_is_gone_follows_no_longer(window: MainWindow) -> None:
    plot = ThresholdPlot()
    calls: list[str] = []

    class Follower(ThresholdPlot):
        def _restyle(self) -> None:
            calls.append(theme.current().name)
            super()._restyle()

    follower = Follower()
    theme.apply(make_app(), theme.DARK)
    assert calls == ["light", "dark"]
    for widget in (plot, follower):
        shiboken6.delete(widget)
    theme.apply(make_app(), theme.LIGHT)
    assert calls == ["light", "dark"]


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
def test_fields_are_one_height_and_empty_boxes_of_lists_can_be_seen(look: theme.Theme, qtbot: QtBot) -> None:
    theme.apply(make_app(), look)
    ticks, number, choice = QListWidget(), QSpinBox(), QComboBox()
    for widget in (ticks, number, choice):
        qtbot.addWidget(widget)
    item = QListWidgetItem("", ticks)
    item.setCheckState(Qt.CheckState.Unchecked)
    ticks.show()
    picture = ticks.viewport().grab().toImage()
    places = [(x, y) for x in range(40) for y in range(min(40, picture.height()))]
    assert look.faint in {picture.pixelColor(x, y).name() for x, y in places}
    assert number.sizeHint().height() == choice.sizeHint().height()
