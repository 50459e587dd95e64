"""Legends in a corner of the image."""

from __future__ import annotations

import pyqtgraph as pg
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
    split.show_classes("Split", [LabelClass(1, "learned from", "#1f78d1")])
    scale.setVisible(True)
    assert scale.sceneBoundingRect().bottom() < split.sceneBoundingRect().top()
    assert scale.sceneBoundingRect().right() == split.sceneBoundingRect().right()
    scale.setVisible(False)
    assert split.pos().y() == MARGIN
