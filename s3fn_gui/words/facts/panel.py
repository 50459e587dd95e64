"""What is measured of the selected class, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from s3fn_core.cubes.facts import SpectralFacts
from s3fn_core.languages import plural, tr
from s3fn_core.words.fact_table import HEADINGS, FactRow, fact_rows
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import ROW_HEIGHT, action_button, cell, column, label, named, plain_tip, row, table
from s3fn_gui.session.session import Session
from s3fn_gui.words.facts.state import FactsState

BUTTONS = ("words.measure", "words.measure_all", "facts.copy", "facts.save")
VALUE = 2  # the column that takes the free width
SHARES = (0.28, 0.36)  # of the width, at most, for the other two: longer texts go on in a second line
BETWEEN, SEVERAL = 6, 1.9  # pixels between texts of several lines; heights of a line from which they are
TIP = tr("Spectral facts of the selected class; ± is the standard deviation over its pixels")


class FactsPanel(QWidget):
    """Follows the selected class; old facts are grey until the labels are measured again."""

    def __init__(self, session: Session, facts: FactsState, actions: Actions) -> None:
        super().__init__()
        self._facts = facts
        self._session = session
        self._note = label(role="muted", name="facts_note", wrap=True)
        self._table = named(table("facts_table", HEADINGS, stretch=VALUE), "facts_table", TIP)
        self._table.setWordWrap(True)
        for place in range(VALUE):
            self._table.horizontalHeader().setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
        self._table.horizontalHeader().sectionResized.connect(lambda *_: self._fit_rows())
        tools = (action_button(actions[name], f"button_{name}") for name in BUTTONS)
        head = row(self._note, *tools, spacing=1)
        head.setStretch(0, 1)
        head.setContentsMargins(4, 0, 0, 0)
        whole = column(head, self._table, 0, margins=4, spacing=2)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._rows: tuple[FactRow, ...] = ()
        follow(self._show, facts.changed, session.class_selected, session.class_list_changed)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """All columns are in sight however narrow the panel is."""
        grid = self._table
        for place, share in enumerate(SHARES):
            grid.setColumnWidth(place, min(grid.sizeHintForColumn(place), round(share * self.width())))
        self._fit_rows()

    def _fit_rows(self) -> None:
        """As high as their texts are long."""
        grid, line_height = self._table, self._table.fontMetrics().lineSpacing()
        for line in range(grid.rowCount()):
            height = grid.sizeHintForRow(line)
            grid.setRowHeight(line, height + BETWEEN if height > SEVERAL * line_height else ROW_HEIGHT)

    def _show(self) -> None:
        facts = self._of_class()
        self._note.setText(self._summary(facts))
        self._table.setVisible(facts is not None)
        self._table.setEnabled(self._facts.fresh)
        if facts is None:
            return
        rows = fact_rows(facts, self._session.classes)
        if rows != self._rows:
            self._rows = rows
            self._fill(rows)

    def _fill(self, rows: Sequence[FactRow]) -> None:
        place = self._table.verticalScrollBar().value()
        self._table.setRowCount(len(rows))
        for line, one in enumerate(rows):
            for side, text in enumerate((one.fact, one.where, one.value)):
                thing = cell(text)
                thing.setToolTip(plain_tip(text))
                self._table.setItem(line, side, thing)
        self._fit()
        self._table.verticalScrollBar().setValue(place)

    def _of_class(self) -> SpectralFacts | None:
        target, found = self._session.current_class, self._facts.found
        return None if target is None or found is None else found.get(target.id)

    def _summary(self, facts: SpectralFacts | None) -> str:
        target, item = self._session.current_class, self._session.cubes.current
        if target is None or item is None:
            return tr("Open a cube and select a class to see its measured facts")
        if facts is None:
            if self._facts.found is None:
                return tr("Measuring…")
            return tr("Label some pixels of {name} to see its measured facts", name=target.name)
        said = [_counted(target.name, facts.pixels, int(item.counts[target.id]))]
        if facts.relative:
            said.append(tr("values are relative, not reflectances"))
        if facts.range_nm is None:
            said.append(tr("state the wavelengths to see more"))
        return "; ".join(said)


def _counted(name: str, measured: int, labelled: int) -> str:
    """How many pixels of a class are measured; the others are background."""
    if measured < labelled:
        return tr(
            "{name}: {measured:,} of {labelled:,} labelled pixels",
            name=name,
            measured=measured,
            labelled=labelled,
        )
    return plural(
        "{name}: {count:,} labelled pixel", "{name}: {count:,} labelled pixels", measured, name=name
    )
