"""Fixtures of the window's tests; conftest files import them."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from s3fn_gui.base.settings import Settings
from s3fn_gui.session.session import Session
from s3fn_gui.shell.window import MainWindow, make_app, make_window
from tests.gui.support import Hands, put_away, states_of, write_scene


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of a test reach nobody else's."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    """A session without a window."""
    make_app()
    made = Session()
    states_of(made)
    yield made
    made.undo_stack.clear()  # steps and session are a cycle; Qt must not find them collected


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """The main window, shown off screen."""
    made = make_window(Settings(tmp_path / "settings.ini"))
    made.workspaces.begin()  # as with a cube
    made.show()
    qtbot.waitExposed(made)
    yield made
    put_away(made)


@pytest.fixture
def hands(window: MainWindow, qtbot: QtBot) -> Hands:
    """The window with answers instead of dialogs."""
    return Hands(window, qtbot.waitUntil)


@pytest.fixture
def scene_file(tmp_path: Path) -> Path:
    """An ENVI header."""
    return write_scene(tmp_path)
