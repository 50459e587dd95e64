"""How alike the descriptions are: a heat map, warnings, and where each paragraph pulls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QComboBox, QHeaderView, QTableWidgetItem, QWidget

from s3fn_core.languages import plural, tr
from s3fn_core.types import FloatArray
from s3fn_gui.base import theme
from s3fn_gui.base.swatches import swatch
from s3fn_gui.base.texts import as_sentence
from s3fn_gui.base.turning import Turning
from s3fn_gui.base.widgets import cell, column, holding, label, named, plain_tip, scrolled, table
from s3fn_gui.session.session import Session
from s3fn_gui.words.similarity.state import SimilarityState

if TYPE_CHECKING:
    from s3fn_core.words.similarity import Similarity


CELL, NARROW, NAME_WIDTH = 46, 34, 150  # of columns; a narrow one has one digit less
NOTE_WIDTH, NOTE_HEIGHT = 200, 110  # beside the table, and above it
VIEWS = (
    (
        tr("As the model sees them"),
        tr("Without what all descriptions share: +1 means the same, 0 nothing in common, -1 the opposite"),
    ),
    (
        tr("As the encoder gives them"),
        tr("The vectors of one encoder are nearly parallel; look for pairs above 0.95"),
    ),
    (tr("Paragraph by paragraph"), tr("Class that each paragraph is most similar to")),
)


@dataclass(frozen=True)
class Line:
    """A row of the heat map: a class, or one of its paragraphs; `blank` is its own place."""

    class_id: int
    name: str
    values: FloatArray
    tip: str
    blank: int | None = None


class SimilarityPanel(QWidget):
    """Clicking a row selects its class."""

    def __init__(self, session: Session, similarity: SimilarityState) -> None:
        super().__init__()
        self._similarity = similarity
        self._session = session
        self._lines: tuple[Line, ...] = ()
        self._found: Similarity | None = None
        self._view = named(QComboBox(), "similarity_view", tr("What is compared"))
        for text, tip in VIEWS:
            self._view.addItem(text)
            self._view.setItemData(self._view.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self._view.currentIndexChanged.connect(self._show)
        self._note = label(role="muted", name="similarity_note", wrap=True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._cells = table("similarity_cells", ("",), about=tr("Similarity of the classes"))
        self._cells.itemClicked.connect(self._choose)
        self._cells.viewport().installEventFilter(self)  # it has its size after the table
        side = holding(column(self._view, named(scrolled(self._note), "similarity_notes")))
        self.setLayout(column(Turning(side, self._cells, NOTE_WIDTH, NOTE_HEIGHT), margins=8))
        similarity.changed.connect(self._follow)
        session.class_list_changed.connect(self._show)
        theme.follow(self._show)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """The columns share the room of the table."""
        if event.type() == QEvent.Type.Resize:
            self._share_width()
        return super().eventFilter(watched, event)

    def _share_width(self) -> None:
        """Names give way before the numbers do; more classes than fit are scrolled to."""
        grid, count = self._cells, self._cells.columnCount() - 2
        if count > 0:
            room = grid.viewport().width()
            names = min(NAME_WIDTH, max(room - count * CELL, NAME_WIDTH // 2))
            grid.setColumnWidth(0, names)
            width = min(CELL, max(NARROW, (room - names) // count))
            for place in range(1, count + 1):
                grid.setColumnWidth(place, width)
            self._write(2 if width == CELL else 1)

    def _write(self, digits: int) -> None:
        """The numbers with as many digits as their columns hold."""
        for place, line in enumerate(self._lines):
            for other, value in enumerate(line.values):
                thing = self._cells.item(place, other + 1)
                if thing is not None and other != line.blank:
                    thing.setText(f"{round(float(value), digits) + 0.0:.{digits}f}")  # no -0.0

    def _follow(self) -> None:
        """There is another result, or the one shown is outdated."""
        found = self._similarity.found
        self._show_note(found)
        if found is not self._found:
            self._show()

    def _show_note(self, found: Similarity | None) -> None:
        self._note.setText(self._summary(found))
        self._note.setEnabled(self._similarity.fresh)

    def _show(self) -> None:
        self._found = found = self._similarity.found
        self._show_note(found)
        for part in (self._cells, self._view):
            part.setVisible(found is not None)
        if found is not None:
            views = (_centred, _plain, _paragraphs)
            self._lines = views[self._view.currentIndex()](found)
            self._show_lines(found)

    def _summary(self, found: Similarity | None) -> str:
        if found is None:
            return self._similarity.note or tr("Comparing the descriptions…")
        said = map(as_sentence, (*found.warnings, *found.embeddings.notes))
        return "\n\n".join(said) or tr("The descriptions are well separated.")

    def _show_lines(self, found: Similarity) -> None:
        grid, count = self._cells, len(found.classes)
        grid.setColumnCount(count + 2)
        grid.setRowCount(len(self._lines))
        grid.setHorizontalHeaderLabels(["", *([""] * (count + 1))])
        header = grid.horizontalHeader()
        header.setMinimumSectionSize(0)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(count + 1, QHeaderView.ResizeMode.Stretch)
        for place, target in enumerate(found.classes, 1):
            heading = QTableWidgetItem(swatch(self._colour(target.id)), "")
            heading.setToolTip(plain_tip(target.name))
            grid.setHorizontalHeaderItem(place, heading)
        for place, line in enumerate(self._lines):
            name = cell(line.name)
            name.setIcon(swatch(self._colour(line.class_id)))
            name.setToolTip(plain_tip(line.tip))
            grid.setItem(place, 0, name)
            for other, value in enumerate(line.values):
                grid.setItem(place, other + 1, self._cell(found, line, other, float(value)))
        self._share_width()

    def _cell(self, found: Similarity, line: Line, other: int, value: float) -> QTableWidgetItem:
        if line.blank == other:
            return cell("")
        thing = cell("", number=True)
        pair = {line.class_id, found.classes.ids[other]}
        warned = line.blank is not None and any(pair == {a, b} for a, b, _ in found.too_close)
        thing.setBackground(QBrush(_shade(value, warned, self._view.currentIndex() == 1)))
        twin = found.classes.names[other]
        tip = tr("{name} and {other}: cosine {cosine:.3f}", name=line.name, other=twin, cosine=value)
        thing.setToolTip(plain_tip(tip))
        return thing

    def _colour(self, class_id: int) -> str:
        known = class_id in self._session.classes
        return self._session.classes[class_id].color if known else theme.current().muted

    def _choose(self, item: QTableWidgetItem) -> None:
        class_id = self._lines[item.row()].class_id
        if class_id in self._session.classes:
            self._session.select_class(class_id)


def _centred(found: Similarity) -> tuple[Line, ...]:
    return _classes(found, found.centred)


def _plain(found: Similarity) -> tuple[Line, ...]:
    return _classes(found, found.cosine)


def _classes(found: Similarity, values: FloatArray) -> tuple[Line, ...]:
    read = zip(found.embeddings.tokens, found.embeddings.chunks, strict=True)
    tips = [
        plural("{tokens} tokens in 1 window", "{tokens} tokens in {count} windows", windows, tokens=tokens)
        for tokens, windows in read
    ]
    return tuple(Line(c.id, c.name, values[k], tips[k], k) for k, c in enumerate(found.classes))


def _paragraphs(found: Similarity) -> tuple[Line, ...]:
    return tuple(
        Line(p.class_id, f"{found.classes[p.class_id].name}, {p.number + 1}", p.pulls, p.text)
        for p in found.paragraphs
    )


def _shade(value: float, warned: bool, parallel: bool) -> QColor:
    """Warm where two texts are alike, cool where they are opposite, clear in between.

    Where all vectors are nearly parallel, only high cosines are brought out.
    """
    colours = theme.current()
    shade = QColor(colours.error if warned else colours.warning if value > 0 else colours.accent)
    strength = max(0.0, 2 * value - 1) if parallel else min(1.0, abs(value))
    shade.setAlphaF(0.75 if warned else 0.55 * strength)
    return shade
