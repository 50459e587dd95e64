"""Earlier descriptions of a class: what has changed since, and the way back."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QWidget,
)

from s3fn_core.labels.classes import Description, LabelClass
from s3fn_core.labels.paragraphs import Descriptions, same_text
from s3fn_core.labels.provenance import beginning, moment, sources
from s3fn_core.languages import plural, tr
from s3fn_core.words.difference import Piece, difference
from s3fn_gui.base import theme
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.theme import Theme
from s3fn_gui.base.widgets import column, holding, label, named
from s3fn_gui.session.session import Session
from s3fn_gui.words.description_edits import restore_description

FIRST_WORDS = 80  # letters; what does not fit is cut off


class VersionsDialog(QDialog):
    """The newest version comes first; restoring one is a step that can be undone."""

    def __init__(self, parent: QWidget, session: Session, target: LabelClass) -> None:
        super().__init__(parent)
        self.setObjectName("versions")
        self.setWindowTitle(tr("Earlier descriptions of {name}", name=target.name))
        self._session, self._target = session, target
        self._versions = other_versions(session, target)
        self._list = named(QListWidget(), "versions_list", tr("Earlier descriptions, newest first"))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSpacing(2)
        for version in self._versions:
            self._list.addItem(QListWidgetItem(_title(version)))
        self._text = named(QTextBrowser(), "versions_difference", tr("What has changed since"))
        self._legend = label("", "muted", name="versions_legend", wrap=True)
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        right = holding(column(self._text, self._legend))
        for part in (self._list, right):
            parts.addWidget(part)
        parts.setSizes([230, 470])
        close = QDialogButtonBox.StandardButton.Close
        buttons, self._restore = accept_or_cancel(
            self, tr("Restore"), "versions_restore", self._go_back, leave=close
        )
        self._restore.setToolTip(tr("Restore the selected version; Undo reverts it"))
        self.setLayout(column(parts, buttons, margins=12, spacing=10))
        self.resize(720, 440)
        self._list.currentRowChanged.connect(lambda _: self._show())
        self._list.itemDoubleClicked.connect(lambda _: self._go_back())
        self._list.setCurrentRow(0)
        theme.follow(self._show)

    def _show(self) -> None:
        version, colours = self._chosen(), theme.current()
        self._restore.setEnabled(version is not None)
        if version is None:
            self._text.setPlainText(tr("There is no earlier description of this class yet."))
            self._legend.hide()
            return
        before = "\n\n".join(d.text for d in version)
        pieces = difference(before, self._target.text)
        self._text.setHtml(as_html(pieces, colours))
        gone, new = (
            sum(len(t.split()) for kind, t in pieces if kind == wanted) for wanted in ("gone", "new")
        )
        changes = {
            "added": as_html([("new", plural("1 word added", "{count} words added", new))], colours),
            "removed": as_html([("gone", plural("1 word removed", "{count} words removed", gone))], colours),
        }
        if when := moment(_latest(version)):
            self._legend.setText(tr("Since {when}: {added}, {removed}", when=html.escape(when), **changes))
        else:
            self._legend.setText(tr("Since then: {added}, {removed}", **changes))

    def _chosen(self) -> Descriptions | None:
        line = self._list.currentRow()
        return self._versions[line] if 0 <= line < len(self._versions) else None

    def _go_back(self) -> None:
        version = self._chosen()
        if version is not None and self._target.id in self._session.classes:
            restore_description(self._session, self._target.id, version)
            self.accept()


def other_versions(session: Session, target: LabelClass) -> list[Descriptions]:
    """Earlier versions of a class that read otherwise than it does now, newest first."""
    versions = reversed(session.history.get(target.id, []))
    return [v for v in versions if not same_text(v, target.descriptions)]


def _title(version: Descriptions) -> str:
    when = moment(_latest(version)) or tr("undated")
    words = sum(len(d.text.split()) for d in version)
    head = plural("{when}, 1 word", "{when}, {count} words", words, when=when)
    return "\n".join((head, sources(version), beginning(version[0].text, FIRST_WORDS)))


def _latest(version: Descriptions) -> Description:
    """The paragraph that was written last."""
    return max(version, key=lambda d: d.created or "")


def as_html(pieces: list[Piece], colours: Theme) -> str:
    """Struck and underlined, so that it can be read without telling red from green."""
    styles = {
        "gone": f"color: {colours.error}; background: {colours.error_back}; text-decoration: line-through",
        "new": f"color: {colours.success}; background: {colours.success_back}; text-decoration: underline",
    }
    return "".join(
        f'<span style="{styles[kind]}">{_escaped(text)}</span>' if kind in styles else _escaped(text)
        for kind, text in pieces
    )


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
