"""What the description of the selected class claims, and what the measurement says of it."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QObject, Signal

from s3fn_core.languages import tr
from s3fn_core.words.check.findings import VERDICTS, Finding
from s3fn_core.words.scene_check import Checked


class CheckState(QObject):
    """The last check; None where nothing is described or no cube is open.

    `is_shown` tells whether the spectra show what is expected.
    """

    changed = Signal()
    shown_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.checked: Checked | None = None
        self.is_shown = True

    def put(self, checked: Checked | None) -> None:
        if checked is not self.checked:
            self.checked = checked
            self.changed.emit()

    def show(self, on: bool) -> None:
        """Draw what is expected, or do not."""
        if on != self.is_shown:
            self.is_shown = on
            self.shown_changed.emit()


def summary(findings: tuple[Finding, ...]) -> list[str]:
    """How many of each verdict there are: "5 supported", "1 contradicted"."""
    counts = Counter(finding.verdict for finding in findings)
    texts = {
        "supported": tr("{count} supported", count=counts["supported"]),
        "contradicted": tr("{count} contradicted", count=counts["contradicted"]),
        "outside": tr("{count} outside", count=counts["outside"]),
        "unchecked": tr("{count} not checkable", count=counts["unchecked"]),
    }
    return [texts[verdict] for verdict in VERDICTS if counts[verdict]]
