"""Legends in a corner of the image."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from s3fn_core.labels.classes import LabelClass
from s3fn_gui.picture.canvas.legend import MARGIN, Legend


def test_two_legends_at_the_top_lie_below_each_other(qtbot: QtBot) -> None:
    """As of a probe and of the preview of a split."""
    canvas, box = pg.GraphicsView(), pg.ViewBox()
    qtbot.addWidget(canvas)
    canvas.setCentralItem(box)
    canvas.resize(600, 400)
    scale, split = Legend(box, at_top=True), Legend(box, at_top=True)
    scale.show_scale("Probe", "cividis", ("0", "0.5", "1"), ("how alike",))
    split.show_classes("Split", [LabelClass(1, "training", "#1f78d1")])
    scale.setVisible(True)
    assert scale.sceneBoundingRect().bottom() < split.sceneBoundingRect().top()
    assert scale.sceneBoundingRect().right() == split.sceneBoundingRect().right()
    scale.setVisible(False)
    assert split.pos().y() == MARGIN


def test_a_legend_folds_to_its_title(qtbot: QtBot) -> None:
    canvas, box = pg.GraphicsView(), pg.ViewBox()
    qtbot.addWidget(canvas)
    canvas.setCentralItem(box)
    canvas.resize(600, 400)
    legend = Legend(box, foldable=True)
    legend.show_classes("Map", [LabelClass(i, f"class {i}", "#1f78d1") for i in range(1, 17)])
    whole = legend.sceneBoundingRect()
    assert whole.height() < 0.66 * canvas.height()  # with as many as there is room for
    inside = whole.topLeft() + QPointF(12, 8)
    assert legend.title_at(inside)
    legend.fold()
    small = legend.sceneBoundingRect()
    assert small.height() < 30
    assert small.bottomRight() == whole.bottomRight()
    assert legend.class_at(whole.center()) is None
    legend.fold()
    assert legend.sceneBoundingRect() == whole
    assert legend.class_at(whole.center()) is not None
