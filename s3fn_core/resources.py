"""Where the data files and the documentation that ship with the program lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a file that ships with the program, e.g. ``resource("classes", "fruit.json")``."""
    return _shipped("resources").joinpath(*parts)


def manual(*parts: str) -> Path:
    """Path of a file of the documentation, e.g. ``manual("quick-start.md")``."""
    return _shipped("docs").joinpath(*parts)


def _shipped(name: str) -> Path:
    """The folder inside the package, as installed and in a bundle, or the one beside it in a checkout."""
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parent / name
