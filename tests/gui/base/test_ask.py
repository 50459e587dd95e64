"""What is common to all questions: where files are looked for, and how long a dialog lives."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from s3fn_gui.base.ask import Ask
from s3fn_gui.base.folders import to_write
from s3fn_gui.base.settings import Settings


class Named(QDialog):
    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)

    def ask(self) -> bool:
        QTimer.singleShot(0, self.accept)
        return self.exec() == QDialog.DialogCode.Accepted


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def ask(parent: QWidget, tmp_path: Path) -> Ask:
    settings = Settings(tmp_path / "settings.ini")
    settings.folder = str(tmp_path)
    return Ask(parent, settings)


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], list[str]]:
    """Answers the dialogs of files; gives the places that they begin at."""

    def choosing(name: str, filters: str = "") -> list[str]:
        places = list[str]()

        def answer(parent: QWidget, title: str, place: str, *_: object, **__: object) -> tuple[str, str]:
            places.append(place)
            return name, filters

        for question in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, question, answer)
        return places

    return choosing


def test_the_last_folder_is_remembered(ask: Ask, choose: Callable[..., list[str]], tmp_path: Path) -> None:
    chosen = tmp_path / "data" / "a.csv"
    places = choose(str(chosen))
    assert ask.open_file("Open", "") == chosen
    ask.save_file("Save", "b.csv", "")
    ask.save_file("Save", tmp_path / "c.csv", "")
    assert places == [str(tmp_path), str(chosen.with_name("b.csv")), str(tmp_path / "c.csv")]


def test_a_folder_that_can_be_written_is_proposed(
    ask: Ask, choose: Callable[..., list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = tmp_path / "card"  # of a camera, with a lock
    card.mkdir()
    access = os.access

    def locked(path: Path, mode: int) -> bool:
        return access(path, mode) and not (mode & os.W_OK and path.is_relative_to(card))

    monkeypatch.setattr(os, "access", locked)
    places = choose(str(tmp_path / "maps" / "a.csv"))
    ask.save_file("Save", card / "new" / "b.csv", "")
    ask.save_file("Save", card / "b.csv", "")
    choose(str(card / "scene.hdr"))
    ask.open_file("Open", "")
    last = choose("")
    ask.save_file("Save", "c.csv", "")
    assert [*places, *last] == [str(tmp_path / name) for name in ("b.csv", "maps/b.csv", "maps/c.csv")]


def test_home_is_proposed_where_nothing_else_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert to_write(tmp_path) == Path.home()


def test_the_filter_gives_the_suffix_that_was_not_typed(ask: Ask, choose: Callable[..., list[str]]) -> None:
    written = {"Tables": ".csv", "Libraries": ".hdr"}
    for name, filters, expected in (
        ("a", "Libraries", "a.hdr"),
        ("a.txt", "Libraries", "a.txt"),
        ("a", "Others", "a"),
    ):
        choose(name, filters)
        assert ask.save_file("Save", "a.csv", "Tables;;Libraries", suffixes=written) == Path(expected)


def test_names_keep_their_dots(ask: Ask, choose: Callable[..., list[str]]) -> None:
    filters = "Models (*.s3fn);;Others (*.tif *.hdf5)"
    for name, expected in (
        ("wood_2024.11", "wood_2024.11.s3fn"),
        ("wood_2024.11.s3fn", "wood_2024.11.s3fn"),
        ("dark.v2", "dark.v2.s3fn"),
        ("wood.hdf5", "wood.hdf5"),
        ("wood.TIF", "wood.TIF"),
    ):
        choose(name, "Models (*.s3fn)")
        assert ask.save_file("Save", "a.s3fn", filters) == Path(expected)


def test_nothing_is_chosen_by_cancelling(ask: Ask, choose: Callable[..., list[str]]) -> None:
    choose("")
    assert ask.open_file("Open", "") is None
    assert ask.save_file("Save", "a.csv", "") is None


def test_a_dialog_is_gone_once_it_is_closed(ask: Ask, parent: QWidget, qtbot: QtBot) -> None:
    assert ask.answer(Named, "asked")
    ask.show(Named, "shown").close()
    qtbot.waitUntil(lambda: not parent.findChildren(QDialog))


def test_only_one_dialog_stays_beside_the_work(ask: Ask, parent: QWidget) -> None:
    for _ in range(2):
        ask.show_beside(Named, "history")
    dialog = parent.findChild(QDialog, "history")
    assert isinstance(dialog, QDialog)
    assert parent.findChildren(QDialog) == [dialog]
    assert dialog.isVisible()
    assert not dialog.isModal()
