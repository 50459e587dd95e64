"""A page of HTML as a PDF on A4.  Qt's text documents may be used in any thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from s3fn_core.files import whole_file

PDF = ".pdf"
MARGIN = 15.0  # mm
DPI = 96


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
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setHtml(html)
        document.setPageSize(writer.pageLayout().paintRectPixels(DPI).size().toSizeF())
        document.print_(writer)
