"""The language of the window."""

from __future__ import annotations

import os

from PySide6.QtCore import QLocale

from s3fn_core import languages
from s3fn_gui.base.settings import Settings


def use_language() -> None:
    """Use the language of the settings, else the system's; the environment goes before both.

    Modules hold texts, so this comes before they are imported.
    """
    wanted = os.environ.get(languages.VARIABLE) or Settings().language or QLocale.system().name()
    languages.use(languages.chosen(wanted))


def name_of(language: str) -> str:
    """A language in its own words, such as "Deutsch"."""
    if language == languages.ENGLISH:
        return "English"  # Qt says American English
    own = QLocale(language)
    name = own.nativeLanguageName() if own.language() != QLocale.Language.C else ""
    return name[:1].upper() + name[1:] or language
