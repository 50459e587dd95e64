"""Which action of the claims does what, and when it may."""

from __future__ import annotations

from s3fn_gui.actions import Actions
from s3fn_gui.flows.words_map import WordsMapFlow
from s3fn_gui.session import Session

LEAST_CLASSES = 2


class ClaimsWiring:
    """Connects the map from the words, and keeps its enabled state true."""

    def __init__(self, actions: Actions, session: Session, flow: WordsMapFlow) -> None:
        self._map = actions["words.map"]
        self._session = session
        self._map.triggered.connect(lambda: flow.start())
        for signal in (session.cube_changed, session.classes_changed, session.training.changed):
            signal.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        session = self._session
        described = sum(bool(c.text.strip()) for c in session.classes)
        self._map.setEnabled(
            session.current is not None and described >= LEAST_CLASSES and not session.training.running
        )
