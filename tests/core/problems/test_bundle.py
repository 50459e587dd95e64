"""The file that reports a problem: what is in it, and that it is written whole."""

from __future__ import annotations

import faulthandler
import json
import logging
import platform
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import s3fn_core
from s3fn_core.cli import run as s3fn
from s3fn_core.errors import ExportError
from s3fn_core.logs import log_path
from s3fn_core.problems import crashes
from s3fn_core.problems.bundle import COMMANDS, CRASH, LINES, LOG, SETTINGS, VERSIONS, collect, write_bundle
from s3fn_core.progress import run
from tests.core.cli.test_cli import Captured

KEY = "sk-proj-8fJ2kQ0xLmN4pR7sT1uV"
CRASHING = "import faulthandler; from s3fn_core.problems.crashes import trace_crashes; trace_crashes(); "
CRASHING += "faulthandler._sigsegv()"
COMMAND = """
import faulthandler, os, signal, sys, threading, time
def crash():
    while not faulthandler.is_enabled():
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGSEGV)
threading.Thread(target=crash, daemon=True).start()
from s3fn_core.cli import main
main()
"""


@pytest.fixture(autouse=True)
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the log, with a log that holds what it should not."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    path = log_path()
    path.parent.mkdir(parents=True)
    told = [f"2026-11-30 12:00:00,{n % 1000:03} WARNING s3fn: line {n}\n" for n in range(2 * LINES)]
    told.append(f"2026-11-30 12:00:01,000 ERROR s3fn: {Path.home()}/field/secret.hdr refused {KEY}\n")
    path.write_text("".join(told), "utf-8")
    yield path.parent
    faulthandler.enable(sys.__stderr__ or 2)


def test_a_bundle_holds_versions_settings_and_the_end_of_the_log(tmp_path: Path) -> None:
    settings = {"base_url": f"https://me:{KEY}@host.example/v1?key={KEY}", "max_tokens": 400, "theme": "dark"}
    bundle = run(collect(settings, ["meadow"], {"Screens": "1366 x 768 of meadow"}))
    assert list(bundle) == [VERSIONS, SETTINGS, LOG]
    for fact in (f"S3FN: {s3fn_core.__version__}", f"Python: {platform.python_version()}", "Graphics card: "):
        assert fact in bundle[VERSIONS]
    assert "Screens: 1366 x 768 of <name>" in bundle[VERSIONS]
    assert json.loads(bundle[SETTINGS]) == settings | {"base_url": "https://host.example/…"}
    assert len(bundle[LOG].splitlines()) == LINES
    assert f"line {2 * LINES - 1}\n" in bundle[LOG]
    path = tmp_path / "problem.zip"
    write_bundle(bundle, path)
    with zipfile.ZipFile(path) as packed:
        found = {name: packed.read(name).decode() for name in packed.namelist()}
    assert found == bundle
    for text in (KEY, "secret", str(Path.home() / "field")):
        assert not any(text in content for content in found.values())


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    target = tmp_path / "folder.zip"
    target.mkdir()
    with pytest.raises(ExportError, match=r"folder\.zip cannot be written"):
        write_bundle({"a.txt": "a"}, target)
    assert list(tmp_path.glob(".*")) == []


def test_the_command_writes_the_same(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "problem.zip"
    assert s3fn(["report-problem", "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == [VERSIONS, LOG]
    with zipfile.ZipFile(out) as packed:
        assert packed.namelist() == [VERSIONS, LOG]
    out.write_text("mine")
    assert s3fn(["report-problem", "--out", str(out)]) == 2
    assert out.read_text() == "mine"


def test_a_crash_leaves_a_trace_that_is_found_once(own_log: Path, caplog: pytest.LogCaptureFixture) -> None:
    if sys.platform == "win32":
        pytest.skip("signals")
    ended = subprocess.run([sys.executable, "-c", CRASHING], capture_output=True, timeout=60)
    assert ended.returncode == -11
    assert crashes.trace_path().stat().st_size
    again = "from s3fn_core.problems.crashes import trace_crashes; print(trace_crashes())"
    said = [
        subprocess.run([sys.executable, "-c", again], capture_output=True, text=True, timeout=60).stdout
        for _ in range(2)
    ]
    assert said == ["True\n", "False\n"]
    trace = run(collect())[CRASH]
    assert trace.startswith("Noticed 20")
    assert "Segmentation fault" in trace
    assert 'File "<string>"' in trace


def test_where_no_trace_can_be_written_the_program_goes_on(
    own_log: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (own_log / "taken").write_text("")
    monkeypatch.setattr(crashes, "log_path", lambda: own_log / "taken" / "s3fn.log")
    with caplog.at_level(logging.WARNING):
        assert not crashes.trace_crashes()
        with crashes.traced():
            assert not crashes.commands_folder().exists()
    assert "crashes of this process leave no trace" in caplog.text
    assert "a crash of this process leaves no trace" in caplog.text
    assert crashes.last_crash() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_command_that_crashes_leaves_a_trace_for_the_report(tmp_path: Path, capsys: Captured) -> None:
    command = [sys.executable, "-c", COMMAND, "info", str(tmp_path / "cube.hdr")]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode == -signal.SIGSEGV
    out = tmp_path / "problem.zip"
    assert s3fn(["report-problem", "--out", str(out)]) == 0
    with zipfile.ZipFile(out) as packed:
        trace = packed.read(COMMANDS).decode()
    assert trace.startswith("Crashed 20")
    assert "Segmentation fault" in trace
    assert "s3fn_core/cli/__init__.py" in trace
    assert "crashed" not in capsys.readouterr().err


def test_commands_that_run_keep_their_files_and_old_traces_go(own_log: Path) -> None:
    folder = crashes.commands_folder()
    folder.mkdir()
    for day in range(1, crashes.MOST + 3):
        (folder / f"202611{day:02}-120000-77.txt").write_text(f"trace {day}")
    (folder / "20261120-120000-78.txt").touch()  # its process was killed
    with crashes.traced():
        (running,) = (path for path in folder.iterdir() if not path.stat().st_size)
        with crashes.traced():
            assert running.exists()
    left = sorted(path.read_text() for path in folder.iterdir())
    assert left == [f"trace {day}" for day in range(3, crashes.MOST + 3)]
    assert crashes.command_crashes().splitlines()[1] == f"trace {crashes.MOST + 2}"
