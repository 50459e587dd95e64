"""The list under a description: how many of its claims hold, and what was measured of each."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from s3fn_core.labels.paragraphs import plain
from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_core.words.check.findings import Finding, Verdict
from s3fn_gui.base import theme
from s3fn_gui.base.widgets import column, named, plain_tip
from s3fn_gui.session.session import Session
from s3fn_gui.words.check.state import CheckState, summary
from s3fn_gui.words.editor.editor import DescriptionEdit
from s3fn_gui.words.editor.text_marks import LOOKS, Mark, selected

LIST_HEIGHT, ICON, BESIDE_TEXT = 128, 12, 36
TIP = tr("What the labelled spectra say about this text: show or hide every claim")


class ClaimsList(QWidget):
    """Also marks the claims in the editor; a click on one of the list goes to its place there."""

    def __init__(self, session: Session, claims: CheckState, editor: DescriptionEdit) -> None:
        super().__init__()
        self._claims = claims
        self._session = session
        self._editor = editor
        self._head = named(QToolButton(), "claims_summary", TIP)
        self._head.setCheckable(True)
        self._head.setAutoRaise(True)
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._head.toggled.connect(self._unfold)
        self._list = named(QListWidget(), "claims_list", tr("Claims of the text, and what was measured"))
        self._list.setWordWrap(True)
        self._list.setFixedHeight(LIST_HEIGHT)
        self._list.setIconSize(QSize(ICON, ICON))
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._go_to)
        self.setLayout(column(self._head, self._list, spacing=2))
        claims.changed.connect(self._show)
        self._unfold(False)
        self._show()

    def mark_again(self) -> None:
        """Mark the text that was checked where it comes back into the editor."""
        checked, shown = self._claims.checked, self._editor.toPlainText()
        if checked is not None and plain(checked.text) == shown:
            self._editor.mark(marks_in(checked.findings, checked.text, shown))

    def _unfold(self, on: bool) -> None:
        self._list.setVisible(on)
        arrow = Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow
        self._head.setArrowType(arrow)

    def _show(self) -> None:
        checked = self._claims.checked
        findings = () if checked is None else checked.findings
        self.setVisible(bool(findings))
        self._fit()
        counts = ", ".join(summary(findings))
        self._head.setToolTip(plain_tip(f"{counts}. {TIP}" if findings else TIP))
        text = "" if checked is None else checked.text
        self._editor.mark(marks_in(findings, text, self._editor.toPlainText()))
        self._list.clear()
        for finding in sorted(findings, key=lambda f: f.verdict != "contradicted"):
            words = " ".join(text[finding.claim.start : finding.claim.stop].split())
            item = QListWidgetItem(_icon(finding.verdict), unmarked(finding.sentence))
            item.setToolTip(plain_tip(f"“{words}”"))
            item.setData(Qt.ItemDataRole.UserRole, finding)
            self._list.addItem(item)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """The counts take a second line where one is too short."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        checked = self._claims.checked
        counts = summary(() if checked is None else checked.findings)
        text = ", ".join(counts)
        metrics, room = self._head.fontMetrics(), self.width() - BESIDE_TEXT
        self._head.setText(text if metrics.horizontalAdvance(text) <= room else _halved(counts))

    def _go_to(self, item: QListWidgetItem) -> None:
        """Select the words that a finding is about."""
        checked, finding = self._claims.checked, item.data(Qt.ItemDataRole.UserRole)
        text, shown = "" if checked is None else checked.text, self._editor.toPlainText()
        for mark in marks_in([finding], text, shown):
            document = self._editor.document()
            self._editor.setTextCursor(selected(document, shown, mark.start, mark.stop))
            self._editor.ensureCursorVisible()
            self._editor.setFocus()


def _halved(parts: list[str]) -> str:
    """A list broken after its second part."""
    return ",\n".join(", ".join(half) for half in (parts[:2], parts[2:]) if half)


def _icon(verdict: Verdict) -> QIcon:
    """A stroke like the mark in the text: a tick, a cross, a dash or dots."""
    colour = QColor(getattr(theme.current(), LOOKS[verdict][0]))
    picture = QPixmap(2 * ICON, 2 * ICON)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.8))
    for start, stop in STROKES[verdict]:
        painter.drawLine(*start, *stop)
    painter.end()
    return QIcon(picture)


VERDICT_TEXTS: dict[Verdict, str] = {
    "supported": tr("Supported."),
    "contradicted": tr("Contradicted."),
    "outside": tr("Outside."),
    "unchecked": tr("Not checkable."),
}
STROKES = {
    "supported": (((2, 6), (5, 9)), ((5, 9), (10, 3))),
    "contradicted": (((3, 3), (9, 9)), ((9, 3), (3, 9))),
    "outside": (((2, 6), (10, 6)),),
    "unchecked": (((2, 6), (3, 6)), ((6, 6), (7, 6)), ((10, 6), (11, 6))),
}


def marks_in(findings: Iterable[Finding], checked: str, shown: str) -> list[Mark]:
    """Marks for an editor that shows the text that was checked; none if it shows another one.

    The texts may differ in their blank lines.
    """
    checked_at = [i for i, c in enumerate(checked) if not c.isspace()]
    shown_at = [i for i, c in enumerate(shown) if not c.isspace()]
    same = [checked[i] for i in checked_at] == [shown[i] for i in shown_at]
    if not same:
        return []
    number = {place: k for k, place in enumerate(checked_at)}
    marks = []
    for found in findings:
        inside = [i for i in range(found.claim.start, found.claim.stop) if i in number]
        if inside:
            start, stop = (shown_at[number[i]] for i in (inside[0], inside[-1]))
            tip = f"{VERDICT_TEXTS[found.verdict]} {found.sentence}"
            marks.append(Mark(start, stop + 1, found.verdict, tip))
    return marks
