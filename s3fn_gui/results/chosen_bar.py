"""Which pixels are lit, and the way through them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from s3fn_core.languages import tr
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import column, label, row, tool_button
from s3fn_gui.results.state import ResultsState


class ChosenBar(QWidget):
    """Hidden while nothing is lit."""

    def __init__(self, state: ResultsState) -> None:
        super().__init__()
        self._state = state
        self._title = label(name="chosen_title", wrap=True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._place = label(role="muted", name="chosen_place")
        back = tool_button("up", "chosen_back", tr("Previous pixel"), lambda: state.step(-1))
        go_on = tool_button(
            "down", "chosen_next", tr("Next pixel (or click the cell again)"), lambda: state.step(1)
        )
        end = tool_button(
            "close", "chosen_end", tr("Clear the highlighted pixels (Esc)"), lambda: state.choose(None)
        )
        self._steps = (back, go_on)
        self.setLayout(column(self._title, row(self._place, 1, back, go_on, end, spacing=1), spacing=0))
        follow(self._show, state.chosen_changed, state.moved)
        self._show()

    def _show(self) -> None:
        chosen, place = self._state.chosen, self._state.place
        self.setVisible(chosen is not None)
        if chosen is None:
            return
        count = len(chosen.pixels)
        self._title.setText(chosen.title)
        if place is None:
            parts = [f"{count:,} px"]
        else:
            parts = [tr("{place:,} of {count:,}", place=place + 1, count=count)]
        if chosen.elsewhere:
            parts.append(tr("{count:,} in other cubes", count=chosen.elsewhere))
        self._place.setText(", ".join(parts))
        for button in self._steps:
            button.setEnabled(count > 0)
