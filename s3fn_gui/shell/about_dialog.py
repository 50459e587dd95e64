"""What this program is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from s3fn_core.languages import tr
from s3fn_gui.base import theme
from s3fn_gui.base.dialogs import close_button
from s3fn_gui.base.widgets import column, label, row


class AboutDialog(QDialog):
    """Name, version and where the method comes from."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About S3FN"))
        picture = label()
        picture.setPixmap(theme.pixmap("app", 64, theme.current().text, 2.0))
        title = label(tr("S3FN {version}", version=_version()), "figure")
        text = label(
            tr(
                "From a hyperspectral cube to a classification map, with classes described in words.\n\n"
                "The method follows “Label Semantics for Robust Hyperspectral Image Classification” "
                "(IJCNN 2025, arXiv 2510.07556). MIT licence."
            ),
            wrap=True,
        )
        head = row(picture, column(title, text), spacing=14)
        head.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(head, close_button(self), margins=14, spacing=12))
        self.setMinimumWidth(460)


def _version() -> str:
    try:
        return version("s3fn")
    except PackageNotFoundError:
        return ""
