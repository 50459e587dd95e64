"""Errors that nobody caught are shown, and what goes wrong in showing them ends there."""

from __future__ import annotations

import sys

import pytest

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
