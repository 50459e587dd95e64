"""The page of the confusion matrix: its axes, counts or shares, and what a click does."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from s3fn_core.languages import tr
from s3fn_core.results.figures import MatrixKind
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import choice_box, column, label, row
from s3fn_gui.results.confusion_table import ConfusionTable

KINDS: dict[MatrixKind, str] = {
    "counts": tr("Pixels"),
    "of rows": tr("% of the row"),
    "of columns": tr("% of the column"),
}
KIND_TIP = tr(
    "Pixels, or per cent of a row (the diagonal is the recall) or of a column (the diagonal is the precision)"
)
ACROSS, DOWN = tr("Columns: class assigned by the model"), tr("Rows: held-out label")


class Sideways(QWidget):
    """A text that is read from below upwards."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as a line is high."""
        return QSize(self.fontMetrics().height(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """As much as there is room for."""
        painter = QPainter(self)
        painter.setPen(theme.current().muted)
        painter.translate(0, self.height())
        painter.rotate(-90)
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.height())
        painter.drawText(0, 0, self.height(), self.width(), Qt.AlignmentFlag.AlignCenter, text)


class ConfusionPage(QWidget):
    """`table` with its axis titles; `kind` chooses what it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.table = ConfusionTable()
        self.kind = choice_box("confusion_kind", KIND_TIP, KINDS)
        self._hint = label(role="muted", name="confusion_hint", wrap=True)
        head = row(label(ACROSS, "muted"), 1, self.kind)
        body = row(Sideways(DOWN), self.table, spacing=2)
        body.setStretch(1, 1)
        layout = column(head, self._hint, body, spacing=2)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    @property
    def shown(self) -> MatrixKind:
        """Counts or shares."""
        found: MatrixKind = self.kind.currentData()
        return found

    def tell(self, why_not: str) -> None:
        """Say why a click shows no pixels, where that is so."""
        self.table.set_clickable(not why_not)
        self._hint.setText(why_not)
        self._hint.setVisible(bool(why_not))
