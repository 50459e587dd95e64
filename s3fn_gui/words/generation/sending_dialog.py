"""What is about to leave this computer, word for word."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QPlainTextEdit, QWidget

from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_core.words.hosts import LOCAL_HOSTS
from s3fn_gui.base.dialogs import accept_or_cancel, close_button
from s3fn_gui.base.widgets import column, label, named, row
from s3fn_gui.words.generation.jobs import Requests

Permission = Literal["no", "once", "always"]
WIDTH, HEIGHT = 620, 520
PARTS = {"system": tr("WHO ANSWERS"), "user": tr("WHAT IS ASKED")}


class SendingDialog(QDialog):
    """Asks for permission to send, or (`asking` false) only shows what would be sent."""

    def __init__(self, parent: QWidget, requests: Requests, *, asking: bool = True) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Send to a language model?") if asking else tr("What is sent"))
        self._requests = requests
        host = requests.settings.host
        self._class = named(QComboBox(), "sending_class", tr("Class that the request is about"))
        for target in requests.targets:
            self._class.addItem(unmarked(target.name), target.id)
        self._text = named(QPlainTextEdit(), "sending_text", tr("The whole request"))
        self._text.setReadOnly(True)
        self._text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.again = named(
            QCheckBox(tr("Do not ask again for {host}", host=host)),
            "sending_trust",
            tr("Later requests to this host are sent at once; see Language model to change that"),
        )
        self.again.setVisible(asking)
        self._class.currentIndexChanged.connect(self._show)
        where = label(destination(requests), name="sending_where", wrap=True)
        about = row(label(tr("About")), self._class, label(self._count(), "muted"), 1)
        note = label(
            tr("This is all that is sent. The image, the labels and your files stay here."),
            "muted",
            wrap=True,
        )
        self.setLayout(
            column(
                where,
                about,
                self._text,
                note,
                row(self.again, 1, self._buttons(asking)),
                margins=12,
                spacing=8,
            )
        )
        self.resize(WIDTH, HEIGHT)
        self._show()

    def ask(self) -> Permission:
        """Show the dialog."""
        if self.exec() != QDialog.DialogCode.Accepted:
            return "no"
        return "always" if self.again.isChecked() else "once"

    def _buttons(self, asking: bool) -> QDialogButtonBox:
        if not asking:
            return close_button(self)
        buttons, send = accept_or_cancel(self, tr("Send"))
        named(send, "sending_send", tr("Send the requests"))
        return buttons

    def _count(self) -> str:
        count = len(self._requests.targets)
        return tr("one of {count} requests", count=count) if count > 1 else ""

    def _show(self) -> None:
        messages = self._requests.messages.get(self._class.currentData(), [])
        parts = [f"{PARTS[m['role']]}\n{m['content']}" for m in messages]
        if self._requests.settings.paragraphs > 1:
            from s3fn_core.words.llm import ANOTHER

            parts.append(tr("THEN, AFTER EACH ANSWER\nThe answers so far, and: {request}", request=ANOTHER))
        self._text.setPlainText("\n\n".join(parts))


def destination(requests: Requests) -> str:
    """Where the requests go, and what goes with them."""
    settings, source = requests.settings, requests.key.source
    model, address, is_local = settings.model, settings.base_url, settings.host in LOCAL_HOSTS
    if is_local:
        where = tr("To {model} at {address} (this computer).", model=model, address=address)
    else:
        where = tr("To {model} at {address}.", model=model, address=address)
    key = {
        "environment": tr("The key from OPENAI_API_KEY is sent with it."),
        "key store": tr("The key from this computer's key store is sent with it."),
        "none": tr("No key is sent with it."),
    }[source]
    sentences = [where, key]
    if address.startswith("http://") and not is_local:
        sentences.append(tr("The connection is not encrypted: others may read it."))
    return " ".join(sentences)
