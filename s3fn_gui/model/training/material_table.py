"""The labels of each class: what there is, or what a split makes of it; and what is wrong with them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHeaderView, QSizePolicy, QTableWidgetItem, QWidget

from s3fn_core.labels.classes import LabelClass
from s3fn_core.languages import tr
from s3fn_gui.base.signals import follow
from s3fn_gui.base.swatches import swatch
from s3fn_gui.base.texts import as_sentence
from s3fn_gui.base.widgets import ROW_HEIGHT, cell, column, label, named, plain_tip, table
from s3fn_gui.model.training.material_state import MaterialState
from s3fn_gui.session.session import Session

OFFERED = (
    (tr("Class"), ""),
    (tr("Pixels"), tr("Labelled pixels of all cubes available for training")),
    (tr("Regions"), tr("Connected regions of labels")),
    (tr("Objects"), tr("Objects that carry labels")),
)
DIVIDED = (
    (tr("Class"), ""),
    (tr("Training"), tr("Pixels used for training")),
    (tr("Test"), tr("Pixels held out for testing")),
    (
        tr("Left out"),
        tr("Pixels too close to the test pixels, or of a class that is not trained in this fold"),
    ),
)
WAITING = tr("Label some pixels of at least two classes, then train.")
MOST_ROWS = 12  # of more classes the table scrolls


class MaterialTable(QWidget):
    """Follows the labels, and the preview of a split while there is one; `fold` chooses its round."""

    def __init__(self, session: Session, material: MaterialState) -> None:
        super().__init__()
        self._session = session
        self._material = material
        self.fold = named(QComboBox(), "split_fold", tr("Part that is held out"))
        self.fold.activated.connect(material.choose)
        self._told = label(role="muted", name="split_told", wrap=True)
        headings = tuple(title for title, _ in OFFERED)
        self._table = table("material_table", headings, about=tr("Labels of each class"))
        self._table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._concerns = label(role="warning", name="material_concerns", wrap=True)
        for text in (self._told, self._concerns):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setLayout(column(self._table, self._told, self._concerns, 1, spacing=4))
        follow(self._show, material.counted, material.split_changed, session.class_list_changed)
        self._show()

    def _show(self) -> None:
        state, material = self._material, self._material.material
        preview = state.preview
        self.fold.setVisible(preview is not None and preview.folds and preview.rounds > 1)
        if preview is not None and preview.folds:
            self._show_folds(preview.rounds)
        self._told.setVisible(state.wanted or material is None)
        self._tell()
        rows = self._rows()
        self._table.setVisible(bool(rows))
        self._show_rows(rows)
        self._concerns.setText("" if material is None else "\n".join(f"• {one}" for one in material.concerns))
        self._concerns.setVisible(material is not None and bool(material.concerns) and not state.wanted)

    def _show_folds(self, rounds: int) -> None:
        self.fold.clear()
        self.fold.addItems(
            [tr("Fold {number} of {count}", number=number + 1, count=rounds) for number in range(rounds)]
        )
        self.fold.setCurrentIndex(self._material.number)

    def _tell(self) -> None:
        """How the labels are divided, or why they cannot be."""
        state = self._material
        if not state.wanted:
            self._told.setText(WAITING)
        elif state.problem:
            self._told.setText(state.problem)
        elif state.preview is None:
            self._told.setText(tr("Dividing the labels…"))
        else:
            self._told.setText(" ".join((as_sentence(state.preview.sentence), *state.preview.notes)))

    def _rows(self) -> list[tuple[LabelClass, tuple[int, ...]]]:
        """Each class with its numbers."""
        state, classes = self._material, self._session.classes
        if state.preview is not None and state.preview.rounds:
            counts = state.preview.counts(state.number, len(classes))
            return [(c, tuple(map(int, n))) for c, n in zip(classes, counts, strict=True)]
        if state.material is None:
            return []
        return [
            (classes[one.class_id], (one.pixels, one.regions, one.objects))
            for one in state.material.classes
            if one.class_id in classes
        ]

    def _show_rows(self, rows: list[tuple[LabelClass, tuple[int, ...]]]) -> None:
        state, view = self._material, self._table
        divided = state.preview is not None and state.preview.rounds > 0
        headings = DIVIDED if divided else OFFERED
        for place, (text, tip) in enumerate(headings):
            heading = QTableWidgetItem(text)
            heading.setToolTip(plain_tip(tip))
            if place:
                heading.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            view.setHorizontalHeaderItem(place, heading)
        view.setRowCount(len(rows))
        for line, (c, numbers) in enumerate(rows):
            name = cell(c.name)
            name.setIcon(swatch(c.color))
            name.setToolTip(plain_tip(c.name))
            view.setItem(line, 0, name)
            for place, number in enumerate(numbers, 1):
                view.setItem(line, place, cell(f"{number:,}" if number else "–", number=True))
        objects = any(one.objects for one in state.material.classes) if state.material else False
        view.setColumnHidden(3, not divided and not objects)
        view.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        height = view.horizontalHeader().sizeHint().height() + min(len(rows), MOST_ROWS) * ROW_HEIGHT + 2
        view.setFixedHeight(height)
