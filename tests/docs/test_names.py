"""What a page prints in italics is a text of the window, so pages follow when a command is renamed."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.commands import INDEX, ROOT, pages

ELSEWHERE = {"Tetracorder", "2–98 %"}  # a program; a text that is computed
NOT_ABOUT_THE_WINDOW = {"method", "accuracy", "accuracy-tables", "architecture", "contributing"}
PAGES = [path for path in pages() if path.stem not in NOT_ABOUT_THE_WINDOW and path != INDEX]
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_ITALIC = re.compile(r"(?<![*\w])\*([^*\n]+(?:\n[^*\n]+)?)\*(?!\*)")


@cache
def texts_of_the_window() -> str:
    """All code of the window, with texts over several lines joined."""
    code = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "s3fn_gui").rglob("*.py")))
    return re.sub(r'"\s*\n\s*f?"', "", code).replace("&", "")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_names_on_a_page_are_those_of_the_window(path: Path) -> None:
    code = texts_of_the_window()
    for phrase in _ITALIC.findall(_FENCED.sub("", path.read_text("utf-8"))):
        parts = " ".join(phrase.split()).split(" > ")
        assert all(part.rstrip("…") in code or part in ELSEWHERE for part in parts), phrase


def test_a_name_that_the_window_does_not_know_is_noticed() -> None:
    assert _ITALIC.findall("Press *Train*, then *File >\nExport map…*, not **this**.") == [
        "Train",
        "File >\nExport map…",
    ]
    assert "Measure rivals" not in texts_of_the_window()
