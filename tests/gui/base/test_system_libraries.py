"""A Linux system that lacks libraries is told which packages bring them."""

from __future__ import annotations

import sys

import pytest

from s3fn_gui import app
from s3fn_gui.base import system_libraries

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries of Linux")
NOWHERE = "libs3fn-nowhere.so.1"


def test_only_what_the_loader_does_not_find_is_named() -> None:
    assert system_libraries.missing({"libc.so.6": "libc6", NOWHERE: "libnowhere1"}) == ["libnowhere1"]


def test_the_program_names_the_package_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)  # as if its import failed
    monkeypatch.setitem(system_libraries.ALWAYS, NOWHERE, "libnowhere1")
    assert app.main([]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert " libnowhere1" in told


def test_an_import_that_fails_for_another_reason_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)
    for name in ("ALWAYS", "WINDOW"):
        monkeypatch.setattr(system_libraries, name, {"libc.so.6": "libc6"})
    with pytest.raises(ImportError):
        app.main([])
