"""Where the data files that ship with the program lie."""

from __future__ import annotations

from pathlib import Path

import resources


def resource(*parts: str) -> Path:
    """Path of a file in the ``resources`` package, e.g. ``resource("classes", "fruit.json")``.

    The packages are always installed unpacked (setuptools and PyInstaller's folder mode), hence
    a plain path will do.
    """
    return Path(resources.__file__).parent.joinpath(*parts)
