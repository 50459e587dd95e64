"""The language model in the window: asked for leave, asked about all classes, set up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from s3fn_core.labels.classes import Description
from s3fn_core.words import llm_errors
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_gui.base.jobs import JobRunner
from s3fn_gui.base.settings import Settings
from s3fn_gui.session import class_edits
from s3fn_gui.shell.settings_dialog import SettingsDialog
from s3fn_gui.shell.window import MainWindow, make_app
from s3fn_gui.words.description_edits import describe_class
from s3fn_gui.words.generation.language_model_dialog import PRESETS, LanguageModelDialog
from s3fn_gui.words.generation.sending_dialog import SendingDialog
from tests.gui.support import Hands
from tests.llm_server import KEY, MODEL, LLMServer

NAMES = ("soil", "water", "tree")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LLMServer]:
    monkeypatch.setattr(llm_errors, "PAUSES", (0.02, 0.02))
    with LLMServer() as running:
        yield running


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the system's key store keeps, by host."""
    store: dict[str, str] = {}
    monkeypatch.setattr("keyring.get_password", lambda s, u: store.get(u))
    monkeypatch.setattr("keyring.set_password", lambda s, u, k: store.update({u: k}))
    monkeypatch.setattr("keyring.delete_password", lambda s, u: store.pop(u, None))
    return store


@pytest.fixture
def writer(hands: Hands, server: LLMServer, kept: dict[str, str]) -> Hands:
    """Three classes, the first of them described, and a language model."""
    hands.window.settings.llm = LLMSettings(server.base_url, MODEL, at_once=2)
    for name in NAMES:
        class_edits.add_class(hands.session, name)
    describe_class(hands.session, 1, "mine")
    return hands


def describe_all(writer: Hands) -> None:
    writer.trigger("words.generate_all")
    writer.until(lambda: not writer.states.generation.running)


def leaves_asked_for(writer: Hands) -> list[str]:
    """Questions about sending; that hand-written paragraphs are replaced is another question."""
    return [question for question in writer.ask.asked if question.startswith("sending")]


# --- asking for leave -------------------------------------------------------------------------


def test_nothing_is_sent_before_the_user_has_seen_it(writer: Hands, server: LLMServer) -> None:
    writer.ask.may_send = "no"
    describe_all(writer)
    assert leaves_asked_for(writer) == ["sending to 127.0.0.1"]
    assert not server.requests
    assert "Nothing was sent" in writer.states.generation.note
    assert writer.session.classes[1].text == "mine"
    assert writer.window.settings.trusted == ()


def test_what_is_shown_is_what_is_sent(writer: Hands, server: LLMServer) -> None:
    writer.open_scene()
    writer.session.select_class(1)
    writer.states.painting.begin_stroke((3, 3), erase=False)
    writer.states.painting.end_stroke()
    writer.ask.may_send = "once"
    describe_all(writer)
    outgoing = writer.ask.outgoing
    assert outgoing is not None
    sent = [request["messages"] for request in server.requests]
    assert sorted(map(str, sent)) == sorted(map(str, outgoing.messages.values()))
    assert "Mean spectrum" in outgoing.messages[1][1]["content"]
    assert "pixels of this class: none" in outgoing.messages[2][1]["content"]
    describe_all(writer)
    assert len(leaves_asked_for(writer)) == 2


def test_a_host_that_is_trusted_is_not_asked_about_again(writer: Hands) -> None:
    describe_all(writer)
    describe_all(writer)
    assert len(leaves_asked_for(writer)) == 1
    assert writer.window.settings.trusted == (writer.window.settings.llm.origin,)
    writer.window.settings.llm = replace(
        writer.window.settings.llm,
        base_url=writer.window.settings.llm.base_url.replace("127.0.0.1", "localhost"),
    )
    describe_all(writer)
    assert writer.ask.asked[-1] == "sending to localhost"


def test_what_would_be_sent_can_be_read_before_there_is_a_key(writer: Hands) -> None:
    writer.window.settings.llm = LLMSettings()  # OpenAI's, which answers nobody without one
    writer.trigger("words.preview")
    writer.until(lambda: writer.ask.outgoing)
    outgoing = writer.ask.outgoing
    assert outgoing is not None
    assert set(outgoing.messages) == set(writer.session.classes.ids)
    writer.session.select_class(1)
    writer.trigger("words.generate")
    writer.until(lambda: "Words > Language model" in writer.message)


