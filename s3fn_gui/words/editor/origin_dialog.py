"""Where one paragraph of a description comes from: its author, date and whole prompt."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QPlainTextEdit, QWidget

from s3fn_core.labels.classes import Description
from s3fn_core.labels.provenance import model_and_host, moment, origin
from s3fn_core.languages import tr
from s3fn_gui.base.dialogs import close_button
from s3fn_gui.base.widgets import column, label, named

AUTHORS = {
    "user": tr("You"),
    "llm": tr("A language model"),
    "measured": tr("Composed from measured spectra"),
    "library": tr("The library of materials"),
    "file": tr("A file that names no author"),
}


class OriginDialog(QDialog):
    """Only tells; what it shows can be copied."""

    def __init__(self, parent: QWidget, class_name: str, paragraph: Description) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("paragraph_origin")
        self.setWindowTitle(tr("Prompt and origin"))
        name, host = model_and_host(paragraph)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        kept = tr("Yes: it is kept when the description is generated again")
        for title, value in (
            (tr("Class"), class_name),
            (tr("Author"), AUTHORS[origin(paragraph)]),
            (tr("Entry") if origin(paragraph) == "library" else tr("Model"), name),
            (tr("Host"), host),
            (tr("Written"), moment(paragraph)),
            (tr("Locked"), kept if paragraph.locked else tr("No")),
        ):
            if value:
                form.addRow(label(title, "muted"), label(value, wrap=True))
        parts = [_passage(paragraph.text, "paragraph_text", tr("The paragraph"))]
        titles = [label(tr("Paragraph"), "heading")]
        if paragraph.prompt:
            parts.append(_passage(paragraph.prompt, "paragraph_prompt", tr("The whole prompt")))
            titles.append(label(tr("Prompt"), "heading"))
        pairs = [thing for pair in zip(titles, parts, strict=True) for thing in pair]
        self.setLayout(column(form, *pairs, close_button(self), margins=14, spacing=8))
        self.resize(520, 460 if paragraph.prompt else 320)


def _passage(text: str, name: str, tip: str) -> QPlainTextEdit:
    result = named(QPlainTextEdit(text), name, tip)
    result.setReadOnly(True)
    result.setTabChangesFocus(True)
    return result
