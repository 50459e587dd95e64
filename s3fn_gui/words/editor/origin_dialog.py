"""Where one paragraph of a description comes from: its author, date and whole prompt."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QPlainTextEdit, QWidget

from s3fn_core.labels.classes import Description
from s3fn_core.labels.provenance import model_and_host, moment, origin
from s3fn_gui.base.dialogs import close_button
from s3fn_gui.base.widgets import column, label, named

AUTHORS = {
    "user": "You",
    "llm": "A language model",
    "measured": "Composed from measured spectra",
    "library": "The library of materials",
    "file": "A file that names no author",
}


class OriginDialog(QDialog):
    """Only tells; what it shows can be copied."""

    def __init__(self, parent: QWidget, class_name: str, paragraph: Description) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("paragraph_origin")
        self.setWindowTitle("Prompt and origin")
        name, host = model_and_host(paragraph)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        for title, value in (
            ("Class", class_name),
            ("Author", AUTHORS[origin(paragraph)]),
            ("Entry" if origin(paragraph) == "library" else "Model", name),
            ("Host", host),
            ("Written", moment(paragraph)),
            (
                "Locked",
                "Yes: it is kept when the description is generated again" if paragraph.locked else "No",
            ),
        ):
            if value:
                form.addRow(label(title, "muted"), label(value, wrap=True))
        parts = [_passage(paragraph.text, "paragraph_text", "The paragraph")]
        titles = [label("Paragraph", "heading")]
        if paragraph.prompt:
            parts.append(_passage(paragraph.prompt, "paragraph_prompt", "The whole prompt"))
            titles.append(label("Prompt", "heading"))
        pairs = [thing for pair in zip(titles, parts, strict=True) for thing in pair]
        self.setLayout(column(form, *pairs, close_button(self), margins=14, spacing=8))
        self.resize(520, 460 if paragraph.prompt else 320)


def _passage(text: str, name: str, tip: str) -> QPlainTextEdit:
    result = named(QPlainTextEdit(text), name, tip)
    result.setReadOnly(True)
    result.setTabChangesFocus(True)
    return result