def test_the_dialog_shows_every_word(writer: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    llm = replace(writer.window.settings.llm, base_url="http://gpu.example:8000/v1", paragraphs=2)
    writer.window.settings.llm = llm
    writer.trigger("words.preview")
    writer.until(lambda: writer.ask.outgoing)
    outgoing = writer.ask.outgoing
    assert outgoing is not None
    dialog = SendingDialog(writer.window, outgoing)
    dialog._class.setCurrentIndex(2)
    text = dialog._text.toPlainText()
    assert all(m["content"] in text for m in outgoing.messages[3])
    assert "Write another paragraph" in text
    said = "".join(label.text() for label in dialog.findChildren(QLabel))
    assert "http://gpu.example:8000/v1" in said
    assert "OPENAI_API_KEY is sent with it" in said
    assert "not encrypted" in said
    assert KEY not in said + text + repr(outgoing)


# --- all classes ------------------------------------------------------------------------------


def test_all_classes_are_described_and_their_progress_is_seen(writer: Hands, server: LLMServer) -> None:
    server.mode = "slow"
    shown = writer.find("writing_list")
    assert isinstance(shown, QListWidget)
    writer.trigger("words.generate_all")
    writer.until(lambda: shown.isVisible() and "3 words" in shown.item(0).text())
    assert shown.item(2).text() == "tree: waiting"  # two at a time
    shown.itemClicked.emit(shown.item(1))
    assert writer.session.class_id == 2
    writer.until(lambda: not writer.states.generation.running)
    assert not shown.isVisible()
    assert [c.descriptions[0].source for c in writer.session.classes] == ["llm"] * 3
    assert "3 classes are described" in writer.message
    assert [v[0].text for v in writer.session.history[1]] == ["mine"]


def test_locked_paragraphs_stay(writer: Hands, server: LLMServer) -> None:
    locked = Description("Wet.", locked=True)
    classes = writer.session.classes.changed(2, descriptions=(locked,))
    classes = classes.changed(3, descriptions=(Description("old"), locked))
    writer.session.push_classes(classes, "Lock")
    describe_all(writer)
    assert len(server.requests) == 2
    assert writer.session.classes[2].descriptions == (locked,)
    assert locked in writer.session.classes[3].descriptions
    assert "old" not in writer.session.classes[3].text
    writer.session.push_classes(classes.removed(1).removed(3), "Remove")
    writer.trigger("words.generate_all")
    assert "Every description is locked" in writer.message


def test_a_class_that_fails_loses_nothing_and_takes_no_other_along(writer: Hands, server: LLMServer) -> None:
    server.modes = {'class "soil"': "cut"}
    describe_all(writer)
    assert writer.session.classes[1].text == "mine"
    assert writer.session.classes[3].descriptions[0].source == "llm"
    assert "2 of 3 classes are described, not soil: " in writer.message
    mend = writer.find("message_action")
    assert isinstance(mend, QPushButton)
    mend.click()
    assert writer.window.findChild(LanguageModelDialog) is not None


def test_stopping_keeps_what_is_described(writer: Hands, server: LLMServer) -> None:
    server.modes = {'class "soil"': "stall"}
    writer.trigger("words.generate_all")
    writer.until(lambda: writer.session.classes[3].text)
    writer.trigger("words.cancel")
    writer.until(lambda: not writer.states.generation.running)
    assert "Stopped; 2 classes are described" in writer.states.generation.note
    assert writer.session.classes[1].text == "mine"


def test_waiting_for_a_busy_server_is_said(writer: Hands, server: LLMServer) -> None:
    server.mode, server.retry_after = "busy once", "0.5"
    notes: list[str] = []
    generation = writer.states.generation
    generation.changed.connect(lambda: notes.extend(w.note for w in generation.classes.values()))
    describe_all(writer)
    assert any("is busy, next try in" in note for note in notes)
    assert "3 classes are described" in writer.message


def test_a_text_that_was_cut_is_told(writer: Hands, server: LLMServer) -> None:
    server.mode = "long"
    describe_all(writer)
    assert "was cut at 400 tokens" in writer.message


def test_a_class_that_is_another_one_meanwhile_is_left_alone(writer: Hands, server: LLMServer) -> None:
    server.mode = "slow"
    writer.trigger("words.generate_all")
    writer.until(lambda: server.requests)
    class_edits.rename_class(writer.session, 2, "ice")
    writer.until(lambda: not writer.states.generation.running)
    assert writer.session.classes[2].text == ""
    assert writer.session.classes[3].text != ""


# --- setting it up ----------------------------------------------------------------------------


class Desk:
    """What the dialog needs of a window."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        make_app()
        self.settings = Settings(folder / "settings.ini")
        self.runner = JobRunner()
        self.parent = QWidget()
        self._qtbot = qtbot

    def until(self, done: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(done()), timeout=30_000)

    def dialog(self) -> LanguageModelDialog:
        """The dialog, once it has looked for a key."""
        dialog = LanguageModelDialog(self.parent, self.settings, self.runner)
        dialog.show()
        self.until(dialog._key_note.text)
        return dialog


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, kept: dict[str, str]) -> Iterator[Desk]:
    made = Desk(qtbot, tmp_path)
    yield made
    made.runner.shut_down()
    shiboken6.delete(made.parent)


def test_the_dialog_keeps_everything_but_the_key(desk: Desk, kept: dict[str, str], tmp_path: Path) -> None:
    dialog = desk.dialog()
    dialog._url.setText(" https://llm.example/v1 ")
    dialog._model.setEditText(" llama ")
    dialog._key.setText(f" {KEY} ")
    dialog.answers.language.setEditText("Dutch")
    dialog.answers.sensor.setText("FX10")
    dialog.answers.paragraphs.setValue(3)
    dialog.answers.temperature.setValue(-1)
    dialog.answers.max_tokens.setValue(900)
    dialog.answers.timeout.setValue(20)
    dialog.answers.at_once.setValue(2)
    assert dialog.answers.temperature.text() == "server default"
    dialog._store()
    desk.until(lambda: dialog.result() == 1)
    settings = desk.settings
    assert settings.llm == LLMSettings(
        "https://llm.example/v1", "llama", None, 900, 20.0, 3, 2, "Dutch", sensor="FX10"
    )
    assert kept == {"llm.example": KEY}
    settings.sync()
    assert KEY not in (tmp_path / "settings.ini").read_text()
    again = desk.dialog()
    assert again.chosen == settings.llm
    assert "key store" in again._key_note.text()
    again._remove_key()
    desk.until(lambda: "There is no key" in again._key_note.text())
    assert not kept


def test_a_key_store_that_fails_leaves_the_dialog_open(
    desk: Desk, kept: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: str) -> None:
        raise RuntimeError("no key store")

    monkeypatch.setattr("keyring.set_password", broken)
    dialog = desk.dialog()
    dialog._key.setText(KEY)
    dialog._store()
    desk.until(lambda: "cannot be used" in dialog._key_note.text())
    assert dialog.isVisible()
    dialog._url.setText("nowhere")
    dialog._store()
    assert "not an http" in dialog._told.text()


def test_models_are_fetched_and_the_connection_is_tested(
    desk: Desk, kept: dict[str, str], server: LLMServer
) -> None:
    dialog = desk.dialog()
    dialog._url.setText(server.base_url)
    dialog._model.setEditText("gone")
    dialog._key.setText(KEY)
    dialog._test.click()
    desk.until(lambda: "answers" in dialog._told.text())
    assert 'has no "gone"; 2 models' in dialog._told.text()
    assert [dialog._model.itemText(i) for i in range(2)] == ["another-model", MODEL]
    assert dialog._model.currentText() == "gone"
    assert server.requests[0]["headers"]["authorization"] == f"Bearer {KEY}"
    assert not kept
    server.mode = "wrong key"
    dialog._fetch.click()
    desk.until(lambda: "does not accept the key" in dialog._told.text())
    assert KEY not in dialog._told.text()


def test_a_preset_fills_in_the_address(desk: Desk, kept: dict[str, str]) -> None:
    dialog = desk.dialog()
    assert dialog._server.currentText() == "OpenAI"
    dialog._server.setCurrentIndex(1)
    dialog._server.activated.emit(1)
    assert dialog.chosen.base_url == PRESETS[1].base_url
    assert dialog.chosen.at_once == 1
    dialog._url.setText("http://gpu:8000/v1")
    dialog._url.textEdited.emit("http://gpu:8000/v1")
    assert dialog._server.currentText() == "another server"


def test_leave_to_send_can_be_taken_back(desk: Desk, kept: dict[str, str]) -> None:
    desk.settings.trust("https://llm.example")
    dialog = desk.dialog()
    assert "llm.example" in dialog._trusted.text()
    dialog._ask_again.click()
    assert desk.settings.trusted == ()


def test_settings_lead_to_the_language_model(window: MainWindow, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "other.ini")
    more = {"Descriptions": window.actions_by_id["words.model_settings"]}
    dialog = SettingsDialog(window, settings, more)
    button = dialog.findChild(QPushButton, "settings_words.model_settings")
    assert button is not None
    button.click()
    assert window.findChild(LanguageModelDialog) is not None
    dialog._theme.setCurrentIndex(2)
    dialog._store()
    assert settings.theme == "dark"


@pytest.mark.parametrize("content", ['"x"', "{", '{"model": 3}'])
def test_damaged_settings_are_the_defaults(tmp_path: Path, content: str) -> None:
    settings = Settings(tmp_path / "other.ini")
    settings._store.setValue("llm/settings", content)
    settings._store.setValue("llm/trusted", content)
    assert settings.llm == LLMSettings()
    assert isinstance(settings.trusted, tuple)
