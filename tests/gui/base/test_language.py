"""The language of the window: what it is, where it is chosen, and that no text is left out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from s3fn_core import languages
from s3fn_gui.base.language import name_of, use_language
from s3fn_gui.base.settings import Settings
from s3fn_gui.shell.settings_dialog import SettingsDialog
from tests.gui.support import Hands
from tests.pseudo import LANGUAGE, untranslated, write_language


@pytest.fixture
def brackets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's folder, with a language of brackets; English is used again at the end."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv(languages.VARIABLE, raising=False)
    write_language(tmp_path / "s3fn" / "languages")
    yield tmp_path
    languages.use(languages.ENGLISH)


@pytest.mark.slow
def test_every_text_of_the_window_is_translated(brackets: Path) -> None:
    """In a process of its own, as modules hold texts."""
    found = subprocess.run(
        [sys.executable, "-m", "tests.gui.pseudo_window", str(brackets)],
        env={**os.environ, languages.VARIABLE: LANGUAGE},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert found.returncode == 0, found.stderr
    assert "Traceback" not in found.stderr, found.stderr
    assert not found.stdout.strip(), found.stdout


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("⟦Open cube⟧", ""),
        ("⟦Mask of ⟦{count} objects⟧⟧ (12 px)", ""),
        ("<b>⟦Trained⟧</b>: 93.1 %", ""),
        ("Open cube", "Open cube"),
        ("⟦Mask⟧ of objects", "of objects"),
    ],
)
def test_what_is_not_translated_is_found(text: str, left: str) -> None:
    assert untranslated(text) == left


def test_the_settings_come_before_the_system(brackets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_language()
    assert languages.current() == languages.ENGLISH  # no file of the system's language
    monkeypatch.delenv(languages.VARIABLE)
    settings = Settings()
    settings.language = LANGUAGE
    settings.sync()
    use_language()
    assert languages.current() == LANGUAGE


def test_a_language_is_chosen_in_the_settings(brackets: Path, hands: Hands, qtbot: QtBot) -> None:
    write_language(languages.folders()[0])
    dialog = SettingsDialog(hands.window, hands.window.settings, {})
    qtbot.addWidget(dialog)
    dialog.show()
    box = dialog.findChild(QComboBox, "settings_language")
    assert isinstance(box, QComboBox)
    assert box.isVisible()
    assert [box.itemData(line) for line in range(box.count())] == ["", "en", LANGUAGE]
    box.setCurrentIndex(2)
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "OK").click()
    assert hands.window.settings.language == LANGUAGE


def test_languages_have_their_own_names() -> None:
    assert [name_of(code) for code in ("en", "de", "fr", LANGUAGE)] == [
        "English",
        "Deutsch",
        "Français",
        LANGUAGE,
    ]
