"""The entries that were found, the likeliest first."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget

from s3fn_core.languages import tr
from s3fn_core.words.library.bundled import TITLES
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.identifying import Match
from s3fn_gui.base.plots import KEPT
from s3fn_gui.base.swatches import swatch
from s3fn_gui.base.widgets import cell, plain_tip, prepare_table

HEADINGS = (tr("Name"), tr("Angle"), tr("Features"), tr("Measured"), tr("Collection"), tr("Source"))
TIPS = (
    "",
    tr("Spectral angle: 0° is the same shape"),
    tr("Agreement of the absorption features, up to 1"),
    tr("How the curve was measured, and how many spectra are behind it"),
    "",
    tr("What the source calls the spectrum; more in the tool tip"),
)
NAME, SOURCE, NAME_WIDTH = 0, 5, 190
Shown = tuple[tuple[Match, str], ...]


class MatchTable(QTableWidget):
    """Several rows can be selected; each has the colour of its curve while it is."""

    selected = Signal()

    def __init__(self) -> None:
        super().__init__(0, len(HEADINGS))
        self._colours: Sequence[str] = KEPT
        prepare_table(
            self, "identify_matches", HEADINGS, about=tr("Materials that were found"), stretch=SOURCE
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.horizontalHeader()
        for place in range(SOURCE):  # columns that follow every new cell take a second for all rows
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(NAME, NAME_WIDTH)
        for place, tip in enumerate(TIPS):
            item = self.horizontalHeaderItem(place)
            if item is not None:
                item.setToolTip(plain_tip(tip))
        self._matches: tuple[Match, ...] = ()
        self._by_hand = False
        self.itemSelectionChanged.connect(self._changed_by_hand)

    def fill(self, matches: Sequence[Match], colours: Sequence[str]) -> None:
        """Show these; entries that were selected by hand stay so, else the first is.

        The curves of those selected have these colours, one after another.
        """
        self._colours = colours
        before = {id(match.entry) for match, _ in self.chosen} if self._by_hand else set()
        self._matches = tuple(matches)
        with QSignalBlocker(self):
            self.clearSelection()
            self.setRowCount(len(self._matches))
            for line, match in enumerate(self._matches):
                self._fill_row(line, match)
            again = [i for i, match in enumerate(self._matches) if id(match.entry) in before]
            for line in again or [0][: len(self._matches)]:
                self._select(line)
        for place in range(NAME + 1, SOURCE):
            self.resizeColumnToContents(place)
        self._by_hand = bool(again)
        self.scrollTo(self.model().index(again[0] if again else 0, NAME))
        self._show_selection()

    def recolour(self, colours: Sequence[str]) -> None:
        """Other colours are free now."""
        if tuple(colours) != tuple(self._colours):
            self._colours = colours
            self._show_selection()

    def _fill_row(self, line: int, match: Match) -> None:
        entry = match.entry
        fit = "" if math.isnan(match.feature_fit) else f"{match.feature_fit:.2f}"
        collection = TITLES.get(entry.collection, entry.collection)
        texts = (entry.name, f"{match.angle:.1f}°", fit, entry.origin, collection)
        for place, text in enumerate((*texts, entry.title or entry.source)):
            item = cell(text, number=place in (1, 2))
            item.setToolTip(plain_tip(about(match)))
            self.setItem(line, place, item)

    def _select(self, line: int) -> None:
        for place in range(self.columnCount()):
            item = self.item(line, place)
            if item is not None:
                item.setSelected(True)

    @property
    def chosen(self) -> Shown:
        """The matches that are selected, from the best on, with the colours of their curves."""
        lines = sorted({index.row() for index in self.selectedIndexes()})
        return tuple(
            (self._matches[line], self._colours[place % len(self._colours)])
            for place, line in enumerate(lines)
            if line < len(self._matches)
        )

    def _changed_by_hand(self) -> None:
        self._by_hand = True
        self._show_selection()

    def _show_selection(self) -> None:
        """Colours beside the names of the selected."""
        colours = {id(match): colour for match, colour in self.chosen}
        blank = swatch("#00000000")
        for line, match in enumerate(self._matches):
            item = self.item(line, NAME)
            if item is not None:
                colour = colours.get(id(match))
                item.setIcon(blank if colour is None else swatch(colour))
        self.selected.emit()


def about(match: Match) -> str:
    """Everything that is known of an entry and of how it was compared."""
    entry: Entry = match.entry
    return "\n".join(
        (
            entry.summary,
            tr(
                "Compared in {bands} bands; the spectrum is {scale:.3g} × as bright",
                bands=match.bands,
                scale=match.scale,
            ),
            tr("Source: {source}", source=entry.source),
            tr("Licence: {licence}", licence=entry.licence),
        )
    )
