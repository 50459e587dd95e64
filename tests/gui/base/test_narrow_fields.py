"""Narrow fields of numbers."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from s3fn_gui.base.widgets import narrow

PADDING = 4  # of the text in its field


@pytest.mark.parametrize("kind", [QSpinBox, QLineEdit])
def test_a_narrow_field_never_cuts_its_number(qtbot: QtBot, kind: type[QSpinBox | QLineEdit]) -> None:
    ground, field = QWidget(), kind()
    qtbot.addWidget(ground)
    if isinstance(field, QSpinBox):
        field.setMaximum(100_000)
    narrow(field, 40)
    ground.setLayout(QHBoxLayout())
    ground.layout().addWidget(field)
    ground.resize(10, 30)
    ground.show()
    line = field.findChild(QLineEdit) or field
    for text in ("7", "32768"):
        field.setValue(int(text)) if isinstance(field, QSpinBox) else field.setText(text)
        QApplication.processEvents()
        assert line.width() >= line.fontMetrics().horizontalAdvance(text) + PADDING
    assert field.width() < 100
