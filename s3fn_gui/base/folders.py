"""Folders that a file can be written to."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QStandardPaths

_DOCUMENTS = QStandardPaths.StandardLocation.DocumentsLocation


def can_be_written(folder: Path) -> bool:
    """Whether files can be made in a folder, or a folder be made there that is not there yet."""
    there = next((place for place in (folder, *folder.parents) if os.access(place, os.F_OK)), folder)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def to_write(*wanted: Path) -> Path:
    """The first of `wanted` that can be written, else the user's documents, else the home folder."""
    documents = Path(QStandardPaths.writableLocation(_DOCUMENTS))
    usual = [folder for folder in (documents,) if folder.is_dir()]
    return next((folder for folder in (*wanted, *usual) if can_be_written(folder)), Path.home())
