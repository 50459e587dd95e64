"""What the description of the selected class claims, and what the measurement says of it."""

from __future__ import annotations

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


def summary(findings: tuple[Finding, ...]) -> str:
    """How many of each verdict there are: "5 supported, 1 contradicted"."""
    words = {"unchecked": tr("not checkable")}
    counts = [(sum(f.verdict == v for f in findings), words.get(v, v)) for v in VERDICTS]
    return ", ".join(f"{count} {name}" for count, name in counts if count)
