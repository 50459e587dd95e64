"""Errors that nobody caught are shown, and what goes wrong in showing them ends there."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PySide6.QtWidgets import QApplication

from s3fn_gui.session.context import ErrorBridge
from s3fn_gui.session.session import Session


@pytest.fixture
def bridge(session: Session, monkeypatch: pytest.MonkeyPatch) -> ErrorBridge:
    made = ErrorBridge(session)
    monkeypatch.setattr(sys, "excepthook", made._hook)
    return made


def uncaught(error: Exception) -> None:
    sys.excepthook(type(error), error, error.__traceback__)


def test_an_error_is_shown(bridge: ErrorBridge, session: Session) -> None:
    told: list[str] = []
    session.reported.connect(lambda report: told.append(report.text))
    uncaught(ValueError("first"))
    assert "ValueError" in told[0]


def test_an_error_in_showing_errors_is_logged_and_not_shown_for_ever(
    bridge: ErrorBridge, session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls = 0

    def broken(*_: object) -> None:
        nonlocal calls
        calls += 1
        raise RuntimeError("the bar is broken")

    with monkeypatch.context() as patching:
        patching.setattr(session, "report", broken)
        uncaught(ValueError("first"))
    assert calls == 1
    assert "cannot be shown" in caplog.text
    session.reported.connect(broken)  # what raises in a slot comes back through the hook
    uncaught(ValueError("second"))
    assert calls == 2
    assert "the bar is broken" in caplog.text
    told: list[str] = []
    session.reported.disconnect(broken)
    session.reported.connect(lambda report: told.append(report.text))
    uncaught(KeyError("third"))
    assert "KeyError" in told[0]


def test_damaged_messages_of_gdal_are_no_error_of_their_own(
    bridge: ErrorBridge,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """rasterio hands the UnicodeDecodeError of its log to the interpreter's hook."""
    path = tmp_path / "damaged.tif"
    with rasterio.open(path, "w", driver="GTiff", height=2, width=2, count=1, dtype="uint8") as f:
        f.write(np.ones((1, 2, 2), np.uint8))
        f.update_tags(note="text")
    content = path.read_bytes()
    assert b'name="note"' in content
    path.write_bytes(content.replace(b'name="note"', b'name="n" \xc8 '))
    told: list[str] = []
    session.reported.connect(lambda report: told.append(report.text))
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    with caplog.at_level(logging.WARNING), rasterio.open(path) as file:
        file.tags()
    QApplication.processEvents()
    assert "cannot read a message of GDAL" in caplog.text
    assert told == []


def test_other_errors_of_texts_are_shown(bridge: ErrorBridge, session: Session) -> None:
    told: list[str] = []
    session.reported.connect(lambda report: told.append(report.text))
    try:
        b"\xc8".decode("utf-8")
    except UnicodeDecodeError as error:
        uncaught(error)
    assert "UnicodeDecodeError" in told[0]
