"""How two trainings differ on the same held-out pixels."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from s3fn_core.languages import tr
from s3fn_gui.base.widgets import column, holding, label
from s3fn_gui.model.history.state import Comparison, HistoryState

NONE = tr("Select two in the list (Ctrl+click) to see how they differ on the same held-out pixels.")
WAITING = tr("Comparing…")


class DifferencePage(QScrollArea):
    """A heading and what it rests on."""

    def __init__(self, state: HistoryState) -> None:
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._state = state
        self._lead = label(name="difference_lead", wrap=True)
        self._verdict = label(role="heading", name="difference_verdict", wrap=True)
        self._rest = label(role="muted", name="difference_rest", wrap=True)
        for text in (self._lead, self._verdict, self._rest):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        body = holding(column(self._verdict, self._lead, self._rest, 1, margins=4))
        self.setWidget(body)
        self.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)
        state.compared.connect(self._show)
        state.chosen_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        texts = _texts(self._state.comparison, self._state.pair is not None)
        for part, text in zip((self._verdict, self._lead, self._rest), texts, strict=True):
            part.setText(text)
            part.setVisible(bool(text))


def _texts(comparison: Comparison | None, asked: bool) -> tuple[str, str, str]:
    """Verdict, what it is about, and what it rests on."""
    if comparison is None:
        return ("", WAITING if asked else NONE, "")
    if comparison.found is None:
        return ("", comparison.problem, "")
    lead, verdict, *rest = comparison.found.told(comparison.first, comparison.second)
    return (verdict, lead, " ".join(rest))
