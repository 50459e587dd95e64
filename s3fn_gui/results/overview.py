"""The figures of the whole map, what they are about, and the pixels that are lit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QLabel, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base.widgets import column, command_button, holding, row, scrolled
from s3fn_gui.results.chosen_bar import ChosenBar
from s3fn_gui.results.state import ResultsState
from s3fn_gui.results.summary_grid import SummaryGrid

WIDTH, HEIGHT = 214, 118
"""Pixels of its narrow side: beside the tables the width, above them the height, which stays when pixels
are lit, so that a second click on a cell of the tables meets it."""
UNLIMITED = 2**24 - 1  # Qt's own largest size


class Overview(QWidget):
    """Stands beside the tables, or lies above them."""

    def __init__(self, sentence: QLabel, state: ResultsState, export: QAction) -> None:
        super().__init__()
        self.summary = SummaryGrid()
        button = command_button(export, tr("Export map…"), "export_button", icon="export")
        sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._figures = holding(column(self.summary, row(button, 1), 0, spacing=8))
        self._about = holding(column(scrolled(sentence), ChosenBar(state), spacing=4))
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(4)
        self._parts.addWidget(self._figures)
        self._parts.addWidget(self._about, 1)
        self.setLayout(self._parts)
        self.lie_above(False)

    def lie_above(self, above: bool) -> None:
        """Lie above the tables, else stand beside them."""
        direction = QBoxLayout.Direction
        self._parts.setDirection(direction.LeftToRight if above else direction.TopToBottom)
        self._parts.setSpacing(16 if above else 4)
        self._figures.setFixedWidth(WIDTH)
        self.setMinimumSize(0 if above else WIDTH, HEIGHT if above else 0)
        self.setMaximumSize(UNLIMITED if above else WIDTH, HEIGHT if above else UNLIMITED)
