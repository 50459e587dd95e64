"""Settings: the look, and the way to those of the language model."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QWidget

from s3fn_core.languages import available, tr
from s3fn_gui.base import theme
from s3fn_gui.base.dialogs import accept_or_cancel
from s3fn_gui.base.language import name_of
from s3fn_gui.base.settings import Settings
from s3fn_gui.base.widgets import column, label, named, push_button

LOOKS = {"auto": tr("System default"), "light": tr("Light"), "dark": tr("Dark")}


class SettingsDialog(QDialog):
    """Writes the settings when accepted; `more` opens the dialogs for other ones."""

    def __init__(self, parent: QWidget, settings: Settings, more: dict[str, QAction]) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self._settings = settings
        self._theme = named(QComboBox(), "settings_theme", tr("Appearance of the window"))
        for name in theme.CHOICES:
            self._theme.addItem(LOOKS[name], name)
        self._theme.setCurrentIndex(self._theme.findData(settings.theme))
        form = QFormLayout()
        form.addRow(tr("Appearance"), self._theme)
        self._language = named(QComboBox(), "settings_language", tr("Language of the window"))
        self._language.addItem(tr("System default"), "")
        for code in available():
            self._language.addItem(name_of(code), code)
        self._language.setCurrentIndex(max(0, self._language.findData(settings.language)))
        if len(available()) > 1:
            form.addRow(tr("Language"), self._language)
            form.addRow("", label(tr("A change of language takes effect at the next start."), "muted"))
        for title, action in more.items():
            name = f"settings_{action.objectName()}"
            form.addRow(title, push_button(action.text(), name, action.trigger))
        buttons, _ = accept_or_cancel(self, tr("OK"), then=self._store)
        self.setLayout(column(form, buttons, margins=12, spacing=10))

    def _store(self) -> None:
        self._settings.theme = self._theme.currentData()
        self._settings.language = self._language.currentData()
        self.accept()
