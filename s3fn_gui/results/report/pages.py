"""Where pages of a text document end: Qt keeps lines whole, but neither rows nor what belongs together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtGui import QColor, QTextBlock, QTextCursor, QTextDocument, QTextFormat, QTextFrame, QTextTable

WHOLE = 0.4
"""Tables up to that share of a page stay on one; of larger ones the head stays with a first row."""
PICTURE = "\ufffc"  # what stands for a picture in a text
SMALL = "#555555"  # the colour of captions, sources and remarks, as the page's style says
BREAK = QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore
Item = QTextBlock | QTextTable


def keep_together(document: QTextDocument) -> None:
    """Begin a page where a heading, a caption or a picture would be left behind by what follows it.

    The document has the size of its pages.  A break moves only what comes after it, so one pass is enough.
    """
    items = list(_items(document.rootFrame()))
    height = document.pageSize().height()
    for run in _runs(items):
        top, end = _extent(document, run[0])[0], _end(document, run[-1], WHOLE * height)
        if _is_cut(top, end, height) and top % height > 0 and end - top < height:
            _break_before(run[0])
        if isinstance(run[-1], QTextTable):
            _keep_rows(document, run[-1])


def _items(frame: QTextFrame) -> Iterator[Item]:
    """Paragraphs with a text, and tables, in their order."""
    place = frame.begin()
    while not place.atEnd():
        inside = place.currentFrame()
        if isinstance(inside, QTextTable):
            yield inside
        elif inside is not None:
            yield from _items(inside)
        elif place.currentBlock().text().strip():
            yield place.currentBlock()
        place += 1


def _runs(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Items that belong together: all but the last of a run lead to the next."""
    run: list[Item] = []
    for item, after in zip(items, [*items[1:], None], strict=True):
        run.append(item)
        if after is None or not _leads(item, after):
            yield run
            run = []


def _leads(item: Item, after: Item) -> bool:
    """Whether it is a heading, a picture or a caption of what follows, or what follows is its small print."""
    if isinstance(item, QTextTable):
        return False
    heading = item.blockFormat().headingLevel() > 0
    return heading or item.text() == PICTURE or isinstance(after, QTextTable) or _is_small(after)


def _is_small(block: QTextBlock) -> bool:
    """Whether it is in the colour of the page's small print."""
    first = block.begin()
    return not first.atEnd() and first.fragment().charFormat().foreground().color() == QColor(SMALL)


def _extent(document: QTextDocument, item: Item) -> tuple[float, float]:
    """Its top and bottom, in pixels from the top of the first page."""
    layout = document.documentLayout()
    rect = layout.frameBoundingRect(item) if isinstance(item, QTextTable) else layout.blockBoundingRect(item)
    return rect.top(), rect.bottom()


def _row(document: QTextDocument, table: QTextTable, row: int) -> tuple[float, float]:
    """Top and bottom of the text of a row."""
    cells = [table.cellAt(row, column) for column in range(table.columns())]
    tops = [_extent(document, cell.firstCursorPosition().block())[0] for cell in cells]
    ends = [_extent(document, cell.lastCursorPosition().block())[1] for cell in cells]
    return min(tops), max(ends)


def _end(document: QTextDocument, item: Item, small: float) -> float:
    """Where the part of it ends that must not be apart from what leads to it."""
    top, bottom = _extent(document, item)
    if not isinstance(item, QTextTable) or bottom - top <= small:
        return bottom
    return _row(document, item, min(item.format().headerRowCount(), item.rows() - 1))[1]


def _keep_rows(document: QTextDocument, table: QTextTable) -> None:
    """Move rows that would be cut to the next page: the row before gets so much room below it."""
    height = document.pageSize().height()
    for row in range(table.format().headerRowCount() + 1, table.rows()):
        top, end = _row(document, table, row)
        if not _is_cut(top, end, height) or end - top >= height:
            continue
        for column in range(table.columns()):
            cell = table.cellAt(row - 1, column)
            look = cell.format().toTableCellFormat()
            look.setBottomPadding(look.bottomPadding() + height - top % height - 1)
            cell.setFormat(look)


def _is_cut(top: float, end: float, height: float) -> bool:
    """Whether a page ends between the two."""
    return top // height != (end - 1) // height


def _break_before(item: Item) -> None:
    if isinstance(item, QTextTable):
        look = item.format()
        look.setPageBreakPolicy(BREAK)
        item.setFormat(look)
        return
    cursor = QTextCursor(item)
    block = cursor.blockFormat()
    block.setPageBreakPolicy(BREAK)
    cursor.setBlockFormat(block)
