"""Where the data files that ship with the program lie."""

from __future__ import annotations

from pathlib import Path

# The resources package lies beside this one: in a checkout, in site-packages and in a bundle.
_FOLDER = Path(__file__).resolve().parent.parent / "resources"


def resource(*parts: str) -> Path:
    """Path of a file in the ``resources`` package, e.g. ``resource("classes", "fruit.json")``."""
    return _FOLDER.joinpath(*parts)
