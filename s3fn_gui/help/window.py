"""The window of the documentation: contents or what a search found, and a page beside them."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import column, holding, named, push_button, row, tool_button
from s3fn_gui.help.page_view import PageView
from s3fn_gui.help.pages import INDEX
from s3fn_gui.help.search import Hit, query_words, search
from s3fn_gui.help.state import HelpState

SIZE = (1060, 720)
AROUND = 90  # pixels of a small screen that frame and panel of the desktop take
WIDTHS = (290, 770)
REST_MS = 150
PLACE = Qt.ItemDataRole.UserRole


class HelpWindow(QDialog):
    """Stays open beside the work."""

    def __init__(self, parent: QWidget, state: HelpState) -> None:
        super().__init__(parent)
        self.setObjectName("help_window")
        self.setWindowTitle(tr("Documentation"))
        self.setWindowFlags(Qt.WindowType.Window)
        free = self.screen().availableGeometry()
        self.resize(min(SIZE[0], free.width()), min(SIZE[1], free.height() - AROUND))
        middle = parent.frameGeometry().center() - self.rect().center()
        self.move(middle.x(), max(free.top(), middle.y() - AROUND // 4))  # Qt would forget the title bar
        self._state = state
        self._back = tool_button("back", "help_back", tr("Back (Alt+Left)"), state.back)
        self._forward = tool_button("next", "help_forward", tr("Forward (Alt+Right)"), state.forward)
        self._field = named(QLineEdit(), "help_search", tr("Search all pages (Ctrl+F)"))
        self._field.setPlaceholderText(tr("Search"))
        self._field.setClearButtonEnabled(True)
        self._tree, self._items = _contents(state)
        self._found: list[Hit] = []
        self._hits = named(QTextBrowser(), "help_hits", tr("What was found"))
        self._hits.setOpenLinks(False)
        self._lists = QStackedWidget()
        self._lists.addWidget(self._tree)
        self._lists.addWidget(self._hits)
        self._arrange()
        self._connect()
        self._follow_state()

    def _arrange(self) -> None:
        contents = tool_button("contents", "help_contents", tr("All pages"), lambda: self._state.go(INDEX))
        head = row(self._back, self._forward, contents, self._field, spacing=4)
        in_browser = push_button(tr("Open in browser"), "help_browser", self._open_site)
        foot = row(in_browser, 1) if self._site else None
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(holding(column(head, self._lists, foot, spacing=8)))
        page = PageView(self._state)
        split.addWidget(page)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(1, 1)
        split.setSizes(WIDTHS)
        self.setLayout(column(split, margins=10))
        page.setFocus()  # the keys scroll it

    def _connect(self) -> None:
        resting_hand = resting(self, self._search, REST_MS)
        self._field.textChanged.connect(lambda: resting_hand.start())
        self._field.returnPressed.connect(self._open_first)
        self._hits.anchorClicked.connect(self._open_hit)
        theme.follow(self._list_found)
        follow(self._open_page, self._tree.itemClicked, self._tree.itemActivated)
        self._state.changed.connect(self._follow_state)
        for keys, slot in (
            ("Alt+Left", self._state.back),
            ("Alt+Right", self._state.forward),
            ("Ctrl+F", self._look_for),
        ):
            QShortcut(QKeySequence(keys), self, slot)

    # --- search --------------------------------------------------------------------------------

    def _look_for(self) -> None:
        self._field.setFocus()
        self._field.selectAll()

    def _search(self) -> None:
        """List what was found; without a query, the contents."""
        query = self._field.text()
        self._found = search(self._state.manual, query)
        self._lists.setCurrentWidget(self._hits if query.strip() else self._tree)
        self._list_found()

    def _list_found(self) -> None:
        """In the colours of the theme."""
        colours, query = theme.current(), self._field.text()
        hits = self._hits.document()
        hits.setDefaultStyleSheet(f"p {{ color: {colours.muted}; }} a {{ color: {colours.accent}; }}")
        words = query_words(query)
        nothing = tr("No section of the documentation has all of “{words}”.", words=query.strip())
        self._hits.setHtml("".join(hit.html(words) for hit in self._found) or f"<p>{escape(nothing)}</p>")

    def _open_first(self) -> None:
        self._search()
        if self._found:
            self._state.go(self._found[0].page, self._found[0].anchor, self._field.text())

    def _open_hit(self, link: QUrl) -> None:
        self._state.go(link.path(), link.fragment(), self._field.text())

    # --- contents ------------------------------------------------------------------------------

    def _open_page(self, item: QTreeWidgetItem) -> None:
        if item.data(0, PLACE):
            self._state.go(item.data(0, PLACE))

    def _follow_state(self) -> None:
        """Which page is open, in the contents and in the title; where one can go."""
        state, page = self._state, self._state.visit.page
        self._back.setEnabled(state.can_go_back)
        self._forward.setEnabled(state.can_go_forward)
        title = state.manual.title(page)
        name = tr("Documentation") if page == INDEX else tr("{title} – Documentation", title=title)
        self.setWindowTitle(name)
        self._tree.clearSelection()
        if page in self._items:
            self._tree.setCurrentItem(self._items[page])

    # --- the site ------------------------------------------------------------------------------

    @property
    def _site(self) -> Path | None:
        """The same pages as a site, where it was built."""
        site = self._state.manual.folder / "_site"
        return site if (site / "index.html").exists() else None

    def _open_site(self) -> None:
        if self._site:
            page = self._site / Path(self._state.visit.page).with_suffix(".html")
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))


def _contents(state: HelpState) -> tuple[QTreeWidget, dict[str, QTreeWidgetItem]]:
    """All pages below the headings of the contents, and the item of each."""
    items = {}
    tree = named(QTreeWidget(), "help_tree", tr("Contents"))
    tree.setHeaderHidden(True)
    tree.setRootIsDecorated(False)
    tree.setIndentation(12)
    for chapter in state.manual.contents:
        head = QTreeWidgetItem(tree, [chapter.title])
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = head.font(0)
        font.setBold(True)
        head.setFont(0, font)
        for page in chapter.pages:
            items[page] = QTreeWidgetItem(head, [state.manual.title(page)])
            items[page].setData(0, PLACE, page)
    tree.expandAll()
    return tree, items
