"""A page of HTML as a PDF on A4.  Qt's text documents may be used in any thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QRectF, QUrl
from PySide6.QtGui import QImageReader, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from s3fn_core.files import whole_file
from s3fn_gui.results.report.pages import keep_together

PDF = ".pdf"
MARGIN = 15.0  # mm
DPI = 96
SHARPER = 3
"""Charts have so many times as many dots in a line as the text document would give them."""
SVG = "data:image/svg+xml;base64,"


class _Document(QTextDocument):
    """Draws charts at the resolution of paper."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802 (Qt's name)
        address = name.toString() if isinstance(name, QUrl) else name
        if not address.startswith(SVG):
            return super().loadResource(kind, name)
        stored = QBuffer()
        stored.setData(QByteArray.fromBase64(address.removeprefix(SVG).encode("ascii")))
        reader = QImageReader(stored, b"svg")
        reader.setScaledSize(reader.size() * SHARPER)
        return reader.read()


def write_pdf(html: str, path: Path) -> None:
    """Write HTML of the kind that Qt's text documents know.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    with whole_file(path) as temporary:
        writer = QPdfWriter(str(temporary))
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
        writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        writer.setResolution(DPI)
        document = _Document()
        document.setDocumentMargin(0)
        document.setHtml(html)
        document.setPageSize(writer.pageLayout().paintRectPixels(DPI).size().toSizeF())
        keep_together(document)
        _draw(document, writer)


def _draw(document: QTextDocument, writer: QPdfWriter) -> None:
    """Draw all pages; `QTextDocument.print_` would smear the colours of a map by JPEG."""
    size = document.pageSize()
    painter = QPainter(writer)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    for page in range(document.pageCount()):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0, -page * size.height())
        document.drawContents(painter, QRectF(0, page * size.height(), size.width(), size.height()))
        painter.restore()
    painter.end()
