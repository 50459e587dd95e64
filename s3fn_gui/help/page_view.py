"""A page of the documentation in the colours of the theme, its pictures as wide as the window allows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QImage, QResizeEvent, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import named
from s3fn_gui.help.search import query_words
from s3fn_gui.help.state import HelpState

MARGIN = 22
BETWEEN = 14  # what a cell has around its picture
REST_MS = 120
FONT_SCALE = 1.12  # of the window's own: this is read, not glanced at
STYLE = """
h1 {{ font-size: 19pt; font-weight: 600; margin: 4px 0 10px 0; }}
h2 {{ font-size: 14pt; font-weight: 600; margin: 22px 0 6px 0; }}
h3 {{ font-size: 11pt; font-weight: 600; margin: 16px 0 4px 0; }}
p {{ margin: 7px 0; line-height: 135%; }}
p.picture {{ line-height: 100%; }}
li {{ margin: 3px 0; line-height: 135%; }}
a {{ color: {accent}; text-decoration: none; }}
code {{ background-color: {hover}; font-family: monospace; }}
pre {{ font-family: monospace; margin: 0; white-space: pre-wrap; }}
blockquote {{ color: {muted}; margin: 6px 24px; }}
table {{ border-collapse: collapse; margin: 10px 0; }}
th, td {{ border: 1px solid {border}; }}
table.code td {{ background-color: {hover}; border: none; }}
th {{ background-color: {hover}; font-weight: 600; text-align: left; }}
"""


class PageView(QTextBrowser):
    """Shows what the state says; links go back to it, those to elsewhere open outside of the program."""

    def __init__(self, state: HelpState) -> None:
        super().__init__()
        named(self, "help_page", tr("The page of the documentation"))
        self._state = state
        self._visit = state.visit
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # the width stays
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * FONT_SCALE)
        self.document().setDefaultFont(font)
        self.document().setDocumentMargin(MARGIN)
        self._resized = resting(self, self._render, REST_MS)
        self._wide = 0
        self.anchorClicked.connect(self._follow_link)
        state.changed.connect(self._show)
        theme.follow(self._restyle)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802 (Qt's name)
        """A picture of the documentation, made as wide as there is room for."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return None
        link = QUrl(name)
        picture = QImage(str((self._state.manual.folder / self._visit.page).parent / link.path()))
        columns = int(link.fragment() or 1)
        room = max(160, (self.viewport().width() - 2 * MARGIN) // columns - BETWEEN * (columns > 1))
        if picture.width() > room:
            width = min(picture.width(), round(room * self.devicePixelRatioF()))
            picture = picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
            picture.setDevicePixelRatio(width / room)
        return picture

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Pictures follow the width once the hand rests."""
        super().resizeEvent(event)
        if self.viewport().width() != self._wide:
            self._resized.start()

    def _restyle(self) -> None:
        colours = theme.current()
        self.document().setDefaultStyleSheet(
            STYLE.format(
                accent=colours.accent, hover=colours.hover, muted=colours.muted, border=colours.border
            )
        )
        self._render()

    def _show(self) -> None:
        """Another page, or another section; the old one remembers where it was left."""
        old, self._visit = self._visit, self._state.visit
        if old is not self._visit:
            old.scroll = self.verticalScrollBar().value()
        if old.page != self._visit.page:
            self._fill()
        self._mark()
        if self._visit.scroll is not None:
            self.verticalScrollBar().setValue(self._visit.scroll)
        elif self._visit.anchor:
            self.scrollToAnchor(self._visit.anchor)
        else:
            self.verticalScrollBar().setValue(0)

    def _render(self) -> None:
        """The same page with other colours or of another width, at the same place."""
        bar = self.verticalScrollBar()
        share = bar.value() / max(1, bar.maximum())
        self._fill()
        self._mark()
        bar.setValue(round(share * bar.maximum()))

    def _fill(self) -> None:
        self._wide = self.viewport().width()
        self.document().clear()  # with the pictures of another width
        self.setHtml(self._state.manual.html(self._visit.page))

    def _mark(self) -> None:
        """Every place of the page where the words of the search stand."""
        colour = QTextCharFormat()
        colour.setBackground(QColor(theme.current().tag))
        colour.setForeground(QColor(theme.current().tag_text))
        marks = []
        text = self.document().toPlainText()
        for word in query_words(self._state.query):
            for found in word.finditer(text):
                cursor = self.textCursor()
                cursor.setPosition(found.start())
                cursor.setPosition(found.end(), cursor.MoveMode.KeepAnchor)
                mark = QTextEdit.ExtraSelection()
                mark.cursor, mark.format = cursor, colour
                marks.append(mark)
        self.setExtraSelections(marks)

    def _follow_link(self, link: QUrl) -> None:
        if not link.isRelative():
            QDesktopServices.openUrl(link)
            return
        page, anchor = self._state.manual.resolve(self._visit.page, link.toString())
        if page:
            self._state.go(page, anchor)
        else:
            file = (self._state.manual.folder / self._visit.page).parent / link.path()
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
