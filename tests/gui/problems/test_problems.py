"""Reports of problems from the window."""

from __future__ import annotations

import faulthandler
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QPlainTextEdit, QPushButton

from s3fn_core.logs import log_path
from s3fn_core.problems.crashes import trace_crashes, trace_path
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_gui.problems.dialog import NOTE, ProblemDialog
from tests.gui.support import Hands

SECRET = "hunter2-of-the-house"
APP = """
import faulthandler, sys, threading, time
from s3fn_core.problems.crashes import trace_path
def crash():
    while not faulthandler.is_enabled():
        time.sleep(0.01)
    time.sleep(0.5)
    faulthandler._sigsegv()
threading.Thread(target=crash, daemon=True).start()
from s3fn_gui import app
app.main([])
"""


@pytest.fixture(autouse=True)
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Log and traces of a test reach nobody else's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    log_path().parent.mkdir(parents=True)
    yield log_path()
    faulthandler.enable(sys.__stderr__ or 2)


def dialog_of(hands: Hands) -> ProblemDialog:
    hands.until(lambda: hands.window.findChildren(ProblemDialog))
    return hands.window.findChildren(ProblemDialog)[-1]


def test_all_that_is_saved_is_shown_before(
    hands: Hands, scene_file: Path, own_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_TOKEN", SECRET)
    hands.open_file(scene_file)
    own_log.write_text(f"2026-11-30 12:00:00,000 WARNING s3fn: Mapping scene: {scene_file} {SECRET}\n")
    hands.window.settings.llm = LLMSettings(base_url=f"http://me:{SECRET}@localhost:11434/v1")
    hands.trigger("help.report_problem")
    dialog = dialog_of(hands)
    files = dialog.findChild(QListWidget, "problem_files")
    text = dialog.findChild(QPlainTextEdit, "problem_text")
    assert files is not None
    assert text is not None
    shown = {}
    for row in range(files.count()):
        files.setCurrentRow(row)
        shown[files.item(row).text()] = text.toPlainText()
    assert shown["log.txt"] == "2026-11-30 12:00:00,000 WARNING s3fn: Mapping <name>: <file>.hdr <key>\n"
    assert '"base_url": "http://localhost:11434/…"' in shown["settings.json"]
    assert "Window system: offscreen" in shown["versions.txt"]
    note = dialog.findChild(QPlainTextEdit, "problem_note")
    assert note is not None
    note.setPlainText(f"I mapped {scene_file.name} with {SECRET}.")
    assert text.toPlainText() == "I mapped <file>.hdr with <key>."  # NOTE is selected
    files.item(0).setCheckState(Qt.CheckState.Unchecked)
    target = hands.ask.paths["problem"] = tmp_path / "problem.zip"
    save = dialog.findChild(QPushButton, "problem_save")
    assert save is not None
    save.click()
    assert "Saved" in hands.message
    with zipfile.ZipFile(target) as packed:
        found = {name: packed.read(name).decode() for name in packed.namelist()}
    assert found == {n: t for n, t in shown.items() if n not in ("versions.txt", NOTE)} | {
        NOTE: text.toPlainText()
    }
    assert not any(SECRET in content or "scene" in content for content in found.values())


def test_an_unexpected_error_leads_to_a_report(hands: Hands, scene_file: Path) -> None:
    hands.window.errors.show("Reading", ValueError("broken"))
    assert "unexpected error (ValueError)" in hands.message
    hands.open_file(scene_file)  # what is said of the program stays with another cube
    button = hands.find("message_action", QPushButton)
    assert isinstance(button, QPushButton)
    assert (button.text(), button.isVisible()) == ("Report…", True)
    button.click()
    assert dialog_of(hands).isVisible()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_start_after_a_crash_offers_a_report(hands: Hands) -> None:
    ended = subprocess.run([sys.executable, "-c", APP], capture_output=True, timeout=120)
    assert ended.returncode == -11
    assert "Segmentation fault" in trace_path().read_text()
    assert trace_crashes()
    hands.session.report("info", "Work was left.", action="file.recover")
    hands.window.flows.problems.offer()
    assert hands.message == "Work was left. The last session ended with a crash."
    assert hands.find("message_action", QPushButton).text() != "Report…"  # type: ignore[attr-defined]
    hands.session.report("info", "Opened a cube.")
    hands.window.flows.problems.offer()
    assert hands.message == "The last session ended with a crash."
    hands.find("message_action", QPushButton).click()  # type: ignore[attr-defined]
    assert "Segmentation fault" in dialog_of(hands).chosen()["crash.txt"]
    assert not trace_crashes()
