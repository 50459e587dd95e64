"""The members of the ensemble that made the map, their weights, and what each reaches alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.ensemble import Member
from s3fn_gui.base.widgets import cell, plain_tip, prepare_table

COLUMNS = (
    (
        tr("Member"),
        tr(
            "Network, words, and linear classifiers of the spectrum: logistic regression and "
            "discriminant analysis (LDA) of the spectrum or its shape, of single pixels or means of "
            "3 x 3 and 7 x 7"
        ),
    ),
    (tr("Weight"), tr("Share of the weights of all members, learned from held-out labels")),
    (tr("Alone"), tr("Share of held-out pixels that this member classifies correctly on its own")),
)


class EnsembleTable(QTableWidget):
    """Those of most weight first."""

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        self._members: tuple[Member, ...] = ()
        headings = tuple(title for title, _ in COLUMNS)
        prepare_table(self, "ensemble_table", headings, about=tr("Members of the ensemble"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, (text, tip) in enumerate(COLUMNS):
            heading = QTableWidgetItem(text)
            heading.setToolTip(plain_tip(tip))
            if place:
                heading.setTextAlignment(right)
            self.setHorizontalHeaderItem(place, heading)

    def show_members(self, members: Sequence[Member]) -> None:
        """List them; where nothing was held out, nobody knows what they reach alone."""
        self._members = tuple(members)
        self.setRowCount(len(members))
        for line, one in enumerate(members):
            alone = "–" if one.alone is None else per_cent(one.alone)
            self.setItem(line, 0, cell(one.name))
            self.setItem(line, 1, cell(per_cent(one.weight, 0), number=True))
            self.setItem(line, 2, cell(alone, number=True))

    def rows(self) -> list[tuple[str, ...]]:
        """As text, for a spreadsheet."""
        if not self._members:
            return []
        found: list[tuple[str, ...]] = [("member", "weight %", "alone %")]
        for one in self._members:
            alone = "" if one.alone is None else f"{100 * one.alone:.6g}"
            found.append((one.name, f"{100 * one.weight:.6g}", alone))
        return found
