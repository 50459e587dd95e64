"""The key of a language model reaches no file: a session that used one is searched for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from s3fn_core.cli import run as run_command
from s3fn_core.labels.classes import ClassSet, write_classes
from s3fn_core.logs import log_path, start_logging
from s3fn_core.model.checkpoint import save_model
from s3fn_core.progress import run
from s3fn_core.words import llm_errors
from s3fn_core.words.encoder import encode_classes
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_gui.session import class_edits
from s3fn_gui.words.generation.language_model_dialog import LanguageModelDialog
from tests.core.model.models import small, untrained
from tests.gui.support import Hands, scene_cube
from tests.llm_server import KEY, MODEL, LLMServer, Mode

FAILURES: tuple[Mode, ...] = ("wrong key", "bad request", "cut", "not json", "redirect", "no credit")
MODES_OF_COMMAND: tuple[Mode, ...] = ("answer", "wrong key")


@pytest.fixture
def all_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything that the program writes goes here."""
    for name in ("CONFIG", "CACHE", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setattr(llm_errors, "PAUSES", ())
    return tmp_path


@pytest.fixture
def talkative_log(all_folders: Path) -> Iterator[None]:
    """The program's log file, with every word that any library says."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = []
    start_logging()
    root.setLevel(logging.DEBUG)
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.mark.usefixtures("talkative_log")
def test_no_file_of_a_session_holds_the_key(
    hands: Hands, all_folders: Path, scene_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, str] = {}
    monkeypatch.setattr("keyring.get_password", lambda s, u: kept.get(u))
    monkeypatch.setattr("keyring.set_password", lambda s, u, k: kept.update({u: k}))
    window, session = hands.window, hands.session
    folder = all_folders / "work.s3fnproj"
    with LLMServer() as server:
        window.settings.llm = LLMSettings(server.base_url, MODEL, paragraphs=2)
        enter_key(hands)
        hands.open_file(scene_file)
        for name in ("soil", "water"):
            class_edits.add_class(session, name)
        hands.states.painting.begin_stroke((3, 3), erase=False)
        hands.states.painting.end_stroke()
        told = [describe_all(hands, server, mode) for mode in (*FAILURES, "answer")]
        window.flows.autosave.autosave()
        hands.until(lambda: list(all_folders.rglob("autosave.json")))
        assert not holding_the_key(all_folders)
        hands.ask.paths["project target"] = folder
        hands.trigger("file.save")
        hands.until(lambda: not session.dirty)
        run(encode_classes(session.classes))
        save_model(untrained(small("pixel"), scene_cube(), session.classes), folder / "m.s3fn")
        described_by_command(session.classes, server, all_folders)
        assert all(r["headers"]["authorization"] == f"Bearer {KEY}" for r in server.requests)
    window.settings.sync()
    assert session.classes[1].descriptions[0].source == "llm"
    names = [path.name for path in all_folders.rglob("*")]
    for expected in ("settings.ini", "project.json", "m.s3fn", log_path().name):
        assert expected in names
    assert any((all_folders / "cache").rglob("*.npz"))
    assert "openai" in log_path().read_text("utf-8")
    assert not holding_the_key(all_folders)
    assert not [text for text in told if KEY in text]


def enter_key(hands: Hands) -> None:
    """Type the key into the dialog, test the connection with it, and keep it."""
    dialog = LanguageModelDialog(hands.window, hands.window.settings, hands.window.runner)
    dialog.show()
    dialog._key.setText(KEY)
    dialog._test.click()
    hands.until(lambda: "answers" in dialog._told.text())
    dialog._store()
    hands.until(lambda: dialog.result() == 1)


def describe_all(hands: Hands, server: LLMServer, mode: Mode) -> str:
    """Let the server fail (or not), and give everything that is said of it."""
    server.mode, server.elsewhere = mode, "http://localhost:9/v1"
    reports: list[str] = []
    hear = hands.session.reported.connect(lambda r: reports.append(f"{r.text} {r.details}"))
    hands.trigger("words.generate_all")
    hands.until(lambda: not hands.states.generation.running)
    hands.session.reported.disconnect(hear)
    assert reports
    return " ".join(reports)


def holding_the_key(folder: Path) -> list[Path]:
    """Files in a folder that hold the key."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if KEY.encode() in path.read_bytes()]


def described_by_command(classes: ClassSet, server: LLMServer, folder: Path) -> None:
    """The same by the command line, well and badly."""
    path = folder / "classes.json"
    write_classes(classes, path)
    options = ["--source", "llm", "--base-url", server.base_url, "--model", MODEL]
    for mode in MODES_OF_COMMAND:
        server.mode = mode
        run_command(["describe", "--classes", str(path), "--out", str(path), *options])
