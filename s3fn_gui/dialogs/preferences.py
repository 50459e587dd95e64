"""Settings: the look, and the language model that writes descriptions."""

from __future__ import annotations

import os
from dataclasses import replace

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QWidget,
)

from s3fn_core.errors import WordsError
from s3fn_gui import theme
from s3fn_gui.settings import Settings
from s3fn_gui.widgets import column, label, named

LOOKS = {"auto": "as the desktop", "light": "light", "dark": "dark"}
KEPT = "(unchanged)"


class SettingsDialog(QDialog):
    """Writes the settings when accepted; the key goes to the system's key store only."""

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._settings = settings
        llm = settings.llm
        self._theme = named(QComboBox(), "settings_theme")
        for name in theme.CHOICES:
            self._theme.addItem(LOOKS[name], name)
        self._theme.setCurrentIndex(self._theme.findData(settings.theme))
        self._url = named(QLineEdit(llm.base_url), "settings_url")
        self._url.setMinimumWidth(320)
        self._model = named(QLineEdit(llm.model), "settings_model")
        self._key = named(QLineEdit(), "settings_key")
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._key.setPlaceholderText(KEPT)
        form = QFormLayout()
        form.addRow("Look", self._theme)
        form.addRow(
            label("Language model for descriptions (any OpenAI-compatible server)", "muted")
        )
        form.addRow("Address", self._url)
        form.addRow("Model", self._model)
        form.addRow("Key", self._key)
        self._note = label(_key_note(), "muted", name="settings_note", wrap=True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._store)
        buttons.rejected.connect(self.reject)
        self.setLayout(column(form, self._note, buttons, margins=12, spacing=10))

    def _store(self) -> None:
        """Keep everything; the dialog stays open when the key cannot be stored."""
        self._settings.theme = self._theme.currentData()
        self._settings.llm = replace(
            self._settings.llm,
            base_url=self._url.text().strip(),
            model=self._model.text().strip(),
        )
        if self._key.text().strip():
            from s3fn_core.words.keys import store_key

            try:
                store_key(self._settings.llm.base_url, self._key.text())
            except WordsError as error:
                self._key.clear()
                self._note.setText(str(error))
                theme.role(self._note, "warning")
                return
        self.accept()


def _key_note() -> str:
    if os.environ.get("OPENAI_API_KEY", "").strip():
        return "The key of the environment variable OPENAI_API_KEY is used."
    return "The key is kept in the system's key store, never in a file of this program."
