"""A display that is not there must not end in an abort."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from s3fn_gui.base import screen as display

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays of Linux")
NOBODY = ":7345"


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """DISPLAY names a server that does not run."""
    monkeypatch.delenv(display.PLATFORM)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", NOBODY)


def test_a_display_that_does_not_answer_is_none(gone: None) -> None:
    assert not display.has_display()
    assert not display.can_start()
    assert NOBODY in display.missing()


def test_off_screen_is_a_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(display.PLATFORM, "offscreen")
    assert not display.has_display()
    assert display.can_start()


def test_the_program_says_so_in_one_line(gone: None) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "s3fn_gui.app"],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert NOBODY in done.stderr
